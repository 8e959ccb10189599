//! The hours of subscribers at places: what homes by permanence are made of. Only where a crisis asks for it.

use crate::error::StoreError;
use crate::manifest::Part;
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use crate::subscriber_days::Share;
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{ArrayRef, RecordBatch, UInt32Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use hexodus_model::{H3Cell, HoursAt, LocalDay, SubscriberId};
use rayon::prelude::*;
use std::sync::Arc;

/// Rows of a row group.
const GROUP_ROWS: usize = 1 << 18;

fn schema() -> Arc<Schema> {
    Arc::new(Schema::new(vec![
        Field::new("subscriber", DataType::UInt64, false),
        Field::new("h3", DataType::UInt64, false),
        Field::new("hours", DataType::UInt32, false),
    ]))
}

impl Store {
    /// Writes the hours of one date, ascending by subscriber and place.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_hours(&mut self, day: LocalDay, rows: &[HoursAt]) -> Result<Part, StoreError> {
        let name = self.new_name(&format!("hours/day={day}"))?;
        let schema = schema();
        let layout = Layout { schema: &schema, deltas: &["subscriber"], plain: &[], bounded: &["subscriber"] };
        let groups: Vec<&[HoursAt]> = rows.chunks(GROUP_ROWS).collect();
        parquet_file::write(self.disk(), name, layout, groups.len(), |group| {
            let rows = groups[group];
            let columns: Vec<ArrayRef> = vec![
                Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.subscriber.bits()))),
                Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.place.index()))),
                Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.hours))),
            ];
            RecordBatch::try_new(Arc::clone(&schema), columns)
        })
    }

    /// Reads the hours of several dates back, several files at a time; of each the subscribers of a share.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_hours_of(
        &self,
        parts: &[(LocalDay, &Part)],
        share: Share,
    ) -> Result<Vec<(LocalDay, Vec<HoursAt>)>, StoreError> {
        let read = |&(day, part): &(LocalDay, &Part)| {
            Ok((day, self.read_rows(part, share, &[], |batch, rows| decode(batch, share, rows))?))
        };
        parts.par_iter().map(read).collect()
    }
}

fn decode(batch: &RecordBatch, share: Share, rows: &mut Vec<HoursAt>) -> Option<()> {
    let subscribers = batch.column_by_name("subscriber")?.as_primitive_opt::<UInt64Type>()?.values();
    let places = batch.column_by_name("h3")?.as_primitive_opt::<UInt64Type>()?.values();
    let hours = batch.column_by_name("hours")?.as_primitive_opt::<UInt32Type>()?.values();
    for at in 0..batch.num_rows() {
        let subscriber = SubscriberId::from_pseudonym(subscribers[at]);
        if share.holds(subscriber) {
            rows.push(HoursAt { subscriber, place: H3Cell::from_index(places[at]).ok()?, hours: hours[at] });
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreIdentity;

    #[test]
    fn hours_read_back_as_written_share_by_share() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "04:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        let row = |who: u64| HoursAt {
            subscriber: SubscriberId::from_pseudonym(who << 60),
            place: H3Cell::from_index(H3Cell::MIN_INDEX + who).unwrap(),
            hours: 1 << who,
        };
        let rows: Vec<HoursAt> = (0..16).map(row).collect();
        let part = store.write_hours(LocalDay(3), &rows).unwrap();
        let read = |index, of| store.read_hours_of(&[(LocalDay(3), &part)], Share { index, of }).unwrap().remove(0).1;
        assert_eq!(read(0, 1), rows);
        assert_eq!([read(0, 3), read(1, 3), read(2, 3)].concat(), rows);
    }
}
