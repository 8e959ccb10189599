//! Accepted rows between reading and settling: in memory as far as there is room, beyond that in a spill file.

use crate::delivered_id::DeliveredId;
use crate::keyed_hash::KeyedHash;
use crate::numbering::Numbering;
use crate::pseudonym::Pseudonymiser;
use crate::scatter::{DayBuckets, DayRows, Scattered};
use crate::spill::{Segment, SpillFile};
use hexodus_model::{EventRow, SubscriberId};
use rayon::prelude::*;
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

    /// Lets a part stay in memory if there is room for it, else writes it to `spill`, pseudonyms only.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn admit(
        self: &Arc<Self>,
        part: &mut Scattered,
        pseudonyms: &mut Pseudonymiser,
        spill: &SpillFile,
    ) -> io::Result<()> {
        let rows: usize = part.days.values().map(DayRows::len).sum();
        let place = Place { room: Arc::clone(self), rows };
        if self.taken.fetch_add(rows, Ordering::Relaxed) + rows <= self.limit {
            part.place = Some(place);
            return Ok(());
        }
        for (day, rows) in std::mem::take(&mut part.days) {
            let DayRows { delivered, mut pseudonymous } = rows;
            pseudonymous.resize_with(pseudonymous.len().max(delivered.len()), Vec::new);
            let buckets = pseudonymous.len();
            for rows in delivered {
                let subscribers = pseudonyms.of_delivered(rows.iter().map(|row| row.subscriber));
                for (subscriber, EventRow { moment, .. }) in subscribers.into_iter().zip(rows) {
                    pseudonymous[subscriber.bucket(buckets)].push(EventRow { subscriber, moment });
                }
            }
            part.spilled.insert(day, spill.write(&pseudonymous)?);
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
    /// Rows whose ids wait as well, by bucket of delivered ids.
    delivered: Vec<Parts<DeliveredId>>,
    /// The others in memory, by bucket of subscribers.
    pseudonymous: Vec<Parts<SubscriberId>>,
    /// Those on disk, likewise.
    spilled: Vec<Vec<Segment>>,
}

/// Rows of one bucket, part by part.
#[derive(Debug)]
struct Parts<K>(Mutex<Vec<Vec<EventRow<K>>>>);

impl<K> Default for Parts<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K> Parts<K> {
    fn add(&mut self, rows: Vec<EventRow<K>>) {
        if !rows.is_empty() {
            self.0.get_mut().unwrap_or_else(PoisonError::into_inner).push(rows);
        }
    }

    fn take(&self) -> Vec<Vec<EventRow<K>>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn rows(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(Vec::len).sum()
    }
}

fn add_all<K>(all: &mut Vec<Parts<K>>, part: DayBuckets<K>) {
    all.resize_with(all.len().max(part.len()), Parts::default);
    all.iter_mut().zip(part).for_each(|(parts, rows)| parts.add(rows));
}

impl WaitingRows {
    /// Adds a part that was admitted to memory.
    pub fn add(&mut self, part: DayRows) {
        add_all(&mut self.delivered, part.delivered);
        add_all(&mut self.pseudonymous, part.pseudonymous);
    }

    /// Adds rows that were spilled.
    pub fn add_spilled(&mut self, bucket: usize, segment: Segment) {
        self.spilled.resize_with(self.spilled.len().max(bucket + 1), Vec::new);
        self.spilled[bucket].push(segment);
    }

    /// Buckets of delivered ids.
    pub fn delivered_buckets(&self) -> usize {
        self.delivered.len()
    }

    /// Rows.
    pub fn rows(&self) -> usize {
        let delivered: usize = self.delivered.iter().map(Parts::rows).sum();
        let pseudonymous: usize = self.pseudonymous.iter().map(Parts::rows).sum();
        delivered + pseudonymous + self.spilled.iter().flatten().map(Segment::rows).sum::<usize>()
    }

    /// Whether there are rows that have their pseudonyms.
    pub fn has_pseudonyms(&self) -> bool {
        !self.spilled.is_empty() || self.pseudonymous.iter().any(|parts| parts.rows() > 0)
    }

    /// Rows of a bucket of subscribers.
    pub fn rows_in(&self, bucket: usize) -> usize {
        let spilled: usize = self.spilled.get(bucket).into_iter().flatten().map(Segment::rows).sum();
        spilled + self.pseudonymous.get(bucket).map_or(0, Parts::rows)
    }

    /// Hands out the rows of a bucket of delivered ids and forgets them.
    pub fn take_delivered(&self, bucket: usize) -> Vec<Vec<EventRow<DeliveredId>>> {
        self.delivered.get(bucket).map(Parts::take).unwrap_or_default()
    }

    /// Hands out the rows of a bucket of subscribers and forgets them.
    ///
    /// # Errors
    /// When spilled rows cannot be read back.
    pub fn take(&self, bucket: usize) -> io::Result<Vec<Vec<EventRow>>> {
        let mut parts = self.pseudonymous.get(bucket).map(Parts::take).unwrap_or_default();
        for segment in self.spilled.get(bucket).into_iter().flatten() {
            parts.push(segment.read()?);
        }
        Ok(parts)
    }

    /// Gives all rows their pseudonyms.
    pub fn pseudonymise(&mut self, hash: &KeyedHash, buckets: usize) {
        let delivered = std::mem::take(&mut self.delivered);
        let translated: Vec<DayBuckets> = delivered
            .into_par_iter()
            .map(|parts| {
                let mut of_subscribers = vec![Vec::new(); buckets];
                translate(&parts.take(), hash.clone(), &mut of_subscribers);
                of_subscribers
            })
            .collect();
        for part in translated {
            add_all(&mut self.pseudonymous, part);
        }
    }
}

/// Every row to the bucket of its subscriber; each distinct id is hashed once.
fn translate(parts: &[Vec<EventRow<DeliveredId>>], hash: KeyedHash, buckets: &mut DayBuckets) {
    let rows = parts.iter().map(Vec::len).sum();
    let (numbers, keys) = Numbering::number_all(parts.iter().flatten().map(|row| row.subscriber), rows);
    let subscribers = Pseudonymiser::new(hash).of_delivered(keys.iter().map(|known| known.key));
    let count = buckets.len();
    for (row, number) in parts.iter().flatten().zip(numbers) {
        let subscriber = subscribers[number as usize];
        buckets[subscriber.bucket(count)].push(EventRow { subscriber, moment: row.moment });
    }
}
