//! Which sites were out at which hours, and what share of an area's usual traffic the others carry: κ (methods §4.5).
//!
//! Traffic is counted in subscriber-hours: distinct subscribers at a radio cell in an hour. Events of one phone come in
//! bursts, so that few of them are likelier by chance than a Poisson count has it; its hours come one by one.
//!
//! | file | answers |
//! |---|---|
//! | `baseline` | how much traffic a site has in a usual hour of the week |
//! | `silence` | whether so little is an outage, and of which hours |
//! | `judged` | what each site carries on each day |

mod baseline;
mod judged;
mod silence;

pub use baseline::{LEAST_DAYS, SiteBaseline};
pub use judged::{JudgedDay, JudgedSite, judge_sites};
pub use silence::{hours_out, is_out};

use crate::quality::activity::HOURS;
use hexodus_model::{AreaKey, LocalDay};

/// What was heard at one site on a day that the plan has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SiteCount {
    /// By hour of the day, from its start: subscriber-hours, summed over its radio cells.
    pub heard: [u32; HOURS],
    /// The most distinct subscribers at one of its radio cells that day: at least so many were at the site.
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
    /// Of these, those that carry half of their usual traffic of the day or more. Without a baseline all do.
    pub alive: u64,
    /// Usual traffic of this weekday at all sites of the baseline, those that were dismantled since included. Millionths
    /// of a subscriber-hour.
    pub usual: u64,
    /// Of this, in hours at which the site was not out. A site that is new since the baseline carries nothing of it.
    pub carried: u64,
    /// At least so many distinct subscribers stand behind `usual`: the most at one radio cell on one day of the baseline.
    pub subscribers: u64,
    /// The same of the site with the fewest, of those that have usual traffic; `None` where none has.
    pub fewest: Option<u64>,
}

impl AreaCoverage {
    /// κ, the share of the usual traffic carried by sites while alive, 0 to 1; `None` without any usual traffic.
    pub fn kappa(&self) -> Option<f64> {
        (self.usual > 0).then(|| self.carried as f64 / self.usual as f64)
    }
}

/// Coverage of each area on one day. `area_of` tells the area of each site, `None` = in no area.
pub fn area_coverage(day: &JudgedDay, area_of: &[Option<AreaKey>], areas: usize) -> Vec<AreaCoverage> {
    let mut coverage = vec![AreaCoverage::default(); areas];
    for (site, area) in day.sites.iter().zip(area_of) {
        let Some(area) = area.and_then(|area| coverage.get_mut(area.0 as usize)) else { continue };
        let subscribers = u64::from(site.subscribers);
        area.subscribers = area.subscribers.max(subscribers);
        if site.usual > 0 {
            area.fewest = Some(area.fewest.map_or(subscribers, |fewest| fewest.min(subscribers)));
        }
        area.usual += site.usual;
        area.carried += site.carried;
        area.known += u64::from(site.is_known);
        area.alive += u64::from(site.is_alive());
    }
    coverage
}

#[cfg(test)]
mod tests;
