//! The H3 cells that the boundary of an area runs through.
//!
//! Every segment is walked in steps far shorter than an H3 cell is wide; the H3 cells met on the way and their
//! neighbours are candidates, and each is kept when its hexagon really meets the segment. A hexagon cut only at a corner
//! lies next to one that a step falls into, so nothing is missed, and testing against single segments keeps the work
//! linear in the length of the boundary.

use crate::h3::GRID;
use geo::{Intersects, Line, LineString, MultiPolygon, Polygon, coord};
use h3o::{CellIndex, LatLng};
use std::collections::BTreeSet;

/// Length of a step in degrees, at most 170 m; the smallest hexagon of resolution 8 is more than 500 m across.
const STEP_DEG: f64 = 0.0015;

/// The H3 cells that touch the boundary of a shape, ascending.
pub(crate) fn border_cells(shape: &MultiPolygon<f64>) -> BTreeSet<CellIndex> {
    let mut border = BTreeSet::new();
    for polygon in shape {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            for segment in ring.lines() {
                follow(segment, &mut border);
            }
        }
    }
    border
}

fn follow(segment: Line<f64>, border: &mut BTreeSet<CellIndex>) {
    let steps = (segment.dx().abs().max(segment.dy().abs()) / STEP_DEG).ceil().max(1.0);
    let mut near: Vec<CellIndex> = Vec::new();
    let mut last = None;
    for step in 0..=steps as u32 {
        let at = segment.start + segment.delta() * (f64::from(step) / steps);
        let Ok(at) = LatLng::new(at.y, at.x) else { continue };
        let h3 = at.to_cell(GRID);
        if last.replace(h3) != Some(h3) {
            near.extend(h3.grid_disk_safe(1));
        }
    }
    near.sort_unstable();
    near.dedup();
    for h3 in near {
        if !border.contains(&h3) && hexagon(h3, segment.start.x).intersects(&segment) {
            border.insert(h3);
        }
    }
}

/// The outline of an H3 cell in degrees, longitudes on the side of the antimeridian where `near_lon` is.
pub(crate) fn hexagon(h3: CellIndex, near_lon: f64) -> Polygon<f64> {
    let unwrap = |lon: f64| lon - 360.0 * ((lon - near_lon) / 360.0).round();
    let outline = h3.boundary().iter().map(|vertex| coord! { x: unwrap(vertex.lng()), y: vertex.lat() }).collect();
    Polygon::new(LineString(outline), Vec::new())
}
