//! Features as GeoJSON (RFC 7946), one a line: what every desktop GIS opens.

use geo_types::{LineString, MultiPolygon, Polygon};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// A feature without a place is one that cannot be drawn.
pub(crate) type Feature = (Option<Value>, Map<String, Value>);

/// A collection, one feature a line, in the order given.
pub(crate) fn feature_collection(name: &str, features: impl Iterator<Item = Feature>) -> String {
    let mut text = format!("{{\"type\":\"FeatureCollection\",\"name\":{},\"features\":[", json!(name));
    for (at, (geometry, properties)) in features.enumerate() {
        let feature = json!({"type": "Feature", "geometry": geometry, "properties": properties});
        _ = write!(text, "{}\n{feature}", if at == 0 { "" } else { "," });
    }
    text.push_str("\n]}\n");
    text
}

/// A shape; `None` of an empty one.
pub(crate) fn shape_geometry(shape: &MultiPolygon<f64>) -> Option<Value> {
    match shape.0.as_slice() {
        [] => None,
        [only] => Some(json!({"type": "Polygon", "coordinates": rings(only)})),
        parts => Some(json!({"type": "MultiPolygon", "coordinates": parts.iter().map(rings).collect::<Vec<_>>()})),
    }
}

/// A straight line between two points, each latitude and longitude.
pub(crate) fn line_geometry([from, to]: [[f64; 2]; 2]) -> Value {
    json!({"type": "LineString", "coordinates": [[from[1], from[0]], [to[1], to[0]]]})
}

fn rings(polygon: &Polygon<f64>) -> Vec<Value> {
    let ring = |own: &LineString<f64>| own.coords().map(|own| json!([own.x, own.y])).collect::<Value>();
    std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
}
