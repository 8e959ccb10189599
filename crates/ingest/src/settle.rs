//! One day's new rows, settled: sorted, duplicates found, located or not, each counted for its file.

use crate::group::group_bucket;
use crate::keyed_hash::KeyedHash;
use crate::numbering::Numbered;
use crate::pseudonym::Pseudonymiser;
use crate::read::FileOutcome;
use crate::waiting::WaitingRows;
use hexodus_model::{BucketedEvents, DayPlaces, FileAudit, GroupedEvents, LocalDay, Moment, SubscriberId};
use rayon::prelude::*;
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
    rows: Rows,
    places: &'a DayPlaces,
    files: Mutex<Vec<FileSettlement>>,
}

/// What is left to do.
enum Rows {
    /// Rows have their pseudonyms; they are grouped when their bucket is asked for.
    Waiting(Vec<WaitingRows>),
    /// Events are settled, bucket by bucket of delivered ids; those of one bucket of subscribers are in all of them.
    Grouped(Vec<BucketedEvents>),
}

impl<'a> DaySettling<'a> {
    /// Takes the rows of `day` out of the files of a delivery, in the order in which they were delivered. `is_known`
    /// tells whether events of the day were stored before.
    pub fn begin(
        files: &mut [FileOutcome],
        day: LocalDay,
        places: &'a DayPlaces,
        buckets: usize,
        is_known: bool,
    ) -> Self {
        let waiting = files.iter_mut().map(|file| file.days.remove(&day).unwrap_or_default()).collect();
        match files.first() {
            Some(file) => Self::new(waiting, &file.hash, places, buckets, is_known),
            None => Self { rows: Rows::Waiting(waiting), places, files: Mutex::default() },
        }
    }

    /// The same for rows that wait, one entry a file; `hash` names those whose ids wait as well.
    ///
    /// Integer ids that nothing else is to be compared with are grouped as they were delivered, then each is hashed
    /// once. Where rows of the day have pseudonyms already, the others get theirs first.
    pub fn new(
        mut waiting: Vec<WaitingRows>,
        hash: &KeyedHash,
        places: &'a DayPlaces,
        buckets: usize,
        is_known: bool,
    ) -> Self {
        let files = Mutex::new(vec![FileSettlement::default(); waiting.len()]);
        let delivered = waiting.iter().map(WaitingRows::delivered_buckets).max().unwrap_or_default();
        if delivered > 0 && !is_known && !waiting.iter().any(WaitingRows::has_pseudonyms) {
            let grouped = (0..delivered).into_par_iter().map(|bucket| {
                let rows = waiting.iter().map(|file| file.take_delivered(bucket)).collect();
                let name_all = |keys: &[Numbered<_>]| {
                    Pseudonymiser::new(hash.clone()).of_delivered(keys.iter().map(|known| known.key))
                };
                let (events, settled) = group_bucket(rows, name_all, &GroupedEvents::default(), places);
                add(&files, settled);
                BucketedEvents::new(events, buckets)
            });
            return Self { rows: Rows::Grouped(grouped.collect()), places, files };
        }
        for file in &mut waiting {
            file.pseudonymise(hash, buckets);
        }
        Self { rows: Rows::Waiting(waiting), places, files }
    }

    /// Rows that wait in a bucket.
    pub fn rows_waiting(&self, bucket: usize) -> usize {
        match &self.rows {
            Rows::Waiting(files) => files.iter().map(|file| file.rows_in(bucket)).sum(),
            Rows::Grouped(grouped) => grouped.iter().map(|events| events.bucket(bucket).events()).sum(),
        }
    }

    /// The rows of a bucket that were not known before; `stored` are those that were. Call it once for each bucket.
    ///
    /// # Errors
    /// When rows that were spilled cannot be read back.
    pub fn settle(&self, bucket: usize, stored: &GroupedEvents) -> io::Result<GroupedEvents> {
        let files = match &self.rows {
            Rows::Waiting(files) => files,
            Rows::Grouped(grouped) => return Ok(self.gather(grouped, bucket)),
        };
        let rows = files.iter().map(|file| file.take(bucket)).collect::<io::Result<Vec<_>>>()?;
        let name_all = |keys: &[Numbered<_>]| keys.iter().map(|known| known.key).collect();
        let (events, settled) = group_bucket(rows, name_all, stored, self.places);
        add(&self.files, settled);
        Ok(events)
    }

    /// The events of one bucket of subscribers.
    fn gather(&self, grouped: &[BucketedEvents], bucket: usize) -> GroupedEvents {
        let mut groups: Vec<(SubscriberId, &[Moment])> =
            grouped.iter().flat_map(|events| events.bucket(bucket)).collect();
        groups.sort_unstable_by_key(|&(subscriber, moments)| (subscriber, moments.first().copied()));
        let mut events = GroupedEvents::with_capacity(groups.iter().map(|(_, moments)| moments.len()).sum());
        for same in groups.chunk_by(|left, right| left.0 == right.0) {
            match same {
                [(subscriber, moments)] => events.push_group(*subscriber, moments.iter().copied()),
                several => events.push_group(several[0].0, self.merged(several)),
            }
        }
        events
    }

    /// The moments of several ids that hash to one subscriber (3e-4 expected pairs among 1e8 ids). A moment of several is
    /// a duplicate, of the last file as none knows better.
    #[cold]
    fn merged(&self, groups: &[(SubscriberId, &[Moment])]) -> Vec<Moment> {
        let mut moments: Vec<Moment> = groups.iter().flat_map(|(_, moments)| moments.iter().copied()).collect();
        moments.sort_unstable();
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        moments.dedup_by(|left, right| {
            if let Some(last) = files.last_mut().filter(|_| left == right) {
                let place = self.places.at(left.location(), left.micros_of_day());
                *(if place.is_some() { &mut last.located } else { &mut last.unlocated }) -= 1;
                last.duplicates += 1;
            }
            left == right
        });
        moments
    }

