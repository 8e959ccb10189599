//! Days that take in no more rows: their events were removed by age, or go by an earlier key.

use super::Run;
use super::days::{SUBSCRIBER_DAYS, TALLIES};
use crate::console::{Console, grouped};
use crate::failure::Failure;
use hexodus_ingest::FileOutcome;
use hexodus_model::{FaultCode, LocalDay};
use hexodus_store::{EVENTS, Manifest};
use std::collections::BTreeMap;

/// Takes rows of closed days out of files that were read, and counts them as rejected: there is nothing left to find
/// their duplicates in, or nothing that goes by the same ids.
pub fn reject_rows_of_closed_days(manifest: &Manifest, files: &mut [FileOutcome], console: &Console) {
    let mut rejected: BTreeMap<LocalDay, (u64, &str)> = BTreeMap::new();
    for file in files {
        file.traits.retain(|&day, _| manifest.closed(day).is_none());
        for day in file.days.keys().copied().collect::<Vec<_>>() {
            let Some(why) = manifest.closed(day) else { continue };
            let rows = file.days.remove(&day).unwrap_or_default().rows() as u64;
            let counts = file.audit.days.entry(day).or_default();
            *counts.rejected.entry(FaultCode::DayClosed).or_default() += rows;
            rejected.entry(day).or_insert((0, why)).0 += rows;
        }
    }
    for (day, (rows, why)) in rejected {
        console.warn(&format!("{} late rows of {day} are not taken in: {why}", grouped(rows)));
    }
}

impl Run<'_> {
    /// Pruned days whose counts were made with other parameters cannot be made anew: they are left out until those
    /// parameters are back.
    pub fn review_pruned_days(&mut self) -> Result<(), Failure> {
        let pruned = self.store.manifest().days.iter().filter(|(_, entry)| entry.is_pruned(EVENTS));
        let outdated: BTreeMap<LocalDay, bool> = pruned
            .map(|(&day, entry)| {
                let inputs = self.day_fingerprint(day);
                let fresh = |kind| entry.derived.get(kind).is_some_and(|derived| derived.inputs == inputs);
                (day, !(fresh(TALLIES) && fresh(SUBSCRIBER_DAYS)))
            })
            .collect();
        let count = outdated.values().filter(|&&outdated| outdated).count();
        if count > 0 {
            self.console.warn(&format!(
                "{count} pruned days are left out of the release: their counts were made with other parameters, plan \
                 or areas, and their events are gone"
            ));
        }
        self.store.commit(|manifest| {
            for (day, outdated) in outdated {
                manifest.days.entry(day).or_default().outdated = outdated;
            }
        })?;
        Ok(())
    }

    /// For `method.json`: days that are told of by their counts only.
    pub fn pruned_days(&self, days: &[LocalDay]) -> Vec<LocalDay> {
        let manifest = self.store.manifest();
        let pruned = |day: &&LocalDay| manifest.days.get(day).is_some_and(|entry| entry.is_pruned(EVENTS));
        days.iter().filter(pruned).copied().collect()
    }
}
