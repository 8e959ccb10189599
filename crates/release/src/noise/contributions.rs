//! At most m rows a subscriber and day, where a subscriber may be in more.

use super::key::NoiseKey;
use super::row_key::RowKey;
use hexodus_model::{LocalDay, SubscriberId};
use std::fmt;
use std::num::NonZeroU32;
use zeroize::Zeroizing;

/// Keeps at most m of the rows that a subscriber is in on a day: those that come first in an order of keyed hashes of
/// subscriber, day and row. The order depends on nothing else, neither on counts nor on other subscribers, so that one
/// subscriber changes its own m rows only; "the m most frequent" would let it change those of others (methods §8.2).
pub struct ContributionBound {
    key: Zeroizing<[u8; 32]>,
    at_most: NonZeroU32,
}

impl ContributionBound {
    /// At most `at_most` rows, in an order that only who has the key knows.
    pub fn new(key: &NoiseKey, at_most: NonZeroU32) -> Self {
        Self { key: Zeroizing::new(key.derived("hexodus 2031 bounded contributions")), at_most }
    }

    /// m: the `rows_per_subscriber` of [`Parameters`](super::Parameters), Δ1 = m and Δ2 = √m.
    pub const fn at_most(&self) -> NonZeroU32 {
        self.at_most
    }

    /// Leaves the rows that count, each once, ascending.
    pub fn keep_at_most<K: RowKey + Ord>(&self, subscriber: SubscriberId, day: LocalDay, rows: &mut Vec<K>) {
        rows.sort_unstable();
        rows.dedup();
        let at_most = self.at_most.get() as usize;
        if rows.len() <= at_most {
            return;
        }
        rows.sort_by_cached_key(|row| self.rank(subscriber, day, row));
        rows.truncate(at_most);
        rows.sort_unstable();
    }

    fn rank(&self, subscriber: SubscriberId, day: LocalDay, row: &impl RowKey) -> [u8; 32] {
        let mut message = Vec::with_capacity(64);
        message.extend_from_slice(&subscriber.bits().to_be_bytes());
        message.extend_from_slice(&day.0.to_be_bytes());
        row.put(&mut message);
        *blake3::keyed_hash(&self.key, &message).as_bytes()
    }
}

impl fmt::Debug for ContributionBound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContributionBound(at most {}, ..)", self.at_most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kept(at_most: u32, subscriber: u64, day: i32, rows: &[u64]) -> Vec<u64> {
        let mut rows = rows.to_vec();
        let bound = ContributionBound::new(&NoiseKey::for_tests(), NonZeroU32::new(at_most).unwrap());
        bound.keep_at_most(SubscriberId::from_pseudonym(subscriber), LocalDay(day), &mut rows);
        rows
    }

    proptest! {
        #[test]
        fn at_most_m_of_its_own_rows_whatever_their_order(
            rows in prop::collection::vec(0_u64..30, 0..20), m in 1_u32..6, who: u64,
        ) {
            let found = kept(m, who, 3, &rows);
            let reversed: Vec<u64> = rows.iter().rev().copied().collect();
            prop_assert_eq!(&found, &kept(m, who, 3, &reversed));
            let distinct: std::collections::BTreeSet<u64> = rows.iter().copied().collect();
            prop_assert_eq!(found.len(), distinct.len().min(m as usize));
            prop_assert!(found.iter().all(|row| distinct.contains(row)) && found.is_sorted());
            // A larger m keeps what a smaller one kept.
            let more = kept(m + 1, who, 3, &rows);
            prop_assert!(found.iter().all(|row| more.contains(row)));
        }
    }

    #[test]
    fn each_row_is_kept_equally_often_and_anew_each_day() {
        let rows: Vec<u64> = (0..8).collect();
        let mut times = [0_u32; 8];
        for who in 0..4000 {
            for row in kept(2, who, 0, &rows) {
                times[row as usize] += 1;
            }
        }
        // 1000 ± 4.5 standard errors of 27.
        assert!(times.iter().all(|&count| count.abs_diff(1000) < 125), "{times:?}");
        let days: std::collections::BTreeSet<_> = (0..40).map(|day| kept(1, 1, day, &rows)).collect();
        assert_eq!(days.len(), 8);
    }
}
