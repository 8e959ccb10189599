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
//! | [`tables`] | what leaves of them |
//! | [`ledger`] | what left before, and whether a day may follow |
//! | [`report`] | what the privacy officer is told |

pub mod counts;
pub mod figure;
pub mod ledger;
pub mod noised;
pub mod report;
pub mod rounding;
pub mod tables;

pub use counts::{OutgoingDay, OutgoingKey, OutgoingLevel, PeopleNumber};
pub use figure::{FigureUnit, OutgoingFigure, Side};
pub use ledger::{Candidate, DayVerdict, ReleasedDay, audit_days};
pub use noised::{Codes, DayNoise, NoisedDay, NoisedLevel, NoisedPeople, day_mechanism};
pub use report::{BudgetReport, DisclosureReport, GroupReport};
pub use rounding::Rounding;
pub use tables::{
    FigureKey, OutgoingContent, OutgoingFigures, OutgoingFlows, OutgoingRow, OutgoingTables, release_noised,
    release_outgoing,
};
