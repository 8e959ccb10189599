//! Any number of shards, any order of tasks and files, nights one by one: the same release, and what leaves.

use super::{STAGING, finish, merge, reduce, shard, through};
use crate::support::{Dir, Files, assert_same, gunzipped, gzipped, is};
use crate::traits::{in_order, told_by};
use std::os::unix::fs::PermissionsExt;
use std::sync::LazyLock;

/// A month with a crisis; two files a day.
const COUNTRY: &str = "--subscribers 1000 --days 30 --crisis-day 20 --events 4 --files-per-day 2";
const OUTPUT: &str = "[output]\npresence_h3_hourly = true\ntrips_all_pairs = true\nrelocations_rolling = true";

/// A country, and what a run makes of it.
struct Ran {
    dir: Dir,
    released: Files,
}

static RAN: LazyLock<Ran> = LazyLock::new(|| {
    let dir = Dir::synth(COUNTRY);
    dir.edit("hexodus.toml", "[output]", OUTPUT);
    dir.configure("[policy]\nmin_subscribers = 2\nmin_subscribers_h3 = 2");
    dir.hexodus("run --accept-lower-k").exits(0);
    let released = dir.released();
    Ran { dir, released }
});

/// What does not depend on how rows come in files.
fn tables(files: &Files) -> Files {
    let is_same = |name: &str| is(name, "csv") && !name.starts_with("quality");
    files.clone().into_iter().filter(|(name, _)| is_same(name)).collect()
}

#[test]
fn one_two_and_seven_shards_give_the_bytes_of_one_run() {
    for shards in [1, 2, 7] {
        let dir = RAN.dir.inputs_again();
        through(&dir, shards).exits(0).says(&["written: ./out/"]);
        assert_same(&dir.released(), &RAN.released, &format!("{shards} shards and one run"));
        dir.hexodus("verify --accept-lower-k").exits(0);
        dir.hexodus("status --accept-lower-k").exits(0).says(&["nothing is stale"]);
    }
}

#[test]
fn again_is_nothing_to_do() {
    let dir = RAN.dir.inputs_again();
    through(&dir, 2).exits(0);
    let before = [STAGING, "store", "out"].map(|folder| dir.files(folder));
    shard(&dir, 2).exits(0).says(&["nothing to do: every file is staged"]);
    reduce(&dir, 0, 2).exits(0).says(&["nothing to do: shard 0/2 is up to date"]);
    reduce(&dir, 1, 2).exits(0).says(&["nothing to do"]);
    merge(&dir).exits(0).says(&["nothing to do: ./out/"]);
    let after = [STAGING, "store", "out"].map(|folder| dir.files(folder));
    for (before, after) in before.iter().zip(&after) {
        assert_same(before, after, "before and after");
    }
}

#[test]
fn tasks_in_any_order_and_rows_in_any_file() {
    // Three tasks read, the last first.
    let tasks = RAN.dir.inputs_again();
    for task in [2, 0, 1] {
        tasks.hexodus(&format!("shard --accept-lower-k --shards 3 --to {STAGING} --files {task}/3")).exits(0);
    }
    finish(&tasks, 3).exits(0);
    assert_same(&tasks.released(), &RAN.released, "three tasks and one run");

    // The rows of each day dealt to other files, in another order.
    let dealt = RAN.dir.inputs_again();
    for day in dealt.days_of_dumps() {
        let files = dealt.files(&format!("dumps/{day}"));
        let texts: Vec<String> = files.values().map(|bytes| gunzipped(bytes)).collect();
        let header = texts[0].lines().next().unwrap().to_owned();
        let rows: Vec<&str> = texts.iter().flat_map(|text| text.lines().skip(1)).collect();
        dealt.remove(&format!("dumps/{day}"));
        for number in 0..3 {
            let own: Vec<&str> = rows.iter().rev().skip(number).step_by(3).copied().collect();
            let text = format!("{header}\n{}\n", own.join("\n"));
            dealt.write(&format!("dumps/{day}/events-0{number}.csv.gz"), gzipped(&text));
        }
    }
    through(&dealt, 2).exits(0);
    assert_same(&tables(&dealt.released()), &tables(&RAN.released), "dealt to other files, and one run");
}

