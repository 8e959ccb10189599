//! Counts of disjoint subscribers, summed as they come, as rows that a further sum takes. CONFIDENTIAL.
//!
//! Counts come in ascending order of their units, a list for each metric, level, day and hour. Lists are merged: some nanoseconds for
//! each entry, where a table of hashes would take a hundred.

use crate::columns::{Reader, for_each_batch, integers, texts};
use crate::counting::Counts;
use crate::events::no_nulls;
use crate::fault::{Checked, Fault};
use crate::table::Table;
use arrow_array::{ArrayRef, Int32Array, Int64Array, RecordBatch, StringArray};
use hexodus_model::{RowCounts, UnitKey};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Stands for "the whole day", and for "no day" and "no unit", as engines differ in what they do to nulls. No unit has these
/// bits: reserved ones end before.
const NONE: i32 = -1;
/// The same as a unit.
const NO_UNIT: u64 = u64::MAX;

/// What a row counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// What became of rows.
    Rows,
    /// Subscribers with a daily location on a day.
    Located,
    /// From a day to the next.
    Flows,
    /// On a day, or in an hour.
    Presence,
}

/// What a list counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Heading {
    /// What.
    pub metric: Metric,
    /// At which of the levels.
    pub level: u8,
    /// On which day, of flows the first.
    pub day: i32,
    /// In which hour; below zero = the whole day.
    pub hour: i32,
}

/// Subscribers by units (one or two of them), ascending, each pair once.
pub type Entries = Vec<([u64; 2], u64)>;

/// Sums so far. Integers only, so that any order of summing gives the same.
#[derive(Default)]
pub struct Partials {
    /// What is counted of subscribers.
    pub subscribers: BTreeMap<Heading, Entries>,
    /// What became of rows: by name, rejected and flagged ones with the reason after a colon.
    pub account: BTreeMap<String, u64>,
}

/// The rows that were read, rejected and flagged.
pub fn account_of(counts: &RowCounts) -> BTreeMap<String, u64> {
    let rejected = counts.rejected.iter().map(|(code, rows)| (format!("rejected:{}", code.name()), *rows));
    let flagged = counts.flagged.iter().map(|(code, rows)| (format!("flagged:{}", code.name()), *rows));
    rejected.chain(flagged).chain([("read".to_owned(), counts.read)]).collect()
}

impl Partials {
    /// Adds what was counted of a block.
    pub fn add(&mut self, counts: Counts) {
        let [located, unlocated] = counts.accepted;
        self.add_rows([("located", located), ("unlocated", unlocated), ("duplicates", counts.duplicates)]);
        let whole_day = |metric, level: usize, day: i32| Heading { metric, level: level as u8, day, hour: NONE };
        for (day, subscribers) in counts.located {
            self.merge(whole_day(Metric::Located, 0, day.0), vec![([NO_UNIT; 2], subscribers)]);
        }
        for (level, matrix) in counts.flows {
            let pairs = matrix.entries.into_iter();
            let entries = pairs.map(|(pair, own)| ([pair.origin, pair.destination].map(UnitKey::bits), own));
            self.merge(whole_day(Metric::Flows, level, matrix.first_day.0), entries.collect());
        }
        for (level, own) in counts.presence {
            let hour = own.hour.map_or(NONE, i32::from);
            let entries = own.entries.into_iter().map(|(unit, own)| ([unit.bits(), NO_UNIT], own));
            self.merge(Heading { hour, ..whole_day(Metric::Presence, level, own.day.0) }, entries.collect());
        }
    }

    /// Adds rows by name.
    pub fn add_rows<S: AsRef<str>>(&mut self, account: impl IntoIterator<Item = (S, u64)>) {
        for (name, rows) in account {
            *self.account.entry(name.as_ref().to_owned()).or_default() += rows;
        }
    }

    fn merge(&mut self, heading: Heading, mut entries: Entries) {
        if entries.is_empty() {
            return;
        }
        if !entries.is_sorted_by(|left, right| left.0 < right.0) {
            entries.sort_unstable();
            entries.dedup_by(|next, own| {
                let same = next.0 == own.0;
                own.1 += if same { next.1 } else { 0 };
                same
            });
        }
        let own = self.subscribers.entry(heading).or_default();
        *own = if own.is_empty() { entries } else { merged(own, &entries) };
    }

    /// Rows that `take` would give of all parts.
    pub fn rows(&self) -> usize {
        self.account.len() + self.subscribers.values().map(Vec::len).sum::<usize>()
    }

