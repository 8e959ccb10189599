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
//! | `later` | forecasts, half-lives and figures of the last days beside what later days say |
//! | `kept` | figures of countries measured before |
//! | `rows` | every figure as a row, to look for what is wrong |
//! | `words` | what the report says besides figures |

mod alerts;
mod bias;
mod coverage;
mod kept;
mod later;
mod made;
mod measure;
mod released;
mod report;
mod rows;
mod settings;
mod stocks;
mod words;

use crate::Failed;
use kept::{Kept, Measured};
use later::{LATER, LaterSeeds};
use measure::CountryFigures;
use serde::Serialize;
use serde::de::DeserializeOwned;
use settings::{SETTINGS, Setting};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What was asked for.
pub struct Asked {
    settings: Vec<&'static Setting>,
    seeds: [u64; 2],
    people: u32,
    ownership: f64,
    events_per_day: f64,
    /// Of the part that is followed longer; none where the first is above the last.
    later_seeds: [u64; 2],
    /// After so many minutes no further seed is begun, in either part: those begun are finished in all settings.
    minutes: u64,
    /// A folder in which the figures of each country are kept, and found again.
    keep: Option<PathBuf>,
    /// A file for every figure beside its truth.
    rows: Option<PathBuf>,
}

impl Asked {
    /// From the value of each option.
    pub fn parsed(value: impl Fn(&str) -> Option<String>) -> Result<Self, Failed> {
        let or = |name: &str, default: &str| value(name).unwrap_or_else(|| default.to_owned());
        let names = or("--people-settings", "all");
        let listed = |own: &&Setting| names == "all" || names.split(',').any(|name| name == own.name);
        let seeds = |name: &str, default: &str| -> Result<[u64; 2], Failed> {
            let text = or(name, default);
            let (first, last) = text.split_once('-').ok_or_else(|| format!("{name} FIRST-LAST"))?;
            Ok([first.parse()?, last.parse()?])
        };
        let settings: Vec<&'static Setting> = SETTINGS.iter().filter(listed).collect();
        if settings.is_empty() && names != "none" {
            return Err(format!("--people-settings {names}: all, none, or names of settings").into());
        }
        Ok(Self {
            settings,
            seeds: seeds("--people-seeds", "1-72")?,
            later_seeds: seeds("--later-seeds", "1-10")?,
            minutes: or("--people-minutes", "1000000").parse()?,
            people: or("--people", "12000").parse()?,
            ownership: or("--ownership", "0.5").parse()?,
            events_per_day: or("--people-events-per-day", "3").parse()?,
            keep: value("--people-keep").map(PathBuf::from),
            rows: value("--people-rows").map(PathBuf::from),
        })
    }
}

impl Asked {
    /// What every country has, whatever its setting and seed.
    fn of_every_country(&self) -> String {
        format!("{} people, {} of them with a SIM, {} events", self.people, self.ownership, self.events_per_day)
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
    let work = Work { at_a_time: threads, until: Instant::now() + Duration::from_secs(60 * asked.minutes) };
    let kept = Kept::below(asked.keep.as_deref(), &asked.of_every_country())?;
    let later = work.of_seeds(asked.later_seeds, &LATER, |later, seed| {
        noted(&kept, &later.title(), seed, || later::told(asked, &later, seed, below))
    })?;
    let all = work.of_seeds(asked.seeds, &asked.settings, |setting, seed| {
        noted(&kept, setting.name, seed, || measure::measure(&made::made(asked, setting, seed, below)?, setting))
    })?;
    let minutes = minutes(&later) + minutes(&all);
    let later: Vec<LaterSeeds> =
        LATER.iter().zip(later).map(|(of, own)| LaterSeeds { of, countries: figures(own) }).collect();
    let all: Vec<Seeds> =
        asked.settings.iter().zip(all).map(|(&setting, own)| Seeds { setting, countries: figures(own) }).collect();
    if let Some(path) = &asked.rows {
        std::fs::write(path, rows::table(&all, asked.seeds[0]))?;
    }
    let tables = report::tables(&all) + &later::tables(asked, &later);
    Ok(words::section(asked, (all[0].countries.len() as u64, minutes), &tables))
}

/// How countries are made.
struct Work {
    at_a_time: usize,
    until: Instant,
}

impl Work {
    /// Each country in a thread of its own, seed after seed: for each kind the results of its seeds in their order, whichever
    /// is done first. All kinds have the same seeds.
    fn of_seeds<K: Copy + Sync, R: Send>(
        &self,
        [first, last]: [u64; 2],
        kinds: &[K],
        country: impl Fn(K, u64) -> Result<R, String> + Sync,
    ) -> Result<Vec<Vec<R>>, Failed> {
        let jobs: Vec<(usize, u64)> =
            (first..=last).flat_map(|seed| (0..kinds.len()).map(move |kind| (kind, seed))).collect();
        let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        let work = || {
            while let Some(&(kind, seed)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                if kind == 0 && Instant::now() > self.until {
                    next.store(jobs.len(), Ordering::Relaxed);
                    break;
                }
                let result = country(kinds[kind], seed);
                if result.is_err() {
                    next.store(jobs.len(), Ordering::Relaxed);
                }
                done.lock().map_err(|_poisoned| "another country failed")?.push((kind, seed, result));
            }
            Ok::<(), &'static str>(())
        };
        std::thread::scope(|scope| {
            for _ in 0..self.at_a_time {
                scope.spawn(work);
            }
        });
        let mut done = done.into_inner().map_err(|_poisoned| "another country failed")?;
        done.sort_by_key(|own| own.1);
        let mut all: Vec<Vec<R>> = kinds.iter().map(|_| Vec::new()).collect();
        for (kind, _, result) in done {
            all[kind].push(result?);
        }
        // A seed that was begun as the time ran out may be there for some kinds only.
        let whole = all.iter().map(Vec::len).min().unwrap_or(0);
        for own in &mut all {
            own.truncate(whole);
        }
        Ok(all)
    }
}

/// Tells how long a country took. Errors as text: they cross threads.
fn noted<R: Serialize + DeserializeOwned>(
    kept: &Kept,
    what: &str,
    seed: u64,
    country: impl Fn() -> Result<R, Failed>,
) -> Result<Measured<R>, String> {
    let own = kept.or_measured(&format!("{}-{seed}", what.replace([' ', ','], "-")), country);
    let own = own.map_err(|error| format!("{what}, seed {seed}: {error}"))?;
    writeln!(std::io::stderr(), "{what}, seed {seed}: {:.1} s", own.seconds).map_err(|error| error.to_string())?;
    Ok(own)
}

/// What all countries took.
fn minutes<R>(all: &[Vec<Measured<R>>]) -> f64 {
    all.iter().flatten().map(|own| own.seconds).sum::<f64>() / 60.0
}

fn figures<R>(all: Vec<Measured<R>>) -> Vec<R> {
    all.into_iter().map(|own| own.figures).collect()
}
