//! Which sites were out on a day, and what share of an area's usual traffic the others carry: κ (methods §4.5).
//!
//! Counts are of days: the store keeps events by radio cell and day, not by hour. So a site that fell silent in the
//! evening is alive on that day, and out from the next.
//!
//! | file | answers |
//! |---|---|
//! | `baseline` | how many events a site has on a usual day of each weekday |
//! | `silence` | whether so few events are an outage |

mod baseline;
mod silence;

pub use baseline::{LEAST_DAYS, SiteBaseline};
pub use silence::is_out;

use hexodus_model::{AreaKey, LocalDay};

/// What was heard at one site on a day that the plan has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteCount {
    /// Events at its radio cells.
    pub events: u32,
    /// The most distinct subscribers at one of its radio cells: at least so many were at the site.
    pub subscribers: u32,
}

/// One day at all sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteDay {
    /// The local day.
    pub day: LocalDay,
    /// By site, the same ones on every day; `None` = not in the plan that day.
    pub sites: Vec<Option<SiteCount>>,
}

/// The sites of one area on one day. Sums over disjoint sites.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AreaCoverage {
    /// Sites in the plan that day.
    pub known: u64,
    /// Of these, those that are not out. Without a baseline none is known to be.
    pub alive: u64,
    /// Events of a usual day of this weekday at all sites of the baseline, those that were dismantled since included.
    /// Millionths.
    pub usual: u64,
    /// Of these, at sites alive now. A site that is new since the baseline is alive and carries nothing of it.
    pub carried: u64,
    /// At least so many distinct subscribers stand behind `usual`: the most at one radio cell on one day of the baseline.
    pub subscribers: u64,
    /// The same of the site with the fewest, of those that carry usual traffic; `None` where none does.
    pub fewest: Option<u64>,
}

impl AreaCoverage {
    /// κ, the share of the usual traffic carried by sites now alive, 0 to 1; `None` without any usual traffic.
    pub fn kappa(&self) -> Option<f64> {
        (self.usual > 0).then(|| self.carried as f64 / self.usual as f64)
    }
}

/// Coverage of each area on one day. `area_of` tells the area of each site, `None` = in no area. Without a baseline no
/// site is judged: all in the plan are alive, and there is no κ.
pub fn area_coverage(
    day: &SiteDay,
    baseline: Option<&SiteBaseline>,
    area_of: &[Option<AreaKey>],
    areas: usize,
) -> Vec<AreaCoverage> {
    let mut coverage = vec![AreaCoverage::default(); areas];
    for (site, (count, area)) in day.sites.iter().zip(area_of).enumerate() {
        let Some(area) = area.and_then(|area| coverage.get_mut(area.0 as usize)) else { continue };
        let usual = baseline.map_or(0, |baseline| baseline.expected(site, day.day));
        let subscribers = u64::from(baseline.map_or(0, |baseline| baseline.subscribers(site)));
        area.usual += usual;
        area.subscribers = area.subscribers.max(subscribers);
        if usual > 0 {
            area.fewest = Some(area.fewest.map_or(subscribers, |fewest| fewest.min(subscribers)));
        }
        let Some(count) = count else { continue };
        area.known += 1;
        if !is_out(count.events, usual) {
            area.alive += 1;
            area.carried += usual;
        }
    }
    coverage
}

#[cfg(test)]
mod tests;
