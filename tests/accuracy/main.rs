//! Accuracy against hidden truth: for every scenario and seed a country is generated, run, and compared.
//!
//! ```sh
//! cargo test --release --test accuracy -- --write docs/accuracy.md     # what `just accuracy` does
//! cargo test --release --test accuracy -- --seeds 1001-1003 --scenarios quiet,outage --located 1,2,3,4 --people-settings none
//! cargo test --release --test accuracy -- --people-only --people-seeds 1001-1008 --people-settings uneven,quiet
//! ```
//!
//! | module | answers |
//! |---|---|
//! | `country` | how a country comes about |
//! | `truth` | what is true of each person |
//! | `estimate` | what the pipeline makes of each subscriber; never written anywhere |
//! | `compare` | one country: estimate against truth, in sums |
//! | `report` | all countries: figures and targets |
//! | `people` | figures of people: coverage of intervals, bias, outage, false alarms |
//! | `words` | what the report says besides figures |
//!
//! Seeds 1 to 20 are reported; rules are tried on seeds from 1001 on.

mod compare;
mod country;
mod estimate;
mod people;
mod report;
mod truth;
mod words;

use compare::{Measures, compare};
use country::{Country, Order, scenario_names};
use estimate::Store;
use hexodus_mobility::DisplacementRule;
use report::Seeds;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;
use truth::Truth;

/// Any failure: the harness stops.
pub type Failed = Box<dyn Error>;
/// Seeds of each scenario.
type Scenarios = BTreeMap<&'static str, Seeds>;

/// What was asked for.
struct Asked {
    scenarios: Vec<&'static str>,
    seeds: [u64; 2],
    subscribers: u32,
    /// Scenarios that are run once more with so many subscribers, for the first seeds.
    large: Vec<&'static str>,
    large_subscribers: u32,
    large_seeds: u64,
    events_per_day: f64,
    /// Values of `confirm_located_days` to compare; the first is the one reported.
    located: Vec<u8>,
    people: people::Asked,
    /// Nothing but the figures of people.
    people_only: bool,
    threads: usize,
    folder: PathBuf,
    write: Option<PathBuf>,
}

impl Asked {
    fn parsed(arguments: &[String]) -> Result<Self, Failed> {
        let value = |name: &str| {
            let at = arguments.iter().position(|own| own == name)?;
            arguments.get(at + 1).cloned()
        };
        let or = |name: &str, default: &str| value(name).unwrap_or_else(|| default.to_owned());
        let named = |list: &str| -> Vec<&'static str> {
            let listed = |name: &&str| list == "all" || list.split(',').any(|own| own == *name);
            scenario_names().into_iter().filter(listed).collect()
        };
        let seeds = or("--seeds", "1-20");
        let (first, last) = seeds.split_once('-').ok_or("--seeds FIRST-LAST")?;
        let located = or("--located", &DisplacementRule::default().confirm_located_days.to_string());
        Ok(Self {
            scenarios: named(&or("--scenarios", "all")),
            seeds: [first.parse()?, last.parse()?],
            subscribers: or("--subscribers", "8000").parse()?,
            large: named(&or("--large", "earthquake,conflict")),
            large_subscribers: or("--large-subscribers", "120000").parse()?,
            large_seeds: or("--large-seeds", "5").parse()?,
            events_per_day: or("--events-per-day", "3").parse()?,
            located: located.split(',').map(str::parse).collect::<Result<_, _>>()?,
            people: people::Asked::parsed(value)?,
            people_only: arguments.iter().any(|own| own == "--people-only"),
            threads: or("--threads", "2").parse()?,
            folder: value("--folder").map_or_else(std::env::temp_dir, PathBuf::from),
            write: value("--write").map(PathBuf::from),
        })
    }

    fn order(&self, scenario: &'static str, seed: u64, subscribers: u32) -> Order {
        Order { scenario, seed, subscribers, events_per_day: self.events_per_day }
    }
}

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = Asked::parsed(&arguments)?;
    if asked.people_only {
        let section = people::section(&asked.people, &asked.folder, asked.threads)?;
        return written(&asked, &section);
    }
    let begun = Instant::now();
    let (mut all, mut large): (Vec<Scenarios>, Scenarios) =
        (vec![Scenarios::new(); asked.located.len()], Scenarios::new());
    let [first, last] = asked.seeds;
    for &scenario in &asked.large {
        for seed in first..=last.min(first + asked.large_seeds - 1) {
            let order = asked.order(scenario, seed, asked.large_subscribers);
            let measures = measured(&order, &asked, &asked.located[..1])?;
            large.entry(scenario).or_default().0.extend(measures);
        }
    }
    for &scenario in &asked.scenarios {
        for seed in first..=last {
            let order = asked.order(scenario, seed, asked.subscribers);
            for (own, measures) in all.iter_mut().zip(measured(&order, &asked, &asked.located)?) {
                own.entry(scenario).or_default().0.push(measures);
            }
        }
    }
    let minutes = begun.elapsed().as_secs().div_ceil(60);
    let people = people::section(&asked.people, &asked.folder, asked.threads)?;
    if asked.write.is_some() {
        return written(&asked, &words::page(&asked, minutes, &report::tables(&all[0], &large), &people));
    }
    for (located, own) in asked.located.iter().zip(&all) {
        written(&asked, &format!("# confirm_located_days = {located}\n\n{}", report::tables(own, &large)))?;
    }
    written(&asked, &people)
}

/// To the file asked for, or to the terminal.
fn written(asked: &Asked, text: &str) -> Result<(), Failed> {
    match &asked.write {
        Some(path) => std::fs::write(path, text)?,
        None => writeln!(std::io::stdout().lock(), "{text}")?,
    }
    Ok(())
}

/// One country under each value of `confirm_located_days`.
fn measured(order: &Order, asked: &Asked, located: &[u8]) -> Result<Vec<Measures>, Failed> {
    let begun = Instant::now();
    let country = Country::made(order, &asked.folder, asked.threads)?;
    let (truth, store) = (Truth::read(&country)?, Store::read(&country)?);
    let as_run = DisplacementRule::default();
    let mut all = Vec::new();
    for &confirm_located_days in located {
        let rule = DisplacementRule { confirm_located_days, ..as_run };
        let followed = store.follow(&rule);
        if rule == as_run {
            store.check(&followed)?;
        }
        all.push(compare(&store, &truth, &followed));
    }
    let Order { scenario, seed, subscribers, .. } = order;
    writeln!(std::io::stderr(), "{scenario}, seed {seed}, {subscribers} subscribers: {:.1?}", begun.elapsed())?;
    Ok(all)
}
