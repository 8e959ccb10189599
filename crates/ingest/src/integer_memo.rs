//! From fingerprints of ids to pseudonyms: one cache line a look-up.

use crate::pseudonym::MEMO_LIMIT;

/// A hash table of 64-bit ids to non-zero 64-bit values, open addressing with linear probing, at most half full. Id
/// and value lie side by side, where a general table keeps its control bytes apart: on ids in random order that is one
/// cache miss instead of two (see `benches/ingest_dump.rs`).
#[derive(Debug)]
pub struct IntegerMemo {
    /// Id and value; a value of 0 marks an empty slot.
    slots: Vec<(u64, u64)>,
    filled: usize,
}

const FIRST_SLOTS: usize = 1 << 10;

impl Default for IntegerMemo {
    fn default() -> Self {
        Self { slots: vec![(0, 0); FIRST_SLOTS], filled: 0 }
    }
}

impl IntegerMemo {
    /// The value of an id, 0 when it is not known.
    #[inline]
    pub fn get(&self, id: u64) -> u64 {
        let mut slot = self.slot_of(id);
        loop {
            let (held, value) = self.slots[slot];
            if held == id || value == 0 {
                return value;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// The values of several ids, 0 for those not known. The first slot of each is loaded before any is looked at, so that
    /// their cache misses overlap.
    #[inline]
    pub fn get_many<const N: usize>(&self, ids: &[u64; N]) -> [u64; N] {
        let first = ids.map(|id| self.slots[self.slot_of(id)]);
        std::array::from_fn(|at| {
            let (held, value) = first[at];
            if held == ids[at] || value == 0 { value } else { self.get(ids[at]) }
        })
    }

    /// Whether no more ids are to be remembered.
    pub fn is_full(&self) -> bool {
        self.filled >= MEMO_LIMIT
    }

    /// Remembers an id that is not known. A value of 0 cannot be remembered, and is looked for in vain.
    pub fn insert(&mut self, id: u64, value: u64) {
        if self.filled * 2 >= self.slots.len() {
            self.grow();
        }
        let mut slot = self.slot_of(id);
        while self.slots[slot].1 != 0 {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = (id, value);
        self.filled += usize::from(value != 0);
    }

    fn grow(&mut self) {
        // Written and not just asked for: of memory that is read before it is written, the system first maps one page of zeroes
        // everywhere, and each page of its own then interrupts the other processors (2 % of a CSV run on two).
        let mut larger = Vec::new();
        larger.resize(self.slots.len() * 2, (0, 0));
        let smaller = std::mem::replace(&mut self.slots, larger);
        self.filled = 0;
        for (id, value) in smaller {
            if value != 0 {
                self.insert(id, value);
            }
        }
    }

    /// The high bits of a product with an odd constant (Fibonacci hashing): ids need not be random.
    #[inline]
    fn slot_of(&self, id: u64) -> usize {
        (id.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - self.slots.len().trailing_zeros())) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn agrees_with_a_map(ids in prop::collection::vec(0u64..4000, 0..6000)) {
            let (mut memo, mut map) = (IntegerMemo::default(), HashMap::new());
            for id in ids {
                prop_assert_eq!(memo.get(id), map.get(&id).copied().unwrap_or(0));
                prop_assert_eq!(memo.get_many(&[id, 1]), [id, 1].map(|id| map.get(&id).copied().unwrap_or(0)));
                map.entry(id).or_insert_with(|| { memo.insert(id, id + 1); id + 1 });
            }
        }
    }
}
