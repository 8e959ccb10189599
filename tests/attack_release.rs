//! An attacker with what left: every relation between the numbers of all releases, as linear programs
//! (`tests/attack/release_attacker.py`). It is told no truth; the judge here is, and adds it up by itself.

use crate::counted::{Counted, counted, folders, told};
use crate::support::{Dir, python, skip};
use hexodus_model::LocalDay;
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

/// A number known to within so many is recovered.
const WITHIN: f64 = 5.0;
/// As the solver's.
const TOLERANCE: f64 = 1e-4;
/// k of H3 cells.
const K_H3: u64 = 21;
/// Eight weeks; the first release knows the first 55 days, the second all of them.
const DAYS: &str = "--days 61 --crisis-day 34 --events 4";
const FIRST: usize = 55;
/// Names the seeds of more worlds, `1-12`.
const SEEDS: &str = "HEXODUS_ATTACK_SEEDS";

/// Released after two weeks and after three.
pub static EARTHQUAKE: LazyLock<Dir> = LazyLock::new(|| released_twice("--subscribers 30000 --ownership 0.5", ""));

/// A country without a population, and no dumps yet: they wait in `later`.
pub fn country(arguments: &str, policy: &str) -> Dir {
    let dir = Dir::synth(&format!("{arguments} {DAYS}"));
    if dir.read("hexodus.toml").contains("[population]") {
        dir.forget_population();
    }
    if !policy.is_empty() {
        dir.edit("hexodus.toml", "[output]", &format!("[policy]\npreset = \"{policy}\"\n\n[output]"));
    }
    dir.configure("[release]\nh3 = true");
    dir.rename("dumps", "later");
    dir
}

/// The dumps of some days arrive; a run and a release.
pub fn release_with_days(dir: &Dir, days: Range<usize>) {
    let first: LocalDay = serde_json::from_value("2031-02-23".into()).unwrap();
    for day in days.map(|at| LocalDay(first.0 + at as i32)) {
        dir.rename(&format!("later/{day}"), &format!("dumps/{day}"));
    }
    // A day that was flagged is told by the exit code; the release goes on without it.
    assert!(dir.hexodus("run -q").code <= 1);
    dir.hexodus("release -q").exits(0);
    let truth = serde_json::to_string(&truth_of_ledger(dir)).unwrap();
    dir.write(&format!("judge/{}.json", folders(dir).len()), truth);
}

/// The days that left, as they are counted now.
fn truth_of_ledger(dir: &Dir) -> Counted {
    let last = |own: &serde_json::Value| serde_json::from_value(own["period"][1].clone()).unwrap();
    let ends: Vec<LocalDay> = dir.manifest().ledger.iter().map(last).collect();
    counted(
        dir,
        "earthquake_conflict_flood_cyclone".split('_').find(|name| folders(dir)[0].starts_with(name)).unwrap(),
        &ends,
        7,
    )
}

fn released_twice(arguments: &str, policy: &str) -> Dir {
    let dir = country(arguments, policy);
    release_with_days(&dir, 0..FIRST);
    release_with_days(&dir, FIRST..61);
    assert_eq!(folders(&dir).len(), 2);
    dir
}

/// The same with a population.
fn people_released_twice(arguments: &str) -> Dir {
    let dir = Dir::synth(&format!("{arguments} {DAYS}"));
    dir.configure("[release]\nh3 = true");
    dir.rename("dumps", "later");
    release_with_days(&dir, 0..FIRST);
    release_with_days(&dir, FIRST..61);
    dir
}

/// k of a number: so many times k as one subscriber may be counted in a week. Of an H3 cell that below which it must not be
/// known to be: that of areas.
pub fn times_k(name: &str, k: u64) -> u64 {
    let of_period = ["arrived", "departed", "new"].contains(&name.split('|').nth(1).unwrap());
    if of_period { 2 * k } else { k }
}

/// From which count on a number leaves. An H3 cell that is withheld for its own k may be known to have the k of areas, and
/// nobody may know it to within five.
fn published_from(name: &str, k: u64) -> u64 {
    if name.contains("|h3|") { K_H3.max(k) } else { k }
}

/// What the judge found.
#[derive(Debug, Default)]
pub struct Judged {
    /// Numbers of 1 to k − 1 that were attacked.
    pub attacked: usize,
    /// Of them, those known to be below k, or to within five: name, count, bounds.
    pub recovered: Vec<String>,
    /// Linear programs.
    pub programs: usize,
}

