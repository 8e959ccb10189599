//! One day's new rows, settled: sorted, duplicates found, located or not, each counted for its file.

use crate::read::FileOutcome;
use crate::scatter::DayBuckets;
use crate::sort::sort_rows;
use hexodus_model::{DayPlaces, EventRow, LocalDay};
use rayon::prelude::*;

/// New rows of one day, by bucket, sorted by (subscriber, time, location), without duplicates; and the account of
/// each file.
#[derive(Debug, Default)]
pub struct SettledDay {
    /// Rows that were not known before.
    pub rows: DayBuckets,
    /// In the order of the files handed in.
    pub files: Vec<FileSettlement>,
}

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

/// Settles the rows that files bring for one day against those already `stored` (by bucket, sorted; empty = none).
///
/// A row equal to a stored one, or to one of an earlier file, is a duplicate of the later file: which file bears a
/// duplicate depends on the order of `files` only, the rows that remain depend on nothing.
pub fn settle_day(files: Vec<Vec<DayBuckets>>, stored: &[Vec<EventRow>], places: &DayPlaces) -> SettledDay {
    let file_count = files.len();
    let by_bucket = transpose(files);
    let settled: Vec<(Vec<EventRow>, Vec<FileSettlement>)> = by_bucket
        .into_par_iter()
        .enumerate()
        .map(|(bucket, files)| settle_bucket(files, stored.get(bucket).map_or(&[], Vec::as_slice), places))
        .collect();
    let mut day =
        SettledDay { rows: Vec::with_capacity(settled.len()), files: vec![FileSettlement::default(); file_count] };
    for (rows, files) in settled {
        day.rows.push(rows);
        for (sum, file) in day.files.iter_mut().zip(files) {
            sum.add(file);
        }
    }
    day
}

/// The same for files as they were read: takes the rows of `day` out of them, completes their accounts of that day,
/// and returns the rows that were not known before.
pub fn settle_files(
    files: &mut [FileOutcome],
    day: LocalDay,
    stored: &[Vec<EventRow>],
    places: &DayPlaces,
) -> DayBuckets {
    let delivered = files.iter_mut().map(|file| file.days.remove(&day).unwrap_or_default()).collect();
    let settled = settle_day(delivered, stored, places);
    for (file, settled) in files.iter_mut().zip(&settled.files) {
        // A file without rows of the day must not look like one that brought some.
        if *settled == FileSettlement::default() {
            continue;
        }
        let counts = file.audit.days.entry(day).or_default();
        counts.located += settled.located;
        counts.unlocated += settled.unlocated;
        counts.duplicates += settled.duplicates;
    }
    settled.rows
}

/// From files × parts × buckets to buckets × files × parts, moving and never copying rows.
fn transpose(files: Vec<Vec<DayBuckets>>) -> Vec<Vec<Vec<Vec<EventRow>>>> {
    let buckets = files.iter().flatten().map(Vec::len).max().unwrap_or(0);
    let mut by_bucket: Vec<Vec<Vec<Vec<EventRow>>>> =
        (0..buckets).map(|_| files.iter().map(|parts| Vec::with_capacity(parts.len())).collect()).collect();
    for (file, parts) in files.into_iter().enumerate() {
        for part in parts {
            for (bucket, rows) in part.into_iter().enumerate() {
                by_bucket[bucket][file].push(rows);
            }
        }
    }
    by_bucket
}

fn settle_bucket(
    files: Vec<Vec<Vec<EventRow>>>,
    stored: &[EventRow],
    places: &DayPlaces,
) -> (Vec<EventRow>, Vec<FileSettlement>) {
    let mut known: Vec<EventRow> = Vec::new();
    let mut settlements = Vec::with_capacity(files.len());
    for parts in files {
        let mut rows = sort_rows(parts);
        let delivered = rows.len();
        rows.dedup();
        remove_known(&mut rows, stored);
        remove_known(&mut rows, &known);
        let located = count_located(&rows, places);
        settlements.push(FileSettlement {
            located,
            unlocated: rows.len() as u64 - located,
            duplicates: (delivered - rows.len()) as u64,
        });
        known = if known.is_empty() { rows } else { merge(&known, &rows) };
    }
    (known, settlements)
}

/// Removes from sorted `rows` those that are in sorted `known`.
fn remove_known(rows: &mut Vec<EventRow>, known: &[EventRow]) {
    if known.is_empty() {
        return;
    }
    let mut at = 0;
    rows.retain(|row| {
        while known.get(at).is_some_and(|known| known < row) {
            at += 1;
        }
        known.get(at) != Some(row)
    });
}

/// Merges two sorted slices that have no row in common.
pub fn merge(left: &[EventRow], right: &[EventRow]) -> Vec<EventRow> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left, right);
    while let (Some(first), Some(second)) = (left.first(), right.first()) {
        if first < second {
            merged.push(*first);
            left = &left[1..];
        } else {
            merged.push(*second);
            right = &right[1..];
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    merged
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

    fn scatter(rows: &[EventRow], buckets: usize) -> DayBuckets {
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
            let input = files.iter().map(|file| {
                let (head, tail) = file.split_at(file.len() / 2);
                vec![scatter(head, buckets), scatter(tail, buckets)]
            }).collect();

            let day = settle_day(input, &scatter(&stored_rows, buckets), &places);

            let mut seen = stored;
            let mut expected = Vec::new();
            for (file, settled) in files.iter().zip(&day.files) {
                let new: Vec<_> = file.iter().copied().filter(|&row| seen.insert(row)).collect();
                let located = new.iter().filter(|row| row.moment.location() == LocationKey(1)).count() as u64;
                prop_assert_eq!(settled.located, located);
                prop_assert_eq!(settled.unlocated, new.len() as u64 - located);
                prop_assert_eq!(settled.duplicates, (file.len() - new.len()) as u64);
                expected.extend(new);
            }
            expected.sort_unstable();
            prop_assert_eq!(day.rows.concat(), expected);
        }
    }
}
