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

/// Sayings of all files of a delivery, from all threads.
#[derive(Debug, Default)]
pub struct DeliveryTraits(Mutex<BTreeMap<LocalDay, SeenTraits>>);

impl DeliveryTraits {
    /// Adds those of a part that was read to its end.
    pub fn absorb(&self, part: BTreeMap<LocalDay, SeenTraits>) {
        if part.is_empty() {
            return;
        }
        let mut days = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (day, mut seen) in part {
            seen.compact();
            days.entry(day).or_default().absorb(seen);
        }
    }

    /// All of them by day, their groups by place among `labels`.
    pub fn finish(&self, labels: &[String]) -> BTreeMap<LocalDay, DayTraits> {
        let days = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        days.into_iter().map(|(day, seen)| (day, DayTraits::new(labels.to_vec(), seen.rows))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_follows_distinct_sayings_and_not_rows() {
        let delivery = DeliveryTraits::default();
        let saying =
            |who: u64| (SubscriberId::from_pseudonym(who % 1000), Traits::NONE.with_home_mcc(1 + who as u16 % 2));
        for _ in 0..4 {
            let mut seen = SeenTraits::default();
            for (subscriber, traits) in (0..200_000).map(saying) {
                seen.push(subscriber, traits);
                assert!(seen.rows.len() <= 2 * 1000 + SLACK + 1);
            }
            delivery.absorb([(LocalDay(3), seen)].into());
        }
        assert!(delivery.0.lock().unwrap()[&LocalDay(3)].rows.len() <= 2 * 1000 + SLACK);
        let days = delivery.finish(&[]);
        let distinct: BTreeSet<_> = (0..200_000).map(saying).collect();
        assert_eq!(days[&LocalDay(3)].len(), distinct.len());
        assert!(delivery.finish(&[]).is_empty(), "handed out once");
    }
}
