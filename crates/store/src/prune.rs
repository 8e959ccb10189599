//! What is removed by age: events, traits and the quarantine first, reduced days once no pair of kept days needs them;
//! counts stay.

use crate::error::StoreError;
use crate::manifest::{DayEntry, EVENTS, Part};
use crate::store::Store;
use hexodus_model::LocalDay;
use std::collections::BTreeMap;

/// Reduced days before the first kept day that stay, because flows of kept days need them: a pair begins the day
/// before, and under the night rule the pair before that also depends on the first kept day.
const REDUCED_DAYS_BEFORE: i32 = 2;

/// The quarantine is kept for so many days at most, however long events are (formats §2).
pub const QUARANTINE_DAYS: u32 = 30;

/// What a pruning removes, or would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruning {
    /// The first day that is kept whole; none when there is no usable day.
    pub first_kept: Option<LocalDay>,
    /// Kinds of files to remove by day, ascending.
    pub kinds: BTreeMap<LocalDay, Vec<String>>,
    /// Files to remove.
    pub files: u64,
    /// Rows in them.
    pub rows: u64,
    /// The first day whose quarantine is kept.
    pub quarantine_from: Option<LocalDay>,
    /// Files of the quarantine to remove, besides.
    pub quarantine_files: u64,
    /// Rejected rows listed in them.
    pub quarantine_rows: u64,
    /// Days that are old enough and stay, because their counts are still to be made.
    pub waiting: u64,
    /// Days that are old enough and keep their reduced days all the same, because something still needs them.
    pub spared: u64,
}

impl Store {
    /// What keeping the newest `keep_days` local days would remove, and [`QUARANTINE_DAYS`] of the quarantine. Age is
    /// counted from the newest usable day, never from a clock. `reduced` names the kinds of files that hold reduced days;
    /// from the day `spare_from` on these stay.
    pub fn plan_pruning(&self, keep_days: u32, reduced: &[&str], spare_from: Option<LocalDay>) -> Pruning {
        let Some(&newest) = self.manifest().usable_days().last() else { return Pruning::default() };
        let first_kept = LocalDay(newest.0.saturating_sub(keep_days as i32).saturating_add(1));
        let quarantine_from = first_kept.max(LocalDay(newest.0.saturating_sub_unsigned(QUARANTINE_DAYS - 1)));
        let expired = || self.manifest().quarantine.range(..quarantine_from).flat_map(|(_, parts)| parts);
        let mut pruning = Pruning {
            first_kept: Some(first_kept),
            quarantine_from: Some(quarantine_from),
            quarantine_files: expired().count() as u64,
            quarantine_rows: expired().map(|part| part.rows).sum(),
            ..Pruning::default()
        };
        for (&day, entry) in self.manifest().days.range(..first_kept) {
            if entry.delivered && !entry.is_reduced() {
                pruning.waiting += 1;
                continue;
            }
            let old = day.0 < first_kept.0 - REDUCED_DAYS_BEFORE;
            let spared = old && spare_from.is_some_and(|first| day >= first);
            let of_reduced = reduced.iter().copied().filter(|_| old && !spared);
            pruning.spared += u64::from(spared && reduced.iter().any(|kind| !parts_of(entry, kind).is_empty()));
            for kind in std::iter::once(EVENTS).chain(of_reduced).filter(|kind| !entry.is_pruned(kind)) {
                let parts = parts_of(entry, kind);
                if !parts.is_empty() {
                    pruning.kinds.entry(day).or_default().push(kind.to_owned());
                    pruning.files += parts.len() as u64;
                    pruning.rows += parts.iter().map(|part| part.rows).sum::<u64>();
                }
            }
        }
        pruning
    }

