//! Coordinates as every file has them, and the box around them.

use geo_types::{Coord, LineString, MultiPolygon, Polygon};

/// Parts of a degree that are told: a tenth of a metre.
const DEGREES: f64 = 1e6;

/// A coordinate in degrees, to a tenth of a metre.
pub(crate) fn rounded_degrees(degrees: f64) -> f64 {
    (degrees * DEGREES).round() / DEGREES
}

/// The shape to a tenth of a metre. Points that become one are one: rings stay closed, and what is smaller than that is gone.
pub fn rounded_shape(shape: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let ring = |own: &LineString<f64>| {
        let mut points: Vec<Coord<f64>> =
            own.coords().map(|own| Coord { x: rounded_degrees(own.x), y: rounded_degrees(own.y) }).collect();
        points.dedup();
        LineString::new(points)
    };
    let polygon = |own: &Polygon<f64>| {
        let holes = own.interiors().iter().map(ring).filter(|hole| hole.0.len() >= 4).collect();
        Polygon::new(ring(own.exterior()), holes)
    };
    shape.iter().map(polygon).filter(|own| own.exterior().0.len() >= 4).collect()
}

/// West, south, east, north of a shape; `None` of an empty one.
pub(super) fn bounds(shape: &MultiPolygon<f64>) -> Option<[f64; 4]> {
    shape.iter().flat_map(|own| own.exterior().coords()).map(|own| [own.x, own.y, own.x, own.y]).reduce(around)
}

/// The box around two boxes.
pub(super) fn around(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}
