//! Distances, and which point lies in which shape.

use geo_types::{LineString, MultiPolygon};
use hexodus_model::SitePoint;

/// Kilometres per degree of latitude, mean of the WGS 84 ellipsoid; the plane below is good to 1 % within a country.
const KM_PER_DEGREE: f64 = 111.2;

/// A point with the six decimals (0.1 m) that files carry, so that what is decided here holds for what is written.
pub(crate) fn point(lat: f64, lon: f64) -> SitePoint {
    let rounded = |degrees: f64| (degrees * 1e6).round() / 1e6;
    SitePoint { lat: rounded(lat), lon: rounded(lon) }
}

/// East and north of `from` to `to`, in kilometres.
pub(crate) fn offset_km(from: SitePoint, to: SitePoint) -> (f64, f64) {
    let narrowing = f64::midpoint(from.lat, to.lat).to_radians().cos();
    ((to.lon - from.lon) * KM_PER_DEGREE * narrowing, (to.lat - from.lat) * KM_PER_DEGREE)
}

/// Distance in kilometres.
pub(crate) fn distance_km(from: SitePoint, to: SitePoint) -> f64 {
    let (east, north) = offset_km(from, to);
    east.hypot(north)
}

/// The point `east_km` and `north_km` away.
pub(crate) fn moved(from: SitePoint, east_km: f64, north_km: f64) -> SitePoint {
    let narrowing = from.lat.to_radians().cos().max(0.01);
    point(from.lat + north_km / KM_PER_DEGREE, from.lon + east_km / KM_PER_DEGREE / narrowing)
}

/// Bearing from north over east, in degrees, 0..360.
pub(crate) fn bearing_deg(from: SitePoint, to: SitePoint) -> f64 {
    let (east, north) = offset_km(from, to);
    east.atan2(north).to_degrees().rem_euclid(360.0)
}

fn rings(shape: &MultiPolygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    shape.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
}

/// Whether the point lies in the shape: even-odd over all rings, so holes are outside. On the boundary, either.
pub(crate) fn contains(shape: &MultiPolygon<f64>, at: SitePoint) -> bool {
    let mut inside = false;
    for line in rings(shape).flat_map(LineString::lines) {
        let (a, b) = (line.start, line.end);
        if (a.y > at.lat) != (b.y > at.lat) && at.lon < a.x + (at.lat - a.y) / (b.y - a.y) * (b.x - a.x) {
            inside = !inside;
        }
    }
    inside
}

/// South-west and north-east corner; `None` for an empty shape.
pub(crate) fn bounds(shape: &MultiPolygon<f64>) -> Option<(SitePoint, SitePoint)> {
    let mut corners =
        rings(shape).flat_map(LineString::coords).map(|vertex| SitePoint { lat: vertex.y, lon: vertex.x });
    let first = corners.next()?;
    Some(corners.fold((first, first), |(low, high), at| {
        let low = SitePoint { lat: low.lat.min(at.lat), lon: low.lon.min(at.lon) };
        (low, SitePoint { lat: high.lat.max(at.lat), lon: high.lon.max(at.lon) })
    }))
}

/// Area in square kilometres, holes taken off.
pub(crate) fn area_km2(shape: &MultiPolygon<f64>) -> f64 {
    let ring_km2 = |ring: &LineString<f64>| {
        let middle = bounds_of_ring(ring).map_or(0.0, |(low, high)| f64::midpoint(low, high));
        let twice: f64 = ring.lines().map(|line| line.start.x * line.end.y - line.end.x * line.start.y).sum();
        (twice / 2.0).abs() * KM_PER_DEGREE * KM_PER_DEGREE * middle.to_radians().cos()
    };
    let polygon_km2 = |polygon: &geo_types::Polygon<f64>| {
        ring_km2(polygon.exterior()) - polygon.interiors().iter().map(ring_km2).sum::<f64>()
    };
    shape.iter().map(polygon_km2).sum()
}

fn bounds_of_ring(ring: &LineString<f64>) -> Option<(f64, f64)> {
    let first = ring.coords().next()?.y;
    Some(ring.coords().fold((first, first), |(low, high), vertex| (low.min(vertex.y), high.max(vertex.y))))
}

/// A point well inside: the middle of the widest stretch of the shape along one of a few parallels. `None` for shapes
/// without an inside.
pub(crate) fn inner_point(shape: &MultiPolygon<f64>) -> Option<SitePoint> {
    let (low, high) = bounds(shape)?;
    let parallels = (1..8).map(|part| low.lat + (high.lat - low.lat) * (f64::from(part) / 8.0 + 0.003));
    let stretches = parallels.flat_map(|lat| {
        let mut crossings: Vec<f64> = rings(shape)
            .flat_map(LineString::lines)
            .filter(|line| (line.start.y > lat) != (line.end.y > lat))
            .map(|line| line.start.x + (lat - line.start.y) / line.dy() * line.dx())
            .collect();
        crossings.sort_unstable_by(f64::total_cmp);
        let pairs =
            crossings.chunks_exact(2).map(|pair| (pair[1] - pair[0], point(lat, f64::midpoint(pair[0], pair[1]))));
        pairs.collect::<Vec<_>>()
    });
    let widest = stretches.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, at)| at)?;
    contains(shape, widest).then_some(widest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{Polygon, polygon};

    fn square_with_a_hole() -> MultiPolygon<f64> {
        let outer = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 1.0)];
        let hole = polygon![(x: 0.2, y: 0.2), (x: 0.2, y: 0.8), (x: 0.8, y: 0.8), (x: 0.8, y: 0.2)];
        MultiPolygon(vec![Polygon::new(outer.exterior().clone(), vec![hole.exterior().clone()])])
    }

    #[test]
    fn a_hole_is_outside() {
        let shape = square_with_a_hole();
        assert!(contains(&shape, point(0.1, 0.5)));
        assert!(!contains(&shape, point(0.5, 0.5)));
        assert!(!contains(&shape, point(0.5, 1.5)));
        assert!(contains(&shape, inner_point(&shape).unwrap()));
        assert!((area_km2(&shape) - 111.2 * 111.2 * 0.64).abs() < 10.0);
    }

    #[test]
    fn moving_and_measuring_agree() {
        let from = point(27.5, 82.0);
        let to = moved(from, 3.0, -4.0);
        assert!((distance_km(from, to) - 5.0).abs() < 0.01);
        assert!((bearing_deg(from, moved(from, 0.0, -9.0)) - 180.0).abs() < 0.1);
    }
}
