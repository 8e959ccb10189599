//! A number that passed, or the reason why it did not.

use serde::Serialize;

/// A count of distinct subscribers after the test n ≥ k. There is no third state: a withheld number has no value that
/// could stand for it (never 0, never −1), and a published one has no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReleasedCount {
    /// n, at least k.
    Published(u64),
    /// Withheld.
    Suppressed(SuppressionReason),
}

/// Why a number is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SuppressionReason {
    /// Fewer than k distinct subscribers, 0 included. A reason of class internal only: elsewhere it is merged with
    /// complementary suppression into `confidential` (formats §4.1).
    BelowK,
    /// Below k, or withheld so that another number that is cannot be computed: which of the two is not told.
    Confidential,
    /// In an outage too little of the area can be seen for any figure (methods §4.5).
    LowCoverage,
}

impl SuppressionReason {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BelowK => "below_k",
            Self::Confidential => "confidential",
            Self::LowCoverage => "low_coverage",
        }
    }
}

impl ReleasedCount {
    /// The test of formats §5.1: publish iff `subscribers >= k`.
    pub(crate) const fn tested(subscribers: u64, k: u64) -> Self {
        if subscribers >= k { Self::Published(subscribers) } else { Self::Suppressed(SuppressionReason::BelowK) }
    }

    /// The number, if it passed.
    pub const fn published(self) -> Option<u64> {
        match self {
            Self::Published(subscribers) => Some(subscribers),
            Self::Suppressed(_) => None,
        }
    }

    /// The reason, if it did not.
    pub const fn reason(self) -> Option<SuppressionReason> {
        match self {
            Self::Published(_) => None,
            Self::Suppressed(reason) => Some(reason),
        }
    }
}

/// What the test of one period let through and what not. For `method.json` of class internal and for the run's own
/// audit only: it is computed from what was withheld.
///
/// Sums over pairs: persons where a subscriber is in one pair of the period (`day_to_day`), else subscriber-pairs.
/// `subscribers_suppressed + subscribers_published` = the sum of the matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SuppressedMass {
    /// Pairs with 1 to k − 1 subscribers.
    pub pairs_suppressed: u64,
    /// Their subscribers, pooled or not.
    pub subscribers_suppressed: u64,
    /// Of these, the subscribers published again in the `_OTHER` row; 0 when there is none, or when it is withheld.
    pub subscribers_pooled: u64,
    /// Subscribers of the pairs published under their own name.
    pub subscribers_published: u64,
}

impl SuppressedMass {
    /// Of the counts of one period, none pooled yet.
    pub(crate) fn of(counts: impl Iterator<Item = u64>, k: u64) -> Self {
        let mut mass = Self::default();
        for subscribers in counts {
            if subscribers >= k {
                mass.subscribers_published += subscribers;
            } else if subscribers > 0 {
                mass.pairs_suppressed += 1;
                mass.subscribers_suppressed += subscribers;
            }
        }
        mass
    }

    /// The share that fell below k in whole percent, rounded half up; `None` where fewer than k subscribers fell below
    /// k, none included (formats §4.7).
    pub(crate) fn suppressed_percent(&self, k: u64) -> Option<u64> {
        let all = self.subscribers_suppressed + self.subscribers_published;
        (self.subscribers_suppressed >= k.max(1)).then(|| (200 * self.subscribers_suppressed + all) / (2 * all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_is_greater_or_equal() {
        let below = ReleasedCount::Suppressed(SuppressionReason::BelowK);
        assert_eq!([0, 1, 15].map(|n| ReleasedCount::tested(n, 16)), [below; 3]);
        assert_eq!(ReleasedCount::tested(16, 16), ReleasedCount::Published(16));
    }

    #[test]
    fn the_share_below_k_is_itself_tested() {
        let share = |counts: &[u64]| SuppressedMass::of(counts.iter().copied(), 16).suppressed_percent(16);
        assert_eq!(share(&[85, 15]), None, "15 subscribers fell below k");
        assert_eq!(share(&[84, 8, 8]), Some(16));
        assert_eq!(share(&[100]), None, "and none looks the same");
        assert_eq!(share(&[15, 15]), Some(100));
        assert_eq!(share(&[]), None);
    }
}