/// The truth of all released days, each as it was when it left, and k of a number.
fn truth(dir: &Dir) -> (Counted, impl Fn(&str) -> u64 + use<>) {
    let folder = folders(dir).pop().unwrap();
    let method: serde_json::Value = serde_json::from_str(&dir.read(&format!("released/{folder}/method.json"))).unwrap();
    let k = method["privacy"]["k_admin"].as_u64().unwrap();
    let mut truth = Counted::new();
    let mut days: Vec<String> = Vec::new();
    for name in dir.files("judge").into_keys() {
        let then: Counted = serde_json::from_str(&dir.read(&format!("judge/{name}"))).unwrap();
        truth.extend(
            then.iter().filter(|own| !days.iter().any(|day| own.0.starts_with(day))).map(|own| (own.0.clone(), *own.1)),
        );
        days.extend(then.keys().map(|name| name[..10].to_owned()));
        days.sort_unstable();
        days.dedup();
    }
    (truth, move |name: &str| times_k(name, k))
}

/// Runs the attacker and judges it; `None` where Python lacks scipy.
fn attack(dir: &Dir, options: &[&str], paths: &[PathBuf]) -> Option<Judged> {
    let python = std::env::var("HEXODUS_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/attack/release_attacker.py");
    let (truth, k) = truth(dir);
    let is_below = |(name, count): &(&String, &u64)| **count < published_from(name, k(name));
    let below: Vec<&str> = truth.iter().filter(is_below).map(|own| own.0.as_str()).collect();
    dir.write("asked.txt", below.join("\n"));
    let mut command = Command::new(&python);
    command.arg(script).arg("--asked").arg(dir.path("asked.txt")).args(options).args(paths);
    let output = match command.output() {
        Ok(output) if output.status.code() != Some(77) => output,
        _ => {
            skip("attack_release", &format!("{python} or its scipy is missing (HEXODUS_PYTHON names another)"));
            return None;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut judged = Judged::default();
    for row in csv::Reader::from_reader(&output.stdout[..]).deserialize() {
        let (name, low, high, programs): (String, f64, f64, usize) = row.unwrap();
        let count = truth[&name] as f64;
        judged.attacked += 1;
        judged.programs = judged.programs.max(programs);
        if high < k(&name) as f64 - TOLERANCE || high - low < WITHIN - TOLERANCE {
            judged.recovered.push(format!("{name}: {count} is in {low} to {high}"));
        }
    }
    Some(judged)
}

fn released(dir: &Dir) -> Vec<PathBuf> {
    folders(dir).iter().map(|name| dir.path(&format!("released/{name}"))).collect()
}

/// Every number that is told is the truth rounded, and stands on k: else the attacker would start from something false.
fn assert_told_is_true(dir: &Dir) {
    let (truth, k) = truth(dir);
    for folder in folders(dir) {
        let method = dir.read(&format!("released/{folder}/method.json"));
        let method: serde_json::Value = serde_json::from_str(&method).unwrap();
        let base = method["privacy"]["round_to"].as_u64().unwrap();
        for (name, value) in told(dir, &folder) {
            let count = truth.get(&name).copied().unwrap_or(0);
            if let Some(value) = value {
                assert!(
                    count >= published_from(&name, k(&name)) && value.abs_diff(count) <= base / 2,
                    "{name}: {value} of {count}"
                );
            }
        }
    }
}

/// The folders once more with every number that is told exact, and in subscribers: what rounding hides, and that nobody knows how
/// many people one subscriber stands for, is not to be relied on.
fn unrounded(dir: &Dir) -> Vec<PathBuf> {
    let (truth, _) = truth(dir);
    for folder in folders(dir) {
        let from = |name: &str| dir.path(&format!("released/{folder}/{name}"));
        let to = |name: &str| format!("exact/{folder}/{name}");
        let method = std::fs::read_to_string(from("method.json")).unwrap();
        let (before, base) = method.split_once("\"round_to\": ").unwrap();
        let after = base.trim_start_matches(|digit: char| digit.is_ascii_digit());
        dir.write(&to("method.json"), format!("{before}\"round_to\": 1{after}"));
        std::fs::copy(from("areas_admin.csv"), dir.path(&to("areas_admin.csv"))).unwrap();
        let people: BTreeMap<[String; 2], f64> = dir
            .rows(&format!("released/{folder}/areas_admin.csv"))
            .iter()
            .map(|row| {
                (["adm_level", "area_id"].map(|name| row[name].clone()), row["population_ref"].parse().unwrap_or(0.0))
            })
            .collect();
        let tables = [
            "flows_adm1__stock_displaced.csv",
            "flows_adm2__stock_displaced.csv",
            "indicators_admin.csv",
            "cells_h3.csv",
        ];
        for table in tables {
            let mut reader = csv::Reader::from_path(from(table)).unwrap();
            let header = reader.headers().unwrap().clone();
            let is_grid = header.iter().any(|own| own == "h3");
            let at = |name: &str| header.iter().position(|own| own == name);
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&header).unwrap();
            for row in reader.records() {
                let row = row.unwrap();
                let of = |name: &str| &row[at(name).unwrap()];
                let mut fields: Vec<String> = row.iter().map(str::to_owned).collect();
                if is_grid {
                    for figure in ["displaced_in", "displaced_from"] {
                        let count = || truth[&format!("{}|{figure}|h3|{}", of("date"), of("h3"))].to_string();
                        if !of(figure).is_empty() {
                            fields[at(figure).unwrap()] = count();
                        }
                    }
                    writer.write_record(&fields).unwrap();
                    continue;
                }
                let is_told;
                let (value, name) = if let Some(value) = at("subscribers_published") {
                    is_told = !of("persons_est").is_empty();
                    let level = of("adm_level");
                    let (day, home, host) = (of("reference_period_start"), of("origin_id"), of("dest_id"));
                    (value, format!("{day}|pair|{level}|{home}|{host}"))
                } else {
                    is_told = false;
                    let (day, level) = (of("reference_period_end"), of("adm_level"));
                    if of("category") == "residents" {
                        let exact = |figure: &str| {
                            truth.get(&format!("{day}|{figure}|{level}|{}", of("area_id"))).copied().unwrap_or(0) as i64
                        };
                        let before = if of("indicator") == "residents.residents" {
                            people[&["adm_level", "area_id"].map(|name| of(name).to_owned())] as i64
                        } else {
                            0
                        };
                        let value = at("value").unwrap();
                        if !fields[value].is_empty() {
                            fields[value] = (before + exact("stock") - exact("from")).to_string();
                        }
                        writer.write_record(&fields).unwrap();
                        continue;
                    }
                    let figure = of("indicator").trim_start_matches("displacement.");
                    let area = if level == "0" { "" } else { of("area_id") };
                    (at("value").unwrap(), format!("{day}|{figure}|{level}|{area}"))
                };
                if is_told || !fields[value].is_empty() {
                    fields[value] = truth[&name].to_string();
                }
                writer.write_record(&fields).unwrap();
            }
            dir.write(&to(table), writer.into_inner().unwrap());
        }
    }
    folders(dir).iter().map(|name| dir.path(&format!("exact/{name}"))).collect()
}

/// The page of every release: what its blocks tell is in the tables beside it, row by row, so whoever attacks these attacks both.
fn assert_pages_tell_no_more(dir: &Dir) {
    let folders: Vec<String> = released(dir).iter().map(|own| own.display().to_string()).collect();
    let arguments: Vec<&str> = ["--pages"].into_iter().chain(folders.iter().map(String::as_str)).collect();
    let Some(values) = python("attack_release", "attack/release_attacker.py", &arguments) else { return };
    let values: Vec<u64> = serde_json::from_value(values).unwrap();
    assert!(values.len() == folders.len() && values.iter().all(|own| *own > 5_000), "{values:?}");
}

/// Attacks what was released, the same with every number exact, and that with what ties days.
#[track_caller]
fn assert_holds(dir: &Dir, scenario: &str) {
    assert_pages_tell_no_more(dir);
    let exact = unrounded(dir);
    let mut attacks = vec![("exact", &[][..], exact.clone()), ("exact, days tied", &["--days-tied"][..], exact)];
    if !dir.read("hexodus.toml").contains("[population]") {
        assert_told_is_true(dir);
        attacks.push(("as released", &[][..], released(dir)));
    }
    for (what, options, paths) in attacks {
        let Some(judged) = attack(dir, options, &paths) else { return };
        let Judged { attacked, recovered, programs } = judged;
        let figures = recovered.iter().map(|own| own.split('|').nth(1).unwrap());
        let by_figure = figures.fold(BTreeMap::<&str, usize>::new(), |mut sum, own| {
            *sum.entry(own).or_default() += 1;
            sum
        });
        say(&format!(
            "{scenario}, {what}: {attacked} of 1 to k - 1 attacked, {} recovered {by_figure:?}, {programs} programs {:?}",
            recovered.len(),
            recovered.iter().take(3).collect::<Vec<_>>()
        ));
        assert!(attacked > 50, "{scenario}, {what}: {attacked}");
        assert!(recovered.is_empty(), "{scenario}, {what}: {recovered:#?}");
    }
}

pub fn say(line: &str) {
    writeln!(std::io::stderr().lock(), "{line}").unwrap();
}

#[test]
fn nothing_below_k_is_recovered_from_what_left() {
    assert_holds(&EARTHQUAKE, "earthquake");
}

/// Figures of people, by somebody who knows the weight of every area to the last digit.
#[test]
fn nor_from_people_by_whoever_knows_the_weights() {
    assert_holds(&people_released_twice("--subscribers 30000 --ownership 0.5 --seed 3"), "people");
}

#[test]
fn nor_from_what_a_statistics_office_lets_out() {
    let dir = released_twice("--scenario conflict --subscribers 20000 --seed 2", "statistics-office");
    assert_holds(&dir, "conflict, statistics-office");
}

/// A page that tells one number more than its tables is found.
#[test]
fn a_page_that_tells_more_than_the_tables_is_found() {
    let dir = &*EARTHQUAKE;
    let folder = folders(dir)[0].clone();
    for (table, column) in [
        ("indicators_admin", "value"),
        ("flows_adm2__stock_displaced", "subscribers_published"),
        ("cells_h3", "displaced_in"),
    ] {
        let copy = Dir::new();
        for (name, bytes) in dir.files(&format!("released/{folder}")) {
            copy.write(&format!("released/{name}"), bytes);
        }
        let found = |copy: &Dir| {
            let python = std::env::var("HEXODUS_PYTHON").unwrap_or_else(|_| "python3".into());
            let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/attack/release_attacker.py");
            Command::new(python).arg(script).arg("--pages").arg(copy.path("released")).output().unwrap()
        };
        let before = found(&copy);
        if before.status.code() == Some(77) {
            return skip("attack_release", "scipy is missing (HEXODUS_PYTHON names another Python)");
        }
        assert!(before.status.success(), "{}", String::from_utf8_lossy(&before.stderr));
        let name = format!("released/{table}.csv");
        let mut reader = csv::Reader::from_path(copy.path(&name)).unwrap();
        let header = reader.headers().unwrap().clone();
        let at = header.iter().position(|own| own == column).unwrap();
        let mut rows: Vec<Vec<String>> =
            reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        let told = rows.iter_mut().find(|row| !row[at].is_empty()).expect("a number that is told");
        told[at].clear();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&header).unwrap();
        for row in rows {
            writer.write_record(row).unwrap();
        }
        copy.write(&name, writer.into_inner().unwrap());
        let after = found(&copy);
        let words = String::from_utf8_lossy(&after.stderr).into_owned();
        assert!(
            !after.status.success() && words.contains(&format!("report.html tells what {table} does not")),
            "{words}"
        );
    }
}

