//! One country of a setting: generated, told what the run is to know, run.

use super::Asked;
use super::settings::{Census, Setting};
use super::stocks::people_of;
use crate::Failed;
use crate::country::{Country, DAYS_BEFORE};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Days from the event on: enough for day 15.
const DAYS_FOLLOWED: u32 = 16;

/// Every home area has its row, whatever was found there: cells chosen by their own estimate would tell nothing.
const POLICY: &str = "\n[policy]\nmin_subscribers = 0\n";

/// How the binary is called.
pub const RUN: &str = "run --quiet --threads 1 --accept-lower-k";

/// The country with its tables.
pub fn made(asked: &Asked, setting: &Setting, seed: u64, below: &Path) -> Result<Country, Failed> {
    let country = generated(asked, setting, seed, below, DAYS_FOLLOWED)?;
    country.hexodus(RUN)?;
    Ok(country)
}

/// The country with what its run is told, not run yet, with so many days from the event on.
pub fn generated(
    asked: &Asked,
    setting: &Setting,
    seed: u64,
    below: &Path,
    days_followed: u32,
) -> Result<Country, Failed> {
    let Asked { people, ownership, events_per_day, .. } = asked;
    let Setting { scenario, synth, .. } = setting;
    let country = Country::generated(
        &format!(
            "--scenario {scenario} --seed {seed} --subscribers {people} --days {} --crisis-day {DAYS_BEFORE} \
             --events-per-day {events_per_day} --ownership {ownership} {synth}",
            DAYS_BEFORE + days_followed
        ),
        below,
    )?;
    if setting.census == Census::OneRatio {
        write_one_ratio(&country)?;
    }
    country.edit_config(|text| {
        let lines = text.lines().map(|line| {
            let told = setting.told.iter().find(|told| line.split(" =").next() == Some(told.0));
            told.map_or_else(|| line.to_owned(), |(name, value)| format!("{name} = {value}"))
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        text.replace("[output]\n", "[output]\ntrips_consecutive = false\n") + POLICY
    })?;
    Ok(country)
}

/// A census in which all areas have the people per subscriber of the country.
fn write_one_ratio(country: &Country) -> Result<(), Failed> {
    let areas = people_of(country)?;
    let sum = |of: fn(&[f64; 2]) -> f64| areas.values().map(of).sum::<f64>();
    let ratio = sum(|own| own[0]) / sum(|own| own[1]);
    let figures: BTreeMap<&str, f64> =
        areas.iter().map(|(area, own)| (area.as_str(), (ratio * own[1]).round())).collect();
    let path = country.path("population.csv");
    let text = fs::read_to_string(&path)?;
    let mut lines = text.lines();
    let mut written = vec![lines.next().ok_or("no header")?.to_owned()];
    for line in lines {
        let fields: Vec<&str> = line.split(',').collect();
        let people = figures.get(fields[0]).ok_or("an area without ownership")?;
        let women = (people / 2.0).floor();
        written.push(format!("{},{},{women},{people}", fields[..6].join(","), people - women));
    }
    fs::write(path, written.join("\n") + "\n")?;
    Ok(())
}
