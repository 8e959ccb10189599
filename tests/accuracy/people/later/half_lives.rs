//! Half-lives beside those of the true stock.

use super::super::measure::Of;
use super::super::report::{head, percent};
use super::LaterSeeds;
use super::told::HalfLife;
use std::fmt::Write;

/// One row a scenario and kind.
pub fn table(text: &mut String, all: &[LaterSeeds]) {
    let columns = [
        "scenario",
        "of",
        "series",
        "true one within the weeks seen",
        "told",
        "told over true, median",
        "with an interval",
        "it covers",
        "told, but not true in the weeks seen",
    ];
    head(text, "Half-life of the return, twelve weeks after the event", &columns);
    for seeds in all.iter().filter(|own| own.of.is_long && !own.countries.is_empty()) {
        for (name, of) in [("everybody", Of::Everybody), ("struck areas", Of::Adm2)] {
            let rows: Vec<&HalfLife> =
                seeds.countries.iter().flat_map(|own| &own.half_lives).filter(|own| own.of == of).collect();
            row(text, seeds.of.name, name, &rows);
        }
    }
    text.push('\n');
}

fn row(text: &mut String, scenario: &str, name: &str, rows: &[&HalfLife]) {
    let count = |passes: fn(&HalfLife) -> bool| rows.iter().filter(|own| passes(own)).count();
    let mut ratios: Vec<f64> = rows.iter().filter_map(|own| Some(own.told? / own.truth?)).collect();
    ratios.sort_by(f64::total_cmp);
    let median = ratios.get(ratios.len() / 2).map_or_else(String::new, |own| format!("{own:.2}"));
    let with: Vec<bool> = rows
        .iter()
        .filter_map(|own| Some((own.interval?, own.truth.unwrap_or(f64::INFINITY))))
        .map(|((low, high), truth)| low <= truth && high.is_none_or(|high| truth <= high))
        .collect();
    let covers = with.iter().filter(|own| **own).count() as f64 / with.len() as f64;
    let covers = if with.is_empty() { String::new() } else { percent(covers) };
    let _ = writeln!(
        text,
        "| {scenario} | {name} | {} | {} | {} | {median} | {} | {covers} | {} |",
        rows.len(),
        count(|own| own.truth.is_some()),
        count(|own| own.told.is_some()),
        with.len(),
        count(|own| own.told.is_some() && own.truth.is_none()),
    );
}
