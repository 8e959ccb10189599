//! Another world of the one-way figures: people who are counted under one figure here and another there, and the other
//! way around in a second unit.
//!
//! What keeps the identities of a unit is an exchange: one figure up, another down or their sum up. What one unit
//! exchanges a second one exchanges back, so that no total changes; that what lies between is withheld is tested.
//! A margin changes with its pairs: people are moved from a pair of one unit to the same pair of the other.

use super::changes::Changes;
use super::linked::FigureKind;
use super::net::{Ends, Net};
use std::collections::BTreeMap;

/// Exchanges tried before giving up.
const EFFORT: u32 = 4_000;
/// Pairs that a margin is changed through, largest first.
const PAIRS: usize = 10;

/// One more or one fewer, by figure.
type Exchange = Vec<(usize, i64)>;

/// Changes that raise a figure of a unit by `by`, if exchanges do it.
pub(super) fn by_exchange(net: &mut Net, cell: u32, by: i64) -> Option<Changes> {
    let (level, figure, unit) = *net.figure_at.get(&cell)?;
    let mut search = Search { net, target: cell, by, changes: Changes::new(), effort: EFFORT };
    let units = search.net.levels.last()?.parents.len() as u32;
    let (inside, outside): (Vec<u32>, Vec<u32>) =
        (0..units).partition(|&own| search.net.unit_above(own, level) == unit);
    for exchange in exchanges(search.net, figure) {
        for &own in &inside {
            for other in nearest_first(search.net, own, &outside) {
                if search.exchange(&exchange, own, other) {
                    let changes = search.changes;
                    return net.looks_the_same(&changes).then_some(changes);
                }
                if search.effort == 0 {
                    return None;
                }
            }
        }
    }
    None
}

/// Units of the same parent, then the others.
fn nearest_first(net: &Net, own: u32, outside: &[u32]) -> Vec<u32> {
    let parents = net.levels.last().map_or(&[][..], |deepest| &deepest.parents);
    let (mut near, far): (Vec<u32>, Vec<u32>) =
        outside.iter().partition(|&&other| parents[other as usize] == parents[own as usize]);
    near.extend(far);
    near
}

/// What may be exchanged for a figure; nothing where it is in several identities, or not additive.
fn exchanges(net: &Net, figure: usize) -> Vec<Exchange> {
    let of = |figure: usize| {
        let identities = net.identities.iter();
        identities.filter(|own| own.whole == figure || own.parts.contains(&figure)).collect::<Vec<_>>()
    };
    let margins = |kind| net.figures.iter().filter(|own| own.kind == kind).count();
    if !net.figures[figure].additive || margins(FigureKind::RowMargin).max(margins(FigureKind::ColumnMargin)) > 1 {
        return Vec::new();
    }
    let identity = match of(figure)[..] {
        [] => return vec![vec![(figure, 1)]],
        [identity] => identity,
        _ => return Vec::new(),
    };
    let others = std::iter::once(&identity.whole).chain(&identity.parts).copied();
    let others = others.filter(|&other| other != figure && of(other).len() == 1);
    let sign = |other: usize| if (identity.whole == figure) == (identity.whole == other) { -1 } else { 1 };
    others.map(|other| vec![(figure, 1), (other, sign(other))]).collect()
}

struct Search<'a> {
    net: &'a mut Net,
    target: u32,
    by: i64,
    changes: Changes,
    effort: u32,
}

