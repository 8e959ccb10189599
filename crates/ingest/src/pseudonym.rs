//! How an incoming id becomes a [`SubscriberId`] while it is read: a keyed hash, once per distinct id and worker.

use crate::delivered_id::DeliveredId;
use crate::integer_memo::IntegerMemo;
use crate::keyed_hash::KeyedHash;
use hexodus_model::SubscriberId;

/// Distinct ids a worker remembers: its memory stays below 50 MB, and what is remembered near the caches.
pub(crate) const MEMO_LIMIT: usize = 1 << 20;
/// Ids in vain looked for in a full memo before it is asked whether it is of use.
const MISSES_LOOKED_AT: u64 = 1 << 16;

/// Turns incoming ids into pseudonyms by a [`KeyedHash`].
///
/// BLAKE3 costs 75 to 82 ns an id, so each worker remembers what it has hashed by a 64-bit fingerprint of the text. Two
/// ids of one fingerprint would become one subscriber: 5e-6 expected pairs among 1e8 ids, against 3e-4 of pseudonyms of
/// 64 bits. Of many millions of subscribers a memo knows few, and looking in it costs more than the hash: once it is
/// full and half the ids are not in it, it is given up. (Integer ids need no memo: see `delivered_id`.)
#[derive(Debug)]
pub struct Pseudonymiser {
    hash: KeyedHash,
    texts: IntegerMemo,
    /// Ids looked for, and those not found in a full memo, since its use was last looked at.
    looked_for: u64,
    missed: u64,
    given_up: bool,
}

impl Pseudonymiser {
    /// With nothing remembered.
    pub fn new(hash: KeyedHash) -> Self {
        Self { hash, texts: IntegerMemo::default(), looked_for: 0, missed: 0, given_up: false }
    }

    /// The pseudonym of an id delivered as text or bytes.
    #[inline]
    pub fn of_bytes(&mut self, id: &[u8]) -> SubscriberId {
        if self.given_up {
            return self.hash.of_bytes(id);
        }
        self.looked_for += 1;
        let fingerprint = xxhash_rust::xxh3::xxh3_64(id);
        let known = self.texts.get(fingerprint);
        if known != 0 {
            return SubscriberId::from_pseudonym(known);
        }
        let subscriber = self.hash.of_bytes(id);
        if self.texts.is_full() {
            self.miss();
        } else {
            self.texts.insert(fingerprint, subscriber.bits());
        }
        subscriber
    }

    /// The pseudonym of an integer id that waited, and waits no longer.
    pub fn of_delivered(&mut self, id: DeliveredId) -> SubscriberId {
        self.of_bytes(id.as_delivered().to_string().as_bytes())
    }

    /// An id was not in a full memo.
    #[cold]
    fn miss(&mut self) {
        self.missed += 1;
        if self.missed >= MISSES_LOOKED_AT {
            self.given_up = self.missed * 2 > self.looked_for;
            if self.given_up {
                self.texts = IntegerMemo::default();
            }
            (self.looked_for, self.missed) = (0, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::PseudonymKey;

    #[test]
    fn more_ids_than_are_remembered_make_no_difference() {
        let mut hash = KeyedHash::new(&PseudonymKey::from_bytes([7; 32]), "a");
        let mut pseudonymiser = Pseudonymiser::new(hash.clone());
        for id in (0..MEMO_LIMIT as u64 + 2 * MISSES_LOOKED_AT).chain(0..10) {
            let subscriber = pseudonymiser.of_bytes(id.to_string().as_bytes());
            if id % 4096 < 2 {
                assert_eq!(subscriber, hash.of_integer(id));
            }
        }
    }
}
