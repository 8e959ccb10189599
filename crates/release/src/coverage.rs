//! How much of the network carries its usual traffic, by area and day, through the wall.
//!
//! Sites are no people. But which of them are out, and κ, follow from events: where a handful of subscribers make all
//! events of an area, κ tells whether they made any. So both are tested like counts.

use crate::count::{ReleasedCount, SuppressionReason};
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use hexodus_model::{AreaKey, Level, LocalDay};

/// The sites of one area on one day. CONFIDENTIAL until released.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaSites {
    /// The local day.
    pub day: LocalDay,
    /// The area, of the table's level.
    pub area: AreaKey,
    /// Sites in the plan that day.
    pub known: u64,
    /// Of these, those that are not out.
    pub alive: u64,
    /// Share of the usual traffic carried by these, 0 to 1; `None` without any.
    pub kappa: Option<f64>,
    /// At least so many distinct subscribers stand behind the usual traffic; `None` without a baseline: then no site is
    /// judged, and nothing follows from events.
    pub subscribers: Option<u64>,
}

/// What a low κ means for figures of people in the area (methods §4.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoverageFlag {
    /// κ < 0.8: less is heard than usual.
    Low,
    /// κ < 0.5: a stock of this area says more of the network than of people.
    Withhold,
}

impl CoverageFlag {
    /// Of a κ.
    pub fn of(kappa: f64) -> Option<Self> {
        if kappa < 0.5 { Some(Self::Withhold) } else { (kappa < 0.8).then_some(Self::Low) }
    }

    /// As in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Withhold => "withhold",
        }
    }
}

/// One released area and day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoverageRow {
    /// The local day.
    pub day: LocalDay,
    /// The area.
    pub area: AreaKey,
    /// Sites in the plan that day: the plan says so, not people.
    pub known: u64,
    /// Of these, those that are not out; `None` where withheld.
    pub alive: Option<u64>,
    /// κ; `None` where withheld, and where there is no usual traffic.
    pub kappa: Option<f64>,
    /// What it means.
    pub flag: Option<CoverageFlag>,
    /// Why it is withheld.
    pub reason: Option<SuppressionReason>,
}

/// The released coverage. Shape: ascending by (day, area), one row each.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageTable {
    /// Level of the areas.
    pub level: u8,
    /// The k of the test: that of areas.
    pub threshold: u64,
    /// One row per day and area.
    pub rows: Vec<CoverageRow>,
}

/// Releases the coverage of a level. Every row is listed.
///
/// # Panics
/// When a day and area occurs twice: a bug of the caller.
pub fn release_coverage(level: u8, mut sites: Vec<AreaSites>, policy: &DisclosurePolicy) -> Released<CoverageTable> {
    sites.sort_by_key(|own| (own.day, own.area));
    assert!(
        sites.windows(2).all(|pair| (pair[0].day, pair[0].area) < (pair[1].day, pair[1].area)),
        "an area's day is listed twice"
    );
    let threshold = policy.threshold(Level::Adm(level));
    let rows = sites.into_iter().map(|own| release_row(own, threshold)).collect();
    Released::internal(CoverageTable { level, threshold, rows })
}

fn release_row(own: AreaSites, k: u64) -> CoverageRow {
    let AreaSites { day, area, known, alive, kappa, subscribers } = own;
    // Without sites there is nothing to tell.
    let tested = subscribers.filter(|_| known > 0 || kappa.is_some());
    let reason = tested.and_then(|subscribers| ReleasedCount::tested(subscribers, k).reason());
    let kappa = kappa.filter(|_| reason.is_none());
    CoverageRow {
        day,
        area,
        known,
        alive: reason.is_none().then_some(alive),
        kappa,
        flag: kappa.and_then(CoverageFlag::of),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn released(known: u64, alive: u64, kappa: Option<f64>, subscribers: Option<u64>) -> CoverageRow {
        let own = AreaSites { day: LocalDay(1), area: AreaKey(0), known, alive, kappa, subscribers };
        release_coverage(2, vec![own], &DisclosurePolicy::default()).rows[0]
    }

    #[test]
    fn what_follows_from_the_events_of_few_is_withheld() {
        let few = released(3, 2, Some(0.4), Some(15));
        assert_eq!((few.known, few.alive, few.kappa, few.flag), (3, None, None, None));
        assert_eq!(few.reason.map(SuppressionReason::name), Some("below_k"));
        let enough = released(3, 2, Some(0.4), Some(16));
        let (alive, kappa, flag) = (Some(2), Some(0.4), Some(CoverageFlag::Withhold));
        assert_eq!((enough.alive, enough.kappa, enough.flag, enough.reason), (alive, kappa, flag, None));
        assert!(released(3, 3, None, Some(0)).reason.is_some(), "nobody looks like few");
        // What the plan alone says is nobody's.
        assert_eq!(released(3, 3, None, None).alive, Some(3));
        assert_eq!(released(0, 0, None, Some(0)).alive, Some(0));
    }

    #[test]
    fn flags_begin_below_eight_and_five_tenths() {
        let flags = [1.0, 0.8, 0.799, 0.5, 0.499, 0.0].map(|kappa| CoverageFlag::of(kappa).map(CoverageFlag::name));
        assert_eq!(flags, [None, None, Some("low"), Some("low"), Some("withhold"), Some("withhold")]);
    }
}
