//! What leaves of the network: which share of it carried its usual traffic, and whether a day is fit for use
//! (formats §4.7, §4.7.1). Shares, hours and yes or no, of every day; no counts.
//!
//! Nobody is counted here, yet all of it follows from events. So a site speaks only where k distinct subscribers were heard
//! at it on one day, a day only where k were active on it, and a share is told in steps that hold five of what it counts.

use crate::count::SuppressionReason;
use crate::coverage::CoverageFlag;
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use hexodus_model::{AreaKey, Level, LocalDay};

/// So many of what a share counts are in each of its steps.
const IN_A_STEP: u64 = 5;
/// Steps of a share, percent.
const STEPS: [u64; 4] = [1, 2, 5, 10];
/// Steps of κ in one: 0.05. The bounds of [`CoverageFlag`] are multiples of it.
const KAPPA_STEPS: f64 = 20.0;

/// The usual traffic of an area, or of the country, on a day. CONFIDENTIAL.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TrafficShare {
    /// κ; `None` where nothing is usual.
    pub kappa: Option<f64>,
    /// Of the sites that κ counts, the distinct subscribers of the one with the fewest: those at one radio cell on one day of
    /// the baseline.
    pub fewest: Option<u64>,
    /// Whether there are sites whose traffic a baseline could tell.
    pub has_sites: bool,
}

/// The traffic of an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkArea {
    /// The local day.
    pub day: LocalDay,
    /// Level of the area, from 1.
    pub level: u8,
    /// The area.
    pub area: AreaKey,
    /// Its traffic.
    pub traffic: TrafficShare,
}

/// A day as the store knows it. CONFIDENTIAL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkDay {
    /// Distinct subscribers with an event.
    pub subscribers_active: u64,
    /// Of these, those with an event at a known place.
    pub subscribers_located: u64,
    /// Events at a known place, and all of them.
    pub events: [u64; 2],
    /// Radio cells with an event, and the median of that over the days of the baseline.
    pub radio_cells: Option<[u64; 2]>,
    /// Traffic of the country.
    pub traffic: TrafficShare,
    /// Events by hour of the local day.
    pub events_by_hour: Vec<u64>,
    /// Whether the day is believed to be complete.
    pub complete: bool,
    /// Whether figures are made from it.
    pub used: bool,
    /// Whether it may be learnt from.
    pub baseline_used: bool,
    /// Checks that keep it from that, joined by `;`.
    pub exclusion_reason: String,
}

/// A released area and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutgoingCoverageRow {
    /// The local day.
    pub day: LocalDay,
    /// Level of the area.
    pub level: u8,
    /// The area.
    pub area: AreaKey,
    /// κ in percent, a multiple of 5, rounded down, so that the flag follows from it.
    pub kappa_pct: Option<u64>,
    /// Why it is withheld.
    pub reason: Option<SuppressionReason>,
}

impl OutgoingCoverageRow {
    /// κ, 0 to 1.
    pub fn kappa(&self) -> Option<f64> {
        self.kappa_pct.map(|percent| percent as f64 / 100.0)
    }

    /// What it means.
    pub fn flag(&self) -> Option<CoverageFlag> {
        CoverageFlag::of(self.kappa()?)
    }
}

/// Coverage that leaves. Rows ascend by day, level and area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingCoverage {
    /// The k of the test.
    pub threshold: u64,
    /// One row per day and area.
    pub rows: Vec<OutgoingCoverageRow>,
}

/// A released day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingQualityRow {
    /// The local day.
    pub day: LocalDay,
    /// What is told of it; `None` where no record of it was delivered, or of fewer than k subscribers.
    pub told: Option<OutgoingQualityDay>,
    /// Why something is withheld.
    pub reason: Option<SuppressionReason>,
}

/// What is told of a day. Shares in percent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingQualityDay {
    /// Events at a known place, of all.
    pub events_located_pct: Option<u64>,
    /// Radio cells with an event, of the median of the baseline; may exceed 100.
    pub radio_cells_active_pct: Option<u64>,
    /// κ of the country.
    pub coverage_pct: Option<u64>,
    /// Hours with at least k events.
    pub hours_covered: u64,
    /// As [`NetworkDay::complete`].
    pub complete: bool,
    /// As [`NetworkDay::used`].
    pub used: bool,
    /// As [`NetworkDay::baseline_used`].
    pub baseline_used: bool,
    /// As [`NetworkDay::exclusion_reason`].
    pub exclusion_reason: String,
}

