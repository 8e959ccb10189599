//! `prune`, `verify` and `status`: what is old goes, what is damaged is named, what would be done is told.

use crate::small::{DAYS, country};
use crate::support::{Dir, Files, assert_same, is};
use hexodus_model::{FileAudit, LocalDay, RowCounts};
use hexodus_store::{DayEntry, DayFacts, Derived, Manifest, Part};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

#[test]
fn prune_removes_events_and_keeps_counts_audit_and_tables() {
    let dir = Dir::synth("--subscribers 400 --days 6 --events 6");
    dir.configure("[mobility]\ndaily_location = \"night\"");
    dir.hexodus("run").exits(0);
    let (released, before) = (dir.released(), dir.manifest());
    let files = dir.files("store");

    dir.hexodus("prune --keep-days 2 --dry-run")
        .exits(0)
        .says(&["would remove", "events of 4 days, reduced days of 2"]);
    assert_same(&dir.files("store"), &files, "a dry run");
    dir.hexodus("prune --keep-days 2").exits(0).says(&["removed", "events of 4 days, reduced days of 2", "2031-02-27"]);
    assert_eq!(["events", "subscriber_days", "tallies"].map(|kind| days_of(&dir, kind)), [2, 4, 6]);
    assert_eq!(dir.manifest().files, before.files, "the account of every file");
    dir.hexodus("verify").exits(0);
    dir.hexodus("status").exits(0).says(&["2031-02-23  pruned", "2031-02-27  ready", "nothing is stale"]);
    dir.hexodus("prune --keep-days 2").exits(0).says(&["nothing to prune"]);

    dir.hexodus("run").exits(0);
    let counts = |files: Files| files.into_iter().filter(|(name, _)| is(name, "csv")).collect();
    assert_same(&counts(dir.released()), &counts(released.clone()), "the tables go on telling of pruned days");
    dir.hexodus("run").exits(0).says(&["nothing to do"]);

    // Late rows of a pruned day may repeat rows that are gone: counted, not stored. The kept days take theirs.
    let dump = crate::support::gunzipped(&dir.files("dumps")["2031-02-23/events-00.csv.gz"]);
    let (header, rows) = dump.split_once('\n').unwrap();
    dir.write(
        "dumps/2031-02-23/late.csv.gz",
        crate::support::gzipped(&format!("{header}\n{}\n", rows.lines().next().unwrap())),
    );
    dir.hexodus("run").exits(0).says(&["1 late rows of 2031-02-23 are not taken in: its events were removed by age"]);
    let late = dir.manifest().files.last().unwrap().total();
    assert!(late.balances() && late.rejected_rows() == 1);

    // With another plan the counts of pruned days are those of another plan: they are left out, and told of.
    let plan = dir.files("").into_keys().find(|name| name.starts_with("radio_cells")).unwrap();
    let rows = dir.read(&plan);
    let fewer: Vec<&str> = rows.lines().enumerate().filter(|(at, _)| *at != 3).map(|(_, line)| line).collect();
    dir.write(&plan, fewer.join("\n") + "\n");
    dir.hexodus("status")
        .exits(0)
        .says(&["changed since the last run: radio_cells: every day is placed and reduced anew"]);
    dir.hexodus("run").exits(0).says(&["4 pruned days are left out of the release"]);
    assert_eq!(dir.days(), ["2031-02-27", "2031-02-28"]);
}

/// Days with a file of this kind.
fn days_of(dir: &Dir, kind: &str) -> usize {
    let files = dir.files(&format!("store/{kind}"));
    files.keys().map(|name| name.split('/').next().unwrap()).collect::<BTreeSet<_>>().len()
}

#[test]
fn verify_names_what_is_damaged() {
    let dir = country();
    dir.hexodus("verify").exits(0).says(&["no store yet"]);
    dir.hexodus("run").exits(0);
    dir.hexodus("verify").exits(0).says(&["19 files", "all as written"]);
    let names: Vec<String> = dir.files("store").into_keys().filter(|name| is(name, "parquet")).collect();
    let flipped = &names[2];
    let mut bytes = dir.files("store")[flipped].clone();
    bytes[100] ^= 1;
    dir.write(&format!("store/{flipped}"), &bytes);
    dir.remove(&format!("store/{}", names[5]));
    let done =
        dir.hexodus("verify").exits(4).says(&["2 of 19 files damaged", flipped, &names[5], "not those that were"]);
    done.never_says(&names[0]);
}

#[test]
fn status_tells_what_a_run_would_do_and_why() {
    let dir = country();
    dir.hexodus("run").exits(0);
    dir.hexodus("status").exits(0).says(&["nothing is stale", "key epoch 1: in use for 3 days, since 2031-03-01"]);
    dir.hexodus("status --files").exits(0).says(&["dumps/2031-03-02.csv", &dir.manifest().files[0].digest[..8]]);
    for (from, to, name) in [
        ("path = \"radio_cells.csv\"", "path = \"radio_cells.csv\"\nsite_radius_m = 300", "radio_cells"),
        ("cod_version = \"xb_v01\"", "cod_version = \"xb_v02\"", "areas"),
    ] {
        dir.edit("hexodus.toml", from, to);
        dir.hexodus("status").exits(0).says(&[
            "changed since the last run",
            name,
            "every day is placed and reduced anew",
        ]);
        dir.edit("hexodus.toml", to, from);
    }
    dir.configure("[mobility]\ndaily_location = \"most-events\"");
    dir.hexodus("status").exits(0).says(&["daily_location: the flows are counted anew"]).never_says("reduced anew");
    dir.hexodus("run").exits(0);
    dir.hexodus("status").exits(0).says(&["nothing is stale"]);
    dir.configure("[store]\nrotate_key_after_days = 30");
    dir.hexodus("status").exits(0).says(&["warning: a new key is planned for 2031-03-31, in 28 days", "34 days"]);
    assert_eq!(dir.days(), DAYS);
}

