//! How incoming ids become [`SubscriberId`]s: by a keyed hash, many at once.

use crate::delivered_id::DeliveredId;
use crate::hash_lanes::{HashLanes, LANES};
use crate::keyed_hash::KeyedHash;
use hexodus_model::SubscriberId;

/// Names rows by a [`KeyedHash`] of their ids. Every id is hashed: to look up one that was hashed before takes as long
/// where a million subscribers fit the caches, and longer where they do not (see docs/benchmarks.md). Integer ids wait instead until
/// the rows of each are together: see `delivered_id`.
pub struct Pseudonymiser {
    hash: KeyedHash,
    lanes: HashLanes,
    /// The rows whose ids are in the lanes.
    rows: Vec<usize>,
}

impl Pseudonymiser {
    /// With nothing waiting.
    pub fn new(hash: KeyedHash) -> Self {
        Self { lanes: hash.lanes(), rows: Vec::with_capacity(LANES), hash }
    }

    /// The pseudonym of one id delivered as text or bytes.
    pub fn of_bytes(&mut self, id: &[u8]) -> SubscriberId {
        self.hash.of_bytes(id)
    }

    /// Sees to it that `subscribers[row]` becomes the pseudonym of an id, at the latest by [`Self::finish`].
    #[inline]
    pub fn push(&mut self, row: usize, id: &[u8], subscribers: &mut [SubscriberId]) {
        if !self.lanes.push(id) {
            subscribers[row] = self.hash.of_bytes(id);
            return;
        }
        self.rows.push(row);
        if self.lanes.is_full() {
            self.finish(subscribers);
        }
    }

    /// Names the rows that wait.
    pub fn finish(&mut self, subscribers: &mut [SubscriberId]) {
        for (row, hash) in self.rows.drain(..).zip(self.lanes.finish()) {
            subscribers[row] = SubscriberId::from_pseudonym(hash);
        }
    }

    /// The pseudonyms of integer ids that waited.
    pub fn of_delivered(&mut self, ids: impl ExactSizeIterator<Item = DeliveredId>) -> Vec<SubscriberId> {
        let mut subscribers = vec![SubscriberId::from_pseudonym(0); ids.len()];
        let mut digits = itoa::Buffer::new();
        for (row, id) in ids.enumerate() {
            self.push(row, digits.format(id.as_delivered()).as_bytes(), &mut subscribers);
        }
        self.finish(&mut subscribers);
        subscribers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::PseudonymKey;

    fn hash() -> KeyedHash {
        KeyedHash::new(&PseudonymKey::from_bytes([7; 32]), "a")
    }

    #[test]
    fn ids_named_together_are_ids_named_alone() {
        let (mut hash, mut pseudonymiser) = (hash(), Pseudonymiser::new(hash()));
        let texts: Vec<String> = (0..200_usize).map(|row| "x".repeat(row % 90) + &row.to_string()).collect();
        for some in texts.chunks(90) {
            let mut subscribers = vec![SubscriberId::from_pseudonym(0); some.len()];
            some.iter().enumerate().for_each(|(row, id)| pseudonymiser.push(row, id.as_bytes(), &mut subscribers));
            pseudonymiser.finish(&mut subscribers);
            let alone: Vec<SubscriberId> = some.iter().map(|id| hash.of_bytes(id.as_bytes())).collect();
            assert_eq!(subscribers, alone);
        }
    }

    #[test]
    fn integers_that_waited_are_hashed_as_their_text() {
        let ids = (0..100).chain([u64::MAX, u64::MAX / 3]).map(DeliveredId::new);
        let ids: Vec<DeliveredId> = ids.collect();
        let alone: Vec<SubscriberId> =
            ids.iter().map(|id| hash().of_bytes(id.as_delivered().to_string().as_bytes())).collect();
        assert_eq!(Pseudonymiser::new(hash()).of_delivered(ids.into_iter()), alone);
    }
}
