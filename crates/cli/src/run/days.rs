//! Reducing a stored day: daily locations, presence, trips.

use super::Run;
use super::held::KnownDay;
use crate::failure::{Failure, pass};
use hexodus_failpoint::Point;
use hexodus_locate::SiteKey;
use hexodus_mobility::{DayReduction, DayRules, reduce_day};
use hexodus_model::{DayWindow, LocalDay, LocationId, Locations, UtcMicros};
use hexodus_store::{DayFacts, DayTallies, Derived, EVENTS, StoreError};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// Changes whenever the meaning of a reduction changes, so that stored ones are made anew.
const REDUCTION_VERSION: u32 = 1;
/// Names of what a day is reduced to.
pub const SUBSCRIBER_DAYS: &str = "subscriber_days";
pub const TALLIES: &str = "tallies";

impl Run<'_> {
    /// Reduces a day unless that was done from the same events, plan, areas and definitions.
    pub fn reduce(&mut self, day: LocalDay) -> Result<(), Failure> {
        if self.store.manifest().days.get(&day).is_some_and(|entry| entry.is_pruned(EVENTS)) {
            return Ok(());
        }
        pass(Point::ReduceBegin)?;
        let inputs = self.day_fingerprint(day);
        let entry = self.store.manifest().days.get(&day);
        let fresh = |kind: &str| {
            entry.and_then(|entry| entry.derived.get(kind)).is_some_and(|derived| derived.inputs == inputs)
        };
        if fresh(SUBSCRIBER_DAYS) && fresh(TALLIES) {
            return Ok(());
        }
        let window = self.setup.calendar.window(day);
        let events = KnownDay::find(&mut self.held, &self.store, &window)?;
        let locations = self.store.read_locations()?;
        let places = self.network.locator.day_places(&locations, &window);
        let output = &self.setup.config.output;
        let rules = DayRules {
            nights: self.setup.config.mobility.night.spans(&self.setup.calendar, &window),
            hourly: output.presence_h3_hourly,
            trips: output.trips_consecutive,
        };
        let broken: OnceLock<StoreError> = OnceLock::new();
        let events_of = |unit| {
            events.unit(unit).unwrap_or_else(|error| {
                let _ = broken.set(error);
                Arc::default()
            })
        };
        let reduction =
            self.console.timed("reduce", || reduce_day(events.units(), events_of, &places, &window, &rules));
        if let Some(error) = broken.into_inner() {
            return Err(error.into());
        }
        let facts = self.facts(&window, &reduction, &locations);
        self.keep(day, &inputs, reduction, facts)
    }

    fn keep(&mut self, day: LocalDay, inputs: &str, reduction: DayReduction, facts: DayFacts) -> Result<(), Failure> {
        let DayReduction { subscriber_days, presence, trips, .. } = reduction;
        let (console, store) = (self.console, &mut self.store);
        let days = console.timed("store days", || store.write_subscriber_days(day, &subscriber_days))?;
        let tallies = DayTallies { presence, flows: trips };
        let tallies = console.timed("store tallies", || store.write_tallies(TALLIES, day, &tallies))?;
        pass(Point::ReduceWritten)?;
        self.store.commit(|manifest| {
            let entry = manifest.days.entry(day).or_default();
            entry.facts = Some(facts);
            for (kind, part) in [(SUBSCRIBER_DAYS, days), (TALLIES, tallies)] {
                entry.derived.insert(kind.into(), Derived { part, inputs: inputs.to_owned() });
            }
        })?;
        Ok(())
    }

    /// What a day's reduction depends on.
    pub(super) fn day_fingerprint(&self, day: LocalDay) -> String {
        let parts: BTreeSet<&str> = self
            .store
            .manifest()
            .days
            .get(&day)
            .map(|entry| entry.parts.iter().map(|part| part.digest.as_str()).collect())
            .unwrap_or_default();
        let output = &self.setup.config.output;
        fingerprint(&serde_json::json!([
            REDUCTION_VERSION,
            parts,
            self.network.fingerprint,
            self.setup.config.mobility.night,
            output.presence_h3_hourly,
            output.trips_consecutive
        ]))
    }

    fn facts(&self, window: &DayWindow, reduction: &DayReduction, locations: &Locations) -> DayFacts {
        let located: u64 = reduction.subscriber_days.iter().map(|day| u64::from(day.located_events)).sum();
        let plan = self.network.locator.plan();
        let last = UtcMicros(window.end.0 - 1);
        let sites_of_active: Option<Vec<SiteKey>> = plan.map(|plan| {
            let known = locations.ids().iter().zip(&reduction.locations_active).filter_map(|(id, &active)| match id {
                LocationId::RadioCell(id) if active => plan.site_at(id, last),
                _ => None,
            });
            known.map(|site| site.key).collect()
        });
        let distinct = |sites: &Vec<SiteKey>| sites.iter().collect::<BTreeSet<_>>().len() as u64;
        DayFacts {
            subscribers_active: reduction.subscribers_active,
            subscribers_located: reduction.subscriber_days.len() as u64,
            events_located: located,
            events_unlocated: reduction.events - located,
            radio_cells_in_plan: plan.map(|plan| plan.radio_cells_valid_on(window) as u64),
            radio_cells_active: sites_of_active.as_ref().map(|sites| sites.len() as u64),
            sites_active: sites_of_active.as_ref().map(distinct),
            hours_covered: reduction.hours_covered,
            span: reduction.span.map(|span| span.map(|micros| UtcMicros(window.start.0 + micros))),
        }
    }
}

/// A digest of anything that can be written as JSON.
pub fn fingerprint(value: &serde_json::Value) -> String {
    blake3::hash(value.to_string().as_bytes()).to_hex().to_string()
}
