//! What leaves of released days: the numbers, and what is said of those that do not.

use super::figure::{FigureUnit, OutgoingFigure};
use super::report::GroupReport;
use super::rounding::Rounding;
use crate::count::SuppressionReason;
use crate::released::Released;
use crate::rows::RowPolicy;
use hexodus_model::{Level, LocalDay, OdPair, Period, UnitKey};

/// What there is to say of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutgoingContent {
    /// Subscribers, rounded.
    Subscribers(u64),
    /// People, rounded: estimate, lower and upper end of the 95 % interval.
    People {
        /// The three numbers.
        people: [u64; 3],
        /// What is special about them.
        remark: Option<&'static str>,
    },
    /// Why it is withheld.
    Withheld(SuppressionReason),
    /// Why there is none.
    Missing(&'static str),
}

impl OutgoingContent {
    /// The reason, if it is withheld.
    pub const fn reason(&self) -> Option<SuppressionReason> {
        if let Self::Withheld(reason) = *self { Some(reason) } else { None }
    }
}

/// One released number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutgoingRow<K> {
    /// Days of the period; a stock is that of the last.
    pub period: Period,
    /// Which number.
    pub key: K,
    /// What is told.
    pub content: OutgoingContent,
}

/// The displaced by home and host, at one level. Rows ascend by day and pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingFlows {
    /// The level of both ends.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// In what numbers.
    pub unit: FigureUnit,
    /// What they are multiples of: of several days the coarsest.
    pub rounding: Rounding,
    /// Which rows are listed.
    pub row_policy: RowPolicy,
    /// The numbers.
    pub rows: Vec<OutgoingRow<OdPair>>,
}

/// Which figure of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FigureKey {
    /// Which figure.
    pub figure: OutgoingFigure,
    /// Its level; `None` of the country.
    pub level: Option<u8>,
    /// Its area; `None` of the country.
    pub area: Option<UnitKey>,
}

/// The figures of areas and of the country, at all levels. Rows ascend by figure, level, day and area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingFigures {
    /// The k of the test of areas.
    pub threshold: u64,
    /// In what numbers.
    pub unit: FigureUnit,
    /// What they are multiples of: of several days the coarsest.
    pub rounding: Rounding,
    /// Which rows are listed.
    pub row_policy: RowPolicy,
    /// The numbers.
    pub rows: Vec<OutgoingRow<FigureKey>>,
}

/// An H3 cell on a released day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutgoingCell {
    /// The day.
    pub day: LocalDay,
    /// The H3 cell.
    pub h3: UnitKey,
    /// Its area of the deepest level that leaves.
    pub area: UnitKey,
    /// Displaced people whose home is here, wherever they are.
    pub from: OutgoingContent,
    /// Displaced people hosted here, wherever their home is.
    pub stock: OutgoingContent,
}

/// The displaced by H3 cell. Rows ascend by day and H3 cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingCells {
    /// The level of their areas.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// In what numbers.
    pub unit: FigureUnit,
    /// Which rows are listed.
    pub row_policy: RowPolicy,
    /// The numbers.
    pub rows: Vec<OutgoingCell>,
}

/// Everything that leaves of some days.
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingTables {
    /// By level, from the top.
    pub flows: Vec<Released<OutgoingFlows>>,
    /// Of areas and of the country.
    pub figures: Released<OutgoingFigures>,
    /// By H3 cell; `None` where nothing leaves on the grid.
    pub cells: Option<Released<OutgoingCells>>,
    /// What was found when days were protected, day by day; internal, and empty under noise.
    pub groups: Vec<GroupReport>,
}
