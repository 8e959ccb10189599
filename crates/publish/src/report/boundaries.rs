//! Boundaries of areas, coarse enough for a page and still without gaps.
//!
//! Every corner is moved to a grid of the whole map, so that neighbours that shared a line still do; corners that fall
//! together are one. Thinning each area by itself would tear them apart.

use super::boundaries::wkb::polygons;
use serde_json::{Value, json};

pub(super) mod wkb;

/// Steps of the grid along the longer side of the map: below a pixel of any screen it is shown on.
const STEPS: f64 = 2000.0;

/// A corner, longitude and latitude in steps of the grid.
type Corner = [i64; 2];

/// Boundaries of all areas of a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Boundaries {
    /// Longitude and latitude of the corner of the grid, and its step, in degrees.
    origin: [f64; 2],
    step: f64,
    /// Level, P-code and rings.
    areas: Vec<(i64, String, Vec<Vec<Corner>>)>,
}

/// Of areas below the country, from WKB. Shapes that are no polygons are left out; `None` where nothing is left.
pub(super) fn boundaries(areas: &[(i64, String, Vec<u8>)]) -> Option<Boundaries> {
    let read = |(level, id, shape): &(i64, String, Vec<u8>)| {
        (*level > 0).then(|| polygons(shape)).flatten().map(|rings| (*level, id.clone(), rings))
    };
    let areas: Vec<_> = areas.iter().filter_map(read).collect();
    let corners = || areas.iter().flat_map(|own| own.2.iter().flatten());
    let bound = |axis: usize, pick: fn(f64, f64) -> f64| corners().map(|own| own[axis]).reduce(pick);
    let origin = [bound(0, f64::min)?, bound(1, f64::min)?];
    let span = (bound(0, f64::max)? - origin[0]).max(bound(1, f64::max)? - origin[1]);
    let step = if span > 0.0 { span / STEPS } else { 1.0 };
    let snapped = |ring: Vec<[f64; 2]>| {
        let snap = |own: [f64; 2]| [0, 1].map(|axis| ((own[axis] - origin[axis]) / step).round() as i64);
        thinned(ring.into_iter().map(snap).collect())
    };
    let on_grid = |(level, id, rings): (i64, String, Vec<Vec<[f64; 2]>>)| {
        let rings: Vec<Vec<Corner>> = rings.into_iter().map(snapped).filter(|ring| ring.len() > 2).collect();
        (level, id, rings)
    };
    let areas = areas.into_iter().map(on_grid).filter(|own| !own.2.is_empty()).collect();
    Some(Boundaries { origin, step, areas })
}

/// A ring without its closing corner, without repeated corners.
fn thinned(mut ring: Vec<Corner>) -> Vec<Corner> {
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

impl Boundaries {
    /// Rings as the first corner and differences from corner to corner.
    pub(super) fn json(&self) -> Value {
        let ring = |ring: &Vec<Corner>| {
            let mut last = [0, 0];
            let step = |own: &Corner| {
                let step = [own[0] - last[0], own[1] - last[1]];
                last = *own;
                step
            };
            ring.iter().flat_map(step).collect::<Vec<i64>>()
        };
        let area = |(level, id, rings): &(i64, String, Vec<Vec<Corner>>)| json!({"adm_level": level, "area_id": id, "rings": rings.iter().map(ring).collect::<Vec<_>>()});
        json!({"origin": self.origin, "step": self.step, "areas": self.areas.iter().map(area).collect::<Vec<_>>()})
    }
}
