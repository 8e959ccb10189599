//! A pattern in the making: which k holds, and who is to be protected from what.

use super::linked::protection_width;
use super::net::{Kind, Net};
use std::collections::BTreeMap;

/// The net with the k of each level.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) net: Net,
    /// k by level, and of parts.
    pub(super) k: Vec<u64>,
    /// The k up to which a number is protected; of parts that of the deepest level.
    pub(super) protected: Vec<u64>,
    /// Up to which step of k a number is protected by a world that was found.
    pub(super) settled_until: BTreeMap<u32, u64>,
}

impl Work {
    /// Every number shown that counts somebody.
    pub(super) fn new(mut net: Net) -> Self {
        for (cell, shown) in net.cells.iter().zip(&mut net.shown) {
            *shown = cell.kind == Kind::Impossible || cell.kind == Kind::Number && cell.count > 0;
        }
        Self { net, k: Vec::new(), protected: Vec::new(), settled_until: BTreeMap::new() }
    }

    /// Withholds every number below its k.
    pub(super) fn withhold_small(&mut self) {
        for cell in 0..self.net.cells.len() as u32 {
            let kind = self.net.cells[cell as usize].kind;
            if kind == Kind::Slack || kind == Kind::Number && self.net.count(cell) < self.k(cell) as i64 {
                self.net.shown[cell as usize] = false;
            }
        }
    }

    /// From which count on there are k distinct subscribers.
    pub(super) fn k(&self, cell: u32) -> u64 {
        let cell = &self.net.cells[cell as usize];
        self.k[usize::from(cell.level)] * cell.times
    }

    /// Below which count it must not be known to be.
    pub(super) fn protected(&self, cell: u32) -> u64 {
        let cell = &self.net.cells[cell as usize];
        self.protected[usize::from(cell.level)] * cell.times
    }

    /// Whether it counts some, but so few that it is protected.
    pub(super) fn is_small(&self, cell: u32) -> bool {
        let Kind::Number = self.net.cells[cell as usize].kind else { return false };
        (1..self.protected(cell) as i64).contains(&self.net.count(cell))
    }

    /// Whether it is withheld for its own k, and stands on the k up to which numbers are protected: a part may. That is no secret, but the
    /// number is.
    pub(super) fn is_middling(&self, cell: u32) -> bool {
        let Kind::Number = self.net.cells[cell as usize].kind else { return false };
        (self.protected(cell) as i64..self.k(cell) as i64).contains(&self.net.count(cell))
    }

    /// Whether it is withheld for the sake of others.
    pub(super) fn is_complementary(&self, cell: u32) -> bool {
        let is_number = self.net.cells[cell as usize].kind == Kind::Number;
        is_number && self.net.is_unknown(cell) && self.net.count(cell) >= self.k(cell) as i64
    }

    /// How much larger a small count must be able to look: then it may be k, and lies in an interval wide enough.
    pub(super) fn raise(&self, cell: u32) -> i64 {
        self.raise_by_steps(cell, 0)
    }

    /// The same at a k that is higher by so many.
    pub(super) fn raise_by_steps(&self, cell: u32, steps: u64) -> i64 {
        let k = self.protected(cell) + steps * self.net.cells[cell as usize].times;
        (k as i64 - self.net.count(cell)).max(protection_width(k) as i64)
    }
}
