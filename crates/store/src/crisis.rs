//! The counts of a crisis: everything that was counted of its days, on the grid, in one file of long rows.
//!
//! | table | measure | keys | day, last day |
//! |---|---|---|---|
//! | 0 totals | panel, by look-back, unlocatable, newcomers; days, displaced, near without an event | – | first and last day followed |
//! | 1 origins | a figure of `OriginCounts` | home | the day |
//! | 2 hosts | a figure of `StockCounts` | home, host | the day |
//! | 3 onward | 0 | home, host before, host after | the day |
//! | 4 cohorts | 0 | home, host | the day, Monday of the week of onset |
//! | 7 last known | known, observed | place | the day |
//! | 9 near without an event | 0; of each day days, displaced, near: 1 to 3 | home; number of the day | first day followed |
//! | 8 variances | everywhere, from, at, pair; the count is the bits of a float | origin, host, level | the day |
//! | 10 replicates | everywhere, from; the count is whole billionths, 0 too | origin, number of the replicate, level | the day |
//! | 6 spread | number of the distribution | home, bin | the day |
//! | 5 flows | number of the definition | origin, destination, level (0 = H3) | the period |

use crate::error::StoreError;
use crate::manifest::{CrisisEntry, Part};
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int16Type, UInt64Type};
use arrow_array::{ArrayRef, Date32Array, Int16Array, RecordBatch, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use hexodus_model::{
    Dating, Definition, FlowMatrix, LastKnown, Level, LocalDay, OdPair, OriginCounts, OriginHost, PeopleOf, Period,
    QuietDays, ShareReplicates, ShareVariance, Spread, SpreadKey, StockCounts, StockTable, UnitKey, WithoutEvent,
};
use rayon::prelude::*;
use std::path::Path;
use std::sync::Arc;

/// Rows of a row group.
const GROUP_ROWS: usize = 1 << 18;
const TOTALS: i16 = 0;
const ORIGINS: i16 = 1;
const HOSTS: i16 = 2;
const ONWARD: i16 = 3;
const COHORTS: i16 = 4;
const FLOWS: i16 = 5;
const SPREAD: i16 = 6;
const LAST_KNOWN: i16 = 7;
const VARIANCES: i16 = 8;
const NEAR: i16 = 9;
const REPLICATES: i16 = 10;

/// What was counted of a crisis. CONFIDENTIAL until released.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrisisCounts {
    /// Subscribers with a home; of them those whose home an earlier period decided; subscribers seen in the baseline
    /// without a home; subscribers seen since only.
    pub totals: [u64; 4],
    /// The stock of a time without an event.
    pub without_event: WithoutEvent,
    /// One table for every day that is followed, ascending, both ends on the grid.
    pub stock: Vec<StockTable>,
    /// Distances, durations and classes by H3 cell of home, ascending.
    pub spread: Vec<(SpreadKey, u64)>,
    /// Matrices by level; of one level ascending by definition and period.
    pub flows: Vec<FlowMatrix>,
    /// The same by day since that time began.
    pub quiet_days: QuietDays,
    /// Days of the time without an event on which subscribers were displaced near home, by home, ascending; and the day
    /// they are kept with, the first that is followed.
    pub near_without_event: Vec<(LocalDay, UnitKey, u64)>,
    /// Variances over replicates, ascending by key; none where nothing is scaled to people.
    pub variances: Vec<ShareVariance>,
    /// Replicates of the last days of weeks, ascending by key.
    pub replicates: Vec<ShareReplicates>,
}

/// One row of the file.
#[derive(Clone, Copy)]
struct Row {
    table: i16,
    measure: i16,
    days: [LocalDay; 2],
    /// Keys; 0 where there are fewer than three.
    keys: [u64; 3],
    count: u64,
}

