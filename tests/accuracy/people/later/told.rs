//! One country, run on one day after another as its dumps come in.

use super::super::Asked;
use super::super::made;
use super::super::measure::Of;
use super::super::released::{Release, date, figure};
use super::super::stocks::RuleStocks;
use super::Later;
use crate::Failed;
use crate::country::{Country, DAYS_BEFORE};
use crate::truth::{Truth, day};
use hexodus_model::LocalDay;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The last days of a short and of a long country.
pub const SHORT: i32 = 29;
pub const LONG: i32 = 85;
/// The day of which the figures are looked at again, and how many days later.
pub const LOOKED_AT: i32 = 14;
pub const LATER_BY: [i32; 4] = [0, 1, 2, 7];
/// Days on which forecasts are made: Sundays.
pub const FORECAST_ON: [i32; 2] = [22, 57];

/// A figure with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    pub people: f64,
    pub low: f64,
    pub high: f64,
}

/// Of whom: everybody, or the home area.
pub type Whose = (Of, String);

/// Figures by day since the event, and whether they are provisional.
type ByDay = BTreeMap<(Whose, i32), (Told, bool)>;

/// One row of a forecast, and what came. People.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Forecast {
    pub of: Of,
    pub is_struck: bool,
    /// Day it was made on, since the event.
    pub on: i32,
    pub weeks: i32,
    pub now: f64,
    /// Persistence and damped return, each with its interval if there is one.
    pub baselines: [(f64, Option<[f64; 2]>); 2],
    /// What was told of the day that was meant, and its truth.
    pub came: [f64; 2],
}

/// One half-life, weeks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HalfLife {
    pub of: Of,
    pub told: Option<f64>,
    /// Without an upper end where it is open.
    pub interval: Option<(f64, Option<f64>)>,
    pub truth: Option<f64>,
}

/// The figure of one day as one run told it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Revision {
    pub of: Of,
    pub is_struck: bool,
    /// Days from the day to the run.
    pub later_by: i32,
    pub told: Told,
    pub provisional: bool,
    /// By the last run.
    pub last: Told,
    pub truth: f64,
}

/// All of a country.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LaterFigures {
    pub forecasts: Vec<Forecast>,
    pub half_lives: Vec<HalfLife>,
    pub revisions: Vec<Revision>,
}

/// The country of a seed, and what its runs told.
pub fn told(asked: &Asked, later: &Later, seed: u64, below: &Path) -> Result<LaterFigures, Failed> {
    let setting = later.setting()?;
    let last = if later.is_long { LONG } else { SHORT };
    let country = made::generated(asked, setting, seed, below, last as u32 + 1)?;
    let dating = format!("[[crisis]]\ndating = \"{}\"\n", later.dating);
    country.edit_config(|text| text.replace("[[crisis]]\n", &dating))?;
    let mut runs = Runs::of(country, setting.scenario)?;
    let until =
        if later.is_long { FORECAST_ON.to_vec() } else { LATER_BY.map(|later_by| LOOKED_AT + later_by).to_vec() };
    for stage in until.into_iter().chain([last]) {
        runs.until(stage)?;
    }
    let truth = True::of(&runs)?;
    Ok(if later.is_long {
        let (forecasts, half_lives) = (runs.forecasts(&truth)?, runs.half_lives(&truth)?);
        LaterFigures { forecasts, half_lives, ..LaterFigures::default() }
    } else {
        LaterFigures { revisions: runs.revisions(&truth)?, ..LaterFigures::default() }
    })
}

/// The runs of a country so far.
struct Runs {
    country: Country,
    scenario: &'static str,
    event: LocalDay,
    /// By the last day of each, since the event.
    releases: BTreeMap<i32, Release>,
}

impl Runs {
    /// Nothing is delivered yet.
    fn of(country: Country, scenario: &'static str) -> Result<Self, Failed> {
        fs::rename(country.path("dumps"), country.path("to-come"))?;
        fs::create_dir(country.path("dumps"))?;
        let days: Vec<String> = deliveries(&country)?;
        let first = day(days.first().ok_or("no dumps")?)?.ok_or("a folder that is no day")?;
        let event = LocalDay(first.0 + DAYS_BEFORE as i32);
        Ok(Self { country, scenario, event, releases: BTreeMap::new() })
    }

    /// Delivers the dumps up to a day, and runs.
    fn until(&mut self, since_event: i32) -> Result<(), Failed> {
        let last = LocalDay(self.event.0 + since_event);
        for name in deliveries(&self.country)? {
            if day(&name)?.is_some_and(|own| own <= last) {
                let [from, to] = ["to-come", "dumps"].map(|folder| self.country.path(folder).join(&name));
                fs::rename(from, to)?;
            }
        }
        self.country.hexodus(made::RUN)?;
        self.releases.insert(since_event, Release::on(&self.country, self.scenario, last)?);
        Ok(())
    }

    fn release(&self, since_event: i32) -> Result<&Release, Failed> {
        Ok(self.releases.get(&since_event).ok_or("a run that was not made")?)
    }

    fn last(&self) -> Result<i32, Failed> {
        Ok(*self.releases.keys().next_back().ok_or("no run")?)
    }

    /// Everybody's figures and those of each home area, by day since the event, as one run told them.
    fn figures(&self, run: i32) -> Result<ByDay, Failed> {
        let mut figures = BTreeMap::new();
        for (of, table) in [(Of::Everybody, "people_all_adm2"), (Of::Adm2, "people_from_adm2")] {
            for row in self.release(run)?.rows(table)? {
                let [people, low, high] = ["people", "people_low", "people_high"].map(|column| figure(&row, column));
                if let (Some(people), Some(low), Some(high)) = (people?, low?, high?) {
                    let whose = (of, row["origin_id"].clone());
                    let told = (Told { people, low, high }, row["provisional"] == "true");
                    figures.insert((whose, date(&row)?.0 - self.event.0), told);
                }
            }
        }
        Ok(figures)
    }