/// Six weeks: a release waits for the end of the first one since the event.
#[test]
fn what_leaves_is_what_leaves_of_one_run() {
    let dir = Dir::synth("--subscribers 1200 --days 42 --crisis-day 28 --events 3");
    dir.configure("[release]\nsettle_days = 1");
    let run = dir.inputs_again();
    for (dir, command) in [(&run, "run"), (&run, "release")] {
        dir.hexodus(command).exits(0).says(&["written:"]);
    }
    through(&dir, 3).exits(0);
    dir.hexodus("release").exits(0).says(&["written:"]);
    assert_same(&dir.files("released"), &run.files("released"), "what leaves of three shards and of one run");
}

/// Nights one by one, as runs by night: a night that brings half of a day, late files, another plan; each ends with the
/// tables of that night's run, what they say of revisions included.
#[test]
fn nights_one_by_one() {
    let dirs = [RAN.dir.inputs_again(), RAN.dir.inputs_again()];
    let days = dirs[0].days_of_dumps();
    let (third, second, last) = (&days[days.len() - 3], &days[days.len() - 2], &days[days.len() - 1]);
    let late = [third.as_str(), second, last].map(|day| (format!("dumps/{day}"), format!("coming/{day}")));
    let half = (format!("dumps/{}/events-01.csv.gz", days[4]), "coming/half.csv.gz".to_owned());
    let nights = |from: &dyn Fn(&Dir), what: &str| {
        dirs.iter().for_each(from);
        through(&dirs[0], 2).exits(0);
        dirs[1].hexodus("run --accept-lower-k").exits(0);
        assert_same(&dirs[0].released(), &dirs[1].released(), what);
    };
    nights(&|dir| late.iter().chain([&half]).for_each(|(here, away)| dir.rename(here, away)), "the first night");
    nights(&|dir| dir.rename(&late[0].1, &late[0].0), "a new day");
    nights(&|dir| [&late[1], &half].into_iter().for_each(|(here, away)| dir.rename(away, here)), "and a late file");
    let moved = |dir: &Dir| {
        dir.rename(&late[2].1, &late[2].0);
        let plan = dir.read("radio_cells.csv");
        let last = plan.trim_end().rfind('\n').unwrap();
        dir.write("radio_cells.csv", format!("{}\n", &plan[..last]));
    };
    nights(&moved, "and a plan without one of its radio cells");
}

/// Pseudonyms are in the folders of the store and between the verbs, each for its owner only.
#[test]
fn folders_are_for_their_owner_only() {
    let dir = Dir::synth("--subscribers 200 --days 3 --events 4");
    through(&dir, 2).exits(0);
    for folder in [STAGING, "staging/deliveries", "staging/shards", "staging/shards/1-of-2", "staging/tasks", "store"] {
        let mode = dir.path(folder).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{folder}");
    }
    // The key is needed to stage only.
    dir.remove("hexodus.key");
    reduce(&dir, 0, 2).exits(0).says(&["nothing to do"]);
    merge(&dir).exits(0).says(&["nothing to do"]);
    let sums = dir.files("store");
    assert!(sums.keys().all(|name| !name.starts_with("events") && !name.starts_with("subscriber")), "counts only");
}

/// Groups and countries go with their subscriber's shard; together they are those of a run.
#[test]
fn traits_go_with_their_subscribers() {
    let run = in_order();
    let dir = run.inputs_again();
    through(&dir, 3).exits(0);
    assert_same(&dir.released(), &run.released(), "with traits");
    let shards = (0..3).map(|shard| told_by(&dir, &format!("{STAGING}/shards/{shard}-of-3")));
    let shards: Vec<_> = shards.collect();
    let all = told_by(&run, "store");
    assert_eq!(
        shards.iter().map(std::collections::BTreeSet::len).sum::<usize>(),
        all.len(),
        "each is told by one shard"
    );
    assert_eq!(shards.into_iter().flatten().collect::<std::collections::BTreeSet<_>>(), all);
}
