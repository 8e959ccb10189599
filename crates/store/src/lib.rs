//! What survives between runs: immutable partitions by day, and one manifest that is replaced atomically.
//!
//! | module | answers |
//! |---|---|
//! | [`manifest`] | what the store holds, and what it was made from |
//! | [`store`] | opening, locking, committing |
//! | [`events`] | the checked events of a day |
//! | [`subscriber_days`] | the reduced days of subscribers |
//! | [`tallies`] | counts of a day or a pair of days |
//! | [`activity`] | what happened at each radio cell on a day |
//! | [`locations`] | which key stands for which location |
//! | [`quarantine`] | which rows were rejected, and why |
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
pub mod error;
pub mod events;
pub mod locations;
pub mod manifest;
pub mod parquet_file;
pub mod quarantine;
pub mod store;
pub mod subscriber_days;
pub mod tallies;

pub use error::StoreError;
pub use manifest::{DayEntry, DayFacts, Derived, Manifest, Part, StoreIdentity};
pub use quarantine::{QuarantineRow, read_quarantine};
pub use store::{Commit, Store};
pub use tallies::DayTallies;
