//! Skill of the damped return against persistence, and whether its interval holds what came.

use super::super::measure::Of;
use super::super::report::{head, percent};
use super::LaterSeeds;
use super::sums::{jackknife, ratio};
use super::told::{FORECAST_ON, Forecast};
use std::fmt::Write;

/// An area with so many people displaced is worth a forecast.
const MANY: f64 = 30.0;
const WEEKS: [i32; 3] = [1, 2, 4];
/// Goals of the design: at two weeks, and at any horizon.
const GOAL: f64 = 0.15;
const LEAST: f64 = -0.02;

type Rows = (&'static str, fn(&Forecast) -> bool);

const OF_WHOM: [Rows; 3] = [
    ("everybody", |own| own.of == Of::Everybody),
    ("struck areas", |own| own.of == Of::Adm2 && own.is_struck && own.now >= MANY),
    ("other areas", |own| own.of == Of::Adm2 && !own.is_struck && own.now >= MANY),
];

/// Scores and coverage of each scenario and all together.
pub fn tables(text: &mut String, all: &[LaterSeeds]) {
    let columns = [
        "scenario",
        "made on day",
        "of",
        "weeks ahead",
        "rows",
        "skill against what was told",
        "skill against the truth",
        "persistence off by",
        "damped return off by",
        "damped return covered, of rows with an interval",
        "persistence covered",
        "goal",
    ];
    head(text, "Forecast: skill of the damped return against persistence, held-out seeds", &columns);
    let long: Vec<&LaterSeeds> = all.iter().filter(|own| own.of.is_long && !own.countries.is_empty()).collect();
    for on in FORECAST_ON {
        for (whom, passes) in OF_WHOM {
            for weeks in WEEKS {
                let wanted = |own: &Forecast| own.on == on && own.weeks == weeks && passes(own);
                for own in &long {
                    let seeds: Vec<Vec<&Forecast>> = seeds_of(&[own], wanted);
                    row(text, own.of.name, (on, whom, weeks), &seeds);
                }
                row(text, "**all**", (on, whom, weeks), &seeds_of(&long, wanted));
            }
        }
    }
    text.push('\n');
}

/// The rows of each seed: of one seed those of all scenarios, which share their people.
fn seeds_of<'a>(all: &[&'a LaterSeeds], wanted: impl Fn(&Forecast) -> bool) -> Vec<Vec<&'a Forecast>> {
    let seeds = all.iter().map(|own| own.countries.len()).min().unwrap_or(0);
    let of_seed = |seed: usize| {
        let rows = all.iter().flat_map(move |own| own.countries[seed].forecasts.iter());
        rows.filter(|own| wanted(own)).collect()
    };
    (0..seeds).map(of_seed).collect()
}

fn row(text: &mut String, scenario: &str, (on, whom, weeks): (i32, &str, i32), seeds: &[Vec<&Forecast>]) {
    let rows: Vec<&Forecast> = seeds.iter().flatten().copied().collect();
    if rows.is_empty() {
        return;
    }
    let skill = |came: usize| {
        let of_seed = |rows: &Vec<&Forecast>| {
            let sum = |at: usize| rows.iter().map(|own| score(own, at, own.came[came])).sum::<f64>();
            vec![sum(1), sum(0)]
        };
        jackknife(&seeds.iter().map(of_seed).collect::<Vec<_>>(), |sums| 1.0 - ratio(sums))
    };
    let shown = |of: Option<(f64, [f64; 2])>| {
        of.map_or_else(String::new, |(own, [low, high])| format!("{own:+.2} ({low:+.2} to {high:+.2})"))
    };
    let off = |at: usize| {
        let truth: f64 = rows.iter().map(|own| own.came[0]).sum();
        percent(rows.iter().map(|own| (own.baselines[at].0 - own.came[0]).abs()).sum::<f64>() / truth)
    };
    let covered = |at: usize| {
        let with = rows.iter().filter_map(|own| Some((own.baselines[at].1?, own.came[0])));
        let held: Vec<bool> = with.map(|([low, high], came)| low <= came && came <= high).collect();
        let share = held.iter().filter(|own| **own).count() as f64 / held.len() as f64;
        if held.is_empty() { "no interval".to_owned() } else { format!("{} of {}", percent(share), held.len()) }
    };
    let told = skill(0);
    let goal = told.filter(|_| scenario.starts_with('*')).map_or("", |(own, _)| match (weeks, own) {
        (2, own) if own >= GOAL => "≥ 0.15: met",
        (2, _) => "≥ 0.15: **missed**",
        (_, own) if own >= LEAST => "≥ −0.02: met",
        _ => "≥ −0.02: **missed**",
    });
    let _ = writeln!(
        text,
        "| {scenario} | {on} | {whom} | {weeks} | {} | {} | {} | {} | {} | {} | {} | {goal} |",
        rows.len(),
        shown(told),
        shown(skill(1)),
        off(0),
        off(1),
        covered(1),
        covered(0),
    );
}

/// Weighted interval score with one interval of 95 % where both baselines have one, else the absolute error (Bracher et al.
/// 2021): (½·|y − m| + α/2·(u − l) + what lies outside)/1½.
fn score(own: &Forecast, baseline: usize, came: f64) -> f64 {
    let error = (came - own.baselines[baseline].0).abs();
    match (own.baselines[0].1.and(own.baselines[1].1), own.baselines[baseline].1) {
        (Some(_), Some([low, high])) => {
            let outside = (low - came).max(0.0) + (came - high).max(0.0);
            (0.5 * error + 0.025 * (high - low) + outside) / 1.5
        }
        _ => error,
    }
}
