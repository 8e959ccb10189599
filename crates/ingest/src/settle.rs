//! One day's new rows, settled: sorted, duplicates found, located or not, each counted for its file.

use crate::read::FileOutcome;
use crate::sort::sort_rows;
use crate::waiting::WaitingRows;
use hexodus_model::{DayPlaces, EventRow, FileAudit, GroupedEvents, LocalDay};
use std::io;
use std::sync::{Mutex, PoisonError};

/// What became of one file's accepted rows of one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileSettlement {
    /// New, at a known place.
    pub located: u64,
    /// New, at a place the plan does not know.
    pub unlocated: u64,
    /// Known before, from the store, an earlier file or an earlier row.
    pub duplicates: u64,
}

impl FileSettlement {
    fn add(&mut self, other: Self) {
        self.located += other.located;
        self.unlocated += other.unlocated;
        self.duplicates += other.duplicates;
    }
}

/// Settles the rows that files bring for one day, bucket by bucket, in any order and from any thread.
///
/// A row equal to a stored one, or to one of an earlier file, is a duplicate of the later file: which file bears a
/// duplicate depends on the order of files only, the rows that remain depend on nothing.
pub struct DaySettling<'a> {
    waiting: Vec<WaitingRows>,
    places: &'a DayPlaces,
    files: Mutex<Vec<FileSettlement>>,
}

impl<'a> DaySettling<'a> {
    /// Takes the rows of `day` out of the files of a delivery, in the order in which they were delivered.
    pub fn begin(files: &mut [FileOutcome], day: LocalDay, places: &'a DayPlaces) -> Self {
        Self::new(files.iter_mut().map(|file| file.days.remove(&day).unwrap_or_default()).collect(), places)
    }

    /// The same for rows that wait, one entry a file.
    pub fn new(waiting: Vec<WaitingRows>, places: &'a DayPlaces) -> Self {
        let files = Mutex::new(vec![FileSettlement::default(); waiting.len()]);
        Self { waiting, places, files }
    }

    /// Rows that wait in a bucket.
    pub fn rows_waiting(&self, bucket: usize) -> usize {
        self.waiting.iter().map(|file| file.rows_in(bucket)).sum()
    }

    /// The rows of a bucket that were not known before; `stored` are those that were. Call it once for each bucket.
    ///
    /// # Errors
    /// When rows that were spilled cannot be read back.
    pub fn settle(&self, bucket: usize, stored: &GroupedEvents) -> io::Result<GroupedEvents> {
        let files = self.waiting.iter().map(|file| file.take(bucket)).collect::<io::Result<Vec<_>>>()?;
        let (rows, settled) = settle_bucket(files, stored, self.places);
        let mut sums = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        sums.iter_mut().zip(settled).for_each(|(sum, file)| sum.add(file));
        Ok(rows)
    }