impl Store {
    /// Writes the counts of a crisis that belong to the days of a period: flows to the last of their days. `folder` is
    /// its name.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_crisis(&mut self, folder: &str, counts: &CrisisCounts, days: Period) -> Result<Part, StoreError> {
        let name = self.new_name(&format!("crises/{folder}"))?;
        let schema = schema();
        let deltas = ["first", "second", "third", "count"];
        let layout = Layout { schema: &schema, deltas: &deltas, plain: &[], bounded: &[] };
        let rows = rows(counts, days);
        let groups: Vec<&[Row]> = rows.chunks(GROUP_ROWS).collect();
        parquet_file::write(self.disk(), name, layout, groups.len(), |group| encode(groups[group], &schema))
    }

    /// Reads all counts of a crisis back.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_crisis(&self, dating: Dating, crisis: &CrisisEntry) -> Result<CrisisCounts, StoreError> {
        read_crisis(self.folder(), dating, crisis)
    }
}

/// Reads all counts of a crisis from the store in `folder`. Needs no lock: parts never change.
///
/// # Errors
/// [`StoreError::Damaged`].
pub fn read_crisis(folder: &Path, dating: Dating, crisis: &CrisisEntry) -> Result<CrisisCounts, StoreError> {
    let parts: Vec<&Part> = crisis.counts().collect();
    let read = parts.into_par_iter().map(|part| read_counts(folder, dating, part));
    Ok(CrisisCounts::join(read.collect::<Result<Vec<_>, _>>()?))
}

fn read_counts(folder: &Path, dating: Dating, part: &Part) -> Result<CrisisCounts, StoreError> {
    let mut counts = CrisisCounts::default();
    let mut whole = true;
    parquet_file::read(folder, part, |batch| whole &= decode(batch, dating, &mut counts).is_some())?;
    if whole { Ok(counts) } else { Err(StoreError::damaged(&folder.join(&part.name), "not counts of a crisis")) }
}

impl CrisisCounts {
    /// The counts of periods, ascending, as those of all of them; the totals are of the last.
    pub fn join(periods: Vec<Self>) -> Self {
        let mut all = Self::default();
        for own in periods {
            all.totals = own.totals;
            all.without_event = own.without_event;
            all.stock.extend(own.stock);
            all.spread.extend(own.spread);
            all.flows.extend(own.flows);
            all.quiet_days += own.quiet_days;
            all.near_without_event.extend(own.near_without_event);
            all.variances.extend(own.variances);
            all.replicates.extend(own.replicates);
        }
        all.spread.sort_unstable();
        all.near_without_event.sort_unstable();
        all.variances.sort_by_key(ShareVariance::key);
        all.replicates.sort_by_key(ShareReplicates::key);
        all.flows.sort_by_key(|matrix| (matrix.level, matrix.definition, matrix.first_day));
        all
    }

    /// Those of some days: flows belong to the last of theirs.
    #[must_use]
    pub fn of_days(&self, days: Period) -> Self {
        Self {
            totals: self.totals,
            without_event: self.without_event,
            stock: self.stock.iter().filter(|own| days.contains(own.day)).cloned().collect(),
            spread: self.spread.iter().filter(|own| days.contains(own.0.day)).copied().collect(),
            flows: self.flows.iter().filter(|own| days.contains(own.last_day)).cloned().collect(),
            quiet_days: self.quiet_days,
            near_without_event: self.near_without_event.iter().filter(|own| days.contains(own.0)).copied().collect(),
            variances: self.variances.iter().filter(|own| days.contains(own.day)).copied().collect(),
            replicates: self.replicates.iter().filter(|own| days.contains(own.day)).cloned().collect(),
        }
    }
}

fn schema() -> Arc<Schema> {
    let small = |name: &str| Field::new(name, DataType::Int16, false);
    let wide = |name: &str| Field::new(name, DataType::UInt64, false);
    let day = |name: &str| Field::new(name, DataType::Date32, false);
    let keys = [wide("first"), wide("second"), wide("third"), wide("count")];
    Arc::new(Schema::new([vec![small("table"), small("measure"), day("day"), day("last_day")], keys.to_vec()].concat()))
}

