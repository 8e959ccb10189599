//! What is typed to do a run as many processes.

use super::{Acceptance, ConfigArgs, WaitArgs};
use clap::Args;
use hexodus_model::{SHARDS, Shard};
use std::path::PathBuf;

/// Below the help of `shard`.
pub const SHARD: &str = "\
A run as many processes, on a folder they share (CONFIDENTIAL, as the store):
  hexodus shard --shards 64 --to /srv/op1/staging        once, or --files 0/4 … 3/4 as four tasks
  hexodus reduce --shard i/64 --from /srv/op1/staging    for each i from 0 to 63, at once or one by one
  hexodus merge --from /srv/op1/staging                  once; with a [[crisis]], reduce and merge once more

The key is needed here only. Whatever was killed is started again: what is done stays done.
docs/shards.md has a Slurm array and an indexed job of Kubernetes.";

/// Below the help of `reduce`.
pub const REDUCE: &str = "\
Examples:
  hexodus reduce --shard 0/64 --from /srv/op1/staging
  srun hexodus reduce --shard $SLURM_ARRAY_TASK_ID/64 --from /srv/op1/staging
  hexodus reduce --shard $JOB_COMPLETION_INDEX/64 --from /srv/op1/staging

It does whatever can be done now, and nothing that is done. Needs no key.";

/// Below the help of `merge`.
pub const MERGE: &str = "\
Example:
  hexodus merge --from /srv/op1/staging

Where a [[crisis]] has begun, the first merge judges the days, finds homes without service, and asks for `hexodus reduce`
of every shard once more; the second writes the tables. [store] then holds counts only; events stay with the shards.";

/// `hexodus shard`
#[derive(Debug, Args)]
pub struct ShardArgs {
    /// What to read, and the key.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Shards of subscribers, for the life of the folder: as many `reduce` may run at once.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=i64::from(SHARDS)))]
    pub shards: u16,
    /// The folder between the three verbs, on a file system that all processes share.
    #[arg(long, value_name = "FOLDER")]
    pub to: PathBuf,
    /// Read every M-th delivery only, from the i-th (0 first), so that M tasks share the reading.
    #[arg(long, value_name = "i/M")]
    pub files: Option<Shard>,
    /// Take in what can be read of a refused FILE, or of all files of a DATE; the reason is recorded. Repeatable.
    #[arg(long, value_name = "FILE|DATE=REASON")]
    pub accept: Vec<Acceptance>,
}

/// `hexodus reduce`
#[derive(Debug, Args)]
pub struct ReduceArgs {
    /// The configuration that the rows were staged with.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How long to wait for another process that has this shard.
    #[command(flatten)]
    pub wait: WaitArgs,
    /// Which shard, from 0, of how many.
    #[arg(long, value_name = "i/N")]
    pub shard: Shard,
    /// The folder that `hexodus shard` wrote.
    #[arg(long, value_name = "FOLDER")]
    pub from: PathBuf,
}

/// `hexodus merge`
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The configuration that the shards were reduced with.
    #[command(flatten)]
    pub config: ConfigArgs,
    /// How long to wait for another process that has the store.
    #[command(flatten)]
    pub wait: WaitArgs,
    /// The folder that `hexodus shard` wrote.
    #[arg(long, value_name = "FOLDER")]
    pub from: PathBuf,
    /// Use a DATE although a check refuses it; the reason is recorded. Repeatable.
    #[arg(long, value_name = "DATE=REASON")]
    pub accept: Vec<Acceptance>,
}
