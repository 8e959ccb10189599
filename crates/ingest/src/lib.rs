//! From a delivered file to checked events: every row is read, checked, pseudonymised, routed to its local day and
//! accounted for.
//!
//! | module | answers |
//! |---|---|
//! | [`spec`] | what a `[[source]]` of the configuration says about a layout |
//! | [`preset`] | which layouts are known by name |
//! | [`mod@discover`] | which files there are, and which belong together |
//! | [`key`] | where the pseudonym key comes from |
//! | [`keyed_hash`] | how an incoming id becomes a `SubscriberId` |
//! | [`pseudonym`], `waiting_ids`, [`delivered_id`] | when it does: while it is read, or once a day for ids that are integers |
//! | [`row_rules`], [`id_rules`] | what a source says about its rows, and about ids before they are pseudonyms |
//! | [`timestamp`], `same_minute` | how a time in a file becomes an instant |
//! | [`day_clock`] | which local day an instant falls in, fast |
//! | [`intern`] | how a location becomes a dense key |
//! | [`batch`] | a few thousand checked rows, column by column |
//! | [`csv_block`], [`csv_cut`], `csv_line`, [`csv_rows`] | how a CSV stream is cut and parsed |
//! | [`parquet_rows`], `parquet_ids`, `parquet_times` | how a Parquet row group is parsed |
//! | [`scatter`] | how rows reach the bucket of their day and subscriber |
//! | [`traits`] | what rows say of their subscribers besides events |
//! | [`waiting`], [`spill`] | where rows wait to be settled, in memory or on disk |
//! | [`read`], `read_csv`, `gather` | one delivery, all files, all cores; one CSV file; what comes of a file |
//! | `staged` | rows that another process settles |
//! | `steady` | whether a file stayed as it was while it was read |
//! | [`settle`], `group` | grouped, duplicates, located or not: one day's new rows; those of one bucket |
//! | `table_file` | a small table as text |
//! | [`plan_file`] | the radio-cell plan as a file |
//! | [`population_file`] | the reference population as a file |
//! | [`urban_file`] | which H3 cells are urban |
//! | [`error`] | what stops a file, in words for people |
//!
//! Raw ids never leave this crate and never reach a disk, an error or a log.
#![cfg_attr(not(test), warn(unused_crate_dependencies))]

pub mod batch;
mod columns;
mod country;
pub mod csv_block;
pub mod csv_cut;
mod csv_layout;
mod csv_line;
pub mod csv_rows;
pub mod day_clock;
pub mod decoder;
pub mod delivered_id;
pub mod digest;
pub mod discover;
pub mod error;
mod file_stamp;
mod gather;
mod group;
mod hash_lanes;
pub mod id_rules;
pub mod intern;
pub mod key;
pub mod keyed_hash;
mod known_files;
mod normal;
mod numbering;
mod parquet_ids;
pub mod parquet_rows;
mod parquet_times;
pub mod plan_file;
pub mod population_file;
pub mod preset;
pub mod pseudonym;
pub mod read;
mod read_csv;
pub mod rejected;
pub mod row_rules;
mod same_minute;
pub mod scatter;
pub mod settle;
pub mod shape;
pub mod spec;
pub mod spill;
mod staged;
mod steady;
mod table_file;
mod time_pieces;
mod time_text;
pub mod timestamp;
pub mod traits;
pub mod urban_file;
pub mod waiting;

pub use discover::{Delivery, InputFile, discover};
pub use error::{FileFault, IngestError};
pub use key::PseudonymKey;
pub use known_files::KnownFiles;
pub use preset::resolve_preset;
pub use read::{FileOutcome, FileRead, Holding, Ingester, Refusal};
pub use settle::{DaySettling, FileSettlement, complete_accounts, settle_alone};
pub use spec::SourceSpec;
