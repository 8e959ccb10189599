//! `hexodus summary`: what a released folder says, in a screen.

use crate::args::SummaryArgs;
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use crate::run::outgoing::last_folders;
use hexodus_publish::{Figure, Headline, read_headline};
use std::fmt::Write;

/// The figures of the country, and how they are called.
const COUNTRY: [(&str, &str); 4] = [
    ("displacement.from", "displaced now"),
    ("displacement.new", "newly displaced"),
    ("displacement.returned", "returned"),
    ("displacement.unobserved", "not observed"),
];
/// Lists of areas.
const LISTS: [(&str, &str); 2] = [("displacement.from", "homes of most"), ("displacement.stock", "hosts of most")];
/// Areas in a list.
const MOST: usize = 5;

/// Prints the headline of each folder.
///
/// # Errors
/// Exit 2 where there is no release, exit 3 when it cannot be read.
pub fn run(args: &SummaryArgs, console: &Console) -> Result<Exit, Failure> {
    let folders = match &args.folder {
        Some(folder) => vec![folder.clone()],
        None => last_folders(&args.config)?,
    };
    for folder in folders {
        let headline =
            read_headline(&folder).map_err(|error| Failure::new(Exit::Unreadable, miette::miette!("{error}")))?;
        console.result(text(&headline).trim_end());
    }
    Ok(Exit::Done)
}

fn text(headline: &Headline) -> String {
    let mut text = format!("{}, {}, {}\n", headline.operation, headline.day, headline.unit);
    for (indicator, name) in COUNTRY {
        // Under noise some figures are not told.
        if let Some(figure) = headline.country(indicator) {
            _ = writeln!(text, "  {name:<16} {}", told(figure));
        }
    }
    for (indicator, name) in LISTS {
        let level = headline.figures.iter().map(|own| own.level).max().unwrap_or(0);
        let (areas, suppressed) = headline.top(indicator, level, MOST);
        _ = writeln!(text, "{name}, level {level} ({suppressed} suppressed)");
        if areas.is_empty() {
            text.push_str("  none that may be told\n");
        }
        for figure in areas {
            let label = figure.area_name.as_deref().unwrap_or_default();
            let label: String = label.chars().map(|own| if own.is_control() { ' ' } else { own }).collect();
            _ = writeln!(text, "  {:<12} {label:<24} {}", figure.area_id, told(figure));
        }
    }
    text
}

/// The number with its range, or why there is none.
fn told(figure: &Figure) -> String {
    let number = |own: i64| grouped(own.unsigned_abs());
    match (figure.value, figure.interval) {
        _ if figure.suppressed => "suppressed".into(),
        (None, _) => "no estimate".into(),
        (Some(value), None) => number(value),
        (Some(value), Some([low, high])) => format!("{} ({} to {})", number(value), number(low), number(high)),
    }
}
