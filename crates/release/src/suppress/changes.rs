//! Another world: by how much each count differs, and whether a reader could tell.

use super::net::Net;
use std::collections::BTreeMap;

/// Changes of counts, by cell.
pub(super) type Changes = BTreeMap<u32, i64>;

impl Net {
    /// Whether the changed world looks the same: only unknown cells differ, none is below 0, every sum holds. Exact.
    pub(super) fn looks_the_same(&self, changes: &Changes) -> bool {
        let mut sums: BTreeMap<u32, i64> = BTreeMap::new();
        for (&cell, &change) in changes.iter().filter(|&(_, &change)| change != 0) {
            if !self.is_unknown(cell) || self.count(cell) + change < 0 {
                return false;
            }
            for &(sum, sign) in &self.of_cell[cell as usize] {
                *sums.entry(sum).or_default() += i64::from(sign) * change;
            }
        }
        sums.values().all(|&sum| sum == 0)
    }
}
