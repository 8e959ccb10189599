//! Days in memory: what was just taken in need not be read back to be reduced.

use super::known_buckets::KnownBuckets;
use hexodus_model::{DayWindow, GroupedEvents, LocalDay};
use hexodus_store::{EventRanges, Store, StoreError};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The events of one day, by bucket.
pub type HeldDay = Vec<Arc<GroupedEvents>>;

/// The days held, up to so many events.
#[derive(Debug)]
pub struct HeldDays {
    days: BTreeMap<LocalDay, HeldDay>,
    limit: usize,
}

impl HeldDays {
    /// Room for `limit` events.
    pub const fn new(limit: usize) -> Self {
        Self { days: BTreeMap::new(), limit }
    }

    /// Takes a day out.
    pub fn take(&mut self, day: LocalDay) -> Option<HeldDay> {
        self.days.remove(&day)
    }

    /// Puts a day in.
    pub fn hold(&mut self, day: LocalDay, events: HeldDay) {
        self.days.insert(day, events);
    }

    /// Whether there is room for so many events more.
    pub fn has_room_for(&self, events: usize) -> bool {
        self.events() + events <= self.limit
    }

    /// Whether more than half of the room is taken.
    pub fn is_filling(&self) -> bool {
        self.events() * 2 > self.limit
    }

    /// The oldest day held.
    pub fn oldest(&self) -> Option<LocalDay> {
        self.days.keys().next().copied()
    }

    fn events(&self) -> usize {
        self.days.values().flatten().map(|bucket| bucket.len()).sum()
    }
}

/// The events of a day known so far: in memory, in the store, or none.
pub enum KnownDay {
    /// In memory, by bucket; empty when there are none.
    Held(HeldDay),
    /// In the store.
    Stored(EventRanges),
}

impl KnownDay {
    /// Where the events of a day are.
    pub fn find(held: &mut HeldDays, store: &Store, window: &DayWindow) -> Result<Self, StoreError> {
        if let Some(events) = held.take(window.day) {
            return Ok(Self::Held(events));
        }
        let stored = store.event_ranges(window)?;
        Ok(if stored.rows() == 0 { Self::Held(Vec::new()) } else { Self::Stored(stored) })
    }

    /// Events.
    pub fn rows(&self) -> usize {
        match self {
            Self::Held(buckets) => buckets.iter().map(|bucket| bucket.len()).sum(),
            Self::Stored(ranges) => usize::try_from(ranges.rows()).unwrap_or(usize::MAX),
        }
    }

    /// Hands the events to a reduction, in units that ascend by subscriber: it is told how many, and how to get one.
    ///
    /// # Errors
    /// When a unit cannot be read; what came of the reduction is then dropped.
    pub fn reduce<T>(
        &self,
        reduction: impl FnOnce(usize, &(dyn Fn(usize) -> Arc<GroupedEvents> + Sync)) -> T,
    ) -> Result<T, StoreError> {
        let broken: OnceLock<StoreError> = OnceLock::new();
        let events_of = |unit| {
            self.unit(unit).unwrap_or_else(|error| {
                let _ = broken.set(error);
                Arc::default()
            })
        };
        let reduced = reduction(self.units(), &events_of);
        broken.into_inner().map_or(Ok(reduced), Err)
    }

    /// Units it can be read in.
    pub fn units(&self) -> usize {
        match self {
            Self::Held(held) => held.len(),
            Self::Stored(ranges) => ranges.len(),
        }
    }

    fn unit(&self, unit: usize) -> Result<Arc<GroupedEvents>, StoreError> {
        match self {
            Self::Held(held) => Ok(Arc::clone(&held[unit])),
            Self::Stored(ranges) => ranges.range(unit).map(Arc::new),
        }
    }
}

/// Buckets that are filled from any thread while a day is settled.
pub struct Filling(Vec<OnceLock<Arc<GroupedEvents>>>);

impl Filling {
    /// So many empty buckets.
    pub fn new(buckets: usize) -> Self {
        Self((0..buckets).map(|_| OnceLock::new()).collect())
    }

    /// Fills a bucket with what was known and what is new.
    pub fn fill(&self, bucket: usize, known: &Arc<GroupedEvents>, new: &Arc<GroupedEvents>) {
        let events = match (known.is_empty(), new.is_empty()) {
            (true, _) => Arc::clone(new),
            (_, true) => Arc::clone(known),
            _ => Arc::new(known.merged(new)),
        };
        let _ = self.0[bucket].set(events);
    }

    /// All buckets; those that nothing new came for are as they were.
    pub fn finish(self, known: &KnownBuckets<'_>) -> Result<HeldDay, StoreError> {
        let filled = self.0.into_iter().enumerate();
        filled.map(|(bucket, events)| events.into_inner().map_or_else(|| known.take(bucket), Ok)).collect()
    }
}