/// The daily account that leaves. Rows ascend by day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingQuality {
    /// The k of the test.
    pub threshold: u64,
    /// One row per day.
    pub rows: Vec<OutgoingQualityRow>,
}

/// Both tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingNetwork {
    /// By area and day.
    pub coverage: Released<OutgoingCoverage>,
    /// By day.
    pub quality: Released<OutgoingQuality>,
}

/// Releases what may be known of the network: every area and day given, and every day, `None` where nothing was delivered.
///
/// # Panics
/// When a day, or a day and area, occurs twice: a bug of the caller.
pub fn release_network(
    mut areas: Vec<NetworkArea>,
    mut days: Vec<(LocalDay, Option<NetworkDay>)>,
    policy: &DisclosurePolicy,
) -> OutgoingNetwork {
    areas.sort_by_key(|own| (own.day, own.level, own.area));
    days.sort_by_key(|own| own.0);
    let is_once =
        areas.windows(2).all(|own| (own[0].day, own[0].level, own[0].area) < (own[1].day, own[1].level, own[1].area));
    assert!(is_once && days.windows(2).all(|own| own[0].0 < own[1].0), "an area's day, or a day, is listed twice");
    let threshold = policy.threshold(Level::Adm(1));
    let row = |own: NetworkArea| {
        let (kappa_pct, reason) = told_traffic(&own.traffic, threshold);
        OutgoingCoverageRow { day: own.day, level: own.level, area: own.area, kappa_pct, reason }
    };
    let coverage = OutgoingCoverage { threshold, rows: areas.into_iter().map(row).collect() };
    let rows = days.into_iter().map(|(day, own)| told_day(day, own, threshold)).collect();
    OutgoingNetwork {
        coverage: Released::outgoing(coverage, policy),
        quality: Released::outgoing(OutgoingQuality { threshold, rows }, policy),
    }
}

fn told_day(day: LocalDay, own: Option<NetworkDay>, k: u64) -> OutgoingQualityRow {
    let Some(own) = own else { return OutgoingQualityRow { day, told: None, reason: None } };
    let withheld = Some(SuppressionReason::Confidential);
    if own.subscribers_active < k {
        return OutgoingQualityRow { day, told: None, reason: withheld };
    }
    // Of events the step holds as many as five subscribers make on average.
    let [located, events] = own.events;
    let events_located_pct = step(own.subscribers_active)
        .filter(|_| own.subscribers_located >= k)
        .and_then(|step| share([located, events], step));
    let radio_cells_active_pct = own.radio_cells.and_then(|[active, usual]| share([active, usual], step(usual)?));
    let (coverage_pct, traffic_reason) = told_traffic(&own.traffic, k);
    let is_short = events_located_pct.is_none() && events > 0
        || radio_cells_active_pct.is_none() && own.radio_cells.is_some_and(|cells| cells[1] > 0);
    let told = OutgoingQualityDay {
        events_located_pct,
        radio_cells_active_pct,
        coverage_pct,
        hours_covered: own.events_by_hour.iter().filter(|&&events| events >= k).count() as u64,
        complete: own.complete,
        used: own.used,
        baseline_used: own.baseline_used,
        exclusion_reason: own.exclusion_reason,
    };
    OutgoingQualityRow { day, told: Some(told), reason: traffic_reason.or(withheld.filter(|_| is_short)) }
}

/// κ in percent, or why it is withheld; neither where there is none.
fn told_traffic(own: &TrafficShare, k: u64) -> (Option<u64>, Option<SuppressionReason>) {
    match (own.kappa, own.fewest) {
        (Some(kappa), Some(fewest)) if fewest >= k => {
            (Some((kappa * KAPPA_STEPS).floor() as u64 * (100.0 / KAPPA_STEPS) as u64), None)
        }
        _ => (None, own.has_sites.then_some(SuppressionReason::Confidential)),
    }
}

/// The finest step, percent, that holds five of `whole`.
fn step(whole: u64) -> Option<u64> {
    STEPS.into_iter().find(|step| whole * step >= 100 * IN_A_STEP)
}

