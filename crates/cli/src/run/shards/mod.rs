//! One run as many processes: `hexodus shard`, `reduce --shard i/N`, `merge`, for arrays of Slurm and indexed jobs of
//! Kubernetes. The scheduler is there already; a shared folder is all that passes between processes.
//!
//! ```text
//! deliveries ─shard─▶ staged rows, by shard ─reduce─▶ a store a shard ─merge─▶ the configured store, tables
//!                                              ▲                          │
//!                                              └── which days are used, ──┘   once more, where there is a crisis
//!                                                  which homes were silent
//! ```
//!
//! Every step of a run on one subscriber needs nobody else, so a shard is a store of its own, made by the code of a run.
//! Two things depend on all subscribers: whether a day is trusted, and whether a home was out of service. `merge` finds
//! them from sums; a second `reduce` reads them in the store that `merge` writes.
//!
//! | module | answers |
//! |---|---|
//! | `shard` | the verb: deliveries are read once and dealt out |
//! | `write` | one delivery becomes a folder |
//! | `record` | what is known of a staged delivery |
//! | `staging` | the folder between the verbs, and what it was made with |
//! | `tasks` | which tasks of `shard` are done |
//! | `plan` | which files count, in which order: the same for every process |
//! | `reduce` | the verb: one shard, as far as it can be taken now |
//! | `intake` | staged rows into the store of a shard |
//! | `count` | the crises of a shard, by what all shards told |
//! | `merge` | the verb: sums, judgement, tables |
//! | `parts` | the stores of all shards, all there and of one make |
//! | `files` | the accounts of files over shards |
//! | `activity_sums` | what was heard at radio cells, over shards |
//! | `day_sums` | the counts of a day over shards |
//! | `crisis_sums` | the counts of a crisis over shards |

mod activity_sums;
mod count;
mod crisis_sums;
mod day_sums;
mod files;
mod intake;
mod merge;
mod parts;
mod plan;
mod record;
mod reduce;
mod shard;
mod staging;
mod tasks;
mod write;

pub use merge::merge;
pub use reduce::reduce;
pub use shard::shard;
