//! Size and inner point of an area.

use super::shapes::AreaShapes;
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

/// Size and inner point of one area; neither where the file has no shape of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AreaMeasure {
    /// A point inside, in WGS 84 degrees.
    pub inner_point: Option<SitePoint>,
    /// True area.
    pub km2: Option<f64>,
}

/// Measures areas of every level, given in parts: upper levels from the areas they hold.
pub fn measure_areas(parts: &AreaShapes) -> Vec<Vec<AreaMeasure>> {
    let measure = |shape: &MultiPolygon<f64>| AreaMeasure {
        inner_point: inner_point(shape),
        km2: (!shape.0.is_empty()).then(|| area_km2(shape)),
    };
    parts.iter().map(|own| own.iter().map(measure).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::layer::AreaLayer;
    use super::super::shapes::shapes_in_parts;
    use super::*;
    use hexodus_model::area::{AreaEntry, AreaTree};
    use hexodus_model::{Area, AreaKey, Pcode};

    #[test]
    fn an_area_is_measured_from_those_it_holds() {
        let square = |lon: f64| {
            let ring = vec![(lon, 0.0), (lon + 1.0, 0.0), (lon + 1.0, 1.0), (lon, 1.0), (lon, 0.0)];
            MultiPolygon::new(vec![geo::Polygon::new(geo::LineString::from(ring), Vec::new())])
        };
        let area = |pcode: &str, lon| Area {
            level: 1,
            pcode: Pcode(pcode.into()),
            name: String::new(),
            ancestors: Vec::new(),
            shape: square(lon),
        };
        let entry = |pcode: &str, parent| AreaEntry { pcode: Pcode(pcode.into()), name: String::new(), parent };
        let (west, east) = (entry("X1", Some(AreaKey(0))), entry("X2", Some(AreaKey(0))));
        let tree = AreaTree { cod_version: "xxx_v1".into(), levels: vec![vec![entry("X", None)], vec![west, east]] };
        let layer = AreaLayer { areas: vec![area("X1", 0.0), area("X2", 5.0)], tree, warnings: Vec::new() };
        let measures = measure_areas(&shapes_in_parts(&layer));
        let km2 = |level: usize, at: usize| measures[level][at].km2.unwrap();
        // A degree by a degree at the equator is 12,309 km².
        assert!((km2(1, 0) - 12_309.0).abs() < 1.0 && (km2(0, 0) - km2(1, 0) - km2(1, 1)).abs() < 1e-6);
        let points: Vec<f64> = measures.iter().flatten().map(|own| own.inner_point.unwrap().lon).collect();
        let in_square = |lon: f64, from: f64| (from..=from + 1.0).contains(&lon);
        assert!(in_square(points[1], 0.0) && in_square(points[2], 5.0), "{points:?}");
        assert!(in_square(points[0], 0.0) || in_square(points[0], 5.0), "in one of the two: {points:?}");
    }
}
