//! All countries: coverage, width, outage and false alarms, with targets.

use super::Seeds;
use super::alerts::SERIES;
use super::bias;
use super::coverage::{Clustered, Share};
use super::measure::{DAY, DAYS, Figure, Of};
use std::fmt::Write;

/// What the coverage rule asks for: seeds, and seed × area cells.
const SEEDS_ASKED: usize = 50;
const CELLS_ASKED: f64 = 2000.0;
/// A share of the people of an area that is worth being told apart.
const ONE_PERCENT: f64 = 0.01;

/// All tables.
pub fn tables(all: &[Seeds]) -> String {
    let mut text = String::new();
    coverage(&mut text, all);
    parts(&mut text, all);
    widths(&mut text, all);
    bias::tables(&mut text, all);
    outage(&mut text, all);
    alarms(&mut text, all);
    text
}

impl Seeds {
    /// Figures of a kind, on a day, of all seeds.
    pub fn figures(&self, of: Of, since_event: i32) -> impl Iterator<Item = &Figure> {
        self.countries.iter().flat_map(move |own| figures_of(&own.figures, of, since_event))
    }

    /// How many of those that pass are covered.
    fn covered(&self, of: Of, since_event: i32, passes: impl Fn(&Figure) -> bool) -> Option<Clustered> {
        let mut share = Share::default();
        for country in &self.countries {
            let own = figures_of(&country.figures, of, since_event).filter(|own| passes(own));
            share.push(own.map(Figure::is_covered));
        }
        share.clustered()
    }
}

fn figures_of(figures: &[Figure], of: Of, since_event: i32) -> impl Iterator<Item = &Figure> {
    figures.iter().filter(move |own| own.of == of && own.since_event == since_event)
}

/// A table's title and columns.
pub fn head(text: &mut String, title: &str, columns: &[&str]) {
    let _ = writeln!(text, "### {title}\n\n| {} |\n|{}", columns.join(" | "), "---|".repeat(columns.len()));
}

/// In percent, one decimal.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn coverage(text: &mut String, all: &[Seeds]) {
    let columns = [
        "setting",
        "cells",
        "without a figure",
        "covered",
        "95 % interval",
        "truth above",
        "truth below",
        "target",
        "",
    ];
    head(text, "Coverage of people displaced from each adm2 area, day 14", &columns);
    for seeds in all {
        let Some(own) = seeds.covered(Of::Adm2, DAY, |_| true) else { continue };
        let share = |is: fn(&Figure) -> bool| {
            percent(seeds.figures(Of::Adm2, DAY).filter(|own| is(own)).count() as f64 / own.cells)
        };
        let without: f64 = seeds.countries.iter().map(|own| own.without[0]).sum();
        let verdict = match (seeds.setting.holds, own.holds()) {
            (false, _) => "",
            (true, false) => "**missed**",
            (true, true) if seeds.countries.len() < SEEDS_ASKED || own.cells < CELLS_ASKED => "met, of too few",
            (true, true) => "met",
        };
        let target = if seeds.setting.holds { "95 %" } else { "none: broken on purpose" };
        let _ = writeln!(
            text,
            "| {} | {} | {without} | {} | {} to {} | {} | {} | {target} | {verdict} |",
            seeds.setting.name,
            own.cells,
            percent(own.share),
            percent(own.interval[0]),
            percent(own.interval[1]),
            share(|own| own.truth > own.interval[1]),
            share(|own| own.truth < own.interval[0]),
        );
    }
    text.push('\n');
}

