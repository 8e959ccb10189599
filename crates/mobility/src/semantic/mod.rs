//! Semantic checks of one subscriber's day (formats §2, methods §4.4): pure functions on visits in order of time.
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

use hexodus_model::PlaceKey;

/// One instant at one place. Ascending by instant wherever there are several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Microseconds since the start of the local day.
    pub micros: i64,
    /// Where.
    pub place: PlaceKey,
    /// Located events of that instant.
    pub events: u32,
}