fn rows(counts: &CrisisCounts, period: Period) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut followed = counts.stock.iter().map(|table| table.day).filter(|&day| period.contains(day));
    let first = followed.next();
    let last = followed.next_back().or(first);
    // Days before the event have flows and are not followed: their period ends before it begins.
    let days = first.zip(last).map_or([LocalDay(1), LocalDay(0)], |(first, last)| [first, last]);
    let mut add = |table, measure: usize, days, keys, count| {
        // The totals tell the days, so they are there even as zeros, and every replicate has its place.
        if count > 0 || matches!(table, TOTALS | REPLICATES) {
            rows.push(Row { table, measure: measure as i16, days, keys, count });
        }
    };
    let WithoutEvent { days: quiet, displaced, near } = counts.without_event;
    for (measure, count) in counts.totals.into_iter().chain([quiet, displaced, near]).enumerate() {
        add(TOTALS, measure, days, [0; 3], count);
    }
    for table in counts.stock.iter().filter(|own| period.contains(own.day)) {
        let today = [table.day; 2];
        for (unit, own) in &table.origins {
            for (measure, count) in origin_figures(*own).into_iter().enumerate() {
                add(ORIGINS, measure, today, [unit.bits(), 0, 0], count);
            }
        }
        for (pair, own) in &table.hosts {
            for (measure, count) in stock_figures(*own).into_iter().enumerate() {
                add(HOSTS, measure, today, [pair.origin.bits(), pair.host.bits(), 0], count);
            }
        }
        for &((home, moved), count) in &table.onward {
            add(ONWARD, 0, today, [home.bits(), moved.origin.bits(), moved.host.bits()], count);
        }
        for &((pair, week), count) in &table.cohorts {
            add(COHORTS, 0, [table.day, week], [pair.origin.bits(), pair.host.bits(), 0], count);
        }
        for &(place, LastKnown { known, observed }) in &table.last_known {
            for (measure, count) in [known, observed].into_iter().enumerate() {
                add(LAST_KNOWN, measure, today, [place.bits(), 0, 0], count);
            }
        }
    }
    let spread = counts.spread.iter().filter(|own| period.contains(own.0.day));
    for &(SpreadKey { spread, day, origin, bin }, count) in spread {
        add(SPREAD, spread as usize, [day; 2], [origin.bits(), u64::from(bin), 0], count);
    }
    for matrix in counts.flows.iter().filter(|own| period.contains(own.last_day)) {
        for (pair, count) in &matrix.entries {
            let keys = [pair.origin.bits(), pair.destination.bits(), level_number(matrix.level)];
            add(FLOWS, matrix.definition as usize, [matrix.first_day, matrix.last_day], keys, *count);
        }
    }
    for &(day, home, count) in counts.near_without_event.iter().filter(|own| period.contains(own.0)) {
        add(NEAR, 0, [day; 2], [home.bits(), 0, 0], count);
    }
    // With the first day that is followed, and so in one part only.
    let event = counts.stock.first().map(|table| table.day).filter(|&day| period.contains(day));
    for (number, own) in counts.quiet_days.0.iter().enumerate() {
        for (measure, count) in [own.days, own.displaced, own.near].into_iter().enumerate() {
            if let Some(day) = event {
                add(NEAR, measure + 1, [day; 2], [number as u64, 0, 0], count);
            }
        }
    }
    for own in counts.variances.iter().filter(|own| period.contains(own.day)) {
        let (kind, [origin, host]) = people_keys(own.of);
        add(VARIANCES, kind, [own.day; 2], [origin, host, level_number(own.level)], own.variance.to_bits());
    }
    for own in counts.replicates.iter().filter(|own| period.contains(own.day)) {
        let (kind, [origin, _]) = people_keys(own.of);
        for (number, &share) in own.billionths.iter().enumerate() {
            let keys = [origin, number as u64, level_number(own.level)];
            add(REPLICATES, kind, [own.day; 2], keys, u64::from(share));
        }
    }
    rows
}

const fn people_keys(of: PeopleOf) -> (usize, [u64; 2]) {
    match of {
        PeopleOf::Everywhere => (0, [0, 0]),
        PeopleOf::From(origin) => (1, [origin.bits(), 0]),
        PeopleOf::At(host) => (2, [0, host.bits()]),
        PeopleOf::Pair(pair) => (3, [pair.origin.bits(), pair.host.bits()]),
    }
}

