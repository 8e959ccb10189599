//! How much the figures of the last days move afterwards.

use super::super::coverage::Share;
use super::super::measure::Of;
use super::super::report::{head, percent};
use super::LaterSeeds;
use super::sums::{jackknife, ratio};
use super::told::{LATER_BY, Revision, SHORT, Told};
use std::fmt::Write;

type Rows = (&'static str, fn(&Revision) -> bool);

const OF_WHOM: [Rows; 3] = [
    ("everybody", |own| own.of == Of::Everybody),
    ("struck areas", |own| own.of == Of::Adm2 && own.is_struck),
    ("other areas", |own| own.of == Of::Adm2 && !own.is_struck),
];

/// One row a scenario, kind and delay.
pub fn table(text: &mut String, all: &[LaterSeeds]) {
    let title = format!("Figures of day 14, as told then, against the run of day {SHORT}");
    let columns = [
        "scenario",
        "of",
        "days later",
        "figures",
        "marked provisional",
        "moved afterwards",
        "by how much on average",
        "interval moved by",
        "truth covered by what was told",
        "by the last run",
    ];
    head(text, &title, &columns);
    for seeds in all.iter().filter(|own| !own.countries.is_empty()) {
        for (whom, passes) in OF_WHOM {
            for later_by in LATER_BY {
                let of_country = seeds.countries.iter().map(|own| {
                    own.revisions.iter().filter(|own| passes(own) && own.later_by == later_by).collect::<Vec<_>>()
                });
                row(text, (seeds.of.name, whom, later_by), &of_country.collect::<Vec<_>>());
            }
        }
    }
    text.push('\n');
}

fn row(text: &mut String, (scenario, whom, later_by): (&str, &str, i32), seeds: &[Vec<&Revision>]) {
    let rows = || seeds.iter().flatten();
    let count = rows().count();
    if count == 0 {
        return;
    }
    let share = |passes: fn(&Revision) -> bool| percent(rows().filter(|own| passes(own)).count() as f64 / count as f64);
    let moved = |by: fn(&Revision) -> f64| {
        let of_seed = |rows: &Vec<&Revision>| {
            let sum = |of: fn(&Revision) -> f64| rows.iter().map(|own| of(own)).sum::<f64>();
            vec![sum(by), sum(|own| own.last.people)]
        };
        let told = jackknife(&seeds.iter().map(of_seed).collect::<Vec<_>>(), ratio);
        told.map_or_else(String::new, |(own, _)| percent(own))
    };
    let covered = |of: fn(&Revision) -> Told| {
        let mut all = Share::default();
        for rows in seeds {
            all.push(rows.iter().map(|own| of(own).low <= own.truth && own.truth <= of(own).high));
        }
        all.clustered().map_or_else(String::new, |own| percent(own.share))
    };
    let _ = writeln!(
        text,
        "| {scenario} | {whom} | {later_by} | {count} | {} | {} | {} | {} | {} | {} |",
        share(|own| own.provisional),
        share(|own| own.told != own.last),
        moved(|own| (own.told.people - own.last.people).abs()),
        moved(|own| f64::midpoint((own.told.low - own.last.low).abs(), (own.told.high - own.last.high).abs())),
        covered(|own| own.told),
        covered(|own| own.last),
    );
}
