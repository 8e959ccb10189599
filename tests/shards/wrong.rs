//! What is missing, other, damaged or in the wrong place is told, and nothing is released.

use super::{STAGING, merge, reduce, reduce_all, shard, through};
use crate::small;
use crate::support::Dir;
use std::fs;

/// Staged for three shards.
fn staged() -> Dir {
    let dir = small::country();
    shard(&dir, 3).exits(0);
    dir
}

#[test]
fn a_missing_shard_is_named() {
    let dir = staged();
    merge(&dir).exits(3).says(&["shards 0/3, 1/3, 2/3 are not reduced yet", "nothing was released"]);
    reduce(&dir, 0, 3).exits(0).says(&["reduced: shard 0/3, 3 days"]);
    reduce(&dir, 2, 3).exits(0);
    merge(&dir).exits(3).says(&["shard 1/3 is not reduced yet"]);
    assert!(!dir.path("out").exists());
    reduce(&dir, 1, 3).exits(0);
    merge(&dir).exits(0);
}

#[test]
fn a_shard_that_was_not_counted_again_is_named() {
    let dir = Dir::synth("--subscribers 300 --days 26 --crisis-day 17 --events 4");
    shard(&dir, 3).exits(0);
    reduce_all(&dir, 3);
    merge(&dir).exits(0).says(&["once more"]);
    merge(&dir).exits(0).says(&["once more"]);
    reduce(&dir, 1, 3).exits(0).says(&["counted: shard 1/3"]);
    merge(&dir).exits(3).says(&["shards 0/3, 2/3 are not counted by what all shards told"]);
    assert!(!dir.path("out").exists(), "nothing is released of a part");
}

#[test]
fn a_task_of_shard_that_has_not_ended_is_named() {
    let dir = small::country();
    let task = |task: &str| dir.hexodus(&format!("shard --shards 2 --to {STAGING} --files {task}"));
    task("0/3").exits(0).says(&["other tasks of `hexodus shard` have not ended yet"]);
    reduce(&dir, 0, 2).exits(3).says(&["has not ended with --files 1/3, --files 2/3"]);
    task("2/3").exits(0);
    merge(&dir).exits(3).says(&["--files 1/3"]);
    task("1/3").exits(0);
    reduce_all(&dir, 2);
    // A new day: the tasks of the day before are no longer enough.
    dir.write("dumps/2031-03-04.csv", small::dump(0).replace(small::DAYS[0], "2031-03-04"));
    task("1/3").exits(0);
    merge(&dir).exits(3).says(&["--files 0/3, --files 2/3"]);
    task("0/3").exits(0);
    task("2/3").exits(0);
    merge(&dir).exits(3).says(&["shards 0/2, 1/2 are reduced from other files"]);
    reduce_all(&dir, 2);
    merge(&dir).exits(0).says(&["2031-03-04"]);
}

#[test]
fn another_configuration_key_or_number_is_refused() {
    let dir = staged();
    reduce(&dir, 0, 4).exits(2).says(&["--shard 0/4: the rows were dealt out to 3 shards"]);
    reduce(&dir, 3, 3).exits(2).says(&["of 3 shards there are 0/3 to 2/3"]);
    shard(&dir, 4).exits(2).says(&["staged with another number of shards: it has 3, the configuration 4"]);
    let text = dir.read("hexodus.toml");
    dir.edit("hexodus.toml", "zone = \"UTC\"", "zone = \"Asia/Kathmandu\"");
    reduce(&dir, 0, 3).exits(2).says(&["another [time] zone: it has UTC, the configuration Asia/Kathmandu"]);
    dir.write("hexodus.toml", &text);
    dir.edit("hexodus.toml", "user_id = \"sim\"", "user_id = \"tower\"");
    reduce(&dir, 0, 3).exits(2).says(&["staged with another [[source]]"]);
    dir.write("hexodus.toml", &text);
    let key = dir.read("hexodus.key");
    dir.write("hexodus.key", format!("{}\n", "7a".repeat(32)));
    reduce(&dir, 0, 3).exits(2).says(&["staged with another key"]);
    merge(&dir).exits(2).says(&["staged with another key"]);
    dir.write("hexodus.key", key);
    reduce_all(&dir, 3);
    dir.configure("[mobility]\ndaily_location = \"most-events\"");
    merge(&dir).exits(3).says(&["shards 0/3, 1/3, 2/3 are reduced from other files, or with another configuration"]);
    reduce(&dir, 0, 3).exits(0);
    merge(&dir).exits(3).says(&["shards 1/3, 2/3 are reduced"]);
    reduce_all(&dir, 3);
    merge(&dir).exits(0);
}

#[test]
fn damage_is_noticed() {
    let dir = staged();
    let folder = dir.path(&format!("{STAGING}/deliveries"));
    let first = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let rows = fs::read(first.join("rows.bin")).unwrap();
    let mut damaged = rows.clone();
    damaged[30] ^= 1;
    fs::write(first.join("rows.bin"), &damaged).unwrap();
    let codes: Vec<i32> = (0..3).map(|index| reduce(&dir, index, 3).code).collect();
    assert!(codes.contains(&4) && codes.contains(&0), "{codes:?}: only the shard whose rows they are cannot go on");
    // Removed, it is staged again, and the shards go on.
    fs::remove_dir_all(&first).unwrap();
    shard(&dir, 3).exits(0).says(&["staged: 1 deliveries"]);
    assert_eq!(fs::read(first.join("rows.bin")).unwrap(), rows, "the same bytes");
    reduce_all(&dir, 3);
    merge(&dir).exits(0);
    fs::write(first.join("delivery.json"), "{").unwrap();
    merge(&dir).exits(2).says(&["is not what `hexodus shard` writes"]);
}

#[test]
fn stores_of_other_kinds_are_refused() {
    let dir = staged();
    let never = small::country();
    reduce(&never, 0, 3).exits(2).says(&["holds no staged deliveries: `hexodus shard` comes first"]);
    dir.hexodus("shard --shards 3 --to store/staging").exits(2).says(&["must be kept apart"]);
    dir.hexodus("shard --shards 3 --to .").exits(2).says(&["must be kept apart"]);
    dir.hexodus("shard --shards 5000 --to other").exits(2);
    through(&dir, 3).exits(0);
    dir.hexodus("run").exits(2).says(&["holds the sums of 3 shards and no events"]);
    dir.hexodus("key rotate").exits(2).says(&["holds the sums of 3 shards"]);
    let run = small::country();
    run.hexodus("run").exits(0);
    shard(&run, 2).exits(0);
    reduce_all(&run, 2);
    merge(&run).exits(2).says(&["it is the store of a `hexodus run`"]);
}

#[test]
fn help_teaches() {
    let dir = Dir::new();
    dir.hexodus("shard --help").exits(0).says(&["hexodus reduce --shard i/64", "hexodus merge", "docs/shards.md"]);
    dir.hexodus("reduce --help").exits(0).says(&["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"]);
    dir.hexodus("merge --help").exits(0).says(&["once more"]);
}
