//! What a night of a crisis leaves for the next, so that this counts the new day and not all days since the baseline.
//!
//! An evening is kept with a fingerprint of everything that led to it. Late rows, another plan, a home now known to have
//! been out of service, other rules: each changes it, and then an earlier evening is gone on from, or none. The newest
//! evening is that of the day before the last: what happened on the last day may look different tomorrow (an outage is
//! seen on the day after, a night ends in the morning).

use super::super::Run;
use super::super::days::fingerprint;
use super::window::{DISPLACEMENT_VERSION, Window};
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_mobility::{DailyLocationRule, HomeOutages, KeptRows};
use hexodus_model::{Dating, LocalDay, Spread};
use hexodus_store::{CrisisCounts, KeptEvening, Part, Share};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Evenings are kept for so many days, those of one weekday twice as long.
const KEPT_DAYS: i32 = 7;

/// Days before the last whose evenings are written when they are passed. Rows that come a few days late each night leave
/// no newer evening that holds, so the ones they leave are written anew.
const WRITTEN: [i32; 3] = [1, 4, KEPT_DAYS];

/// The evenings to write when the days after `from` are counted. None where a new day changes days before it, or where
/// counts need all dates.
pub(super) fn evenings_to_keep(crisis: &Crisis, window: &Window, from: Option<LocalDay>) -> Vec<LocalDay> {
    if crisis.dating == Dating::Revised || crisis.profile.counts_areas() {
        return Vec::new();
    }
    let eve = window.days.event.previous();
    let days = (eve.0..window.days.last.0).map(LocalDay).filter(|&day| from.is_none_or(|from| day > from));
    days.filter(|&day| WRITTEN.contains(&days_ago(day, window)) || is_of_a_week(day, window)).collect()
}

fn is_kept(evening: LocalDay, window: &Window) -> bool {
    days_ago(evening, window) <= KEPT_DAYS || is_of_a_week(evening, window)
}

fn is_of_a_week(evening: LocalDay, window: &Window) -> bool {
    evening.0.rem_euclid(7) == 0 && days_ago(evening, window) <= 2 * KEPT_DAYS
}

fn days_ago(evening: LocalDay, window: &Window) -> i32 {
    window.days.last.0 - evening.0
}

impl Run<'_> {
    /// What is kept once a window is counted: those of `before`, which hold, and the new ones with their parts,
    /// of each share one an evening.
    pub(super) fn evenings_kept(
        &self,
        crisis: &Crisis,
        window: &Window,
        outages: &HomeOutages,
        before: &[KeptEvening],
        (new, parts): (&[LocalDay], &[Vec<Part>]),
    ) -> Vec<KeptEvening> {
        let stays = |own: &&KeptEvening| is_kept(own.day, window) && !new.contains(&own.day);
        let mut kept: Vec<KeptEvening> = before.iter().filter(stays).cloned().collect();
        kept.extend(new.iter().enumerate().map(|(number, &day)| {
            let parts = parts.iter().filter_map(|own| own.get(number).cloned()).collect();
            KeptEvening { day, parts, inputs: self.kept_inputs(crisis, window, outages, day) }
        }));
        kept.sort_by_key(|own| own.day);
        kept
    }

    /// The evenings that are kept and still hold, ascending.
    pub(super) fn evenings_that_hold(
        &self,
        crisis: &Crisis,
        window: &Window,
        outages: &HomeOutages,
    ) -> Vec<KeptEvening> {
        let kept = self.crisis_entry(crisis).into_iter().flat_map(|own| &own.evenings);
        let holds = |own: &&KeptEvening| {
            own.day < window.days.last && own.inputs == self.kept_inputs(crisis, window, outages, own.day)
        };
        kept.filter(holds).cloned().collect()
    }

    /// Fingerprint of everything that what is kept on an evening depends on.
    fn kept_inputs(&self, crisis: &Crisis, window: &Window, outages: &HomeOutages, evening: LocalDay) -> String {
        // A night is told by the morning after.
        let told_by = if crisis.location == DailyLocationRule::Night { evening.next() } else { evening };
        let told = window.usable.partition_point(|&day| day <= told_by);
        let parts = self.made_of(&window.usable[..told]);
        let outages: Vec<_> =
            outages.until(evening).into_iter().map(|(home, day, metres)| (home.index(), day, metres)).collect();
        fingerprint(&serde_json::json!([
            DISPLACEMENT_VERSION,
            crisis.method(),
            self.setup.config.output.relocations_rolling,
            self.people_inputs(),
            evening,
            parts,
            outages
        ]))
    }

    /// What is kept of the subscribers of a share, by bucket.
    pub(super) fn kept_rows(&self, evening: &KeptEvening, share: Share) -> Result<Vec<KeptRows>, Failure> {
        let number = self.setup.buckets();
        let rows = |index: usize| {
            let (bucket, mut rows) = (Share { index, of: number }, KeptRows::default());
            for part in evening.parts.iter().filter(|_| bucket.overlaps(share)) {
                self.store.read_kept(part, bucket, |who, kept| {
                    if share.holds(who) {
                        rows.push(who, |bytes| {
                            bytes.extend(kept);
                            Some(())
                        });
                    }
                })?;
            }
            Ok(rows)
        };
        (0..number).into_par_iter().map(rows).collect()
    }
}

/// By evening, what is kept by bucket; both ascending.
pub(super) fn by_evening(kept: BTreeMap<(LocalDay, usize), KeptRows>, evenings: &[LocalDay]) -> Vec<Vec<KeptRows>> {
    let mut all: Vec<Vec<KeptRows>> = vec![Vec::new(); evenings.len()];
    for ((evening, _), rows) in kept {
        if let Ok(index) = evenings.binary_search(&evening) {
            all[index].push(rows);
        }
    }
    all
}

/// The counts up to an evening, of those made before, and the later ones.
pub(super) fn joined(mut before: CrisisCounts, evening: LocalDay, mut later: CrisisCounts) -> CrisisCounts {
    before.stock.retain(|own| own.day <= evening);
    before.flows.retain(|own| own.last_day <= evening);
    // The mobility class is of the last day only.
    before.spread.retain(|(key, _)| key.day <= evening && key.spread != Spread::MobilityClass);
    before.variances.retain(|own| own.day <= evening);
    before.replicates.retain(|own| own.day <= evening);
    later.stock.retain(|own| own.day > evening);
    later.variances.retain(|own| own.day > evening);
    later.replicates.retain(|own| own.day > evening);
    // What comes before the event was counted once.
    later.without_event = before.without_event;
    CrisisCounts::join(vec![before, later])
}
