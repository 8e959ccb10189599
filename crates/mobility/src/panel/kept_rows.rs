//! What is kept of many subscribers between two nights: bytes in one buffer, ascending by subscriber. INDIVIDUAL.

use crate::subscriber::kept_bytes;
use hexodus_model::{H3Cell, SubscriberId};

/// One run of bytes a subscriber.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptRows {
    subscribers: Vec<SubscriberId>,
    /// Where the bytes of each end.
    ends: Vec<usize>,
    bytes: Vec<u8>,
}

impl KeptRows {
    /// Nobody yet, with memory for about as much as another holds.
    pub fn with_room_of(other: &Self) -> Self {
        let more = |held: usize| held + held / 16;
        Self {
            subscribers: Vec::with_capacity(more(other.subscribers.len())),
            ends: Vec::with_capacity(more(other.ends.len())),
            bytes: Vec::with_capacity(more(other.bytes.len())),
        }
    }

    /// Adds a subscriber, after all before, with the bytes that `write` appends; none where it gives `None`.
    pub fn push(&mut self, subscriber: SubscriberId, write: impl FnOnce(&mut Vec<u8>) -> Option<()>) {
        debug_assert!(self.subscribers.last().is_none_or(|&last| last < subscriber), "subscribers ascend");
        let start = self.bytes.len();
        if write(&mut self.bytes).is_none() {
            self.bytes.truncate(start);
            return;
        }
        self.subscribers.push(subscriber);
        self.ends.push(self.bytes.len());
    }

    /// Subscribers with their bytes, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (SubscriberId, &[u8])> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let bytes = starts.zip(&self.ends).map(|(start, &end)| &self.bytes[start..end]);
        self.subscribers.iter().copied().zip(bytes)
    }

    /// Every place that is named, some of them often.
    pub fn places(&self) -> impl Iterator<Item = H3Cell> + '_ {
        self.iter().flat_map(|(_, bytes)| kept_bytes::places(bytes))
    }
}
