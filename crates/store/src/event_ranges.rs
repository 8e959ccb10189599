//! A stored day, read range by range of subscribers, so that it need not be in memory at once.

use crate::error::StoreError;
use crate::events::decode;
use crate::manifest::Part;
use crate::parquet_file::{self, bounds_of};
use hexodus_model::{DayWindow, GroupedEvents, SubscriberId};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;
use std::fs::File;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};

/// The events of a day, in ranges that cover all subscribers in ascending order.
#[derive(Debug)]
pub struct EventRanges {
    parts: Vec<EventPart>,
    window: DayWindow,
    ranges: Vec<RangeInclusive<u64>>,
}

#[derive(Debug)]
struct EventPart {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    events: u64,
    /// First and last subscriber of each row group.
    groups: Vec<RangeInclusive<u64>>,
}

impl EventRanges {
    pub(crate) fn open(folder: &Path, parts: &[Part], window: &DayWindow) -> Result<Self, StoreError> {
        let parts: Vec<EventPart> =
            parts.par_iter().map(|part| EventPart::open(folder, part)).collect::<Result<_, _>>()?;
        let largest = parts.iter().max_by_key(|part| part.events);
        let ranges = ranges_of(largest.map_or(&[], |part| &part.groups));
        Ok(Self { parts, window: *window, ranges })
    }

    /// Ranges.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// Whether there is no range; there always is one.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Events of the day.
    pub fn rows(&self) -> u64 {
        self.parts.iter().map(|part| part.events).sum()
    }

    /// The events of one range.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn range(&self, range: usize) -> Result<GroupedEvents, StoreError> {
        let range = &self.ranges[range];
        self.read(|subscriber| range.contains(&subscriber.bits()), |group| overlap(group, range))
    }

    /// The events of some buckets, of so many equal ranges of pseudonyms: each row group they are in is read once. Of
    /// those that are not `wanted` there are none.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn buckets(
        &self,
        some: Range<usize>,
        buckets: usize,
        wanted: impl Fn(usize) -> bool,
    ) -> Result<Vec<GroupedEvents>, StoreError> {
        let of = |bits: u64| SubscriberId::from_pseudonym(bits).bucket(buckets);
        let events = self.read(
            |subscriber| {
                let own = subscriber.bucket(buckets);
                some.contains(&own) && wanted(own)
            },
            |group| some.start <= of(*group.end()) && of(*group.start()) < some.end,
        )?;
        let mut by_bucket = vec![GroupedEvents::default(); some.len()];
        for (subscriber, moments) in &events {
            by_bucket[subscriber.bucket(buckets) - some.start].push_group(subscriber, moments.iter().copied());
        }
        Ok(by_bucket)
    }

    fn read(
        &self,
        wanted: impl Fn(SubscriberId) -> bool,
        may_hold: impl Fn(&RangeInclusive<u64>) -> bool,
    ) -> Result<GroupedEvents, StoreError> {
        let mut events: Option<GroupedEvents> = None;
        for part in &self.parts {
            let groups: Vec<usize> = (0..part.groups.len()).filter(|&group| may_hold(&part.groups[group])).collect();
            if groups.is_empty() {
                continue;
            }
            let own = part.read(groups, &self.window, &wanted)?;
            events = Some(match events {
                None => own,
                Some(before) => before.merged(&own),
            });
        }
        Ok(events.unwrap_or_default())
    }
}

impl EventPart {
    fn open(folder: &Path, part: &Part) -> Result<Self, StoreError> {
        let path = folder.join(&part.name);
        let file = parquet_file::open(folder, part)?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())
            .map_err(|error| StoreError::damaged(&path, error))?;
        parquet_file::check_format(&path, metadata.metadata().file_metadata())?;
        let groups = metadata.metadata().row_groups().iter().map(bounds_of).collect();
        Ok(Self { path, metadata, events: part.rows, groups })
    }

    fn read(
        &self,
        groups: Vec<usize>,
        window: &DayWindow,
        wanted: impl Fn(SubscriberId) -> bool,
    ) -> Result<GroupedEvents, StoreError> {
        let damaged = |error: &dyn std::fmt::Display| StoreError::damaged(&self.path, error);
        // A handle of its own: clones of one handle would share their position among threads.
        let file = File::open(&self.path).map_err(|error| damaged(&error))?;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_row_groups(groups)
            .with_batch_size(1 << 16)
            .build()
            .map_err(|error| damaged(&error))?;
        let mut events = GroupedEvents::default();
        for batch in reader {
            let batch = batch.map_err(|error| damaged(&error))?;
            decode(&batch, window, &wanted, &mut events).ok_or_else(|| damaged(&"events of another day or layout"))?;
        }
        Ok(events)
    }
}

fn overlap(left: &RangeInclusive<u64>, right: &RangeInclusive<u64>) -> bool {
    left.start() <= right.end() && right.start() <= left.end()
}

/// Ranges that end where row groups end, from the first to the last possible pseudonym.
fn ranges_of(groups: &[RangeInclusive<u64>]) -> Vec<RangeInclusive<u64>> {
    let mut ranges = Vec::with_capacity(groups.len());
    let mut start = 0;
    for group in groups.iter().take(groups.len().saturating_sub(1)) {
        // A subscriber whose events go on in the next row group belongs to one range all the same.
        if *group.end() >= start && *group.end() < u64::MAX {
            ranges.push(start..=*group.end());
            start = group.end() + 1;
        }
    }
    ranges.push(start..=u64::MAX);
    ranges
}
