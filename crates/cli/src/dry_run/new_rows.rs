//! What the new files of a check bring to a day, as the counts that the day is judged by.

use super::distinct::DistinctSubscribers;
use crate::run::quality_checks::{by_clock_hour, rows_not_at_fault, span_minutes};
use hexodus_ingest::{DaySettling, FileOutcome, complete_accounts};
use hexodus_mobility::quality::{DayActivity, DayRecord};
use hexodus_model::{Calendar, DayPlaces, DayWindow, GroupedEvents, LocationId, Locations, RowCounts, UtcMicros};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// One day's new rows so far. Counts only, and the pseudonyms of a sample, in memory.
#[derive(Debug, Default)]
pub struct NewRows {
    activity: DayActivity,
    subscribers: DistinctSubscribers,
    /// First and last event, in microseconds since the start of the day.
    span: Option<[i64; 2]>,
    rows: RowCounts,
    rows_by_source: BTreeMap<String, u64>,
}

impl NewRows {
    /// Settles the rows that files bring for a day, bucket by bucket, completes the accounts of the files and counts
    /// what was new.
    ///
    /// # Errors
    /// When rows that were spilled cannot be read back.
    pub fn settle(
        &mut self,
        files: &mut [FileOutcome],
        window: &DayWindow,
        places: &DayPlaces,
        buckets: usize,
    ) -> io::Result<()> {
        let settling = DaySettling::begin(files, window.day, places, buckets, false);
        let mut sightings = Vec::new();
        for bucket in 0..buckets {
            for (subscriber, moments) in &settling.settle(bucket, &GroupedEvents::default())? {
                self.subscribers.see(subscriber);
                self.activity.see(moments, places, &mut sightings);
                let ends = moments.first().zip(moments.last());
                let ends = ends.map(|(first, last)| [first.micros_of_day(), last.micros_of_day()]);
                self.span = widest(self.span, ends);
            }
        }
        complete_accounts(files.iter_mut().map(|file| &mut file.audit), window.day, &settling.finish());
        for audit in files.iter().map(|file| &file.audit) {
            let Some(rows) = audit.days.get(&window.day) else { continue };
            self.rows.add(rows);
            *self.rows_by_source.entry(audit.source_id.clone()).or_default() += rows.read;
        }
        Ok(())
    }

    /// Adds them to what the store knows of the day. Subscribers of both are counted once where one side has them all:
    /// the larger count stands.
    pub fn add_to(&self, record: &mut DayRecord, window: &DayWindow, locations: &Locations, calendar: &Calendar) {
        record.rows_read += self.rows.read;
        record.rows_duplicate += self.rows.duplicates;
        record.rows_quarantined += self.rows.rejected_rows() - rows_not_at_fault(&self.rows);
        for (source, rows) in &self.rows_by_source {
            *record.rows_by_source.entry(source.clone()).or_default() += rows;
        }
        record.events += self.activity.events();
        record.events_unlocated += self.activity.unlocated();
        record.subscribers_active = record.subscribers_active.max(self.subscribers.count());
        let by_hour = by_clock_hour(&self.activity.events_by_hour, window, calendar);
        record.events_by_hour.iter_mut().zip(by_hour).for_each(|(sum, events)| *sum += events);
        let span = self.span.map(|span| span.map(|micros| UtcMicros(window.start.0 + micros)));
        let span = span.map(|span| span_minutes(span, &self.activity.events_by_hour, window, calendar));
        record.span_minutes = widest(record.span_minutes, span);
        let is_radio_cell = |key: usize| matches!(locations.ids().get(key), Some(LocationId::RadioCell(_)));
        let active = self.activity.location_days().map(|row| row.location);
        let known = std::mem::take(&mut record.radio_cells);
        let all: BTreeSet<_> = active.filter(|key| is_radio_cell(key.0 as usize)).chain(known).collect();
        record.radio_cells = all.into_iter().collect();
    }
}

fn widest(left: Option<[i64; 2]>, right: Option<[i64; 2]>) -> Option<[i64; 2]> {
    match (left, right) {
        (Some(left), Some(right)) => Some([left[0].min(right[0]), left[1].max(right[1])]),
        (one, other) => one.or(other),
    }
}
