//! What survives between runs: immutable partitions by day, and one manifest that is replaced atomically.
//!
//! | module | answers |
//! |---|---|
//! | [`manifest`] | what the store holds, and what it was made from |
//! | [`store`] | opening and committing |
//! | `manifest_file` | how the manifest is read and replaced |
//! | `lock` | who may write |
//! | [`fs`] | what the store asks of a file system |
//! | `sweep` | what a killed run left behind |
//! | [`key_epoch`] | which key a day's subscribers go by |
//! | [`prune`] | what is removed by age |
//! | [`mod@verify`] | whether every byte is as it was written |
//! | [`events`] | the checked events of a day |
//! | `packed_moments` | in how few bytes a subscriber's events fit |
//! | [`event_ranges`] | how a stored day is read without holding it |
//! | [`traits`] | what sources say of subscribers besides events |
//! | [`subscriber_days`] | the reduced days of subscribers |
//! | [`hours_at`] | the hours of subscribers at places, where a crisis asks for them |
//! | [`tallies`] | counts of a day or a pair of days |
//! | [`crisis`] | everything that was counted of a crisis |
//! | `crisis_sum`, `sums` | the same over shards; counts by key, added up |
//! | [`replicates`] | replicates of a shard, before variances are made |
//! | [`staged_rows`] | accepted rows dealt out to shards |
//! | [`kept`] | what the next night of a crisis goes on from |
//! | [`activity`] | what happened at each radio cell on a day |
//! | [`location_hours`] | who was heard at each radio cell in each hour of a day |
//! | [`locations`] | which key stands for which location |
//! | [`quarantine`] | which rows were rejected, and why |
//! | `seen_files` | how input files looked in earlier runs |
//! | [`sites`] | which site has which key |
//! | [`parquet_file`] | how each of them is written and read |
//!
//! Everything here is CONFIDENTIAL: it never leaves the operator's premises.
//!
//! **What a day's partition contains.** All accepted events with local time in [`day_start` of the day, `day_start` of
//! the next) in the store's zone, from exactly the files listed in the manifest, each event once. A day is the union
//! of its parts; no two parts of a day share an event. A file is in the manifest if and only if all its accepted rows
//! are in parts: both become visible in the same rename.
#![cfg_attr(not(test), warn(unused_crate_dependencies))]

pub mod activity;
pub mod crisis;
mod crisis_sum;
pub mod error;
pub mod event_ranges;
pub mod events;
pub mod fs;
pub mod hours_at;
pub mod kept;
pub mod key_epoch;
pub mod location_hours;
pub mod locations;
pub mod manifest;
pub mod parquet_file;
pub mod prune;
pub mod quarantine;
pub mod replicates;
mod seen_files;
pub mod sites;
pub mod staged_rows;
pub mod store;
pub mod subscriber_days;
mod sums;
pub mod tallies;
pub mod traits;
pub mod verify;

mod lock;
mod manifest_file;
mod packed_moments;
mod sweep;

#[cfg(test)]
mod power_cut;

pub use activity::read_activity;
pub use crisis::{CrisisCounts, read_crisis};
pub use crisis_sum::CrisisSum;
pub use error::StoreError;
pub use event_ranges::EventRanges;
pub use key_epoch::Rotation;
pub use location_hours::read_location_hours;
pub use locations::read_locations;
pub use manifest::{
    CountsUntil, CrisisEntry, DayEntry, DayFacts, Derived, EVENTS, KeptEvening, Manifest, Part, Shards, StoreIdentity,
};
pub use prune::Pruning;
pub use quarantine::{QuarantineRow, read_quarantine};
pub use replicates::{ReplicateRow, read_replicates};
pub use seen_files::read_seen_files;
pub use sites::read_sites;
pub use staged_rows::{RowBlock, RowsWriter, StagedRows};
pub use store::{Commit, Store};
pub use subscriber_days::{PlaceColumn, Share};
pub use sums::Sums;
pub use tallies::{DayTallies, Wanted, read_tallies};
pub use traits::{TraitParts, TraitsWritten};
pub use verify::{Verification, verify};
