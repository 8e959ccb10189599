//! What rows say of their subscribers besides events, gathered for a delivery: each distinct saying once.

use crate::spec::IdentitySpec;
use hexodus_model::{DayTraits, LocalDay, SubscriberId, Traits};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// What a row has whose group is rejected.
pub const UNKNOWN_GROUP: &str = "one of population_groups, or nothing";

/// Sayings that may wait before repeats are looked for.
const SLACK: usize = 1 << 14;

/// Labels of the population groups a source declares, ascending.
pub fn group_labels(spec: &IdentitySpec) -> Vec<String> {
    let of_prefixes = spec.group_from_prefix.iter().flat_map(BTreeMap::values);
    let of_column = spec.population_groups.iter().flatten();
    of_prefixes.chain(of_column).cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Sayings about the subscribers of one day. Repeats are removed whenever they may be more than half, so that this takes
/// at most 32 bytes for each distinct saying, however many rows repeat it.
#[derive(Debug, Default)]
pub struct SeenTraits {
    rows: Vec<(SubscriberId, Traits)>,
    distinct: usize,
}

impl SeenTraits {
    /// Notes what a row says.
    #[inline]
    pub fn push(&mut self, subscriber: SubscriberId, traits: Traits) {
        if self.rows.last() != Some(&(subscriber, traits)) {
            self.rows.push((subscriber, traits));
            self.compact_if_long();
        }
    }

    fn absorb(&mut self, other: Self) {
        if self.rows.is_empty() {
            *self = other;
        } else {
            self.rows.extend(other.rows);
            self.compact_if_long();
        }
    }

    #[inline]
    fn compact_if_long(&mut self) {
        if self.rows.len() > 2 * self.distinct + SLACK {
            self.compact();
        }
    }

    fn compact(&mut self) {
        self.rows.sort_unstable();
        self.rows.dedup();
        self.distinct = self.rows.len();
    }
}

/// Sayings of all files of a delivery, from all threads: so many distinct ones at most.
#[derive(Debug)]
pub struct DeliveryTraits {
    days: Mutex<BTreeMap<LocalDay, SeenTraits>>,
    limit: usize,
}

/// More distinct sayings in a delivery than there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// The room.
    pub limit: usize,
}

impl DeliveryTraits {
    /// Room for `limit` distinct sayings.
    pub fn new(limit: usize) -> Self {
        Self { days: Mutex::default(), limit }
    }

    /// Adds those of a part that was read to its end.
    ///
    /// # Errors
    /// [`TooMany`], as soon as that is certain; [`finish`](Self::finish) is exact.
    pub fn absorb(&self, part: BTreeMap<LocalDay, SeenTraits>) -> Result<(), TooMany> {
        if part.is_empty() {
            return Ok(());
        }
        let mut days = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        for (day, mut seen) in part {
            seen.compact();
            days.entry(day).or_default().absorb(seen);
        }
        // More than this holds no repeats enough to fit, whatever is compacted.
        let held: usize = days.values().map(|seen| seen.rows.len().saturating_sub(SLACK)).sum();
        if held / 2 > self.limit { Err(TooMany { limit: self.limit }) } else { Ok(()) }
    }

    /// All of them by day, their groups by place among `labels`.
    ///
    /// # Errors
    /// [`TooMany`], whatever the order in which they came.
    pub fn finish(&self, labels: &[String]) -> Result<BTreeMap<LocalDay, DayTraits>, TooMany> {
        let mut days = std::mem::take(&mut *self.days.lock().unwrap_or_else(PoisonError::into_inner));
        days.values_mut().for_each(SeenTraits::compact);
        if days.values().map(|seen| seen.distinct).sum::<usize>() > self.limit {
            return Err(TooMany { limit: self.limit });
        }
        Ok(days.into_iter().map(|(day, seen)| (day, DayTraits::new(labels.to_vec(), seen.rows))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_follows_distinct_sayings_and_not_rows() {
        let delivery = DeliveryTraits::new(2000);
        let saying =
            |who: u64| (SubscriberId::from_pseudonym(who % 1000), Traits::NONE.with_home_mcc(1 + who as u16 % 2));
        for _ in 0..4 {
            let mut seen = SeenTraits::default();
            for (subscriber, traits) in (0..200_000).map(saying) {
                seen.push(subscriber, traits);
                assert!(seen.rows.len() <= 2 * 1000 + SLACK + 1);
            }
            delivery.absorb([(LocalDay(3), seen)].into()).unwrap();
        }
        assert!(delivery.days.lock().unwrap()[&LocalDay(3)].rows.len() <= 2 * 1000 + SLACK);
        let days = delivery.finish(&[]).unwrap();
        let distinct: BTreeSet<_> = (0..200_000).map(saying).collect();
        assert_eq!(days[&LocalDay(3)].len(), distinct.len());
        assert!(delivery.finish(&[]).unwrap().is_empty(), "handed out once");
    }

    #[test]
    fn there_is_room_for_so_many_and_no_more() {
        let part = |who: std::ops::Range<u64>| {
            let mut seen = SeenTraits::default();
            who.for_each(|who| seen.push(SubscriberId::from_pseudonym(who), Traits::NONE.with_home_mcc(214)));
            BTreeMap::from([(LocalDay(3), seen)])
        };
        let with = |limit: usize, parts: &[std::ops::Range<u64>]| {
            let delivery = DeliveryTraits::new(limit);
            let absorbed: Result<(), TooMany> = parts.iter().try_for_each(|who| delivery.absorb(part(who.clone())));
            absorbed.and_then(|()| delivery.finish(&[])).map(|days| days[&LocalDay(3)].len())
        };
        assert_eq!(with(100, &[0..100, 0..100, 50..100]), Ok(100), "the hundredth has room");
        assert_eq!(with(99, &[0..100, 0..100]), Err(TooMany { limit: 99 }));
        assert_eq!(with(1000, &[0..60_000, 40_000..100_000]), Err(TooMany { limit: 1000 }), "before the delivery ends");
    }
}