    fn revisions(&self, truth: &True) -> Result<Vec<Revision>, Failed> {
        let last = self.figures(SHORT)?;
        let mut revisions = Vec::new();
        for (&run, _) in self.releases.range(..SHORT) {
            for ((whose, since_event), (told, provisional)) in self.figures(run)? {
                let later_by = run - since_event;
                let is_asked = since_event == LOOKED_AT && LATER_BY.contains(&later_by);
                let Some(&(last, _)) = last.get(&(whose.clone(), since_event)).filter(|_| is_asked) else { continue };
                let truth_of = truth.stock(self.event, since_event, &whose.1);
                let is_struck = truth.struck.contains(&whose.1);
                revisions.push(Revision { of: whose.0, is_struck, later_by, told, provisional, last, truth: truth_of });
            }
        }
        Ok(revisions)
    }

    fn forecasts(&self, truth: &True) -> Result<Vec<Forecast>, Failed> {
        let later = self.figures(self.last()?)?;
        let mut forecasts = Vec::new();
        for on in FORECAST_ON {
            let now = self.figures(on)?;
            for (of, table) in [(Of::Everybody, "forecast_all_adm2"), (Of::Adm2, "forecast_adm2")] {
                for row in self.release(on)?.rows(table)? {
                    let whose = (of, row["origin_id"].clone());
                    let weeks: i32 = row["weeks_ahead"].parse()?;
                    let meant = on + 7 * weeks;
                    let (Some(now), Some(came)) = (now.get(&(whose.clone(), on)), later.get(&(whose.clone(), meant)))
                    else {
                        continue;
                    };
                    let baseline = |name: &str| -> Result<(f64, Option<[f64; 2]>), Failed> {
                        let end = |end: &str| figure(&row, &format!("{name}_{end}"));
                        let ends = end("low")?.zip(end("high")?).map(|(low, high)| [low, high]);
                        Ok((figure(&row, name)?.ok_or("no forecast")?, ends))
                    };
                    forecasts.push(Forecast {
                        of,
                        is_struck: truth.struck.contains(&whose.1),
                        on,
                        weeks,
                        now: now.0.people,
                        baselines: [baseline("persistence")?, baseline("damped_return")?],
                        came: [came.0.people, truth.stock(self.event, meant, &whose.1)],
                    });
                }
            }
        }
        Ok(forecasts)
    }

    fn half_lives(&self, truth: &True) -> Result<Vec<HalfLife>, Failed> {
        let run = self.last()?;
        let mut all = Vec::new();
        for (of, table) in [(Of::Everybody, "recovery_all_adm2"), (Of::Adm2, "recovery_adm2")] {
            for row in self.release(run)?.rows(table)? {
                let home = row["origin_id"].clone();
                if of == Of::Adm2 && !truth.struck.contains(&home) {
                    continue;
                }
                let low = figure(&row, "half_life_low")?;
                let high = figure(&row, "half_life_high")?;
                all.push(HalfLife {
                    of,
                    told: figure(&row, "half_life_weeks")?,
                    interval: low.map(|low| (low, high)),
                    truth: truth.half_life(self.event, run, &home),
                });
            }
        }
        Ok(all)
    }
}

fn deliveries(country: &Country) -> Result<Vec<String>, Failed> {
    let mut names = Vec::new();
    for entry in fs::read_dir(country.path("to-come"))? {
        names.push(entry?.file_name().into_string().map_err(|_name| "a folder without a name")?);
    }
    names.sort();
    Ok(names)
}

/// What is true of the country.
struct True {
    stocks: RuleStocks,
    people: Truth,
    struck: BTreeSet<String>,
}

impl True {
    fn of(runs: &Runs) -> Result<Self, Failed> {
        let accounts = runs.release(runs.last()?)?.rows("displacement_adm2")?;
        let affected = accounts.iter().filter(|row| row["affected"] == "true");
        Ok(Self {
            struck: affected.map(|row| row["area_id"].clone()).collect(),
            stocks: RuleStocks::read(&runs.country)?,
            people: Truth::read(&runs.country)?,
        })
    }

    fn stock(&self, event: LocalDay, since_event: i32, home: &str) -> f64 {
        self.stocks.of_homes(LocalDay(event.0 + since_event), home)
    }

    /// Weeks from the largest ISO week to half of it, of those displaced because of the event.
    fn half_life(&self, event: LocalDay, run: i32, home: &str) -> Option<f64> {
        let mut weeks: BTreeMap<i32, Vec<f64>> = BTreeMap::new();
        for day in (0..=run).map(|since| LocalDay(event.0 + since)) {
            // 1970-01-01 was a Thursday: Mondays begin weeks.
            weeks.entry((day.0 + 3).div_euclid(7)).or_default().push(self.people.displaced_from(home, day));
        }
        let means: Vec<f64> =
            weeks.values().filter(|days| days.len() == 7).map(|days| days.iter().sum::<f64>() / 7.0).collect();
        let peak = (0..means.len()).rev().max_by(|&a, &b| means[a].total_cmp(&means[b]))?;
        let half = means[peak] / 2.0;
        let after = (peak..means.len().saturating_sub(1)).find(|&week| means[week + 1] <= half)?;
        let part = (means[after] - half) / (means[after] - means[after + 1]);
        Some((after - peak) as f64 + part)
    }
}
