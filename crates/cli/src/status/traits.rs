//! Whether the store has population groups or countries of SIMs, and of how many subscribers.

use crate::console::grouped;
use hexodus_store::{EVENTS, Manifest};

/// A line, if it has any.
pub fn trait_lines(manifest: &Manifest) -> Vec<String> {
    let days = manifest.days.iter().filter(|(_, entry)| !entry.traits.is_empty() && !entry.is_pruned(EVENTS));
    let days: Vec<_> = days.map(|(&day, entry)| (day, &entry.traits)).collect();
    let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) else { return Vec::new() };
    let sum = |of: fn(&hexodus_store::TraitParts) -> u64| grouped(days.iter().map(|(_, traits)| of(traits)).sum());
    vec![format!(
        "population group or SIM country: kept for {} days ({first} to {last}), {} subscriber days, {} of them with more \
         than one; no table uses them",
        grouped(days.len() as u64),
        sum(|traits| traits.subscribers),
        sum(|traits| traits.ambiguous)
    )]
}
