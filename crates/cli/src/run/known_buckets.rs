//! A day that late rows come to, read again by bucket: each row group once, though it has the events of many buckets.

use super::held::{HeldDay, KnownDay};
use hexodus_model::GroupedEvents;
use hexodus_store::StoreError;
use std::sync::{Arc, Mutex, PoisonError};

/// The events of a day known so far, each bucket of which is asked for once, from any thread.
pub struct KnownBuckets<'a> {
    day: &'a KnownDay,
    /// By bucket, whether its stored events are wanted; those of others are not read.
    wanted: Vec<bool>,
    /// Buckets that are read at once, as many as share a row group.
    at_once: usize,
    read: Vec<Mutex<Option<HeldDay>>>,
}

impl<'a> KnownBuckets<'a> {
    /// As many buckets as there are in `wanted`.
    pub fn of(day: &'a KnownDay, wanted: Vec<bool>) -> Self {
        let at_once = wanted.len().div_ceil(day.units().max(1)).max(1);
        let read = (0..wanted.len().div_ceil(at_once)).map(|_| Mutex::default()).collect();
        Self { day, wanted, at_once, read }
    }

    /// The events of one of them; of a stored day none where they are not wanted.
    pub fn take(&self, bucket: usize) -> Result<Arc<GroupedEvents>, StoreError> {
        let ranges = match self.day {
            KnownDay::Held(held) => return Ok(held.get(bucket).cloned().unwrap_or_default()),
            KnownDay::Stored(_) if !self.wanted[bucket] => return Ok(Arc::default()),
            KnownDay::Stored(ranges) => ranges,
        };
        let first = bucket - bucket % self.at_once;
        let some = first..self.wanted.len().min(first + self.at_once);
        let mut read = self.read[bucket / self.at_once].lock().unwrap_or_else(PoisonError::into_inner);
        if read.is_none() {
            let events = ranges.buckets(some, self.wanted.len(), |own| self.wanted[own])?;
            *read = Some(events.into_iter().map(Arc::new).collect());
        }
        Ok(read.as_mut().map(|read| std::mem::take(&mut read[bucket - first])).unwrap_or_default())
    }
}
