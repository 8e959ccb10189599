//! How an incoming id becomes a [`SubscriberId`] while it is read: a keyed hash, once per distinct id and worker.

use crate::delivered_id::DeliveredId;
use crate::integer_memo::IntegerMemo;
use crate::keyed_hash::{DIGITS, KeyedHash, decimal};
use crate::waiting_ids::{AT_ONCE, WaitingIds};
use hexodus_model::SubscriberId;
use xxhash_rust::xxh3::xxh3_64;

/// Distinct ids a worker remembers: its memory stays below 50 MB, and what is remembered near the caches.
pub(crate) const MEMO_LIMIT: usize = 1 << 20;
/// Ids in vain looked for in a full memo before it is asked whether it is of use.
const MISSES_LOOKED_AT: u64 = 1 << 16;

/// Turns incoming ids into pseudonyms by a [`KeyedHash`].
///
/// BLAKE3 costs 75 to 82 ns an id, so each worker remembers what it has hashed by a 64-bit fingerprint of the text. Two
/// ids of one fingerprint would become one subscriber: 5e-6 expected pairs among 1e8 ids, against 3e-4 of pseudonyms of
/// 64 bits. A full memo is beyond the caches, and looking in it costs more than the hash: once it is full and one id in
/// twenty is not in it, it is given up (a day of 100 million rows of 2.5 million subscribers in a fifth less time). (Integer ids need no memo: see `delivered_id`.)
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
        let fingerprint = xxh3_64(id);
        match self.texts.get(fingerprint) {
            0 => self.of_unknown(id, fingerprint),
            known => SubscriberId::from_pseudonym(known),
        }
    }

    /// The pseudonyms of ids delivered as text, of the rows they are of.
    #[inline]
    pub fn of_waiting(&mut self, ids: &mut WaitingIds, subscribers: &mut [SubscriberId]) {
        if ids.len() < AT_ONCE || self.given_up {
            ids.iter().for_each(|(row, id)| subscribers[row] = self.of_bytes(id));
        } else {
            self.looked_for += AT_ONCE as u64;
            let fingerprints: [u64; AT_ONCE] = std::array::from_fn(|at| xxh3_64(ids.id(at)));
            let known = self.texts.get_many(&fingerprints);
            for (at, (row, id)) in ids.iter().enumerate() {
                subscribers[row] = match known[at] {
                    // Perhaps an id before it was the same, and is known by now.
                    0 => self.of_bytes(id),
                    known => SubscriberId::from_pseudonym(known),
                };
            }
        }
        ids.clear();
    }

    fn of_unknown(&mut self, id: &[u8], fingerprint: u64) -> SubscriberId {
        let subscriber = self.hash.of_bytes(id);
        if self.texts.is_full() {
            self.miss();
        } else {
            self.texts.insert(fingerprint, subscriber.bits());
            // Those that filled it are no sign of what it is good for.
            self.looked_for = 0;
        }
        subscriber
    }

    /// The pseudonym of an integer id that waited, and waits no longer.
    pub fn of_delivered(&mut self, id: DeliveredId) -> SubscriberId {
        self.of_bytes(decimal(id.as_delivered(), &mut [0; DIGITS]))
    }

    /// An id was not in a full memo.
    #[cold]
    fn miss(&mut self) {
        self.missed += 1;
        if self.missed >= MISSES_LOOKED_AT {
            self.given_up = self.missed * 20 > self.looked_for;
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
    fn ids_looked_up_together_are_ids_looked_up_alone() {
        let mut hash = KeyedHash::new(&PseudonymKey::from_bytes([7; 32]), "a");
        let (mut pseudonymiser, mut ids) = (Pseudonymiser::new(hash.clone()), WaitingIds::default());
        let texts: Vec<String> = (0..200_u64).map(|row| format!("id {}", row * row % 61)).collect();
        let mut subscribers = vec![SubscriberId::from_pseudonym(0); texts.len()];
        for (row, text) in texts.iter().enumerate() {
            ids.push(row, text.as_bytes());
            if ids.len() == AT_ONCE || row + 1 == texts.len() {
                pseudonymiser.of_waiting(&mut ids, &mut subscribers);
            }
        }
        let alone: Vec<SubscriberId> = texts.iter().map(|text| hash.of_bytes(text.as_bytes())).collect();
        assert_eq!(subscribers, alone);
        assert_eq!(ids.len(), 0);
    }

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
