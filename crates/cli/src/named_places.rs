//! Radio cells of which a plan knows the area and no position: districts, localities.

use crate::console::{Console, grouped};
use hexodus_locate::{H3Areas, h3_centre};
use hexodus_model::{AreaKey, AreaTree, RadioCellRecord, SitePoint};
use std::collections::{BTreeSet, HashMap};

/// Places them at one H3 cell of the area of that P-code, which stands for the whole area: enough for tables of areas,
/// and for no other. Returns how many rows were placed; a code that no area of the deepest level has places nothing.
pub fn place_by_area(records: &mut [RadioCellRecord], areas: Option<&(AreaTree, H3Areas)>, console: &Console) -> u64 {
    let points = areas.map(|(tree, tiling)| points(tree, tiling)).unwrap_or_default();
    let (mut placed, mut unknown) = (0, BTreeSet::new());
    for record in records.iter_mut().filter(|record| record.position.is_none()) {
        let Some(code) = &record.area_code else { continue };
        match points.get(code.as_str()) {
            Some(&point) => {
                // A site of its own: no radius may put two areas together.
                record.site_id = Some(format!("area {code}"));
                record.position = Some(point);
                placed += 1;
            }
            None => drop(unknown.insert(code.clone())),
        }
    }
    if placed > 0 {
        console.step(&format!(
            "radio-cell plan: {} rows are placed by the P-code of their area: tables of areas only, none of H3 cells",
            grouped(placed)
        ));
    }
    if let Some(first) = unknown.first() {
        console.warn(&format!(
            "radio-cell plan: {} areas without a position are no P-code of [areas], the first is \"{first}\": events there \
             stay unlocated",
            grouped(unknown.len() as u64)
        ));
    }
    placed
}

/// The point that stands for each area of the deepest level: the centre of the H3 cell in the middle of its list.
fn points<'a>(tree: &'a AreaTree, tiling: &H3Areas) -> HashMap<&'a str, SitePoint> {
    let point = |(key, area): (usize, &'a hexodus_model::area::AreaEntry)| {
        let cells = tiling.cells_of(AreaKey(key as u32));
        Some((area.pcode.0.as_str(), h3_centre(*cells.get(cells.len() / 2)?)?))
    };
    tree.level(tree.deepest()).iter().enumerate().filter_map(point).collect()
}
