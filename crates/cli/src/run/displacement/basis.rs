//! What figures of people rest on besides who is displaced: what a panel stands for, and what is seen without an event.

use super::super::Run;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_estimate::{QuietOrigin, StandsFor, misplaced_shares, stayers_factor};
use hexodus_model::{FlowMatrix, LocalDay, UnitKey};
use hexodus_store::CrisisCounts;
use std::collections::BTreeMap;

impl Run<'_> {
    /// How many people stand behind the panel of each area of a level. The panel is the same on every day.
    pub(in crate::run) fn stands_for(&self, level: u8, counts: &CrisisCounts) -> Result<StandsFor, Failure> {
        let Some(known) = &self.network.population else { return Ok(StandsFor::default()) };
        let mut residents: BTreeMap<UnitKey, u64> = BTreeMap::new();
        for (unit, own) in counts.stock.last().iter().flat_map(|table| &table.origins) {
            *residents.entry(self.area_of(*unit, level)).or_default() += own.panel;
        }
        let mut told = known.stands_for(&self.network.areas, level, &residents)?;
        // As of the last day of the time whose homes the panel has: it is weighted once, whatever the market does later.
        let eve = counts.stock.first().map(|table| table.day.previous());
        let each = |area| known.shares.on(&self.network.areas, (level, area), eve?);
        told.add_by_market_share(&residents, each);
        Ok(told)
    }

    /// By area, the share of those within reach of home that seems displaced nearby without an event.
    pub(super) fn misplaced(&self, level: u8, counts: &CrisisCounts) -> BTreeMap<UnitKey, f64> {
        let mut origins: BTreeMap<UnitKey, QuietOrigin> = BTreeMap::new();
        for (home, own) in counts.stock.last().iter().flat_map(|table| &table.origins) {
            origins.entry(self.area_of(*home, level)).or_default().residents += own.panel;
        }
        for &(_, home, days) in &counts.near_without_event {
            origins.entry(self.area_of(home, level)).or_default().near += days;
        }
        misplaced_shares(&origins, counts.without_event.days)
    }

    /// By day, by what arrivals to each area are multiplied for want of stayers: subscribers residing in their home area,
    /// now and on the days before the event (methods §7.4, item 6).
    pub(super) fn stayers(
        &self,
        crisis: &Crisis,
        home_to_present: &[FlowMatrix],
    ) -> BTreeMap<LocalDay, BTreeMap<UnitKey, f64>> {
        let mut before: BTreeMap<UnitKey, Vec<f64>> = BTreeMap::new();
        let mut since: BTreeMap<LocalDay, BTreeMap<UnitKey, f64>> = BTreeMap::new();
        for matrix in home_to_present {
            let day = matrix.first_day;
            let stayers = matrix.entries.iter().filter(|own| own.0.origin == own.0.destination);
            for (pair, stayers) in stayers {
                if day >= crisis.event {
                    since.entry(day).or_default().insert(pair.origin, *stayers as f64);
                } else if crisis.baseline.contains(day) && self.teaches(crisis, day) {
                    before.entry(pair.origin).or_default().push(*stayers as f64);
                }
            }
        }
        for today in since.values_mut() {
            today.retain(|unit, own| {
                let factor = before.get(unit).and_then(|before| stayers_factor(before, *own));
                *own = factor.unwrap_or(0.0);
                factor.is_some()
            });
        }
        since
    }
}

/// What a time without an event tells of so many days after one.
pub(super) struct QuietDay {
    /// The stock near home, as a multiple of its mean over the days that are counted.
    pub(super) near: f64,
    /// The stock beyond, as a share of the panel; `None` where the baseline tells nothing.
    pub(super) far: Option<f64>,
}

pub(super) fn quiet_day(counts: &CrisisCounts, day: LocalDay) -> QuietDay {
    let first = counts.stock.first().map_or(day, |table| table.day);
    let shares = counts.quiet_days.shares(usize::try_from(day.0 - first.0).unwrap_or(0));
    let mean = counts.without_event.near as f64 / counts.without_event.days as f64;
    let near = shares.map_or(1.0, |[near, _]| if mean > 0.0 { near / mean } else { 1.0 });
    QuietDay { near, far: shares.map(|[_, far]| far) }
}

/// Shares that are misplaced on a day.
pub(super) fn on_day(misplaced: &BTreeMap<UnitKey, f64>, factor: f64) -> BTreeMap<UnitKey, f64> {
    misplaced.iter().map(|(&origin, share)| (origin, share * factor)).collect()
}
