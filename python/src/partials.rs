//! Counts of disjoint subscribers, summed as they come, as rows that a further sum takes. CONFIDENTIAL.

use crate::counting::{Counting, Counts};
use crate::fault::{Checked, Fault};
use crate::table::Table;
use crate::tally::unit_name;
use arrow_array::{ArrayRef, Int32Array, Int64Array, StringArray};
use hexodus_model::{RowCounts, UnitKey};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Stands for "the whole day", and for "no day", as engines differ in what they do to nulls.
const NONE: i32 = -1;

/// What a row counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Metric {
    /// Subscribers with a daily location on a day.
    Located,
    /// From a day to the next.
    Flows,
    /// On a day, or in an hour.
    Presence,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    metric: Metric,
    level: u8,
    day: i32,
    hour: i32,
    units: [Option<UnitKey>; 2],
}

/// Sums so far. Integers only, so that any order of summing gives the same.
#[derive(Default)]
pub struct Partials {
    subscribers: FxHashMap<Key, u64>,
    account: BTreeMap<String, u64>,
}

impl Partials {
    /// Adds what was counted of a block.
    pub fn add(&mut self, counts: &Counts) {
        self.add_rows(&counts.rows);
        let whole_day =
            |metric, level: usize, day: i32| Key { metric, level: level as u8, day, hour: NONE, units: [None; 2] };
        for &(day, subscribers) in &counts.located {
            *self.subscribers.entry(whole_day(Metric::Located, 0, day.0)).or_default() += subscribers;
        }
        for (level, matrix) in &counts.flows {
            let key = whole_day(Metric::Flows, *level, matrix.first_day.0);
            for &(pair, subscribers) in &matrix.entries {
                let units = [Some(pair.origin), Some(pair.destination)];
                *self.subscribers.entry(Key { units, ..key }).or_default() += subscribers;
            }
        }
        for (level, own) in &counts.presence {
            let key = Key { hour: own.hour.map_or(NONE, i32::from), ..whole_day(Metric::Presence, *level, own.day.0) };
            for &(unit, subscribers) in &own.entries {
                *self.subscribers.entry(Key { units: [Some(unit), None], ..key }).or_default() += subscribers;
            }
        }
    }

    fn add_rows(&mut self, counts: &RowCounts) {
        let RowCounts { read, located, unlocated, duplicates, rejected, flagged, .. } = counts;
        let parts = [("read", *read), ("located", *located), ("unlocated", *unlocated), ("duplicates", *duplicates)];
        let parts = parts.map(|(name, rows)| (name.to_owned(), rows)).into_iter();
        let named = |kind: &'static str| {
            move |(code, rows): (&hexodus_model::FaultCode, &u64)| (format!("{kind}:{}", code.name()), *rows)
        };
        for (name, rows) in
            parts.chain(rejected.iter().map(named("rejected"))).chain(flagged.iter().map(named("flagged")))
        {
            *self.account.entry(name).or_default() += rows;
        }
    }

    /// Rows that `take` would give.
    pub fn rows(&self) -> usize {
        self.subscribers.len() + self.account.len()
    }

    /// Gives all sums and begins anew: `metric` (`located`, `flows`, `presence`; `rows`, with what became of them as
    /// `origin`), `level`, `day` (of flows the first), `hour`, `origin`, `dest`, `n`. Nothing is null: -1 or "".
    pub fn take(&mut self, counting: &Counting) -> Checked<Table> {
        let mut sums: Vec<(Key, u64)> = self.subscribers.drain().collect();
        sums.sort_unstable();
        let account = std::mem::take(&mut self.account);
        let mut table = Columns::default();
        for (reason, count) in &account {
            table.push(["rows", "", reason, ""], [NONE, NONE], *count);
        }
        for (key, count) in &sums {
            let (level, areas) = &counting.levels[usize::from(key.level)];
            let codes = areas.as_ref().map_or(&[][..], |areas| &areas.codes);
            let name = |unit: Option<UnitKey>| unit.map_or(Some(String::new()), |unit| unit_name(unit, codes));
            let ends = (name(key.units[0]), name(key.units[1]));
            let (Some(origin), Some(destination)) = ends else {
                return Err(Fault("a unit without a name: a defect of hexodus".into()));
            };
            let metric = match key.metric {
                Metric::Located => "located",
                Metric::Flows => "flows",
                Metric::Presence => "presence",
            };
            table.push([metric, &level.to_string(), &origin, &destination], [key.day, key.hour], *count);
        }
        table.finish()
    }
}

#[derive(Default)]
struct Columns {
    texts: [Vec<String>; 4],
    times: [Vec<i32>; 2],
    counts: Vec<i64>,
}

impl Columns {
    fn push(&mut self, texts: [&str; 4], times: [i32; 2], count: u64) {
        for (column, text) in self.texts.iter_mut().zip(texts) {
            column.push(text.to_owned());
        }
        for (column, time) in self.times.iter_mut().zip(times) {
            column.push(time);
        }
        self.counts.push(count as i64);
    }

    fn finish(self) -> Checked<Table> {
        let text = |column: &Vec<String>| Arc::new(StringArray::from_iter_values(column)) as ArrayRef;
        let [metric, level, origin, destination] = &self.texts;
        let [day, hour] = self.times;
        Table::new(
            vec![
                ("metric", text(metric)),
                ("level", text(level)),
                ("day", Arc::new(Int32Array::from(day))),
                ("hour", Arc::new(Int32Array::from(hour))),
                ("origin", text(origin)),
                ("dest", text(destination)),
                ("n", Arc::new(Int64Array::from(self.counts))),
            ],
            &[],
        )
    }
}
