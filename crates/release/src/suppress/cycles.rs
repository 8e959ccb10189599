//! Another world of a two-way table: people moved around cycles of withheld pairs, those that nobody is in included.
//!
//! To raise pair (o, d) take from a pair of its row, a = (o, d′), and of its column, c = (o″, d), and put
//! them where the two cross; or, with a pair b = (o‴, d‴) of the same pair of units above, take from a, b, c and put them where
//! the rows and columns of a and b, and of b and c, cross. No row or column changes; that no shown pair above
//! does is tested for each cycle. Several small cycles add up to a large change.

use super::changes::Changes;
use super::net::{Ends, Net};
use std::collections::BTreeMap;

/// Donors of each kind that are tried, largest first.
const DONORS: usize = 40;
/// Cycles tried before giving up.
const EFFORT: u32 = 3_000;
/// Pairs a pair above may be raised through.
const STARTS: usize = 4;

/// Changes that raise a pair by `by`, if cycles do it. Pairs that nobody is in become cells where they are used.
pub(super) fn by_cycles(net: &mut Net, cell: u32, by: i64) -> Option<Changes> {
    let (level, ends) = net.ends[cell as usize]?;
    let mut search = Search { net, level, ends, by, moved: BTreeMap::new(), raised: 0, effort: EFFORT };
    for start in search.starts() {
        search.raise(start);
        if search.raised >= by {
            let moved = search.moved;
            return changes(net, &moved).filter(|changes| {
                changes.get(&cell).is_some_and(|&raised| raised >= by) && net.looks_the_same(changes)
            });
        }
    }
    None
}

struct Search<'a> {
    net: &'a Net,
    level: u8,
    ends: Ends,
    by: i64,
    /// Changes of pairs of the deepest level.
    moved: BTreeMap<Ends, i64>,
    raised: i64,
    effort: u32,
}

