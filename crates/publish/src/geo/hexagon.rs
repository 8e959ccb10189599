//! The shape of an H3 cell.

use super::shape::rounded_shape;
use geo_types::{Coord, LineString, MultiPolygon, Polygon};
use h3o::{CellIndex, LatLng};
use hexodus_model::H3Cell;

/// The longitude that separates east from west.
const MERIDIAN: f64 = 180.0;

/// The shape of an H3 cell, counter-clockwise; cut in two along the 180th meridian where it lies on both sides of it (RFC 7946
/// §3.1.9). Empty for what is no H3 index.
pub(crate) fn hexagon(cell: H3Cell) -> MultiPolygon<f64> {
    let Ok(cell) = CellIndex::try_from(cell.index()) else { return MultiPolygon::new(Vec::new()) };
    let boundary = cell.boundary();
    let corners: Vec<Coord<f64>> = boundary.iter().map(corner).collect();
    let spans = |own: &Coord<f64>| (own.x - corners[0].x).abs() > MERIDIAN;
    let rings = if corners.iter().any(spans) { halves(&corners) } else { vec![corners] };
    let polygon = |ring: Vec<Coord<f64>>| Polygon::new(LineString::new(ring), Vec::new());
    rounded_shape(&rings.into_iter().map(polygon).collect())
}

fn corner(own: &LatLng) -> Coord<f64> {
    Coord { x: own.lng(), y: own.lat() }
}

/// The part east of Greenwich and the part west of it.
fn halves(corners: &[Coord<f64>]) -> Vec<Vec<Coord<f64>>> {
    let shifted = |by: f64| move |own: &Coord<f64>| Coord { x: own.x + by, y: own.y };
    let around: Vec<Coord<f64>> =
        corners.iter().map(|own| if own.x < 0.0 { shifted(2.0 * MERIDIAN)(own) } else { *own }).collect();
    let east = up_to(MERIDIAN, 1.0, &around);
    let west = up_to(MERIDIAN, -1.0, &around);
    vec![east, west.iter().map(shifted(-2.0 * MERIDIAN)).collect()]
}

/// What of a convex ring lies on one side of a meridian (Sutherland and Hodgman 1974).
fn up_to(meridian: f64, side: f64, ring: &[Coord<f64>]) -> Vec<Coord<f64>> {
    let beyond = |own: &Coord<f64>| side * (own.x - meridian);
    let mut kept = Vec::new();
    for (at, from) in ring.iter().enumerate() {
        let to = &ring[(at + 1) % ring.len()];
        if beyond(from) <= 0.0 {
            kept.push(*from);
        }
        if beyond(from) * beyond(to) < 0.0 {
            let part = (meridian - from.x) / (to.x - from.x);
            kept.push(Coord { x: meridian, y: from.y + part * (to.y - from.y) });
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use h3o::Resolution;

    fn at(lat: f64, lon: f64) -> MultiPolygon<f64> {
        hexagon(H3Cell::from_index(u64::from(LatLng::new(lat, lon).unwrap().to_cell(Resolution::Eight))).unwrap())
    }

    /// Twice the area of a ring in square degrees, positive where it runs counter-clockwise (the shoelace formula).
    fn twice_area(ring: &LineString<f64>) -> f64 {
        ring.lines().map(|own| own.start.x * own.end.y - own.end.x * own.start.y).sum()
    }

    #[test]
    fn it_is_around_its_place_and_counter_clockwise() {
        let shape = at(27.7, 85.3);
        let ring = shape.0[0].exterior();
        assert_eq!((shape.0.len(), ring.0.len()), (1, 7), "six corners, closed");
        assert!(twice_area(ring) > 0.0);
        // 0.7 km² at this latitude, of 110.8 by 98.7 km a degree.
        let km2 = twice_area(ring) / 2.0 * 110.8 * 98.7;
        assert!((0.6..0.9).contains(&km2), "{km2}");
        assert!(ring.coords().all(|own| (own.x - 85.3).abs() < 0.02 && (own.y - 27.7).abs() < 0.02));
    }

    #[test]
    fn on_the_180th_meridian_it_is_two_halves() {
        let (whole, halves) = (at(-17.0, 179.5), at(-17.0, 180.0));
        assert_eq!((whole.0.len(), halves.0.len()), (1, 2));
        for (half, sign) in halves.iter().zip([1.0, -1.0]) {
            assert!(half.exterior().coords().all(|own| own.x * sign > 179.9 && own.x.abs() <= 180.0));
        }
        let area = |shape: &MultiPolygon<f64>| shape.iter().map(|own| twice_area(own.exterior())).sum::<f64>();
        assert!((area(&halves) / area(&whole) - 1.0).abs() < 0.01, "nothing of it is lost");
    }
}
