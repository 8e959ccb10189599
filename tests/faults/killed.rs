//! kill −9 and a full disk at each fail point; kill −9 at any moment.

use super::{copied, prepared, recovers, run, stopped};
use crate::support::assert_same;
use hexodus_failpoint::Point;
use std::process::{Command, Stdio};
use std::thread::sleep;

const RUN: &str = "run --accept-lower-k --threads 2";

/// What the process of a command that aborts ends with: no exit code.
const KILLED: i32 = -1;

/// Points that a run passes; those of a rotation, of shards and of what leaves have tests of their own, and sweeping needs something to sweep.
fn points_of_a_run() -> Vec<&'static str> {
    let names = Point::ALL.iter().map(|point| point.name());
    let others = ["key.", "outgoing.", "shard."];
    names.filter(|name| !others.iter().any(|own| name.starts_with(own)) && *name != Point::SweepRemove.name()).collect()
}

#[test]
fn killed_at_each_fail_point_the_next_run_ends_as_if_nothing_had_happened() {
    let points = points_of_a_run();
    assert!(points.len() >= 30, "{}", points.len());
    for point in points {
        let dir = copied(&prepared().before);
        let done = stopped(&dir, RUN, point);
        assert_eq!(done.code, KILLED, "{point} was not reached:\n{}", done.text);
        recovers(&dir, &prepared().released, &format!("killed at {point}"));
    }
}

#[test]
fn killed_at_a_later_passing_of_a_point() {
    for point in ["store.manifest.renamed:4", "store.part.write:9", "release.file.write:5", "store.replaced.remove:3"] {
        let dir = copied(&prepared().before);
        assert_eq!(stopped(&dir, RUN, point).code, KILLED, "{point} was not reached");
        recovers(&dir, &prepared().released, &format!("killed at {point}"));
    }
}

/// The disk fills up at a point and stays full: a message, an exit code of the contract, and nothing lost.
#[test]
fn a_full_disk_at_each_fail_point_ends_the_run_and_costs_nothing() {
    for point in points_of_a_run() {
        let dir = copied(&prepared().before);
        let done = stopped(&dir, RUN, &format!("{point}:error"));
        assert!([2, 4].contains(&done.code), "{point}: exit {}\n{}", done.code, done.text);
        recovers(&dir, &prepared().released, &format!("no space at {point}"));
    }
}

#[test]
fn killed_again_while_it_clears_up() {
    let dir = copied(&prepared().before);
    assert_eq!(stopped(&dir, RUN, "store.part.written").code, KILLED);
    let left = dir.files("store").len();
    assert_eq!(stopped(&dir, RUN, "store.sweep.remove").code, KILLED);
    assert_eq!(dir.files("store").len(), left, "killed before anything was removed");
    recovers(&dir, &prepared().released, "killed while sweeping");
}

/// The real kill −9, wherever it strikes.
#[test]
fn killed_at_any_moment() {
    let whole = copied(&prepared().before);
    let start = std::time::Instant::now();
    run(&whole).exits(0);
    let length = start.elapsed();
    for part in 1..=8 {
        let dir = copied(&prepared().before);
        let mut command = Command::new(env!("CARGO_BIN_EXE_hexodus"));
        command.args(RUN.split_whitespace()).current_dir(dir.path("")).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        sleep(length * part / 9);
        child.kill().unwrap();
        child.wait().unwrap();
        recovers(&dir, &prepared().released, &format!("killed after {part}/9 of its time"));
    }
}

#[test]
fn a_point_that_does_not_exist_stops_nothing_and_is_refused() {
    let dir = copied(&prepared().before);
    let before = dir.files("store");
    stopped(&dir, RUN, "store.part.wirte").exits(2).says(&["no point is named \"store.part.wirte\""]);
    assert_same(&dir.files("store"), &before, "the store before and after");
    stopped(&dir, "status --accept-lower-k", "reduce.begin")
        .exits(0)
        .says(&["this is a test, it stops at reduce.begin"]);
}
