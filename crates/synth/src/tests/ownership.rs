//! Ownership is who is seen: it changes neither the people, nor what happens to them, nor what the truth counts.

use super::reader::{files, rows};
use super::scenarios::seven_weeks;
use super::truth::matrix;
use super::written;
use crate::{Ownership, SynthOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const UNEVEN: Ownership =
    Ownership { share: 0.4, area_spread: 0.4, group_ratio: 2.0, hazard_ratio: 1.0, within_household: 0.0 };

fn options(name: &str, ownership: Option<Ownership>) -> SynthOptions {
    SynthOptions { household_size: 3, ownership, ..seven_weeks(name) }
}

/// A country without ownership, and the same with it.
fn both(name: &str) -> (tempfile::TempDir, [PathBuf; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let paths = [("all", None), ("some", Some(UNEVEN))].map(|(path, ownership)| {
        let path = folder.path().join(path);
        let summary = written(&options(name, ownership), &path);
        assert_eq!(summary.with_sim.is_some(), ownership.is_some());
        path
    });
    (folder, paths)
}

fn ids(folder: &Path, column: usize) -> BTreeSet<String> {
    rows(&folder.join("truth/sims.csv")).into_iter().map(|mut row| row.swap_remove(column)).collect()
}

/// Columns of `subscribers.csv` that only ownership brings.
const GROUP: usize = 17;
const HAS_SIM: usize = 18;

#[test]
fn with_and_without_ownership_the_same_people_have_the_same_fates() {
    let (_folder, [all, some]) = both("churn");
    let [all, some] = [all, some].map(|folder| files(&folder));
    // Who is observed differs, and what tells of SIMs.
    let tells_of_sims = |path: &Path| {
        let path = path.to_str().unwrap();
        let parts = ["dumps", "observed", "README", "summary", "sims", "subscribers", "hexodus", "ownership"];
        parts.iter().any(|part| path.contains(part)) || path.contains("/stock_") || path.contains("/origins_")
    };
    let untouched: BTreeSet<&PathBuf> = some.keys().filter(|path| !tells_of_sims(path)).collect();
    assert!(untouched.len() > 60 && untouched.contains(&PathBuf::from("truth/rule_states.csv.gz")), "{untouched:?}");
    for path in untouched {
        assert!(all.get(path) == Some(&some[path]), "{}", path.display());
    }
    let without_last_column = |files: &BTreeMap<PathBuf, Vec<u8>>, path: &str, columns: usize| {
        let text = String::from_utf8(files[Path::new(path)].clone()).unwrap();
        let cut = |line: &str| line.split(',').take(columns).collect::<Vec<_>>().join(",");
        text.lines().map(cut).collect::<Vec<_>>()
    };
    for (path, columns) in [("subscribers", GROUP), ("stock_adm2", 8), ("stock_adm1", 8), ("origins_adm2", 4)] {
        let [all, some] = [&all, &some].map(|of| without_last_column(of, &format!("truth/{path}.csv"), columns));
        assert_eq!(all, some, "{path}");
    }
}

#[test]
fn dumps_with_ownership_are_those_without_it_less_the_rows_of_people_without_a_sim() {
    let (_folder, [all, some]) = both("churn");
    let [all_sims, sims] = [&all, &some].map(|folder| ids(folder, 0));
    assert!(sims.is_subset(&all_sims) && sims.len() * 3 < all_sims.len() * 2, "{} {}", sims.len(), all_sims.len());
    let mut silenced = 0;
    for path in files(&all.join("dumps")).into_keys() {
        let [of_all, of_some] = [&all, &some].map(|folder| rows(&folder.join("dumps").join(&path)));
        let expected: Vec<_> = of_all.iter().filter(|row| sims.contains(&row[0])).cloned().collect();
        silenced += of_all.len() - of_some.len();
        assert!(of_some == expected, "{}", path.display());
    }
    assert!(silenced > 10_000);
}

#[test]
fn the_truth_tells_who_has_a_sim_and_counts_everybody() {
    let folder = tempfile::tempdir().unwrap();
    let ownership = Ownership { hazard_ratio: 0.5, ..UNEVEN };
    let summary = written(&options("conflict", Some(ownership)), folder.path());
    let truth = |file: &str| rows(&folder.path().join("truth").join(file));
    let people = truth("subscribers.csv");
    let with_sim: BTreeSet<String> =
        people.iter().filter(|row| row[HAS_SIM] == "true").map(|row| row[0].clone()).collect();
    assert_eq!(with_sim, ids(folder.path(), 1));
    assert_eq!((people.len(), Some(with_sim.len() as u32)), (2_000, summary.with_sim));

    let of_rule: BTreeSet<String> = truth("rule_states.csv.gz").into_iter().map(|mut row| row.swap_remove(0)).collect();
    assert_eq!(of_rule.len(), 2_000);
    let mut by_day: BTreeMap<String, [u64; 2]> = BTreeMap::new();
    for row in truth("origins_adm2.csv") {
        let sums = by_day.entry(row[0].clone()).or_default();
        sums[0] += row[2].parse::<u64>().unwrap();
        sums[1] += row[4].parse::<u64>().unwrap();
    }
    let without_sim = 2_000 - with_sim.len() as u64;
    assert!(by_day.len() == 52 && by_day.values().all(|&[all, unseen]| all == 2_000 && unseen >= without_sim));
    let flows = matrix(&folder.path().join("truth/flows_adm1.csv"));
    assert_eq!(flows.values().sum::<u64>(), 51 * 2_000);

    // Of the stock on the last day, those without a SIM too.
    let displaced = |sim: &str| {
        let away = |row: &&Vec<String>| !row[6].is_empty() && row[8].is_empty() && row[HAS_SIM] == sim;
        people.iter().filter(away).count() as u64
    };
    let stock = matrix(&folder.path().join("truth/stock_adm2.csv"));
    let last = stock.keys().map(|(day, _, _)| day.clone()).max().unwrap();
    let on_last: u64 = stock.iter().filter(|((day, _, _), _)| *day == last).map(|(_, &persons)| persons).sum();
    assert!(displaced("true") > 0 && displaced("false") > 0);
    assert_eq!(on_last, displaced("true") + displaced("false"));
}

#[test]
fn who_has_a_sim_depends_on_the_seed_and_the_person_alone() {
    let owners = |name: &str, options: SynthOptions| {
        let folder = tempfile::tempdir().unwrap();
        written(&SynthOptions { days: 1, crisis_day: None, ..options }, &folder.path().join(name));
        let people = rows(&folder.path().join(name).join("truth/subscribers.csv"));
        people.into_iter().map(|row| [row[0].clone(), row[GROUP].clone(), row[HAS_SIM].clone()]).collect::<Vec<_>>()
    };
    let churn = owners("churn", options("churn", Some(UNEVEN)));
    assert_eq!(churn, owners("flood", options("flood", Some(UNEVEN))));
    let fewer = SynthOptions { subscribers: 999, ..options("flood", Some(UNEVEN)) };
    assert_eq!(churn[..999], owners("fewer", fewer));
    let other_seed = SynthOptions { seed: 62, ..options("flood", Some(UNEVEN)) };
    assert_ne!(churn, owners("other", other_seed));
    let groups: Vec<&String> = churn.iter().map(|row| &row[1]).collect();
    assert!(groups.chunks(3).all(|household| household.iter().all(|group| *group == household[0])));
    // A higher share takes nobody's SIM.
    let more = owners("more", options("flood", Some(Ownership { share: 0.5, ..UNEVEN })));
    assert!(churn.iter().zip(&more).all(|(one, other)| one[2] == "false" || other[2] == "true"));
}

#[test]
fn in_every_area_and_group_as_many_have_a_sim_as_the_ownership_of_the_area_says() {
    let folder = tempfile::tempdir().unwrap();
    let options = SynthOptions { subscribers: 60_000, events_per_day: 0.01, days: 1, ..options("quiet", Some(UNEVEN)) };
    let summary = written(&options, folder.path());
    let (mut with_sim, mut people, mut ownerships) = (0, 0, BTreeSet::new());
    for row in rows(&folder.path().join("truth/ownership.csv")) {
        let ownership: f64 = row[1].parse().unwrap();
        assert!((0.24..=0.56).contains(&ownership));
        ownerships.insert(row[1].clone());
        for (group, factor) in [2.0 / 3.0, 4.0 / 3.0].into_iter().enumerate() {
            let [of, with] = [2, 4].map(|column| row[column + group].parse::<u32>().unwrap());
            let (mean, chance) = (f64::from(of) * ownership * factor, ownership * factor);
            let deviation = (mean * (1.0 - chance)).sqrt();
            assert!((f64::from(with) - mean).abs() < 4.5 * deviation + 1.0, "{row:?}");
            (people, with_sim) = (people + of, with_sim + with);
        }
    }
    assert_eq!((people, Some(with_sim)), (60_000, summary.with_sim));
    assert!(ownerships.len() == 30);
}
