//! The rows of one bucket, grouped: each subscriber's events in order, duplicates counted for the file that brought them.

use crate::delivered_id::RowKey;
use crate::numbering::{Numbered, Numbering};
use crate::settle::FileSettlement;
use hexodus_model::{DayPlaces, EventRow, GroupedEvents, Moment, SubscriberId};

/// The rows of one bucket as files brought them: by file, in parts.
pub type BucketRows<K> = Vec<Vec<Vec<EventRow<K>>>>;

/// Groups the rows of a bucket by subscriber; `name_all` tells whom keys stand for, one by one. Returns the
/// events that are not in `known`, and what became of each file's rows.
///
/// Keys are numbered by a small hash table, then one pass puts each moment with those of its subscriber: comparing and
/// moving whole rows, as a sort does, costs more than twice as much (`benches/ingest_dump.rs`).
pub fn group_bucket<K: RowKey>(
    files: BucketRows<K>,
    name_all: impl FnOnce(&[Numbered<K>]) -> Vec<SubscriberId>,
    known: &GroupedEvents,
    places: &DayPlaces,
) -> (GroupedEvents, Vec<FileSettlement>) {
    if files.len() == 1 {
        return Placement::<Moment>::of(files, name_all).settle(1, known, places);
    }
    let count = files.len();
    Placement::<(Moment, u32)>::of(files, name_all).settle(count, known, places)
}

/// Sorts what is mostly in order, as dumps are: what workers read at the same time is out of order by a few places. By
/// insertion, and once that has moved eight times as many as there are, by what sorts anything. (2 % of the processor time of
/// a run on CSV.)
fn sort_nearly_sorted<T: Copy + Ord>(own: &mut [T]) {
    let mut moves_left = own.len() * 8;
    for end in 1..own.len() {
        let inserted = own[end];
        let mut at = end;
        while at > 0 && own[at - 1] > inserted {
            own[at] = own[at - 1];
            at -= 1;
        }
        own[at] = inserted;
        match moves_left.checked_sub(end - at) {
            Some(left) => moves_left = left,
            None => return own.sort_unstable(),
        }
    }
}

/// A moment, and which file brought it where there are several. Ordered by moment, then file.
trait Placed: Copy + Ord {
    fn new(moment: Moment, file: u32) -> Self;
    fn moment(self) -> Moment;
    fn file(self) -> usize;
    fn moments(placed: Vec<Self>) -> Vec<Moment>;
}

impl Placed for Moment {
    fn new(moment: Moment, _: u32) -> Self {
        moment
    }
    fn moment(self) -> Moment {
        self
    }
    fn file(self) -> usize {
        0
    }
    fn moments(placed: Vec<Self>) -> Vec<Moment> {
        placed
    }
}

impl Placed for (Moment, u32) {
    fn new(moment: Moment, file: u32) -> Self {
        (moment, file)
    }
    fn moment(self) -> Moment {
        self.0
    }
    fn file(self) -> usize {
        self.1 as usize
    }
    fn moments(placed: Vec<Self>) -> Vec<Moment> {
        placed.into_iter().map(|(moment, _)| moment).collect()
    }
}

/// Moments by subscriber, subscribers ascending, the moments of each as they came.
struct Placement<T> {
    /// Each subscriber with one past its last moment.
    groups: Vec<(SubscriberId, u32)>,
    placed: Vec<T>,
}

impl<T: Placed> Placement<T> {
    fn of<K: RowKey>(files: BucketRows<K>, name_all: impl FnOnce(&[Numbered<K>]) -> Vec<SubscriberId>) -> Self {
        // First, a number for each key, and how many rows it has.
        let rows = files.iter().flatten().map(Vec::len).sum();
        let delivered = files.iter().flatten().flatten().map(|row| row.subscriber);
        let (numbers, mut keys) = Numbering::number_all(delivered, rows);
        // Next, who they are, and where the moments of each go. Two keys may stand for one subscriber.
        let mut named: Vec<(SubscriberId, u32)> = name_all(&keys).into_iter().zip(0..).collect();
        named.sort_unstable();
        let mut groups = Vec::<(SubscriberId, u32)>::with_capacity(named.len());
        let mut end = 0;
        for (subscriber, number) in named {
            let known = &mut keys[number as usize];
            known.next = end;
            end += known.rows;
            match groups.last_mut() {
                Some((last, last_end)) if *last == subscriber => *last_end = end,
                _ => groups.push((subscriber, end)),
            }
        }
        // Last, every moment to its place.
        let mut numbers = numbers.into_iter();
        let mut placed = vec![T::new(Moment::from_bits(0), 0); rows];
        for (file, parts) in (0..).zip(files) {
            for (row, number) in parts.iter().flatten().zip(numbers.by_ref()) {
                let next = &mut keys[number as usize].next;
                placed[*next as usize] = T::new(row.moment, file);
                *next += 1;
            }
        }
        Self { groups, placed }
    }

    /// Puts the moments of each subscriber in order, and those that are new one after another, in place.
    fn settle(
        mut self,
        files: usize,
        known: &GroupedEvents,
        places: &DayPlaces,
    ) -> (GroupedEvents, Vec<FileSettlement>) {
        let mut settled = vec![FileSettlement::default(); files];
        let mut known = known.iter().peekable();
        let (mut start, mut new) = (0, 0);
        for (subscriber, end) in &mut self.groups {
            let own = start..*end as usize;
            start = own.end;
            sort_nearly_sorted(&mut self.placed[own.clone()]);
            while known.next_if(|(before, _)| before < subscriber).is_some() {}
            let own_known = known.next_if(|(who, _)| who == subscriber).map_or(&[][..], |(_, moments)| moments);
            let mut before = None;
            for index in own {
                let event = self.placed[index];
                let (moment, file) = (event.moment(), &mut settled[event.file()]);
                if before.replace(moment) == Some(moment) || own_known.binary_search(&moment).is_ok() {
                    file.duplicates += 1;
                    continue;
                }
                let is_located = places.at(moment.location(), moment.micros_of_day()).is_some();
                *(if is_located { &mut file.located } else { &mut file.unlocated }) += 1;
                self.placed[new] = event;
                new += 1;
            }
            *end = new as u32;
        }
        self.placed.truncate(new);
        (GroupedEvents::of_groups(without_empty(self.groups), T::moments(self.placed)), settled)
    }
}

/// Leaves out the subscribers none of whose moments were new.
fn without_empty(groups: Vec<(SubscriberId, u32)>) -> impl Iterator<Item = (SubscriberId, u32)> {
    let mut before = 0;
    groups.into_iter().filter(move |&(_, end)| std::mem::replace(&mut before, end) < end)
}

#[cfg(test)]
mod tests {
    use super::sort_nearly_sorted;
    use proptest::prelude::*;

    proptest! {
        /// Both what is nearly in order and what needs another sort.
        #[test]
        fn sorts_as_the_library_does(mut own in prop::collection::vec(0u32..200, 0..80), sorted in 0usize..80) {
            let sorted = sorted.min(own.len());
            own[..sorted].sort_unstable();
            let mut expected = own.clone();
            expected.sort_unstable();
            sort_nearly_sorted(&mut own);
            prop_assert_eq!(own, expected);
        }
    }

    #[test]
    fn what_is_in_the_wrong_order_is_sorted_too() {
        let mut own: Vec<u32> = (0..10_000).rev().collect();
        sort_nearly_sorted(&mut own);
        assert!(own.is_sorted());
    }
}
