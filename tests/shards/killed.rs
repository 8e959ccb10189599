//! kill −9 at fail points and at any moment: started again, a task ends where it would have.

use super::{STAGING, finish, merge, reduce, reduce_all, shard, through};
use crate::faults::{nothing_left_over, stopped};
use crate::small::{self, DAYS};
use crate::support::{Dir, Files, assert_same};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread::sleep;

/// What the process of a command that aborts ends with: no exit code.
const KILLED: i32 = -1;

static COUNTRY: LazyLock<(Dir, Files)> = LazyLock::new(|| {
    let dir = small::country();
    // A crisis with two days before it, by a profile that finds homes all the same.
    dir.configure(&format!(
        "[policy]\nmin_subscribers = 2\nmin_subscribers_h3 = 2\n\
         [[crisis]]\noperation = \"flood\"\nevent_time = \"{}\"\nprofile = \"flowminder-covid19\"\n\
         baseline = {{ start = \"{}\", end = \"{}\" }}",
        DAYS[2], DAYS[0], DAYS[1]
    ));
    dir.hexodus("run --accept-lower-k").exits(0);
    let released = dir.released();
    (dir, released)
});

fn verb(number: usize) -> String {
    match number {
        0 => format!("shard --accept-lower-k --shards 2 --to {STAGING}"),
        1 | 3 => format!("reduce --accept-lower-k --from {STAGING} --shard 1/2"),
        _ => format!("merge --accept-lower-k --from {STAGING}"),
    }
}

/// Everything up to the verb: 0 shard, 1 reduce, 2 merge, 3 reduce again, 4 merge again.
fn up_to(number: usize) -> Dir {
    let dir = COUNTRY.0.inputs_again();
    for before in 0..number {
        match before {
            0 => drop(shard(&dir, 2).exits(0)),
            // The shard that is to be killed comes last, so the other is done.
            1 | 3 => reduce_all(&dir, 2),
            _ => drop(merge(&dir).exits(0)),
        }
    }
    if matches!(number, 1 | 3) {
        reduce(&dir, 0, 2).exits(0);
    }
    dir
}

/// Starts everything again from the beginning: what is done stays done.
#[track_caller]
fn recovers(dir: &Dir, what: &str) {
    through(dir, 2).exits(0);
    assert_same(&dir.released(), &COUNTRY.1, what);
    dir.hexodus("verify --accept-lower-k").exits(0);
    nothing_left_over(dir, what);
    let staged = dir.files(&format!("{STAGING}/deliveries"));
    assert_eq!(staged.keys().filter(|name| name.ends_with("delivery.json")).count(), 3, "{what}: each day once");
}

#[test]
fn killed_at_fail_points_of_each_verb() {
    let points: [(usize, &[&str]); 5] = [
        (0, &["intake.delivery.read:2", "shard.delivery.written:3", "shard.delivery.shown"]),
        (1, &["store.part.write:3", "store.manifest.rename:3", "intake.delivery.committed:2", "reduce.written:2"]),
        (2, &["store.part.written:4", "store.manifest.renamed:5", "reduce.written", "store.manifest.committed:2"]),
        (3, &["crisis.begin", "crisis.counted", "crisis.written", "store.manifest.renamed:2"]),
        (4, &["flows.written", "crisis.written", "crisis.committed", "release.file.write:3", "release.shown"]),
    ];
    for (number, points) in points {
        let before = up_to(number);
        for point in points {
            let dir = crate::faults::copied(&before);
            let done = stopped(&dir, &verb(number), point);
            assert_eq!(done.code, KILLED, "{} at {point} was not reached:\n{}", verb(number), done.text);
            recovers(&dir, &format!("{} killed at {point}", verb(number)));
        }
    }
}

/// A full disk is told, and costs nothing.
#[test]
fn a_full_disk() {
    for (number, point) in [(0, "shard.delivery.written"), (1, "store.part.sync:2"), (2, "store.manifest.sync:2")] {
        let dir = up_to(number);
        let done = stopped(&dir, &verb(number), &format!("{point}:error"));
        assert!([2, 4].contains(&done.code), "{}: {}", done.code, done.text);
        recovers(&dir, point);
    }
}

/// The real kill −9, wherever it strikes, on every verb.
#[test]
fn killed_at_any_moment() {
    for number in 0..5 {
        let before = up_to(number);
        let whole = crate::faults::copied(&before);
        let start = std::time::Instant::now();
        whole.hexodus(&verb(number)).exits(0);
        let length = start.elapsed();
        for part in [1, 2] {
            let dir = crate::faults::copied(&before);
            let mut command = Command::new(env!("CARGO_BIN_EXE_hexodus"));
            let command = command.args(verb(number).split_whitespace()).current_dir(dir.path(""));
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            sleep(length * part / 3);
            child.kill().unwrap();
            child.wait().unwrap();
            recovers(&dir, &format!("{} killed after {part}/3 of its time", verb(number)));
        }
    }
}

/// Two processes of one shard: the second leaves at once, or waits.
#[test]
fn two_processes_of_one_shard() {
    let dir = COUNTRY.0.inputs_again();
    shard(&dir, 2).exits(0);
    let mut first = Command::new(env!("CARGO_BIN_EXE_hexodus"));
    let mut first = first
        .args(verb(1).split_whitespace())
        .current_dir(dir.path(""))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let second = dir.hexodus(&format!("{} --wait 60", verb(1)));
    assert_eq!(second.code, 0, "{}", second.text);
    assert!(first.wait().unwrap().code().is_some_and(|code| code == 0 || code == 4), "done, or locked out");
    reduce(&dir, 0, 2).exits(0);
    finish(&dir, 2).exits(0);
    assert_same(&dir.released(), &COUNTRY.1, "two processes of one shard");
}
