//! A seeded country nobody has to download, and what happens in it, whose truth is known.
//!
//! [`generate`] writes daily dumps as an operator would deliver them, the radio-cell plan, the areas, a ready
//! configuration, and apart from them the truth: who lived where, who was where at the end of each day, who was
//! displaced. Same options, same bytes. Nothing here is shared with the estimators: this crate depends on the nouns of `hexodus-model` only.
//!
//! Memory grows with the people (some 80 bytes each) and with the events of one day (8 bytes each), never with
//! the number of days: every day is drawn, delivered, written to the truth and forgotten. What is held over from day to
//! day is where each subscriber slept, and the rows that an operator delivers late, for four days at most.
//!
//! | module | answers |
//! |---|---|
//! | [`options`] | what can be asked for |
//! | [`scenario`] | what happens; the scenarios with a name |
//! | [`summary`] | what was written |
//! | [`error`] | what can go wrong |
//! | `chance` | random numbers that depend on what they are for, never on the order of drawing |
//! | `ground` | distances, and which point lies in which shape |
//! | `country`, `names` | the invented areas |
//! | `district` | the areas as keys, level by level |
//! | `settlement` | towns and the places in them |
//! | `network`, `coverage` | radio cells in time; which one a phone uses at a place |
//! | `rewiring` | radio cells that go for good or get other ids |
//! | `crisis`, `fate` | what is struck; who leaves for where and until when |
//! | `visit` | who is elsewhere for a holiday |
//! | `sims` | which SIM a person uses on a day |
//! | [`ownership`] | who has a SIM of this operator, and who is not seen |
//! | `subscriber`, `routine` | who lives where; where one is at which hour |
//! | `activity`, `clock` | how many events, and when in the day |
//! | `row`, `dirt` | one event in 8 bytes; what goes wrong with it on the way |
//! | `world` | all of the above that does not change with the day |
//! | `day` | the rows of one day |
//! | `dump` | the rows as operators deliver them |
//! | `plan`, `geojson`, `population`, `config` | the other input files |
//! | `truth` | what no pipeline gets to see |
//! | `generate` | the order in which it all happens |
#![cfg_attr(not(test), warn(unused_crate_dependencies))]

mod activity;
mod chance;
mod clock;
mod config;
mod country;
mod coverage;
mod crisis;
mod day;
mod dirt;
mod district;
mod dump;
pub mod error;
mod fate;
mod generate;
mod geojson;
mod ground;
mod names;
mod network;
pub mod options;
pub mod ownership;
mod plan;
mod population;
mod rewiring;
mod routine;
mod row;
pub mod scenario;
mod settlement;
mod sims;
mod subscriber;
pub mod summary;
mod text;
mod truth;
mod visit;
mod world;

#[cfg(test)]
mod tests;

pub use config::config_text;
pub use country::invented_areas;
pub use error::{AreaFault, SynthError};
pub use generate::generate;
pub use options::{DirtRates, DumpFormat, SynthOptions};
pub use ownership::Ownership;
pub use scenario::{NamedScenario, SCENARIOS, Scenario};
pub use summary::{CrisisSummary, DirtCounts, Progress, Summary};
