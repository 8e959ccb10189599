//! What stands for a subscriber in a row before there is a pseudonym.

use hexodus_model::SubscriberId;
use std::fmt;

/// What rows are grouped by: 64 bits that are spread evenly.
pub trait RowKey: Copy + Send + Sync {
    /// The 64 bits. Equal keys have equal bits, others do not.
    fn bits(self) -> u64;
}

impl RowKey for SubscriberId {
    #[inline]
    fn bits(self) -> u64 {
        Self::bits(self)
    }
}

/// An integer id as delivered, its bits spread by a one-to-one function. It lives in memory only, between reading and
/// settling: rows are grouped by it, so that each distinct id is hashed once a day instead of once a row. Like a
/// [`SubscriberId`] it shows its value nowhere.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct DeliveredId(u64);

/// Odd, so that multiplying by it can be undone.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
/// `FACTOR * INVERSE` is 1.
const INVERSE: u64 = 0xF1DE_83E1_9937_733D;

impl DeliveredId {
    /// Spreads the bits of an id.
    #[inline]
    pub const fn new(id: u64) -> Self {
        let bits = (id ^ (id >> 32)).wrapping_mul(FACTOR);
        Self(bits ^ (bits >> 32))
    }

    /// The id as it was delivered.
    #[inline]
    pub const fn as_delivered(self) -> u64 {
        let id = (self.0 ^ (self.0 >> 32)).wrapping_mul(INVERSE);
        id ^ (id >> 32)
    }
}

impl RowKey for DeliveredId {
    #[inline]
    fn bits(self) -> u64 {
        self.0
    }
}

impl fmt::Debug for DeliveredId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeliveredId(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn comes_back_as_it_was_delivered(id: u64) {
            prop_assert_eq!(DeliveredId::new(id).as_delivered(), id);
        }
    }

    #[test]
    fn ids_in_a_row_are_spread_over_buckets_and_hidden() {
        let mut buckets = [0; 16];
        (0..16_000).for_each(|id| buckets[hexodus_model::bucket_of(DeliveredId::new(id).bits(), 16)] += 1);
        assert!(buckets.iter().all(|rows| (900..1100).contains(rows)), "{buckets:?}");
        assert_eq!(format!("{:?}", DeliveredId::new(42)), "DeliveredId(..)");
    }
}
