//! Silence is not movement: shares corrected for who can be seen where, and what holds without any correction
//! (methods §7.4).
//!
//! Where power and towers fail those who stayed fall silent, and the share of the displaced looks larger than it is.
//! The corrections here are printed side by side, none instead of the others. The denominator of a stock is what was
//! *observed* on the day, corrected; over the whole reference panel it is the lower [`manski_bounds`] (methods §15.3).

use crate::error::{EstimateError, in_range, same_length};
use crate::robust::median;
use crate::sum::ordered_sum;

/// Pseudo-observations that pull an area to the mean of all.
const SHRINKAGE: f64 = 2.0;

/// Presence is withheld below this share of baseline traffic on live sites.
pub const MIN_COVERAGE: f64 = 0.5;

/// Presence is flagged below this share of baseline traffic on live sites.
pub const FLAGGED_COVERAGE: f64 = 0.8;

/// Subscribers known to be in one area on a day, because they were seen there shortly before, and after if that is known
/// already.
///
/// At the live edge there is no "after" yet: those last seen there before are counted, and the day is provisional.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bracketed {
    /// Of these, seen on the day itself.
    pub seen: f64,
    /// All of them.
    pub subscribers: f64,
}

/// p̂: the probability to be seen on the day in each area, (x + 2p̄)/(m + 2) with p̄ = Σx/Σm; in the order of `areas`,
/// of one tercile of baseline activity or of all. An area without anybody has p̄. Too high everywhere, since who is
/// seen before and after is active: the correction is a partial one.
///
/// `None` where nobody of any area was seen, or nobody bracketed: then there is nothing to correct by.
pub fn bracket_activity(areas: &[Bracketed]) -> Option<Vec<f64>> {
    let sum = |of: fn(&Bracketed) -> f64| ordered_sum(areas.iter().map(of));
    let mean = sum(|own| own.seen) / sum(|own| own.subscribers);
    let shrunk = |own: &Bracketed| (own.seen + SHRINKAGE * mean) / (own.subscribers + SHRINKAGE);
    (mean > 0.0).then(|| areas.iter().map(shrunk).collect())
}

/// Where the observed subscribers of one home area are, in one tercile of baseline activity (or in all as one).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stratum<'a> {
    /// n, subscribers in each area; home is one of them.
    pub subscribers: &'a [f64],
    /// p̂ of each area, as [`bracket_activity`] gives it for this tercile.
    pub activity: &'a [f64],
}

/// The share of a home area's people in each area: s = (n/p̂) / Σ(n/p̂) over all areas, strata summed above and below.
/// D̂ is Nₐ·s. With p̂ the same everywhere this is n/Σn. Shares sum to 1; `None` where nobody was observed.
///
/// # Errors
/// [`EstimateError::Shape`] where strata differ in areas, [`EstimateError::OutOfRange`] for a p̂ outside (0, 1].
pub fn corrected_shares(strata: &[Stratum<'_>]) -> Result<Option<Vec<f64>>, EstimateError> {
    let areas = strata.first().map_or(0, |stratum| stratum.subscribers.len());
    for stratum in strata {
        same_length("subscribers by area", areas, stratum.subscribers.len())?;
        same_length("activity by area", areas, stratum.activity.len())?;
        for &p in stratum.activity {
            in_range("activity", p, "in (0, 1]", |own| own > 0.0 && own <= 1.0)?;
        }
    }
    let present =
        |area: usize| ordered_sum(strata.iter().map(|stratum| stratum.subscribers[area] / stratum.activity[area]));
    let present: Vec<f64> = (0..areas).map(present).collect();
    let all = ordered_sum(present.iter().copied());
    Ok((all > 0.0).then(|| present.iter().map(|own| own / all).collect()))
}

/// What the displaced of an area at a host may be at least and at most, whatever the unseen did (Manski 1990): N·n/R if
/// none of them is there, N·(n + unseen)/R if all are. Printed always. R, `reference`, is the whole reference panel of
/// the home area; `None` where it is empty or smaller than its parts.
pub fn manski_bounds(population: f64, displaced: u64, unseen: u64, reference: u64) -> Option<[f64; 2]> {
    let at_most = displaced.checked_add(unseen).filter(|&own| reference > 0 && own <= reference)?;
    Some([displaced, at_most].map(|own| population * (own as f64 / reference as f64)))
}

/// By what arrivals into an area are multiplied: median of the stayers of the reference periods / stayers now, stayers
/// being subscribers with their home there in both of two periods (T22; Flowminder, flowgeek.org). `None` without
/// stayers now or a reference. Those who left are no stayers either, so an exodus raises it as a silence does: compare
/// with [`bracket_activity`].
pub fn stayers_factor(reference: &[f64], stayers: f64) -> Option<f64> {
    median(reference).filter(|_| stayers > 0.0).map(|median| median / stayers)
}

/// Subscribers present in an area, corrected for sites that are out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CorrectedPresence {
    /// n/κ.
    Estimate {
        /// Subscribers.
        subscribers: f64,
        /// Whether κ is below 0.8: to be read with caution.
        flagged: bool,
    },
    /// κ is below 0.5: more than half would be made up.
    Withheld,
}

/// n/κ for presence only (never for stocks), κ = the share of baseline traffic carried by sites that are alive. Above
/// 1, where new sites were built, it is 1: presence is never made smaller.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for a κ that is negative or not finite.
pub fn presence_corrected(subscribers: u64, coverage: f64) -> Result<CorrectedPresence, EstimateError> {
    let coverage = in_range("coverage", coverage, "0 or more", |own| own >= 0.0)?;
    if coverage < MIN_COVERAGE {
        return Ok(CorrectedPresence::Withheld);
    }
    let subscribers = subscribers as f64 / coverage.min(1.0);
    Ok(CorrectedPresence::Estimate { subscribers, flagged: coverage < FLAGGED_COVERAGE })
}

#[cfg(test)]
#[path = "activity_tests.rs"]
mod tests;
