//! What is there, day by day, and how good it is.

use crate::console::grouped;
use hexodus_model::{LocalDay, RowCounts};
use hexodus_store::{DayEntry, EVENTS, Manifest};
use std::collections::BTreeMap;

/// A heading and a line a day.
pub fn day_lines(manifest: &Manifest) -> Vec<String> {
    let mut accounts: BTreeMap<LocalDay, (RowCounts, usize)> = BTreeMap::new();
    for (&day, counts) in manifest.files.iter().flat_map(|file| &file.days) {
        let (sum, files) = accounts.entry(day).or_default();
        sum.add(counts);
        *files += 1;
    }
    let heading = "day         state      files  digest          events  duplicates    rejected  subscribers  quality";
    let line = |(&day, entry): (&LocalDay, &DayEntry)| {
        let (rows, files) = accounts.remove(&day).unwrap_or_default();
        let stored: u64 = entry.parts.iter().map(|part| part.rows).sum();
        let facts = entry.facts.as_ref().filter(|_| entry.elsewhere);
        let events = facts.map_or(stored, |facts| facts.events_located + facts.events_unlocated);
        let subscribers = entry.facts.as_ref().map_or_else(|| "-".into(), |facts| grouped(facts.subscribers_active));
        format!(
            "{day}  {:<9}  {files:>5}  {}  {:>11}  {:>10}  {:>10}  {subscribers:>11}  {}",
            state(manifest, day, entry),
            digest(entry),
            grouped(events),
            grouped(rows.duplicates),
            grouped(rows.rejected_rows()),
            quality(entry)
        )
    };
    std::iter::once(heading.to_owned()).chain(manifest.days.iter().map(line)).collect()
}

fn state(manifest: &Manifest, day: LocalDay, entry: &DayEntry) -> &'static str {
    if manifest.refused.contains_key(&day) || !entry.is_trusted() {
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

/// The checks that found something, or "ok".
fn quality(entry: &DayEntry) -> String {
    match &entry.verdict {
        None => "not judged yet".into(),
        Some(verdict) if verdict.findings.is_empty() => "ok".into(),
        Some(verdict) => verdict.findings.iter().map(|finding| finding.check.name()).collect::<Vec<_>>().join(", "),
    }
}
