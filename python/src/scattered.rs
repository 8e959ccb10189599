//! Rows of an operator → events by local day and share of the subscribers, on all threads. CONFIDENTIAL.

use crate::columns::{Reader, for_each_batch};
use crate::fault::{Checked, Fault};
use crate::local_days::{ByDay, LocalDays};
use crate::locations::{LocationNames, SeenLocations};
use crate::rows::{EventColumns, GoodRow, Rows};
use crate::subscribers::{IdKind, Pseudonyms};
use arrow_array::RecordBatch;
use hexodus_model::{
    BucketedEvents, DayWindow, EventRow, FaultCode, GroupedEvents, LocalDay, LocationKey, Locations, Moment, RowCounts,
    SubscriberId, UtcMicros, bucket_of,
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Shares of the subscribers of a day: each is put in order by one thread, in memory near it.
const SHARES: usize = 256;
/// Rows a thread takes at a time.
const ROWS_AT_ONCE: usize = 1 << 16;

/// The accepted rows of a table.
pub struct ScatteredRows {
    /// Events by day, ascending.
    pub days: Vec<DayEvents>,
    /// What their location keys stand for.
    pub locations: Locations,
    /// What became of rows, but for what is known where events are located.
    pub counts: RowCounts,
}

/// The events of a day, each once.
pub struct DayEvents {
    /// The day.
    pub window: DayWindow,
    /// Subscribers ascend from share to share.
    pub shares: Vec<GroupedEvents>,
    /// Events that were there before.
    pub duplicates: u64,
}

/// Reads all rows.
pub fn scatter(
    reader: Reader,
    columns: &EventColumns,
    pseudonyms: &Pseudonyms,
    local_days: &LocalDays,
) -> Checked<ScatteredRows> {
    let idle = Mutex::new(Vec::new());
    let read = |piece: RecordBatch| {
        let worker = lock(&idle).pop();
        let mut worker = worker.unwrap_or_else(|| Worker::new(local_days.clone()));
        let done = worker.read(&piece, columns, pseudonyms);
        lock(&idle).push(worker);
        done
    };
    let mut pieces = Vec::new();
    for_each_batch(reader, |batch, _| {
        let starts = (0..batch.num_rows()).step_by(ROWS_AT_ONCE);
        pieces.extend(starts.map(|start| batch.slice(start, ROWS_AT_ONCE.min(batch.num_rows() - start))));
        // Columns are looked at even where there are no rows.
        if pieces.is_empty() {
            pieces.push(batch.clone());
        }
        if pieces.len() < rayon::current_num_threads() {
            return Ok(());
        }
        std::mem::take(&mut pieces).into_par_iter().try_for_each(read)
    })?;
    pieces.into_par_iter().try_for_each(read)?;
    put_together(idle.into_inner().unwrap_or_else(PoisonError::into_inner), pseudonyms)
}

/// What one thread reads at a time, and what it has read so far.
struct Worker {
    local_days: LocalDays,
    names: LocationNames,
    seen: SeenLocations,
    /// Rows by day and share, in no order.
    days: ByDay<Vec<Vec<DeliveredRow>>>,
    counts: RowCounts,
    /// What its ids are.
    ids: Option<IdKind>,
}

/// An accepted row; its subscriber as delivered.
type DeliveredRow = EventRow<u64>;

impl Worker {
    fn new(local_days: LocalDays) -> Self {
        Self {
            local_days,
            ids: None,
            names: LocationNames::default(),
            seen: SeenLocations::default(),
            days: ByDay::default(),
            counts: RowCounts::default(),
        }
    }

    fn read(&mut self, batch: &RecordBatch, columns: &EventColumns, pseudonyms: &Pseudonyms) -> Checked<()> {
        let rows = Rows::read(batch, columns, pseudonyms)?;
        self.ids = Some(rows.id_kind());
        self.counts.read += rows.count() as u64;
        for row in 0..rows.count() {
            match rows.delivered_row(row, pseudonyms, &mut self.local_days, &mut self.names) {
                Ok(good) => {
                    if rows.places.is_null_island(good.location) {
                        self.counts.flag(FaultCode::CoordsZero);
                    }
                    let key = self.seen.key_of(good.location, || rows.places.id_of(row, good.location))?;
                    self.push(good, key);
                }
                Err(code) => self.counts.reject(code),
            }
        }
        Ok(())
    }

    #[inline]
    fn push(&mut self, GoodRow { subscriber, window, at, .. }: GoodRow<u64>, key: LocationKey) {
        let shares = self.days.of(window, || vec![Vec::new(); SHARES]);
        let moment = Moment::new(UtcMicros(at), &window, key);
        shares[share_of(subscriber)].push(EventRow { subscriber, moment });
    }
}

/// The share of a subscriber as delivered. Ids may be small numbers: the high bits of a product with an odd constant (Fibonacci
/// hashing) are not.
#[inline]
fn share_of(delivered: u64) -> usize {
    bucket_of(delivered.wrapping_mul(0x9E37_79B9_7F4A_7C15), SHARES)
}

/// The events of all threads, whose location keys are their own.
fn put_together(workers: Vec<Worker>, pseudonyms: &Pseudonyms) -> Checked<ScatteredRows> {
    let (mut locations, mut counts) = (Locations::default(), RowCounts::default());
    let mut by_day = BTreeMap::<LocalDay, (DayWindow, Vec<Part>)>::new();
    // All batches have the types of one table.
    let kind = workers.iter().find_map(|worker| worker.ids).unwrap_or(IdKind::Text);
    for worker in workers {
        counts.add(&worker.counts);
        let full = || Fault(format!("more than {} locations", LocationKey::LIMIT));
        let ids = worker.seen.locations.ids().iter();
        let keys = ids.map(|id| locations.intern(id.clone()).ok_or_else(full)).collect::<Checked<Vec<_>>>()?;
        for (window, shares) in worker.days.ascending() {
            let of_day = by_day.entry(window.day).or_insert_with(|| (window, Vec::new()));
            of_day.1.push((keys.clone(), shares.into_iter().map(Mutex::new).collect()));
        }
    }
    let name = |delivered| pseudonyms.of_delivered(delivered, kind);
    let days = by_day.into_values().map(|(window, parts)| in_order(window, &parts, name)).collect();
    Ok(ScatteredRows { days, locations, counts })
}

/// What a thread has read of a day: the key of each of its locations for all, and its rows by share, each taken once.
type Part = (Vec<LocationKey>, Vec<Mutex<Vec<DeliveredRow>>>);

fn in_order(window: DayWindow, parts: &[Part], name: impl Fn(u64) -> SubscriberId + Sync) -> DayEvents {
    let named: Vec<(BucketedEvents, u64)> =
        (0..SHARES).into_par_iter().map(|share| named_share(share, parts, &name)).collect();
    let duplicates = named.iter().map(|own| own.1).sum::<u64>();
    let all: usize = named.iter().map(|own| own.0.all().len()).sum();
    let shares: Vec<GroupedEvents> = (0..SHARES).into_par_iter().map(|share| gathered(share, &named)).collect();
    // Two ids of one pseudonym may have an event in common.
    let kept: usize = shares.iter().map(GroupedEvents::len).sum();
    DayEvents { window, shares, duplicates: duplicates + (all - kept) as u64 }
}

/// The events of a share of the delivered ids, by pseudonym, and how many came twice.
fn named_share(share: usize, parts: &[Part], name: &impl Fn(u64) -> SubscriberId) -> (BucketedEvents, u64) {
    let mut rows = Vec::new();
    for (keys, shares) in parts {
        let own = std::mem::take(&mut *lock(&shares[share]));
        rows.extend(own.into_iter().map(|row| known_to_all(row, keys)));
    }
    rows.sort_unstable();
    let all = rows.len();
    rows.dedup();
    let groups = rows.chunk_by(|left, right| left.subscriber == right.subscriber);
    let mut groups: Vec<_> = groups.map(|own| (name(own[0].subscriber), own)).collect();
    groups.sort_unstable_by_key(|own| own.0);
    let mut events = GroupedEvents::with_capacity(rows.len());
    for own in groups.chunk_by(|left, right| left.0 == right.0) {
        push_all(&mut events, own[0].0, own.iter().flat_map(|own| own.1.iter().map(|row| row.moment)), own.len());
    }
    (BucketedEvents::new(events, SHARES), (all - rows.len()) as u64)
}

/// A share of the subscribers, from the shares of the ids.
fn gathered(share: usize, named: &[(BucketedEvents, u64)]) -> GroupedEvents {
    let mut groups: Vec<(SubscriberId, &[Moment])> =
        named.iter().flat_map(|(events, _)| events.bucket(share)).collect();
    groups.sort_unstable_by_key(|own| own.0);
    let mut events = GroupedEvents::with_capacity(groups.iter().map(|own| own.1.len()).sum());
    for own in groups.chunk_by(|left, right| left.0 == right.0) {
        push_all(&mut events, own[0].0, own.iter().flat_map(|own| own.1.iter().copied()), own.len());
    }
    events
}

/// Appends the events of a subscriber; those of several ids (3e-4 expected pairs among 1e8) are put in order first.
#[inline]
fn push_all(events: &mut GroupedEvents, who: SubscriberId, moments: impl Iterator<Item = Moment>, ids: usize) {
    if ids == 1 {
        return events.push_group(who, moments);
    }
    let moments: BTreeSet<Moment> = moments.collect();
    events.push_group(who, moments);
}

#[inline]
fn known_to_all(EventRow { subscriber, moment }: DeliveredRow, keys: &[LocationKey]) -> DeliveredRow {
    let location = keys[moment.location().0 as usize];
    EventRow { subscriber, moment: Moment::of_day(moment.micros_of_day(), location) }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
