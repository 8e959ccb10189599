//! Which key stands for which location: append-only, rewritten when it grows.

use crate::error::StoreError;
use crate::manifest::{Manifest, Part};
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use hexodus_model::{H3Cell, LocationId, Locations};
use std::path::Path;
use std::sync::Arc;

/// In key order: a radio-cell id, or an H3 index, or neither (coordinates 0, 0).
fn schema() -> Arc<Schema> {
    Arc::new(Schema::new(vec![
        Field::new("radio_cell_id", DataType::Utf8, true),
        Field::new("h3", DataType::UInt64, true),
    ]))
}

impl Store {
    /// Writes all locations, in key order.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_locations(&mut self, locations: &Locations) -> Result<Part, StoreError> {
        let name = self.new_name("locations")?;
        let schema = schema();
        let layout = Layout { schema: &schema, deltas: &[], plain: &[], bounded: &[] };
        let groups: Vec<&[LocationId]> = locations.ids().chunks(1 << 18).collect();
        parquet_file::write(self.disk(), name, layout, groups.len(), |group| {
            let ids = groups[group];
            let radio_cells: StringArray =
                ids.iter().map(|id| if let LocationId::RadioCell(id) = id { Some(&**id) } else { None }).collect();
            let points: UInt64Array =
                ids.iter().map(|id| if let LocationId::Point(h3) = id { Some(h3.index()) } else { None }).collect();
            let columns: Vec<ArrayRef> = vec![Arc::new(radio_cells), Arc::new(points)];
            RecordBatch::try_new(Arc::clone(&schema), columns)
        })
    }

    /// All locations the store knows.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_locations(&self) -> Result<Locations, StoreError> {
        read_locations(self.folder(), self.manifest())
    }
}

/// All locations that the store in `folder` knows by its `manifest`. Needs no lock.
///
/// # Errors
/// [`StoreError::Damaged`].
pub fn read_locations(folder: &Path, manifest: &Manifest) -> Result<Locations, StoreError> {
    let Some(part) = &manifest.locations else { return Ok(Locations::default()) };
    let mut ids = Vec::with_capacity(part.rows as usize);
    let mut whole = true;
    parquet_file::read(folder, part, |batch| whole &= decode(batch, &mut ids).is_some())?;
    let locations: Locations = ids.into_iter().collect();
    if whole && locations.ids().len() as u64 == part.rows {
        Ok(locations)
    } else {
        Err(StoreError::damaged(&folder.join(&part.name), "not a list of distinct locations"))
    }
}

fn decode(batch: &RecordBatch, ids: &mut Vec<LocationId>) -> Option<()> {
    let radio_cells = batch.column_by_name("radio_cell_id")?.as_string_opt::<i32>()?;
    let points = batch.column_by_name("h3")?.as_primitive_opt::<UInt64Type>()?;
    for row in 0..batch.num_rows() {
        ids.push(if radio_cells.is_valid(row) {
            LocationId::RadioCell(radio_cells.value(row).into())
        } else if points.is_valid(row) {
            LocationId::Point(H3Cell::from_index(points.value(row)).ok()?)
        } else {
            LocationId::NullIsland
        });
    }
    Some(())
}
