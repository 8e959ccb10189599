//! The dumps are as dirty as the summary says, and as true as the plan allows.

use super::reader::{Delivered, days_between, dumps, is_time, rows};
use super::{small, written};
use crate::{DirtCounts, DirtRates, Scenario, SynthOptions};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

fn known_radio_cells(folder: &Path) -> BTreeSet<String> {
    rows(&folder.join("radio_cells.csv")).into_iter().map(|row| row[0].clone()).collect()
}

fn naive_count(delivered: &[Delivered], known: &BTreeSet<String>) -> DirtCounts {
    let (mut counts, mut before) = (DirtCounts::default(), HashSet::new());
    for row in delivered {
        if !before.insert((&row.sim, &row.when, &row.tower)) && is_time(&row.when) {
            counts.duplicates += 1;
        } else if !is_time(&row.when) {
            counts.unparsable_time += 1;
        } else if !known.contains(&row.tower) {
            counts.unknown_radio_cell += 1;
        } else {
            match days_between(&row.when, &row.file_day) {
                0 => (),
                1 => counts.neighbouring_day += 1,
                days => {
                    assert!((2..=4).contains(&days), "{days} days late");
                    counts.late += 1;
                }
            }
        }
    }
    counts
}

#[test]
fn a_naive_reading_finds_the_dirt_of_the_summary() {
    let folder = tempfile::tempdir().unwrap();
    let summary = written(&small(21), folder.path());
    let delivered = dumps(folder.path());
    assert_eq!(summary.rows, delivered.len() as u64);
    assert_eq!(summary.dirt, naive_count(&delivered, &known_radio_cells(folder.path())));
    let dirt = summary.dirt;
    let kinds = [dirt.duplicates, dirt.late, dirt.unknown_radio_cell, dirt.unparsable_time, dirt.neighbouring_day];
    assert!(kinds.iter().all(|&rows| rows > 50), "{dirt:?}");
    assert!(summary.undelivered > 0);
}

#[test]
fn clean_dumps_are_clean() {
    let folder = tempfile::tempdir().unwrap();
    let summary = written(&SynthOptions { dirt: DirtRates::CLEAN, days: 2, ..small(2) }, folder.path());
    assert_eq!(summary.dirt, DirtCounts::default());
    assert_eq!(naive_count(&dumps(folder.path()), &known_radio_cells(folder.path())), DirtCounts::default());
}

#[test]
fn rows_come_by_time_with_subscribers_interleaved() {
    let folder = tempfile::tempdir().unwrap();
    written(&SynthOptions { dirt: DirtRates::CLEAN, days: 2, ..small(2) }, folder.path());
    let delivered = dumps(folder.path());
    assert!(delivered.is_sorted_by(|a, b| a.when <= b.when));
    let same = delivered.windows(2).filter(|pair| pair[0].sim == pair[1].sim).count();
    assert!(same * 100 < delivered.len());
    assert!(delivered.iter().all(|row| row.sim.len() == 16 && row.tower.len() == 15));
    assert!(["voice", "sms", "data"].iter().all(|kind| delivered.iter().any(|row| row.kind == *kind)));
}

#[test]
fn no_row_comes_from_a_silent_radio_cell_or_one_that_does_not_stand() {
    let folder = tempfile::tempdir().unwrap();
    let summary = written(&small(8), folder.path());
    assert!(summary.crisis.unwrap().silent_sites > 5);
    let mut silences: BTreeMap<String, (String, String)> = BTreeMap::new();
    for row in rows(&folder.path().join("truth/outages.csv")) {
        silences.insert(row[0].clone(), (row[2].clone(), row[3].clone()));
    }
    let mut validities: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for row in rows(&folder.path().join("radio_cells.csv")) {
        validities.entry(row[0].clone()).or_default().push((row[4].clone(), row[5].clone()));
    }
    assert!(validities.values().any(|rows| rows.len() == 2), "some radio cells move");
    assert!(validities.values().any(|rows| rows[0].0.as_str() > "2031-02-23"), "some are switched on later");
    for row in dumps(folder.path()).iter().filter(|row| is_time(&row.when) && validities.contains_key(&row.tower)) {
        let silent = silences.get(&row.tower).is_some_and(|(from, until)| *from <= row.when && row.when < *until);
        assert!(!silent, "{row:?}");
        let day = &row.when[..10];
        let standing = validities[&row.tower]
            .iter()
            .filter(|(from, to)| from.as_str() <= day && (to.is_empty() || day <= to.as_str()));
        assert_eq!(standing.count(), 1, "{row:?}");
    }
}

#[test]
fn nobody_moves_in_an_outage_only() {
    let folder = tempfile::tempdir().unwrap();
    let options = SynthOptions { scenario: Scenario::named("outage").unwrap(), ..small(8) };
    let crisis = written(&options, folder.path()).crisis.unwrap();
    assert!(crisis.silent_sites > 5 && crisis.left == 0 && crisis.struck_subscribers > 50, "{crisis:?}");
    assert!(rows(&folder.path().join("truth/stock_adm2.csv")).is_empty());
}
