//! What is shown of a group, and what the audit says.

use super::linked::LinkedGroup;
use super::net::{Kind, Net};
use super::protect::protect_all;
use super::sums::close_sums;
use super::work::Work;
use crate::policy::{MIN_SUBSCRIBERS_AREA, MIN_SUBSCRIBERS_H3};
use hexodus_model::{Level, OdPair, UnitKey};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What the audit of a pattern found. Numbers of numbers, none of subscribers; internal all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Numbers of the group that count somebody.
    pub cells: u64,
    /// Sums that tie them together.
    pub relations: u64,
    /// Withheld because fewer than k subscribers.
    pub primary: u64,
    /// Withheld so that those cannot be computed.
    pub complementary: u64,
    /// Protected: a search found another world that looks the same.
    pub shown_by_shift: u64,
    /// Protected: a linear program found one.
    pub shown_by_program: u64,
    /// Linear programs solved.
    pub programs: u64,
    /// Not protected. Nothing of the group may be shown.
    pub failed: u64,
}

impl Audit {
    /// Whether every number below k is protected.
    pub const fn passed(&self) -> bool {
        self.failed == 0
    }
}

/// What is shown of a group: nothing where the audit failed, and never a number that counts nobody.
#[derive(Clone, Debug, Default)]
pub struct Pattern {
    pairs: BTreeMap<Level, BTreeSet<OdPair>>,
    figures: BTreeMap<(Level, usize), BTreeSet<UnitKey>>,
    totals: Vec<bool>,
    parts: BTreeSet<(usize, UnitKey)>,
    audit: Audit,
}

impl Pattern {
    /// Whether the number of a pair is shown.
    pub fn pair_shown(&self, level: Level, pair: OdPair) -> bool {
        self.pairs.get(&level).is_some_and(|shown| shown.contains(&pair))
    }

    /// Whether a figure (as in [`LinkedGroup::figures`]) of a unit is shown.
    pub fn figure_shown(&self, level: Level, figure: usize, unit: UnitKey) -> bool {
        self.figures.get(&(level, figure)).is_some_and(|shown| shown.contains(&unit))
    }

    /// Whether the national total of a figure is shown: the sum over the first level.
    pub fn total_shown(&self, figure: usize) -> bool {
        self.totals.get(figure).is_some_and(|&shown| shown)
    }

    /// Whether a figure of a part of a unit of the deepest level is shown.
    pub fn part_shown(&self, figure: usize, part: UnitKey) -> bool {
        self.parts.contains(&(figure, part))
    }

    /// What the audit found.
    pub const fn audit(&self) -> &Audit {
        &self.audit
    }
}

/// The default k of a level, from which on the pattern of a higher k is made.
const fn floor(level: Level) -> u64 {
    match level {
        Level::Adm(_) => MIN_SUBSCRIBERS_AREA,
        Level::H3 => MIN_SUBSCRIBERS_H3,
    }
}

/// Withholds what is below k, and as much more as it takes that who reads all numbers of a group, and knows the sums, can
/// tell of no number below k that it is, nor that it lies in an interval narrower than
/// [`protection_width`](super::linked::protection_width) (methods §8.1).
///
/// *Raising k only removes*: the pattern of k is made from that of k − 1, from the default on, where all k are raised
/// by the same number. A k of 0 is taken as 1.
///
/// # Panics
/// When the numbers do not add up: a bug of the caller.
pub fn suppress(group: &LinkedGroup) -> Pattern {
    let thresholds = group.levels.iter().map(|own| (own.level, own.threshold));
    let of_parts = group.parts.as_ref().map(|own| (Level::H3, own.threshold));
    let thresholds: Vec<(Level, u64)> = thresholds.chain(of_parts).collect();
    let steps = thresholds.iter().map(|&(level, k)| k.saturating_sub(floor(level))).max().unwrap_or(0);
    let mut work = Work::new(Net::of(group));
    let mut audit = Audit::default();
    for step in 0..=steps {
        work.k = thresholds.iter().map(|&(level, k)| k.min(floor(level) + step).max(1)).collect();
        work.protected = work.k.clone();
        if let (Some(_), Some(deepest)) = (&group.parts, work.k.len().checked_sub(2)) {
            work.protected[deepest + 1] = work.k[deepest].min(work.k[deepest + 1]);
        }
        work.withhold_small();
        close_sums(&mut work);
        audit = protect_all(&mut work, step);
    }
    Pattern::of(group, &work, audit)
}

impl Pattern {
    fn of(group: &LinkedGroup, work: &Work, audit: Audit) -> Self {
        let net = &work.net;
        let mut own =
            Self { totals: net.totals.iter().map(|&cell| net.shown[cell as usize]).collect(), ..Self::default() };
        for (level, cells) in group.levels.iter().zip(&net.levels) {
            let unit = |position: u32| level.units[position as usize].0;
            let shown = cells.pairs.iter().filter(|&(_, &cell)| net.shown[cell as usize]);
            let shown = shown.map(|(&(from, to), _)| OdPair { origin: unit(from), destination: unit(to) });
            own.pairs.insert(level.level, shown.collect());
            for (figure, cells) in cells.figures.iter().enumerate() {
                let shown = level.units.iter().zip(cells).filter(|&(_, &cell)| net.is_shown(cell));
                own.figures.insert((level.level, figure), shown.map(|(&(unit, _), _)| unit).collect());
            }
        }
        if let Some(parts) = &group.parts {
            for of_figure in &net.parts {
                let cells = parts.units.iter().zip(&of_figure.cells).filter(|&(_, &cell)| net.is_shown(cell));
                own.parts.extend(cells.map(|(&(part, _), _)| (of_figure.figure, part)));
            }
        }
        let count =
            |wanted: &dyn Fn(u32) -> bool| (0..net.cells.len() as u32).filter(|&cell| wanted(cell)).count() as u64;
        let audit = Audit {
            cells: count(&|cell| net.cells[cell as usize].kind == Kind::Number && net.count(cell) > 0),
            relations: net.sums.len() as u64,
            primary: count(&|cell| work.is_small(cell)),
            complementary: count(&|cell| work.is_complementary(cell)),
            ..audit
        };
        if audit.passed() { Self { audit, ..own } } else { Self { audit, ..Self::default() } }
    }
}
