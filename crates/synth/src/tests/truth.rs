//! The truth agrees with itself and with the dumps.

use super::reader::{days_between, dumps, is_time, rows};
use super::{small, written};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(super) type Matrix = BTreeMap<(String, String, String), u64>;

pub(super) fn matrix(path: &Path) -> Matrix {
    let entry = |row: Vec<String>| ((row[0].clone(), row[1].clone(), row[2].clone()), row[3].parse().unwrap());
    rows(path).into_iter().map(entry).collect()
}

pub(super) fn days(folder: &Path) -> Vec<String> {
    let mut days: Vec<String> = std::fs::read_dir(folder.join("dumps"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    days.sort();
    days
}

/// Subscriber to row of that day's whereabouts.
pub(super) fn whereabouts(folder: &Path, day: &str) -> BTreeMap<String, Vec<String>> {
    let path = folder.join(format!("truth/whereabouts/{day}.csv.gz"));
    rows(&path).into_iter().map(|row| (row[0].clone(), row[1..].to_vec())).collect()
}

#[test]
fn every_row_sum_is_the_number_of_subscribers_at_the_origin() {
    let folder = tempfile::tempdir().unwrap();
    let options = small(31);
    written(&options, folder.path());
    for level in ["adm1", "adm2"] {
        let flows = matrix(&folder.path().join(format!("truth/flows_{level}.csv")));
        let width = if level == "adm1" { 4 } else { 6 };
        for day in &days(folder.path())[..9] {
            let of_day = || flows.iter().filter(|((first_day, _, _), _)| first_day == day);
            assert_eq!(of_day().map(|(_, subscribers)| subscribers).sum::<u64>(), u64::from(options.subscribers));
            let nights = whereabouts(folder.path(), day);
            for origin in of_day().map(|((_, origin, _), _)| origin).collect::<BTreeSet<_>>() {
                let sum: u64 = of_day().filter(|((_, from, _), _)| from == origin).map(|(_, count)| count).sum();
                let there = nights.values().filter(|row| row[0][..width] == **origin).count() as u64;
                assert_eq!(sum, there, "{day} {origin}");
            }
        }
    }
}

#[test]
fn both_matrices_are_what_a_naive_count_of_dumps_and_whereabouts_gives() {
    let folder = tempfile::tempdir().unwrap();
    written(&small(32), folder.path());
    let known: BTreeSet<String> =
        rows(&folder.path().join("radio_cells.csv")).into_iter().map(|row| row[0].clone()).collect();
    let seen: BTreeSet<(String, String)> = dumps(folder.path())
        .into_iter()
        .filter(|row| is_time(&row.when) && known.contains(&row.tower))
        .map(|row| (row.when[..10].to_owned(), row.sim))
        .collect();
    let (mut all, mut observed) = (Matrix::new(), Matrix::new());
    for pair in days(folder.path()).windows(2) {
        let [before, after] = [&pair[0], &pair[1]].map(|day| whereabouts(folder.path(), day));
        for (sim, from) in before {
            let key = (pair[0].clone(), from[0].clone(), after[&sim][0].clone());
            if pair.iter().all(|day| seen.contains(&(day.clone(), sim.clone()))) {
                *observed.entry(key.clone()).or_default() += 1;
            }
            *all.entry(key).or_default() += 1;
        }
    }
    assert_eq!(all, matrix(&folder.path().join("truth/flows_adm2.csv")));
    assert_eq!(observed, matrix(&folder.path().join("truth/flows_adm2_observed.csv")));
    assert!(observed.values().sum::<u64>() < all.values().sum::<u64>());
}

#[test]
fn the_stock_is_what_the_fates_say_and_the_displaced_are_at_their_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let crisis = written(&small(33), folder.path()).crisis.unwrap();
    let (mut stock, mut left) = (Matrix::new(), 0);
    let people = rows(&folder.path().join("truth/subscribers.csv"));
    for day in days(folder.path()) {
        let nights = whereabouts(folder.path(), &day);
        for row in &people {
            assert_eq!(crisis.struck_areas.contains(&row[1]), row[5] == "true");
            let (from, until) = (&row[6], &row[8]);
            if !from.is_empty() && *from <= day && (until.is_empty() || day < *until) {
                assert_eq!(nights[&row[0]][0], row[7]);
                *stock.entry((day.clone(), row[1].clone(), row[7].clone())).or_default() += 1;
            }
        }
    }
    left += people.iter().filter(|row| !row[6].is_empty()).count() as u32;
    assert_eq!(left, crisis.left);
    assert!(left > 10);
    let mut written = matrix(&folder.path().join("truth/stock_adm2.csv"));
    written.retain(|_, &mut persons| persons > 0);
    assert_eq!(stock, written);
}

#[test]
fn late_events_are_made_near_the_place_where_the_truth_has_one_sleep() {
    let folder = tempfile::tempdir().unwrap();
    written(&small(34), folder.path());
    let plan = rows(&folder.path().join("radio_cells.csv"));
    let degrees = |text: &str| text.parse::<f64>().unwrap();
    let nights: BTreeMap<String, _> =
        days(folder.path()).into_iter().map(|day| (day.clone(), whereabouts(folder.path(), &day))).collect();
    let mut checked = 0;
    for row in dumps(folder.path()).iter().filter(|row| is_time(&row.when) && &row.when[11..13] >= "20") {
        let stands = |site: &&Vec<String>| {
            site[0] == row.tower
                && days_between(&site[4], &row.when) >= 0
                && (site[5].is_empty() || days_between(&row.when, &site[5]) >= 0)
        };
        if checked % 7 == 0
            && let Some(site) = plan.iter().find(stands)
        {
            let place = &nights[&row.when[..10]][&row.sim];
            let north = (degrees(&site[2]) - degrees(&place[1])) * 111.2;
            let east = (degrees(&site[3]) - degrees(&place[2])) * 111.2 * 0.89;
            assert!(north.hypot(east) < 8.5, "{row:?} at {place:?}");
        }
        checked += 1;
    }
    assert!(checked > 5_000);
}
