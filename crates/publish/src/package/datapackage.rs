//! `datapackage.json`: the files of a release for machines, as Frictionless describes them (formats §4.10).

use super::Package;
use super::map::MapLayer;
use super::purpose::purpose;
use crate::csv_text::harmless;
use crate::encoded::EncodedTable;
use crate::folder::ReleaseFolder;
use crate::hashed_file::FileSum;
use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field};
use serde_json::{Map, Value, json};
use std::borrow::Cow;

/// A file of a table: extension, name of the format, media type.
type Form = (&'static str, &'static str, &'static str);
/// How a form writes a heading.
type Named = fn(&str) -> Cow<'_, str>;
const CSV: Form = ("csv", "csv", "text/csv");
const PARQUET: Form = ("parquet", "parquet", "application/vnd.apache.parquet");

impl Package<'_> {
    pub(super) fn datapackage(
        &self,
        (tables, layers): (&[EncodedTable], &[MapLayer]),
        folder: &ReleaseFolder,
    ) -> String {
        let sums = folder.sums();
        let resource = |table: &EncodedTable, (extension, format, mediatype): Form| {
            let path = format!("{}.{extension}", table.name());
            let sum = sums.get(&path)?;
            let batch = if extension == CSV.0 { table.csv_batch() } else { &table.batch };
            let named: Named = if extension == CSV.0 { harmless } else { |own| Cow::Borrowed(own) };
            let mut resource = file((&path, purpose(table)), (format, mediatype), sum);
            resource["schema"] = schema(batch, table.key, named);
            if extension == CSV.0 {
                let keys = foreign_keys(table.name()).filter(|own| sums.contains_key(own.path));
                let keys: Vec<Value> = keys.map(ForeignKey::described).collect();
                if !keys.is_empty() {
                    resource["schema"]["foreignKeys"] = keys.into();
                }
            }
            if extension == CSV.0 {
                if table.hxl_row {
                    resource["dialect"] = json!({"headerRows": [1], "commentRows": [2]});
                }
                resource["encoding"] = if table.has_byte_order_mark() { "utf-8-sig" } else { "utf-8" }.into();
            }
            Some(resource)
        };
        let layer = |own: &MapLayer| {
            Some(file((&own.path, own.purpose), ("geojson", "application/geo+json"), sums.get(&own.path)?))
        };
        let resources = tables.iter().flat_map(|table| [resource(table, PARQUET), resource(table, CSV)]);
        let resources = resources.chain(layers.iter().map(layer));
        let mut package = json!({
            "name": slug(&format!("{} {}", self.operation_name(), self.context.reporting_date)),
            "title": self.title(),
            "version": self.version(),
            "profile": "data-package",
            "resources": resources.flatten().collect::<Vec<_>>(),
        });
        if let Some(license) = self.operation.license {
            package["licenses"] = json!([{"name": license}]);
        }
        format!("{package:#}\n")
    }

    /// What the release is called.
    pub(super) fn title(&self) -> String {
        format!(
            "{}: displaced people from mobile positioning data, {}",
            self.operation_name(),
            self.context.reporting_date
        )
    }

    /// The number of the publication, or the day.
    pub(super) fn version(&self) -> String {
        self.context.round_number.map_or_else(|| self.context.reporting_date.to_string(), |round| round.to_string())
    }

    pub(super) fn operation_name(&self) -> &str {
        self.context.operation.unwrap_or("Displacement")
    }
}

/// A column whose values are all found in a column of another file.
#[derive(Clone, Copy)]
struct ForeignKey {
    column: &'static str,
    path: &'static str,
    referred: &'static str,
}

impl ForeignKey {
    fn described(self) -> Value {
        let reference = json!({"resource": self.path.replace('/', "-"), "fields": [self.referred]});
        json!({"fields": [self.column], "reference": reference})
    }
}

/// Of tables without reserved values, which are no areas: the others refer to `areas_admin` for most rows only.
fn foreign_keys(table: &str) -> impl Iterator<Item = ForeignKey> {
    let (columns, path, referred): (&'static [&'static str], _, _) = match table {
        "flowmap/flows" => (&["origin", "dest"], "flowmap/locations.csv", "id"),
        "idps_admin" => (&["admin1Pcode", "admin2Pcode"], "areas_admin.csv", "area_id"),
        "hapi_idps" => (&["admin1_code", "admin2_code"], "areas_admin.csv", "area_id"),
        _ => (&[], "", ""),
    };
    columns.iter().map(move |column| ForeignKey { column, path, referred })
}

/// What there is to say of any file.
fn file((path, purpose): (&str, &str), (format, mediatype): (&str, &str), sum: &FileSum) -> Value {
    json!({
        // Names are lower case, without slashes; a table and its twin are two.
        "name": path.replace('/', "-").to_lowercase(),
        "description": purpose,
        "path": path,
        "format": format,
        "mediatype": mediatype,
        "hash": format!("sha256:{}", sum.sha256),
        "bytes": sum.bytes,
    })
}

/// `named` is how the file writes a heading.
fn schema(batch: &RecordBatch, key: &[&str], named: Named) -> Value {
    let schema = batch.schema();
    let fields: Vec<Value> = schema.fields().iter().map(|own| field(own, &named(own.name()))).collect();
    // A key with an empty part is none for Frictionless.
    let is_key = |name: &&str| schema.field_with_name(name).is_ok_and(|own| !own.is_nullable());
    let mut object = json!({"fields": fields, "missingValues": [""]});
    if !key.is_empty() && key.iter().all(is_key) {
        object["primaryKey"] = json!(key);
    }
    object
}

fn field(field: &Field, name: &str) -> Value {
    let mut object = Map::new();
    object.insert("name".into(), name.into());
    object.insert("type".into(), kind(field.data_type()).into());
    for note in ["description", "unit", "hxl"] {
        if let Some(text) = field.metadata().get(note) {
            object.insert(note.into(), text.as_str().into());
        }
    }
    if !field.is_nullable() {
        object.insert("constraints".into(), json!({"required": true}));
    }
    Value::Object(object)
}

const fn kind(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        DataType::Date32 => "date",
        DataType::Timestamp(..) => "datetime",
        DataType::Float64 => "number",
        DataType::UInt8 | DataType::Int32 | DataType::Int64 | DataType::UInt64 => "integer",
        // A shape and its box: Frictionless has no type for bytes and structs.
        DataType::Binary | DataType::Struct(_) => "any",
        _ => "string",
    }
}

/// Lower-case letters and digits, with a hyphen for each run of anything else.
pub(super) fn slug(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|own: char| !own.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}
