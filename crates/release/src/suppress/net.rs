//! A group as cells and sums: what a reader knows, written down.

use super::linked::{LinkedFigure, LinkedIdentity};
use rustc_hash::FxHashMap;

/// A number, or something unknown that counts nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A number of a table.
    Number,
    /// How often a non-additive figure counts people in more than one unit.
    Slack,
    /// Nobody can be there, and every reader knows it.
    Impossible,
}

/// A cell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) count: u64,
    pub(super) kind: Kind,
    /// Position of its level; of totals the first, of parts that after the last.
    pub(super) level: u8,
    /// What it costs not to show it.
    pub(super) weight: u32,
    /// How often one subscriber may be counted.
    pub(super) times: u64,
}

/// Origin and destination of a pair: positions in the units of its level.
pub(super) type Ends = (u32, u32);

/// The cells of a level.
#[derive(Debug, Default)]
pub(super) struct LevelNet {
    /// Position of the unit above.
    pub(super) parents: Vec<u32>,
    /// Whether a unit is a place: a pair that ends at none is only there if somebody is in it.
    pub(super) places: Vec<bool>,
    /// Cells by pair: those above 0, and others once they were asked for.
    pub(super) pairs: FxHashMap<Ends, u32>,
    /// Pairs above 0 by origin and by destination, largest first.
    pub(super) rows: Vec<Vec<u32>>,
    pub(super) columns: Vec<Vec<u32>>,
    /// Sums a pair belongs to by its origin and by its destination.
    pub(super) row_sums: Vec<Vec<u32>>,
    pub(super) column_sums: Vec<Vec<u32>>,
    /// Cells by figure and unit.
    pub(super) figures: Vec<Vec<u32>>,
}

/// The parts of units of the deepest level in one figure.
#[derive(Debug)]
pub(super) struct PartsNet {
    pub(super) figure: usize,
    /// Cells, as the parts of the group are listed.
    pub(super) cells: Vec<u32>,
    /// The same by unit of the deepest level, largest first.
    pub(super) of_unit: Vec<Vec<u32>>,
}

/// Cells, which of them are shown, and sums with sign that are 0: wholes −1, parts +1.
///
/// Pairs that nobody is in are withheld like small ones, so they are unknown to a reader. There are too many to list:
/// they become cells when a search wants to use them ([`pair`](Self::pair)); until then they keep their count of 0.
#[derive(Debug, Default)]
pub(super) struct Net {
    pub(super) cells: Vec<Cell>,
    pub(super) shown: Vec<bool>,
    pub(super) sums: Vec<Vec<(u32, i8)>>,
    pub(super) of_cell: Vec<Vec<(u32, i8)>>,
    pub(super) levels: Vec<LevelNet>,
    /// Parts of the units of the deepest level, by figure.
    pub(super) parts: Vec<PartsNet>,
    /// Total by figure.
    pub(super) totals: Vec<u32>,
    /// Level and ends of cells that are pairs.
    pub(super) ends: Vec<Option<(u8, Ends)>>,
    /// Level, figure and unit of cells that are figures.
    pub(super) figure_at: FxHashMap<u32, (u8, usize, u32)>,
    pub(super) figures: Vec<LinkedFigure>,
    pub(super) identities: Vec<LinkedIdentity>,
    /// Of a pair, the sum over the pairs below it.
    pub(super) below: FxHashMap<u32, u32>,
}

impl Net {
    pub(super) fn add(&mut self, cell: Cell) -> u32 {
        self.cells.push(cell);
        self.shown.push(cell.kind == Kind::Impossible);
        self.of_cell.push(Vec::new());
        self.ends.push(None);
        self.cells.len() as u32 - 1
    }

    /// Adds a sum; what nobody can be in is left out.
    pub(super) fn sum(&mut self, members: impl IntoIterator<Item = (u32, i8)>) -> u32 {
        let sum = self.sums.len() as u32;
        self.sums.push(Vec::new());
        for (cell, sign) in members {
            self.join(sum, cell, sign);
        }
        sum
    }

    fn join(&mut self, sum: u32, cell: u32, sign: i8) {
        if self.cells[cell as usize].kind != Kind::Impossible {
            self.sums[sum as usize].push((cell, sign));
            self.of_cell[cell as usize].push((sum, sign));
        }
    }

    /// The cell of a pair, made if need be; none where a pair is impossible.
    pub(super) fn pair(&mut self, level: u8, ends: Ends) -> Option<u32> {
        let own = &self.levels[usize::from(level)];
        if let Some(&cell) = own.pairs.get(&ends) {
            return Some(cell);
        }
        if !(own.places[ends.0 as usize] && own.places[ends.1 as usize]) {
            return None;
        }
        let mut sums = own.row_sums[ends.0 as usize].clone();
        sums.extend(&own.column_sums[ends.1 as usize]);
        if level > 0 {
            let above = (own.parents[ends.0 as usize], own.parents[ends.1 as usize]);
            let above = self.pair(level - 1, above)?;
            sums.push(self.below[&above]);
        }
        let cell = self.add_pair(level, ends, 0);
        for sum in sums {
            self.join(sum, cell, 1);
        }
        Some(cell)
    }

    /// A pair as a cell, in no sum yet but that of the pairs below it.
    pub(super) fn add_pair(&mut self, level: u8, ends: Ends, count: u64) -> u32 {
        let is_deepest = usize::from(level) + 1 == self.levels.len();
        let cell =
            self.add(Cell { count, kind: Kind::Number, level, weight: if is_deepest { 10 } else { 12 }, times: 1 });
        self.ends[cell as usize] = Some((level, ends));
        self.levels[usize::from(level)].pairs.insert(ends, cell);
        if !is_deepest {
            let sum = self.sum([(cell, -1)]);
            self.below.insert(cell, sum);
        }
        cell
    }

    /// The unit of a level that holds a unit of the deepest.
    pub(super) fn unit_above(&self, unit: u32, level: u8) -> u32 {
        let below = &self.levels[usize::from(level) + 1..];
        below.iter().rev().fold(unit, |unit, at| at.parents[unit as usize])
    }

    /// Whether a reader does not know the count.
    pub(super) fn is_unknown(&self, cell: u32) -> bool {
        !self.shown[cell as usize]
    }

    /// Whether a reader sees the count.
    pub(super) fn is_shown(&self, cell: u32) -> bool {
        self.shown[cell as usize] && self.cells[cell as usize].kind == Kind::Number
    }

    pub(super) fn count(&self, cell: u32) -> i64 {
        self.cells[cell as usize].count as i64
    }

    /// Members of a sum that a reader does not know.
    pub(super) fn unknown(&self, sum: u32) -> impl Iterator<Item = (u32, i8)> + '_ {
        self.sums[sum as usize].iter().copied().filter(|&(cell, _)| self.is_unknown(cell))
    }
}
