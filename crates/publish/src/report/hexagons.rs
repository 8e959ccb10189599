//! Corners of the H3 cells of a table, from their ids alone.

use crate::read_back::rows::{Rows, Values};
use h3o::CellIndex;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::str::FromStr;

/// Whole numbers a degree: to 1 m.
const PER_DEGREE: f64 = 100_000.0;

/// The H3 cells of a table and their corners.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Hexagons {
    ids: Vec<String>,
    /// Longitude and latitude of the first corner, then differences from corner to corner; in [`PER_DEGREE`].
    corners: Vec<Vec<i64>>,
}

/// Of each H3 cell that a table names, once, ascending. What is no H3 index is left out; `None` where nothing is left.
pub(super) fn hexagons(rows: &Rows) -> Option<Hexagons> {
    let Some(Values::Text(ids)) = rows.column("h3") else { return None };
    let ids: BTreeSet<&String> = ids.iter().flatten().collect();
    let known = ids.into_iter().filter_map(|id| Some((id.clone(), corners(CellIndex::from_str(id).ok()?))));
    let (ids, corners): (Vec<String>, Vec<Vec<i64>>) = known.unzip();
    (!ids.is_empty()).then_some(Hexagons { ids, corners })
}

fn corners(cell: CellIndex) -> Vec<i64> {
    let mut last = [0, 0];
    let boundary = cell.boundary();
    let corner = |corner: &h3o::LatLng| {
        let own = [corner.lng(), corner.lat()].map(|degrees| (degrees * PER_DEGREE).round() as i64);
        let step = [own[0] - last[0], own[1] - last[1]];
        last = own;
        step
    };
    boundary.iter().flat_map(corner).collect()
}

impl Hexagons {
    /// Of the H3 cells that `rows` still names.
    pub(super) fn of(&self, rows: &Rows) -> Option<Self> {
        let Some(Values::Text(ids)) = rows.column("h3") else { return None };
        let left: BTreeSet<&String> = ids.iter().flatten().collect();
        let kept = self.ids.iter().zip(&self.corners).filter(|own| left.contains(own.0));
        let (ids, corners): (Vec<String>, Vec<Vec<i64>>) = kept.map(|own| (own.0.clone(), own.1.clone())).unzip();
        (!ids.is_empty()).then_some(Self { ids, corners })
    }

    pub(super) fn json(&self) -> Value {
        json!({"per_degree": PER_DEGREE as i64, "ids": self.ids, "corners": self.corners})
    }
}
