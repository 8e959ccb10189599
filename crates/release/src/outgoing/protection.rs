//! What keeps the numbers of a released day from telling more than they say.

use super::counts::{OutgoingDay, OutgoingH3, OutgoingKey, OutgoingLevel};
use super::figure::{CELL_FIGURES, OutgoingFigure};
use super::report::GroupReport;
use crate::policy::DisclosurePolicy;
use crate::suppress::{LinkedGroup, LinkedLevel, LinkedParts, Pattern, suppress};
use hexodus_model::{Level, OdPair, UnitKey};

/// Which numbers of a day are shown.
pub(super) enum Protection {
    /// Others are withheld.
    Suppression(Pattern),
    /// They were noised; below k they are of no use.
    Noise,
}

impl Protection {
    /// Withholds more until nothing below k can be computed; `times` as in [`release_outgoing`](super::release_outgoing).
    pub(super) fn suppress(day: &OutgoingDay, policy: &DisclosurePolicy, times: u64) -> Self {
        Self::Suppression(suppress(&linked(day, policy, times)))
    }

    /// What was found on the way; nothing under noise.
    pub(super) fn report(&self, day: &OutgoingDay) -> Option<GroupReport> {
        if let Self::Suppression(pattern) = self { Some(GroupReport::of(day, pattern)) } else { None }
    }

    pub(super) fn pair(&self, level: &OutgoingLevel, pair: OdPair, k: u64) -> bool {
        match self {
            Self::Suppression(pattern) => pattern.pair_shown(level.level, pair),
            Self::Noise => level.count(OutgoingKey::Pair(pair)) >= k,
        }
    }

    pub(super) fn figure(
        &self,
        level: &OutgoingLevel,
        (number, figure): (usize, OutgoingFigure),
        unit: UnitKey,
        k: u64,
    ) -> bool {
        match self {
            Self::Suppression(pattern) => pattern.figure_shown(level.level, number, unit),
            Self::Noise => level.count(OutgoingKey::Figure(figure, unit)) >= k,
        }
    }

    /// Nothing of the grid leaves under noise.
    pub(super) fn cell(&self, number: usize, h3: UnitKey) -> bool {
        matches!(self, Self::Suppression(pattern) if pattern.part_shown(number, h3))
    }

    pub(super) fn total(&self, day: &OutgoingDay, (number, figure): (usize, OutgoingFigure), k: u64) -> bool {
        match self {
            Self::Suppression(pattern) => pattern.total_shown(number),
            Self::Noise => day.total(figure) >= k,
        }
    }
}

/// A day as the suppression knows it.
fn linked(day: &OutgoingDay, policy: &DisclosurePolicy, times: u64) -> LinkedGroup {
    let all = OutgoingFigure::of_areas();
    let level = |own: &OutgoingLevel| LinkedLevel {
        level: own.level,
        threshold: policy.threshold(own.level),
        units: own.units.clone(),
        pairs: own.pairs.clone(),
        figures: all.iter().map(|figure| own.figures.get(figure).cloned().unwrap_or_default()).collect(),
    };
    LinkedGroup {
        levels: day.levels.iter().map(level).collect(),
        figures: all.iter().map(|figure| figure.linked(times)).collect(),
        identities: Vec::new(),
        parts: day.h3.as_ref().map(|own| parts(own, all, policy)),
    }
}

/// The grid as parts of the areas of the deepest level.
fn parts(h3: &OutgoingH3, all: &[OutgoingFigure], policy: &DisclosurePolicy) -> LinkedParts {
    let position = |figure| all.iter().position(|&own| own == figure);
    let counts = |figure| h3.figures.get(&figure).cloned().unwrap_or_default();
    LinkedParts {
        threshold: policy.threshold(Level::H3),
        units: h3.cells.clone(),
        figures: CELL_FIGURES.into_iter().filter_map(|own| Some((position(own)?, counts(own)))).collect(),
    }
}
