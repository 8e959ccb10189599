//! Attackers who need no program: one sum at a time, one day against another, one release against another; and one who
//! knows how many people a subscriber stands for.

use crate::attack_release::{EARTHQUAKE, country, release_with_days, say, times_k};
use crate::counted::{Counted, counted, folders, told};
use crate::support::{Dir, Row, gunzipped, gzipped};
use hexodus_model::LocalDay;
use std::collections::{BTreeMap, BTreeSet};

/// Least and greatest value.
type Bounds = (f64, f64);

/// Every sum that ties the numbers of a day: the name of the whole, `#` where it is another sum of the same, and its parts.
fn sums(names: &BTreeSet<String>, above: &BTreeMap<String, String>) -> BTreeMap<String, Vec<String>> {
    let mut sums: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in names {
        let fields: Vec<&str> = name.split('|').collect();
        let (day, level) = (fields[0], fields[2]);
        let mut add = |whole: String| sums.entry(whole).or_default().push(name.clone());
        if let [_, "pair", _, home, host] = fields[..] {
            add(format!("{day}|from|{level}|{home}#pairs"));
            add(format!("{day}|stock|{level}|{host}#pairs"));
            if level == "2" {
                add(format!("{day}|pair|1|{}|{}", above[home], above[host]));
            }
            continue;
        }
        let (figure, area) = (fields[1], fields[3]);
        match level {
            "2" if !["arrived", "departed"].contains(&figure) => add(format!("{day}|{figure}|1|{}", above[area])),
            "1" if !["arrived", "departed"].contains(&figure) => add(format!("{day}|{figure}|0|")),
            "h3" => {
                let whole = if figure == "displaced_in" { "stock" } else { "from" };
                add(format!("{day}|{whole}|2|{}#cells", above[area]));
            }
            _ => {}
        }
        if ["from", "returned", "unobserved", "stayed"].contains(&figure)
            && names.contains(&format!("{day}|residents|{level}|{area}"))
        {
            // A second sum over the same parts: under a name of its own.
            sums.entry(format!("{day}|residents|{level}|{area}#states")).or_default().push(name.clone());
        }
    }
    sums
}

/// Tightens bounds sum by sum until nothing changes.
fn tightened(mut bounds: BTreeMap<String, Bounds>, above: &BTreeMap<String, String>) -> BTreeMap<String, Bounds> {
    let names: BTreeSet<String> = bounds.keys().cloned().collect();
    let sums = sums(&names, above);
    for _ in 0..20 {
        let before = bounds.clone();
        for (whole, parts) in &sums {
            let whole = whole.split('#').next().unwrap();
            let Some(&(low, high)) = bounds.get(whole) else { continue };
            let (least, most) =
                parts.iter().map(|part| bounds[part]).fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
            bounds.insert(whole.to_owned(), (low.max(least), high.min(most)));
            for part in parts {
                let own = bounds[part];
                let others =
                    (least - own.0, if own.1.is_finite() { most - own.1 } else { others_most(parts, part, &bounds) });
                bounds.insert(part.clone(), (own.0.max(low - others.1), own.1.min(high - others.0)));
            }
        }
        if bounds == before {
            break;
        }
    }
    bounds
}

fn others_most(parts: &[String], part: &String, bounds: &BTreeMap<String, Bounds>) -> f64 {
    parts.iter().filter(|own| *own != part).map(|own| bounds[own].1).sum()
}

/// Numbers of 1 to k − 1 that are known to be below k, or to within five.
fn recovered(bounds: &BTreeMap<String, Bounds>, shown: &BTreeSet<String>, truth: &Counted, k: u64) -> Vec<String> {
    let is_recovered = |name: &String| {
        let (count, (low, high)) = (truth.get(name).copied().unwrap_or(0), bounds[name]);
        let k = times_k(name, k);
        assert!(low <= count as f64 && count as f64 <= high, "{name}: {count} is not in {low} to {high}");
        count > 0 && count < k && (high < k as f64 || high - low < 5.0)
    };
    bounds.keys().filter(|name| !shown.contains(*name) && is_recovered(name)).cloned().collect()
}

