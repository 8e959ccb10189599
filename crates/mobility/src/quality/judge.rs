//! What the checks say of a day.

use super::clock::shift_hours;
use super::history::History;
use super::record::DayRecord;
use super::rules::QualityRules;
use hexodus_model::{Check, Consequence, DayVerdict, Finding, LocalDay};
use std::collections::BTreeMap;

/// Judges every day by itself and by the days before it. `records` ascending by day, without repeats.
pub fn judge_days(records: &[DayRecord], rules: &QualityRules) -> BTreeMap<LocalDay, DayVerdict> {
    let mut history = History::default();
    let mut verdicts = BTreeMap::new();
    for record in records {
        history.move_to(record.day, rules);
        verdicts.insert(record.day, judge_day(record, &history, rules));
        history.push(record);
    }
    verdicts
}

/// Judges one day. `history` holds the days before it.
pub fn judge_day(record: &DayRecord, history: &History<'_>, rules: &QualityRules) -> DayVerdict {
    let no_history = history.len() < rules.history_min_days.max(1);
    let mut judge = Judge { record, history, rules, findings: Vec::new() };
    let usual_rows = if no_history { 0 } else { history.median(|day| day.rows_read).unwrap_or(0) };
    if record.rows_read.max(usual_rows) >= rules.min_rows {
        judge.by_itself();
        if !no_history {
            judge.by_history();
        }
    }
    let mut findings = judge.findings;
    findings.sort_by_key(|finding| finding.check);
    DayVerdict { history_days: history.len(), no_history, findings }
}

struct Judge<'a> {
    record: &'a DayRecord,
    history: &'a History<'a>,
    rules: &'a QualityRules,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    /// What needs no other day.
    fn by_itself(&mut self) {
        let day = self.record;
        self.share(Check::Unlocated, day.events_unlocated, day.events, "accepted events have no place");
        self.share(Check::Quarantined, day.rows_quarantined, day.rows_read, "rows could not be read as declared");
        self.share(Check::Duplicates, day.rows_duplicate, day.rows_read, "rows were known already");
        if let Some([first, last]) = day.span_minutes {
            let ends_by = |check: Check| self.rules.rule(check).threshold * 60.0;
            let truncated = (last as f64) < ends_by(Check::Truncated);
            let late = first as f64 >= ends_by(Check::LateStart);
            self.found(Check::Truncated, truncated, || format!("hardly any event after {} local", clock(last)));
            self.found(Check::LateStart, late, || format!("the first event is at {} local", clock(first)));
        }
    }

    /// What is seen only beside the days before.
    fn by_history(&mut self) {
        let (day, history) = (self.record, self.history);
        let counts: [(Check, Check, u64, Option<u64>, &str); 2] = [
            (Check::EventsLow, Check::EventsHigh, day.events, history.median(|day| day.events), "events"),
            (
                Check::SubscribersLow,
                Check::SubscribersHigh,
                day.subscribers_active,
                history.median(|day| day.subscribers_active),
                "active subscribers",
            ),
        ];
        for (low, high, count, median, what) in counts {
            let Some(median) = median.filter(|&median| median > 0) else { continue };
            let ratio = count as f64 / median as f64;
            let found = || format!("{count} {what}, {ratio:.2} of the median of {} days", history.len());
            self.found(low, ratio < self.rules.rule(low).threshold, found);
            self.found(high, ratio > self.rules.rule(high).threshold, found);
        }
        self.radio_cells();
        let usual = history.usual_sources(self.rules.rule(Check::SourceMissing).threshold);
        let missing: Vec<&str> =
            usual.into_iter().filter(|&source| day.rows_by_source.get(source).is_none_or(|&rows| rows == 0)).collect();
        self.found(Check::SourceMissing, !missing.is_empty(), || format!("nothing from {}", missing.join(", ")));
        let shift = shift_hours(&day.events_by_hour, &history.hourly_profile());
        let skewed = shift != 0 && shift.unsigned_abs() as f64 >= self.rules.rule(Check::ClockSkew).threshold;
        self.found(Check::ClockSkew, skewed, || format!("the hourly profile is the usual one, {shift:+} hours"));
    }

    fn radio_cells(&mut self) {
        let (usual, silent) = self.history.silent(&self.record.radio_cells);
        self.share(Check::RadioCellsSilent, silent, usual, "radio cells active on most days before are silent");
        let active = self.record.radio_cells.len() as u64;
        let new = self.history.newly_seen(&self.record.radio_cells);
        self.share(Check::RadioCellsNew, new, active, "active radio cells were active on no day before");
    }

    /// A share above its threshold. Of nothing there is no share.
    fn share(&mut self, check: Check, part: u64, whole: u64, what: &str) {
        let share = if whole > 0 { part as f64 / whole as f64 } else { 0.0 };
        let found = || format!("{part} of {whole} {what} ({:.1} %)", share * 100.0);
        self.found(check, share > self.rules.rule(check).threshold, found);
    }

    fn found(&mut self, check: Check, failed: bool, found: impl FnOnce() -> String) {
        let consequence = self.rules.rule(check).consequence;
        if failed && consequence != Consequence::Ok {
            self.findings.push(Finding { check, consequence, found: found() });
        }
    }
}

fn clock(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
