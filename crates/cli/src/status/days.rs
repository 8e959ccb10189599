//! What is there, day by day, and how good it is.

use crate::console::grouped;
use hexodus_model::{Calendar, LocalDay, RowCounts};
use hexodus_store::{DayEntry, EVENTS, Manifest};
use std::collections::BTreeMap;

/// Shares of rows above which a day is worth a look (formats §2, the stop rule), in percent.
const REJECTED_PCT: u64 = 5;
const UNLOCATED_PCT: u64 = 20;
/// Local hour a whole day reaches (formats §3 rule 13).
const COMPLETE_FROM_HOUR: i8 = 18;

/// A heading and a line a day.
pub fn day_lines(manifest: &Manifest, calendar: &Calendar) -> Vec<String> {
    let mut accounts: BTreeMap<LocalDay, (RowCounts, usize)> = BTreeMap::new();
    for (&day, counts) in manifest.files.iter().flat_map(|file| &file.days) {
        let (sum, files) = accounts.entry(day).or_default();
        sum.add(counts);
        *files += 1;
    }
    let heading = "day         state      files  digest          events  duplicates    rejected  subscribers  quality";
    let line = |(&day, entry): (&LocalDay, &DayEntry)| {
        let (rows, files) = accounts.remove(&day).unwrap_or_default();
        let events: u64 = entry.parts.iter().map(|part| part.rows).sum();
        let subscribers = entry.facts.as_ref().map_or_else(|| "-".into(), |facts| grouped(facts.subscribers_active));
        format!(
            "{day}  {:<9}  {files:>5}  {}  {:>11}  {:>10}  {:>10}  {subscribers:>11}  {}",
            state(manifest, day, entry),
            digest(entry),
            grouped(events),
            grouped(rows.duplicates),
            grouped(rows.rejected_rows()),
            quality(entry, &rows, calendar)
        )
    };
    std::iter::once(heading.to_owned()).chain(manifest.days.iter().map(line)).collect()
}

fn state(manifest: &Manifest, day: LocalDay, entry: &DayEntry) -> &'static str {
    if manifest.refused.contains_key(&day) {
        "refused"
    } else if !entry.delivered {
        "strays"
    } else if entry.outdated {
        "outdated"
    } else if entry.is_pruned(EVENTS) {
        "pruned"
    } else if entry.is_reduced() {
        "ready"
    } else {
        "stored"
    }
}

/// One short digest for all events of a day, whatever the order they came in.
fn digest(entry: &DayEntry) -> String {
    let mut digests: Vec<&str> = entry.parts.iter().map(|part| part.digest.as_str()).collect();
    digests.sort_unstable();
    match digests.as_slice() {
        [] => "-       ".into(),
        [one] => one.chars().take(8).collect(),
        several => blake3::hash(several.concat().as_bytes()).to_hex()[..8].to_owned(),
    }
}

/// What is remarkable, or "ok".
fn quality(entry: &DayEntry, rows: &RowCounts, calendar: &Calendar) -> String {
    let Some(facts) = &entry.facts else { return "not reduced yet".into() };
    let mut remarks = Vec::new();
    if let Some([_, latest]) = facts.span {
        let latest = calendar.local(latest);
        if latest.hour() < COMPLETE_FROM_HOUR {
            remarks.push(format!("ends {:02}:{:02}", latest.hour(), latest.minute()));
        }
    }
    let events = facts.events_located + facts.events_unlocated;
    for (part, whole, limit, what) in [
        (rows.rejected_rows(), rows.read, REJECTED_PCT, "rejected"),
        (facts.events_unlocated, events, UNLOCATED_PCT, "unlocated"),
    ] {
        if part * 100 > whole * limit {
            remarks.push(format!("{} % {what}", part * 100 / whole.max(1)));
        }
    }
    if remarks.is_empty() { "ok".into() } else { remarks.join(", ") }
}
