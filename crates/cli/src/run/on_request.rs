//! What only some configurations ask of a stored day: hours at places, all-pairs trips. A pass of its own.

use super::Run;
use super::days::fingerprint;
use super::held::KnownDay;
use crate::crisis::HomesBy;
use crate::failure::{Failure, pass};
use hexodus_failpoint::Point;
use hexodus_mobility::{Profile, RequestRules, Requested, reduce_on_request};
use hexodus_model::LocalDay;
use hexodus_store::{DayTallies, Derived, EVENTS};

/// Changes whenever the meaning of these reductions changes.
const REQUEST_VERSION: u32 = 1;
/// Hours at places by subscriber.
pub const HOURS: &str = "hours";
/// All-pairs trips.
pub const PAIRS: &str = "pairs";

impl Run<'_> {
    /// Reduces a day to what is asked for, unless that was done from the same events and rules, or nothing is.
    pub fn reduce_on_request(&mut self, day: LocalDay) -> Result<(), Failure> {
        let rules = self.request_rules(day);
        let pruned = self.store.manifest().days.get(&day).is_some_and(|entry| entry.is_pruned(EVENTS));
        let wanted = [(HOURS, rules.hours_from.is_some()), (PAIRS, rules.pairs || rules.pairs_inclusive)];
        if pruned || wanted.iter().all(|&(kind, wanted)| !wanted || self.is_requested_fresh(day, kind)) {
            return Ok(());
        }
        pass(Point::RequestBegin)?;
        let inputs = self.request_fingerprint(day);
        let window = self.setup.calendar.window(day);
        let events = KnownDay::find(&mut self.held, &self.store, &window)?;
        let places = self.network.locator.day_places(&self.store.read_locations()?, &window);
        let reduce = || events.reduce(|units, events_of| reduce_on_request(units, events_of, &places, &window, &rules));
        let requested = self.console.timed("reduce on request", reduce)?;
        self.keep_requested(day, &inputs, wanted, &requested)
    }

    fn keep_requested(
        &mut self,
        day: LocalDay,
        inputs: &str,
        wanted: [(&str, bool); 2],
        requested: &Requested,
    ) -> Result<(), Failure> {
        let mut parts = Vec::new();
        for (kind, _) in wanted.into_iter().filter(|&(_, wanted)| wanted) {
            let part = if kind == HOURS {
                self.store.write_hours(day, &requested.hours)?
            } else {
                let tallies = DayTallies { presence: Vec::new(), flows: requested.pairs.clone() };
                self.store.write_tallies(PAIRS, day, &tallies)?
            };
            parts.push((kind, Derived { part, inputs: inputs.to_owned() }));
        }
        pass(Point::RequestWritten)?;
        self.store.commit(|manifest| {
            let derived = &mut manifest.days.entry(day).or_default().derived;
            derived.extend(parts.into_iter().map(|(kind, part)| (kind.to_owned(), part)));
        })?;
        Ok(())
    }

    /// Whether a kind was made from the same events and rules, so that it may be used.
    pub fn is_requested_fresh(&self, day: LocalDay, kind: &str) -> bool {
        let derived = self.store.manifest().days.get(&day).and_then(|entry| entry.derived.get(kind));
        derived.is_some_and(|derived| derived.inputs == self.request_fingerprint(day))
    }

    fn request_rules(&self, day: LocalDay) -> RequestRules {
        let crises = self.setup.crises.iter();
        let mut by_hours = crises.filter(|crisis| matches!(crisis.homes, HomesBy::Hours(_)));
        let wants_hours = by_hours.any(|crisis| crisis.baseline.contains(day));
        let output = &self.setup.config.output;
        RequestRules {
            hours_from: wants_hours.then_some(Profile::MultimnoUe.day_start_hour()),
            pairs: output.trips_all_pairs,
            pairs_inclusive: output.trips_all_pairs_inclusive,
            semantic: self.setup.config.checks,
        }
    }

    pub(super) fn request_fingerprint(&self, day: LocalDay) -> String {
        let RequestRules { hours_from, pairs, pairs_inclusive, .. } = self.request_rules(day);
        let of_day = self.day_fingerprint(day);
        fingerprint(&serde_json::json!([REQUEST_VERSION, of_day, hours_from, pairs, pairs_inclusive]))
    }
}
