//! The replicates of a shard's crisis: what each count is changed by from a day on, replicate by replicate.

use crate::error::StoreError;
use crate::manifest::Part;
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int16Type, UInt64Type};
use arrow_array::{ArrayRef, BinaryArray, Date32Array, Int16Array, RecordBatch, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use hexodus_model::{LocalDay, OriginHost, UnitKey};
use std::path::Path;
use std::sync::Arc;

/// Rows of a row group.
const GROUP_ROWS: usize = 1 << 14;

/// The changes of one count on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplicateRow {
    /// Number of the figure.
    pub figure: i16,
    /// Origin and host.
    pub ends: OriginHost,
    /// From this day on.
    pub day: LocalDay,
    /// By replicate.
    pub changes: Vec<i32>,
}

fn schema() -> Arc<Schema> {
    let wide = |name: &str| Field::new(name, DataType::UInt64, false);
    Arc::new(Schema::new(vec![
        Field::new("figure", DataType::Int16, false),
        wide("origin"),
        wide("host"),
        Field::new("day", DataType::Date32, false),
        Field::new("changes", DataType::Binary, false),
    ]))
}

impl Store {
    /// Writes the replicates of a crisis; `folder` is its name. The part exists once a commit names it.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_replicates(&mut self, folder: &str, rows: &[ReplicateRow]) -> Result<Part, StoreError> {
        let name = self.new_name(&format!("replicates/{folder}"))?;
        let schema = schema();
        let layout = Layout { schema: &schema, deltas: &["origin", "host"], plain: &[], bounded: &[] };
        let groups: Vec<&[ReplicateRow]> = rows.chunks(GROUP_ROWS).collect();
        parquet_file::write(self.disk(), name, layout, groups.len(), |group| {
            let rows = groups[group];
            let bytes = |row: &ReplicateRow| row.changes.iter().flat_map(|own| own.to_le_bytes()).collect::<Vec<u8>>();
            let columns: Vec<ArrayRef> = vec![
                Arc::new(Int16Array::from_iter_values(rows.iter().map(|row| row.figure))),
                Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.ends.origin.bits()))),
                Arc::new(UInt64Array::from_iter_values(rows.iter().map(|row| row.ends.host.bits()))),
                Arc::new(Date32Array::from_iter_values(rows.iter().map(|row| row.day.0))),
                Arc::new(BinaryArray::from_iter_values(rows.iter().map(bytes))),
            ];
            RecordBatch::try_new(Arc::clone(&schema), columns)
        })
    }
}

/// Reads them back from the store in `folder`. Needs no lock: parts never change.
///
/// # Errors
/// [`StoreError::Damaged`].
pub fn read_replicates(folder: &Path, part: &Part) -> Result<Vec<ReplicateRow>, StoreError> {
    let (mut rows, mut whole) = (Vec::new(), true);
    parquet_file::read(folder, part, |batch| whole &= decode(batch, &mut rows).is_some())?;
    if whole { Ok(rows) } else { Err(StoreError::damaged(&folder.join(&part.name), "not replicates")) }
}

fn decode(batch: &RecordBatch, rows: &mut Vec<ReplicateRow>) -> Option<()> {
    let figure = batch.column_by_name("figure")?.as_primitive_opt::<Int16Type>()?;
    let wide = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<UInt64Type>();
    let (origin, host) = (wide("origin")?, wide("host")?);
    let day = batch.column_by_name("day")?.as_primitive_opt::<Date32Type>()?;
    let changes = batch.column_by_name("changes")?.as_binary_opt::<i32>()?;
    for at in 0..batch.num_rows() {
        let unit = UnitKey::from_bits;
        let words = changes.value(at).as_chunks::<4>();
        rows.push(ReplicateRow {
            figure: figure.value(at),
            ends: OriginHost { origin: unit(origin.value(at))?, host: unit(host.value(at))? },
            day: LocalDay(day.value(at)),
            changes: words.0.iter().map(|word| i32::from_le_bytes(*word)).collect(),
        });
        if !words.1.is_empty() {
            return None;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreIdentity;
    use hexodus_model::AreaKey;

    #[test]
    fn replicates_read_back_as_written() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        let area = |key| UnitKey::area(AreaKey(key));
        let ends = OriginHost { origin: area(1), host: area(2) };
        let row =
            |day, changes: &[i32]| ReplicateRow { figure: 3, ends, day: LocalDay(day), changes: changes.to_vec() };
        let rows = vec![row(20_000, &[1, -1, i32::MIN]), row(20_001, &[])];
        let part = store.write_replicates("flood", &rows).unwrap();
        assert_eq!(read_replicates(folder.path(), &part).unwrap(), rows);
    }
}
