//! Judging the delivered days, and what follows: a refused day is not used unless it is accepted.

use super::Run;
use super::days::ACTIVITY;
use crate::console::Console;
use crate::failure::Failure;
use hexodus_mobility::quality::{DayRecord, judge_days, last_busy_hour};
use hexodus_model::time::HOUR_US;
use hexodus_model::{
    Acceptance, Calendar, Consequence, DayVerdict, DayWindow, FaultCode, LocalDay, RowCounts, UtcMicros,
};
use hexodus_store::{DayEntry, Manifest, read_activity};
use std::collections::BTreeMap;
use std::path::Path;

impl Run<'_> {
    /// Judges every delivered day, takes note of what is `accepted` (day → reason), and says what has changed.
    pub fn judge(&mut self, accepted: &BTreeMap<LocalDay, String>) -> Result<(), Failure> {
        let days = self.store.manifest().delivered_days();
        let records = days
            .iter()
            .map(|&day| stored_record(self.store.manifest(), self.store.folder(), &self.setup.calendar, day))
            .collect::<Result<Vec<_>, _>>()?;
        let verdicts = judge_days(&records, &self.setup.config.quality);
        let acceptances = acceptances(accepted, &verdicts, self.console);
        for (day, verdict) in &verdicts {
            if self.entry(*day).and_then(|entry| entry.verdict.as_ref()) != Some(verdict) {
                self.say(*day, verdict, acceptances.get(day));
            }
        }
        self.store.commit(|manifest| {
            for (&day, entry) in &mut manifest.days {
                entry.verdict = verdicts.get(&day).cloned();
                if let Some(acceptance) = acceptances.get(&day) {
                    entry.acceptance = Some(acceptance.clone());
                }
            }
        })?;
        Ok(())
    }

    fn entry(&self, day: LocalDay) -> Option<&DayEntry> {
        self.store.manifest().days.get(&day)
    }

    fn say(&self, day: LocalDay, verdict: &DayVerdict, accepted: Option<&Acceptance>) {
        for finding in &verdict.findings {
            self.console.warn(&format!("{day} {finding}"));
        }
        let accepted = accepted.or_else(|| self.entry(day).and_then(|entry| entry.acceptance.as_ref()));
        if !verdict.is_usable(accepted) {
            let how = format!("`hexodus run --accept \"{day}=REASON\"` uses it all the same");
            self.console.warn(&format!("{day} is not used: {}; {how}", verdict.names(Consequence::Refuse)));
        }
    }
}

/// Binds each reason to what refuses its day now.
pub fn acceptances(
    accepted: &BTreeMap<LocalDay, String>,
    verdicts: &BTreeMap<LocalDay, DayVerdict>,
    console: &Console,
) -> BTreeMap<LocalDay, Acceptance> {
    let mut acceptances = BTreeMap::new();
    for (&day, reason) in accepted {
        let checks = verdicts.get(&day).map(DayVerdict::refused_by).unwrap_or_default();
        if checks.is_empty() {
            console.warn(&format!("--accept {day}: no check refuses that day; nothing is accepted"));
        } else {
            acceptances.insert(day, Acceptance { reason: reason.clone(), checks });
        }
    }
    acceptances
}

