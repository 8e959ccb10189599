//! Estimates over truth, less one: sums over seeds and areas.

use super::Seeds;
use super::measure::{DAY, Figure, Of};
use super::report::head;
use std::fmt::Write;

/// True people of an area from which on its bias is looked at by itself.
const MANY: f64 = 100.0;
/// True people of a figure from which on the bias has a target, and the target (methods §13).
const LARGE: f64 = 1000.0;
const TARGET: f64 = 0.05;

/// Both tables.
pub fn tables(text: &mut String, all: &[Seeds]) {
    let columns = [
        "setting",
        "all areas",
        "struck",
        "others",
        "areas ≥ 100",
        "uncorrected, struck",
        "uncorrected, others",
        "by stayers, struck",
        "by stayers, others",
    ];
    head(text, "Bias, day 14: Σ estimate / Σ truth − 1 over adm2 areas", &columns);
    for seeds in all {
        let bias = |passes: fn(&Figure) -> bool, estimate: fn(&Figure) -> Option<f64>| {
            let figures = seeds.figures(Of::Adm2, DAY).filter(|own| passes(own));
            let known = figures.filter_map(|own| Some([estimate(own)?, own.truth]));
            let [estimate, truth] = known.fold([0.0; 2], |sum, own| [sum[0] + own[0], sum[1] + own[1]]);
            shown(estimate, truth)
        };
        let estimate = |own: &Figure| Some(own.estimate);
        let uncorrected = |own: &Figure| Some(own.uncorrected);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            seeds.setting.name,
            bias(|_| true, estimate),
            bias(|own| own.is_struck, estimate),
            bias(|own| !own.is_struck, estimate),
            bias(|own| own.truth >= MANY, estimate),
            bias(|own| own.is_struck, uncorrected),
            bias(|own| !own.is_struck, uncorrected),
            bias(|own| own.is_struck, |own| own.by_stayers),
            bias(|own| !own.is_struck, |own| own.by_stayers),
        );
    }
    text.push('\n');
    above_normal(text, all);
    large(text, all);
}

fn above_normal(text: &mut String, all: &[Seeds]) {
    let columns = ["setting", "true people a country", "all homes", "homes in struck areas"];
    head(
        text,
        "Above normal, day 14: `people` − `people_normal` over those displaced by the rule and away for the event",
        &columns,
    );
    for seeds in all {
        let truth = |at: usize| -> f64 { seeds.countries.iter().map(|own| own.by_event[at]).sum() };
        if truth(0) <= 0.0 {
            continue;
        }
        let above = |figure: &Figure| Some(figure.estimate - figure.normal?);
        let sum = |passes: fn(&Figure) -> bool| -> f64 {
            seeds.figures(Of::Adm2, DAY).filter(|own| passes(own)).filter_map(above).sum()
        };
        let _ = writeln!(
            text,
            "| {} | {:.0} | {} | {} |",
            seeds.setting.name,
            truth(0) / seeds.countries.len() as f64,
            shown(sum(|_| true), truth(0)),
            shown(sum(|own| own.is_struck), truth(1)),
        );
    }
    text.push('\n');
}

/// Figures with a target, where countries are so large.
fn large(text: &mut String, all: &[Seeds]) {
    let mut rows = String::new();
    for seeds in all {
        let of = [Of::Adm2, Of::Adm1, Of::Everybody];
        let figures = of.into_iter().flat_map(|of| seeds.figures(of, DAY)).filter(|own| own.truth >= LARGE);
        let [estimate, truth, count] =
            figures.fold([0.0; 3], |sum, own| [sum[0] + own.estimate, sum[1] + own.truth, sum[2] + 1.0]);
        if count > 0.0 {
            let is_met = (estimate / truth - 1.0).abs() <= TARGET;
            let (name, verdict) = (seeds.setting.name, if is_met { "met" } else { "**missed**" });
            let _ = writeln!(rows, "| {name} | {count} | {} | ± 5 % | {verdict} |", shown(estimate, truth));
        }
    }
    if !rows.is_empty() {
        head(
            text,
            "Bias of figures with a truth of 1,000 people and more, at any level",
            &["setting", "figures", "bias", "target", ""],
        );
        text.push_str(&rows);
        text.push('\n');
    }
}

fn shown(estimate: f64, truth: f64) -> String {
    if truth > 0.0 { format!("{:+.1} %", 100.0 * (estimate / truth - 1.0)) } else { String::new() }
}
