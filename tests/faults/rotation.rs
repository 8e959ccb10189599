//! `hexodus key rotate`, killed at each of its steps, and what a new panel means.

use super::{copied, run, stopped};
use crate::small::{DAYS, KEY, country};
use crate::support::Dir;
use std::os::unix::fs::PermissionsExt;

/// Two days under the old key; the third is still to come.
fn two_days() -> Dir {
    let dir = country();
    dir.configure("[policy]\nmin_subscribers = 2\nmin_subscribers_h3 = 2");
    dir.rename("dumps/2031-03-03.csv", "coming.csv");
    run(&dir).exits(0);
    dir
}

fn modes(dir: &Dir) {
    for name in dir.files("").into_keys().filter(|name| name.starts_with("hexodus.key")) {
        let mode = dir.path(&name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_rotation_keeps_the_old_key_and_begins_a_new_panel() {
    let dir = two_days();
    let before = dir.released();
    dir.hexodus("key rotate --accept-lower-k").exits(0).says(&["new key", "epoch 2", "hexodus.key.1", "never linked"]);
    modes(&dir);
    assert_eq!(dir.read("hexodus.key.1"), KEY);
    assert_ne!(dir.read("hexodus.key"), KEY);
    assert!(!dir.path("hexodus.key.next").exists());

    dir.rename("coming.csv", "dumps/2031-03-03.csv");
    run(&dir)
        .exits(2)
        .says(&["the key was rotated: 2 days of the store, 2031-03-01 to 2031-03-02", "--span-key-epochs"]);
    assert_eq!(dir.released(), before, "nothing was read or released");
    let done = dir.hexodus("run --accept-lower-k --span-key-epochs").exits(0);
    done.never_says(KEY.trim());
    assert_eq!(dir.days(), DAYS);
    let epochs = dir.method()["key_epochs"].clone();
    assert_eq!(epochs["epochs"][1], serde_json::json!({"epoch": 2, "first_day": DAYS[2], "last_day": DAYS[2]}));
    assert_eq!(epochs["pairs_never_linked"], serde_json::json!([[DAYS[1], DAYS[2]]]));
    let starts: Vec<String> =
        dir.table("flows_adm2__day_to_day").into_iter().map(|row| row["reference_period_start"].clone()).collect();
    assert!(starts.iter().all(|day| day == DAYS[0]), "no matrix across the rotation: {starts:?}");
    assert_eq!(dir.table("presence_adm2").iter().filter(|row| row.values().any(|value| value == DAYS[2])).count(), 3);
    dir.hexodus("status --accept-lower-k").exits(0).says(&["key epoch 2: in use for 1 days, since 2031-03-03"]);

    // A late row of a day under the old key cannot be compared with those it may repeat: counted, not stored.
    dir.write("dumps/2031-03-02-late.csv", "sim,when,tower\ns001,2031-03-02 09:00:00,b\ns002,2031-03-03 09:00:00,b\n");
    let done = dir.hexodus("run --accept-lower-k --span-key-epochs").exits(0);
    done.says(&["1 late rows of 2031-03-02 are not taken in: it was taken in under an earlier key", "1 day_closed"]);
    dir.hexodus("verify --accept-lower-k").exits(0);

    // The old key is no longer the store's.
    let new = dir.read("hexodus.key");
    dir.write("hexodus.key", KEY);
    run(&dir).exits(4).says(&["earlier key of this store"]);
    dir.write("hexodus.key", new);
    dir.hexodus("run --accept-lower-k --span-key-epochs").exits(0).says(&["nothing to do"]);
}

#[test]
fn early_rows_under_the_old_key_are_given_up_and_counted() {
    let dir = two_days();
    let early = "sim,when,tower\ns001,2031-03-02 23:30:00,b\ns002,2031-03-03 00:10:00,b\n";
    dir.write("dumps/2031-03-02-b.csv", early);
    run(&dir).exits(0);
    dir.hexodus("status --accept-lower-k").exits(0).says(&["2031-03-03  strays"]);
    dir.hexodus("key rotate --accept-lower-k").exits(0).says(&["1 early rows of 2031-03-03 went by the old key"]);
    dir.rename("coming.csv", "dumps/2031-03-03.csv");
    dir.hexodus("run --accept-lower-k --span-key-epochs").exits(0);
    let manifest = dir.manifest();
    let day = &manifest.days[&DAYS[2].parse().unwrap()];
    assert_eq!(day.parts.iter().map(|part| part.rows).sum::<u64>(), 80, "one panel in one day");
    assert!(manifest.files.iter().all(|file| file.days.values().all(hexodus_model::RowCounts::balances)));
}

#[test]
fn a_rotation_killed_at_any_step_is_finished_by_another_one() {
    for point in ["key.created", "store.manifest.rename", "store.manifest.renamed", "key.recorded", "key.kept"] {
        let dir = copied(&two_days());
        assert_eq!(stopped(&dir, "key rotate --accept-lower-k", point).code, -1, "{point} was not reached");
        dir.hexodus("status --accept-lower-k").exits(0);
        modes(&dir);
        dir.hexodus("key rotate --accept-lower-k").exits(0).says(&["epoch 2"]);
        finished(&dir, point);
    }
    // Killed at the very end it is done, and a second one would begin a third panel.
    let dir = copied(&two_days());
    assert_eq!(stopped(&dir, "key rotate --accept-lower-k", "key.replaced").code, -1);
    finished(&dir, "key.replaced");
}

#[track_caller]
fn finished(dir: &Dir, point: &str) {
    assert_eq!(dir.manifest().key_epochs.len(), 2, "{point}: one rotation");
    assert_eq!(dir.read("hexodus.key.1"), KEY, "{point}");
    assert!(!dir.path("hexodus.key.next").exists(), "{point}");
    dir.rename("coming.csv", "dumps/2031-03-03.csv");
    dir.hexodus("run --accept-lower-k --span-key-epochs").exits(0);
    assert_eq!(dir.days(), DAYS, "{point}");
}