/// A year of four files a day: the manifest of a real operation.
fn a_year(dir: &Dir) -> Manifest {
    let mut manifest = dir.manifest();
    let (first, template) =
        (LocalDay(manifest.days.keys().next().unwrap().0 - 400), manifest.days.values().next().unwrap().clone());
    let digest = |text: String| blake3::hash(text.as_bytes()).to_hex().to_string();
    for day in (0..365).map(|number| LocalDay(first.0 + number)) {
        for part in 0..4 {
            let rows = RowCounts { read: 900, located: 800, duplicates: 100, ..RowCounts::default() };
            manifest.files.push(FileAudit {
                source_id: "op1".into(),
                file_name: format!("dumps/{day}-{part}.csv"),
                digest: digest(format!("{day} {part}")),
                size_bytes: 1_000_000,
                days: [(day, rows.clone()), (day.next(), rows)].into(),
                ..FileAudit::default()
            });
        }
        let part = |kind: &str| Part {
            name: format!("{kind}/day={day}/1.parquet"),
            rows: 3200,
            digest: digest(format!("{kind} {day}")),
        };
        let derived = ["subscriber_days", "tallies", "flows"]
            .map(|kind| (kind.to_owned(), Derived { part: part(kind), inputs: "i".into() }));
        let entry = DayEntry {
            parts: (0..4).map(|_| part("events")).collect(),
            delivered: true,
            facts: Some(DayFacts::default()),
            derived: derived.into(),
            ..template.clone()
        };
        manifest.days.insert(day, entry);
    }
    manifest
}

#[test]
fn status_of_a_year_takes_less_than_300_ms() {
    let dir = country();
    dir.hexodus("run").exits(0);
    let year = a_year(&dir);
    dir.write("store/manifest.json", serde_json::to_vec_pretty(&year).unwrap());
    for file in year.files.iter().filter(|file| file.size_bytes == 1_000_000) {
        std::fs::File::create(dir.path(&file.file_name)).unwrap().set_len(file.size_bytes).unwrap();
    }
    let fastest = (0..5).map(|_| {
        let start = Instant::now();
        dir.hexodus("status").exits(0).says(&["1,463 files accepted", "no new files"]);
        start.elapsed()
    });
    let fastest = fastest.min().unwrap();
    assert!(fastest <= Duration::from_millis(300), "{fastest:?}");
}

#[test]
fn prune_expires_the_quarantine() {
    let dir = country();
    for day in DAYS {
        let name = format!("dumps/{day}.csv");
        dir.write(&name, dir.read(&name) + "s001,no time,a\ns002,no time either,a\n");
    }
    dir.hexodus("run").exits(0);
    dir.hexodus("quarantine").exits(0).says(&["6 rows found; 6 were rejected in all"]);
    let files = dir.files("store");
    assert_eq!(dir.files("store/quarantine").len(), 3);
    let told = ["the quarantine of deliveries before 2031-03-02: 2 rejected rows in 1 files"];
    dir.hexodus("prune --keep-days 2 --dry-run").exits(0).says(&["would remove"]).says(&told);
    assert_same(&dir.files("store"), &files, "a dry run");
    dir.hexodus("prune --keep-days 2").exits(0).says(&["removed"]).says(&told);
    assert_eq!(dir.files("store/quarantine").len(), 2);
    dir.hexodus("quarantine").exits(0).says(&["4 rows found; 6 were rejected in all, 2 are no longer listed"]);
    dir.hexodus("quarantine --file 2031-03-01").exits(0).says(&["0 rows found"]);
    dir.hexodus("verify").exits(0);
    dir.hexodus("run").exits(0);
    dir.hexodus("prune --keep-days 2").exits(0).says(&["nothing to prune"]);
}

#[test]
fn prune_keeps_no_quarantine_for_more_than_thirty_days() {
    let dir = country();
    // A day thirty days after the first, which is then the thirty-first from the end.
    dir.write("dumps/2031-03-31.csv", crate::small::dump(0).replace("2031-03-01", "2031-03-31"));
    for day in &DAYS[..2] {
        let name = format!("dumps/{day}.csv");
        dir.write(&name, dir.read(&name) + "s001,no time,a\n");
    }
    dir.hexodus("run").exits(0);
    dir.hexodus("prune --keep-days 90").exits(0).says(&["quarantine of deliveries before 2031-03-02: 1 rejected rows"]);
    dir.hexodus("quarantine").exits(0).says(&["1 rows found"]);
    assert_eq!(dir.days().len(), 4, "no day is that old");
    dir.hexodus("prune --keep-days 90").exits(0).says(&["nothing to prune"]);
}
