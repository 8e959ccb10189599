//! People: figures that an account of its own finds, too; the same bytes however they come about; nothing without a
//! population.

use crate::support::{Dir, assert_same};
use std::collections::{BTreeMap, BTreeSet};

/// Four weeks of baseline and what residence reads before it, and nine days since the event; half of the people have a SIM.
const COUNTRY: &str = "--subscribers 7000 --ownership 0.5 --days 43 --crisis-day 34 --events 4";

/// Every row with anybody in it is there: this is about sums, not about who may see them.
fn country() -> Dir {
    let dir = Dir::synth(COUNTRY);
    dir.edit("hexodus.toml", "[output]", "[policy]\nmin_subscribers = 1\nmin_subscribers_h3 = 1\n\n[output]");
    dir
}

fn run(dir: &Dir, arguments: &str) {
    dir.hexodus(&format!("run --accept-lower-k {arguments}")).exits(0);
}

fn number(row: &BTreeMap<String, String>, name: &str) -> f64 {
    row[name].parse().unwrap_or_else(|_| panic!("{name} of {row:?}"))
}

/// By date and one more column.
fn sums(rows: &[BTreeMap<String, String>], by: &str, figure: &str) -> BTreeMap<(String, String), f64> {
    let mut sums = BTreeMap::new();
    for row in rows {
        *sums.entry((row["date"].clone(), row[by].clone())).or_default() += number(row, figure);
    }
    sums
}

#[test]
fn figures_add_up_and_are_those_of_an_account_of_its_own() {
    let dir = country();
    dir.hexodus("run --accept-lower-k").exits(0).says(&[
        "earthquake: ",
        " people displaced on 2031-04-06 (",
        "without an event",
    ]);
    let table = |name: &str| dir.table(&format!("earthquake/{name}"));
    let (mut pairs, mut from, mut at, mut all) =
        (table("people_adm2"), table("people_from_adm2"), table("people_at_adm2"), table("people_all_adm2"));
    from.retain(|row| row["qa_flags"] != "not_covered");
    assert_eq!(all.len(), 7, "a row a day since anybody is confirmed");
    // Where too little of a host can be seen there are no figures of it, and its day does not add up.
    let is_hidden = |row: &&BTreeMap<String, String>| row["suppression_reason"] == "low_coverage";
    let hidden: BTreeSet<String> = pairs.iter().chain(&at).filter(is_hidden).map(|row| row["date"].clone()).collect();
    assert!(hidden.len() <= 2, "{hidden:?}");
    for rows in [&mut pairs, &mut from, &mut at, &mut all] {
        rows.retain(|row| !hidden.contains(&row["date"]));
    }

    // Sums, to the rounding of each row to whole people.
    let rounding = pairs.len() as f64 / 7.0;
    for figure in ["people", "people_uncorrected", "people_at_least"] {
        for (by, rows) in [("origin_id", &from), ("host_id", &at)] {
            let of_pairs = sums(&pairs, by, figure);
            for row in rows {
                let own = of_pairs.get(&(row["date"].clone(), row[by].clone())).copied().unwrap_or(0.0);
                assert!((own - number(row, figure)).abs() <= 30.0, "{figure} of {row:?}: {own}");
            }
        }
        let of_homes = sums(&from, "source_method", figure);
        for row in &all {
            let own = of_homes[&(row["date"].clone(), "MPD".to_owned())];
            assert!((own - number(row, figure)).abs() <= rounding.max(16.0), "{figure} on {}: {own}", row["date"]);
        }
    }
    for row in pairs.iter().chain(&from).chain(&at).chain(&all) {
        let [low, people, high] = ["people_low", "people", "people_high"].map(|name| number(row, name));
        assert!(0.0 <= low && low <= people && people <= high, "{row:?}");
    }

    // The figure without correction, from the census and the account of subscribers.
    let census: BTreeMap<String, f64> = dir.read("population.csv").lines().skip(1).map(census_row).collect();
    let mut compared = 0;
    let from: Vec<_> = table("people_from_adm2").into_iter().filter(|row| row["qa_flags"] != "not_covered").collect();
    let own: BTreeMap<(String, String), &BTreeMap<String, String>> =
        from.iter().map(|row| ((row["date"].clone(), row["origin_id"].clone()), row)).collect();
    for row in table("displacement_adm2").iter().filter(|row| row["area_id"] != "_UNKNOWN") {
        let [panel, displaced, unobserved] =
            ["panel", "displaced", "unobserved"].map(|name| row[name].parse().unwrap_or(0.0));
        if panel < 30.0 || displaced < 1.0 {
            continue;
        }
        let people = census[&row["area_id"]];
        let found = own[&(row["date"].clone(), row["area_id"].clone())];
        let figures = [
            ("people_uncorrected", people * displaced / (panel - unobserved)),
            ("people_at_most", people * (displaced + unobserved) / panel),
        ];
        for (name, expected) in figures {
            // At most is less those who are misplaced, a few in a hundred of the panel.
            let within = if name == "people_at_most" { 0.03 * people } else { 0.5001 };
            assert!((number(found, name) - expected).abs() <= within, "{name}: {expected} of {found:?}");
        }
        assert!(found["qa_flags"].is_empty(), "{found:?}");
        compared += 1;
    }
    assert!(compared > 7 * 12, "{compared}");
    let methods: BTreeSet<&str> = from.iter().map(|row| row["interval_method"].as_str()).collect();
    assert_eq!(methods, ["bootstrap", "jeffreys"].into());
}