fn above(dir: &Dir, folder: &str) -> BTreeMap<String, String> {
    let code = |row: &Row| {
        if row["origin_adm1_pcode"].is_empty() { "_UNKNOWN".into() } else { row["origin_adm1_pcode"].clone() }
    };
    let rows = dir.rows(&format!("released/{folder}/flows_adm2__stock_displaced.csv"));
    let areas = rows.into_iter().map(|row| (row["origin_id"].clone(), code(&row)));
    let cells = dir.rows(&format!("released/{folder}/cells_h3.csv"));
    areas.chain(cells.into_iter().map(|row| (row["h3"].clone(), row["adm2_pcode"].clone()))).collect()
}

fn ends(dir: &Dir) -> Vec<LocalDay> {
    let last = |own: &serde_json::Value| serde_json::from_value(own["period"][1].clone()).unwrap();
    dir.manifest().ledger.iter().map(last).collect()
}

#[test]
fn no_sum_tells_what_was_withheld_from_it() {
    let dir = &*EARTHQUAKE;
    let truth = counted(dir, "earthquake", &ends(dir), 7);
    let mut told_all = BTreeMap::new();
    for folder in folders(dir) {
        told_all.extend(told(dir, &folder));
    }
    let above = above(dir, &folders(dir)[0]);
    let shown: BTreeSet<String> = told_all.iter().filter(|own| own.1.is_some()).map(|own| own.0.clone()).collect();
    for exact in [false, true] {
        let bound = |(name, value): (&String, &Option<u64>)| {
            let Some(value) = *value else { return (name.clone(), (0.0, f64::INFINITY)) };
            let (value, k) = (value as f64, times_k(name, 16) as f64);
            let count = truth[name] as f64;
            (name.clone(), if exact { (count, count) } else { ((value - 2.0).max(k), value + 2.0) })
        };
        let bounds = tightened(told_all.iter().map(bound).collect(), &above);
        assert_eq!(recovered(&bounds, &shown, &truth, 16), Vec::<String>::new(), "exact: {exact}");
    }
    // The same attacker on a threshold alone, as a run applies it: it does recover.
    let is_shown = |name: &String| truth.get(name).is_some_and(|count| *count >= times_k(name, 16));
    let shown: BTreeSet<String> = told_all.keys().filter(|name| is_shown(name)).cloned().collect();
    let bound = |name: &String| {
        let count = truth.get(name).copied().unwrap_or(0) as f64;
        (name.clone(), if shown.contains(name) { (count, count) } else { (0.0, f64::INFINITY) })
    };
    let bounds = tightened(told_all.keys().map(bound).collect(), &above);
    let found = recovered(&bounds, &shown, &truth, 16);
    assert!(found.len() > 5, "a threshold alone is no protection, and the attacker sees it: {}", found.len());
}

#[test]
fn no_number_leaves_twice_with_two_values_whatever_changes() {
    let dir = country("--subscribers 30000 --ownership 0.5", "");
    release_with_days(&dir, 0..55);
    let first = folders(&dir)[0].clone();
    let day = dir.days_of_dumps()[40].clone();
    let name = dir.files("dumps").into_keys().find(|name| name.starts_with(&day)).unwrap();
    let text = gunzipped(&dir.files("dumps")[&name]);
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let moved = |at: usize| format!("{},{day} 23:59:5{},{},{}\n", rows[at][0], at % 10, rows[at + 40][2], rows[at][3]);
    let late: String = (1..rows.len() - 40).map(moved).collect();
    dir.write(&format!("dumps/{day}/late.csv.gz"), gzipped(&format!("{}\n{late}", rows[0].join(","))));
    dir.edit("hexodus.toml", "[output]", "[policy]\npreset = \"statistics-office\"\n\n[output]");
    release_with_days(&dir, 55..61);
    assert_eq!(folders(&dir).len(), 2);
    let (before, after) = (told(&dir, &first), told(&dir, &folders(&dir)[1]));
    let twice: Vec<&String> = after.keys().filter(|name| before.contains_key(*name)).collect();
    assert_eq!(twice, Vec::<&String>::new(), "days that left stand, and leave in no other form");
    assert!(before.values().chain(after.values()).flatten().all(|value| value % 5 == 0));
}

