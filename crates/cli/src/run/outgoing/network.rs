//! Coverage and quality of the days that the figures of a release rest on. CONFIDENTIAL until they pass the wall.

use super::super::Run;
use super::super::coverage::Sites;
use super::super::quality::is_complete;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_mobility::{AreaCoverage, JudgedDay, area_coverage};
use hexodus_model::{AreaKey, Consequence, Level, LocalDay};
use hexodus_release::outgoing::{NetworkArea, NetworkDay, OutgoingNetwork, TrafficShare, release_network};
use hexodus_store::DayEntry;
use std::collections::BTreeMap;

impl Run<'_> {
    /// Of every day from the first of the baseline to `last`, the last released: the days that figures are compared with
    /// and the days they are of. What came later is not settled yet.
    pub(super) fn network_until(&self, crisis: &Crisis, last: LocalDay) -> Result<OutgoingNetwork, Failure> {
        let policy = &self.setup.policy;
        let mut areas = Vec::new();
        let mut country = BTreeMap::new();
        if let Some(days) = self.coverage_days(crisis).filter(|_| self.has_coverage()) {
            let sites = self.sites(&days)?.heard_by(policy.threshold(Level::Adm(1)));
            for level in 1..=self.deepest_outgoing() {
                areas.extend(self.traffic_at(&sites, level).into_iter().filter(|own| own.day <= last));
            }
            country = traffic_of_country(&sites);
        }
        let usual = self.usual_radio_cells(crisis);
        let days = (crisis.baseline.first.0..=last.0).map(LocalDay);
        let days = days.map(|day| {
            let traffic = country.get(&day).copied().unwrap_or_default();
            (day, self.store.manifest().days.get(&day).and_then(|entry| self.network_day(day, entry, (usual, traffic))))
        });
        Ok(release_network(areas, days.collect(), policy))
    }

    fn traffic_at(&self, sites: &Sites, level: u8) -> Vec<NetworkArea> {
        let areas = self.network.areas.level(level).len();
        let own = &sites.areas[usize::from(level) - 1];
        let of_day = |day: &JudgedDay| {
            let coverage = area_coverage(day, own, areas);
            let date = day.day;
            let of_area = move |(area, own): (u32, AreaCoverage)| {
                let traffic = traffic(&own, sites.is_judged);
                NetworkArea { day: date, level, area: AreaKey(area), traffic }
            };
            (0..).zip(coverage).map(of_area).collect::<Vec<_>>()
        };
        sites.days.iter().flat_map(of_day).collect()
    }

    /// The median of the radio cells with an event over the days that may be learnt from.
    fn usual_radio_cells(&self, crisis: &Crisis) -> Option<u64> {
        let days = self.store.manifest().days.iter().filter(|own| crisis.baseline.contains(*own.0) && may_teach(own.1));
        let mut active: Vec<u64> = days.filter_map(|(_, own)| own.facts.as_ref()?.radio_cells_active).collect();
        active.sort_unstable();
        active.get(active.len() / 2).copied()
    }

    /// `None` where nothing was delivered.
    fn network_day(
        &self,
        day: LocalDay,
        entry: &DayEntry,
        (usual, traffic): (Option<u64>, TrafficShare),
    ) -> Option<NetworkDay> {
        let facts = entry.facts.as_ref()?;
        let verdict = entry.verdict.clone().unwrap_or_default();
        Some(NetworkDay {
            subscribers_active: facts.subscribers_active,
            subscribers_located: facts.subscribers_located,
            events: [facts.events_located, facts.events_located + facts.events_unlocated],
            radio_cells: facts.radio_cells_active.zip(usual).map(|(active, usual)| [active, usual]),
            traffic,
            events_by_hour: facts.events_by_hour.clone(),
            complete: is_complete(facts, day, &self.setup.calendar),
            used: entry.is_trusted(),
            baseline_used: may_teach(entry),
            exclusion_reason: verdict.names(Consequence::Exclude),
        })
    }
}

fn may_teach(entry: &DayEntry) -> bool {
    entry.verdict.as_ref().is_none_or(|own| own.consequence() < Consequence::Exclude)
}

/// All sites as those of one area.
fn traffic_of_country(sites: &Sites) -> BTreeMap<LocalDay, TrafficShare> {
    let of_day = |day: &JudgedDay| {
        let whole = vec![Some(AreaKey(0)); day.sites.len()];
        let coverage = area_coverage(day, &whole, 1);
        (day.day, coverage.first().map(|own| traffic(own, sites.is_judged)).unwrap_or_default())
    };
    sites.days.iter().map(of_day).collect()
}

fn traffic(own: &AreaCoverage, is_judged: bool) -> TrafficShare {
    TrafficShare { kappa: own.kappa(), fewest: own.fewest, has_sites: is_judged && own.known > 0 }
}
