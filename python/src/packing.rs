//! Stage 1 of a count on Spark: rows of an operator → packed events, by part of the subscribers.

use crate::columns::{Reader, for_each_batch};
use crate::event_pack::{EventPack, PackedEvent};
use crate::fault::{Checked, Fault};
use crate::local_days::{LocalDays, calendar};
use crate::locations::LocationNames;
use crate::packed::pack_account;
use crate::partials::account_of;
use crate::rows::{ColumnNames, EventColumns, GoodRow, Rows};
use crate::subscribers::Pseudonyms;
use crate::table::Table;
use crate::threads::{let_go, pass_point};
use arrow_array::{BinaryArray, Int32Array};
use hexodus_model::{FaultCode, RowCounts, SHARDS, shard_of};
use pyo3::prelude::*;
use pyo3_arrow::input::AnyRecordBatch;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard};

/// Events that are put in order together: as many of a subscriber as possible, who is named once. 48 MB.
const TOGETHER: usize = 2_000_000;

/// Packs the accepted rows of one task. What is read of a file is sent under its number, so that all of it can be left out.
struct Packing {
    columns: EventColumns,
    pseudonyms: Pseudonyms,
    days: LocalDays,
    names: LocationNames,
    /// What each part is called where the cluster shares out rows by it.
    parts: Vec<i32>,
    packs: Vec<EventPack>,
    events: usize,
    /// Locations so far: their names, and the position of each.
    locations: Vec<u64>,
    positions: FxHashMap<u64, u32>,
    /// Of the events of a value, at most.
    most: usize,
    counts: RowCounts,
    full: Vec<(i32, Vec<u8>)>,
}

impl Packing {
    fn read(&mut self, reader: Reader) -> Checked<()> {
        for_each_batch(reader, |batch, _| {
            pass_point();
            let rows = Rows::read(batch, &self.columns, &self.pseudonyms)?;
            self.counts.read += rows.count() as u64;
            for row in 0..rows.count() {
                match rows.row(row, &self.pseudonyms, &mut self.days, &mut self.names) {
                    Ok(good) => {
                        if rows.places.is_null_island(good.location) {
                            self.counts.flag(FaultCode::CoordsZero);
                        }
                        self.pack(good);
                    }
                    Err(code) => self.counts.reject(code),
                }
            }
            Ok(())
        })
    }

    #[inline]
    fn pack(&mut self, GoodRow { subscriber, at, location, .. }: GoodRow) {
        let next = self.locations.len() as u32;
        let position = *self.positions.entry(location).or_insert(next);
        if position == next {
            self.locations.push(location);
        }
        let part = usize::from(shard_of(subscriber.bits())) % self.parts.len();
        self.packs[part].push(PackedEvent { subscriber: subscriber.bits(), at, location: position });
        self.events += 1;
        if self.events >= TOGETHER {
            self.flush();
        }
    }

    /// All events that were read, as values.
    fn flush(&mut self) {
        let mut memory = Vec::new();
        for (pack, &part) in self.packs.iter_mut().zip(&self.parts) {
            pack.take(&self.locations, &mut memory, self.most, |packed| self.full.push((part, packed)));
        }
        self.events = 0;
    }

    /// Everything that was not taken yet, and the account of it: of the first part, as of rows rejected nobody knows whose they are.
    fn finish(&mut self) {
        self.flush();
        let account = account_of(&std::mem::take(&mut self.counts));
        self.full.push((self.parts[0], pack_account(&account)));
    }

    /// Forgets what was read of a file, and tells every part to leave out what was sent of it. That is known by a number below
    /// zero, which sorts first.
    fn refuse(&mut self, file: i32) {
        self.packs.iter_mut().for_each(|pack| *pack = EventPack::default());
        (self.counts, self.full, self.events) = (RowCounts::default(), Vec::new(), 0);
        let named = pack_account(&BTreeMap::from([(format!("refused:{file}"), 1)]));
        self.full.push((self.parts[0], named));
        self.full.extend(self.parts[1..].iter().map(|&part| (part, pack_account(&BTreeMap::new()))));
    }

    fn take(&mut self, file: i32) -> Checked<Table> {
        let full = std::mem::take(&mut self.full);
        let parts = Int32Array::from_iter_values(full.iter().map(|own| own.0));
        let files = Int32Array::from_iter_values(full.iter().map(|_| file));
        let rows = BinaryArray::from_iter_values(full.iter().map(|own| &own.1));
        Table::new(vec![("part", Arc::new(parts)), ("file", Arc::new(files)), ("rows", Arc::new(rows))], &[])
    }
}

/// Packs the rows of one task.
#[pyclass(frozen, module = "hexodus._native")]
pub struct Packer(Mutex<Packing>);

impl Packer {
    fn packing(&self) -> Checked<MutexGuard<'_, Packing>> {
        self.0.lock().map_err(|_| Fault("packing was broken off: what it read cannot be used".into()))
    }
}

#[pymethods]
impl Packer {
    /// `parts` are what the parts of the subscribers are called, a divisor of 4096 of them; a value has no more than `most` events.
    #[new]
    #[pyo3(signature = (*, columns, zone, day_start, key, parts, most))]
    fn new(
        columns: ColumnNames,
        zone: &str,
        day_start: &str,
        key: Option<&[u8]>,
        parts: Vec<i32>,
        most: NonZeroUsize,
    ) -> PyResult<Self> {
        if parts.is_empty() || !usize::from(SHARDS).is_multiple_of(parts.len()) {
            return Err(Fault::argument("parts", "a divisor of 4096", &parts.len().to_string()).into());
        }
        Ok(Self(Mutex::new(Packing {
            columns: columns.columns()?,
            pseudonyms: Pseudonyms::new(key)?,
            days: LocalDays::new(calendar(zone, day_start)?),
            names: LocationNames::default(),
            packs: parts.iter().map(|_| EventPack::default()).collect(),
            parts,
            events: 0,
            locations: Vec::new(),
            positions: FxHashMap::default(),
            most: most.get(),
            counts: RowCounts::default(),
            full: Vec::new(),
        })))
    }

    /// Packs rows of a file: `part`, `file` and `rows` of what is full.
    fn pack(&self, py: Python<'_>, file: i32, rows: AnyRecordBatch) -> PyResult<Table> {
        let rows = rows.into_reader()?;
        let_go(py, None, || {
            let mut packing = self.packing()?;
            packing.read(rows)?;
            packing.take(file)
        })
    }

    /// What to send of a file that cannot be read to its end, in place of all that was sent of it.
    fn refuse(&self, py: Python<'_>, file: i32) -> PyResult<Table> {
        let_go(py, None, || {
            let mut packing = self.packing()?;
            packing.refuse(file);
            packing.take(-1 - file)
        })
    }

    /// The rest of a file, and its account.
    fn finish(&self, py: Python<'_>, file: i32) -> PyResult<Table> {
        let_go(py, None, || {
            let mut packing = self.packing()?;
            packing.finish();
            packing.take(file)
        })
    }
}
