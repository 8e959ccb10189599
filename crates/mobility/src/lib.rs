//! From sorted events to daily locations, presence and flows: pure functions on one subscriber's slice, and counts
//! that merge.
//!
//! | module | answers |
//! |---|---|
//! | [`fold`] | how subscribers are spread over cores (the only place here that starts threads) |
//! | [`night`] | which part of a day belongs to which night |
//! | [`quality`] | whether a day can be trusted |
//! | [`semantic`] | which events are impossible beside the others of a subscriber |
//! | [`subscriber`] | what one subscriber did in one day: daily locations, trips |
//! | [`tally`] | what a population did: presence, trips, day-to-day flows |
//! | [`reduce`] | one day, all subscribers, in one pass |
#![cfg_attr(not(test), warn(unused_crate_dependencies))]

pub mod fold;
pub mod night;
pub mod quality;
pub mod reduce;
pub mod semantic;
pub mod subscriber;
pub mod tally;

pub use fold::fold_buckets;
pub use night::{NightHours, NightSpans};
pub use reduce::{DayReduction, DayRules, reduce_day};
pub use subscriber::daily_location::{DailyLocationRule, daily_locations};
pub use tally::conservation::{FlowImbalance, check_conservation};
pub use tally::day_to_day::{count_day_to_day, roll_up};
