//! What makes a Parquet file a GeoParquet 1.1 file: the columns `geometry` and `bbox`, and the key `geo`.

use super::shape::{around, bounds};
use super::wkb::wkb;
use crate::batch::BatchBuilder;
use crate::column::ColumnKind::{BoundingBox, Geometry};
use crate::column::{Column, bounding_box_fields};
use arrow_array::{ArrayRef, BinaryArray, Float64Array, StructArray};
use arrow_buffer::NullBuffer;
use geo_types::MultiPolygon;
use serde_json::{Value, json};
use std::sync::Arc;

/// `columns` and the two of a shape after them: `N` in all.
pub(crate) const fn with_shape<const N: usize>(columns: &[Column]) -> [Column; N] {
    let geometry =
        Column::new("geometry", Geometry, "Polygon or MultiPolygon as ISO WKB, longitude and latitude (OGC:CRS84)");
    let bounding_box = Column::new("bbox", BoundingBox, "The box around it: xmin, ymin, xmax, ymax");
    let mut all = [geometry.nullable(); N];
    let mut at = 0;
    while at < columns.len() {
        all[at] = columns[at];
        at += 1;
    }
    all[N - 1] = bounding_box.nullable().unit("degrees");
    all
}

/// Sets both columns from shapes, one a row, and returns the value of the key `geo`.
pub(crate) fn set_shapes(batch: &mut BatchBuilder, shapes: &[MultiPolygon<f64>]) -> String {
    batch.set("geometry", Arc::new(shapes.iter().map(wkb).collect::<BinaryArray>()));
    let boxes: Vec<Option<[f64; 4]>> = shapes.iter().map(bounds).collect();
    let side = |at: usize| -> ArrayRef {
        Arc::new(boxes.iter().map(|own| Some(own.map_or(0.0, |own| own[at]))).collect::<Float64Array>())
    };
    let known: NullBuffer = boxes.iter().map(Option::is_some).collect();
    batch.set("bbox", Arc::new(StructArray::new(bounding_box_fields(), (0..4).map(side).collect(), Some(known))));
    let whole = boxes.iter().copied().flatten().reduce(around);
    geo_key(whole, &kinds(shapes)).to_string()
}

/// The kinds that occur, as the standard wants them listed.
fn kinds(shapes: &[MultiPolygon<f64>]) -> Vec<&'static str> {
    let occurs = |is: fn(usize) -> bool| shapes.iter().any(|own| is(own.0.len()));
    let kinds = [("Polygon", occurs(|parts| parts == 1)), ("MultiPolygon", occurs(|parts| parts > 1))];
    kinds.into_iter().filter_map(|(kind, is_there)| is_there.then_some(kind)).collect()
}

/// The key `geo` (GeoParquet 1.1.0). Without `crs`, which stands for OGC:CRS84.
fn geo_key(bounds: Option<[f64; 4]>, kinds: &[&str]) -> Value {
    let side = |side: &str| json!(["bbox", side]);
    let mut column = json!({
        "encoding": "WKB",
        "geometry_types": kinds,
        "orientation": "counterclockwise",
        "covering": {"bbox": {"xmin": side("xmin"), "ymin": side("ymin"), "xmax": side("xmax"), "ymax": side("ymax")}},
    });
    if let Some(bounds) = bounds {
        column["bbox"] = json!(bounds);
    }
    json!({"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}})
}
