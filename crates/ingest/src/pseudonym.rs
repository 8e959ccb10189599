//! How an incoming id becomes a [`SubscriberId`]: keyed BLAKE3, once per distinct id and worker.

use crate::integer_memo::IntegerMemo;
use crate::key::PseudonymKey;
use hexodus_model::SubscriberId;
use std::io::Write;

/// Distinct ids a worker remembers: its memory stays below 50 MB, and what is remembered near the caches.
pub(crate) const MEMO_LIMIT: usize = 1 << 20;
/// Ids in vain looked for in a full memo before it is asked whether it is of use.
const MISSES_LOOKED_AT: u64 = 1 << 16;

/// Turns incoming ids into pseudonyms: the first 64 bits (big endian) of BLAKE3, keyed, over the id epoch, a zero
/// byte, and the incoming id as delivered with its full prefix (formats §1.1). An integer is hashed as its decimal
/// text, so the same id delivered as number or as text is the same subscriber.
///
/// BLAKE3 costs 75 to 82 ns an id, so each worker remembers what it has hashed: integers by value, text by a 64-bit
/// fingerprint. Two ids of one fingerprint would become one subscriber: 5e-6 expected pairs among 1e8 ids, against 3e-4
/// of pseudonyms of 64 bits. Of many millions of subscribers a memo knows few, and looking
/// in it costs more than the hash: once it is full and half the ids are not in it, it is given up.
pub struct Pseudonymiser {
    key: [u8; 32],
    /// Epoch and zero byte, then the id hashed last.
    message: Vec<u8>,
    prefix: usize,
    integers: IntegerMemo,
    texts: IntegerMemo,
    /// Ids looked for, and those not found in a full memo, since its use was last looked at.
    looked_for: u64,
    missed: u64,
    given_up: bool,
}

impl Pseudonymiser {
    /// For ids of one epoch under one key.
    pub fn new(key: &PseudonymKey, epoch: &str) -> Self {
        let message = [epoch.as_bytes(), &[0]].concat();
        let prefix = message.len();
        Self {
            key: *key.bytes(),
            message,
            prefix,
            integers: IntegerMemo::default(),
            texts: IntegerMemo::default(),
            looked_for: 0,
            missed: 0,
            given_up: false,
        }
    }

    /// The pseudonym of an id delivered as text or bytes.
    #[inline]
    pub fn of_bytes(&mut self, id: &[u8]) -> SubscriberId {
        if self.given_up {
            return self.keyed_hash(id);
        }
        self.looked_for += 1;
        let fingerprint = xxhash_rust::xxh3::xxh3_64(id);
        let known = self.texts.get(fingerprint);
        if known != 0 {
            return SubscriberId::from_pseudonym(known);
        }
        let subscriber = self.keyed_hash(id);
        if self.texts.is_full() {
            self.miss();
        } else {
            self.texts.insert(fingerprint, subscriber.bits());
        }
        subscriber
    }

    /// An id was not in a full memo.
    #[cold]
    fn miss(&mut self) {
        self.missed += 1;
        if self.missed >= MISSES_LOOKED_AT {
            self.given_up = self.missed * 2 > self.looked_for;
            if self.given_up {
                (self.integers, self.texts) = (IntegerMemo::default(), IntegerMemo::default());
            }
            (self.looked_for, self.missed) = (0, 0);
        }
    }

    /// The pseudonym of an id delivered as an integer.
    #[inline]
    pub fn of_integer(&mut self, id: u64) -> SubscriberId {
        match self.integers.get(id) {
            0 => self.new_integer(id),
            bits => SubscriberId::from_pseudonym(bits),
        }
    }

    /// The pseudonyms of many integers.
    pub fn of_integers(&mut self, ids: &[u64], subscribers: &mut [SubscriberId]) {
        const AHEAD: usize = 32;
        self.looked_for += ids.len() as u64;
        let (whole, rest) = ids.as_chunks::<AHEAD>();
        let (whole_subscribers, rest_subscribers) = subscribers.split_at_mut(ids.len() - rest.len());
        for (ids, subscribers) in whole.iter().zip(whole_subscribers.chunks_exact_mut(AHEAD)) {
            let known = self.integers.get_many(ids);
            for ((subscriber, known), &id) in subscribers.iter_mut().zip(known).zip(ids) {
                *subscriber = if known == 0 { self.of_integer(id) } else { SubscriberId::from_pseudonym(known) };
            }
        }
        for (subscriber, &id) in rest_subscribers.iter_mut().zip(rest) {
            *subscriber = self.of_integer(id);
        }
    }

    #[cold]
    fn new_integer(&mut self, id: u64) -> SubscriberId {
        let mut digits = [0; 20];
        let mut rest = &mut digits[..];
        let written = match write!(rest, "{id}") {
            Ok(()) => 20 - rest.len(),
            Err(_) => 20,
        };
        let subscriber = self.keyed_hash(&digits[..written]);
        if self.integers.is_full() {
            self.miss();
        } else if !self.given_up {
            self.integers.insert(id, subscriber.bits());
        }
        subscriber
    }

    fn keyed_hash(&mut self, id: &[u8]) -> SubscriberId {
        self.message.truncate(self.prefix);
        self.message.extend_from_slice(id);
        let mut first = [0; 8];
        first.copy_from_slice(&blake3::keyed_hash(&self.key, &self.message).as_bytes()[..8]);
        SubscriberId::from_pseudonym(u64::from_be_bytes(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pseudonymiser(key: u8, epoch: &str) -> Pseudonymiser {
        Pseudonymiser::new(&PseudonymKey::from_bytes([key; 32]), epoch)
    }

    #[test]
    fn more_ids_than_are_remembered_make_no_difference() {
        let (mut one, mut fresh) = (pseudonymiser(7, "a"), pseudonymiser(7, "a"));
        let ids: Vec<u64> = (0..(MEMO_LIMIT as u64 + 2 * MISSES_LOOKED_AT)).collect();
        let mut subscribers = vec![SubscriberId::from_pseudonym(0); ids.len()];
        one.of_integers(&ids, &mut subscribers);
        one.of_integers(&ids, &mut subscribers);
        for &at in &[0, 1, MEMO_LIMIT - 1, MEMO_LIMIT, MEMO_LIMIT + 1, ids.len() - 1] {
            assert_eq!(subscribers[at], fresh.of_bytes(ids[at].to_string().as_bytes()));
        }
    }

    #[test]
    fn known_answer() {
        // BLAKE3 keyed with 32 bytes of 7 over "\0" + "a91f03c7", as the Python binding of the reference computes it.
        let subscriber = pseudonymiser(7, "").of_bytes(b"a91f03c7");
        assert_eq!(format!("{:016x}", subscriber.bits()), KNOWN);
    }
    const KNOWN: &str = "2972ad3ac97b6c8e";

    #[test]
    fn number_and_text_are_the_same_subscriber() {
        let mut one = pseudonymiser(1, "");
        assert_eq!(one.of_integer(8_877_665_544_332_211), one.of_bytes(b"8877665544332211"));
        assert_eq!(one.of_integer(0), one.of_bytes(b"0"));
        assert_eq!(one.of_integer(u64::MAX), one.of_bytes(b"18446744073709551615"));
    }

    #[test]
    fn another_key_or_epoch_is_another_subscriber() {
        let id = b"a91f03c7";
        let first = pseudonymiser(1, "").of_bytes(id);
        assert_eq!(first, pseudonymiser(1, "").of_bytes(id));
        assert_ne!(first, pseudonymiser(2, "").of_bytes(id));
        assert_ne!(first, pseudonymiser(1, "2031-03").of_bytes(id));
    }
}
