//! Day-to-day flows between consecutive stored days, with their identity checked.

use super::Run;
use super::days::{SUBSCRIBER_DAYS, fingerprint};
use crate::failure::{Failure, pass};
use hexodus_failpoint::Point;
use hexodus_mobility::{DailyLocationRule, check_conservation, count_day_to_day, daily_locations, roll_up};
use hexodus_model::{FlowMatrix, H3Cell, LocalDay, SubscriberDay, SubscriberId};
use hexodus_store::{DayTallies, Derived, PlaceColumn, Share};

/// The place of a reduced day that is its daily location; `None` where one day does not tell.
pub const fn place_column(rule: DailyLocationRule) -> Option<PlaceColumn> {
    match rule {
        DailyLocationRule::Last => Some(PlaceColumn::Last),
        DailyLocationRule::MostEvents => Some(PlaceColumn::MostEvents),
        DailyLocationRule::Night => None,
    }
}

/// Name of what a pair of days is reduced to, kept with the first of them.
pub const FLOWS: &str = "flows";

impl Run<'_> {
    /// Counts the matrix of each pair of consecutive usable days, unless that was done from the same reductions.
    /// A missing day is missing, not zero: there is no matrix across it.
    pub fn count_flows(&mut self) -> Result<(), Failure> {
        let mut held: Option<(LocalDay, Vec<(SubscriberId, H3Cell)>)> = None;
        let mut counted = Vec::new();
        for (first, second) in self.day_pairs() {
            if self.is_counted(first) {
                continue;
            }
            let inputs = self.pair_fingerprint(first);
            pass(Point::FlowsBegin)?;
            let held_first = held.take().filter(|(day, _)| *day == first);
            let (from, to) = rayon::join(
                || held_first.map_or_else(|| self.locations_on(first), |(_, locations)| Ok(locations)),
                || self.locations_on(second),
            );
            let (from, to) = (from?, to?);
            let matrix = count_day_to_day(first, &from, &to);
            check_conservation(&matrix, from.len() as u64, to.len() as u64)?;
            for level in 1..=self.network.areas.deepest() {
                let areas = self.at_level(&matrix, level);
                check_conservation(&areas, from.len() as u64, to.len() as u64)?;
            }
            let tallies = DayTallies { presence: Vec::new(), flows: vec![matrix] };
            let part = self.store.write_tallies(FLOWS, first, &tallies)?;
            counted.push((first, Derived { part, inputs }));
            held = Some((second, to));
        }
        pass(Point::FlowsWritten)?;
        self.store.commit(|manifest| {
            for (first, derived) in counted {
                manifest.days.entry(first).or_default().derived.insert(FLOWS.into(), derived);
            }
        })?;
        Ok(())
    }

    /// Pairs of consecutive usable days, ascending; none across a rotation of the key, and none that is stale while
    /// its reduced days were removed by age.
    pub fn day_pairs(&self) -> Vec<(LocalDay, LocalDay)> {
        let manifest = self.store.manifest();
        let days = manifest.usable_days();
        let pairs = days.windows(2).map(|pair| (pair[0], pair[1]));
        pairs
            .filter(|&(first, second)| first.next() == second && manifest.is_linked(first, second))
            .filter(|&(first, second)| {
                self.can_be_counted(first) && self.can_be_counted(second) || self.is_counted(first)
            })
            .collect()
    }

    /// Whether the reduced day is still there.
    fn can_be_counted(&self, day: LocalDay) -> bool {
        self.store.manifest().days.get(&day).is_some_and(|entry| !entry.is_pruned(SUBSCRIBER_DAYS))
    }

    /// Whether the matrix from `first` to the next day was made from the same reductions.
    fn is_counted(&self, first: LocalDay) -> bool {
        let kept = self.store.manifest().days.get(&first).and_then(|entry| entry.derived.get(FLOWS));
        kept.is_some_and(|kept| kept.inputs == self.pair_fingerprint(first))
    }

    /// The same matrix at a level of areas.
    pub fn at_level(&self, matrix: &FlowMatrix, level: u8) -> FlowMatrix {
        roll_up(matrix, level, |h3| self.network.locator.area_at(h3, level))
    }

    fn locations_on(&self, day: LocalDay) -> Result<Vec<(SubscriberId, H3Cell)>, Failure> {
        let rule = self.setup.config.mobility.daily_location;
        if let Some(column) = place_column(rule) {
            let Some(derived) = self.reduced(day) else { return Ok(Vec::new()) };
            return Ok(self.store.read_places(&derived.part, column, Share::WHOLE)?);
        }
        let linked = self.store.manifest().is_linked(day, day.next());
        let next = if linked { self.subscriber_days(day.next())? } else { Vec::new() };
        Ok(daily_locations(rule, &self.subscriber_days(day)?, &next))
    }

    fn subscriber_days(&self, day: LocalDay) -> Result<Vec<SubscriberDay>, Failure> {
        match self.reduced(day) {
            Some(derived) => Ok(self.store.read_subscriber_days(&derived.part)?),
            None => Ok(Vec::new()),
        }
    }

    fn reduced(&self, day: LocalDay) -> Option<&Derived> {
        let manifest = self.store.manifest();
        manifest.usable_days().binary_search(&day).ok()?;
        manifest.days.get(&day)?.derived.get(SUBSCRIBER_DAYS)
    }

    /// The reductions a pair depends on: its two days, and under the night rule the day after them.
    fn pair_fingerprint(&self, first: LocalDay) -> String {
        let inputs = |day: LocalDay| self.reduced(day).map(|derived| derived.inputs.clone());
        let rule = self.setup.config.mobility.daily_location;
        let third = if rule == DailyLocationRule::Night { inputs(first.next().next()) } else { None };
        fingerprint(&serde_json::json!([rule, inputs(first), inputs(first.next()), third, self.network.fingerprint]))
    }
}