    /// Gives the sums of one of so many parts, and forgets them, as numbers, which travel lightly: `metric`, `level`, `day` (of
    /// flows the first), `hour`, `origin`, `dest`, `reason` (of rows), `n`. Nothing is null: -1 or "".
    pub fn take(&mut self, part: usize, parts: usize) -> Checked<Table> {
        let account = if part == 0 { std::mem::take(&mut self.account) } else { BTreeMap::new() };
        let headings: Vec<Heading> = self.subscribers.keys().filter(|own| own.part(parts) == part).copied().collect();
        let lists = headings.into_iter().filter_map(|own| Some((own, self.subscribers.remove(&own)?)));
        let lists: Vec<(Heading, Entries)> = lists.collect();
        let rows = Heading { metric: Metric::Rows, level: 0, day: NONE, hour: NONE };
        let all = || {
            let account = account.values().map(|count| (rows, [NO_UNIT; 2], *count));
            account.chain(lists.iter().flat_map(|(heading, own)| own.iter().map(|own| (*heading, own.0, own.1))))
        };
        let counted = lists.iter().map(|own| own.1.len()).sum();
        let reasons = account.keys().map(String::as_str).chain(std::iter::repeat_n("", counted));
        let small =
            |of: fn(&Heading) -> i32| Arc::new(Int32Array::from_iter_values(all().map(|own| of(&own.0)))) as ArrayRef;
        let unit =
            |end: usize| Arc::new(Int64Array::from_iter_values(all().map(|own| own.1[end].cast_signed()))) as ArrayRef;
        Table::new(
            vec![
                ("metric", small(|own| own.metric as i32)),
                ("level", small(|own| i32::from(own.level))),
                ("day", small(|own| own.day)),
                ("hour", small(|own| own.hour)),
                ("origin", unit(0)),
                ("dest", unit(1)),
                ("reason", Arc::new(StringArray::from_iter_values(reasons))),
                ("n", Arc::new(Int64Array::from_iter_values(all().map(|own| own.2 as i64)))),
            ],
            &[],
        )
    }

    /// Adds what `take` gave elsewhere.
    pub fn read(&mut self, reader: Reader) -> Checked<()> {
        let mut lists: BTreeMap<Heading, Entries> = BTreeMap::new();
        for_each_batch(reader, |batch, first| {
            let [metric, level, day, hour] = columns(batch, ["metric", "level", "day", "hour"])?;
            let [origin, destination, count] = columns(batch, ["origin", "dest", "n"])?;
            let reason = texts(batch, "reason")?;
            for row in 0..batch.num_rows() {
                let metric = Metric::ALL.into_iter().find(|own| *own as i64 == metric.value(row));
                let units = [origin.value(row), destination.value(row)].map(i64::cast_unsigned);
                let good = units.iter().all(|&unit| unit == NO_UNIT || UnitKey::from_bits(unit).is_some());
                let (Some(metric), true, Ok(level)) = (metric, good, u8::try_from(level.value(row))) else {
                    return Err(Fault::row("metric", first + row as u64, "a sum of hexodus", "something else"));
                };
                let (day, hour, count) = (day.value(row) as i32, hour.value(row) as i32, count.value(row) as u64);
                if metric == Metric::Rows {
                    self.add_rows([(reason.value(row), count)]);
                } else {
                    lists.entry(Heading { metric, level, day, hour }).or_default().push((units, count));
                }
            }
            Ok(())
        })?;
        for (heading, entries) in lists {
            self.merge(heading, entries);
        }
        Ok(())
    }
}

impl Metric {
    const ALL: [Self; 4] = [Self::Rows, Self::Located, Self::Flows, Self::Presence];
}

impl Heading {
    /// Of so many workers, which sums the list. Neighbours go to different ones.
    const fn part(&self, parts: usize) -> usize {
        (self.metric as usize + self.level as usize + self.day.unsigned_abs() as usize * 29 + (self.hour + 1) as usize)
            % parts
    }
}

/// The sum of two lists.
fn merged(left: &[([u64; 2], u64)], right: &[([u64; 2], u64)]) -> Entries {
    let mut sum = Entries::with_capacity(left.len().max(right.len()) + left.len().min(right.len()) / 4);
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    loop {
        sum.push(match (left.peek(), right.peek()) {
            (None, None) => return sum,
            (Some(&&(units, own)), Some(&&(others, other))) if units == others => {
                left.next();
                right.next();
                (units, own + other)
            }
            (Some(&&own), Some(&&other)) if own.0 < other.0 => {
                left.next();
                own
            }
            (Some(&&own), None) => {
                left.next();
                own
            }
            (_, Some(&&other)) => {
                right.next();
                other
            }
        });
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
