//! A file that cannot be trusted refuses its day, says why, and costs nothing else.

use crate::small::{DAYS, country, dump, network};
use crate::support::{Dir, assert_same, gzipped};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use std::sync::Arc;

/// Runs the small country with a bad file for its second day: among good days, alone, and mended.
#[track_caller]
fn refuses_its_day(extension: &str, bad: &[u8], good: &[u8], words: &[&str]) {
    let name = format!("dumps/{}{extension}", DAYS[1]);
    let clean = country();
    clean.remove("dumps/2031-03-02.csv");
    clean.write(&name, good);
    clean.hexodus("run").exits(0).says(&["written: ./out/2031-03-03"]);

    let dir = clean.inputs_again();
    dir.write(&name, bad);
    dir.hexodus("check").exits(1).says(&["would refuse", "2 deliveries can be stored, 1 would be refused"]).says(words);
    assert!(!dir.path("store").exists(), "a check stores nothing");
    dir.hexodus("run").exits(1).says(&["2031-03-02 refused, nothing of this delivery is stored", &name]).says(words);
    assert_eq!(dir.days(), [DAYS[0], DAYS[2]], "the other days are stored");
    assert_eq!(events_on(&dir, DAYS[1]), 0, "nothing of the bad day is");
    dir.hexodus("status").exits(1).says(&["2031-03-02  refused"]).says(words);
    dir.hexodus("run").exits(1).says(&["2031-03-02 refused", "nothing to do"]);

    dir.write(&name, good);
    dir.hexodus("run").exits(0).never_says("refused");
    assert_same(&dir.released(), &clean.released(), "a mended day and a clean run");

    let alone = network();
    alone.write(&name, bad);
    alone.hexodus("run").exits(3).says(&["2031-03-02 refused", "no day can be released yet"]).says(words);
    assert!(alone.manifest().files.is_empty() && alone.days().is_empty(), "nothing stored");
}

fn events_on(dir: &Dir, day: &str) -> u64 {
    let manifest = dir.manifest();
    manifest.days.get(&day.parse().unwrap()).map_or(0, |entry| entry.parts.iter().map(|part| part.rows).sum())
}

/// The second day, with a change.
fn second(change: impl Fn(&str) -> String) -> Vec<u8> {
    change(&dump(1)).into_bytes()
}

#[test]
fn a_missing_column() {
    let bad = second(|text| text.replace("sim,when,tower", "sim,when,cell"));
    let words =
        ["2031-03-02.csv, row 1: expected a column named `tower`", "radio_cell_id", "found columns sim, when, cell"];
    refuses_its_day(".csv", &bad, dump(1).as_bytes(), &words);
}

#[test]
fn another_time_format() {
    let bad = second(|text| text.replace("2031-03-02 ", "02/03/2031 "));
    let words = [
        "2031-03-02.csv, row 2, column `when`: expected a time written %Y-%m-%d %H:%M:%S",
        "found \"99/99/9999 99:99:99\" (9: any digit, a: any letter); no valid row among 81 (81 cannot_parse)",
    ];
    refuses_its_day(".csv", &bad, dump(1).as_bytes(), &words);
}

#[test]
fn an_empty_file() {
    refuses_its_day(
        ".csv",
        b"",
        dump(1).as_bytes(),
        &["2031-03-02.csv: expected events, found an empty file (0 bytes)"],
    );
}

#[test]
fn a_header_and_nothing_else() {
    let words = ["2031-03-02.csv: expected events after the header, found no row"];
    refuses_its_day(".csv", b"sim,when,tower\n", dump(1).as_bytes(), &words);
}

#[test]
fn no_valid_row() {
    let bad = "sim,when,tower\n,2031-03-02 08:00:00,a\ns001,,a\ns002,2031-03-02 08:00:00,\n";
    let words =
        ["2031-03-02.csv, row 2, column `sim`: expected a subscriber id, found an empty field", "no valid row among 3"];
    refuses_its_day(".csv", bad.as_bytes(), dump(1).as_bytes(), &words);
}

#[test]
fn a_truncated_gz() {
    let good = gzipped(&dump(1));
    let words = ["2031-03-02.csv.gz, row ", "expected a whole gzip stream", "the file is truncated"];
    refuses_its_day(".csv.gz", &good[..good.len() - 20], &good, &words);
}

#[test]
fn a_gz_that_is_none() {
    refuses_its_day(".csv.gz", dump(1).as_bytes(), &gzipped(&dump(1)), &["expected a whole gzip stream, found"]);
}

#[test]
fn a_truncated_parquet() {
    let good = parquet(&dump(1));
    let words = ["2031-03-02.parquet", "expected a whole Parquet file ending in its footer, found"];
    refuses_its_day(".parquet", &good[..good.len() - 100], &good, &words);
}

#[test]
fn a_parquet_with_a_corrupt_page() {
    let good = parquet(&dump(1));
    let mut bad = good.clone();
    bad[40..400].fill(0xA5);
    refuses_its_day(".parquet", &bad, &good, &["2031-03-02.parquet", "Parquet"]);
}

#[test]
fn one_bad_file_refuses_the_whole_delivery() {
    let dir = country();
    dir.write("dumps/2031-03-02-b.csv.gz", &gzipped(&dump(1))[..60]);
    dir.hexodus("run").exits(1).says(&["2031-03-02-b.csv.gz, row 3: expected a whole gzip stream"]);
    assert_eq!(events_on(&dir, DAYS[1]), 0, "the other file of the day is whole, and waits");
}

#[test]
fn a_bad_late_file_changes_nothing_stored() {
    let dir = country();
    dir.hexodus("run").exits(0);
    let events = dir.files("store/events");
    dir.write("dumps/2031-03-02-late.csv", "sim,when,cell\ns001,2031-03-02 08:00:00,a\n");
    dir.hexodus("run").exits(1).says(&["2031-03-02 refused", "2031-03-02-late.csv, row 1"]);
    assert_same(&dir.files("store/events"), &events, "events before and after");
}

/// The rows of a dump as strings in Parquet.
fn parquet(csv: &str) -> Vec<u8> {
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect();
    let column =
        |at: usize| -> ArrayRef { Arc::new(rows.iter().map(|row| Some(row[at].to_owned())).collect::<StringArray>()) };
    let batch = RecordBatch::try_from_iter([("sim", column(0)), ("when", column(1)), ("tower", column(2))]).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}
