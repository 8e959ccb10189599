//! Numbers for keys, in order of first appearance.

use crate::delivered_id::RowKey;

/// A hash table of keys, open addressing with linear probing, at most half full. It holds numbers, and the keys stand
/// apart in order, so that a few thousand keys fit the first-level cache.
#[derive(Debug)]
pub struct Numbering<K> {
    /// Number + 1; 0 marks an empty slot.
    slots: Vec<u32>,
    keys: Vec<K>,
}

const FIRST_SLOTS: usize = 1 << 10;

impl<K> Default for Numbering<K> {
    fn default() -> Self {
        Self { slots: vec![0; FIRST_SLOTS], keys: Vec::new() }
    }
}

impl<K: RowKey> Numbering<K> {
    /// The number of a key: that of an equal key before, else the next one. Below 2^32 - 1 keys.
    #[inline]
    pub fn number_of(&mut self, key: K) -> u32 {
        let mut slot = self.slot_of(key);
        loop {
            match self.slots[slot] {
                0 => return self.add(key, slot),
                held if self.keys[held as usize - 1].bits() == key.bits() => return held - 1,
                _ => slot = (slot + 1) & (self.slots.len() - 1),
            }
        }
    }

    /// All keys, by number.
    pub fn keys(&self) -> &[K] {
        &self.keys
    }

    #[cold]
    fn add(&mut self, key: K, slot: usize) -> u32 {
        self.keys.push(key);
        self.slots[slot] = self.keys.len() as u32;
        if self.keys.len() * 2 > self.slots.len() {
            self.grow();
        }
        self.keys.len() as u32 - 1
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for (number, &key) in (1..).zip(&self.keys) {
            let mut slot = self.slot_of(key);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = number;
        }
    }

    /// The high bits of a product with an odd constant (Fibonacci hashing): the keys of a bucket share their own.
    #[inline]
    fn slot_of(&self, key: K) -> usize {
        (key.bits().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - self.slots.len().trailing_zeros())) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::SubscriberId;
    use proptest::prelude::*;
    use std::collections::HashMap;

    proptest! {
        #[test]
        fn agrees_with_a_map(keys in prop::collection::vec(0u64..4000, 0..6000)) {
            let (mut numbering, mut map) = (Numbering::default(), HashMap::new());
            for key in keys {
                let next = map.len() as u32;
                let number = *map.entry(key).or_insert(next);
                prop_assert_eq!(numbering.number_of(SubscriberId::from_pseudonym(key)), number);
                prop_assert_eq!(numbering.keys()[number as usize].bits(), key);
            }
        }
    }
}
