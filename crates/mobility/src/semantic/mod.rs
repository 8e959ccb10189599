//! Semantic checks of one subscriber's day (formats §2, methods §4.4): pure functions on sightings in order of time, of which a *visit* is one
//! that stands for all of its instant.
//!
//! The verdict on an event depends on the events around it, so it is made on the whole day when that is reduced: late
//! rows and split files give the same verdicts.
//!
//! | module | answers |
//! |---|---|
//! | [`rules`] | which speed, which distance, and what follows |
//! | [`speed`] | which visits are impossibly far from their neighbours |
//! | [`ping_pong`] | which visits go to and fro between near places |
//! | [`subscriber_day`] | which events of a subscriber's day are left out, and how many have which code |

pub mod ping_pong;
pub mod rules;
pub mod speed;
pub mod subscriber_day;

pub use rules::{IncorrectLocation, SemanticRules};
pub use subscriber_day::{SemanticCounts, SemanticScratch};
