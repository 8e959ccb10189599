//! What leaves: tested, protected, rounded, once; and the ledger that remembers it.

use crate::support::{Dir, Files, Row, assert_same, gunzipped, gzipped};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::LazyLock;

/// Four weeks of baseline and what residence reads before it, and sixteen days since the event.
const COUNTRY: &str = "--subscribers 30000 --ownership 0.5 --days 55 --crisis-day 34 --events 4";
/// k of areas.
const K: u64 = 16;

/// A country that was run.
static RUN: LazyLock<Dir> = LazyLock::new(|| {
    let dir = Dir::synth(COUNTRY);
    dir.hexodus("run").exits(0);
    dir
});

pub fn country() -> Dir {
    let dir = Dir::new();
    for (name, bytes) in RUN.files("") {
        dir.write(&name, bytes);
    }
    dir.set_mode("hexodus.key", 0o600);
    dir
}

fn left(dir: &Dir) -> Files {
    dir.files("released")
}

fn table(dir: &Dir, name: &str) -> Vec<Row> {
    dir.rows(&format!("released/{name}.csv"))
}

/// Subscribers behind each pair of areas on each day, as counted: k is lowered for the test's own eyes.
fn counted(dir: &Dir) -> (BTreeMap<[String; 3], u64>, Vec<Row>) {
    let open = dir.inputs_again();
    open.edit("hexodus.toml", "[output]", "[policy]\nmin_subscribers = 0\nmin_subscribers_h3 = 0\n\n[output]");
    open.hexodus("run --accept-lower-k").exits(0);
    let rows = open.table("earthquake/flows_adm2__stock_displaced");
    let key = |row: &Row| ["reference_period_start", "origin_id", "dest_id"].map(|name| row[name].clone());
    let count = |row: &Row| row["subscribers_published"].parse().unwrap_or(0);
    (rows.iter().map(|row| (key(row), count(row))).collect(), open.table("earthquake/people_adm2"))
}

#[test]
fn every_number_stands_on_k_subscribers_and_is_rounded() {
    let dir = country();
    dir.hexodus("release").exits(0).says(&["earthquake: written: ", "earthquake_2031-04-12"]);
    let (counts, people) = counted(&dir);
    let method: serde_json::Value =
        serde_json::from_str(&dir.read("released/earthquake_2031-04-12/method.json")).unwrap();
    let base = method["privacy"]["round_to"].as_u64().unwrap();
    assert!(base >= 10 && method["unit"] == "persons", "{base}");
    let people: BTreeMap<[String; 3], f64> = people
        .iter()
        .map(|row| {
            (["date", "origin_id", "host_id"].map(|name| row[name].clone()), row["people"].parse().unwrap_or(0.0))
        })
        .collect();
    let (mut shown, mut hidden) = (0, 0);
    for row in table(&dir, "earthquake_2031-04-12/flows_adm2__stock_displaced") {
        assert_eq!(row["subscribers_published"], "", "people and subscribers together are the weight");
        let key = ["reference_period_start", "origin_id", "dest_id"].map(|name| row[name].clone());
        let count = counts.get(&key).copied().unwrap_or(0);
        if row["persons_est"].is_empty() {
            assert!(!row["suppression_reason"].is_empty() || !row["qa_flags"].is_empty(), "{row:?}");
            assert!(["confidential", "low_coverage", ""].contains(&row["suppression_reason"].as_str()));
            hidden += 1;
            continue;
        }
        assert!(count >= K, "{count} subscribers behind {row:?}");
        let [low, told, high] =
            ["persons_low", "persons_est", "persons_high"].map(|name| row[name].parse::<u64>().unwrap());
        assert!(low <= told && told <= high && [low, told, high].iter().all(|own| own % base == 0), "{row:?}");
        assert!((told as f64 - people[&key]).abs() <= base as f64 / 2.0 + 0.5, "{row:?}: {}", people[&key]);
        shown += 1;
    }
    assert!(shown >= 3 && hidden > 500, "{shown} shown, {hidden} hidden");
    let figures = table(&dir, "earthquake_2031-04-12/indicators_admin");
    let told = |id: &str| figures.iter().filter(|row| row["indicator"] == id && !row["value"].is_empty()).count();
    for id in ["arrived", "departed", "from", "new", "stock", "unobserved"] {
        assert!(told(&format!("displacement.{id}")) > 0, "{id}");
    }
    for hidden in ["residents", "stayed"] {
        assert!(figures.iter().all(|row| row["indicator"] != format!("displacement.{hidden}")));
    }
    let is_new = |row: &&Row| row["indicator"] == "displacement.new";
    assert!(figures.iter().filter(is_new).all(|row| row["adm_level"] == "0"), "of areas it ties days");
}

