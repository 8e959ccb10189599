//! Figures of people against hidden truth: coverage of their intervals, bias, and what an outage or nothing at all does to
//! them, end to end through the binary.
//!
//! | module | answers |
//! |---|---|
//! | `settings` | which countries: scenario × who owns a SIM × what the run is told |
//! | `made` | how one comes about |
//! | `stocks` | true stocks of all people |
//! | `released` | the tables that the run wrote |
//! | `measure` | one country: figures beside their truth |
//! | `alerts` | false alarms of a country |
//! | `coverage` | a share of seed × area cells, with an interval that knows of seeds |
//! | `report`, `bias` | all countries: tables and targets |
//! | `rows` | every figure as a row, to look for what is wrong |
//! | `words` | what the report says besides figures |

mod alerts;
mod bias;
mod coverage;
mod made;
mod measure;
mod released;
mod report;
mod rows;
mod settings;
mod stocks;
mod words;

use crate::Failed;
use measure::CountryFigures;
use settings::{SETTINGS, Setting};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// What was asked for.
pub struct Asked {
    settings: Vec<&'static Setting>,
    seeds: [u64; 2],
    people: u32,
    ownership: f64,
    events_per_day: f64,
    /// A file for every figure beside its truth.
    rows: Option<PathBuf>,
}

impl Asked {
    /// From the value of each option.
    pub fn parsed(value: impl Fn(&str) -> Option<String>) -> Result<Self, Failed> {
        let or = |name: &str, default: &str| value(name).unwrap_or_else(|| default.to_owned());
        let names = or("--people-settings", "all");
        let listed = |own: &&Setting| names == "all" || names.split(',').any(|name| name == own.name);
        let seeds = or("--people-seeds", "1-72");
        let (first, last) = seeds.split_once('-').ok_or("--people-seeds FIRST-LAST")?;
        let settings: Vec<&'static Setting> = SETTINGS.iter().filter(listed).collect();
        if settings.is_empty() && names != "none" {
            return Err(format!("--people-settings {names}: all, none, or names of settings").into());
        }
        Ok(Self {
            settings,
            seeds: [first.parse()?, last.parse()?],
            people: or("--people", "12000").parse()?,
            ownership: or("--ownership", "0.5").parse()?,
            events_per_day: or("--people-events-per-day", "3").parse()?,
            rows: value("--people-rows").map(PathBuf::from),
        })
    }
}

/// All seeds of a setting, in their order.
struct Seeds {
    setting: &'static Setting,
    countries: Vec<CountryFigures>,
}

/// The section of the report; empty where no setting was asked for.
pub fn section(asked: &Asked, below: &Path, threads: usize) -> Result<String, Failed> {
    if asked.settings.is_empty() {
        return Ok(String::new());
    }
    let begun = Instant::now();
    let all = countries(asked, below, threads)?;
    if let Some(path) = &asked.rows {
        std::fs::write(path, rows::table(&all, asked.seeds[0]))?;
    }
    let minutes = begun.elapsed().as_secs().div_ceil(60);
    Ok(words::section(asked, minutes, &report::tables(&all)))
}

/// Each country in a thread of its own, as many at a time as asked for; results by setting and seed, whichever is done
/// first.
fn countries(asked: &Asked, below: &Path, at_a_time: usize) -> Result<Vec<Seeds>, Failed> {
    let [first, last] = asked.seeds;
    let jobs: Vec<(&'static Setting, u64)> =
        asked.settings.iter().flat_map(|&setting| (first..=last).map(move |seed| (setting, seed))).collect();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(&(setting, seed)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = measured(asked, setting, seed, below);
            if result.is_err() {
                next.store(jobs.len(), Ordering::Relaxed);
            }
            done.lock().map_err(|_poisoned| "another country failed")?.push((setting.name, seed, result));
        }
        Ok::<(), &'static str>(())
    };
    std::thread::scope(|scope| {
        for _ in 0..at_a_time {
            scope.spawn(work);
        }
    });
    let mut done = done.into_inner()?;
    done.sort_by_key(|own| own.1);
    let mut all: Vec<Seeds> = asked.settings.iter().map(|&setting| Seeds { setting, countries: Vec::new() }).collect();
    for (name, _, result) in done {
        let seeds = all.iter_mut().find(|own| own.setting.name == name).ok_or("a country that nobody asked for")?;
        seeds.countries.push(result?);
    }
    Ok(all)
}

/// Errors as text: they cross threads.
fn measured(asked: &Asked, setting: &Setting, seed: u64, below: &Path) -> Result<CountryFigures, String> {
    let begun = Instant::now();
    let measured =
        || -> Result<CountryFigures, Failed> { measure::measure(&made::made(asked, setting, seed, below)?, setting) };
    let figures = measured().map_err(|error| format!("{}, seed {seed}: {error}", setting.name))?;
    writeln!(std::io::stderr(), "people, {}, seed {seed}: {:.1?}", setting.name, begun.elapsed())
        .map_err(|error| error.to_string())?;
    Ok(figures)
}
