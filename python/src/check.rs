//! Rows as an operator has them → events: checked, pseudonymised, dated, located, each once; with the account of all rows.

use crate::columns::{Reader, for_each_batch};
use crate::fault::{Checked, Fault};
use crate::local_days::LocalDays;
use crate::locations::{LocationNames, SeenLocations};
use crate::rows::{EventColumns, GoodRow, Rows};
use crate::subscribers::Pseudonyms;
use crate::table::Table;
use arrow_array::{ArrayRef, Date32Array, Int64Array, StringArray, TimestampMicrosecondArray};
use hexodus_locate::Locator;
use hexodus_model::{FaultCode, H3Cell, LocalDay, LocationKey, RowCounts};
use rayon::prelude::*;
use std::sync::Arc;

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
    let mut found = Found::default();
    for_each_batch(reader, |batch, first| {
        found.read(&Rows::read(batch, columns, pseudonyms)?, first, pseudonyms, &mut days)
    })?;
    let Found { mut events, seen, mut counts, rejected, .. } = found;
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
struct Found {
    events: Vec<Event>,
    names: LocationNames,
    seen: SeenLocations,
    counts: RowCounts,
    rejected: Vec<(u64, FaultCode)>,
}

impl Found {
    fn read(&mut self, rows: &Rows, first: u64, pseudonyms: &Pseudonyms, days: &mut LocalDays) -> Checked<()> {
        self.counts.read += rows.count() as u64;
        for row in 0..rows.count() {
            match rows.row(row, pseudonyms, days, &mut self.names) {
                Ok(GoodRow { subscriber, window, at, location }) => {
                    if rows.places.is_null_island(location) {
                        self.counts.flag(FaultCode::CoordsZero);
                    }
                    let key = self.seen.key_of(location, || rows.places.id_of(row, location))?.0;
                    self.events.push(Event { day: window.day, subscriber: subscriber.bits(), at, location, key });
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
