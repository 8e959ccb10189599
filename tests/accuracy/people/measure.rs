//! One country: every figure of people beside its truth.

use super::alerts::{Alerts, alerts};
use super::released::{Release, date, figure};
use super::settings::Setting;
use super::stocks::{RuleStocks, people_of};
use crate::Failed;
use crate::country::Country;
use crate::truth::{Row, Truth};
use hexodus_model::LocalDay;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Days after the event on which stocks are compared; the last is the main one.
pub const DAYS: [i32; 2] = [7, 14];
/// The main one.
pub const DAY: i32 = 14;
/// Days in which the largest figure of an outage is looked for.
const OUTAGE_DAYS: std::ops::RangeInclusive<i32> = 7..=15;
/// Pairs of which truth or estimate have as many people.
const PAIR_PEOPLE: f64 = 5.0;

/// Of whom a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Of {
    Adm2,
    Adm1,
    Everybody,
    Pair,
}

/// One released figure and its truth. People.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Figure {
    pub of: Of,
    pub since_event: i32,
    /// P-code of home, of home and host, or nothing.
    pub place: String,
    pub is_struck: bool,
    /// Who live there.
    pub people: f64,
    pub truth: f64,
    pub estimate: f64,
    pub interval: [f64; 2],
    pub method: String,
    pub uncorrected: f64,
    pub by_stayers: Option<f64>,
    pub normal: Option<f64>,
}

impl Figure {
    pub fn is_covered(&self) -> bool {
        self.interval[0] <= self.truth && self.truth <= self.interval[1]
    }
}

/// All of a country.
#[derive(Serialize, Deserialize)]
pub struct CountryFigures {
    pub figures: Vec<Figure>,
    /// Areas with people and without a figure on the main day, and their people.
    pub without: [f64; 2],
    /// Displaced by the rule on the main day and away because of the event: everybody, homes in struck areas.
    pub by_event: [f64; 2],
    /// By day, of everybody and of homes in struck areas: people, of them above normal; panel, of it not seen at home.
    pub silence: BTreeMap<i32, [[f64; 4]; 2]>,
    pub alerts: Alerts,
}

/// What is needed for every table.
struct Ground {
    release: Release,
    event: LocalDay,
    people: BTreeMap<String, f64>,
    struck: BTreeSet<String>,
    stocks: RuleStocks,
}

/// Measures everything.
pub fn measure(country: &Country, setting: &Setting) -> Result<CountryFigures, Failed> {
    let release = Release::of(country, setting.scenario)?;
    let accounts = release.rows("displacement_adm2")?;
    let event = accounts.iter().map(date).reduce(|a, b| Ok(a?.min(b?))).ok_or("no day since the event")??;
    let affected = accounts.iter().filter(|row| row["affected"] == "true");
    let ground = Ground {
        event,
        struck: affected.map(|row| row["area_id"].clone()).collect(),
        people: people_of(country)?.into_iter().map(|(area, own)| (area, own[0])).collect(),
        stocks: RuleStocks::read(country)?,
        release,
    };
    let mut figures = Vec::new();
    for (of, table) in
        [(Of::Adm2, "people_from_adm2"), (Of::Adm1, "people_from_adm1"), (Of::Everybody, "people_all_adm2")]
    {
        ground.stocks_by_home(of, table, &mut figures)?;
    }
    ground.pairs(&mut figures)?;
    let truth = Truth::read(country)?;
    Ok(CountryFigures {
        without: ground.without(&figures),
        by_event: truth.displaced_by_the_event(LocalDay(event.0 + DAY)),
        silence: ground.silence(&accounts)?,
        alerts: alerts(&ground.release, setting)?,
        figures,
    })
}

impl Ground {
    fn people_of(&self, home: &str) -> f64 {
        self.people.iter().filter(|own| own.0.starts_with(home)).map(|own| own.1).sum()
    }

    fn stocks_by_home(&self, of: Of, table: &str, figures: &mut Vec<Figure>) -> Result<(), Failed> {
        for row in self.release.rows(table)? {
            let day = date(&row)?;
            // Areas that nobody speaks for have a row without figures.
            let has_figures = row["suppressed"] == "false" && !row["people"].is_empty();
            if DAYS.contains(&(day.0 - self.event.0)) && has_figures {
                let home = row["origin_id"].clone();
                figures.push(self.figure(of, &row, home.clone(), self.stocks.of_homes(day, &home))?);
            }
        }
        Ok(())
    }

