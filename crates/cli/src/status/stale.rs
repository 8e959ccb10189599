//! What a run would do besides reading new files, and why.

use crate::console::grouped;
use crate::made_with::{depends, made_with};
use crate::setup::Setup;
use hexodus_model::LocalDay;
use hexodus_store::Manifest;

/// A line for each reason; one that says so when there is none.
pub fn recomputed(setup: &Setup, manifest: &Manifest) -> Vec<String> {
    let mut lines = Vec::new();
    let now = made_with(setup);
    for (name, fingerprint) in &now {
        if manifest.made_with.get(name).is_some_and(|made| made != fingerprint) {
            lines.push(format!("changed since the last run: {name}: {}", depends(name)));
        }
    }
    if manifest.made_with.is_empty() && !manifest.days.is_empty() {
        lines.push("the last run did not end (or was one of an older version): `hexodus run` does what is left".into());
    }
    let days = manifest.delivered_days();
    let unreduced: Vec<LocalDay> =
        days.iter().copied().filter(|day| manifest.days.get(day).is_some_and(|entry| !entry.is_reduced())).collect();
    if let (Some(first), Some(last)) = (unreduced.first(), unreduced.last()) {
        let count = grouped(unreduced.len() as u64);
        lines.push(format!("{count} days are stored and not reduced yet ({first} to {last})"));
    }
    let uncounted = days.windows(2).filter(|pair| pair[0].next() == pair[1] && manifest.is_linked(pair[0], pair[1]));
    let uncounted = uncounted.filter(|pair| !has_flows(manifest, pair[0])).count();
    if uncounted > 0 {
        lines.push(format!("flows of {} pairs of days are not counted yet", grouped(uncounted as u64)));
    }
    let outdated = manifest.days.values().filter(|entry| entry.outdated).count();
    if outdated > 0 {
        lines.push(format!(
            "{} pruned days are left out: their counts were made with other parameters",
            grouped(outdated as u64)
        ));
    }
    if lines.is_empty() {
        lines.push("nothing is stale".into());
    }
    lines
}

fn has_flows(manifest: &Manifest, first: LocalDay) -> bool {
    manifest.days.get(&first).is_some_and(|entry| entry.derived.contains_key(crate::run::FLOWS))
}