/// Which figures a column has, by kind and day.
type Part = (&'static str, Of, i32, fn(&Figure) -> bool);

const PARTS: [Part; 8] = [
    ("struck areas", Of::Adm2, DAY, |own| own.is_struck),
    ("others", Of::Adm2, DAY, |own| !own.is_struck),
    ("truth ≥ 1 %", Of::Adm2, DAY, |own| own.truth >= ONE_PERCENT * own.people),
    ("day 7", Of::Adm2, DAYS[0], |_| true),
    ("day 7, struck", Of::Adm2, DAYS[0], |own| own.is_struck),
    ("adm1", Of::Adm1, DAY, |_| true),
    ("everybody", Of::Everybody, DAY, |_| true),
    ("pairs", Of::Pair, DAY, |_| true),
];

fn parts(text: &mut String, all: &[Seeds]) {
    let names = PARTS.iter().map(|own| own.0);
    let columns: Vec<&str> = std::iter::once("setting").chain(names).collect();
    head(text, "The same of parts and of other figures: covered, 95 % interval, (cells)", &columns);
    for seeds in all {
        let _ = write!(text, "| {} |", seeds.setting.name);
        for (_, of, since_event, passes) in PARTS {
            match seeds.covered(of, since_event, passes) {
                Some(own) => {
                    let [low, high] = own.interval.map(|own| 100.0 * own);
                    let _ = write!(text, " {} {low:.0}–{high:.0} ({}) |", percent(own.share), own.cells);
                }
                None => text.push_str("  |"),
            }
        }
        text.push('\n');
    }
    text.push('\n');
}

fn widths(text: &mut String, all: &[Seeds]) {
    let columns =
        ["setting", "all areas", "struck", "everybody", "pairs", "bootstrap", "Jeffreys", "struck by bootstrap"];
    head(text, "Width of intervals over truth (sums), and methods of adm2 areas, day 14", &columns);
    for seeds in all {
        let width = |of: Of, passes: fn(&Figure) -> bool| {
            let sum =
                |what: fn(&Figure) -> f64| -> f64 { seeds.figures(of, DAY).filter(|own| passes(own)).map(what).sum() };
            format!("{:.2}", sum(|own| own.interval[1] - own.interval[0]) / sum(|own| own.truth))
        };
        let method = |name: &str, passes: fn(&Figure) -> bool| {
            let of = || seeds.figures(Of::Adm2, DAY).filter(|own| passes(own));
            percent(of().filter(|own| own.method == name).count() as f64 / of().count() as f64)
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            seeds.setting.name,
            width(Of::Adm2, |_| true),
            width(Of::Adm2, |own| own.is_struck),
            width(Of::Everybody, |_| true),
            width(Of::Pair, |_| true),
            method("bootstrap", |_| true),
            method("jeffreys", |_| true),
            method("bootstrap", |own| own.is_struck),
        );
    }
    text.push('\n');
}

/// Largest of the days, all seeds together.
fn outage(text: &mut String, all: &[Seeds]) {
    let Some(seeds) = all.iter().find(|own| own.setting.scenario == "outage") else { return };
    head(text, "Outage, nobody moves: largest of days 7 to 15, all seeds", &["figure", "target", "value", ""]);
    for (homes, group) in [("all homes", 0), ("homes in affected areas", 1)] {
        let most = |whole: usize| {
            let days = seeds.countries[0].silence.keys();
            let of_day = days.map(|day| {
                let sum = |at: usize| -> f64 {
                    seeds.countries.iter().filter_map(|own| Some(own.silence.get(day)?[group][at])).sum()
                };
                sum(whole + 1) / sum(whole)
            });
            of_day.fold(f64::NEG_INFINITY, f64::max)
        };
        let (corrected, naive) = (most(0), most(2));
        let _ = writeln!(
            text,
            "| `people` − `people_normal`, {homes} | ≤ 1 % | {} | {} |\n| 1 − seen at home / panel, {homes} | ≥ 5 % | {} | {} |",
            percent(corrected),
            verdict(corrected <= 0.01),
            percent(naive),
            verdict(naive >= 0.05),
        );
    }
    text.push('\n');
}

fn alarms(text: &mut String, all: &[Seeds]) {
    let Some(seeds) = all.iter().find(|own| own.setting.scenario == "quiet") else { return };
    let columns = ["series", "days of areas or pairs", "days with an alert", "alerts", "alerts a year", "target", ""];
    head(
        text,
        "False alarms without an event, each area or pair, days and series of 16 subscribers and more",
        &columns,
    );
    for series in SERIES {
        let mut sum = [0; 3];
        for own in seeds.countries.iter().filter_map(|own| own.alerts.get(series)) {
            sum.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        }
        let [days, with, begun] = sum;
        let a_year = 365.0 * begun as f64 / days as f64;
        let _ =
            writeln!(text, "| {series} | {days} | {with} | {begun} | {a_year:.2} | ≤ 1 | {} |", verdict(a_year <= 1.0));
    }
    text.push('\n');
}

fn verdict(holds: bool) -> &'static str {
    if holds { "met" } else { "**missed**" }
}
