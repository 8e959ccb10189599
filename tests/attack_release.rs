//! An attacker with what left: every relation between the numbers of all releases, as linear programs
//! (`tests/attack/release_attacker.py`). It is told no truth; the judge here is, and adds it up by itself.

use crate::counted::{Counted, counted, folders, told};
use crate::support::{Dir, skip};
use hexodus_model::LocalDay;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

/// A number known to within so many is recovered.
const WITHIN: f64 = 5.0;
/// As the solver's.
const TOLERANCE: f64 = 1e-4;
/// Eight weeks; the first release knows the first 51 days, the second all of them.
const DAYS: &str = "--days 57 --crisis-day 34 --events 4";
const FIRST: usize = 51;

/// A country without a population, released after two weeks and after three.
pub fn released_twice(arguments: &str, policy: &str) -> Dir {
    let dir = Dir::synth(&format!("{arguments} {DAYS}"));
    let text = dir.read("hexodus.toml");
    if let Some(from) = text.find("[population]") {
        let to = from + text[from + 1..].find("\n[").unwrap() + 2;
        dir.write("hexodus.toml", format!("{}{}", &text[..from], &text[to..]));
    }
    if !policy.is_empty() {
        dir.edit("hexodus.toml", "[output]", &format!("[policy]\npreset = \"{policy}\"\n\n[output]"));
    }
    let later = dir.days_of_dumps().split_off(FIRST);
    later.iter().for_each(|day| dir.rename(&format!("dumps/{day}"), &format!("later/{day}")));
    for released in [Vec::new(), later] {
        released.iter().for_each(|day| dir.rename(&format!("later/{day}"), &format!("dumps/{day}")));
        // A day that was flagged is told by the exit code; its release goes on without it.
        assert!(dir.hexodus("run -q").code <= 1);
        dir.hexodus("release -q").exits(0);
    }
    assert_eq!(folders(&dir).len(), 2);
    dir
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

/// The truth of all released days, and k of a number: so many times k as one subscriber may be counted in a period.
fn truth(dir: &Dir) -> (Counted, impl Fn(&str) -> u64 + use<>) {
    let mut days: BTreeMap<String, LocalDay> = BTreeMap::new();
    for own in &dir.manifest().ledger {
        let last: LocalDay = serde_json::from_value(own["period"][1].clone()).unwrap();
        days.insert(last.to_string(), last);
    }
    let folder = folders(dir).pop().unwrap();
    let method: serde_json::Value = serde_json::from_str(&dir.read(&format!("released/{folder}/method.json"))).unwrap();
    let (k, every) =
        (method["privacy"]["k_admin"].as_u64().unwrap(), method["privacy"]["every_days"].as_u64().unwrap());
    let confirmed = ["confirm_days", "return_days", "move_days"]
        .map(|name| method["crisis"]["displacement"][name].as_u64().unwrap());
    let times = 1 + (every - 1) / (2 * confirmed.iter().min().unwrap().max(&1));
    let of_period = |name: &str| ["arrived", "departed", "new"].contains(&name.split('|').nth(1).unwrap());
    let ends: Vec<LocalDay> = days.into_values().collect();
    let crisis = folder.rsplit_once('_').unwrap().0;
    (counted(dir, crisis, &ends, every as i32), move |name: &str| if of_period(name) { times * k } else { k })
}

/// Runs the attacker and judges it; `None` where Python lacks scipy. With `targets` zero, everything withheld is asked for.
fn attack(dir: &Dir, options: &[&str], paths: &[PathBuf]) -> Option<Judged> {
    let python = std::env::var("HEXODUS_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/attack/release_attacker.py");
    let (truth, k) = truth(dir);
    let below: Vec<&str> = truth.iter().filter(|(name, count)| **count < k(name)).map(|own| own.0.as_str()).collect();
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
                assert!(count >= k(&name) && value.abs_diff(count) <= base / 2, "{name}: {value} of {count}");
            }
        }
    }
}

/// The folders once more with every number that is told exact: what rounding hides is not to be relied on.
fn unrounded(dir: &Dir) -> Vec<PathBuf> {
    let (truth, _) = truth(dir);
    for folder in folders(dir) {
        let from = |name: &str| dir.path(&format!("released/{folder}/{name}"));
        let to = |name: &str| format!("exact/{folder}/{name}");
        let method = std::fs::read_to_string(from("method.json")).unwrap();
        let (before, base) = method.split_once("\"round_to\": ").unwrap();
        let after = base.trim_start_matches(|digit: char| digit.is_ascii_digit());
        dir.write(&to("method.json"), format!("{before}\"round_to\": 1{after}"));
        let tables = ["flows_adm1__stock_displaced.csv", "flows_adm2__stock_displaced.csv", "indicators_admin.csv"];
        for table in tables {
            let mut reader = csv::Reader::from_path(from(table)).unwrap();
            let header = reader.headers().unwrap().clone();
            let at = |name: &str| header.iter().position(|own| own == name);
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&header).unwrap();
            for row in reader.records() {
                let row = row.unwrap();
                let of = |name: &str| &row[at(name).unwrap()];
                let (value, name) = if let Some(value) = at("subscribers_published") {
                    let level = of("adm_level");
                    let (day, home, host) = (of("reference_period_start"), of("origin_id"), of("dest_id"));
                    (value, format!("{day}|pair|{level}|{home}|{host}"))
                } else {
                    let (day, level) = (of("reference_period_end"), of("adm_level"));
                    let figure = of("indicator").trim_start_matches("displacement.");
                    let area = if level == "0" { "" } else { of("area_id") };
                    (at("value").unwrap(), format!("{day}|{figure}|{level}|{area}"))
                };
                let mut fields: Vec<String> = row.iter().map(str::to_owned).collect();
                if !fields[value].is_empty() {
                    fields[value] = truth[&name].to_string();
                }
                writer.write_record(&fields).unwrap();
            }
            dir.write(&to(table), writer.into_inner().unwrap());
        }
    }
    folders(dir).iter().map(|name| dir.path(&format!("exact/{name}"))).collect()
}

#[track_caller]
fn assert_holds(dir: &Dir, scenario: &str) {
    assert_told_is_true(dir);
    let exact = unrounded(dir);
    for (what, options, paths) in [
        ("as released", &[][..], released(dir)),
        ("as released, days tied", &["--days-tied"][..], released(dir)),
        ("not rounded", &[][..], exact.clone()),
        ("not rounded, days tied", &["--days-tied"][..], exact),
    ] {
        let Some(judged) = attack(dir, options, &paths) else { return };
        println!(
            "{scenario}, {what}: {} attacked, {} recovered, {} programs; {:?}",
            judged.attacked,
            judged.recovered.len(),
            judged.programs,
            judged.recovered.iter().take(8).collect::<Vec<_>>()
        );
    }
}

#[test]
fn nothing_below_k_is_recovered_from_what_left() {
    let dir = released_twice("--subscribers 30000 --ownership 0.5", "");
    assert_holds(&dir, "earthquake");
}

#[test]
fn nor_of_a_statistics_office() {
    let dir = released_twice("--scenario conflict --subscribers 20000 --seed 2", "statistics-office");
    assert_holds(&dir, "conflict");
}
