//! What configurations ask for: nights, profiles by hours, revised dating, days refused and accepted, files refused.

use super::{STAGING, finish, merge, reduce, reduce_all, shard, through};
use crate::small::{self, DAYS};
use crate::support::{Dir, Done, assert_same};

const COUNTRY: &str = "--subscribers 800 --days 26 --crisis-day 17 --events 4";

/// The same inputs by `run` and by so many shards: the same exit code and bytes.
#[track_caller]
fn same(dir: &Dir, shards: u16, what: &str) -> [Done; 2] {
    let run = dir.inputs_again();
    let once = run.hexodus("run --accept-lower-k");
    let merged = through(dir, shards);
    assert_eq!(merged.code, once.code, "{what}\n{}\n{}", merged.text, once.text);
    assert_same(&dir.released(), &run.released(), what);
    [once, merged]
}

#[test]
fn nights() {
    let dir = Dir::synth(COUNTRY);
    dir.configure("[mobility]\ndaily_location = \"night\"");
    same(&dir, 3, "daily locations by night");
}

#[test]
fn revised_dating_and_homes_by_hours() {
    let dir = Dir::synth(COUNTRY);
    dir.edit("hexodus.toml", "[[crisis]]", "[[crisis]]\ndating = \"revised\"");
    same(&dir, 2, "dated by the day a movement began");
    for profile in ["multimno-ue", "flowminder-covid19"] {
        let dir = Dir::synth(COUNTRY);
        dir.edit("hexodus.toml", "[[crisis]]", &format!("[[crisis]]\nprofile = \"{profile}\""));
        if profile == "multimno-ue" {
            dir.edit("hexodus.toml", "[time]", "[time]\nday_start = \"04:00\"");
            dir.edit("hexodus.toml", "[[crisis]]", "[[crisis]]\nusual_environment = { min_hours = 20, min_days = 5 }");
        }
        same(&dir, 2, profile);
    }
}

#[test]
fn without_a_crisis_one_merge_is_enough() {
    let dir = Dir::synth("--subscribers 500 --days 4 --events 6 --crisis-day 9");
    dir.configure("[mobility]\ndaily_location = \"most-events\"");
    let run = dir.inputs_again();
    run.hexodus("run").exits(0);
    shard(&dir, 2).exits(0);
    reduce_all(&dir, 2);
    merge(&dir).exits(0).says(&["written:"]).never_says("once more");
    assert_same(&dir.released(), &run.released(), "no crisis");
}

/// More shards than subscribers: some have nobody, on some days or on all.
#[test]
fn shards_without_anybody() {
    let dir = small::country();
    same(&dir, 40, "forty subscribers in forty shards");
    let empty = (0..40).filter(|shard| !dir.path(&format!("{STAGING}/shards/{shard}-of-40/events")).exists());
    assert!(empty.count() > 5, "some have nobody");
}

/// A day that a check refuses is refused for all shards, and used by all once somebody says why.
#[test]
fn days_that_are_refused_and_accepted() {
    for rule in ["last", "night"] {
        let dir = small::country();
        dir.configure(&format!(
            "[quality]\nhistory_min_days = 2\nmin_rows = 10\n[mobility]\ndaily_location = \"{rule}\""
        ));
        let half: Vec<String> = small::dump(2).lines().take(40).map(str::to_owned).collect();
        dir.write(&format!("dumps/{}.csv", DAYS[2]), half.join("\n"));
        let [once, _] = same(&dir, 3, "a refused day");
        assert_eq!(once.code, 1, "{}", once.text);
        dir.hexodus("status").exits(1).says(&["2031-03-03  refused"]);
        let run = dir.inputs_again();
        run.hexodus("run --accept 2031-03-03=half-holiday").exits(0);
        let accept = format!("merge --from {STAGING} --accept 2031-03-03=half-holiday");
        let done = dir.hexodus(&accept);
        if done.text.contains("once more") {
            reduce_all(&dir, 3);
        }
        merge(&dir).exits(0);
        assert_same(&dir.released(), &run.released(), "an accepted day");
    }
}

/// A file that cannot be read, the wrong file under the right name, one file under two names.
#[test]
fn files_that_are_refused() {
    let dir = small::country();
    dir.write("dumps/2031-03-04.csv", small::dump(0).replace(":00,", ":01,"));
    dir.write("dumps/2031-03-05.csv", "sim,when\n1,2\n");
    dir.write("dumps/2031-03-06.csv", small::dump(1));
    let run = dir.inputs_again();
    run.hexodus("run").exits(1);
    for task in [1, 0] {
        let done = dir.hexodus(&format!("shard --shards 2 --to {STAGING} --files {task}/2"));
        assert!([0, 1].contains(&done.code), "{}", done.text);
    }
    finish(&dir, 2).exits(1).says(&["found rows of 2031-03-01 only", "2031-03-05"]);
    assert_same(&dir.released(), &run.released(), "with refused files");
    assert_eq!(dir.manifest().refused_files, run.manifest().refused_files);
    assert_eq!(dir.manifest().files, run.manifest().files, "the account of every file");
    let accepted = [dir.inputs_again(), run.inputs_again()];
    // Mended, it is read; nothing else is.
    for dir in [&dir, &run] {
        dir.write("dumps/2031-03-04.csv", small::dump(0).replace(DAYS[0], "2031-03-04"));
        dir.remove("dumps/2031-03-05.csv");
    }
    run.hexodus("run").exits(0);
    shard(&dir, 2).exits(0).says(&["staged: 1 deliveries"]);
    finish(&dir, 2).exits(0);
    assert_same(&dir.released(), &run.released(), "mended");
    // Or somebody says why it is good enough.
    let [dir, run] = accepted;
    for dir in [&dir, &run] {
        dir.remove("dumps/2031-03-05.csv");
    }
    run.hexodus("run --accept 2031-03-04=late_rows_only").exits(0);
    dir.hexodus(&format!("shard --shards 2 --to {STAGING} --accept 2031-03-04=late_rows_only")).exits(0);
    finish(&dir, 2).exits(0);
    assert_same(&dir.released(), &run.released(), "accepted");
}

/// Rejected rows are listed once, as a run lists them.
#[test]
fn rejected_rows_are_in_the_quarantine() {
    let dir = Dir::synth("--subscribers 300 --days 3 --events 6");
    let run = dir.inputs_again();
    run.hexodus("run").exits(0);
    through(&dir, 2).exits(0);
    let listed = run.hexodus("quarantine --limit 1000").exits(0).text;
    assert!(listed.lines().count() > 3, "{listed}");
    assert_eq!(dir.hexodus("quarantine --limit 1000").exits(0).text, listed);
    reduce(&dir, 0, 2).exits(0);
}
