//! What the crisis does, in numbers.

use crate::error::SynthError;

/// A crisis: one day, a struck area, who leaves and returns, what falls silent. All shares are 0..=1.
///
/// Each number is independent of the others, so a scenario that tests one estimator switches the rest off:
/// [`Scenario::quiet`] (nothing happens), [`Scenario::outage_only`] (nobody moves, the network is down).
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Districts struck: that of the second largest town and those nearest to it, never more than a third of all.
    pub struck_districts: u32,
    /// Second of the crisis day at which it happens, and at which repaired radio cells come back on later days.
    pub strikes_at_s: u32,
    /// Share of the residents of the struck area who leave.
    pub leaving_share: f64,
    /// Of those who leave, how they spread over the crisis day and the days after it; weights.
    pub leaving_days: Vec<f64>,
    /// Of those who leave, how many go to kin; the field's rule of thumb .5/.3/.2 (methods §13).
    pub to_kin_share: f64,
    /// Of those who leave, how many go to the nearest city; the rest follows gravity.
    pub to_city_share: f64,
    /// Return is two-exponential: `P(still away after t days) = f·exp(-t/fast) + (1-f)·exp(-t/slow)`; this is `f`.
    pub fast_return_share: f64,
    /// Mean days away of those who return fast.
    pub fast_return_days: f64,
    /// Mean days away of the others.
    pub slow_return_days: f64,
    /// Share of the struck sites that fall silent.
    pub silent_share: f64,
    /// A silent site comes back this many days after the crisis, at the earliest and at the latest.
    pub silent_days: (u32, u32),
    /// Sites on wheels that come two days after the crisis, per silent site.
    pub wheels_per_silent_site: f64,
    /// Events of struck residents on the crisis day and the day after, relative to an ordinary day.
    pub surge: f64,
}

impl Default for Scenario {
    /// A sudden disaster. The return half-life is 4.5 weeks, as after the Haiti earthquake (methods §13).
    fn default() -> Self {
        Self {
            struck_districts: 2,
            strikes_at_s: 11 * 3_600 + 56 * 60,
            leaving_share: 0.35,
            leaving_days: vec![0.35, 0.30, 0.20, 0.15],
            to_kin_share: 0.5,
            to_city_share: 0.3,
            fast_return_share: 0.3,
            fast_return_days: 5.0,
            slow_return_days: 93.3,
            silent_share: 0.8,
            silent_days: (2, 4),
            wheels_per_silent_site: 0.15,
            surge: 1.5,
        }
    }
}

impl Scenario {
    /// No crisis at all: what an estimator finds here is its false alarms.
    pub fn quiet() -> Self {
        Self { leaving_share: 0.0, silent_share: 0.0, wheels_per_silent_site: 0.0, surge: 1.0, ..Self::default() }
    }

    /// Radio cells fall silent and nobody moves: silence must not be read as displacement.
    pub fn outage_only() -> Self {
        Self { leaving_share: 0.0, surge: 1.0, ..Self::default() }
    }

    pub(crate) fn check(&self) -> Result<(), SynthError> {
        let refuse = |option, value: String, expected| Err(SynthError::Option { option, value, expected });
        let shares = [self.leaving_share, self.fast_return_share, self.silent_share, self.wheels_per_silent_site];
        if !shares.iter().all(|share| (0.0..=1.0).contains(share)) {
            return refuse("scenario", format!("{shares:?}"), "shares from 0 to 1");
        }
        if !(self.to_kin_share >= 0.0 && self.to_city_share >= 0.0 && self.to_kin_share + self.to_city_share <= 1.0) {
            return refuse(
                "scenario",
                format!("{} + {}", self.to_kin_share, self.to_city_share),
                "two shares of a whole",
            );
        }
        let weighs =
            self.leaving_days.iter().all(|&weight| weight >= 0.0) && self.leaving_days.iter().sum::<f64>() > 0.0;
        if !weighs {
            return refuse("scenario.leaving_days", format!("{:?}", self.leaving_days), "weights, not all of them 0");
        }
        if !(self.fast_return_days > 0.0 && self.slow_return_days > 0.0 && (0.0..=20.0).contains(&self.surge)) {
            return refuse("scenario", "a mean stay or the surge".to_owned(), "mean days above 0, surge 0 to 20");
        }
        if self.strikes_at_s >= 86_400 || self.silent_days.0 > self.silent_days.1 || self.silent_days.1 > 10_000 {
            return refuse("scenario", format!("{:?}", self.silent_days), "a second of the day; days from, days to");
        }
        Ok(())
    }
}
