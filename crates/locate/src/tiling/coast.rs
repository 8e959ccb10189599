//! H3 cells whose centre is in no area although they reach into one.

use crate::tiling::border::{border_cells, hexagon};
use crate::tiling::h3_areas::Claim;
use geo::{Area as _, BooleanOps, BoundingRect, Intersects, MultiPolygon};
use h3o::CellIndex;
use hexodus_model::{Area, AreaKey};

/// Adds the H3 cells that no centre claimed, each to the area it overlaps most. `claims` is sorted by H3 cell and stays
/// so.
pub(crate) fn claim_coast(areas: &[Area], claims: &mut Vec<Claim>) {
    let mut reached: Vec<Claim> = Vec::new();
    for (index, area) in areas.iter().enumerate() {
        let is_claimed = |h3: &CellIndex| claims.binary_search_by_key(h3, |&(claimed, _)| claimed).is_ok();
        let unclaimed = border_cells(&area.shape).into_iter().filter(|h3| !is_claimed(h3));
        reached.extend(unclaimed.map(|h3| (h3, AreaKey(index as u32))));
    }
    reached.sort_unstable();
    let coast = reached.chunk_by(|a, b| a.0 == b.0).map(|candidates| largest_overlap(areas, candidates));
    claims.extend(coast);
    claims.sort_unstable();
}

/// The candidate whose area overlaps the H3 cell most; on a tie the smaller P-code. One candidate needs no measuring.
fn largest_overlap(areas: &[Area], candidates: &[Claim]) -> Claim {
    let mut best = candidates[0];
    if candidates.len() > 1 {
        let mut largest = f64::NEG_INFINITY;
        for &(h3, key) in candidates {
            // Square degrees will do: all candidates are measured at one place.
            let overlap = overlap_deg2(h3, &areas[key.0 as usize].shape);
            if overlap > largest {
                (best, largest) = ((h3, key), overlap);
            }
        }
    }
    best
}

/// Overlap of an H3 cell and a shape in square degrees.
fn overlap_deg2(h3: CellIndex, shape: &MultiPolygon<f64>) -> f64 {
    let near = |polygon: &&geo::Polygon<f64>| {
        polygon.bounding_rect().is_some_and(|bounds| hexagon(h3, bounds.min().x).intersects(&bounds))
    };
    let overlap = |polygon: &geo::Polygon<f64>| {
        let lon = polygon.bounding_rect().map_or(0.0, |bounds| bounds.min().x);
        hexagon(h3, lon).intersection(polygon).unsigned_area()
    };
    shape.iter().filter(near).map(overlap).sum()
}