impl Search<'_> {
    /// Exchanges in one unit and back in another, as many as can be; true once that is enough in all.
    fn exchange(&mut self, exchange: &Exchange, own: u32, other: u32) -> bool {
        self.effort = self.effort.saturating_sub(1);
        let mut steps: BTreeMap<u32, i64> = BTreeMap::new();
        for (unit, sign) in [(own, 1), (other, -1)] {
            for &(figure, change) in exchange {
                for level in 0..self.net.levels.len() {
                    let at = self.net.unit_above(unit, level as u8) as usize;
                    *steps.entry(self.net.levels[level].figures[figure][at]).or_default() += sign * change;
                }
            }
        }
        for (unit, sign) in [(own, 1), (other, -1)] {
            for &(figure, change) in exchange {
                if !self.add_part(&mut steps, figure, unit, sign * change) {
                    return false;
                }
            }
        }
        if self.most(&steps) == 0 {
            return false;
        }
        let margin = exchange.iter().find(|&&(figure, _)| self.net.figures[figure].kind != FigureKind::Own);
        let Some(&(figure, change)) = margin else { return self.apply(&steps) };
        let (more, fewer) = if change > 0 { (own, other) } else { (other, own) };
        let by_row = self.net.figures[figure].kind == FigureKind::RowMargin;
        for (from, to) in self.moves(by_row, fewer, more) {
            let mut steps = steps.clone();
            if self.add_pair(&mut steps, from, -1) && self.add_pair(&mut steps, to, 1) && self.apply(&steps) {
                return true;
            }
        }
        false
    }

    /// A unit that is told by parts changes with one of them: the largest that is withheld. False where there is none.
    fn add_part(&self, steps: &mut BTreeMap<u32, i64>, figure: usize, unit: u32, change: i64) -> bool {
        for parts in self.net.parts.iter().filter(|own| own.figure == figure) {
            let cells = &parts.of_unit[unit as usize];
            let mut open =
                cells.iter().filter(|&&cell| self.net.is_unknown(cell) && (change > 0 || self.room(cell) > 0));
            match open.next() {
                Some(&cell) => *steps.entry(cell).or_default() += change,
                None if cells.is_empty() => {}
                None => return false,
            }
        }
        true
    }

    /// Pairs to take people from, and where to put them, so that the margin of one unit falls and that of another grows.
    fn moves(&self, by_row: bool, fewer: u32, more: u32) -> Vec<(Ends, Ends)> {
        let Some(deepest) = self.net.levels.last() else { return Vec::new() };
        let cells = if by_row { &deepest.rows[fewer as usize] } else { &deepest.columns[fewer as usize] };
        let open = cells.iter().filter(|&&cell| self.net.is_unknown(cell) && self.room(cell) > 0);
        let ends = open.filter_map(|&cell| self.net.ends[cell as usize]).map(|(_, ends)| ends);
        let moved = |ends: Ends| (ends, if by_row { (more, ends.1) } else { (ends.0, more) });
        let free = |ends: Ends| deepest.pairs.get(&ends).is_none_or(|&cell| self.net.is_unknown(cell));
        ends.map(moved).filter(|&(_, to)| free(to)).take(PAIRS).collect()
    }

    /// Adds a pair with all above it; false where there can be none.
    fn add_pair(&mut self, steps: &mut BTreeMap<u32, i64>, ends: Ends, change: i64) -> bool {
        let deepest = self.net.levels.len() as u8 - 1;
        let Some(mut cell) = self.net.pair(deepest, ends) else { return false };
        let mut at = ends;
        for level in (0..=deepest).rev() {
            *steps.entry(cell).or_default() += change;
            let parents = &self.net.levels[usize::from(level)].parents;
            at = (parents[at.0 as usize], parents[at.1 as usize]);
            if level > 0 {
                cell = self.net.levels[usize::from(level) - 1].pairs[&at];
            }
        }
        true
    }

    fn room(&self, cell: u32) -> i64 {
        self.net.count(cell) + self.changes.get(&cell).copied().unwrap_or(0)
    }

    /// How often steps can be taken.
    fn most(&self, steps: &BTreeMap<u32, i64>) -> i64 {
        let changed = steps.iter().filter(|&(_, &change)| change != 0);
        let times = changed.map(|(&cell, &change)| match (self.net.is_unknown(cell), change < 0) {
            (false, _) => 0,
            (true, true) => self.room(cell) / -change,
            (true, false) => self.by,
        });
        times.min().unwrap_or(0)
    }

    fn apply(&mut self, steps: &BTreeMap<u32, i64>) -> bool {
        let raised = self.changes.get(&self.target).copied().unwrap_or(0);
        let times = self.most(steps).min(self.by - raised);
        for (&cell, &change) in steps {
            *self.changes.entry(cell).or_default() += change * times;
        }
        self.changes.get(&self.target) >= Some(&self.by)
    }
}
