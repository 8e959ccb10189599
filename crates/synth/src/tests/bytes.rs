//! Same options, same bytes.

use super::{reader::files, small, written};
use crate::{DumpFormat, SCENARIOS, Scenario, SynthError, SynthOptions};

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let folder = tempfile::tempdir().unwrap();
    let [first, again, other] = [("a", 11), ("b", 11), ("c", 12)].map(|(name, seed)| {
        let options = SynthOptions { days: 4, ..small(seed) };
        written(&options, &folder.path().join(name));
        files(&folder.path().join(name))
    });
    assert!(first == again, "two runs differ");
    assert_eq!(first.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    let equal: Vec<_> = first.iter().filter(|(path, bytes)| other[*path] == **bytes).map(|(path, _)| path).collect();
    // Four days are too few for a home, hence for the rule.
    let constant = ["truth/README.md", "truth/rule_stock_adm1.csv", "truth/rule_stock_adm2.csv"];
    assert_eq!(equal, constant.map(std::path::Path::new).iter().collect::<Vec<_>>());
}

#[test]
fn every_scenario_repeats_its_bytes_and_differs_from_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut before = Vec::new();
    for named in SCENARIOS {
        let [one, same] = ["one", "same"].map(|run| {
            let scenario = named.scenario();
            let options = SynthOptions { scenario, subscribers: 400, days: 20, household_size: 2, ..small(14) };
            let place = folder.path().join(named.name).join(run);
            written(&options, &place);
            files(&place)
        });
        assert!(one == same, "{}", named.name);
        assert!(before.iter().all(|other| *other != one), "{}", named.name);
        before.push(one);
    }
}

#[test]
fn a_longer_run_begins_with_the_bytes_of_a_shorter_one() {
    let folder = tempfile::tempdir().unwrap();
    let quiet = |days| SynthOptions { days, crisis_day: Some(99), subscribers: 500, ..small(3) };
    written(&quiet(1), &folder.path().join("short"));
    written(&quiet(2), &folder.path().join("long"));
    let night = |run: &str| {
        files(&folder.path().join(run).join("truth/whereabouts"))[std::path::Path::new("2031-02-23.csv.gz")].clone()
    };
    assert!(night("short") == night("long"));
}

#[test]
fn another_scenario_strikes_the_same_people() {
    let folder = tempfile::tempdir().unwrap();
    let [struck, quiet] = [("struck", Scenario::default()), ("quiet", Scenario::quiet())].map(|(name, scenario)| {
        let options = SynthOptions { scenario, subscribers: 500, days: 4, ..small(7) };
        written(&options, &folder.path().join(name));
        files(&folder.path().join(name))
    });
    let eve = std::path::Path::new("dumps/2031-02-24/events-00.csv.gz");
    assert!(struck[eve] == quiet[eve], "the crisis of the 25th changed the 24th");
    let crisis = std::path::Path::new("dumps/2031-02-25/events-01.csv.gz");
    assert!(struck[crisis] != quiet[crisis]);
}

#[test]
fn parquet_holds_the_rows_of_the_csv() {
    let folder = tempfile::tempdir().unwrap();
    let options = SynthOptions { days: 2, subscribers: 300, files_per_day: 1, ..small(5) };
    let csv = written(&options, &folder.path().join("csv"));
    let as_parquet = SynthOptions { format: DumpFormat::Parquet, ..options };
    assert_eq!(csv.rows, written(&as_parquet, &folder.path().join("parquet")).rows);

    let path = folder.path().join("parquet/dumps/2031-02-24/events-00.parquet");
    let file = std::fs::File::open(path).unwrap();
    let batches = parquet::arrow::arrow_reader::ParquetRecordBatchReader::try_new(file, 1 << 20).unwrap();
    let mut rows: Vec<Vec<String>> = Vec::new();
    for batch in batches.map(Result::unwrap) {
        let column = |index: usize| arrow_array::cast::AsArray::as_string::<i32>(batch.column(index)).clone();
        let columns = [0, 1, 2, 3].map(column);
        rows.extend(
            (0..batch.num_rows()).map(|row| columns.iter().map(|column| column.value(row).to_owned()).collect()),
        );
    }
    let expected: Vec<Vec<String>> = super::reader::rows(&folder.path().join("csv/dumps/2031-02-24/events-00.csv.gz"));
    assert_eq!(rows, expected);
}

#[test]
fn a_folder_with_dumps_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let options = SynthOptions { days: 1, subscribers: 10, ..small(1) };
    written(&options, folder.path());
    let refused = crate::generate(&options, folder.path(), &mut |_| ()).unwrap_err();
    assert!(matches!(refused, SynthError::FolderInUse(_)), "{refused}");
}