    fn figure(&self, of: Of, row: &Row, place: String, truth: f64) -> Result<Figure, Failed> {
        let known = |column| -> Result<f64, Failed> { Ok(figure(row, column)?.ok_or("a figure is missing")?) };
        let home = row["origin_id"].as_str();
        Ok(Figure {
            of,
            since_event: date(row)?.0 - self.event.0,
            is_struck: self.struck.contains(home),
            people: self.people_of(home),
            place,
            truth,
            estimate: known("people")?,
            interval: [known("people_low")?, known("people_high")?],
            method: row["interval_method"].clone(),
            uncorrected: known("people_uncorrected")?,
            by_stayers: figure(row, "people_by_stayers")?,
            normal: figure(row, "people_normal")?,
        })
    }

    /// Pairs in either; one without a row has the estimate and the interval 0.
    fn pairs(&self, figures: &mut Vec<Figure>) -> Result<(), Failed> {
        let rows = self.release.rows("people_adm2")?;
        for since_event in DAYS {
            let day = LocalDay(self.event.0 + since_event);
            let mut left: BTreeMap<[&str; 2], f64> = self.stocks.pairs(day).collect();
            for row in &rows {
                if date(row)? != day || row["suppressed"] == "true" {
                    continue;
                }
                let ends = [row["origin_id"].as_str(), row["host_id"].as_str()];
                let own = self.figure(Of::Pair, row, ends.join(">"), left.remove(&ends).unwrap_or(0.0))?;
                if own.truth >= PAIR_PEOPLE || own.estimate >= PAIR_PEOPLE {
                    figures.push(own);
                }
            }
            for (ends, truth) in left.into_iter().filter(|own| own.1 >= PAIR_PEOPLE) {
                let [home, place] = [ends[0].to_owned(), ends.join(">")];
                let (is_struck, people) = (self.struck.contains(&home), self.people_of(&home));
                let method = "none".to_owned();
                figures.push(Figure {
                    of: Of::Pair,
                    since_event,
                    place,
                    is_struck,
                    people,
                    truth,
                    method,
                    estimate: 0.0,
                    interval: [0.0; 2],
                    uncorrected: 0.0,
                    by_stayers: None,
                    normal: None,
                });
            }
        }
        Ok(())
    }

    fn without(&self, figures: &[Figure]) -> [f64; 2] {
        let with: BTreeSet<&str> = figures
            .iter()
            .filter(|own| own.of == Of::Adm2 && own.since_event == DAY)
            .map(|own| own.place.as_str())
            .collect();
        let without = self.people.iter().filter(|own| *own.1 > 0.0 && !with.contains(own.0.as_str()));
        without.fold([0.0; 2], |sum, own| [sum[0] + 1.0, sum[1] + own.1])
    }

    fn silence(&self, accounts: &[Row]) -> Result<BTreeMap<i32, [[f64; 4]; 2]>, Failed> {
        let mut days: BTreeMap<i32, [[f64; 4]; 2]> = BTreeMap::new();
        let mut add = |day: LocalDay, area: &str, figures: [f64; 4]| {
            let since_event = day.0 - self.event.0;
            if OUTAGE_DAYS.contains(&since_event) {
                let own = days.entry(since_event).or_default();
                for own in &mut own[..if self.struck.contains(area) { 2 } else { 1 }] {
                    own.iter_mut().zip(figures).for_each(|(own, figure)| *own += figure);
                }
            }
        };
        for row in &self.release.rows("people_from_adm2")? {
            let (Some(people), Some(normal)) = (figure(row, "people")?, figure(row, "people_normal")?) else {
                continue;
            };
            let home = &row["origin_id"];
            add(date(row)?, home, [self.people_of(home), people - normal, 0.0, 0.0]);
        }
        for row in accounts {
            let known = |column| -> Result<f64, Failed> { Ok(figure(row, column)?.unwrap_or(0.0)) };
            let panel = known("panel")?;
            add(date(row)?, &row["area_id"], [0.0, 0.0, panel, panel - known("at_home")? - known("returned")?]);
        }
        Ok(days)
    }
}