/// A day as the store in `folder` knows it, as counts; without anything where it does not. Needs no lock.
pub fn stored_record(
    manifest: &Manifest,
    folder: &Path,
    calendar: &Calendar,
    day: LocalDay,
) -> Result<DayRecord, Failure> {
    let mut record = DayRecord::new(day);
    for file in &manifest.files {
        let Some(rows) = file.days.get(&day) else { continue };
        record.rows_read += rows.read;
        record.rows_duplicate += rows.duplicates;
        record.rows_quarantined += rows.rejected_rows() - rows_not_at_fault(rows);
        *record.rows_by_source.entry(file.source_id.clone()).or_default() += rows.read;
    }
    let Some(entry) = manifest.days.get(&day) else { return Ok(record) };
    if let Some(facts) = &entry.facts {
        record.events = facts.events_located + facts.events_unlocated;
        record.events_unlocated = facts.events_unlocated;
        record.subscribers_active = facts.subscribers_active;
        let window = calendar.window(day);
        record.events_by_hour = by_clock_hour(&facts.events_by_hour, &window, calendar);
        record.span_minutes = facts.span.map(|span| span_minutes(span, &facts.events_by_hour, &window, calendar));
    }
    if let Some(activity) = entry.derived.get(ACTIVITY) {
        let radio_cells = read_activity(folder, &activity.part)?;
        record.radio_cells = radio_cells.into_iter().map(|row| row.location).collect();
    }
    Ok(record)
}

/// First event, and the last one or the end of the last busy hour, in minutes on the local clock.
pub fn span_minutes(span: [UtcMicros; 2], events_by_hour: &[u64], window: &DayWindow, calendar: &Calendar) -> [i64; 2] {
    let minutes = |at: UtcMicros| clock_minutes(at, window.day, calendar);
    let end = last_busy_hour(events_by_hour).map(|hour| minutes(start_of(hour, window)) + 59);
    [minutes(span[0]), minutes(span[1]).min(end.unwrap_or(i64::MAX))]
}

/// Rejected rows that say nothing against a delivery: without a place, or too late for a day that is closed.
pub fn rows_not_at_fault(rows: &RowCounts) -> u64 {
    let codes = [FaultCode::NoLocation, FaultCode::SentinelLocation, FaultCode::DayClosed];
    codes.iter().filter_map(|code| rows.rejected.get(code)).sum()
}

/// Days that a check refuses and nobody accepted.
pub fn refused_days(manifest: &Manifest) -> impl Iterator<Item = LocalDay> {
    manifest.days.iter().filter(|(_, entry)| !entry.is_trusted()).map(|(&day, _)| day)
}

/// One line a finding, for `hexodus status`: day, check, consequence, what was found, and who accepted it.
pub fn verdict_lines(manifest: &Manifest) -> Vec<String> {
    let mut lines = Vec::new();
    for (day, entry) in &manifest.days {
        let Some(verdict) = &entry.verdict else { continue };
        lines.extend(verdict.findings.iter().map(|finding| format!("{day}  {finding}")));
        if let Some(acceptance) = &entry.acceptance {
            let in_force = if entry.is_trusted() { "accepted" } else { "accepted before another check refused it" };
            lines.push(format!("{day}  {in_force}: {}", acceptance.reason));
        }
    }
    let without = manifest.days.values().filter(|entry| entry.verdict.as_ref().is_some_and(|day| day.no_history));
    let count = without.count();
    if count > 0 {
        lines.push(format!("no history: {count} days had too few days before them to be compared with"));
    }
    lines
}

/// Minutes on the local clock since the midnight of `day`; beyond 1440 on the next date.
pub fn clock_minutes(at: UtcMicros, day: LocalDay, calendar: &Calendar) -> i64 {
    let local = calendar.local(at);
    let midnight = LocalDay::from_date(local.date()).0 - day.0;
    i64::from(midnight) * 1440 + i64::from(local.hour()) * 60 + i64::from(local.minute())
}

/// From hours since the start of the day to hours on the clock: an hour that occurs twice is summed, one that is
/// skipped is empty.
pub fn by_clock_hour(by_hour: &[u64], window: &DayWindow, calendar: &Calendar) -> [u64; 24] {
    let mut by_clock = [0; 24];
    for (hour, events) in by_hour.iter().enumerate() {
        by_clock[calendar.local(start_of(hour, window)).hour().unsigned_abs() as usize % 24] += events;
    }
    by_clock
}

fn start_of(hour: usize, window: &DayWindow) -> UtcMicros {
    UtcMicros(window.start.0 + hour as i64 * HOUR_US)
}