fn people_of(kind: i16, [origin, host]: [u64; 2]) -> Option<PeopleOf> {
    let unit = UnitKey::from_bits;
    Some(match kind {
        0 => PeopleOf::Everywhere,
        1 => PeopleOf::From(unit(origin)?),
        2 => PeopleOf::At(unit(host)?),
        3 => PeopleOf::Pair(OriginHost { origin: unit(origin)?, host: unit(host)? }),
        _ => return None,
    })
}

const fn level_number(level: Level) -> u64 {
    match level {
        Level::H3 => 0,
        Level::Adm(level) => level as u64,
    }
}

fn level_of(number: u64) -> Option<Level> {
    Some(if number == 0 { Level::H3 } else { Level::Adm(u8::try_from(number).ok()?) })
}

const fn origin_figures(own: OriginCounts) -> [u64; 9] {
    let OriginCounts { panel, at_home, usual_place, provisional, returned, displaced, .. } = own;
    let OriginCounts { not_located, outage, displaced_when_last_seen, .. } = own;
    [panel, at_home, usual_place, provisional, returned, displaced, not_located, outage, displaced_when_last_seen]
}

fn origin_figure(own: &mut OriginCounts, measure: i16) -> Option<&mut u64> {
    let OriginCounts { panel, at_home, usual_place, provisional, returned, displaced, .. } = own;
    Some(match measure {
        0 => panel,
        1 => at_home,
        2 => usual_place,
        3 => provisional,
        4 => returned,
        5 => displaced,
        6 => &mut own.not_located,
        7 => &mut own.outage,
        8 => &mut own.displaced_when_last_seen,
        _ => return None,
    })
}

const fn stock_figures(own: StockCounts) -> [u64; 8] {
    let StockCounts { stock, entered, returned, moved_in, moved_out, reappeared, vanished, near } = own;
    [stock, entered, returned, moved_in, moved_out, reappeared, vanished, near]
}

fn stock_figure(own: &mut StockCounts, measure: i16) -> Option<&mut u64> {
    let StockCounts { stock, entered, returned, moved_in, moved_out, reappeared, vanished, near } = own;
    [stock, entered, returned, moved_in, moved_out, reappeared, vanished, near]
        .into_iter()
        .nth(usize::try_from(measure).ok()?)
}

fn encode(rows: &[Row], schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
    let small = |value: fn(&Row) -> i16| -> ArrayRef { Arc::new(Int16Array::from_iter_values(rows.iter().map(value))) };
    let day =
        |at: usize| -> ArrayRef { Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.days[at].0))) };
    let key = |at: usize| -> ArrayRef { Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.keys[at]))) };
    let count: ArrayRef = Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.count)));
    let (table, measure) = (small(|row| row.table), small(|row| row.measure));
    RecordBatch::try_new(Arc::clone(schema), vec![table, measure, day(0), day(1), key(0), key(1), key(2), count])
}

fn decode(batch: &RecordBatch, dating: Dating, counts: &mut CrisisCounts) -> Option<()> {
    let small = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<Int16Type>();
    let wide = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<UInt64Type>();
    let day = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<Date32Type>();
    let (table, measure, first_day, last_day) = (small("table")?, small("measure")?, day("day")?, day("last_day")?);
    let (first, second, third, count) = (wide("first")?, wide("second")?, wide("third")?, wide("count")?);
    for at in 0..batch.num_rows() {
        let row = Row {
            table: table.value(at),
            measure: measure.value(at),
            days: [LocalDay(first_day.value(at)), LocalDay(last_day.value(at))],
            keys: [first.value(at), second.value(at), third.value(at)],
            count: count.value(at),
        };
        take(row, dating, counts)?;
    }
    Some(())
}

