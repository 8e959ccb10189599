//! The features of a GeoJSON file.

use crate::areas::AreaError;
use crate::h3::on_the_globe;
use geo::{Coord, LineString, MultiPolygon, Polygon};
use geojson::{Feature, GeoJson, GeometryValue, JsonObject, JsonValue, PolygonType};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A file longer than this is refused before it fills memory: a parsed GeoJSON takes several times its length.
const FILE_LIMIT: u64 = 512 << 20;

/// A feature with its attributes as they are and its geometry checked.
#[derive(Debug)]
pub(crate) struct AreaFeature {
    /// Counted from 1 in the order of the file.
    pub(crate) number: usize,
    pub(crate) properties: JsonObject,
    /// Degrees of WGS 84, x = longitude; at least one ring, every ring closed.
    pub(crate) shape: MultiPolygon<f64>,
}

impl AreaFeature {
    /// The text in a column: trimmed, `None` when empty. A number is given as it is written.
    pub(crate) fn text(&self, column: &str) -> Option<String> {
        let text = match self.properties.get(column)? {
            JsonValue::String(text) => text.trim().to_owned(),
            JsonValue::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The first text in some columns.
    pub(crate) fn first_text(&self, columns: &[String]) -> Option<String> {
        columns.iter().find_map(|column| self.text(column))
    }
}

/// Reads a `FeatureCollection`, or one feature a line (also with record separators, RFC 8142).
pub(crate) fn read_features(path: &Path) -> Result<Vec<AreaFeature>, AreaError> {
    let read_error = |source| AreaError::Read { path: path.to_owned(), source };
    let mut text = String::new();
    let file = File::open(path).map_err(read_error)?;
    if file.metadata().is_ok_and(|metadata| metadata.len() > FILE_LIMIT) {
        return Err(AreaError::TooLong { path: path.to_owned(), limit_mib: FILE_LIMIT >> 20 });
    }
    // What is no regular file has no length.
    file.take(FILE_LIMIT + 1).read_to_string(&mut text).map_err(read_error)?;
    let text = text.replace(['\u{1e}', '\u{feff}'], "");

    // Values one after the other: a collection is one, a feature a line is many.
    let mut raw: Vec<Feature> = Vec::new();
    for value in serde_json::Deserializer::from_str(&text).into_iter::<GeoJson>() {
        match value.map_err(|source| AreaError::Json { path: path.to_owned(), source })? {
            GeoJson::FeatureCollection(collection) => {
                check_crs(path, collection.foreign_members.as_ref())?;
                raw.extend(collection.features);
            }
            GeoJson::Feature(feature) => {
                check_crs(path, feature.foreign_members.as_ref())?;
                raw.push(feature);
            }
            GeoJson::Geometry(geometry) => raw.push(Feature::from(geometry)),
        }
    }
    if raw.is_empty() {
        return Err(AreaError::Empty { path: path.to_owned() });
    }
    raw.into_iter().enumerate().map(|(index, feature)| check_feature(path, index + 1, feature)).collect()
}

/// Every column of any feature.
pub(crate) fn all_columns(features: &[AreaFeature]) -> BTreeSet<String> {
    features.iter().flat_map(|feature| feature.properties.keys().cloned()).collect()
}

fn check_feature(path: &Path, number: usize, feature: Feature) -> Result<AreaFeature, AreaError> {
    let no_area = |found: &str| AreaError::Geometry { path: path.to_owned(), feature: number, found: found.to_owned() };
    let value = feature.geometry.ok_or_else(|| no_area("no geometry"))?.value;
    let polygons = match &value {
        GeometryValue::Polygon { coordinates } => vec![polygon_of(coordinates)],
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().map(polygon_of).collect(),
        other => return Err(no_area(other.type_name())),
    };
    let polygons: Option<Vec<_>> = polygons.into_iter().collect();
    let shape = MultiPolygon(polygons.ok_or_else(|| no_area("a ring of fewer than four positions"))?);
    if shape.0.is_empty() {
        return Err(no_area("no ring"));
    }
    let rings = shape.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    if let Some(off) = rings.flat_map(LineString::coords).find(|at| !on_the_globe(at.y, at.x)) {
        let found = format!("the position {}, {} in feature {number}", off.x, off.y);
        return Err(AreaError::NotDegrees { path: path.to_owned(), found });
    }
    Ok(AreaFeature { number, properties: feature.properties.unwrap_or_default(), shape })
}

/// `None` when a ring has fewer than four positions or a position fewer than two numbers; a height is dropped.
fn polygon_of(rings: &PolygonType) -> Option<Polygon<f64>> {
    let mut rings = rings.iter().map(|ring| {
        let coords: Option<Vec<Coord<f64>>> = ring
            .iter()
            .map(|position| match *position.as_slice() {
                [x, y, ..] => Some(Coord { x, y }),
                _ => None,
            })
            .collect();
        coords.filter(|coords| coords.len() >= 4).map(LineString)
    });
    let exterior = rings.next()??;
    Some(Polygon::new(exterior, rings.collect::<Option<Vec<_>>>()?))
}

/// GeoJSON is longitude and latitude of WGS 84 (RFC 7946); files of the 2008 draft may say something else in `crs`.
fn check_crs(path: &Path, members: Option<&JsonObject>) -> Result<(), AreaError> {
    let Some(crs) = members.and_then(|members| members.get("crs")).filter(|crs| !crs.is_null()) else {
        return Ok(());
    };
    let name = crs.pointer("/properties/name").and_then(JsonValue::as_str).unwrap_or_default().to_ascii_uppercase();
    // As in `urn:ogc:def:crs:OGC:1.3:CRS84`, `urn:ogc:def:crs:EPSG::4326`, `EPSG:4326`, `…/def/crs/EPSG/0/4326`.
    let code = name.rsplit([':', '/']).next().unwrap_or_default();
    if code == "CRS84" || (code == "4326" && name.contains("EPSG")) {
        Ok(())
    } else {
        Err(AreaError::NotDegrees { path: path.to_owned(), found: format!("\"crs\": {crs}") })
    }
}