/// Who lives in an area now is arithmetic that any reader can do: told where both parts are, withheld where one is.
#[test]
fn residents_follow_from_what_left() {
    let dir = country();
    dir.hexodus("release").exits(0);
    let figures = table(&dir, "earthquake_2031-04-12/indicators_admin");
    let key = |row: &Row| ["adm_level", "area_id", "reference_period_end"].map(|name| row[name].clone());
    let of = |id: &str| -> BTreeMap<[String; 3], &Row> {
        figures.iter().filter(|row| row["indicator"] == id).map(|row| (key(row), row)).collect()
    };
    let numbers = |row: &Row| {
        let number = |name: &str| row[name].parse::<i64>().ok();
        Some([number("value")?, number("value_low")?, number("value_high")?])
    };
    let (stock, from) = (of("displacement.stock"), of("displacement.from"));
    let people: BTreeMap<String, i64> = table(&dir, "earthquake_2031-04-12/areas_admin")
        .iter()
        .map(|row| (row["area_id"].clone(), row["population_ref"].parse::<f64>().unwrap() as i64))
        .collect();
    let (living, gained) = (of("residents.residents"), of("residents.residents_diffwithref"));
    assert_eq!(living.len(), 2 * (people.len() - 1), "two days, every area but the country");
    assert!(living.keys().eq(gained.keys()));
    let (mut told, mut withheld, mut below) = (0, 0, 0);
    for (key, row) in &gained {
        let parts = numbers(stock[key]).zip(numbers(from[key]));
        let own = numbers(row);
        assert_eq!(own, parts.map(|(stock, from)| [stock[0] - from[0], stock[1] - from[2], stock[2] - from[1]]));
        let living = numbers(living[key]);
        let people = people[&key[1]];
        assert_eq!(living.map(|own| own[0]), own.map(|own| people + own[0]), "{row:?}");
        assert!(living.is_none_or(|own| own[1] <= own[0] && own[0] <= own[2]), "{living:?}");
        assert_eq!(row["suppressed"] == "true", [stock[key], from[key]].iter().any(|own| own["suppressed"] == "true"));
        assert!(own.is_some() || row["suppressed"] == "true" || !row["qa_flags"].is_empty());
        told += usize::from(own.is_some());
        withheld += usize::from(row["suppressed"] == "true");
        below += usize::from(own.is_some_and(|own| own[0] < 0));
    }
    assert!(told > 5 && withheld > 5 && below > 0, "{told} told, {withheld} withheld, {below} below 0");
}

#[test]
fn a_day_leaves_once_and_the_same_whoever_writes_it() {
    let dir = country();
    dir.hexodus("release --threads 2").exits(0);
    let first = left(&dir);
    dir.hexodus("release").exits(0).says(&["nothing to do", "is up to date"]);
    assert_same(&left(&dir), &first, "released twice");
    dir.remove("released");
    dir.hexodus("release --threads 1").exits(0).says(&["written"]);
    assert_same(&left(&dir), &first, "removed, and written again by one thread");
    assert_eq!(dir.manifest().ledger.len(), 2, "two days, once each");
    let report = dir.read("disclosure-reports/earthquake_2031-04-12.txt");
    assert!(report.contains("2031-04-05: passed") && report.contains("INTERNAL"), "{report}");
    assert!(first.keys().all(|name| !name.contains("report") || name.ends_with("/report.html")), "{:?}", first.keys());
}

/// Nothing that leaves is told apart by what a source says of its subscribers: there is no label that could be subtracted from a total.
#[test]
fn no_population_group_leaves() {
    let dir = country();
    dir.hexodus("release").exits(0);
    let tables: Vec<String> =
        left(&dir).into_keys().filter_map(|name| Some(name.strip_suffix(".csv")?.to_owned())).collect();
    assert!(tables.len() > 8, "{tables:?}");
    for name in &tables {
        for row in table(&dir, name) {
            assert!(row.keys().all(|column| column == "population_group" || !column.contains("group")), "{name}");
            assert!(row.get("population_group").is_none_or(|group| group == "IDP"), "{name}: {row:?}");
        }
    }
}

