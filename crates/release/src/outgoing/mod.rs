//! What leaves: the tables of a crisis on released days, each number tested, protected against the others, and rounded.
//!
//! Apart from the tables of a run, which are class internal: few tables, designed together, one group a released day.
//!
//! | module | answers |
//! |---|---|
//! | [`figure`] | which figures of an area there are |
//! | [`counts`] | what is known before the wall. CONFIDENTIAL |
//! | [`noised`] | the same under differential privacy: noise first |
//! | [`rounding`] | to what base numbers are rounded, and why so coarse |
//! | `protection` | which numbers are shown, and why the others cannot be computed |
//! | [`wall`] | from counts to what leaves |
//! | [`tables`] | what leaves |
//! | [`network`] | coverage and quality of the days, without counts |
//! | [`ledger`] | what left before, and whether a day may follow |
//! | [`report`] | what the privacy officer is told |

pub mod counts;
pub mod figure;
pub mod ledger;
pub mod network;
pub mod noised;
mod protection;
pub mod report;
pub mod rounding;
pub mod tables;
pub mod wall;

pub use counts::{OutgoingDay, OutgoingH3, OutgoingKey, OutgoingLevel, PeopleNumber};
pub use figure::{CELL_FIGURES, FigureUnit, OutgoingFigure, Side};
pub use ledger::{Candidate, DayRules, DayVerdict, ReleasedDay, audit_days};
pub use network::{
    NetworkArea, NetworkDay, OutgoingCoverage, OutgoingCoverageRow, OutgoingNetwork, OutgoingQuality,
    OutgoingQualityDay, OutgoingQualityRow, TrafficShare, release_network,
};
pub use noised::{Codes, DayNoise, NoisedDay, NoisedLevel, NoisedPeople, ToldDay, day_mechanism};
pub use report::{BudgetReport, DisclosureReport, GroupReport};
pub use rounding::Rounding;
pub use tables::{
    FigureKey, OutgoingCell, OutgoingCells, OutgoingContent, OutgoingFigures, OutgoingFlows, OutgoingRow,
    OutgoingTables,
};
pub use wall::{release_noised, release_outgoing};
