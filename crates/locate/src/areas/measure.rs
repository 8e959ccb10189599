//! Size and inner point of an area.

use super::layer::AreaLayer;
use geo::{GeodesicArea, InteriorPoint, MultiPolygon};
use hexodus_model::{AreaKey, SitePoint};

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

/// Measures the areas of every level, parallel to the layer's tree: upper levels from the areas they hold.
pub fn measure_areas(layer: &AreaLayer) -> Vec<Vec<AreaMeasure>> {
    let tree = &layer.tree;
    let mut shapes: Vec<Vec<MultiPolygon<f64>>> =
        tree.levels.iter().map(|own| vec![MultiPolygon::new(Vec::new()); own.len()]).collect();
    for (key, area) in (0..).map(AreaKey).zip(&layer.areas) {
        for level in 0..=tree.deepest() {
            let Some(above) = tree.ancestor(tree.deepest(), key, level) else { continue };
            shapes[usize::from(level)][above.0 as usize].0.extend(area.shape.iter().cloned());
        }
    }
    let measure = |shape: &MultiPolygon<f64>| AreaMeasure {
        inner_point: inner_point(shape),
        km2: (!shape.0.is_empty()).then(|| area_km2(shape)),
    };
    shapes.iter().map(|own| own.iter().map(measure).collect()).collect()
}