    /// Removes them. The account of every file, the counts and the matrices stay, and the day takes in no more rows.
    ///
    /// # Errors
    /// [`StoreError::System`]; the store then is as before, or as after.
    pub fn prune(&mut self, pruning: &Pruning) -> Result<(), StoreError> {
        self.commit(|manifest| {
            for (day, kinds) in &pruning.kinds {
                manifest.days.entry(*day).or_default().pruned.extend(kinds.iter().cloned());
            }
            if let Some(first_kept) = pruning.quarantine_from {
                manifest.expire_quarantine(first_kept);
            }
        })?;
        Ok(())
    }
}

fn parts_of<'a>(entry: &'a DayEntry, kind: &str) -> Vec<&'a Part> {
    if kind == EVENTS {
        entry.parts.iter().chain(&entry.traits.parts).collect()
    } else {
        entry.derived.get(kind).map(|derived| &derived.part).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DayFacts, DayTallies, Derived, StoreIdentity};

    #[test]
    fn old_events_go_and_reduced_days_once_no_kept_pair_needs_them() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        for day in (0..10).map(LocalDay) {
            let mut file = |kind: &str| store.write_tallies(kind, day, &DayTallies::default()).unwrap();
            let parts = vec![file(EVENTS)];
            let derived = ["reduced", "tallies"]
                .map(|kind| (kind.to_owned(), Derived { part: file(kind), inputs: String::new() }));
            let entry = DayEntry {
                parts,
                delivered: true,
                derived: derived.into(),
                facts: Some(DayFacts::default()),
                ..DayEntry::default()
            };
            store.commit(|manifest| drop(manifest.days.insert(day, entry))).unwrap();
        }
        let pruning = store.plan_pruning(4, &["reduced"], None);
        assert_eq!(pruning.first_kept, Some(LocalDay(6)));
        let kinds = |day| pruning.kinds[&LocalDay(day)].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(
            [kinds(0), kinds(3), kinds(4), kinds(5)].concat(),
            [EVENTS, "reduced", EVENTS, "reduced", EVENTS, EVENTS]
        );
        assert_eq!((pruning.kinds.len(), pruning.files), (6, 10));

        let spared = store.plan_pruning(4, &["reduced"], Some(LocalDay(2)));
        assert_eq!((spared.files, spared.spared), (8, 2), "reduced days 2 and 3 stay");

        store.prune(&pruning).unwrap();
        assert_eq!(store.manifest().usable_days().len(), 10, "pruned days are still told of");
        let left = |kind: &str| {
            std::fs::read_dir(folder.path().join(kind))
                .unwrap()
                .filter(|day| std::fs::read_dir(day.as_ref().unwrap().path()).unwrap().next().is_some())
                .count()
        };
        assert_eq!([left(EVENTS), left("reduced"), left("tallies")], [4, 6, 10]);
        assert!(crate::verify(folder.path(), store.manifest()).damaged.is_empty());
        assert_eq!(store.plan_pruning(4, &["reduced"], None).files, 0, "done once");
        assert!(store.manifest().closed(LocalDay(5)).is_some() && store.manifest().closed(LocalDay(6)).is_none());
        assert_eq!(store.plan_pruning(1_000_000, &["reduced"], None).files, 0);
    }

    #[test]
    fn events_stay_until_they_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        for day in (0..3).map(LocalDay) {
            let part = store.write_tallies(EVENTS, day, &DayTallies::default()).unwrap();
            // Two late rows of the first day have come since it was reduced.
            let rows = if day == LocalDay(0) { 7 } else { 5 };
            let facts = DayFacts { events_located: 5, ..DayFacts::default() };
            let parts = vec![Part { rows, ..part }];
            let entry = DayEntry { parts, delivered: true, facts: Some(facts), ..DayEntry::default() };
            store.commit(|manifest| drop(manifest.days.insert(day, entry))).unwrap();
        }
        let pruning = store.plan_pruning(1, &["reduced"], None);
        assert_eq!(pruning.kinds.keys().copied().collect::<Vec<_>>(), [LocalDay(1)]);
        assert_eq!(pruning.waiting, 1);
    }
}
