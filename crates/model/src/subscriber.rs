//! Who, without saying who.

use std::fmt;

/// One pseudonymous subscriber (one SIM, not one person): the first 64 bits of keyed BLAKE3 over the incoming
/// pseudonym (methods §8.4; 3e-4 expected colliding pairs among 1e8 subscribers).
///
/// Ordered by value, which is also the order of store buckets. It has no `Display`, and `Debug` hides the value, so
/// that no log, error or panic can carry it.
///
/// ```
/// use hexodus_model::SubscriberId;
/// assert_eq!(format!("{:?}", SubscriberId::from_pseudonym(42)), "SubscriberId(..)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct SubscriberId(u64);

impl SubscriberId {
    /// Wraps 64 bits that already are a keyed pseudonym.
    pub const fn from_pseudonym(bits: u64) -> Self {
        Self(bits)
    }

    /// The 64 bits, for storage inside the confidential store only.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Which of `buckets` equal ranges of pseudonyms this one falls in. Buckets are ranges, so walking the buckets in
    /// order walks the subscribers in order, whatever the number of buckets.
    #[inline]
    pub fn bucket(self, buckets: usize) -> usize {
        bucket_of(self.0, buckets)
    }
}

/// Which of `buckets` equal ranges of 64-bit numbers `bits` falls in.
#[inline]
pub fn bucket_of(bits: u64, buckets: usize) -> usize {
    ((u128::from(bits) * buckets as u128) >> 64) as usize
}

impl fmt::Debug for SubscriberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubscriberId(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::SubscriberId;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn buckets_keep_the_order(a: u64, b: u64, buckets in 1usize..5000) {
            let (low, high) = (a.min(b), a.max(b));
            let bucket = |bits| SubscriberId::from_pseudonym(bits).bucket(buckets);
            prop_assert!(bucket(low) <= bucket(high));
            prop_assert!(bucket(high) < buckets);
        }
    }
}
