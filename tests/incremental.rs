//! Day by day = all at once; again = nothing; a late file replaces what depends on it.

use crate::support::{Dir, assert_same, files_below, gunzipped, gzipped};
use std::path::PathBuf;
use std::time::SystemTime;

const DAYS: [&str; 4] = ["2031-02-23", "2031-02-24", "2031-02-25", "2031-02-26"];

fn country() -> Dir {
    let dir = Dir::synth("--subscribers 1500 --days 4 --events 6");
    dir.configure("[mobility]\ndaily_location = \"night\"");
    dir.edit("hexodus.toml", "folder = \"out\"", "folder = \"out\"\npresence_h3_hourly = true");
    dir
}

/// What only remembers how input files looked.
const SEEN_FILES: &str = "store/seen_files.json";

/// Every file of store and tables, and when it was written.
fn written(dir: &Dir) -> Vec<(PathBuf, SystemTime)> {
    let mut files = ["store", "out"].map(|folder| files_below(&dir.path(folder))).concat();
    files.retain(|path| !path.ends_with(SEEN_FILES));
    files.into_iter().map(|path| (path.clone(), path.metadata().unwrap().modified().unwrap())).collect()
}

#[test]
fn days_one_by_one_are_days_all_at_once() {
    let at_once = country();
    at_once.hexodus("run").exits(0).says(&["written: ./out/2031-02-26"]);

    let one_by_one = at_once.inputs_again();
    one_by_one.rename("dumps", "coming");
    for day in DAYS {
        one_by_one.rename(&format!("coming/{day}"), &format!("dumps/{day}"));
        one_by_one.hexodus("run").exits(0).says(&["written: ./out/", day]);
    }
    assert_eq!(one_by_one.days(), DAYS);
    assert_same(&one_by_one.released(), &at_once.released(), "one by one and all at once");

    let backwards = at_once.inputs_again();
    backwards.rename("dumps", "coming");
    for day in DAYS.into_iter().rev() {
        backwards.rename(&format!("coming/{day}"), &format!("dumps/{day}"));
        backwards.hexodus("run").exits(0);
    }
    let tables =
        |dir: &Dir| dir.files(&format!("{}/", dir.release())).into_iter().filter(|(name, _)| is_count(name)).collect();
    assert_same(&tables(&backwards), &tables(&at_once), "latest day first and all at once");
}

/// Tables of subscribers. Which of two equal rows in two deliveries is the duplicate depends on which came first, but
/// both are rows of the same day, so `quality_daily` is the same too; only the order of inputs is not checked here.
fn is_count(name: &str) -> bool {
    name.contains("__") || name.starts_with("presence") || name.starts_with("cells") || name == "quality_daily.csv"
}

#[test]
fn a_file_known_by_its_looks_is_read_again_when_its_bytes_change() {
    let dir = country();
    let name = dir.files("dumps").into_keys().next().unwrap();
    let text = gunzipped(&dir.files("dumps")[&name]).into_bytes();
    let path = format!("dumps/{}", name.trim_end_matches(".gz"));
    dir.remove(&format!("dumps/{name}"));
    dir.write(&path, &text);
    dir.edit("hexodus.toml", "/*.csv.gz", "/*.csv*");
    let known_by_looks = || dir.read(SEEN_FILES).matches("\"twice\": true").count();
    for known in [0, DAYS.len(), DAYS.len()] {
        dir.hexodus("run").exits(0);
        assert_eq!(known_by_looks(), known);
    }
    // One second later, in a file of the same size and the same time of change.
    let colon = text.iter().rposition(|&byte| byte == b':').unwrap();
    let mut later = text.clone();
    later[colon + 2] = if later[colon + 2] == b'9' { b'8' } else { later[colon + 2] + 1 };
    let modified = dir.path(&path).metadata().unwrap().modified().unwrap();
    dir.write(&path, &later);
    std::fs::File::options().append(true).open(dir.path(&path)).unwrap().set_modified(modified).unwrap();
    dir.hexodus("run").exits(0).says(&[&path, " rows = 1 located + 0 unlocated + "]);
    assert_eq!(known_by_looks(), DAYS.len() - 1);
}