impl Search<'_> {
    fn deepest(&self) -> u8 {
        self.net.levels.len() as u8 - 1
    }

    /// The ends of a pair of the deepest level, at a level above.
    fn above(&self, ends: Ends, level: u8) -> Ends {
        (self.net.unit_above(ends.0, level), self.net.unit_above(ends.1, level))
    }

    /// The pair itself, or the largest withheld pairs of the deepest level in it.
    fn starts(&self) -> Vec<Ends> {
        let mut cells = vec![self.net.levels[usize::from(self.level)].pairs[&self.ends]];
        for _ in self.level..self.deepest() {
            cells = cells.iter().flat_map(|cell| self.parts(*cell)).collect();
        }
        cells.truncate(STARTS);
        cells.iter().filter_map(|&cell| self.net.ends[cell as usize]).map(|(_, ends)| ends).collect()
    }

    /// Withheld pairs above 0 in a pair above, largest first.
    fn parts(&self, cell: u32) -> Vec<u32> {
        let Some(&sum) = self.net.below.get(&cell) else { return Vec::new() };
        let mut parts: Vec<u32> = self.net.unknown(sum).filter(|&(_, sign)| sign > 0).map(|(part, _)| part).collect();
        parts.retain(|&part| self.net.count(part) > 0);
        parts.sort_by_key(|&part| (std::cmp::Reverse(self.net.count(part)), part));
        parts
    }

    /// Withheld pairs to take from, largest first.
    fn donors(&self, cells: &[u32]) -> Vec<Ends> {
        let unknown = cells.iter().filter(|&&cell| self.net.is_unknown(cell) && self.net.count(cell) > 0);
        unknown.filter_map(|&cell| self.net.ends[cell as usize]).map(|(_, ends)| ends).take(DONORS).collect()
    }

    fn raise(&mut self, start: Ends) {
        let deepest = &self.net.levels[usize::from(self.deepest())];
        let row: Vec<Ends> = self.donors(&deepest.rows[start.0 as usize]).into_iter().filter(|&a| a != start).collect();
        let column = self.donors(&deepest.columns[start.1 as usize]);
        let column: Vec<Ends> = column.into_iter().filter(|&c| c != start).collect();
        let room = |donors: &[Ends]| donors.iter().map(|&ends| self.room(ends)).sum::<i64>();
        let needed = if self.level == self.deepest() { self.by } else { 1 };
        if room(&row).min(room(&column)) < needed {
            return;
        }
        let is_tied = self.is_shown_above(start);
        for &a in &row {
            for &c in &column {
                // A shown pair above keeps its sum only if one of the two is in it.
                let keeps = !is_tied || self.beside(a) == self.beside(start) || self.beside(c) == self.beside(start);
                if keeps && self.cycle(&[(start, 1), (a, -1), ((c.0, a.1), 1), (c, -1)]) {
                    return;
                }
            }
        }
        for b in self.middles(start) {
            for &a in &row {
                if self.room(a) == 0 && b.0 != a.0 {
                    continue;
                }
                for &c in &column {
                    if self.room(c) == 0 && b.1 != c.1 {
                        continue;
                    }
                    if self.cycle(&[(start, 1), (a, -1), ((b.0, a.1), 1), (b, -1), ((c.0, b.1), 1), (c, -1)]) {
                        return;
                    }
                    if self.room(b) == 0 {
                        break;
                    }
                }
            }
        }
    }

    /// The pair of the level above.
    fn beside(&self, ends: Ends) -> Option<Ends> {
        self.deepest().checked_sub(1).map(|level| self.above(ends, level))
    }

    fn is_shown_above(&self, ends: Ends) -> bool {
        let Some(level) = self.deepest().checked_sub(1) else { return false };
        let pairs = &self.net.levels[usize::from(level)].pairs;
        pairs.get(&self.above(ends, level)).is_some_and(|&cell| !self.net.is_unknown(cell))
    }

    /// Pairs to take from that may stand for the start in the pairs above: those of the same pair above; where that is
    /// withheld, also those of withheld pairs beside it.
    fn middles(&self, start: Ends) -> Vec<Ends> {
        let Some(level) = self.deepest().checked_sub(1) else { return Vec::new() };
        let above = self.above(start, level);
        let own = &self.net.levels[usize::from(level)];
        let Some(&cell) = own.pairs.get(&above) else { return Vec::new() };
        let mut wholes = vec![cell];
        if self.net.is_unknown(cell) {
            let beside = own.rows[above.0 as usize].iter().chain(&own.columns[above.1 as usize]);
            wholes.extend(beside.copied().filter(|&other| other != cell && self.net.is_unknown(other)).take(DONORS));
        }
        let parts = wholes.into_iter().flat_map(|whole| self.parts(whole));
        let ends = parts.filter_map(|part| self.net.ends[part as usize]).map(|(_, ends)| ends);
        ends.filter(|&b| b != start).take(DONORS).collect()
    }

    fn room(&self, ends: Ends) -> i64 {
        let cell = self.net.levels[usize::from(self.deepest())].pairs.get(&ends);
        let count = cell.map_or(0, |&cell| self.net.count(cell));
        count + self.moved.get(&ends).copied().unwrap_or(0)
    }

    /// Whether the count of a pair may differ: it is withheld, or nobody is in it and somebody could be.
    fn is_free(&self, ends: Ends) -> bool {
        let deepest = &self.net.levels[usize::from(self.deepest())];
        match deepest.pairs.get(&ends) {
            Some(&cell) => self.net.is_unknown(cell),
            None => deepest.places[ends.0 as usize] && deepest.places[ends.1 as usize],
        }
    }

    /// Moves as many people around a cycle as can be; true once enough were moved in all.
    fn cycle(&mut self, steps: &[(Ends, i64)]) -> bool {
        self.effort = self.effort.saturating_sub(1);
        if self.effort == 0 {
            return true;
        }
        let net = Self::net_of(steps);
        let (mut most, mut gain) = (self.by, 0);
        for &(ends, change) in &net {
            if change == 0 {
                continue;
            }
            if !self.is_free(ends) {
                return false;
            }
            if change < 0 {
                most = most.min(self.room(ends) / -change);
            }
            if self.above(ends, self.level) == self.ends {
                gain += change;
            }
        }
        if most <= 0 || gain <= 0 || !self.keeps_shown_above(&net) {
            return false;
        }
        let times = most.min((self.by - self.raised + gain - 1) / gain);
        for (ends, change) in net {
            *self.moved.entry(ends).or_default() += change * times;
        }
        self.raised += gain * times;
        self.raised >= self.by
    }

    /// Changes of a cycle by pair: steps that are the same pair add up.
    fn net_of(steps: &[(Ends, i64)]) -> Vec<(Ends, i64)> {
        let mut net: Vec<(Ends, i64)> = Vec::with_capacity(steps.len());
        for &(ends, change) in steps {
            match net.iter_mut().find(|(own, _)| *own == ends) {
                Some((_, own)) => *own += change,
                None => net.push((ends, change)),
            }
        }
        net
    }

    fn keeps_shown_above(&self, net: &[(Ends, i64)]) -> bool {
        (0..self.deepest()).all(|level| {
            let above: Vec<(Ends, i64)> = net.iter().map(|&(ends, change)| (self.above(ends, level), change)).collect();
            let pairs = &self.net.levels[usize::from(level)].pairs;
            let kept = |&(ends, change): &(Ends, i64)| {
                change == 0 || pairs.get(&ends).is_none_or(|&cell| self.net.is_unknown(cell))
            };
            Self::net_of(&above).iter().all(kept)
        })
    }
}

/// Changes of all cells that follow from those of the deepest pairs.
fn changes(net: &mut Net, moved: &BTreeMap<Ends, i64>) -> Option<Changes> {
    let deepest = net.levels.len() as u8 - 1;
    let mut changes = Changes::new();
    for (&ends, &change) in moved.iter().filter(|&(_, &change)| change != 0) {
        let mut ends = ends;
        for level in (0..=deepest).rev() {
            *changes.entry(net.pair(level, ends)?).or_default() += change;
            let parents = &net.levels[usize::from(level)].parents;
            ends = (parents[ends.0 as usize], parents[ends.1 as usize]);
        }
    }
    Some(changes)
}
