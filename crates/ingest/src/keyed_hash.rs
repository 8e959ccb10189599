//! The keyed hash that makes a pseudonym of an id.

use crate::hash_lanes::HashLanes;
use crate::key::PseudonymKey;
use hexodus_model::SubscriberId;
use std::fmt;

/// The first 64 bits (big endian) of BLAKE3, keyed, over the id epoch, a zero byte, and the incoming id as delivered
/// with its full prefix (formats §1.1). An integer is hashed as its decimal text, so the same id delivered as number or
/// as text is the same subscriber.
#[derive(Clone)]
pub struct KeyedHash {
    key: [u8; 32],
    /// Epoch and zero byte, then the id hashed last.
    message: Vec<u8>,
    prefix: usize,
}

impl KeyedHash {
    /// For ids of one epoch under one key.
    pub fn new(key: &PseudonymKey, epoch: &str) -> Self {
        let message = [epoch.as_bytes(), &[0]].concat();
        Self { key: *key.bytes(), prefix: message.len(), message }
    }

    /// The pseudonym of an id delivered as text or bytes.
    pub fn of_bytes(&mut self, id: &[u8]) -> SubscriberId {
        self.message.truncate(self.prefix);
        self.message.extend_from_slice(id);
        let mut first = [0; 8];
        first.copy_from_slice(&blake3::keyed_hash(&self.key, &self.message).as_bytes()[..8]);
        SubscriberId::from_pseudonym(u64::from_be_bytes(first))
    }

    /// The same hash for many ids at once.
    pub(crate) fn lanes(&self) -> HashLanes {
        HashLanes::new(&self.key, &self.message[..self.prefix])
    }
}

/// Neither the key nor an id.
impl fmt::Debug for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedHash(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivered_id::DeliveredId;
    use crate::pseudonym::Pseudonymiser;

    fn keyed(key: u8, epoch: &str) -> KeyedHash {
        KeyedHash::new(&PseudonymKey::from_bytes([key; 32]), epoch)
    }

    #[test]
    fn known_answer() {
        // BLAKE3 keyed with 32 bytes of 7 over "\0" + "a91f03c7", as the Python binding of the reference computes it.
        let subscriber = keyed(7, "").of_bytes(b"a91f03c7");
        assert_eq!(format!("{:016x}", subscriber.bits()), "2972ad3ac97b6c8e");
    }

    #[test]
    fn number_and_text_are_the_same_subscriber() {
        let mut one = keyed(1, "");
        let mut numbers = Pseudonymiser::new(one.clone());
        for id in [0, 8_877_665_544_332_211, u64::MAX] {
            let number = numbers.of_delivered([DeliveredId::new(id)].into_iter());
            assert_eq!(number, [one.of_bytes(id.to_string().as_bytes())]);
        }
    }

    #[test]
    fn another_key_or_epoch_is_another_subscriber() {
        let id = b"a91f03c7";
        let first = keyed(1, "").of_bytes(id);
        assert_eq!(first, keyed(1, "").of_bytes(id));
        assert_ne!(first, keyed(2, "").of_bytes(id));
        assert_ne!(first, keyed(1, "2031-03").of_bytes(id));
        assert_eq!(format!("{:?}", keyed(1, "")), "KeyedHash(..)");
    }
}
