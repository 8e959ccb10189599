//! Rows as an operator has them → events: checked, pseudonymised, dated, located, each once; with the account of all rows.

use crate::columns::{Ids, Reader, for_each_batch, instants};
use crate::fault::{Checked, Fault};
use crate::local_days::LocalDays;
use crate::locations::{PlaceColumns, SeenLocations};
use crate::subscribers::Pseudonyms;
use crate::table::Table;
use arrow_array::{Array, ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use hexodus_locate::Locator;
use hexodus_model::{FaultCode, H3Cell, LocalDay, LocationKey, RowCounts, UtcMicros};
use rayon::prelude::*;
use std::sync::Arc;

/// Which columns say what.
pub struct EventColumns {
    /// Who.
    pub subscriber: String,
    /// When.
    pub time: String,
    /// Where.
    pub place: PlaceColumns,
}

/// What became of the rows.
pub struct CheckedEvents {
    /// Accepted events, ascending by day, subscriber, time and location.
    pub events: Table,
    /// Rejected rows by number (the first is 0) and reason.
    pub rejected: Table,
    /// The account of all rows.
    pub counts: RowCounts,
}

/// An accepted row. Ordered as events are; equal rows are duplicates. The key is no part of the order: it is the name's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Event {
    day: LocalDay,
    /// The bits of the pseudonym.
    subscriber: u64,
    at: i64,
    location: u64,
    key: u32,
}

/// Checks the rows of a table.
pub fn check_events(
    reader: Reader,
    columns: &EventColumns,
    pseudonyms: &Pseudonyms,
    mut days: LocalDays,
    locator: &Locator,
) -> Checked<CheckedEvents> {
    let mut rows = Rows::default();
    for_each_batch(reader, |batch, first| rows.read(batch, first, columns, pseudonyms, &mut days))?;
    let Rows { mut events, seen, mut counts, rejected } = rows;
    events.par_sort_unstable();
    let accepted = events.len();
    events.dedup();
    counts.duplicates = (accepted - events.len()) as u64;
    let places = locate(&events, &seen, &days, locator);
    counts.located = places.iter().flatten().count() as u64;
    counts.unlocated = events.len() as u64 - counts.located;
    if !counts.balances() {
        return Err(Fault("read ≠ located + unlocated + duplicates + rejected: a defect of hexodus".into()));
    }
    Ok(CheckedEvents { events: event_table(&events, &places)?, rejected: rejected_table(&rejected)?, counts })
}

#[derive(Default)]
struct Rows {
    events: Vec<Event>,
    seen: SeenLocations,
    counts: RowCounts,
    rejected: Vec<(u64, FaultCode)>,
}

impl Rows {
    fn read(
        &mut self,
        batch: &RecordBatch,
        first: u64,
        columns: &EventColumns,
        pseudonyms: &Pseudonyms,
        days: &mut LocalDays,
    ) -> Checked<()> {
        let ids = Ids::read(batch, &columns.subscriber)?;
        pseudonyms.check(&ids, &columns.subscriber)?;
        let times = instants(batch, &columns.time)?;
        let places = columns.place.read(batch)?;
        for row in 0..batch.num_rows() {
            self.counts.read += 1;
            let subscriber = pseudonyms.of(&ids, row);
            let day = if times.is_null(row) {
                Err(FaultCode::NullValue)
            } else {
                days.of(UtcMicros(times.value(row))).ok_or(FaultCode::OutOfRange)
            };
            let checked = match (subscriber, day) {
                (Ok(subscriber), Ok(window)) => {
                    self.seen.of_row(&places, row)?.map(|seen| (subscriber, window.day, seen))
                }
                (Err(code), _) | (_, Err(code)) => Err(code),
            };
            match checked {
                Ok((subscriber, day, seen)) => {
                    if seen.is_null_island(&places) {
                        self.counts.flag(FaultCode::CoordsZero);
                    }
                    let (subscriber, at) = (subscriber.bits(), times.value(row));
                    self.events.push(Event { day, subscriber, at, location: seen.name, key: seen.key.0 });
                }
                Err(code) => {
                    self.counts.reject(code);
                    self.rejected.push((first + row as u64, code));
                }
            }
        }
        Ok(())
    }
}

/// The H3 cell of each event, day by day, as the plan has it at that instant.
fn locate(events: &[Event], seen: &SeenLocations, days: &LocalDays, locator: &Locator) -> Vec<Option<H3Cell>> {
    let mut places = Vec::with_capacity(events.len());
    for of_day in events.chunk_by(|left, right| left.day == right.day) {
        let window = days.calendar().window(of_day[0].day);
        let table = locator.day_places(&seen.locations, &window);
        places.extend(of_day.iter().map(|event| {
            let place = table.at(LocationKey(event.key), event.at - window.start.0)?;
            Some(table.h3_of(place))
        }));
    }
    places
}

fn event_table(events: &[Event], places: &[Option<H3Cell>]) -> Checked<Table> {
    let integers = |of: fn(&Event) -> i64| Arc::new(Int64Array::from_iter_values(events.iter().map(of))) as ArrayRef;
    let at = TimestampMicrosecondArray::from_iter_values(events.iter().map(|event| event.at)).with_timezone("UTC");
    let h3: Int64Array = places.iter().map(|h3| h3.map(|h3| h3.index().cast_signed())).collect();
    Table::new(
        vec![
            ("subscriber", integers(|event| event.subscriber.cast_signed())),
            ("time", Arc::new(at)),
            ("day", Arc::new(Date32Array::from_iter_values(events.iter().map(|event| event.day.0)))),
            ("location", integers(|event| event.location.cast_signed())),
            ("h3", Arc::new(h3)),
        ],
        &["h3"],
    )
}

fn rejected_table(rejected: &[(u64, FaultCode)]) -> Checked<Table> {
    let rows = Int64Array::from_iter_values(rejected.iter().map(|own| own.0 as i64));
    let reasons = StringArray::from_iter_values(rejected.iter().map(|own| own.1.name()));
    Table::new(vec![("row", Arc::new(rows)), ("reason", Arc::new(reasons))], &[])
}
