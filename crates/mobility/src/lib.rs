//! From sorted events to daily locations, presence and flows: pure functions on one subscriber's slice, and counts
//! that merge.
//!
//! | module | answers |
//! |---|---|
//! | [`fold`] | how subscribers are spread over cores (the only place here that starts threads) |
//! | [`night`] | which part of a day belongs to which night |
//! | [`network_changes`] | which sites came or went for good beside a home |
//! | [`outage`] | which homes were out of service on a day |
//! | [`coverage`] | which sites were out on a day, and the share κ of an area's traffic that the others carry |
//! | [`quality`] | whether a day can be trusted |
//! | [`semantic`] | which events are impossible beside the others of a subscriber |
//! | [`subscriber`] | what one subscriber did in one day: daily locations, trips |
//! | [`tally`] | what a population did: presence, trips, day-to-day flows |
//! | [`reduce`], [`subscriber_days`] | one day, all subscribers, in one pass |
//! | [`by_dates`] | homes, weeks and presence by most dates, at each level for itself |
//! | [`on_request`] | one day in a second pass: what only some configurations ask for |
//! | [`mod@homes_by_permanence`] | homes by hours spent at places over months |
//! | [`panel`] | many days, all subscribers, in one pass: homes, displacement, flows |
//!
//! # Adding a day without reading the window again
//!
//! [`SubscriberState`] is all that a step needs of a subscriber with a home: home and routine (fixed by the baseline),
//! the located days of the residence window (at most seven, as heard and as this subscriber's own), five dates of runs,
//! and the standing. One [`SubscriberState::step`] with the new day's location gives the same as following every day
//! since the event. [`subscriber::kept`] adds what relocations and mobility classes need, and [`panel`] goes on from
//! there; the tests compare the two, and both with the definitions looked up in whole arrays. What follows from this:
//!
//! * **Tallies of a day are final** under live dating: a new day adds a table and changes none. Under revised dating a
//!   confirmation changes the `confirm_days` − 1 days before it, so those tables are provisional until then.
//! * **Retracting** is only needed by the residence window, which drops its oldest day. Nothing else is a moving sum:
//!   homes are fixed by the reference period, the stock is a state. Homes of a later period are a new panel.
//! * **Relocations** join residences of a day and of the day (or week) before: keep the residence of the last seven days.
//! * **A late or corrected day** changes every state after it: go back to a state kept before that day and step on. A
//!   state is a function of the records up to its day, so keeping some bounds that work.
//! * **A day without data** is a step without a location for everyone, not a day left out.
#![cfg_attr(not(test), warn(unused_crate_dependencies))]

pub mod by_dates;
pub mod coverage;
pub mod fold;
pub mod homes_by_permanence;
pub mod network_changes;
pub mod night;
pub mod on_request;
pub mod outage;
pub mod panel;
mod picked;
pub mod quality;
pub mod reduce;
mod seen_positions;
pub mod semantic;
pub mod subscriber;
pub mod subscriber_days;
pub mod tally;

pub use by_dates::{CountedLevel, LevelTally};
pub use coverage::{AreaCoverage, JudgedDay, SiteBaseline, SiteCount, SiteDay, area_coverage, judge_sites};
pub use fold::{fold_buckets, in_parallel};
pub use homes_by_permanence::{FoundHomes, HoursRules, homes_by_permanence};
pub use network_changes::NetworkChanges;
pub use night::{NightHours, NightSpans};
pub use on_request::{RequestRules, Requested, reduce_on_request};
pub use outage::{DayTraffic, homes_out_of_service};
pub use panel::kept_rows::KeptRows;
pub use panel::slices::{DaySlice, for_each_subscriber_over_days};
pub use panel::{Bucket, CrisisRules, CrisisTally, Homes, fold_crisis};
pub use reduce::{DayReduction, DayRules, reduce_day};
pub use subscriber::daily_location::{DailyLocationRule, Located, daily_locations, locations_over_days};
pub use subscriber::displacement::{DisplacementRule, SubscriberState, Surroundings};
pub use subscriber::ground::{Centres, Ground, HomeOutages, Outages};
pub use subscriber::home::{HomeRule, home, home_among_neighbours};
pub use subscriber::home_windows::{HomeWindows, PanelRule};
pub use subscriber::profiles::Profile;
pub use subscriber::residence::{ResidenceRule, residences};
pub use subscriber::usual_environment::UsualEnvironmentRule;
pub use subscriber_days::SubscriberDays;
pub use tally::accounting::{AccountingError, check_accounting};
pub use tally::conservation::{FlowImbalance, check_conservation};
pub use tally::day_to_day::{count_day_to_day, roll_up};
pub use tally::flows::{FlowTally, Margin, margins};
pub use tally::poisson_weights::{fill_poisson_weights, poisson_weight};
pub use tally::replicates::{Bootstrap, ReplicateFigure, ReplicateKey, ReplicateTally};
pub use tally::spread::roll_up_spread;
pub use tally::stock::{StockTally, roll_up_stock, stock_matrix};
