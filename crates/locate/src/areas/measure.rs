//! Size and inner point of an area.

use geo::{GeodesicArea, InteriorPoint, MultiPolygon};
use hexodus_model::SitePoint;

/// True area on the WGS 84 ellipsoid in km², the direction of the rings notwithstanding.
pub fn area_km2(shape: &MultiPolygon<f64>) -> f64 {
    // Ring by ring: the unsigned area of a whole polygon trusts the direction of its rings, and files differ in it.
    let ring = |ring: &geo::LineString<f64>| geo::Polygon::new(ring.clone(), Vec::new()).geodesic_area_signed().abs();
    let square_metres: f64 =
        shape.iter().map(|polygon| ring(polygon.exterior()) - polygon.interiors().iter().map(ring).sum::<f64>()).sum();
    square_metres / 1e6
}

/// A point inside the area, in WGS 84 degrees: never outside it, as a centroid may be. `None` for an empty shape.
pub fn inner_point(shape: &MultiPolygon<f64>) -> Option<SitePoint> {
    shape.interior_point().map(|point| SitePoint { lat: point.y(), lon: point.x() })
}
