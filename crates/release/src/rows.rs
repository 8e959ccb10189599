//! Which rows are listed: all of them, or the published ones only.
//!
//! A suppressed row must not tell that its count is 1 to k − 1 rather than 0. Either every possible row is listed and
//! 0 is suppressed like 15 (*full*), or no row below k is listed at all (*sparse*). See formats §4.1.

use crate::count::ReleasedCount;
use serde::Serialize;

/// Which rows a table lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RowPolicy {
    /// Every row of the universe, suppressed where n < k, n = 0 included; besides, rows outside the universe with
    /// n ≥ k.
    Full,
    /// Rows with n ≥ k only.
    Sparse,
}

impl RowPolicy {
    /// The name in `method.json`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Sparse => "sparse",
        }
    }
}

/// One row of a released table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountRow<K> {
    /// What is counted: a pair or a unit.
    pub key: K,
    /// How many.
    pub subscribers: ReleasedCount,
}

/// Sorts the entries of one period by key.
///
/// # Panics
/// When a key is repeated: its count would be tested in two halves.
pub(crate) fn sort_entries<K: Ord>(entries: &mut [(K, u64)]) {
    // Free when they are sorted already, as the model promises; the wall does not rely on promises.
    entries.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    assert!(entries.windows(2).all(|pair| pair[0].0 < pair[1].0), "a tally lists one key twice");
}

/// Every key of `universe` (ascending, without repeats), and of `entries` (ascending) beyond it those that pass.
///
/// A key outside the universe gets a row iff it is published, so its absence says no more than a suppressed row.
pub(crate) fn full_rows<K: Ord + Copy>(
    universe: impl Iterator<Item = K>,
    entries: &[(K, u64)],
    k: u64,
) -> Vec<CountRow<K>> {
    let mut rows = Vec::with_capacity(universe.size_hint().0);
    let mut entries = entries.iter().copied().peekable();
    for key in universe {
        while let Some(outside) = entries.next_if(|entry| entry.0 < key) {
            rows.extend(published(outside, k));
        }
        let subscribers = entries.next_if(|entry| entry.0 == key).map_or(0, |entry| entry.1);
        rows.push(CountRow { key, subscribers: ReleasedCount::tested(subscribers, k) });
    }
    rows.extend(entries.filter_map(|outside| published(outside, k)));
    rows
}

/// The entries that pass.
pub(crate) fn sparse_rows<K: Copy>(entries: &[(K, u64)], k: u64) -> Vec<CountRow<K>> {
    entries.iter().filter_map(|&entry| published(entry, k)).collect()
}

fn published<K>((key, subscribers): (K, u64), k: u64) -> Option<CountRow<K>> {
    let subscribers = ReleasedCount::tested(subscribers, k);
    subscribers.published().is_some().then_some(CountRow { key, subscribers })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(rows: &[CountRow<u32>]) -> Vec<(u32, Option<u64>)> {
        rows.iter().map(|row| (row.key, row.subscribers.published())).collect()
    }

    #[test]
    fn zero_and_fifteen_look_the_same() {
        let entries = [(0, 15), (2, 15), (3, 16), (4, 17), (9, 16), (10, 1)];
        let rows = full_rows([1, 2, 3, 5].into_iter(), &entries, 16);
        assert_eq!(figures(&rows), [(1, None), (2, None), (3, Some(16)), (4, Some(17)), (5, None), (9, Some(16))]);
        assert_eq!(figures(&sparse_rows(&entries, 16)), [(3, Some(16)), (4, Some(17)), (9, Some(16))]);
    }

    #[test]
    #[should_panic(expected = "one key twice")]
    fn a_count_in_two_halves_is_a_bug() {
        sort_entries(&mut [(1, 10), (2, 5), (1, 10)]);
    }
}
