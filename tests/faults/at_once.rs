//! Two processes on one store: one waits or leaves.

use super::{copied, prepared, recovers};
use crate::support::{Dir, Done};
use hexodus_store::Store;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

fn started(dir: &Dir, arguments: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hexodus"));
    command.args(arguments.split_whitespace()).current_dir(dir.path("")).env("NO_COLOR", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn the_second_leaves_with_exit_4_or_waits_for_the_first() {
    let dir = copied(&prepared().before);
    let held = Store::open(&dir.path("store"), &dir.manifest().identity).unwrap();
    for arguments in ["run --accept-lower-k", "prune --keep-days 1 --accept-lower-k", "key rotate --accept-lower-k"] {
        dir.hexodus(arguments).exits(4).says(&["is in use by another hexodus run", "--wait SECONDS"]);
    }
    dir.hexodus("run --accept-lower-k --wait 1").exits(4).says(&["is in use by another hexodus run"]);
    dir.hexodus("status --accept-lower-k").exits(0).says(&["ready"]);
    dir.hexodus("verify --accept-lower-k").exits(0);

    let mut waiting = started(&dir, "run --accept-lower-k --wait 60");
    sleep(Duration::from_millis(400));
    assert!(waiting.try_wait().unwrap().is_none(), "it waits");
    drop(held);
    Done::of("run --wait 60", &waiting.wait_with_output().unwrap()).exits(0).says(&["written"]);
    assert!(!dir.path("hexodus.key.next").exists(), "no key without its store");
    recovers(&dir, &prepared().released, "after waiting");
}

#[test]
fn three_runs_started_together_end_as_one() {
    let dir = copied(&prepared().before);
    let runs: Vec<Child> = (0..3).map(|_| started(&dir, "run --accept-lower-k --wait 60")).collect();
    for run in runs {
        Done::of("run --wait 60", &run.wait_with_output().unwrap()).exits(0);
    }
    recovers(&dir, &prepared().released, "three runs at once");
}
