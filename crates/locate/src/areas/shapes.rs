//! The shapes of the areas of every level: of upper levels from the areas they hold.

use super::layer::AreaLayer;
use geo::orient::Direction;
use geo::{MultiPolygon, Orient, unary_union};
use hexodus_model::AreaKey;

/// Shapes parallel to the levels and areas of a layer's tree; empty where the file has none.
pub type AreaShapes = Vec<Vec<MultiPolygon<f64>>>;

/// The parts of every area as the file has them: those of upper levels touch each other along the borders inside.
pub fn shapes_in_parts(layer: &AreaLayer) -> AreaShapes {
    let tree = &layer.tree;
    let mut shapes: AreaShapes = tree.levels.iter().map(|own| vec![MultiPolygon::new(Vec::new()); own.len()]).collect();
    for (key, area) in (0..).map(AreaKey).zip(&layer.areas) {
        for level in 0..=tree.deepest() {
            let Some(above) = tree.ancestor(tree.deepest(), key, level) else { continue };
            shapes[usize::from(level)][above.0 as usize].0.extend(area.shape.iter().cloned());
        }
    }
    shapes
}

/// These as shapes to be drawn: borders inside an area of upper levels dissolved, outer rings counter-clockwise, holes clockwise.
pub fn drawn_shapes(parts: &AreaShapes) -> AreaShapes {
    let deepest = parts.len().saturating_sub(1);
    let drawn = |(level, shapes): (usize, &Vec<MultiPolygon<f64>>)| {
        let draw = |own: &MultiPolygon<f64>| if level == deepest { own.clone() } else { unary_union(own) };
        shapes.iter().map(|own| draw(own).orient(Direction::Default)).collect()
    };
    parts.iter().enumerate().map(drawn).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area as _, Winding};
    use hexodus_model::area::{AreaEntry, AreaTree};
    use hexodus_model::{Area, Pcode};

    /// Two unit squares beside each other, one of them drawn clockwise with a hole.
    fn layer() -> AreaLayer {
        let ring = |left: f64, size: f64| {
            geo::LineString::from(vec![(left, 0.0), (left, size), (left + size, size), (left + size, 0.0), (left, 0.0)])
        };
        let hole = geo::LineString::from(vec![(1.2, 0.2), (1.4, 0.2), (1.4, 0.4), (1.2, 0.4), (1.2, 0.2)]);
        let area = |pcode: &str, shape| Area {
            level: 1,
            pcode: Pcode(pcode.into()),
            name: String::new(),
            ancestors: Vec::new(),
            shape: MultiPolygon::new(vec![shape]),
        };
        let entry = |pcode: &str, parent| AreaEntry { pcode: Pcode(pcode.into()), name: String::new(), parent };
        AreaLayer {
            areas: vec![
                area("XA01", geo::Polygon::new(ring(0.0, 1.0), Vec::new())),
                area("XA02", geo::Polygon::new(ring(1.0, 1.0), vec![hole])),
            ],
            tree: AreaTree {
                cod_version: "xa_v01".into(),
                levels: vec![
                    vec![entry("XA", None)],
                    vec![entry("XA01", Some(AreaKey(0))), entry("XA02", Some(AreaKey(0)))],
                ],
            },
            warnings: Vec::new(),
        }
    }

    #[test]
    fn the_border_between_two_areas_is_not_in_the_country() {
        let layer = layer();
        assert_eq!(shapes_in_parts(&layer)[0][0].0.len(), 2);
        let country = &drawn_shapes(&shapes_in_parts(&layer))[0][0];
        assert_eq!((country.0.len(), country.0[0].interiors().len()), (1, 1));
        assert!((country.unsigned_area() - (2.0 - 0.04)).abs() < 1e-6);
    }

    #[test]
    fn outer_rings_are_counter_clockwise_and_holes_are_not() {
        for shape in drawn_shapes(&shapes_in_parts(&layer())).iter().flatten().flat_map(|own| &own.0) {
            assert!(shape.exterior().is_ccw());
            assert!(shape.interiors().iter().all(Winding::is_cw));
        }
    }
}