fn census_row(line: &str) -> (String, f64) {
    let fields: Vec<&str> = line.split(',').collect();
    (fields[0].to_owned(), fields[fields.len() - 1].parse().unwrap())
}

#[test]
fn threads_nights_and_memory_do_not_change_a_byte() {
    let dir = country();
    run(&dir, "--threads 2");
    let released = dir.released();
    assert!(released.keys().any(|name| name.contains("people_from_adm2")));

    let one = dir.inputs_again();
    one.edit("hexodus.toml", "key_file = \"hexodus.key\"", "key_file = \"hexodus.key\"\nmemory_budget = \"32 MiB\"");
    run(&one, "--threads 1");
    let tables = |dir: &Dir| {
        let own = dir.released().into_iter().filter(|(name, _)| name.contains("people"));
        own.collect()
    };
    assert_same(&tables(&one), &tables(&dir), "one thread and little memory");

    let nights = dir.inputs_again();
    let days = nights.days_of_dumps();
    for day in &days[39..] {
        nights.rename(&format!("dumps/{day}"), &format!("coming/{day}"));
    }
    run(&nights, "");
    for day in &days[39..] {
        nights.rename(&format!("coming/{day}"), &format!("dumps/{day}"));
        run(&nights, "");
    }
    assert_same(&nights.released(), &released, "night by night and all at once");
}

/// Movements dated back change the days before them: those are provisional, and the run that changes them says so.
#[test]
fn what_may_change_is_provisional_and_a_run_says_what_it_revised() {
    let dir = country();
    dir.edit("hexodus.toml", "[[crisis]]", "[[crisis]]\ndating = \"revised\"");
    let last = dir.days_of_dumps().pop().unwrap();
    dir.rename(&format!("dumps/{last}"), &format!("coming/{last}"));
    dir.hexodus("run --accept-lower-k").exits(0).never_says("were revised");
    dir.rename(&format!("coming/{last}"), &format!("dumps/{last}"));
    dir.hexodus("run --accept-lower-k")
        .exits(0)
        .says(&["earlier days were revised, everybody displaced on 2031-04-05"]);
    let provisional = |dir: &Dir| -> Vec<String> {
        dir.table("earthquake/people_all_adm2").into_iter().map(|mut row| row.remove("provisional").unwrap()).collect()
    };
    assert!(provisional(&dir).iter().all(|own| own == "true"), "nine days, of which fourteen may change");

    // In a live table the last two days may.
    let live = country();
    run(&live, "");
    let own = provisional(&live);
    assert_eq!(own.iter().rev().take(3).collect::<Vec<_>>(), ["true", "true", "false"]);
}

#[test]
fn without_a_population_there_are_no_people_and_without_replicates_no_bootstrap() {
    let dir = Dir::synth("--subscribers 3000 --days 30 --crisis-day 16 --events 4");
    dir.edit("hexodus.toml", "[store]", "replicates = 0\n\n[store]");
    dir.edit("hexodus.toml", "deff = 1.00\n\nreplicates", "deff = 1.00\nreplicates");
    dir.hexodus("run").exits(0);
    let rows = dir.table("earthquake/people_from_adm1");
    let methods: BTreeSet<&str> = rows.iter().map(|row| row["interval_method"].as_str()).collect();
    assert!(methods.contains("closed_form") && !methods.contains("bootstrap"), "{methods:?}");
    assert!(rows.iter().all(|row| row["people_normal"].is_empty()), "16 days tell of no normal");

    dir.edit("hexodus.toml", "replicates = 0", "replicates = 49");
    dir.hexodus("run").exits(2).says(&["replicates", "50", "49"]);

    let config = dir.read("hexodus.toml");
    let (before, rest) = config.split_once("[population]").unwrap();
    let (_, after) = rest.split_once("[store]").unwrap();
    dir.write("hexodus.toml", format!("{before}[store]{after}"));
    dir.hexodus("run").exits(0);
    assert!(!dir.released().keys().any(|name| name.contains("people")));
}

#[test]
fn the_demo_of_a_scenario_prints_people_beside_both_truths() {
    let dir = Dir::new();
    dir.hexodus("demo --scenario earthquake --subscribers 3000 --days 40 --events 3").exits(0).says(&[
        "displaced people by area of home (adm2) on",
        "origin     people  95 % interval        rule truth    error  instant truth",
        "intervals of areas hold the rule truth",
        "/earthquake",
    ]);
}
