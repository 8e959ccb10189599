//! How many distinct subscribers there are, in bounded memory.

use hexodus_model::SubscriberId;
use std::collections::BTreeSet;

/// Up to so many subscribers are counted exactly; of more, the share of the smallest pseudonyms tells the number within
/// about 1 % (k minimum values): pseudonyms are spread evenly over 64 bits.
const EXACT: usize = 1 << 15;

/// Distinct subscribers, in any order and with repeats.
#[derive(Debug, Default)]
pub struct DistinctSubscribers {
    /// The smallest pseudonyms seen.
    smallest: BTreeSet<u64>,
}

impl DistinctSubscribers {
    /// Counts one, once.
    pub fn see(&mut self, subscriber: SubscriberId) {
        let bits = subscriber.bits();
        let is_full = self.smallest.len() == EXACT;
        if is_full && self.smallest.last().is_some_and(|&largest| bits >= largest) {
            return;
        }
        if self.smallest.insert(bits) && is_full {
            self.smallest.pop_last();
        }
    }

    /// How many.
    pub fn count(&self) -> u64 {
        match self.smallest.last() {
            Some(&largest) if self.smallest.len() == EXACT => {
                ((EXACT - 1) as f64 / (largest as f64 / u64::MAX as f64)).round() as u64
            }
            _ => self.smallest.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Evenly spread, as pseudonyms are (splitmix64).
    fn spread(number: u64) -> SubscriberId {
        let mut bits = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        SubscriberId::from_pseudonym(bits ^ (bits >> 31))
    }

    #[test]
    fn few_are_counted_exactly_and_many_within_two_percent() {
        let mut distinct = DistinctSubscribers::default();
        assert_eq!(distinct.count(), 0);
        for round in 0..2 {
            (0..30_000).for_each(|number| distinct.see(spread(number)));
            assert_eq!(distinct.count(), 30_000, "round {round}");
        }
        (0..400_000).rev().for_each(|number| distinct.see(spread(number)));
        let found = distinct.count() as f64;
        assert!((found / 400_000.0 - 1.0).abs() < 0.02, "{found}");
        assert_eq!(distinct.smallest.len(), EXACT);
    }
}
