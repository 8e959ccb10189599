//! A shape as ISO well-known binary, little-endian: what GeoParquet 1.1 holds.

use geo_types::{LineString, MultiPolygon, Polygon};

const LITTLE_ENDIAN: u8 = 1;
const POLYGON: u32 = 3;
const MULTI_POLYGON: u32 = 6;

/// A shape of one part as a polygon, of several as a multi-polygon; `None` of an empty one.
pub(super) fn wkb(shape: &MultiPolygon<f64>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    match shape.0.as_slice() {
        [] => return None,
        [only] => put_polygon(only, &mut bytes),
        parts => {
            put_header(MULTI_POLYGON, parts.len(), &mut bytes);
            for own in parts {
                put_polygon(own, &mut bytes);
            }
        }
    }
    Some(bytes)
}

fn put_polygon(polygon: &Polygon<f64>, bytes: &mut Vec<u8>) {
    put_header(POLYGON, 1 + polygon.interiors().len(), bytes);
    for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
        put_ring(ring, bytes);
    }
}

fn put_header(kind: u32, parts: usize, bytes: &mut Vec<u8>) {
    bytes.push(LITTLE_ENDIAN);
    bytes.extend(kind.to_le_bytes());
    put_count(parts, bytes);
}

fn put_ring(ring: &LineString<f64>, bytes: &mut Vec<u8>) {
    put_count(ring.0.len(), bytes);
    bytes.extend(ring.coords().flat_map(|own| [own.x, own.y]).flat_map(f64::to_le_bytes));
}

fn put_count(count: usize, bytes: &mut Vec<u8>) {
    bytes.extend((count as u32).to_le_bytes());
}
