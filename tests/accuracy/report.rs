//! The report: every figure with its target, over all seeds, and where it lies from seed to seed.

use crate::compare::Measures;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Seeds of one scenario.
#[derive(Clone, Debug, Default)]
pub struct Seeds(pub Vec<Measures>);

impl Seeds {
    /// Sums over all seeds.
    fn sum(&self, name: &str) -> [f64; 2] {
        add(self.0.iter().filter_map(|seed| seed.sums.get(name)))
    }

    fn ratio(&self, name: &str) -> Option<f64> {
        ratio(self.sum(name))
    }

    /// Lowest and highest of the seeds that have any.
    fn range(&self, name: &str) -> Option<[f64; 2]> {
        let ratios = || self.0.iter().filter_map(|seed| ratio(*seed.sums.get(name)?));
        Some([ratios().reduce(f64::min)?, ratios().reduce(f64::max)?])
    }

    /// Sums of a day over all seeds.
    fn on(&self, name: &str, day: usize) -> Option<f64> {
        ratio(add(self.0.iter().filter_map(|seed| seed.by_day.get(name)?.get(day))))
    }

    /// The largest of a run of days.
    fn most(&self, name: &str, days: std::ops::Range<usize>) -> Option<f64> {
        days.filter_map(|day| self.on(name, day)).reduce(f64::max)
    }
}

fn add<'a>(sums: impl Iterator<Item = &'a [f64; 2]>) -> [f64; 2] {
    sums.fold([0.0; 2], |sum, own| [sum[0] + own[0], sum[1] + own[1]])
}

fn ratio([part, whole]: [f64; 2]) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

/// How a figure is written, and judged.
#[derive(Clone, Copy)]
enum Kind {
    /// A share that must reach a value.
    AtLeast(f64),
    /// A share that must not pass a value.
    AtMost(f64),
    /// Estimate over truth, which must be within a share of one.
    Within(f64),
    /// A mean number of days that must not pass a value.
    Days(f64),
    /// Shown beside the others.
    Beside,
    BesideBias,
    BesideDays,
}

impl Kind {
    fn target(self) -> String {
        match self {
            Self::AtLeast(least) => format!("≥ {}", percent(least)),
            Self::AtMost(most) => format!("≤ {}", percent(most)),
            Self::Within(share) => format!("± {}", percent(share)),
            Self::Days(most) => format!("≤ {most} d"),
            Self::Beside | Self::BesideBias | Self::BesideDays => String::new(),
        }
    }

    fn holds(self, value: f64) -> Option<bool> {
        match self {
            Self::AtLeast(least) => Some(value >= least),
            // What is above normal may be below.
            Self::AtMost(most) | Self::Days(most) => Some(value.abs() <= most),
            Self::Within(share) => Some((value - 1.0).abs() <= share),
            Self::Beside | Self::BesideBias | Self::BesideDays => None,
        }
    }

    fn shown(self, value: f64) -> String {
        match self {
            Self::AtLeast(_) | Self::AtMost(_) | Self::Beside => percent(value),
            Self::Within(_) | Self::BesideBias => format!("{:+.1} %", 100.0 * (value - 1.0)),
            Self::Days(_) | Self::BesideDays => format!("{value:.2} d"),
        }
    }
}

fn percent(share: f64) -> String {
    let text = format!("{:.2}", 100.0 * share);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} %")
}

/// A row of a table: what, by which name it was measured, how it is judged.
type Line = (&'static str, &'static str, Kind);

const HOMES: [Line; 3] = [
    ("home is the H3 cell of the site", "home", Kind::AtLeast(0.80)),
    ("within one ring", "home ring", Kind::AtLeast(0.95)),
    ("a home is found", "home settled", Kind::Beside),
];

const STATES: [Line; 16] = [
    ("displaced, precision", "precision", Kind::AtLeast(0.95)),
    ("displaced, recall", "recall", Kind::AtLeast(0.90)),
    ("precision, homes in affected areas", "struck precision", Kind::Beside),
    ("recall, homes in affected areas", "struck recall", Kind::Beside),
    ("precision, all who are observed", "precision, all", Kind::Beside),
    ("recall, all who are observed", "recall, all", Kind::Beside),
    ("back-dated onset, mean error", "onset error", Kind::Days(1.5)),
    ("the same, with its sign", "onset bias", Kind::BesideDays),
    ("stock by area of home, true stock ≥ 1,000", "origins of 1,000 and more", Kind::Within(0.05)),
    ("the same, 100 to 999", "origins of 100 to 999", Kind::BesideBias),
    ("above normal, away for the event ≥ 1,000", "away from 1,000 and more", Kind::BesideBias),
    ("the same, 100 to 999", "away from 100 to 999", Kind::BesideBias),
    ("stock by home and host, 100 and more", "pairs of 100 to 999", Kind::BesideBias),
    ("returned by the last day, affected areas", "returned", Kind::Within(0.05)),
    ("returned, precision", "return precision", Kind::Beside),
    ("returned, recall", "return recall", Kind::Beside),
];

const INSTANT: [Line; 3] = [
    ("precision against instant truth", "instant precision", Kind::Beside),
    ("recall against instant truth", "instant recall", Kind::Beside),
    ("from the first night away to confirmation", "lag", Kind::BesideDays),
];

