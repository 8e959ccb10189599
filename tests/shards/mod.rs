//! One run as many processes: `shard`, `reduce`, `merge` give the bytes of `run`.
//!
//! | module | asserts |
//! |---|---|
//! | `same` | any number of shards, any order of tasks and files, nights one by one: the same release, and what leaves |
//! | `options` | what configurations ask for: nights, pairs, hours, profiles, dating, days refused and accepted |
//! | `killed` | kill −9 at fail points and at any moment, started again |
//! | `wrong` | what is missing, other, damaged or in the wrong place is told, and nothing is released |

mod killed;
mod options;
mod same;
mod wrong;

use crate::support::{Dir, Done};

/// The folder between the verbs.
pub const STAGING: &str = "staging";

/// Reads everything in one task.
pub fn shard(dir: &Dir, shards: u16) -> Done {
    dir.hexodus(&format!("shard --accept-lower-k --shards {shards} --to {STAGING}"))
}

pub fn reduce(dir: &Dir, shard: u16, of: u16) -> Done {
    dir.hexodus(&format!("reduce --accept-lower-k --from {STAGING} --shard {shard}/{of}"))
}

pub fn merge(dir: &Dir) -> Done {
    dir.hexodus(&format!("merge --accept-lower-k --from {STAGING}"))
}

/// Every shard, the last one first.
#[track_caller]
pub fn reduce_all(dir: &Dir, shards: u16) {
    for index in (0..shards).rev() {
        reduce(dir, index, shards).exits(0);
    }
}

/// All verbs, until the tables are there.
#[track_caller]
pub fn through(dir: &Dir, shards: u16) -> Done {
    let staged = shard(dir, shards);
    assert!([0, 1].contains(&staged.code), "{}", staged.text);
    finish(dir, shards)
}

/// The same, once everything is staged.
#[track_caller]
pub fn finish(dir: &Dir, shards: u16) -> Done {
    reduce_all(dir, shards);
    let merged = merge(dir);
    if !merged.text.contains("once more") {
        return merged;
    }
    reduce_all(dir, shards);
    merge(dir)
}
