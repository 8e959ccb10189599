//! Who was heard at each radio cell in each hour of a day.

use crate::error::StoreError;
use crate::manifest::Part;
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt8Type, UInt32Type};
use arrow_array::{ArrayRef, RecordBatch, UInt8Array, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use hexodus_model::{LocalDay, LocationHour, LocationKey};
use std::path::Path;
use std::sync::Arc;

fn schema() -> Arc<Schema> {
    Arc::new(Schema::new(vec![
        Field::new("location", DataType::UInt32, false),
        Field::new("hour", DataType::UInt8, false),
        Field::new("subscribers", DataType::UInt32, false),
    ]))
}

impl Store {
    /// Writes a day's locations and hours with somebody, ascending by key and hour. The part exists once a commit names it.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_location_hours(&mut self, day: LocalDay, hours: &[LocationHour]) -> Result<Part, StoreError> {
        let name = self.new_name(&format!("location_hours/day={day}"))?;
        let schema = schema();
        let layout = Layout { schema: &schema, deltas: &["location"], plain: &[], bounded: &[] };
        let groups: Vec<&[LocationHour]> = hours.chunks(1 << 20).collect();
        parquet_file::write(self.disk(), name, layout, groups.len(), |group| {
            let rows = groups[group];
            let columns: Vec<ArrayRef> = vec![
                Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.location.0))),
                Arc::new(UInt8Array::from_iter_values(rows.iter().map(|row| row.hour))),
                Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.subscribers))),
            ];
            RecordBatch::try_new(Arc::clone(&schema), columns)
        })
    }

    /// Hands each of them to `see`, in order.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_location_hours(&self, part: &Part, see: impl FnMut(LocationHour)) -> Result<(), StoreError> {
        read_location_hours(self.folder(), part, see)
    }
}

/// The same from the store in `folder`. Needs no lock: parts never change.
///
/// # Errors
/// [`StoreError::Damaged`].
pub fn read_location_hours(folder: &Path, part: &Part, mut see: impl FnMut(LocationHour)) -> Result<(), StoreError> {
    let mut whole = true;
    let mut last = None;
    parquet_file::read(folder, part, |batch| {
        whole &= decode(batch, |row| {
            let is_next = last < Some((row.location, row.hour)) && row.hour < 24;
            last = Some((row.location, row.hour));
            if is_next {
                see(row);
            }
            is_next
        })
        .unwrap_or(false);
    })?;
    if whole { Ok(()) } else { Err(StoreError::damaged(&folder.join(&part.name), "not a list of hours, each once")) }
}

fn decode(batch: &RecordBatch, mut see: impl FnMut(LocationHour) -> bool) -> Option<bool> {
    let locations = batch.column_by_name("location")?.as_primitive_opt::<UInt32Type>()?.values();
    let hours = batch.column_by_name("hour")?.as_primitive_opt::<UInt8Type>()?.values();
    let subscribers = batch.column_by_name("subscribers")?.as_primitive_opt::<UInt32Type>()?.values();
    let row = |row: usize| LocationHour {
        location: LocationKey(locations[row]),
        hour: hours[row],
        subscribers: subscribers[row],
    };
    Some((0..batch.num_rows()).map(row).all(&mut see))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreIdentity;

    #[test]
    fn a_day_reads_back_as_it_was_written_and_one_out_of_order_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        let row = |key, hour, subscribers| LocationHour { location: LocationKey(key), hour, subscribers };
        let mut read_back = |rows: &[LocationHour]| {
            let part = store.write_location_hours(LocalDay(20_000), rows).unwrap();
            let mut back = Vec::new();
            store.read_location_hours(&part, |row| back.push(row)).map(|()| back)
        };
        let rows = [row(0, 3, 1), row(7, 0, 2), row(7, 23, 1_000_000), row(500_000, 0, 5)];
        assert_eq!(read_back(&rows).unwrap(), rows);
        assert_eq!(read_back(&[]).unwrap(), []);
        for wrong in [[row(7, 1, 1), row(7, 1, 1)], [row(8, 0, 1), row(7, 1, 1)], [row(7, 1, 1), row(7, 24, 1)]] {
            assert!(read_back(&wrong).is_err());
        }
    }
}