/// A share in multiples of `step` percent, half up.
fn share([part, whole]: [u64; 2], step: u64) -> Option<u64> {
    (whole > 0).then(|| (200 * part + step * whole) / (2 * step * whole) * step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY: LocalDay = LocalDay(1);

    fn kappa(kappa: Option<f64>, fewest: Option<u64>, has_sites: bool) -> (Option<u64>, Option<&'static str>) {
        let traffic = TrafficShare { kappa, fewest, has_sites };
        let own = NetworkArea { day: DAY, level: 1, area: AreaKey(0), traffic };
        let row = release_network(vec![own], Vec::new(), &DisclosurePolicy::default()).coverage.rows[0];
        (row.kappa_pct, row.reason.map(SuppressionReason::name))
    }

    fn day(own: NetworkDay) -> OutgoingQualityRow {
        release_network(Vec::new(), vec![(DAY, Some(own))], &DisclosurePolicy::default()).quality.rows[0].clone()
    }

    fn busy() -> NetworkDay {
        NetworkDay {
            subscribers_active: 1_000,
            subscribers_located: 990,
            events: [9_876, 10_000],
            radio_cells: Some([97, 100]),
            events_by_hour: vec![15, 16, 4_000],
            used: true,
            ..NetworkDay::default()
        }
    }

    #[test]
    fn a_site_of_few_withholds_its_area() {
        assert_eq!(kappa(Some(0.999), Some(16), true), (Some(95), None));
        assert_eq!(kappa(Some(1.0), Some(15), true), (None, Some("confidential")));
        assert_eq!(kappa(None, None, true), (None, Some("confidential")), "no site of k looks like one of few");
        assert_eq!(kappa(None, None, false), (None, None), "no sites, or no baseline: nothing to withhold");
    }

    #[test]
    fn shares_of_a_day_by_hand() {
        let told = day(busy()).told.unwrap();
        // 1,000 subscribers: whole percents, 98.76. A median of 100 radio cells: steps of 5 percent.
        assert_eq!((told.events_located_pct, told.radio_cells_active_pct), (Some(99), Some(95)));
        assert_eq!((told.hours_covered, told.used, told.complete), (2, true, false));
    }

    #[test]
    fn a_share_over_few_is_withheld() {
        let row = day(NetworkDay { subscribers_active: 49, ..busy() });
        assert_eq!(row.told.as_ref().and_then(|own| own.events_located_pct), None, "10 percent would be five of fifty");
        assert_eq!(row.reason.map(SuppressionReason::name), Some("confidential"));
        let row = day(NetworkDay { subscribers_located: 15, ..busy() });
        assert_eq!(row.told.and_then(|own| own.events_located_pct), None);
        let row = day(NetworkDay { radio_cells: Some([40, 49]), ..busy() });
        assert_eq!(row.told.and_then(|own| own.radio_cells_active_pct), None);
        let row = day(NetworkDay { radio_cells: None, ..busy() });
        assert!(row.reason.is_none() && row.told.is_some(), "no plan: nothing to withhold");
    }

    #[test]
    fn a_day_of_few_and_a_day_of_nobody_look_alike() {
        let few = day(NetworkDay { subscribers_active: 15, ..busy() });
        assert_eq!(few, day(NetworkDay::default()));
        assert!(few.told.is_none() && few.reason.is_some());
        let nothing = release_network(Vec::new(), vec![(DAY, None)], &DisclosurePolicy::default());
        assert!(nothing.quality.rows[0].told.is_none() && nothing.quality.rows[0].reason.is_none());
    }

    proptest! {
        /// What is told is κ down to its step, and means the same as κ.
        #[test]
        fn a_flag_is_that_of_kappa(own in 0.0_f64..=1.0) {
            let traffic = TrafficShare { kappa: Some(own), fewest: Some(16), has_sites: true };
            let row = OutgoingCoverageRow {
                day: DAY, level: 1, area: AreaKey(0), kappa_pct: told_traffic(&traffic, 16).0, reason: None,
            };
            let told = row.kappa().unwrap();
            prop_assert!(told <= own && own < told + 0.05 + 1e-9);
            prop_assert_eq!(row.flag(), CoverageFlag::of(own));
        }

        /// Back-computation: of any share five counts at least remain, whoever knows the whole.
        #[test]
        fn five_counts_share_each_step(whole in 50_u64..5_000, part in 0_u64..5_000) {
            let part = part.min(whole);
            let told = share([part, whole], step(whole).unwrap()).unwrap();
            let alike = (0..=whole).filter(|&other| share([other, whole], step(whole).unwrap()) == Some(told)).count();
            // The first and the last step are half ones.
            prop_assert!(alike as u64 >= if told == 0 || told == 100 { IN_A_STEP / 2 } else { IN_A_STEP }, "{alike}");
        }
    }
}
