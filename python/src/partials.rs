//! Counts of disjoint subscribers, summed as they come, as rows that a further sum takes. CONFIDENTIAL.

use crate::columns::{Reader, for_each_batch, integers, texts};
use crate::counting::{Counting, Counts};
use crate::events::no_nulls;
use crate::fault::{Checked, Fault};
use crate::table::Table;
use crate::tally::unit_name;
use arrow_array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use hexodus_model::{RowCounts, UnitKey};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Stands for "the whole day", and for "no day" and "no unit", as engines differ in what they do to nulls. No unit has these
/// bits: reserved ones end before.
const NONE: i32 = -1;

/// What a row counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Metric {
    /// What became of rows.
    Rows,
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

    /// Gives all sums and begins anew, as numbers, which travel lightly: `metric`, `level`, `day` (of flows the first),
    /// `hour`, `origin`, `dest`, `reason` (of rows), `n`. Nothing is null: -1 or "".
    pub fn take(&mut self) -> Checked<Table> {
        let mut sums: Vec<(Key, u64)> = self.subscribers.drain().collect();
        sums.sort_unstable();
        let account = std::mem::take(&mut self.account);
        let rows = Key { metric: Metric::Rows, level: 0, day: NONE, hour: NONE, units: [None; 2] };
        let all = || {
            let account = account.iter().map(|(reason, count)| (rows, reason.as_str(), *count));
            account.chain(sums.iter().map(|&(key, count)| (key, "", count)))
        };
        let small =
            |of: fn(&Key) -> i32| Arc::new(Int32Array::from_iter_values(all().map(|own| of(&own.0)))) as ArrayRef;
        let unit = |end: usize| {
            let bits = |key: &Key| key.units[end].map_or(i64::from(NONE), |unit| unit.bits().cast_signed());
            Arc::new(Int64Array::from_iter_values(all().map(|own| bits(&own.0)))) as ArrayRef
        };
        Table::new(
            vec![
                ("metric", small(|key| key.metric as i32)),
                ("level", small(|key| i32::from(key.level))),
                ("day", small(|key| key.day)),
                ("hour", small(|key| key.hour)),
                ("origin", unit(0)),
                ("dest", unit(1)),
                ("reason", Arc::new(StringArray::from_iter_values(all().map(|own| own.1)))),
                ("n", Arc::new(Int64Array::from_iter_values(all().map(|own| own.2 as i64)))),
            ],
            &[],
        )
    }

    /// Adds what `take` gave elsewhere.
    pub fn read(&mut self, reader: Reader) -> Checked<()> {
        for_each_batch(reader, |batch, first| {
            let [metric, level, day, hour] = columns(batch, ["metric", "level", "day", "hour"])?;
            let [origin, destination, count] = columns(batch, ["origin", "dest", "n"])?;
            let reason = texts(batch, "reason")?;
            for row in 0..batch.num_rows() {
                let none = |bits: i64| (bits == i64::from(NONE)).then_some(None);
                let unit = |bits: i64| none(bits).or_else(|| UnitKey::from_bits(bits.cast_unsigned()).map(Some));
                let metric = Metric::ALL.into_iter().find(|own| *own as i64 == metric.value(row));
                let (Some(metric), Some(origin), Some(destination), Ok(level)) =
                    (metric, unit(origin.value(row)), unit(destination.value(row)), u8::try_from(level.value(row)))
                else {
                    return Err(Fault::row("metric", first + row as u64, "a sum of hexodus", "something else"));
                };
                let (day, hour) = (day.value(row) as i32, hour.value(row) as i32);
                let sum = if metric == Metric::Rows {
                    self.account.entry(reason.value(row).to_owned()).or_default()
                } else {
                    let key = Key { metric, level, day, hour, units: [origin, destination] };
                    self.subscribers.entry(key).or_default()
                };
                *sum += count.value(row).cast_unsigned();
            }
            Ok(())
        })
    }

    /// All sums by name: `metric` (`located`, `flows`, `presence`; `rows`, with what became of them as `origin`), `level`,
    /// `day`, `hour`, `origin`, `dest`, `n`.
    pub fn named(&self, counting: &Counting) -> Checked<Table> {
        let mut table = Columns::default();
        for (reason, count) in &self.account {
            table.push(["rows", "", reason, ""], [NONE, NONE], *count);
        }
        for (key, count) in &self.subscribers {
            let Some((level, areas)) = counting.levels.get(usize::from(key.level)) else {
                return Err(Fault("sums of another count".into()));
            };
            let codes = areas.as_ref().map_or(&[][..], |areas| &areas.codes);
            let name = |unit: Option<UnitKey>| unit.map_or(Some(String::new()), |unit| unit_name(unit, codes));
            let ends = (name(key.units[0]), name(key.units[1]));
            let (Some(origin), Some(destination)) = ends else {
                return Err(Fault("a unit without a name: a defect of hexodus".into()));
            };
            table.push([key.metric.name(), &level.to_string(), &origin, &destination], [key.day, key.hour], *count);
        }
        table.finish()
    }
}

impl Metric {
    const ALL: [Self; 4] = [Self::Rows, Self::Located, Self::Flows, Self::Presence];

    const fn name(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Located => "located",
            Self::Flows => "flows",
            Self::Presence => "presence",
        }
    }
}

/// Columns of numbers, of which there is one in every row.
fn columns<const N: usize>(batch: &RecordBatch, names: [&str; N]) -> Checked<[Int64Array; N]> {
    let mut read = Vec::with_capacity(N);
    for name in names {
        no_nulls(batch, name, 0)?;
        read.push(integers(batch, name)?);
    }
    read.try_into().map_err(|_: Vec<_>| Fault("columns went missing: a defect of hexodus".into()))
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
