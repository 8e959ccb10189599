//! The rule truth agrees with its own tables, with what was drawn, and lags behind it as the definition says.

use super::reader::{days_between, rows};
use super::scenarios::{country, seven_weeks};
use super::truth::{Matrix, days, matrix};
use super::written;
use crate::SynthOptions;
use std::collections::BTreeMap;

#[test]
fn spells_cover_every_day_from_the_event_on_and_sum_to_the_stock() {
    let country = country("conflict");
    let mut covered: BTreeMap<String, i32> = BTreeMap::new();
    let mut stock: BTreeMap<String, u64> = BTreeMap::new();
    for row in country.truth("rule_states.csv.gz") {
        let length = days_between(&row[4], &row[5]) + 1;
        *covered.entry(row[0].clone()).or_default() += length;
        assert_eq!(row[2] == "displaced", !row[3].is_empty());
        assert_eq!(row[2] == "unlocatable", row[1].is_empty());
        if row[2] == "displaced" {
            assert!(row[7] <= row[6] && row[6] < row[4], "{row:?}");
            for day in days(country.folder.path()).into_iter().filter(|day| row[4] <= *day && *day <= row[5]) {
                *stock.entry(day).or_default() += 1;
            }
        }
    }
    assert!(covered.len() == 2_000 && covered.values().all(|&days| days == 18));
    let mut of_table: BTreeMap<String, u64> = BTreeMap::new();
    for ((day, _, _), persons) in matrix(&country.folder.path().join("truth/rule_stock_adm2.csv")) {
        *of_table.entry(day).or_default() += persons;
    }
    of_table.retain(|_, persons| *persons > 0);
    assert_eq!(stock, of_table);
}

#[test]
fn the_rule_finds_the_homes_and_most_of_the_displaced_within_a_week() {
    let folder = tempfile::tempdir().unwrap();
    let options = SynthOptions { subscribers: 5_000, events_per_day: 0.1, ..seven_weeks("earthquake") };
    written(&options, folder.path());
    let people: BTreeMap<String, Vec<String>> =
        rows(&folder.path().join("truth/subscribers.csv")).into_iter().map(|row| (row[0].clone(), row)).collect();
    let states = rows(&folder.path().join("truth/rule_states.csv.gz"));
    let right = states.iter().filter(|row| people[&row[0]][15] == row[1]).count();
    assert!(right * 100 >= states.len() * 97, "{right} of {}", states.len());

    let (mut lags, mut exact) = (Vec::new(), 0);
    for (id, row) in people.iter().filter(|(_, row)| !row[6].is_empty()) {
        let away = if row[8].is_empty() { 99 } else { days_between(&row[6], &row[8]) };
        let found = states.iter().find(|spell| spell[0] == **id && spell[2] == "displaced");
        if let Some(spell) = found.filter(|_| away >= 10) {
            lags.push(days_between(&row[6], &spell[4]));
            exact += usize::from(spell[7] == row[6]);
        } else {
            // A kin's place that was usual takes longer to be believed.
            lags.extend((away >= 18).then_some(99));
        }
    }
    let timely = lags.iter().filter(|lag| (5..=6).contains(*lag)).count();
    assert!(lags.len() > 50 && timely * 10 >= lags.len() * 8, "{lags:?}");
    assert!(exact * 10 >= lags.len() * 8, "{exact} onsets of {} are dated back to the day", lags.len());
}

#[test]
fn a_quiet_month_has_only_trips_that_meet_the_definition() {
    let country = country("quiet");
    let rule: Matrix = matrix(&country.folder.path().join("truth/rule_stock_adm2.csv"));
    let mut by_day: BTreeMap<String, u64> = BTreeMap::new();
    for ((day, _, _), persons) in rule {
        *by_day.entry(day).or_default() += persons;
    }
    // A trip of four nights makes four residence days, and four days from the confirmation to that of the return: by the
    // rates of `routine` 0.25 · 0.25 · 4 / 14 = 1.8 % of people on any day.
    let mean = by_day.values().sum::<u64>() as f64 / 18.0 / 2_000.0;
    assert!((0.01..0.026).contains(&mean), "{mean}: {by_day:?}");
}

#[test]
fn places_have_the_h3_cell_that_the_definition_is_applied_to() {
    let country = country("quiet");
    let cells: BTreeMap<[String; 2], [String; 3]> = country
        .truth("places.csv")
        .into_iter()
        .map(|row| ([row[0].clone(), row[1].clone()], [row[2].clone(), row[3].clone(), row[4].clone()]))
        .collect();
    let sites: std::collections::BTreeSet<String> = rows(&country.folder.path().join("radio_cells.csv"))
        .into_iter()
        .map(|row| {
            let point = h3o::LatLng::new(row[2].parse().unwrap(), row[3].parse().unwrap()).unwrap();
            point.to_cell(h3o::Resolution::Eight).to_string()
        })
        .collect();
    for row in country.truth("subscribers.csv") {
        let [pcode, h3, site_h3] = &cells[&[row[3].clone(), row[4].clone()]];
        assert_eq!([pcode, h3, site_h3], [&row[1], &row[15], &row[16]]);
        assert!(sites.contains(site_h3), "a site stands there");
    }
}
