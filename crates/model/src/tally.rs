//! Counts that merge.

/// Integer counts of distinct subscribers that can be added up over disjoint sets of subscribers.
///
/// `merge` is commutative and associative, and `Default` is its neutral element, so buckets may be reduced in any
/// order on any number of threads. Tallies are additive over *subscribers* only: never over days, hours or areas,
/// because the same subscriber may be in two of them.
pub trait Tally: Default + Send {
    /// Adds the counts of other subscribers.
    fn merge(&mut self, other: Self);
}