/// The same event with another baseline is another panel of the same people: their difference would tell what a few did.
#[test]
fn two_operations_on_the_same_days_take_somebody_who_answers() {
    let dir = country();
    let text = dir.read("hexodus.toml");
    let from = text.find("[[crisis]]").unwrap();
    let to = from + text[from + 1..].find("\n[").unwrap() + 2;
    let again = text[from..to].replace("\"earthquake\"", "\"again\"");
    let start = again.find("baseline = { start = \"").unwrap() + 22;
    let again = again.replace(&again[start..start + 10], "2031-03-08");
    dir.write("hexodus.toml", format!("{}{again}{}", &text[..to], &text[to..]));
    dir.hexodus("run -q").exits(0);
    dir.hexodus("release --operation earthquake").exits(0).says(&["written"]);
    let only = dir.hexodus("release --operation again");
    only.exits(0).says(&["event or baseline", "nothing to release yet"]);
    assert!(left(&dir).keys().all(|name| !name.starts_with("again")), "nothing of the other");

    // The attacker that this stops: two counts of the same, told as two, a few apart or one of them below k.
    dir.edit("hexodus.toml", "[output]", "[release]\naccept_overlap = \"agreed with the receiver\"\n\n[output]");
    dir.hexodus("release --operation again").exits(0).says(&["written"]);
    let report = dir.read("disclosure-reports/again_2031-04-12.txt");
    assert!(report.contains("agreed with the receiver"), "{report}");
    let figures = |operation: &str| -> BTreeMap<[String; 4], String> {
        let key =
            |row: &Row| ["indicator", "adm_level", "area_id", "reference_period_end"].map(|name| row[name].clone());
        let rows = table(&dir, &format!("{operation}_2031-04-12/indicators_admin"));
        rows.iter().map(|row| (key(row), row["value"].clone())).collect()
    };
    let (one, other) = (figures("earthquake"), figures("again"));
    assert!(one.iter().any(|(key, value)| other[key] != *value), "differences there are");
}

#[test]
fn late_data_change_nothing_that_left() {
    let dir = country();
    dir.hexodus("release").exits(0);
    let first = left(&dir);
    // A file that was lost arrives: on the last two days of the first period everybody was elsewhere late in the evening.
    let days = dir.days_of_dumps();
    for day in &days[39..=41] {
        let name = dir.files("dumps").into_keys().find(|name| name.starts_with(day)).unwrap();
        let text = gunzipped(&dir.files("dumps")[&name]);
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        let elsewhere = |at: usize| {
            let (own, other) = (&rows[at], rows[at + 40][2]);
            format!("{},{day} 23:59:5{},{other},{}\n", own[0], at % 10, own[3])
        };
        let moved: String = (1..rows.len() - 40).map(elsewhere).collect();
        dir.write(&format!("dumps/{day}/late.csv.gz"), gzipped(&format!("{}\n{moved}", rows[0].join(","))));
    }
    dir.hexodus("run").exits(0);
    dir.hexodus("release").exits(0).says(&["was released with other numbers, which stand"]);
    let now: Files = left(&dir).into_iter().filter(|(name, _)| first.contains_key(name)).collect();
    assert_same(&now, &first, "what left before late data");
}

#[test]
fn killed_before_or_after_the_ledger_the_next_release_ends_the_same() {
    let whole = country();
    whole.hexodus("release").exits(0);
    for point in ["outgoing.written", "outgoing.entered", "release.new.show", "release.file.write:2"] {
        let dir = country();
        let mut command = Command::new(env!("CARGO_BIN_EXE_hexodus"));
        command.arg("release").current_dir(dir.path("")).env(hexodus_failpoint::VARIABLE, point);
        assert_eq!(command.output().unwrap().status.code(), None, "{point} was not reached");
        let shown = dir.path("released/earthquake_2031-04-12").exists();
        assert!(!shown || !dir.manifest().ledger.is_empty(), "{point}: shown and not in the ledger");
        dir.hexodus("release").exits(0);
        assert_same(&left(&dir), &left(&whole), point);
        assert_eq!(dir.manifest().ledger.len(), 2, "{point}");
    }
}

#[test]
fn what_must_not_leave_is_refused() {
    let dir = country();
    dir.hexodus("release --accept-lower-k --operation nobody")
        .exits(2)
        .says(&["no [[crisis]] \"nobody\"", "earthquake"]);
    let with = |from: &str, to: &str, command: &str, words: &[&str]| {
        let dir = country();
        dir.edit("hexodus.toml", from, to);
        dir.hexodus(command).exits(2).says(words);
        assert!(!dir.path("released").exists());
    };
    let policy = |lines: &str| format!("{lines}\n\n[output]");
    with(
        "[output]",
        &policy("[policy]\nmin_subscribers = 5"),
        "release --accept-lower-k",
        &["k is lowered: nothing counted with it may leave"],
    );
    with("[output]", &policy("[release]\nevery_days = 3"), "release", &["every_days: expected 7 or more, found 3"]);
    with("[output]", &policy("[release]\nfolder = \"store/public\""), "run", &["lies in the [store] folder"]);
    with("[output]", &policy("[release]\nfolder = \"out/public\""), "release", &["lies in the [output] folder"]);
    with("folder = \"out\"", "folder = \"./dumps/../store\"", "run", &["must be kept apart"]);
}

