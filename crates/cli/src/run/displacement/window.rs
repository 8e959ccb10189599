//! Which stored days a crisis is counted from, and whether they are there.

use super::super::Run;
use super::super::days::{ACTIVITY, SUBSCRIBER_DAYS, fingerprint};
use super::super::on_request::HOURS;
use crate::crisis::Crisis;
use hexodus_model::{Consequence, CrisisDays, LocalDay};
use hexodus_store::DayEntry;

/// Changes whenever the meaning of the counts changes, or what is kept between nights, so that both are made anew.
pub(super) const DISPLACEMENT_VERSION: u32 = 7;

/// The days of a crisis.
#[derive(Debug)]
pub(in crate::run) struct Window {
    /// Baseline, event, last day.
    pub(in crate::run) days: CrisisDays,
    /// Days with data, ascending: of the baseline and before it only those that may be learnt from.
    pub(in crate::run) usable: Vec<LocalDay>,
    /// The first of them whose reduced days were removed by age.
    pub(super) removed: Option<LocalDay>,
    /// Fingerprint of everything the counts depend on.
    pub(in crate::run) inputs: String,
}

impl Run<'_> {
    /// The days of a crisis up to the newest usable day; none while there is none since the event.
    ///
    /// Ids of two keys are never linked, so all days go by the key of the last day before the event.
    pub(in crate::run) fn crisis_window(&self, crisis: &Crisis) -> Option<Window> {
        let manifest = self.store.manifest();
        let all = manifest.usable_days();
        let before = all.iter().copied().rfind(|&day| day < crisis.event);
        let anchor = before.or_else(|| all.first().copied())?;
        let linked = all.into_iter().filter(|&day| manifest.is_linked(anchor, day));
        let followed: Vec<LocalDay> = linked.collect();
        let last = followed.iter().copied().rfind(|&day| day >= crisis.event)?;
        let days = CrisisDays { event: crisis.event, baseline: crisis.baseline, last };
        let first = crisis.first_record();
        let entry = |day: &LocalDay| manifest.days.get(day);
        let wanted = |day: &LocalDay| *day >= first && (*day > crisis.baseline.last || self.teaches(crisis, *day));
        let usable: Vec<LocalDay> = followed.into_iter().filter(wanted).collect();
        let removed = usable.iter().copied().find(|day| entry(day).is_some_and(|own| own.is_pruned(SUBSCRIBER_DAYS)));
        let parts = self.made_of(&usable);
        let inputs = fingerprint(&serde_json::json!([
            DISPLACEMENT_VERSION,
            crisis.method(),
            self.setup.config.output.relocations_rolling,
            self.people_inputs(),
            last,
            parts,
            self.network.fingerprint
        ]));
        Some(Window { days, usable, removed, inputs })
    }

    /// What the files of reduced days were made of, for fingerprints.
    pub(super) fn made_of(&self, days: &[LocalDay]) -> serde_json::Value {
        let made_of = |entry: &DayEntry| {
            [SUBSCRIBER_DAYS, ACTIVITY, HOURS].map(|kind| entry.derived.get(kind).map(|derived| derived.inputs.clone()))
        };
        let of_day = |day: &LocalDay| (*day, self.store.manifest().days.get(day).map(made_of));
        serde_json::json!(days.iter().map(of_day).collect::<Vec<_>>())
    }

    /// Whether something may be learnt from a day before the event: no holiday, not left out, not excluded by a check.
    pub(super) fn teaches(&self, crisis: &Crisis, day: LocalDay) -> bool {
        let verdict = self.store.manifest().days.get(&day).and_then(|entry| entry.verdict.as_ref());
        let excluded = verdict.is_some_and(|verdict| !verdict.names(Consequence::Exclude).is_empty());
        !excluded && !crisis.left_out.contains(&day)
    }
}
