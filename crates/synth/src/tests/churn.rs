//! SIMs begin, end and are swapped, and the truth knows whose they are.

use super::reader::{dumps, is_time};
use super::scenarios::country;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn sims_appear_and_disappear_on_their_days_and_swapped_ones_share_a_person() {
    let country = country("churn");
    let sims = country.truth("sims.csv");
    let mut of_person: BTreeMap<&str, Vec<&Vec<String>>> = BTreeMap::new();
    for row in &sims {
        of_person.entry(&row[1]).or_default().push(row);
    }
    assert_eq!((of_person.len(), sims.len()), (2_000, country.summary.sims as usize));

    let mut heard: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in dumps(country.folder.path()).into_iter().filter(|row| is_time(&row.when)) {
        heard.entry(row.sim).or_default().insert(row.when[..10].to_owned());
    }
    for row in &sims {
        let days = heard.get(&row[0]).into_iter().flatten();
        assert!(days.clone().all(|day| *day >= row[2] && (row[3].is_empty() || *day <= row[3])), "{row:?}");
    }
    let ids: BTreeSet<&String> = sims.iter().map(|row| &row[0]).collect();
    assert!(heard.keys().all(|sim| ids.contains(sim)), "every SIM of the dumps is somebody's");

    let swapped: Vec<_> = of_person.values().filter(|sims| sims.len() == 2).collect();
    let ended = of_person.values().filter(|sims| sims.len() == 1 && !sims[0][3].is_empty()).count();
    let begun = of_person.values().filter(|sims| sims.len() == 1 && !sims[0][2].is_empty()).count();
    assert!(swapped.len() > 30 && ended > 30 && begun > 30, "{} {ended} {begun}", swapped.len());
    assert!(swapped.iter().filter(|sims| sims.iter().all(|sim| heard.contains_key(&sim[0]))).count() > 20);
    for sims in swapped {
        let [last, first] = [&sims[0][3], &sims[1][2]].map(|day| day.parse::<hexodus_model::LocalDay>().unwrap());
        assert_eq!(first, last.next());
        assert_eq!(sims[0][0], sims[0][1], "a person is called by the first SIM");
    }
}

#[test]
fn people_are_displaced_whatever_becomes_of_their_sims() {
    let [churn, earthquake] = ["churn", "earthquake"].map(country);
    let people = |country: &super::scenarios::Country| {
        let rows = country.truth("subscribers.csv").into_iter();
        rows.map(|row| row[..14].to_vec()).collect::<Vec<_>>()
    };
    assert_eq!(people(&churn), people(&earthquake));
    let states = |country: &super::scenarios::Country| country.truth("rule_states.csv.gz");
    assert_eq!(states(&churn), states(&earthquake));
    assert!(earthquake.truth("sims.csv").iter().all(|row| row[0] == row[1] && row[2].is_empty() && row[3].is_empty()));
}