const QUIET: [Line; 5] = [
    ("stock, % of the observed panel", "stock", Kind::AtMost(0.003)),
    ("above normal, % of the observed panel", "above normal", Kind::AtMost(0.003)),
    ("stock by the rule on true nights", "stock by the rule", Kind::Beside),
    ("of the estimate, not so by the rule", "false stock", Kind::AtMost(0.003)),
    ("by the rule, not found", "missed stock", Kind::Beside),
];

/// Scenarios in which people are displaced.
const MOVING: [&str; 5] = ["earthquake", "flood", "cyclone", "conflict", "churn"];

/// All tables.
pub fn tables(all: &BTreeMap<&'static str, Seeds>, large: &BTreeMap<&'static str, Seeds>) -> String {
    let mut text = String::new();
    let names: Vec<&'static str> = all.keys().copied().collect();
    let moving: Vec<&'static str> = names.iter().copied().filter(|name| MOVING.contains(name)).collect();
    section(&mut text, "Homes", &HOMES, &names, all);
    section(&mut text, "Displacement and return, against rule truth", &STATES, &moving, all);
    let large_names: Vec<&'static str> = large.keys().copied().collect();
    if !large_names.is_empty() {
        let stocks = &STATES[8..13];
        section(&mut text, "The same stocks in larger countries", stocks, &large_names, large);
    }
    section(&mut text, "Against instant truth", &INSTANT, &moving, all);
    let still: Vec<&'static str> =
        ["quiet", "network-change"].into_iter().filter(|name| all.contains_key(name)).collect();
    section(&mut text, "No event: mean of days 7 to 21", &QUIET, &still, all);
    outage(&mut text, all);
    holiday(&mut text, all);
    commuters(&mut text, all);
    text
}

fn section(
    text: &mut String,
    title: &str,
    lines: &[Line],
    names: &[&'static str],
    all: &BTreeMap<&'static str, Seeds>,
) {
    let _ = writeln!(
        text,
        "## {title}\n\n| figure | target | scenario | all seeds | seed by seed | |\n|---|---|---|---|---|---|"
    );
    for &(what, name, kind) in lines {
        for scenario in names {
            let seeds = &all[scenario];
            let (Some(value), Some([low, high])) = (seeds.ratio(name), seeds.range(name)) else { continue };
            let (shown, low, high) = (kind.shown(value), kind.shown(low), kind.shown(high));
            let _ = writeln!(
                text,
                "| {what} | {} | {scenario} | {shown} | {low} to {high} | {} |",
                kind.target(),
                verdict(kind.holds(value))
            );
        }
    }
    text.push('\n');
}

fn verdict(holds: Option<bool>) -> &'static str {
    match holds {
        Some(true) => "met",
        Some(false) => "**missed**",
        None => "",
    }
}

fn row(text: &mut String, what: &str, target: &str, value: Option<f64>, holds: Option<bool>) {
    let Some(value) = value else { return };
    let _ = writeln!(text, "| {what} | {target} | {} | {} |", percent(value), verdict(holds));
}

fn outage(text: &mut String, all: &BTreeMap<&'static str, Seeds>) {
    let Some(seeds) = all.get("outage") else { return };
    let _ = writeln!(
        text,
        "## Outage, nobody moves\n\nLargest of the days followed, all seeds together.\n\n| figure | target | value | |\n|---|---|---|---|"
    );
    let most = |name| seeds.most(name, 0..usize::from(u8::MAX));
    let stock = most("stock");
    row(text, "displaced, % of the observed panel", "≤ 1 %", stock, stock.map(|own| own <= 0.01));
    let above = most("above normal");
    row(text, "the same, above normal", "≤ 1 %", above, above.map(|own| own <= 0.01));
    let wrong = most("false stock by day");
    row(text, "of these, not so by the rule on true nights", "≤ 1 %", wrong, wrong.map(|own| own <= 0.01));
    row(text, "the same, homes in affected areas", "", most("struck false stock"), None);
    let naive = most("struck, silence as gone");
    row(text, "silence counted as gone, homes in affected areas", "≥ 5 %", naive, naive.map(|own| own >= 0.05));
    text.push('\n');
}

fn holiday(text: &mut String, all: &BTreeMap<&'static str, Seeds>) {
    let Some(seeds) = all.get("holiday") else { return };
    let _ = writeln!(
        text,
        "## Holiday exodus\n\nTravellers who count as displaced, of those observed; all are back on day 10.\n\n| figure | target | value | |\n|---|---|---|---|"
    );
    for day in [10, 13, 17, 18, 21] {
        let left = seeds.on("travellers", day);
        let target = if day >= 18 { "none" } else { "" };
        let met = left.filter(|_| !target.is_empty()).map(|own| own <= 0.0);
        row(text, &format!("on day {day}"), target, left, met);
        let by_the_rule = seeds.on("travellers by the rule", day);
        row(text, &format!("on day {day}, by the rule on true nights"), "", by_the_rule, None);
    }
    text.push('\n');
}

fn commuters(text: &mut String, all: &BTreeMap<&'static str, Seeds>) {
    let _ = writeln!(
        text,
        "## Commuters\n\nWeekdays of observed subscribers whom the rule does not have displaced: those away from home in another area by\nthe day's location (naive), and those whom hexodus has displaced there.\n\n| scenario | target | false ones removed | |\n|---|---|---|---|"
    );
    for (scenario, seeds) in all {
        let removed = seeds.ratio("commuters").map(|left| 1.0 - left);
        row(text, scenario, "≥ 90 %", removed, removed.map(|own| own >= 0.9));
    }
    text.push('\n');
}
