//! Schema as data: the columns of each table, from which the Arrow schema and the documentation are made.

use arrow_schema::{DataType, Field, Fields, Schema, TimeUnit};
use std::collections::HashMap;

/// The key of a field's HXL hashtag.
pub(crate) const HXL: &str = "hxl";

/// One column of an output table (formats §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name, as in the header.
    pub name: &'static str,
    /// Type of its values.
    pub kind: ColumnKind,
    /// Whether values may be null.
    pub nullable: bool,
    /// Unit; empty where a value has none.
    pub unit: &'static str,
    /// HXL hashtag; empty where there is none.
    pub hxl: &'static str,
    /// What the n of n ≥ k counts for this column; empty where the column counts no people.
    pub k_tested_on: &'static str,
    /// What it says, in one line.
    pub description: &'static str,
}

/// Type of a column (formats §0.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// `str`: UTF-8.
    Text,
    /// `u8`.
    U8,
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `u64`: `h3_u64` only.
    U64,
    /// `f64`.
    F64,
    /// `bool`.
    Bool,
    /// `date`: local calendar.
    Date,
    /// `ts`: microseconds, UTC.
    Timestamp,
    /// `wkb`: a shape as ISO well-known binary.
    Geometry,
    /// `bbox`: a struct of four `f64`, `xmin`, `ymin`, `xmax`, `ymax`, in this order.
    BoundingBox,
}

/// A table and its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// File name without extension; `<definition>` stands for the id of a definition, `<level>` for a level.
    pub name: &'static str,
    /// Names of the columns that no two rows share, in the order of sorting.
    pub key: &'static [&'static str],
    /// The columns, in order.
    pub columns: &'static [Column],
}

impl Column {
    pub(crate) const fn new(name: &'static str, kind: ColumnKind, description: &'static str) -> Self {
        Self { name, kind, nullable: false, unit: "", hxl: "", k_tested_on: "", description }
    }

    pub(crate) const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    pub(crate) const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    pub(crate) const fn hxl(mut self, hxl: &'static str) -> Self {
        self.hxl = hxl;
        self
    }

    pub(crate) const fn tested_on(mut self, counted: &'static str) -> Self {
        self.k_tested_on = counted;
        self
    }

    /// The field of a batch in memory: text as a dictionary, which costs four bytes a row.
    pub(crate) fn field(&self) -> Field {
        let notes = [
            ("description", self.description),
            ("unit", self.unit),
            (HXL, self.hxl),
            ("hexodus.k_tested_on", self.k_tested_on),
        ];
        let metadata: HashMap<String, String> = notes
            .into_iter()
            .filter(|(_, note)| !note.is_empty())
            .map(|(name, note)| (name.to_owned(), note.to_owned()))
            .collect();
        Field::new(self.name, self.kind.data_type(), self.nullable).with_metadata(metadata)
    }
}

impl ColumnKind {
    fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            Self::U8 => DataType::UInt8,
            Self::I32 => DataType::Int32,
            Self::I64 => DataType::Int64,
            Self::U64 => DataType::UInt64,
            Self::F64 => DataType::Float64,
            Self::Bool => DataType::Boolean,
            Self::Date => DataType::Date32,
            // In memory the zone is an offset, because the CSV writer has no table of zone names.
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into())),
            Self::Geometry => DataType::Binary,
            Self::BoundingBox => DataType::Struct(bounding_box_fields()),
        }
    }
}

/// The four sides of a box, as GeoParquet 1.1 wants them: exactly these, in this order.
pub(crate) fn bounding_box_fields() -> Fields {
    ["xmin", "ymin", "xmax", "ymax"].map(|side| Field::new(side, DataType::Float64, false)).into_iter().collect()
}

/// The schema that readers see: plain strings, so that joins need no casts, and the zone by its name.
pub(crate) fn published_schema(batch: &Schema) -> Schema {
    let field = |field: &Field| match field.data_type() {
        DataType::Dictionary(..) => field.clone().with_data_type(DataType::Utf8),
        DataType::Timestamp(unit, _) => field.clone().with_data_type(DataType::Timestamp(*unit, Some("UTC".into()))),
        _ => field.clone(),
    };
    Schema::new(batch.fields().iter().map(|each| field(each)).collect::<Vec<_>>())
}