#[test]
fn the_same_day_of_two_releases_is_the_same_numbers() {
    let dir = &*EARTHQUAKE;
    let [before, after] = [0, 1].map(|at| told(dir, &folders(dir)[at]));
    let days: BTreeSet<&str> = before.keys().map(|name| &name[..10]).collect();
    let again: BTreeMap<String, Option<u64>> =
        after.clone().into_iter().filter(|own| days.contains(&own.0[..10])).collect();
    assert!(again == before && after.len() > before.len());
    // What one day differs from the next by is known to the base only.
    assert!(after.values().flatten().all(|value| value % 5 == 0));
}

/// Whoever knows the population of an area and the counts of its panel knows how many people one subscriber stands for.
#[test]
fn five_counts_are_behind_every_figure_of_people() {
    let dir = Dir::synth("--subscribers 60000 --ownership 0.5 --days 55 --crisis-day 34 --events 4");
    dir.hexodus("run -q").exits(0);
    dir.hexodus("release -q").exits(0);
    let open = dir.inputs_again();
    open.edit("hexodus.toml", "[output]", "[policy]\nmin_subscribers = 0\nmin_subscribers_h3 = 0\n\n[output]");
    open.hexodus("run -q --accept-lower-k").exits(0);
    let truth = counted(&dir, "earthquake", &ends(&dir), 7);
    let folder = &folders(&dir)[0];
    let method: serde_json::Value = serde_json::from_str(&dir.read(&format!("released/{folder}/method.json"))).unwrap();
    let base = method["privacy"]["round_to"].as_u64().unwrap() as f64;
    let exact: BTreeMap<[String; 3], [f64; 3]> = open.table("earthquake/people_adm2").iter().map(exact_of).collect();
    let people: BTreeMap<String, f64> = dir
        .read("population.csv")
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            (fields[0].to_owned(), fields.last().unwrap().parse().unwrap())
        })
        .collect();
    let mut open_counts = Vec::new();
    for row in dir.rows(&format!("released/{folder}/flows_adm2__stock_displaced.csv")) {
        if row["persons_est"].is_empty() {
            continue;
        }
        let [day, home, host] = ["reference_period_start", "origin_id", "dest_id"].map(|name| row[name].clone());
        let count = truth[&format!("{day}|pair|2|{home}|{host}")];
        let of_home = |figure: &str| truth.get(&format!("{day}|{figure}|2|{home}")).copied().unwrap_or(0) as f64;
        let [estimate, low, high] = exact[&[day.clone(), home.clone(), host.clone()]];
        let weight = (people[&home] / (of_home("residents") - of_home("unobserved"))).max(estimate / count as f64);
        let told = ["persons_est", "persons_low", "persons_high"].map(|name| row[name].parse::<u64>().unwrap());
        // What the product would have told of another count: widths go with the root of it.
        let alike = |ends: bool| {
            let is_alike = |other: &u64| {
                let root = (*other as f64 / count as f64).sqrt();
                let own = estimate + (*other as f64 - count as f64) * weight;
                let world = [own, own - (estimate - low) * root, own + (high - estimate) * root];
                let found = hexodus_release::outgoing::Rounding::of_subscribers(base as u64).people(world, *other);
                if ends { found == told } else { found[0] == told[0] }
            };
            (count.saturating_sub(60)..count + 60).filter(is_alike).count()
        };
        open_counts.push((count, alike(false), alike(true), format!("{day} {home} {host}: {told:?}")));
    }
    open_counts.sort_unstable();
    assert!(open_counts.len() >= 20, "{}", open_counts.len());
    for (count, by_estimate, _, what) in &open_counts {
        assert!(*by_estimate >= 5, "{by_estimate} counts are behind {what}: {count}");
    }
    let with_ends: Vec<usize> = open_counts.iter().take(20).map(|own| own.2).collect();
    say(&format!("counts that the three numbers leave, of the 20 smallest: {with_ends:?}"));
    // Not all: a bound of classes may run through the few counts that a figure leaves (docs/privacy.md, residual risks).
    let five = with_ends.iter().filter(|own| **own >= 5).count();
    assert!(five >= 16, "{with_ends:?}: {open_counts:?}");
}

fn exact_of(row: &Row) -> ([String; 3], [f64; 3]) {
    let key = ["date", "origin_id", "host_id"].map(|name| row[name].clone());
    (key, ["people", "people_low", "people_high"].map(|name| row[name].parse().unwrap_or(0.0)))
}