    /// What became of each file's rows, once all buckets are settled.
    pub fn finish(self) -> Vec<FileSettlement> {
        self.files.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(sums: &Mutex<Vec<FileSettlement>>, settled: Vec<FileSettlement>) {
    let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
    sums.iter_mut().zip(settled).for_each(|(sum, file)| sum.add(file));
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
    let settling = DaySettling::begin(files, day, places, buckets, false);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivered_id::{DeliveredId, RowKey};
    use crate::key::PseudonymKey;
    use crate::scatter::{DayBuckets, DayRows};
    use hexodus_model::{Calendar, EventRow, H3Cell, LocationKey, PlaceKey, UtcMicros, bucket_of};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    type Delivered = (u64, i64, u32);

    fn hash() -> KeyedHash {
        KeyedHash::new(&PseudonymKey::from_bytes([7; 32]), "")
    }

    fn keyed<K>((id, second, location): Delivered, key: impl Fn(u64) -> K) -> EventRow<K> {
        let window = Calendar::utc().window(LocalDay(0));
        let moment = Moment::new(UtcMicros(second * 1_000_000), &window, LocationKey(location));
        EventRow { subscriber: key(id), moment }
    }

    fn named(delivered: Delivered) -> EventRow {
        keyed(delivered, |id| hash().of_bytes(id.to_string().as_bytes()))
    }

    fn scatter<K: RowKey>(rows: impl IntoIterator<Item = EventRow<K>>, buckets: usize) -> DayBuckets<K> {
        let mut scattered: DayBuckets<K> = (0..buckets).map(|_| Vec::new()).collect();
        rows.into_iter().for_each(|row| scattered[bucket_of(row.subscriber.bits(), buckets)].push(row));
        scattered
    }

    /// A file in two parts, of which each may be of integer ids that wait.
    fn waiting(file: &[Delivered], buckets: usize, waits: [bool; 2]) -> WaitingRows {
        let mut waiting = WaitingRows::default();
        let (head, tail) = file.split_at(file.len() / 2);
        for (part, waits) in [head, tail].into_iter().zip(waits) {
            let mut rows = DayRows::default();
            if waits {
                rows.delivered = scatter(part.iter().map(|&row| keyed(row, DeliveredId::new)), buckets);
            } else {
                rows.pseudonymous = scatter(part.iter().copied().map(named), buckets);
            }
            waiting.add(rows);
        }
        waiting
    }

    fn places() -> DayPlaces {
        let mut places = DayPlaces::new(vec![H3Cell::from_index(0x0882_8308_281f_ffff).unwrap()], vec![], 3);
        places.place(LocationKey(1), PlaceKey(0));
        places
    }

    proptest! {
        /// Against a set: the rows that remain are the union less what was stored, whatever the split into files,
        /// parts and buckets, and whichever ids wait; and every delivered row is counted once.
        #[test]
        fn settles_like_a_set(
            files in prop::collection::vec(prop::collection::vec((0u64..4, 0i64..4, 0u32..3), 0..20), 1..4),
            stored in prop::collection::vec((0u64..4, 0i64..4, 0u32..3), 0..10),
            buckets in 1usize..5,
            waits in [any::<bool>(), any::<bool>()],
        ) {
            let places = places();
            let stored: BTreeSet<EventRow> = stored.into_iter().map(named).collect();
            let stored_buckets = scatter(stored.iter().copied(), buckets);
            let wait = files.iter().map(|file| waiting(file, buckets, waits)).collect();
            let day = DaySettling::new(wait, &hash(), &places, buckets, !stored.is_empty());
            let delivered: usize = files.iter().map(Vec::len).sum();
            let waited: usize = (0..buckets).map(|bucket| day.rows_waiting(bucket)).sum();
            prop_assert!(waited <= delivered && (waited > 0) == (delivered > 0));
            let rows: Vec<EventRow> = (0..buckets).flat_map(|bucket| {
                let stored = GroupedEvents::of_sorted(&stored_buckets[bucket]);
                day.settle(bucket, &stored).unwrap().rows().collect::<Vec<_>>()
            }).collect();

            let mut seen = stored;
            let mut expected = Vec::new();
            for (file, settled) in files.iter().zip(day.finish()) {
                let new: Vec<_> = file.iter().copied().map(named).filter(|&row| seen.insert(row)).collect();
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

    #[test]
    fn two_ids_of_one_pseudonym_are_one_subscriber() {
        let places = places();
        let subscriber = SubscriberId::from_pseudonym(5);
        let group = |moments: &[Delivered]| {
            let mut events = GroupedEvents::default();
            events.push_group(subscriber, moments.iter().map(|&row| named(row).moment));
            events
        };
        let grouped = [group(&[(0, 1, 1), (0, 2, 1)]), group(&[(0, 2, 1), (0, 3, 0)])];
        let grouped = grouped.map(|events| BucketedEvents::new(events, 1)).into();
        let files = Mutex::new(vec![FileSettlement { located: 3, unlocated: 1, duplicates: 0 }]);
        let day = DaySettling { rows: Rows::Grouped(grouped), places: &places, files };
        let events = day.settle(0, &GroupedEvents::default()).unwrap();
        assert_eq!(events, group(&[(0, 1, 1), (0, 2, 1), (0, 3, 0)]));
        assert_eq!(day.finish(), [FileSettlement { located: 2, unlocated: 1, duplicates: 1 }]);
    }
}