fn take(row: Row, dating: Dating, counts: &mut CrisisCounts) -> Option<()> {
    let Row { table, measure, days: [day, last_day], keys, count } = row;
    if table == TOTALS {
        if counts.stock.is_empty() {
            counts.stock = (day.0..=last_day.0).map(|day| StockTable::empty(LocalDay(day), dating)).collect();
        }
        let WithoutEvent { days, displaced, near } = &mut counts.without_event;
        let mut totals = counts.totals.iter_mut().chain([days, displaced, near]);
        *totals.nth(usize::try_from(measure).ok()?)? = count;
        return Some(());
    }
    let unit = |at: usize| UnitKey::from_bits(keys[at]);
    if table == FLOWS {
        let definition = *Definition::ALL.get(usize::try_from(measure).ok()?)?;
        let pair = OdPair { origin: unit(0)?, destination: unit(1)? };
        let level = level_of(keys[2])?;
        let is = |own: &FlowMatrix| {
            (own.level, own.definition, own.first_day, own.last_day) == (level, definition, day, last_day)
        };
        if !counts.flows.last().is_some_and(is) {
            let first_day = day;
            counts.flows.push(FlowMatrix { definition, level, first_day, last_day, entries: Vec::new() });
        }
        counts.flows.last_mut()?.entries.push((pair, count));
        return Some(());
    }
    if table == NEAR && measure > 0 {
        let WithoutEvent { days, displaced, near } = counts.quiet_days.0.get_mut(usize::try_from(keys[0]).ok()?)?;
        *[days, displaced, near].into_iter().nth(usize::try_from(measure).ok()? - 1)? = count;
        return Some(());
    }
    if table == NEAR {
        counts.near_without_event.push((day, unit(0)?, count));
        return Some(());
    }
    if table == VARIANCES {
        let (level, of, variance) =
            (level_of(keys[2])?, people_of(measure, [keys[0], keys[1]])?, f64::from_bits(count));
        counts.variances.push(ShareVariance { level, day, of, variance });
        return Some(());
    }
    if table == REPLICATES {
        let (level, of) = (level_of(keys[2])?, people_of(measure, [keys[0], 0])?);
        return add_replicate(&mut counts.replicates, (day, level, of), keys[1], u32::try_from(count).ok()?);
    }
    if table == SPREAD {
        let spread = *Spread::ALL.get(usize::try_from(measure).ok()?)?;
        let bin = u8::try_from(keys[1]).ok().filter(|&bin| usize::from(bin) < spread.bins())?;
        counts.spread.push((SpreadKey { spread, day, origin: unit(0)?, bin }, count));
        return Some(());
    }
    let offset = day.0 - counts.stock.first()?.day.0;
    let today = counts.stock.get_mut(usize::try_from(offset).ok()?)?;
    match table {
        ORIGINS => *origin_figure(last_or_new(&mut today.origins, unit(0)?), measure)? = count,
        HOSTS => {
            let pair = OriginHost { origin: unit(0)?, host: unit(1)? };
            *stock_figure(last_or_new(&mut today.hosts, pair), measure)? = count;
        }
        ONWARD => today.onward.push(((unit(0)?, OriginHost { origin: unit(1)?, host: unit(2)? }), count)),
        COHORTS => today.cohorts.push(((OriginHost { origin: unit(0)?, host: unit(1)? }, last_day), count)),
        LAST_KNOWN => {
            let own = last_or_new(&mut today.last_known, unit(0)?);
            *[&mut own.known, &mut own.observed].into_iter().nth(usize::try_from(measure).ok()?)? = count;
        }
        _ => return None,
    }
    Some(())
}

/// Replicates come in order of their number, from 0.
fn add_replicate(
    replicates: &mut Vec<ShareReplicates>,
    (day, level, of): (LocalDay, Level, PeopleOf),
    number: u64,
    share: u32,
) -> Option<()> {
    if number == 0 {
        replicates.push(ShareReplicates { level, day, of, billionths: Vec::new() });
    }
    let last = replicates.last_mut().filter(|own| own.key() == (day, level, of))?;
    last.billionths.push(share);
    (last.billionths.len() as u64 == number + 1).then_some(())
}

/// The figures of a key, which is the last of the list or a new one: rows come in order.
fn last_or_new<K: PartialEq, V: Default>(list: &mut Vec<(K, V)>, key: K) -> &mut V {
    if list.last().is_none_or(|(last, _)| *last != key) {
        list.push((key, V::default()));
    }
    let newest = list.len() - 1;
    &mut list[newest].1
}

#[cfg(test)]
#[path = "crisis_tests.rs"]
mod tests;