    /// What became of each file's rows, once all buckets are settled.
    pub fn finish(self) -> Vec<FileSettlement> {
        self.files.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Settles a day of files against nothing that was stored before: completes their accounts of that day, and returns the
/// rows, by bucket.
///
/// # Errors
/// When rows that were spilled cannot be read back.
pub fn settle_alone(
    files: &mut [FileOutcome],
    day: LocalDay,
    places: &DayPlaces,
    buckets: usize,
) -> io::Result<Vec<GroupedEvents>> {
    let settling = DaySettling::begin(files, day, places);
    let nothing = GroupedEvents::default();
    let rows = (0..buckets).map(|bucket| settling.settle(bucket, &nothing)).collect::<io::Result<_>>()?;
    complete_accounts(files.iter_mut().map(|file| &mut file.audit), day, &settling.finish());
    Ok(rows)
}

/// Completes the accounts of a day.
pub fn complete_accounts<'a>(
    audits: impl IntoIterator<Item = &'a mut FileAudit>,
    day: LocalDay,
    settled: &[FileSettlement],
) {
    for (audit, settled) in audits.into_iter().zip(settled) {
        // A file without rows of the day must not look like one that brought some.
        if *settled == FileSettlement::default() {
            continue;
        }
        let counts = audit.days.entry(day).or_default();
        counts.located += settled.located;
        counts.unlocated += settled.unlocated;
        counts.duplicates += settled.duplicates;
    }
}

fn settle_bucket(
    files: Vec<Vec<Vec<EventRow>>>,
    stored: &GroupedEvents,
    places: &DayPlaces,
) -> (GroupedEvents, Vec<FileSettlement>) {
    let mut new = GroupedEvents::default();
    let mut settlements = Vec::with_capacity(files.len());
    for parts in files {
        let mut rows = sort_rows(parts);
        let delivered = rows.len();
        rows.dedup();
        remove_known(&mut rows, stored);
        remove_known(&mut rows, &new);
        let located = count_located(&rows, places);
        settlements.push(FileSettlement {
            located,
            unlocated: rows.len() as u64 - located,
            duplicates: (delivered - rows.len()) as u64,
        });
        let rows = GroupedEvents::of_sorted(&rows);
        new = if new.is_empty() { rows } else { new.merged(&rows) };
    }
    (new, settlements)
}

/// Removes from sorted `rows` those that are known.
fn remove_known(rows: &mut Vec<EventRow>, known: &GroupedEvents) {
    if known.is_empty() {
        return;
    }
    let mut known = known.rows().peekable();
    rows.retain(|row| {
        while known.next_if(|known| known < row).is_some() {}
        known.peek() != Some(row)
    });
}

fn count_located(rows: &[EventRow], places: &DayPlaces) -> u64 {
    let located = |row: &&EventRow| places.at(row.moment.location(), row.moment.micros_of_day()).is_some();
    rows.iter().filter(located).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{Calendar, H3Cell, LocalDay, LocationKey, Moment, PlaceKey, SubscriberId, UtcMicros};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn row((subscriber, second, location): (u64, i64, u32)) -> EventRow {
        let window = Calendar::utc().window(LocalDay(0));
        EventRow {
            subscriber: SubscriberId::from_pseudonym(subscriber << 60),
            moment: Moment::new(UtcMicros(second * 1_000_000), &window, LocationKey(location)),
        }
    }

    fn scatter(rows: &[EventRow], buckets: usize) -> Vec<Vec<EventRow>> {
        let mut scattered = vec![Vec::new(); buckets];
        for &row in rows {
            scattered[row.subscriber.bucket(buckets)].push(row);
        }
        scattered
    }

    proptest! {
        /// Against a set: the rows that remain are the union less what was stored, whatever the split into files,
        /// parts and buckets; and every delivered row is counted once.
        #[test]
        fn settles_like_a_set(
            files in prop::collection::vec(prop::collection::vec((0u64..4, 0i64..4, 0u32..3), 0..20), 1..4),
            stored in prop::collection::vec((0u64..4, 0i64..4, 0u32..3), 0..10),
            buckets in 1usize..5,
        ) {
            let mut places = DayPlaces::new(vec![H3Cell::from_index(0x0882_8308_281f_ffff).unwrap()], vec![], 3);
            places.place(LocationKey(1), PlaceKey(0));
            let stored: BTreeSet<EventRow> = stored.into_iter().map(row).collect();
            let stored_rows: Vec<EventRow> = stored.iter().copied().collect();
            let files: Vec<Vec<EventRow>> = files.iter().map(|file| file.iter().copied().map(row).collect()).collect();
            let waiting = |file: &Vec<EventRow>| {
                let (head, tail) = file.split_at(file.len() / 2);
                { let mut waiting = WaitingRows::default();
                waiting.add(scatter(head, buckets));
                waiting.add(scatter(tail, buckets));
                waiting }
            };
            let stored_buckets = scatter(&stored_rows, buckets);
            let day = DaySettling::new(files.iter().map(waiting).collect(), &places);
            let rows: Vec<EventRow> = (0..buckets).flat_map(|bucket| {
                let stored = GroupedEvents::of_sorted(&stored_buckets[bucket]);
                day.settle(bucket, &stored).unwrap().rows().collect::<Vec<_>>()
            }).collect();

            let mut seen = stored;
            let mut expected = Vec::new();
            for (file, settled) in files.iter().zip(day.finish()) {
                let new: Vec<_> = file.iter().copied().filter(|&row| seen.insert(row)).collect();
                let located = new.iter().filter(|row| row.moment.location() == LocationKey(1)).count() as u64;
                prop_assert_eq!(settled.located, located);
                prop_assert_eq!(settled.unlocated, new.len() as u64 - located);
                prop_assert_eq!(settled.duplicates, (file.len() - new.len()) as u64);
                expected.extend(new);
            }
            expected.sort_unstable();
            prop_assert_eq!(rows, expected);
        }
    }
}
