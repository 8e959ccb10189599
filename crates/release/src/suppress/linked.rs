//! The numbers that are released together, and which of them are sums of which others.

use hexodus_model::{Level, OdPair, UnitKey};

/// All numbers of one released period that are tied by sums. Groups of different periods share no sum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedGroup {
    /// Coarsest first.
    pub levels: Vec<LinkedLevel>,
    /// One-way figures of every level.
    pub figures: Vec<LinkedFigure>,
    /// What holds between figures, unit by unit.
    pub identities: Vec<LinkedIdentity>,
    /// What units of the deepest level are made of, where some figures are told of it.
    pub parts: Option<LinkedParts>,
}

/// Parts of the units of the deepest level: H3 cells, of additive figures and without pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedParts {
    /// k: publish iff n ≥ k. What is below is protected as numbers of the deepest level are, up to their k.
    pub threshold: u64,
    /// The universe, ascending, each with the unit that it is a part of. A unit without parts is not told by parts.
    pub units: Vec<(UnitKey, UnitKey)>,
    /// Position of a figure in [`LinkedGroup::figures`], and subscribers by part, ascending, all above 0.
    pub figures: Vec<(usize, Vec<(UnitKey, u64)>)>,
}

/// The numbers of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedLevel {
    /// The level.
    pub level: Level,
    /// k: publish iff n ≥ k.
    pub threshold: u64,
    /// The universe, ascending, each with the unit of the level above that it belongs to: none at the first level; a
    /// reserved value is its own.
    pub units: Vec<(UnitKey, Option<UnitKey>)>,
    /// Subscribers by origin and destination, ascending, all above 0.
    pub pairs: Vec<(OdPair, u64)>,
    /// Subscribers by figure (as in [`LinkedGroup::figures`]) and unit, ascending, all above 0; margins included.
    pub figures: Vec<Vec<(UnitKey, u64)>>,
}

/// A one-way figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkedFigure {
    /// Its name in files.
    pub name: &'static str,
    /// What it counts.
    pub kind: FigureKind,
    /// Whether a unit has the sum of the units below it. If not, it has at most that sum.
    pub additive: bool,
    /// How often one subscriber may be counted: so many times k must be counted, for k distinct ones to be behind it.
    pub times: u64,
}

/// What a one-way figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// All pairs of an origin.
    RowMargin,
    /// All pairs of a destination.
    ColumnMargin,
    /// Something of its own.
    Own,
}

/// A figure that is the sum of others in every unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// Position of the sum in [`LinkedGroup::figures`].
    pub whole: usize,
    /// Positions of what is summed.
    pub parts: Vec<usize>,
}

/// The narrowest interval that a withheld count below k may be known to lie in: max(5, 0.3 k) (methods §8.1).
pub const fn protection_width(k: u64) -> u64 {
    let share = (3 * k).div_ceil(10);
    if share > 5 { share } else { 5 }
}
