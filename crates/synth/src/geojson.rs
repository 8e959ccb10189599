//! The areas, in the lower-case COD-AB column layout of formats §1.4.

use crate::error::SynthError;
use crate::ground::{area_km2, inner_point};
use crate::text::TextFile;
use geo_types::{LineString, MultiPolygon, Polygon};
use hexodus_model::Area;
use serde_json::Value;
use std::path::Path;

/// Version of the boundaries; with the country code it makes the `cod_version`.
const VERSION: &str = "v01";
const VALID_ON: &str = "2030-06-01";

/// Writes `areas.geojson`, one feature a line.
pub(crate) fn write_areas(path: &Path, areas: &[Area]) -> Result<(), SynthError> {
    let mut file = TextFile::plain(path, r#"{"type":"FeatureCollection","features":["#)?;
    for (number, area) in areas.iter().enumerate() {
        let comma = if number + 1 < areas.len() { "," } else { "" };
        let (properties, coordinates) = (properties(area), coordinates(&area.shape));
        file.line(format_args!(
            r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"MultiPolygon","coordinates":[{coordinates}]}}}}{comma}"#
        ))?;
    }
    file.bytes(b"]}\n")?;
    file.finish()
}

/// Columns from the deepest level up, then those of the version.
fn properties(area: &Area) -> String {
    let text = |value: &str| Value::from(value).to_string();
    let mut columns = vec![(format!("adm{}_name", area.level), text(&area.name))];
    columns.push((format!("adm{}_pcode", area.level), text(&area.pcode.0)));
    for ancestor in area.ancestors.iter().rev() {
        columns.push((format!("adm{}_name", ancestor.level), text(&ancestor.name)));
        columns.push((format!("adm{}_pcode", ancestor.level), text(&ancestor.pcode.0)));
    }
    columns.push(("valid_on".to_owned(), text(VALID_ON)));
    columns.push(("valid_to".to_owned(), "null".to_owned()));
    columns.push(("area_sqkm".to_owned(), format!("{:.3}", area_km2(&area.shape))));
    columns.push(("version".to_owned(), text(VERSION)));
    columns.push(("lang".to_owned(), text("en")));
    if let Some(centre) = inner_point(&area.shape) {
        columns.push(("center_lat".to_owned(), centre.lat.to_string()));
        columns.push(("center_lon".to_owned(), centre.lon.to_string()));
    }
    joined(columns.iter().map(|(name, value)| format!("\"{name}\":{value}")))
}

fn coordinates(shape: &MultiPolygon<f64>) -> String {
    let ring = |ring: &LineString<f64>| {
        format!("[{}]", joined(ring.coords().map(|vertex| format!("[{},{}]", vertex.x, vertex.y))))
    };
    let polygon = |polygon: &Polygon<f64>| {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        format!("[{}]", joined(rings.map(ring)))
    };
    joined(shape.iter().map(polygon))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(",")
}
