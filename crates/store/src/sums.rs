//! Counts by key, added up.

use std::ops::AddAssign;

/// Counts gathered before equal keys become one.
const ROOM: usize = 1 << 16;

/// Counts of disjoint subscribers by key. Takes as much memory as three times its keys, however many lists are added.
#[derive(Clone, Debug)]
pub struct Sums<K, V> {
    counts: Vec<(K, V)>,
    /// So many keys there were when equal ones last became one.
    keys: usize,
}

impl<K, V> Default for Sums<K, V> {
    fn default() -> Self {
        Self { counts: Vec::new(), keys: 0 }
    }
}

impl<K: Ord, V: Copy + AddAssign> Sums<K, V> {
    /// Adds counts, in any order.
    pub fn add(&mut self, counts: impl IntoIterator<Item = (K, V)>) {
        self.counts.extend(counts);
        if self.counts.len() > self.keys * 2 + ROOM {
            self.settle();
        }
    }

    /// Ascending by key, each key once.
    pub fn finish(mut self) -> Vec<(K, V)> {
        self.settle();
        self.counts
    }

    fn settle(&mut self) {
        self.counts.sort_by(|left, right| left.0.cmp(&right.0));
        self.counts.dedup_by(|later, first| {
            let same = later.0 == first.0;
            if same {
                first.1 += later.1;
            }
            same
        });
        self.keys = self.counts.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_become_one() {
        let mut sums = Sums::default();
        sums.add([(2, 1), (1, 5), (2, 3)]);
        for _ in 0..3 {
            sums.add((0..60_000).map(|key| (key, 1)));
        }
        assert!(sums.counts.len() < 130_000, "three lists take less than three lists");
        let counts = sums.finish();
        assert_eq!((counts.len(), &counts[..4]), (60_000, &[(0, 3), (1, 8), (2, 7), (3, 3)][..]));
        assert_eq!(Sums::<u8, u64>::default().finish(), []);
    }
}
