//! The sums of all workers → tallies and the account of rows.

use crate::counting::Counting;
use crate::fault::{Checked, Fault};
use crate::partials::{Entries, Heading, Metric, Partials};
use crate::tally::{FlowKey, PresenceKey, Tally, unit_name};
use hexodus_model::{Definition, UnitKey};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// What units are called, each asked once.
struct Names<'a> {
    codes: &'a [String],
    known: FxHashMap<u64, String>,
}

impl Names<'_> {
    fn of(&mut self, bits: u64) -> Checked<String> {
        if let Some(name) = self.known.get(&bits) {
            return Ok(name.clone());
        }
        let name = UnitKey::from_bits(bits).and_then(|unit| unit_name(unit, self.codes));
        let name = name.ok_or_else(|| Fault("a unit without a name: a defect of hexodus".into()))?;
        self.known.insert(bits, name.clone());
        Ok(name)
    }
}

impl Partials {
    /// Flows at one of the levels, between days on both of which somebody was located: a missing day is missing, not zero.
    pub fn flows(&self, counting: &Counting, position: usize) -> Checked<Tally> {
        let (level, mut names) = level_and_names(counting, position)?;
        let located: BTreeSet<i32> = self.of(Metric::Located, 0).map(|own| own.0.day).collect();
        let mut rows = Vec::new();
        for (heading, entries) in self.of(Metric::Flows, position) {
            let period = [heading.day, heading.day + 1];
            if !period.iter().all(|day| located.contains(day)) {
                continue;
            }
            for &([origin, destination], subscribers) in entries {
                let pair = [names.of(origin)?, names.of(destination)?];
                let definition = Definition::DayToDay.id().to_owned();
                rows.push((FlowKey { definition, level: level.clone(), period, pair }, subscribers));
            }
        }
        Ok(Tally::Flows(rows.into_iter().collect()))
    }

    /// Presence at one of the levels, of whole days or of hours.
    pub fn presence(&self, counting: &Counting, position: usize, hourly: bool) -> Checked<Tally> {
        let (level, mut names) = level_and_names(counting, position)?;
        let mut rows = Vec::new();
        for (heading, entries) in self.of(Metric::Presence, position) {
            let hour = i16::try_from(heading.hour).ok().filter(|&hour| hour >= 0);
            if hour.is_some() != hourly {
                continue;
            }
            for &([unit, _], subscribers) in entries {
                let (level, unit) = (level.clone(), names.of(unit)?);
                rows.push((PresenceKey { level, day: heading.day, hour, unit }, subscribers));
            }
        }
        Ok(Tally::Presence(rows.into_iter().collect()))
    }

    fn of(&self, metric: Metric, level: usize) -> impl Iterator<Item = (&Heading, &Entries)> {
        self.subscribers.iter().filter(move |own| own.0.metric == metric && usize::from(own.0.level) == level)
    }

    /// Every row once.
    pub fn check_account(&self) -> Checked<()> {
        let rows = |name: &str| self.account.get(name).copied().unwrap_or_default();
        let rejected: u64 = self.account.iter().filter(|own| own.0.starts_with("rejected:")).map(|own| own.1).sum();
        if rows("read") == rows("located") + rows("unlocated") + rows("duplicates") + rejected {
            return Ok(());
        }
        Err(Fault(
            "read ≠ located + unlocated + duplicates + rejected: rows were lost or came twice on their way".into(),
        ))
    }
}

fn level_and_names(counting: &Counting, position: usize) -> Checked<(String, Names<'_>)> {
    let Some((level, areas)) = counting.levels.get(position) else {
        return Err(Fault("sums of another count".into()));
    };
    let codes = areas.as_ref().map_or(&[][..], |areas| &areas.codes);
    Ok((level.to_string(), Names { codes, known: FxHashMap::default() }))
}