/// The tables of a run are tested number by number, and not together: the same attacker recovers some.
#[test]
fn the_attacker_recovers_numbers_of_the_tables_of_a_run() {
    let dir = &*EARTHQUAKE;
    let days: Vec<String> = dir.manifest().ledger.iter().map(|own| own["period"][1].as_str().unwrap().into()).collect();
    let folder = dir.path(&format!("{}/earthquake", dir.release()));
    let Some(judged) = attack(dir, &["--internal", &days.join(",")], &[folder]) else { return };
    say(&format!("tables of a run: {} attacked, {} recovered", judged.attacked, judged.recovered.len()));
    assert!(!judged.recovered.is_empty());
}

/// `just attack-release`: other scenarios and seeds.
#[test]
fn more_worlds_where_asked_for() {
    let Ok(seeds) = std::env::var(SEEDS) else { return };
    let (first, last) = seeds.split_once('-').expect("FIRST-LAST");
    for seed in first.parse::<u64>().unwrap()..=last.parse().unwrap() {
        let scenario = ["earthquake", "flood", "conflict", "cyclone"][seed as usize % 4];
        let size = ["30000 --ownership 0.5", "20000", "30000 --ownership 0.25"][seed as usize % 3];
        let policy = if seed % 5 == 0 { "statistics-office" } else { "" };
        let dir = released_twice(&format!("--scenario {scenario} --subscribers {size} --seed {seed}"), policy);
        assert_holds(&dir, &format!("{scenario}, seed {seed}, {size} {policy}"));
        if seed % 3 == 0 {
            let dir = people_released_twice(&format!("--scenario {scenario} --subscribers {size} --seed {seed}"));
            assert_holds(&dir, &format!("{scenario} in people, seed {seed}, {size}"));
        }
    }
}
