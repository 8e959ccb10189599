//! Accepted rows between reading and settling: in memory as far as there is room, beyond that in a spill file.

use crate::scatter::{DayBuckets, Scattered};
use crate::spill::{Segment, SpillFile};
use hexodus_model::EventRow;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How many rows may wait in memory, all files together.
#[derive(Debug)]
pub struct Room {
    limit: usize,
    taken: AtomicUsize,
}

impl Room {
    /// Room for `limit` rows.
    pub fn new(limit: usize) -> Self {
        Self { limit, taken: AtomicUsize::new(0) }
    }

    /// Lets a part stay in memory if there is room for it, else writes it to `spill`.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn admit(self: &Arc<Self>, part: &mut Scattered, spill: &SpillFile) -> io::Result<()> {
        let rows: usize = part.days.values().flatten().map(Vec::len).sum();
        let place = Place { room: Arc::clone(self), rows };
        if self.taken.fetch_add(rows, Ordering::Relaxed) + rows <= self.limit {
            part.place = Some(place);
            return Ok(());
        }
        for (day, buckets) in std::mem::take(&mut part.days) {
            part.spilled.insert(day, spill.write(&buckets)?);
        }
        Ok(())
    }
}

/// Room that is taken until this is dropped.
#[derive(Debug)]
pub struct Place {
    room: Arc<Room>,
    rows: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(self.rows, Ordering::Relaxed);
    }
}

/// The rows of one file and local day, unsorted, by bucket. Each bucket is taken once.
#[derive(Debug, Default)]
pub struct WaitingRows {
    buckets: Vec<WaitingBucket>,
}

#[derive(Debug, Default)]
struct WaitingBucket {
    parts: Mutex<Vec<Vec<EventRow>>>,
    spilled: Vec<Segment>,
    rows: usize,
}

impl WaitingRows {
    /// Adds a part that was admitted to memory.
    pub fn add(&mut self, part: DayBuckets) {
        for (bucket, rows) in part.into_iter().enumerate() {
            let waiting = self.bucket(bucket);
            waiting.rows += rows.len();
            waiting.parts.get_mut().unwrap_or_else(PoisonError::into_inner).push(rows);
        }
    }

    /// Adds rows that were spilled.
    pub fn add_spilled(&mut self, bucket: usize, segment: Segment) {
        let waiting = self.bucket(bucket);
        waiting.rows += segment.rows();
        waiting.spilled.push(segment);
    }

    fn bucket(&mut self, bucket: usize) -> &mut WaitingBucket {
        if self.buckets.len() <= bucket {
            self.buckets.resize_with(bucket + 1, WaitingBucket::default);
        }
        &mut self.buckets[bucket]
    }

    /// Rows of a bucket.
    pub fn rows_in(&self, bucket: usize) -> usize {
        self.buckets.get(bucket).map_or(0, |waiting| waiting.rows)
    }

    /// Rows.
    pub fn rows(&self) -> usize {
        self.buckets.iter().map(|waiting| waiting.rows).sum()
    }

    /// Hands out the parts of a bucket and forgets them.
    ///
    /// # Errors
    /// When spilled rows cannot be read back.
    pub fn take(&self, bucket: usize) -> io::Result<Vec<Vec<EventRow>>> {
        let Some(waiting) = self.buckets.get(bucket) else { return Ok(Vec::new()) };
        let mut parts = std::mem::take(&mut *waiting.parts.lock().unwrap_or_else(PoisonError::into_inner));
        for segment in &waiting.spilled {
            parts.push(segment.read()?);
        }
        Ok(parts)
    }
}
