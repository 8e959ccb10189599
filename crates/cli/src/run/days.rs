//! Reducing a stored day: daily locations, presence, trips.

use super::Run;
use super::held::KnownDay;
use crate::failure::{Failure, pass};
use hexodus_failpoint::Point;
use hexodus_locate::SiteKey;
use hexodus_mobility::quality::DayActivity;
use hexodus_mobility::{DayReduction, DayRules, reduce_day};
use hexodus_model::{DayWindow, LocalDay, LocationDay, LocationHour, LocationId, LocationKey, Locations, UtcMicros};
use hexodus_store::{DayFacts, DayTallies, Derived, EVENTS};
use std::collections::BTreeSet;

/// Changes whenever the meaning of a reduction changes, so that stored ones are made anew.
const REDUCTION_VERSION: u32 = 2;
/// Names of what a day is reduced to.
pub const SUBSCRIBER_DAYS: &str = "subscriber_days";
pub const TALLIES: &str = "tallies";
pub const ACTIVITY: &str = "activity";
pub const LOCATION_HOURS: &str = "location_hours";

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
        if [SUBSCRIBER_DAYS, TALLIES, ACTIVITY, LOCATION_HOURS].into_iter().all(fresh) {
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
            semantic: self.setup.config.checks,
        };
        let reduce = || events.reduce(|units, events_of| reduce_day(units, events_of, &places, &window, &rules));
        let reduction = self.console.timed("reduce", reduce)?;
        let facts = self.facts(&window, events.rows() as u64, &reduction, &locations)?;
        self.keep(day, &inputs, reduction, facts, &locations)
    }

    fn keep(
        &mut self,
        day: LocalDay,
        inputs: &str,
        reduction: DayReduction,
        facts: DayFacts,
        locations: &Locations,
    ) -> Result<(), Failure> {
        let DayReduction { subscriber_days, presence, trips, activity, .. } = reduction;
        let (console, store) = (self.console, &mut self.store);
        let days = console.timed("store days", || store.write_subscriber_days(day, subscriber_days.parts()))?;
        let tallies = DayTallies { presence, flows: trips };
        let tallies = console.timed("store tallies", || store.write_tallies(TALLIES, day, &tallies))?;
        let hours: Vec<LocationHour> =
            activity.location_hours().filter(|row| is_radio_cell(row.location, locations)).collect();
        let hours = self.store.write_location_hours(day, &hours)?;
        let activity = self.store.write_activity(day, &radio_cells(&activity, locations))?;
        pass(Point::ReduceWritten)?;
        self.store.commit(|manifest| {
            let entry = manifest.days.entry(day).or_default();
            entry.facts = Some(facts);
            let made = [(SUBSCRIBER_DAYS, days), (TALLIES, tallies), (ACTIVITY, activity), (LOCATION_HOURS, hours)];
            for (kind, part) in made {
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
            output.trips_consecutive,
            self.setup.config.checks
        ]))
    }

    fn facts(
        &self,
        window: &DayWindow,
        stored: u64,
        reduction: &DayReduction,
        locations: &Locations,
    ) -> Result<DayFacts, Failure> {
        let unlocated = reduction.activity.unlocated();
        check_semantic(window.day, stored, reduction)?;
        let active = radio_cells(&reduction.activity, locations);
        let mut semantic = reduction.semantic.by_code();
        semantic.extend(self.count_unplaced(window, &active, locations));
        let plan = self.network.locator.plan();
        let (radio_cells_active, sites_active) = self.network_active(window, &active, locations);
        Ok(DayFacts {
            subscribers_active: reduction.subscribers_active,
            subscribers_located: reduction.subscriber_days.len() as u64,
            events_located: stored - unlocated,
            events_unlocated: unlocated,
            events_left_out: reduction.semantic.rejected,
            semantic,
            radio_cells_in_plan: plan.map(|plan| plan.radio_cells_valid_on(window) as u64),
            radio_cells_active,
            sites_active,
            hours_covered: reduction.hours_covered,
            hours: reduction.hours,
            events_by_hour: reduction.activity.events_by_hour.clone(),
            span: reduction.span.map(|span| span.map(|micros| UtcMicros(window.start.0 + micros))),
        })
    }
}

impl Run<'_> {
    /// Radio cells of the plan with events, and their sites; none without a plan.
    pub(super) fn network_active(
        &self,
        window: &DayWindow,
        active: &[LocationDay],
        locations: &Locations,
    ) -> (Option<u64>, Option<u64>) {
        let Some(plan) = self.network.locator.plan() else { return (None, None) };
        let last = UtcMicros(window.end.0 - 1);
        let site = |row: &LocationDay| match &locations.ids()[row.location.0 as usize] {
            LocationId::RadioCell(id) => plan.site_at(id, last).map(|site| site.key),
            _ => None,
        };
        let sites: Vec<SiteKey> = active.iter().filter_map(site).collect();
        (Some(sites.len() as u64), Some(sites.iter().collect::<BTreeSet<_>>().len() as u64))
    }
}

/// Stored = used + left out + unlocated, for the day: what is left out depends on a subscriber's whole day, so there is
/// no account of it by file.
fn check_semantic(day: LocalDay, stored: u64, reduction: &DayReduction) -> Result<(), Failure> {
    let used: u64 = reduction.subscriber_days.iter().map(|own| u64::from(own.located_events)).sum();
    let (left_out, unlocated) = (reduction.semantic.rejected, reduction.activity.unlocated());
    if stored == used + left_out + unlocated && stored == reduction.activity.events() {
        return Ok(());
    }
    Err(Failure::identity(format!(
        "{day}: stored {stored} ≠ used {used} + left out {left_out} + unlocated {unlocated}"
    )))
}

/// The radio cells with events, ascending by key; records' own positions are none.
fn radio_cells(activity: &DayActivity, locations: &Locations) -> Vec<LocationDay> {
    activity.location_days().filter(|row| is_radio_cell(row.location, locations)).collect()
}

fn is_radio_cell(location: LocationKey, locations: &Locations) -> bool {
    matches!(locations.ids().get(location.0 as usize), Some(LocationId::RadioCell(_)))
}

/// A digest of anything that can be written as JSON.
pub fn fingerprint(value: &serde_json::Value) -> String {
    blake3::hash(value.to_string().as_bytes()).to_hex().to_string()
}
