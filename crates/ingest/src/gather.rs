//! The parts of one file put together: its account, its rows, its faults.

use crate::batch::{Example, FileFacts};
use crate::error::FileFault;
use crate::read::{FileOutcome, Source};
use crate::scatter::{Scattered, keep_first};
use crate::spec::RawIdentifiers;
use hexodus_model::{FaultCode, FileAudit, LocalDay, Rejections, RowCounts};
use std::collections::BTreeMap;
use std::path::Path;

impl Source<'_> {
    /// Puts the parts of a file together and refuses a file without any valid row.
    pub(crate) fn gather(
        &self,
        audit: FileAudit,
        parts: Vec<Scattered>,
        path: &Path,
    ) -> Result<FileOutcome, FileFault> {
        let mut outcome = FileOutcome {
            audit,
            days: BTreeMap::new(),
            hash: self.hash.clone(),
            places: Vec::new(),
            examples: BTreeMap::new(),
            rejected: Rejections::default(),
            traits: BTreeMap::new(),
        };
        let mut undated = RowCounts::default();
        for part in parts {
            outcome.places.extend(part.place);
            for (day, buckets) in part.days {
                outcome.days.entry(day).or_default().add(buckets);
            }
            for (day, segments) in part.spilled {
                let waiting = outcome.days.entry(day).or_default();
                for (bucket, segment) in segments {
                    waiting.add_spilled(bucket, segment);
                }
            }
            for (day, counts) in part.counts {
                outcome.audit.days.entry(day).or_default().add(&counts);
            }
            undated.add(&part.undated);
            outcome.rejected.append(&part.rejected, 0);
            for (code, example) in part.examples {
                keep_first(&mut outcome.examples, code, example);
            }
            if let Some([first, last]) = part.span {
                let audit = &mut outcome.audit;
                audit.first_event = Some(audit.first_event.map_or(first, |before| before.min(first)));
                audit.last_event = Some(audit.last_event.map_or(last, |before| before.max(last)));
            }
        }
        if outcome.days.is_empty() {
            let mut total = outcome.audit.total();
            total.add(&undated);
            return Err(no_valid_row(path, &total, &outcome.examples));
        }
        if undated.read > 0 {
            let day = self.file_day.unwrap_or_else(|| busiest_day(&outcome.audit));
            outcome.audit.days.entry(day).or_default().add(&undated);
            outcome.rejected.settle_day(day);
        }
        for day in outcome.rejected.rows().iter().filter_map(|(row, _)| row.day) {
            outcome.audit.days.entry(day).or_default().quarantined += 1;
        }
        Ok(outcome)
    }

    /// Ids that look like phone or subscriber numbers (code 208): told, or the file refused. No id is ever shown.
    pub(crate) fn check_ids(
        &self,
        mut outcome: FileOutcome,
        facts: &FileFacts,
        path: &Path,
    ) -> Result<FileOutcome, FileFault> {
        let Some(rows) = facts.ids.alarming() else { return Ok(outcome) };
        let expected = "ids that are pseudonyms (numeric_pseudonyms = true of [source.identity] says that numbers are)";
        let found = "99 % or more of 8 to 15 digits, like phone numbers, IMSI or IMEI";
        if self.spec.identity.raw_identifiers == Some(RawIdentifiers::Error) {
            return Err(FileFault::of_file(path, expected, found).at_column("user_id"));
        }
        let day = self.file_day.unwrap_or_else(|| busiest_day(&outcome.audit));
        let counts = outcome.audit.days.entry(day).or_default();
        *counts.flagged.entry(FaultCode::RawIdentifier).or_default() += rows;
        let example = Example { row: 1, column: "user_id".into(), expected: expected.into(), found: found.into() };
        keep_first(&mut outcome.examples, FaultCode::RawIdentifier, example);
        Ok(outcome)
    }
}

/// The day with most rows; the earliest of several.
fn busiest_day(audit: &FileAudit) -> LocalDay {
    let by_rows = audit.days.iter().max_by_key(|(day, counts)| (counts.read, std::cmp::Reverse(**day)));
    by_rows.map_or(LocalDay(0), |(day, _)| *day)
}

fn no_valid_row(path: &Path, total: &RowCounts, examples: &BTreeMap<FaultCode, Example>) -> FileFault {
    if total.read == 0 {
        return FileFault::of_file(path, "events after the header", "no row");
    }
    let reasons: Vec<String> = total.rejected.iter().map(|(code, rows)| format!("{rows} {}", code.name())).collect();
    let found = format!("no valid row among {} ({})", total.read, reasons.join(", "));
    match examples.values().min_by_key(|example| example.row) {
        Some(example) => {
            let found = format!("{}; {found}", example.found);
            FileFault::of_file(path, &example.expected, found).at_row(example.row).at_column(&example.column)
        }
        None => FileFault::of_file(path, "events", found),
    }
}
