//! The truth of every scenario has what its name says.

use super::reader::{days_between, rows};
use super::truth::{days, whereabouts};
use super::written;
use crate::{SCENARIOS, Scenario, Summary, SynthOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The 34 days that a baseline reads, and 18 from the event on; few events, for most tests look at the truth alone.
pub(super) fn seven_weeks(name: &str) -> SynthOptions {
    let scenario = Scenario::named(name).unwrap();
    let (subscribers, days, crisis_day, events_per_day) = (2_000, 52, Some(34), 0.7);
    SynthOptions { seed: 61, scenario, subscribers, days, crisis_day, events_per_day, ..SynthOptions::default() }
}

const EVENT: &str = "2031-03-29";

pub(super) struct Country {
    pub(super) folder: tempfile::TempDir,
    pub(super) summary: Summary,
}

pub(super) fn country(name: &str) -> Country {
    let folder = tempfile::tempdir().unwrap();
    let summary = written(&seven_weeks(name), folder.path());
    assert_eq!((summary.scenario, summary.crisis.as_ref().unwrap().day.as_str()), (name, EVENT));
    Country { folder, summary }
}

impl Country {
    pub(super) fn truth(&self, file: &str) -> Vec<Vec<String>> {
        rows(&self.folder.path().join("truth").join(file))
    }

    /// A column of a stock file, summed by day since the event.
    fn by_day(&self, file: &str, column: usize) -> BTreeMap<i32, u64> {
        let mut sums = BTreeMap::new();
        for row in self.truth(file) {
            *sums.entry(days_between(EVENT, &row[0])).or_default() += row[column].parse::<u64>().unwrap();
        }
        sums.retain(|_, sum| *sum > 0);
        sums
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Columns of a stock file.
const STOCK: usize = 3;
const NEW: usize = 4;
const RETURNED: usize = 5;
const ONWARD_IN: usize = 6;

#[test]
fn after_an_earthquake_people_leave_within_four_days_and_returns_follow() {
    let country = country("earthquake");
    let [stock, new, returned] = [STOCK, NEW, RETURNED].map(|column| country.by_day("stock_adm2.csv", column));
    assert_eq!(new.keys().copied().collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert!(returned.keys().all(|&day| day >= 1) && returned.keys().any(|&day| day > 10));
    let gone: u64 = new.values().sum();
    assert!(gone > 60 && stock[&3] > stock[&10] && stock[&10] > stock[&17] && stock[&17] * 2 > gone, "{stock:?}");
    assert!(country.summary.crisis.unwrap().silent_sites > 5);
}

#[test]
fn a_flood_comes_in_three_waves() {
    let new = country("flood").by_day("stock_adm2.csv", NEW);
    let days: BTreeSet<i32> = new.keys().copied().collect();
    assert!(days.iter().all(|day| (0..4).contains(day) || (5..9).contains(day) || (10..14).contains(day)), "{days:?}");
    for wave in [0..4, 5..9, 10..14] {
        assert!(new.iter().filter(|&(day, _)| wave.contains(day)).map(|(_, &left)| left).sum::<u64>() > 5, "{new:?}");
    }
}

#[test]
fn a_cyclone_is_evacuated_before_landfall() {
    let country = country("cyclone");
    let new = country.by_day("stock_adm2.csv", NEW);
    let before: u64 = new.range(..0).map(|(_, &left)| left).sum();
    assert_eq!(new.keys().next(), Some(&-2));
    assert!(before * 3 > new.values().sum::<u64>() * 2, "{new:?}");
    let returned = country.by_day("stock_adm2.csv", RETURNED);
    assert!(
        returned.keys().all(|&day| day > 0) && returned.range(..8).map(|(_, &back)| back).sum::<u64>() * 3 > before
    );
}

#[test]
fn in_a_conflict_people_move_on_to_second_hosts() {
    let country = country("conflict");
    let onward = country.by_day("stock_adm2.csv", ONWARD_IN).values().sum::<u64>();
    let moved: Vec<_> = country.truth("subscribers.csv").into_iter().filter(|row| !row[9].is_empty()).collect();
    let across = moved.iter().filter(|row| row[7] != row[10]).count() as u64;
    assert!(across > 10 && across == onward, "{across} across borders, {onward} in the table");
    assert_eq!(moved.len() as u32, country.summary.crisis.as_ref().unwrap().moved_on);
    let nights: BTreeMap<String, _> =
        days(country.path()).into_iter().map(|day| (day.clone(), whereabouts(country.path(), &day))).collect();
    for row in &moved {
        let before = nights.range::<String, _>(..&row[9]).next_back().unwrap().1;
        assert_eq!([&before[&row[0]][0], &nights[&row[9]][&row[0]][0]], [&row[7], &row[10]]);
        assert_ne!(before[&row[0]], nights[&row[9]][&row[0]], "another place");
    }
}

#[test]
fn in_an_outage_and_on_quiet_days_nobody_is_displaced() {
    let [outage, quiet, network] = ["outage", "quiet", "network-change"].map(country);
    for country in [&outage, &quiet, &network] {
        assert!(country.truth("stock_adm1.csv").is_empty() && country.truth("stock_adm2.csv").is_empty());
        assert!(country.truth("subscribers.csv").iter().all(|row| row[6..14].iter().all(String::is_empty)));
    }
    // The same people spend the same nights.
    for day in days(quiet.path()) {
        let nights = whereabouts(quiet.path(), &day);
        assert!(nights == whereabouts(outage.path(), &day) && nights == whereabouts(network.path(), &day));
    }
    assert!(quiet.truth("outages.csv").is_empty() && !outage.truth("outages.csv").is_empty());
    let unobserved = |country: &Country| -> u64 {
        let rows = country.truth("origins_adm2.csv").into_iter().filter(|row| days_between(EVENT, &row[0]) == 2);
        rows.map(|row| row[4].parse::<u64>().unwrap()).sum()
    };
    assert!(unobserved(&outage) > unobserved(&quiet) + 10);
}

#[test]
fn after_a_holiday_all_are_back() {
    let country = country("holiday");
    assert!(country.truth("stock_adm2.csv").is_empty(), "nobody is displaced");
    let visitors: BTreeMap<String, Vec<String>> = country
        .truth("subscribers.csv")
        .into_iter()
        .filter(|row| !row[11].is_empty())
        .map(|row| (row[0].clone(), row))
        .collect();
    assert!((500..700).contains(&visitors.len()), "{}", visitors.len());
    for row in visitors.values() {
        assert!((0..3).contains(&days_between(EVENT, &row[11])) && (8..=10).contains(&days_between(EVENT, &row[13])));
    }
    let during = whereabouts(country.path(), "2031-04-02");
    assert!(visitors.iter().all(|(id, row)| during[id][0] == row[12]));
    // The rule calls a week away a displacement, and knows all of them back seven days after the last night.
    let states = country.truth("rule_states.csv.gz");
    let displaced_on = |day: &str| {
        let spells =
            states.iter().filter(|row| row[2] == "displaced" && row[4].as_str() <= day && day <= row[5].as_str());
        spells.filter(|row| visitors.contains_key(&row[0])).count()
    };
    assert!(displaced_on("2031-04-05") > visitors.len() / 2, "{}", displaced_on("2031-04-05"));
    assert_eq!(displaced_on("2031-04-14"), 0);
}

#[test]
fn when_the_network_changes_radio_cells_come_go_move_and_get_other_ids() {
    let country = country("network-change");
    let plan = rows(&country.path().join("radio_cells.csv"));
    let mut by_id: BTreeMap<&str, Vec<&Vec<String>>> = BTreeMap::new();
    for row in &plan {
        by_id.entry(&row[0]).or_default().push(row);
    }
    let ends_or_begins = |column: usize| {
        let single = by_id.values().filter(|rows| rows.len() == 1).map(|rows| rows[0]);
        single.filter(move |row| row[column].as_str() > "2031-02-23").collect::<Vec<_>>()
    };
    let (gone, come) = (ends_or_begins(5), ends_or_begins(4));
    let moved = by_id.values().filter(|rows| rows.len() == 2).count();
    let renumbered = gone.iter().filter(|old| come.iter().any(|new| (&new[2], &new[3]) == (&old[2], &old[3]))).count();
    let counts = [moved, renumbered, gone.len() - renumbered, come.len() - renumbered];
    assert!(counts.iter().all(|&radio_cells| radio_cells >= 30), "{counts:?}");
}

#[test]
fn stocks_and_movements_add_up_in_every_scenario_at_every_level() {
    for named in SCENARIOS {
        let country = country(named.name);
        for file in ["stock_adm1.csv", "stock_adm2.csv", "rule_stock_adm1.csv", "rule_stock_adm2.csv"] {
            let mut counts: BTreeMap<(String, String), BTreeMap<String, [i64; 5]>> = BTreeMap::new();
            for row in country.truth(file) {
                let count = [3, 4, 5, 6, 7].map(|column| row[column].parse().unwrap());
                counts.entry((row[1].clone(), row[2].clone())).or_default().insert(row[0].clone(), count);
            }
            for (pair, by_day) in counts {
                let mut stock = 0;
                for day in days(country.path()) {
                    let [now, new, returned, onward_in, onward_out] = by_day.get(&day).copied().unwrap_or_default();
                    assert_eq!(now, stock + new - returned + onward_in - onward_out, "{file} {pair:?} {day}");
                    stock = now;
                }
            }
        }
    }
}

#[test]
fn households_flee_and_visit_together() {
    for (name, column) in [("earthquake", 6), ("holiday", 11)] {
        let folder = tempfile::tempdir().unwrap();
        written(&SynthOptions { household_size: 3, ..seven_weeks(name) }, folder.path());
        let mut households: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        for row in rows(&folder.path().join("truth/subscribers.csv")) {
            households.entry(row[14].clone()).or_default().push(row);
        }
        assert_eq!(households.len(), 667);
        for members in households.values() {
            assert!(members.iter().all(|row| row[1..14] == members[0][1..14]), "{members:?}");
        }
        assert!(households.values().any(|members| !members[0][column].is_empty()));
    }
}