#[test]
fn without_a_population_counts_leave_rounded_and_not_for_the_public() {
    let dir = country();
    dir.forget_population();
    dir.hexodus("release").exits(2).says(&["`hexodus run` first"]);
    dir.hexodus("run").exits(0);
    dir.hexodus("release").exits(0);
    let rows = table(&dir, "earthquake_2031-04-12/flows_adm2__stock_displaced");
    let told: Vec<u64> = rows.iter().filter_map(|row| row["subscribers_published"].parse().ok()).collect();
    assert!(!told.is_empty() && told.iter().all(|own| own % 5 == 0 && *own >= 15), "{told:?}");
    assert!(rows.iter().all(|row| row["persons_est"].is_empty()));
    dir.edit("hexodus.toml", "[output]", "[policy]\npreset = \"humanitarian-public\"\n\n[output]");
    dir.hexodus("release").exits(2).says(&["counts of subscribers are not for the public"]);
}

#[test]
fn the_policy_can_be_read_and_signed() {
    let dir = country();
    dir.hexodus("policy show").exits(0).says(&[
        "humanitarian-restricted",
        "at least 16 distinct subscribers",
        "Agreed: __",
    ]);
    dir.edit("hexodus.toml", "[output]", "[policy]\npreset = \"statistics-office\"\n\n[output]");
    dir.hexodus("policy show").exits(0).says(&["statistics-office", "at least 30 distinct subscribers"]);
}

#[test]
fn noise_is_paid_for_once_and_drawn_the_same_again() {
    let dir = country();
    dir.configure("[release.noise]\nrho_total = \"1\"\nrho_per_day = \"0.2\"");
    dir.hexodus("release --threads 2").exits(0);
    let first = left(&dir);
    dir.remove("released");
    dir.hexodus("release --threads 1").exits(0).says(&["written"]);
    assert_same(&left(&dir), &first, "the same noise again");
    let charges: usize = dir.manifest().ledger.iter().map(|day| day["charges"].as_array().unwrap().len()).sum();
    assert_eq!(charges, 2 * 2 * 3, "two days, two levels, three tables, once each");
    dir.hexodus("status")
        .exits(0)
        .says(&["released: earthquake, 2 days, the last 2031-04-12", "ρ 0.4000 of 1.0000 spent"]);
    let report: serde_json::Value =
        serde_json::from_str(&dir.read("disclosure-reports/earthquake_2031-04-12.json")).unwrap();
    let spent = report["budget"]["rho_spent"].as_f64().unwrap();
    assert!(spent <= 0.4 && spent > 0.3999, "{spent}");

    // σ² = 6 tables / (2 · 0.2): σ = 3.87 on every count; people are near those without noise, and noise is in them.
    let quiet = country();
    quiet.hexodus("release").exits(0);
    let figures = |dir: &Dir| -> BTreeMap<[String; 4], f64> {
        let rows = table(dir, "earthquake_2031-04-12/indicators_admin");
        let key =
            |row: &Row| ["indicator", "adm_level", "area_id", "reference_period_end"].map(|name| row[name].clone());
        rows.iter().filter_map(|row| Some((key(row), row["value"].parse().ok()?))).collect()
    };
    let (noised, exact) = (figures(&dir), figures(&quiet));
    let mut apart = Vec::new();
    for (key, value) in &noised {
        let Some(other) = exact.get(key).filter(|_| key[0] == "displacement.stock" && key[1] == "1") else { continue };
        apart.push((value - other).abs());
    }
    // Without the corrections of a stock (activity, misplaced) a noised one is a few in a hundred apart besides.
    assert!(apart.len() >= 6 && apart.iter().any(|own| *own > 0.0), "{apart:?}");
    assert!(noised.keys().all(|key| !["displacement.arrived", "displacement.new"].contains(&key[0].as_str())));
    let mode = std::os::unix::fs::PermissionsExt::mode(&dir.path("release.key").metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_budget_that_is_spent_lets_nothing_out() {
    let dir = country();
    dir.configure("[release.noise]\nrho_total = \"0.3\"\nrho_per_day = \"0.2\"");
    dir.hexodus("release").exits(2).says(&["the privacy budget does not hold 2 days", "Nothing was released"]);
    assert!(!dir.path("released").exists() && dir.manifest().ledger.is_empty());
    dir.edit("hexodus.toml", "rho_total = \"0.3\"", "rho_total = \"0.4\"");
    dir.hexodus("release").exits(0);
    // Other noise would be another charge.
    dir.edit("hexodus.toml", "rho_per_day = \"0.2\"", "rho_per_day = \"0.1\"");
    dir.hexodus("release").exits(2).says(&["the privacy budget does not hold 2 days"]);
}
