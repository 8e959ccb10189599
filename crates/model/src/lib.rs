//! The nouns of hexodus: what an event, a place, an area, a daily location and a flow matrix *are*.
//!
//! No input or output, no threads, no algorithm. Three kinds of data have three kinds of type: **individual**
//! ([`EventRow`], [`SubscriberDay`]) never leaves the store; **tallied** ([`FlowMatrix`], [`Presence`]) holds integer
//! counts of distinct subscribers; **released** is `hexodus_release::Released`, the only kind that can be written out.
//!
//! | module | answers |
//! |---|---|
//! | [`subscriber`] | who, without saying who |
//! | [`shard`] | which shard a subscriber is in |
//! | [`time`] | which instant, which local day, which night |
//! | [`place`] | which radio cell, which H3 cell, which area |
//! | [`network`] | what the operator says about a radio cell |
//! | [`area`] | administrative areas and their P-codes |
//! | [`population`] | how many people a file says there are |
//! | [`event`] | one checked record in 16 bytes |
//! | [`day`] | what one subscriber did in one day |
//! | [`residence`] | where one subscriber lives, and whether displaced |
//! | [`crisis`] | when a crisis began, and what counts as before |
//! | [`without_event`] | the stock there is when nothing happens |
//! | [`mod@unit`] | what a table counts: an H3 cell, an area, or a reserved value |
//! | [`matrix`] | flow matrices and presence counts |
//! | [`stock`] | who of each origin is displaced where, and what changed |
//! | [`spread`] | how far, how long, how settled |
//! | [`audit`] | what happened to every row that was read |
//! | [`semantic`] | what is odd about an accepted event |
//! | [`quarantine`] | which rows were rejected, to find them again |
//! | [`quality`] | what is thought of a day, and what follows |
//! | [`traits`] | what a source says of a subscriber besides events |
#![cfg_attr(not(test), warn(unused_crate_dependencies))]

pub mod area;
pub mod audit;
pub mod bucketed;
pub mod crisis;
pub mod day;
pub mod event;
pub mod grouped;
pub mod matrix;
pub mod network;
pub mod people;
pub mod place;
pub mod population;
pub mod quality;
pub mod quarantine;
pub mod residence;
pub mod semantic;
pub mod shard;
pub mod spread;
pub mod stock;
pub mod subscriber;
pub mod tally;
pub mod time;
pub mod traits;
pub mod unit;
pub mod without_event;

pub use area::{Ancestor, Area, AreaKey, AreaTree, Pcode};
pub use audit::{FaultCode, FileAudit, FileState, RowCounts, SeenFile};
pub use bucketed::BucketedEvents;
pub use crisis::{CrisisDays, Period};
pub use day::{HoursAt, SubscriberDay};
pub use event::{EventRow, LocationKey, Moment};
pub use grouped::GroupedEvents;
pub use matrix::{Definition, FlowMatrix, OdPair, Presence};
pub use network::{RadioCellRecord, SitePoint};
pub use people::{PeopleOf, ShareReplicates, ShareVariance};
pub use place::{DayPlaces, H3Cell, InvalidH3Cell, LocationId, Locations, PlaceKey, Sighting};
pub use population::PopulationFigures;
pub use quality::{Acceptance, Check, Consequence, DayVerdict, Finding, LocationDay, LocationHour};
pub use quarantine::{RejectedRow, RejectionReason, Rejections};
pub use residence::{Changes, DailyLocation, Displacement, Home, Residence, ResidenceDay, Silence};
pub use semantic::SemanticCode;
pub use shard::{SHARDS, Shard, shard_of};
pub use spread::{Spread, SpreadKey};
pub use stock::{Dating, LastKnown, OriginCounts, OriginHost, StockCounts, StockTable};
pub use subscriber::{SubscriberId, bucket_of};
pub use tally::Tally;
pub use time::{Calendar, DayWindow, LocalDay, UtcMicros};
pub use traits::{DayTraits, SubscriberTraits, Traits};
pub use unit::{Level, Reserved, UnitKey};
pub use without_event::{QUIET_DAYS, QuietDays, WithoutEvent, WithoutEventDays};
