//! Areas that neither hold the centre of an H3 cell nor win one at a coast.

use crate::areas::measure::inner_point;
use crate::h3::{h3_of_point, to_grid};
use crate::tiling::h3_areas::Claim;
use hexodus_model::{Area, AreaKey};

/// Gives each area without an H3 cell the one that holds its inner point, unless its owner has no other. Returns all of
/// these areas, given one or not, ascending; `claims` is sorted by H3 cell and stays so.
pub(crate) fn settle_small_areas(areas: &[Area], claims: &mut Vec<Claim>) -> Vec<AreaKey> {
    let mut h3_cells = vec![0_usize; areas.len()];
    for &(_, key) in claims.iter() {
        h3_cells[key.0 as usize] += 1;
    }
    let small: Vec<usize> = (0..areas.len()).filter(|&index| h3_cells[index] == 0).collect();
    for &index in &small {
        let inner = inner_point(&areas[index].shape).and_then(|point| h3_of_point(point.lat, point.lon));
        let Some(h3) = inner.and_then(to_grid) else { continue };
        let key = AreaKey(index as u32);
        match claims.binary_search_by_key(&h3, |&(claimed, _)| claimed) {
            Ok(position) => {
                let owner = claims[position].1.0 as usize;
                if h3_cells[owner] > 1 {
                    claims[position].1 = key;
                    h3_cells[owner] -= 1;
                    h3_cells[index] = 1;
                }
            }
            // Not expected: an H3 cell that an area reaches into has its centre in some area or is a coast.
            Err(position) => {
                claims.insert(position, (h3, key));
                h3_cells[index] = 1;
            }
        }
    }
    small.into_iter().map(|index| AreaKey(index as u32)).collect()
}
