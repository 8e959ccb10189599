//! Which key a day's subscribers go by. Ids of two keys are two panels: nothing links them (methods §8.4).

use crate::error::StoreError;
use crate::manifest::{DayEntry, EVENTS, Manifest, StoreIdentity};
use crate::store::Store;
use hexodus_model::{FaultCode, LocalDay};
use std::collections::BTreeSet;
use std::path::Path;

/// What a rotation did to the store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rotation {
    /// Number of the epoch that begins, from 1.
    pub epoch: usize,
    /// Days that only had rows of their neighbours' files: these rows went by the old key and were given up.
    pub given_up: BTreeSet<LocalDay>,
    /// How many rows.
    pub rows: u64,
}

impl Manifest {
    /// The epoch of a day, from 1; none for a day the store does not have.
    pub fn key_epoch(&self, day: LocalDay) -> Option<usize> {
        let key = &self.days.get(&day)?.key;
        self.key_epochs.iter().position(|known| known == key).map(|at| at + 1)
    }

    /// Whether subscribers of two days go by the same key.
    pub fn is_linked(&self, first: LocalDay, second: LocalDay) -> bool {
        matches!((self.key_epoch(first), self.key_epoch(second)), (Some(first), Some(second)) if first == second)
    }

    /// Why a day takes in no more rows, if it does not: its own can no longer be compared with new ones.
    pub fn closed(&self, day: LocalDay) -> Option<&'static str> {
        let entry = self.days.get(&day)?;
        if entry.is_pruned(EVENTS) {
            Some("its events were removed by age")
        } else if entry.key != self.identity.key_fingerprint && !entry.parts.is_empty() {
            Some("it was taken in under an earlier key")
        } else {
            None
        }
    }

    /// A day without rows yet belongs to the key in use.
    pub(crate) fn stamp_new_days(&mut self) {
        for entry in self.days.values_mut().filter(|entry| entry.key.is_empty() || entry.parts.is_empty()) {
            entry.key.clone_from(&self.identity.key_fingerprint);
        }
    }

    /// Zone and day start are for ever; the key is the one of the newest epoch.
    ///
    /// # Errors
    /// [`StoreError::Identity`], naming what differs.
    pub fn check_identity(&self, folder: &Path, wanted: &StoreIdentity) -> Result<(), StoreError> {
        let days = "its days would not be the same days; use another store folder";
        let key = if self.key_epochs.contains(&wanted.key_fingerprint) {
            "that is an earlier key of this store; use the newest, or run `hexodus key rotate` again if it was killed"
        } else {
            "ids under different keys are never linked; use the key that made it, or another store folder, or begin a \
             new panel with `hexodus key rotate`"
        };
        let found = &self.identity;
        let checks = [
            ("zone", &found.zone, &wanted.zone, days),
            ("day_start", &found.day_start, &wanted.day_start, days),
            ("key", &found.key_fingerprint, &wanted.key_fingerprint, key),
        ];
        for (what, found, wanted, advice) in checks {
            if found != wanted {
                let (found, wanted) = (found.clone(), wanted.clone());
                return Err(StoreError::Identity { path: folder.into(), what, found, wanted, advice });
            }
        }
        Ok(())
    }
}

impl Store {
    /// Begins a new panel: from now on the store is used with the key of this fingerprint. Rows that came early, for
    /// days whose own files are not there yet, go by the old key: they are given up and counted as rejected
    /// ([`FaultCode::DayClosed`]), or their subscribers would be counted twice.
    ///
    /// # Errors
    /// [`StoreError::System`]; the store then is as before.
    pub fn begin_key_epoch(&mut self, fingerprint: &str) -> Result<Rotation, StoreError> {
        let mut rotation = Rotation::default();
        self.commit(|manifest| {
            manifest.key_epochs.push(fingerprint.to_owned());
            fingerprint.clone_into(&mut manifest.identity.key_fingerprint);
            let early = |entry: &DayEntry| !entry.delivered && !entry.parts.is_empty();
            rotation.given_up = manifest.days.iter().filter(|(_, entry)| early(entry)).map(|(&day, _)| day).collect();
            for day in &rotation.given_up {
                rotation.rows += manifest.give_up(*day);
            }
            rotation.epoch = manifest.key_epochs.len();
        })?;
        Ok(rotation)
    }
}

impl Manifest {
    /// Forgets the rows of a day; returns how many. The account of each file stays balanced.
    fn give_up(&mut self, day: LocalDay) -> u64 {
        self.days.remove(&day);
        let mut rows = 0;
        for counts in self.files.iter_mut().filter_map(|file| file.days.get_mut(&day)) {
            let accepted = std::mem::take(&mut counts.located) + std::mem::take(&mut counts.unlocated);
            if accepted > 0 {
                *counts.rejected.entry(FaultCode::DayClosed).or_default() += accepted;
            }
            rows += accepted;
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Part;
    use hexodus_model::{FileAudit, RowCounts};

    fn identity(key: &str) -> StoreIdentity {
        StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: key.into() }
    }

    fn entry(delivered: bool) -> DayEntry {
        let part = Part { name: "events/none".into(), rows: 3, digest: String::new() };
        DayEntry { parts: vec![part], delivered, ..DayEntry::default() }
    }

    #[test]
    fn a_rotation_begins_a_new_panel_and_gives_up_early_rows() {
        let folder = tempfile::tempdir().unwrap();
        let (day, next) = (LocalDay(10), LocalDay(11));
        let mut store = Store::open(folder.path(), &identity("old")).unwrap();
        let counts = RowCounts { read: 4, located: 2, unlocated: 1, duplicates: 1, ..RowCounts::default() };
        let file = FileAudit { days: [(day, counts.clone()), (next, counts)].into(), ..FileAudit::default() };
        store
            .commit(|manifest| {
                manifest.days.insert(day, entry(true));
                manifest.files.push(file);
            })
            .unwrap();
        // The part of early rows has no file here, so it must be given up, not removed.
        let early = store.write_tallies("events", next, &crate::DayTallies::default()).unwrap();
        let early = DayEntry { parts: vec![early], ..DayEntry::default() };
        store.commit(|manifest| drop(manifest.days.insert(next, early))).unwrap();

        let rotation = store.begin_key_epoch("new").unwrap();
        assert_eq!(rotation, Rotation { epoch: 2, given_up: [next].into(), rows: 3 });
        assert!(store.manifest().files[0].days.values().all(RowCounts::balances));
        assert_eq!(store.manifest().files[0].days[&next].rejected, [(FaultCode::DayClosed, 3)].into());
        store.commit(|manifest| drop(manifest.days.insert(next, entry(true)))).unwrap();
        let manifest = store.manifest();
        assert_eq!((manifest.key_epoch(day), manifest.key_epoch(next)), (Some(1), Some(2)));
        assert!(!manifest.is_linked(day, next) && manifest.is_linked(next, next));
        assert!(manifest.closed(day).is_some() && manifest.closed(next).is_none());
        drop(store);

        let old = Store::open(folder.path(), &identity("old")).unwrap_err().to_string();
        assert!(old.contains("earlier key"), "{old}");
        let other = Store::open(folder.path(), &identity("other")).unwrap_err().to_string();
        assert!(other.contains("use the key that made it"), "{other}");
        assert!(Store::open(folder.path(), &identity("new")).is_ok());
    }
}
