//! The counts of a day over shards.

use super::activity_sums::{Names, sum_activity, sum_location_hours};
use super::parts::Part;
use crate::failure::{Failure, pass};
use crate::run::Run;
use crate::run::days::{ACTIVITY, LOCATION_HOURS, TALLIES, fingerprint};
use crate::run::flows::FLOWS;
use crate::run::on_request::PAIRS;
use hexodus_failpoint::Point;
use hexodus_model::{FlowMatrix, LocalDay, LocationDay, Locations, Presence, UtcMicros};
use hexodus_store::{DayFacts, DayTallies, Derived, Sums, Wanted, read_tallies};
use std::collections::BTreeMap;

impl Run<'_> {
    /// Presence, trips, activity and figures of a day, unless they were summed from the same shards.
    pub(super) fn sum_day(
        &mut self,
        day: LocalDay,
        parts: &[Part],
        names: &Names,
        locations: &Locations,
    ) -> Result<(), Failure> {
        let inputs = fingerprint(&serde_json::json!([
            self.network.fingerprint,
            inputs_of(parts, day, &[TALLIES, ACTIVITY, LOCATION_HOURS, PAIRS])
        ]));
        let own = self.store.manifest().days.get(&day);
        let is_fresh = |kind| own.and_then(|own| own.derived.get(kind)).is_some_and(|own| own.inputs == inputs);
        if [TALLIES, ACTIVITY, LOCATION_HOURS].into_iter().all(is_fresh) {
            return Ok(());
        }
        let activity = sum_activity(day, parts, names)?;
        let facts = self.sum_facts(day, parts, &activity, locations)?;
        let tallies = sum_tallies(day, parts, TALLIES)?;
        let tallies = self.store.write_tallies(TALLIES, day, &tallies)?;
        let activity = self.store.write_activity(day, &activity)?;
        let hours = self.store.write_location_hours(day, &sum_location_hours(day, parts, names)?)?;
        let asked = parts.iter().any(|part| part.day(day).is_some_and(|own| own.derived.contains_key(PAIRS)));
        let pairs = asked.then(|| sum_tallies(day, parts, PAIRS)).transpose()?;
        let pairs = pairs.map(|pairs| self.store.write_tallies(PAIRS, day, &pairs)).transpose()?;
        pass(Point::ReduceWritten)?;
        let requested = self.request_fingerprint(day);
        self.store.commit(|manifest| {
            let entry = manifest.days.entry(day).or_default();
            entry.facts = Some(facts);
            for (kind, part) in [(TALLIES, tallies), (ACTIVITY, activity), (LOCATION_HOURS, hours)] {
                entry.derived.insert(kind.into(), Derived { part, inputs: inputs.clone() });
            }
            match pairs {
                Some(part) => _ = entry.derived.insert(PAIRS.into(), Derived { part, inputs: requested }),
                None => _ = entry.derived.remove(PAIRS),
            }
        })?;
        Ok(())
    }

    /// The matrix of each pair of used days, unless it was summed from the same shards.
    pub(super) fn sum_flows(&mut self, parts: &[Part]) -> Result<(), Failure> {
        for (first, _) in self.day_pairs() {
            let inputs = fingerprint(&serde_json::json!(inputs_of(parts, first, &[FLOWS])));
            let own = self.store.manifest().days.get(&first).and_then(|own| own.derived.get(FLOWS));
            if own.is_some_and(|own| own.inputs == inputs) {
                continue;
            }
            let tallies = sum_tallies(first, parts, FLOWS)?;
            let part = self.store.write_tallies(FLOWS, first, &tallies)?;
            pass(Point::FlowsWritten)?;
            self.store.commit(|manifest| {
                let entry = manifest.days.entry(first).or_default();
                entry.derived.insert(FLOWS.into(), Derived { part, inputs });
            })?;
        }
        Ok(())
    }

    fn sum_facts(
        &self,
        day: LocalDay,
        parts: &[Part],
        active: &[LocationDay],
        locations: &Locations,
    ) -> Result<DayFacts, Failure> {
        let mut all = DayFacts::default();
        for part in parts {
            let facts = part.day(day).and_then(|own| own.facts.clone());
            let missing = || Failure::identity(format!("{day}: shard {} has no figures of it", part.shard));
            add_facts(&mut all, facts.ok_or_else(missing)?);
        }
        all.hours_covered = all.hours.count_ones();
        let (radio_cells, sites) = self.network_active(&self.setup.calendar.window(day), active, locations);
        (all.radio_cells_active, all.sites_active) = (radio_cells, sites);
        Ok(all)
    }
}

/// What derived files of a day were made from, shard by shard.
fn inputs_of<'a>(parts: &'a [Part], day: LocalDay, kinds: &[&str]) -> Vec<Vec<Option<&'a str>>> {
    let of = |part: &'a Part| {
        let entry = part.day(day);
        kinds.iter().map(|&kind| Some(entry?.derived.get(kind)?.inputs.as_str())).collect()
    };
    parts.iter().map(of).collect()
}

/// Adds what adds up; what is told of radio cells and sites is found from their sum.
fn add_facts(all: &mut DayFacts, own: DayFacts) {
    all.subscribers_active += own.subscribers_active;
    all.subscribers_located += own.subscribers_located;
    all.events_located += own.events_located;
    all.events_unlocated += own.events_unlocated;
    all.events_left_out += own.events_left_out;
    all.radio_cells_in_plan = own.radio_cells_in_plan;
    all.hours |= own.hours;
    for (code, events) in own.semantic {
        *all.semantic.entry(code).or_default() += events;
    }
    all.events_by_hour.resize(all.events_by_hour.len().max(own.events_by_hour.len()), 0);
    all.events_by_hour.iter_mut().zip(own.events_by_hour).for_each(|(sum, events)| *sum += events);
    all.span = match (all.span, own.span) {
        (Some([first, last]), Some(own)) => Some::<[UtcMicros; 2]>([first.min(own[0]), last.max(own[1])]),
        (one, other) => one.or(other),
    };
}

fn sum_tallies(day: LocalDay, parts: &[Part], kind: &str) -> Result<DayTallies, Failure> {
    let (mut presence, mut flows) = (BTreeMap::new(), BTreeMap::new());
    for part in parts {
        let Some(derived) = part.day(day).and_then(|own| own.derived.get(kind)) else {
            return Err(Failure::identity(format!("{day}: shard {} has no {kind}", part.shard)));
        };
        let own = read_tallies(&part.folder, day, &derived.part, Wanted::All)?;
        for Presence { level, day, hour, entries } in own.presence {
            presence.entry((level, day, hour)).or_insert_with(Sums::default).add(entries);
        }
        for FlowMatrix { definition, level, first_day, last_day, entries } in own.flows {
            flows.entry((definition, level, first_day, last_day)).or_insert_with(Sums::default).add(entries);
        }
    }
    let of_presence = |((level, day, hour), entries): (_, Sums<_, _>)| {
        let entries = entries.finish();
        Presence { level, day, hour, entries }
    };
    let of_flows = |((definition, level, first_day, last_day), entries): (_, Sums<_, _>)| {
        let entries = entries.finish();
        FlowMatrix { definition, level, first_day, last_day, entries }
    };
    Ok(DayTallies {
        presence: presence.into_iter().map(of_presence).collect(),
        flows: flows.into_iter().map(of_flows).collect(),
    })
}