#[test]
fn running_again_does_nothing() {
    let dir = country();
    dir.hexodus("run").exits(0);
    let before = written(&dir);
    dir.hexodus("run").exits(0).says(&["nothing to do: ./out/2031-02-26 is up to date"]);
    dir.hexodus("run --threads 1 --quiet").exits(0).says(&["nothing to do"]);
    dir.hexodus("check").exits(0);
    dir.hexodus("status").exits(0).says(&["no new files"]);
    assert_eq!(written(&dir), before);
}

#[test]
fn the_same_file_under_another_name_changes_nothing() {
    let dir = country();
    dir.hexodus("run").exits(0);
    let before = written(&dir);
    let dump = dir.files("dumps")["2031-02-24/events-00.csv.gz"].clone();
    dir.write("dumps/2031-02-24/sent-again.csv.gz", dump);
    dir.hexodus("status").exits(0).says(&["no new files"]);
    dir.hexodus("run").exits(0).says(&["nothing to do"]);
    assert_eq!(written(&dir), before);
}

#[test]
fn a_late_file_replaces_what_depends_on_it() {
    let at_once = country();
    let (early, late) = halves(&gunzipped(&at_once.files("dumps")["2031-02-23/events-00.csv.gz"]));
    at_once.remove("dumps/2031-02-23/events-00.csv.gz");
    at_once.write("dumps/2031-02-23/events-00.csv.gz", gzipped(&early));
    let in_time = at_once.inputs_again();
    at_once.write("dumps/2031-02-23/events-01.csv.gz", gzipped(&late));
    at_once.hexodus("run").exits(0);

    in_time.hexodus("run").exits(0);
    let (before, released) = (in_time.manifest(), in_time.released());
    in_time.write("dumps/2031-02-23/events-01.csv.gz", gzipped(&late));
    in_time.hexodus("status").exits(0).says(&["1 new files: `hexodus run` would read them"]);
    in_time.hexodus("run").exits(0).says(&["written: ./out/2031-02-26"]);

    assert_ne!(in_time.released(), released, "half a day more");
    assert_same(&in_time.released(), &at_once.released(), "late and in time");
    let derived = |manifest: &hexodus_store::Manifest, day: &str| manifest.days[&day.parse().unwrap()].derived.clone();
    assert_ne!(derived(&in_time.manifest(), DAYS[0]), derived(&before, DAYS[0]), "the day is reduced anew");
    assert_eq!(derived(&in_time.manifest(), DAYS[2]), derived(&before, DAYS[2]), "days it does not touch are not");
}

/// Every other row, each half with the header.
fn halves(csv: &str) -> (String, String) {
    let mut lines = csv.lines();
    let header = lines.next().unwrap();
    let (mut even, mut odd) = (vec![header], vec![header]);
    for (number, line) in lines.enumerate() {
        if number.is_multiple_of(2) { &mut even } else { &mut odd }.push(line);
    }
    (even.join("\n") + "\n", odd.join("\n") + "\n")
}

#[test]
fn another_parameter_makes_other_tables_from_the_same_store() {
    let dir = country();
    dir.hexodus("run").exits(0);
    let (events, released) = (dir.files("store/events"), dir.released());
    dir.edit("hexodus.toml", "\"night\"", "\"most-events\"");
    dir.hexodus("run").exits(0).says(&["written: ./out/2031-02-26"]);
    assert_same(&dir.files("store/events"), &events, "events");
    assert_ne!(dir.released()["flows_adm1__day_to_day.csv"], released["flows_adm1__day_to_day.csv"]);
    dir.edit("hexodus.toml", "\"most-events\"", "\"night\"");
    dir.hexodus("run").exits(0);
    assert_same(&dir.released(), &released, "there and back");
}
