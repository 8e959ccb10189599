//! Events of one local day, grouped by subscriber.

use crate::event::{EventRow, Moment};
use crate::subscriber::SubscriberId;
use std::iter::Zip;
use std::ops::Range;
use std::slice;

/// Events of one local day: subscribers ascending, the moments of each ascending, no event twice. Half the size of the
/// same [`EventRow`]s, because a subscriber is named once and not once an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupedEvents {
    subscribers: Vec<SubscriberId>,
    /// One past the last moment of each subscriber.
    ends: Vec<u32>,
    moments: Vec<Moment>,
}

impl GroupedEvents {
    /// Room for so many events.
    pub fn with_capacity(events: usize) -> Self {
        Self { moments: Vec::with_capacity(events), ..Self::default() }
    }

    /// Of subscribers (ascending) with one past the last of the moments of each (ascending, no two equal).
    pub fn of_groups(groups: impl IntoIterator<Item = (SubscriberId, u32)>, moments: Vec<Moment>) -> Self {
        let (subscribers, ends) = groups.into_iter().unzip();
        let grouped = Self { subscribers, ends, moments };
        debug_assert!(grouped.ends.last().map_or(0, |&end| end as usize) == grouped.moments.len());
        debug_assert!(grouped.subscribers.is_sorted_by(|left, right| left < right));
        grouped
    }

    /// Groups rows that are sorted and without duplicates.
    pub fn of_sorted(rows: &[EventRow]) -> Self {
        let mut grouped = Self::with_capacity(rows.len());
        for own in rows.chunk_by(|left, right| left.subscriber == right.subscriber) {
            grouped.moments.extend(own.iter().map(|row| row.moment));
            grouped.close(own[0].subscriber);
        }
        grouped
    }

    /// Appends a row that is greater than all before.
    #[inline]
    pub fn push(&mut self, row: EventRow) {
        self.moments.push(row.moment);
        self.close(row.subscriber);
    }

    /// Appends the moments (ascending, no two equal) of a subscriber greater than all before.
    #[inline]
    pub fn push_group(&mut self, subscriber: SubscriberId, moments: impl IntoIterator<Item = Moment>) {
        let before = self.moments.len();
        self.moments.extend(moments);
        if self.moments.len() > before {
            self.close(subscriber);
        }
    }

    /// The moments pushed last belong to `subscriber`.
    #[inline]
    fn close(&mut self, subscriber: SubscriberId) {
        debug_assert!(self.subscribers.last().is_none_or(|&last| last <= subscriber), "subscribers must ascend");
        let end = self.moments.len() as u32;
        match self.ends.last_mut() {
            Some(last) if self.subscribers.last() == Some(&subscriber) => *last = end,
            _ => {
                self.subscribers.push(subscriber);
                self.ends.push(end);
            }
        }
    }

    /// Events.
    pub fn len(&self) -> usize {
        self.moments.len()
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.moments.is_empty()
    }

    /// Subscribers.
    pub fn subscribers(&self) -> usize {
        self.subscribers.len()
    }

    /// The moments of all subscribers, one after another.
    pub fn moments(&self) -> &[Moment] {
        &self.moments
    }

    /// Each subscriber with its moments.
    pub fn iter(&self) -> Groups<'_> {
        Groups { ends: self.subscribers.iter().zip(&self.ends), moments: &self.moments, taken: 0 }
    }

    /// Of these, the subscribers at these positions.
    pub fn between(&self, own: Range<usize>) -> Groups<'_> {
        let taken = own.start.checked_sub(1).map_or(0, |last| self.ends[last]);
        Groups {
            ends: self.subscribers[own.clone()].iter().zip(&self.ends[own]),
            moments: &self.moments[taken as usize..],
            taken,
        }
    }

    /// All events as rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = EventRow> {
        self.iter().flat_map(|(subscriber, moments)| moments.iter().map(move |&moment| EventRow { subscriber, moment }))
    }

    /// The union of two lists of events.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        if other.is_empty() {
            return self.clone();
        }
        let mut merged = Self::with_capacity(self.len() + other.len());
        let (mut left, mut right) = (self.rows().peekable(), other.rows().peekable());
        loop {
            let next = match (left.peek(), right.peek()) {
                (Some(first), Some(second)) if first == second => {
                    right.next();
                    left.next()
                }
                (Some(first), Some(second)) if first < second => left.next(),
                (Some(_), None) => left.next(),
                _ => right.next(),
            };
            match next {
                Some(row) => merged.push(row),
                None => return merged,
            }
        }
    }
}

impl AsRef<Self> for GroupedEvents {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl<'a> IntoIterator for &'a GroupedEvents {
    type Item = (SubscriberId, &'a [Moment]);
    type IntoIter = Groups<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// See [`GroupedEvents::iter`].
#[derive(Clone, Debug)]
pub struct Groups<'a> {
    ends: Zip<slice::Iter<'a, SubscriberId>, slice::Iter<'a, u32>>,
    /// What is left to hand out, after `taken` moments.
    moments: &'a [Moment],
    taken: u32,
}

impl Groups<'_> {
    /// Events of those left.
    pub fn events(&self) -> usize {
        self.ends.clone().next_back().map_or(0, |(_, &end)| (end - self.taken) as usize)
    }
}

impl<'a> Iterator for Groups<'a> {
    type Item = (SubscriberId, &'a [Moment]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (&subscriber, &end) = self.ends.next()?;
        let (own, left) = self.moments.split_at((end - self.taken) as usize);
        (self.moments, self.taken) = (left, end);
        Some((subscriber, own))
    }
}

impl FromIterator<EventRow> for GroupedEvents {
    /// Groups rows that come in ascending order without duplicates.
    fn from_iter<T: IntoIterator<Item = EventRow>>(rows: T) -> Self {
        let mut grouped = Self::default();
        rows.into_iter().for_each(|row| grouped.push(row));
        grouped
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::LocationKey;
    use crate::time::{Calendar, LocalDay, UtcMicros};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn row((subscriber, second): (u64, i64)) -> EventRow {
        let window = Calendar::utc().window(LocalDay(0));
        EventRow {
            subscriber: SubscriberId::from_pseudonym(subscriber),
            moment: Moment::new(UtcMicros(second * 1_000_000), &window, LocationKey(1)),
        }
    }

    proptest! {
        #[test]
        fn groups_and_merges_like_a_set(
            left in prop::collection::btree_set((0u64..5, 0i64..9), 0..30),
            right in prop::collection::btree_set((0u64..5, 0i64..9), 0..30),
        ) {
            let rows = |set: &BTreeSet<(u64, i64)>| set.iter().copied().map(row).collect::<Vec<_>>();
            let (left, right, union) = (rows(&left), rows(&right), rows(&(&left | &right)));
            let grouped = GroupedEvents::of_sorted(&left);
            prop_assert_eq!(grouped.rows().collect::<Vec<_>>(), left.clone());
            prop_assert_eq!(&left.into_iter().collect::<GroupedEvents>(), &grouped);
            let merged = grouped.merged(&GroupedEvents::of_sorted(&right));
            prop_assert_eq!(&merged, &GroupedEvents::of_sorted(&union));
            let subscribers: BTreeSet<_> = union.iter().map(|row| row.subscriber).collect();
            prop_assert_eq!(merged.iter().count(), subscribers.len());
        }
    }
}
