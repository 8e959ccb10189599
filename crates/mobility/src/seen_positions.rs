//! Positions in a table of counts that are still to be counted.

use crate::picked::Picked;

/// A table of places or locations by hour is larger than the caches near a processor; its positions counted together and not
/// one by one between other things, their misses overlap (see docs/benchmarks.md).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenPositions(Picked<u32>);

impl SeenPositions {
    /// What stays in the first cache.
    const MANY: usize = 1 << 12;

    /// Makes room for so many more.
    #[inline]
    pub fn reserve(&mut self, more: usize) {
        self.0.reserve(more);
    }

    /// Notes one if `is_new`. There must be room.
    #[inline]
    pub fn push_if(&mut self, is_new: bool, position: u32) {
        self.0.push_if(is_new, position);
    }

    /// Adds one at each noted position, once there are many. All must be in `counts`.
    #[inline]
    pub fn count_if_many(&mut self, counts: &mut [u32]) {
        if self.0.as_slice().len() >= Self::MANY {
            self.count(counts);
        }
    }

    /// Adds one at each noted position and forgets them.
    pub fn count(&mut self, counts: &mut [u32]) {
        for &position in self.0.as_slice() {
            counts[position as usize] += 1;
        }
        self.0.clear();
    }
}
