//! A search for another world, sum by sum: greedy and bounded. What it finds is checked in integers.

use super::changes::Changes;
use super::work::Work;
use std::collections::BTreeMap;

/// Cells looked at before giving up.
const EFFORT: u32 = 600;
/// Sums a change may pass through.
const DEPTH: u32 = 8;

/// Changes that raise `cell` by `by`, if the search finds any.
pub(super) fn by_shift(work: &Work, cell: u32, by: i64) -> Option<Changes> {
    let mut search = Search {
        work,
        changes: Changes::new(),
        off: BTreeMap::new(),
        log: Vec::new(),
        path: vec![cell],
        effort: EFFORT,
    };
    search.apply(cell, by);
    let kept = work.net.of_cell[cell as usize].iter().all(|&(sum, _)| search.balance(sum, DEPTH));
    search.changes.retain(|_, change| *change != 0);
    (kept && search.changes.get(&cell) >= Some(&by) && work.net.looks_the_same(&search.changes))
        .then_some(search.changes)
}

struct Search<'a> {
    work: &'a Work,
    changes: Changes,
    /// By how much each sum is off.
    off: BTreeMap<u32, i64>,
    /// Changes in the order they were made.
    log: Vec<(u32, i64)>,
    /// Cells whose change is being made up for.
    path: Vec<u32>,
    effort: u32,
}

impl Search<'_> {
    fn apply(&mut self, cell: u32, change: i64) {
        self.add(cell, change);
        self.log.push((cell, change));
    }

    fn undo(&mut self, until: usize) {
        for (cell, change) in self.log.split_off(until) {
            self.add(cell, -change);
        }
    }

    fn add(&mut self, cell: u32, change: i64) {
        *self.changes.entry(cell).or_default() += change;
        for &(sum, sign) in &self.work.net.of_cell[cell as usize] {
            *self.off.entry(sum).or_default() += i64::from(sign) * change;
        }
    }

    /// Changes other unknown cells of a sum that is off until it is 0 again.
    fn balance(&mut self, sum: u32, depth: u32) -> bool {
        if depth == 0 {
            return self.off_by(sum) == 0;
        }
        let work = self.work;
        for (cell, sign) in work.net.unknown(sum) {
            let off = self.off_by(sum);
            if off == 0 {
                return true;
            }
            if self.effort == 0 {
                return false;
            }
            self.effort -= 1;
            if self.path.contains(&cell) {
                continue;
            }
            let wanted = -off * i64::from(sign);
            let room = work.net.count(cell) + self.changes.get(&cell).copied().unwrap_or(0);
            let change = wanted.max(-room);
            if change != 0 {
                self.change(cell, change, sum, depth);
            }
        }
        self.off_by(sum) == 0
    }

    fn off_by(&self, sum: u32) -> i64 {
        self.off.get(&sum).copied().unwrap_or(0)
    }

    /// Changes a cell and makes up for it in all its sums but one; leaves no trace when that fails.
    fn change(&mut self, cell: u32, change: i64, but: u32, depth: u32) {
        let before = self.log.len();
        self.path.push(cell);
        self.apply(cell, change);
        let work = self.work;
        let mut others = work.net.of_cell[cell as usize].iter().filter(|&&(sum, _)| sum != but);
        let kept = others.all(|&(sum, _)| self.balance(sum, depth - 1));
        self.path.pop();
        if !kept {
            self.undo(before);
        }
    }
}
