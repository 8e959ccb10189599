//! What happened at each radio cell on a day: events, events without a place, distinct subscribers.

use crate::error::StoreError;
use crate::manifest::Part;
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{ArrayRef, RecordBatch, UInt32Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use hexodus_model::{LocalDay, LocationDay, LocationKey};
use std::path::Path;
use std::sync::Arc;

fn schema() -> Arc<Schema> {
    Arc::new(Schema::new(vec![
        Field::new("location", DataType::UInt32, false),
        Field::new("events", DataType::UInt64, false),
        Field::new("unlocated", DataType::UInt64, false),
        Field::new("subscribers", DataType::UInt32, false),
    ]))
}

impl Store {
    /// Writes a day's locations with events, ascending by key. The part exists once a commit names it.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_activity(&mut self, day: LocalDay, locations: &[LocationDay]) -> Result<Part, StoreError> {
        let name = self.new_name(&format!("activity/day={day}"))?;
        let schema = schema();
        let layout = Layout { schema: &schema, deltas: &["location", "events"], plain: &[], bounded: &[] };
        let groups: Vec<&[LocationDay]> = locations.chunks(1 << 18).collect();
        parquet_file::write(self.disk(), name, layout, groups.len(), |group| {
            let rows = groups[group];
            let columns: Vec<ArrayRef> = vec![
                Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.location.0))),
                Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.events))),
                Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.unlocated))),
                Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.subscribers))),
            ];
            RecordBatch::try_new(Arc::clone(&schema), columns)
        })
    }

    /// Reads them back.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_activity(&self, part: &Part) -> Result<Vec<LocationDay>, StoreError> {
        read_activity(self.folder(), part)
    }
}

/// Reads a day's locations with events from the store in `folder`. Needs no lock: parts never change.
///
/// # Errors
/// [`StoreError::Damaged`].
pub fn read_activity(folder: &Path, part: &Part) -> Result<Vec<LocationDay>, StoreError> {
    let mut locations = Vec::with_capacity(part.rows as usize);
    let mut whole = true;
    parquet_file::read(folder, part, |batch| whole &= decode(batch, &mut locations).is_some())?;
    if whole && locations.is_sorted_by(|left, right| left.location < right.location) {
        Ok(locations)
    } else {
        Err(StoreError::damaged(&folder.join(&part.name), "not a list of locations, each once"))
    }
}

fn decode(batch: &RecordBatch, locations: &mut Vec<LocationDay>) -> Option<()> {
    let keys = batch.column_by_name("location")?.as_primitive_opt::<UInt32Type>()?.values();
    let events = batch.column_by_name("events")?.as_primitive_opt::<UInt64Type>()?.values();
    let unlocated = batch.column_by_name("unlocated")?.as_primitive_opt::<UInt64Type>()?.values();
    let subscribers = batch.column_by_name("subscribers")?.as_primitive_opt::<UInt32Type>()?.values();
    locations.extend((0..batch.num_rows()).map(|row| LocationDay {
        location: LocationKey(keys[row]),
        events: events[row],
        unlocated: unlocated[row],
        subscribers: subscribers[row],
    }));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreIdentity;

    #[test]
    fn a_day_reads_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        let row = |key: u32| LocationDay {
            location: LocationKey(key),
            events: u64::from(key) + 1_000_000_000_000,
            unlocated: u64::from(key % 3),
            subscribers: key / 2,
        };
        let rows = [row(0), row(7), row(500_000)];
        let part = store.write_activity(LocalDay(20_000), &rows).unwrap();
        assert_eq!(store.read_activity(&part).unwrap(), rows);
        let empty = store.write_activity(LocalDay(20_000), &[]).unwrap();
        assert_eq!(store.read_activity(&empty).unwrap(), []);
    }
}
