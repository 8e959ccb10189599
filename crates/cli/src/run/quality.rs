//! The rows of `quality_daily`: what was read, and what is known of each day.

use super::Run;
use super::quality_checks::clock_minutes;
use hexodus_model::{Calendar, Consequence, FileAudit, LocalDay, RowCounts};
use hexodus_release::{DayFacts as QualityFacts, QualityDay, SuppressedMass};
use hexodus_store::DayFacts;
use std::collections::BTreeMap;

/// Local clock minutes that a complete day reaches (formats §3 rule 13).
const COMPLETE_FROM_MINUTES: i64 = 18 * 60;

impl Run<'_> {
    /// One row a delivered day and source, for the whole country; days that a check refuses are listed too.
    pub fn quality_days(&self, suppressed: &BTreeMap<LocalDay, (u64, SuppressedMass)>) -> Vec<QualityDay> {
        let days = self.store.manifest().delivered_days();
        let mut rows = Vec::new();
        for day in days {
            let mut by_source: BTreeMap<&str, Vec<&FileAudit>> = BTreeMap::new();
            for file in &self.store.manifest().files {
                if file.days.contains_key(&day) {
                    by_source.entry(&file.source_id).or_default().push(file);
                }
            }
            let alone = by_source.len() == 1;
            rows.extend(
                by_source
                    .into_iter()
                    .filter_map(|(source, files)| self.quality_day(day, source, &files, alone, suppressed.get(&day))),
            );
        }
        rows
    }

    fn quality_day(
        &self,
        day: LocalDay,
        source_id: &str,
        files: &[&FileAudit],
        alone: bool,
        suppressed: Option<&(u64, SuppressedMass)>,
    ) -> Option<QualityDay> {
        let entry = self.store.manifest().days.get(&day)?;
        let facts = entry.facts.clone().unwrap_or_default();
        let verdict = entry.verdict.clone().unwrap_or_default();
        let mut rows = RowCounts::default();
        for file in files {
            rows.add(file.days.get(&day)?);
        }
        if alone {
            // A corrected plan locates stored events anew: the split follows the plan in force, the sum stays.
            (rows.located, rows.unlocated) = (facts.events_located, facts.events_unlocated);
        }
        let [earliest, latest] = facts.span.map_or([None, None], |[first, last]| [Some(first), Some(last)]);
        let complete = is_complete(&facts, day, &self.setup.calendar);
        let country = self.network.areas.level(0).first().map_or(String::new(), |country| country.pcode.to_string());
        Some(QualityDay {
            facts: QualityFacts {
                day,
                source_id: source_id.into(),
                area_id: country,
                event_types: "all".into(),
                files_received: files.len() as u32,
                rows_quarantined: rows.quarantined,
                rows_left_out: facts.events_left_out,
                semantic: facts.semantic.iter().map(|(code, rows)| (code.name(), *rows)).collect(),
                rows,
                radio_cells_in_plan: facts.radio_cells_in_plan,
                radio_cells_active: facts.radio_cells_active,
                sites_active: facts.sites_active,
                earliest_event: earliest,
                latest_event: latest,
                hours_covered: facts.hours_covered,
                night_hours_covered: None,
                day_complete: complete,
                day_used: entry.is_trusted(),
                baseline_used: verdict.consequence() < Consequence::Exclude,
                verdict: verdict.consequence(),
                checks: verdict.names(Consequence::Warn),
                exclusion_reason: verdict.names(Consequence::Exclude),
                rows_suppressed: suppressed.map_or(0, |(rows, _)| *rows),
            },
            subscribers_active: facts.subscribers_active,
            subscribers_located: facts.subscribers_located,
            suppressed_mass: suppressed.map(|(_, mass)| *mass),
        })
    }
}

/// Whether a day is believed to be complete: something was heard in the evening.
pub(super) fn is_complete(facts: &DayFacts, day: LocalDay, calendar: &Calendar) -> bool {
    facts.span.is_some_and(|[_, latest]| clock_minutes(latest, day, calendar) >= COMPLETE_FROM_MINUTES)
}
