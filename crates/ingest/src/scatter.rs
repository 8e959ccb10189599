//! How rows reach the bucket of their day and subscriber.

use crate::batch::{Batch, Example, NO_TIME};
use crate::day_clock::DayClock;
use crate::delivered_id::{DeliveredId, RowKey};
use crate::spill::Segment;
use crate::traits::SeenTraits;
use crate::waiting::Place;
use hexodus_model::{
    DayWindow, EventRow, FaultCode, LocalDay, Moment, Rejections, RowCounts, SubscriberId, Traits, UtcMicros, bucket_of,
};
use std::collections::BTreeMap;

/// The rows of one local day, by bucket of subscribers; unsorted.
pub type DayBuckets<K = SubscriberId> = Vec<Vec<EventRow<K>>>;

/// The rows of one local day: those whose ids wait for their pseudonyms, by bucket of delivered ids, and the others, by
/// bucket of subscribers. Where there are none of a kind there are no buckets of it.
#[derive(Debug, Default)]
pub struct DayRows {
    /// Their ids wait.
    pub delivered: DayBuckets<DeliveredId>,
    /// The others.
    pub pseudonymous: DayBuckets,
}

impl DayRows {
    /// Rows.
    pub fn len(&self) -> usize {
        let delivered: usize = self.delivered.iter().map(Vec::len).sum();
        delivered + self.pseudonymous.iter().map(Vec::len).sum::<usize>()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A key and the rows of a day that have such keys.
trait OfDay: RowKey + Sized {
    fn buckets(rows: &mut DayRows) -> &mut DayBuckets<Self>;
}

impl OfDay for DeliveredId {
    #[inline]
    fn buckets(rows: &mut DayRows) -> &mut DayBuckets<Self> {
        &mut rows.delivered
    }
}

impl OfDay for SubscriberId {
    #[inline]
    fn buckets(rows: &mut DayRows) -> &mut DayBuckets<Self> {
        &mut rows.pseudonymous
    }
}

/// Collects checked batches of one file: accepted rows by day and bucket, all rows in the account.
pub struct Scatter<'a> {
    clock: DayClock<'a>,
    file_day: Option<LocalDay>,
    buckets: usize,
    rows_expected: usize,
    rows: usize,
    slot: usize,
    slots: Vec<DaySlot>,
    scattered: Scattered,
}

struct DaySlot {
    window: DayWindow,
    rows: DayRows,
    /// Rows for which a bucket gets room when there first are buckets.
    room: usize,
    counts: RowCounts,
}

/// What became of some rows of one file.
#[derive(Debug, Default)]
pub struct Scattered {
    /// Accepted rows.
    pub days: BTreeMap<LocalDay, DayRows>,
    /// Accepted rows that found no room in memory, with their bucket.
    pub spilled: BTreeMap<LocalDay, Vec<(usize, Segment)>>,
    /// The room in memory that the others take.
    pub place: Option<Place>,
    /// The account of rows whose day is known (located, unlocated and duplicates are told apart later).
    pub counts: BTreeMap<LocalDay, RowCounts>,
    /// The account of rows whose time could not be read.
    pub undated: RowCounts,
    /// Earliest and latest accepted instant.
    pub span: Option<[UtcMicros; 2]>,
    /// The first row of each fault.
    pub examples: BTreeMap<FaultCode, Example>,
    /// The first rejected rows of each fault.
    pub rejected: Rejections,
    /// What accepted rows say of their subscribers.
    pub traits: BTreeMap<LocalDay, SeenTraits>,
}

impl<'a> Scatter<'a> {
    /// For a file that by its name holds `file_day`; `rows_expected` is about how many rows will be pushed.
    pub fn new(clock: DayClock<'a>, file_day: Option<LocalDay>, buckets: usize, rows_expected: usize) -> Self {
        Self {
            clock,
            file_day,
            buckets,
            rows_expected,
            rows: 0,
            slot: 0,
            slots: Vec::new(),
            scattered: Scattered::default(),
        }
    }

    /// Rows pushed so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Takes out what was noted of rejected rows since the last time.
    pub fn take_rejected(&mut self) -> Rejections {
        std::mem::take(&mut self.scattered.rejected)
    }

    /// Routes the rows of a batch.
    pub fn push(&mut self, mut batch: Batch) {
        self.rows += batch.len();
        let span = if batch.delivered.is_empty() {
            batch.want_pseudonyms();
            self.route(&batch, &batch.subscriber)
        } else {
            self.route(&batch, &batch.delivered)
        };
        if let Some([first, last]) = span {
            let span = self.scattered.span.get_or_insert([first, last]);
            *span = [span[0].min(first), span[1].max(last)];
        }
        self.note_traits(&batch);
        for (row, number, reason) in batch.notes.settle(&batch.fault) {
            let at = batch.at[row];
            let day = (at != NO_TIME).then(|| self.slot_of(at).window.day);
            self.scattered.rejected.push(number, day, reason);
        }
        for &(row, code) in batch.marks.iter().filter(|(row, _)| batch.fault[*row].is_none()) {
            self.slot_of(batch.at[row]).counts.flag(code);
        }
        for (code, example) in batch.examples {
            keep_first(&mut self.scattered.examples, code, example);
        }
    }

    /// Every accepted row to its bucket, every row to its account. Returns the earliest and latest accepted instant.
    fn route<K: OfDay>(&mut self, batch: &Batch, keys: &[K]) -> Option<[UtcMicros; 2]> {
        let mut span: Option<[UtcMicros; 2]> = None;
        let mut row = 0;
        while row < keys.len() {
            if let Some(code) = batch.fault[row] {
                self.count_rejected(batch.at[row], code);
                row += 1;
                continue;
            }
            let buckets = self.buckets;
            let slot = self.slot_of(batch.at[row]);
            let of_day = K::buckets(&mut slot.rows);
            if of_day.is_empty() {
                *of_day = (0..buckets).map(|_| Vec::with_capacity(slot.room)).collect();
            }
            let run = push_run(row, batch, keys, &slot.window, of_day);
            slot.counts.read += (run.end - row) as u64;
            if run.null_islands > 0 {
                *slot.counts.flagged.entry(FaultCode::CoordsZero).or_default() += run.null_islands;
            }
            let [first, last] = span.unwrap_or(run.span);
            span = Some([first.min(run.span[0]), last.max(run.span[1])]);
            row = run.end;
        }
        span
    }

    fn note_traits(&mut self, batch: &Batch) {
        let told = |(row, traits): &(usize, Traits)| !traits.is_none() && batch.fault[*row].is_none();
        for (row, traits) in batch.traits.iter().copied().enumerate().filter(told) {
            let day = self.slot_of(batch.at[row]).window.day;
            self.scattered.traits.entry(day).or_default().push(batch.subscriber[row], traits);
        }
    }

    #[cold]
    fn count_rejected(&mut self, at: UtcMicros, code: FaultCode) {
        let counts = if at == NO_TIME { &mut self.scattered.undated } else { &mut self.slot_of(at).counts };
        counts.read += 1;
        counts.reject(code);
    }

    #[inline]
    fn slot_of(&mut self, at: UtcMicros) -> &mut DaySlot {
        if !self.slots.get(self.slot).is_some_and(|slot| slot.window.contains(at)) {
            self.find_slot(at);
        }
        &mut self.slots[self.slot]
    }

    fn find_slot(&mut self, at: UtcMicros) {
        let window = self.clock.window_of(at);
        self.slot = self.slots.iter().position(|slot| slot.window == window).unwrap_or_else(|| {
            // Nearly all rows are of the first day met. Its buckets get room for their share at once, with a tenth to
            // spare: growing them by doubling would copy every row and touch twice the memory.
            let room = if self.slots.is_empty() { self.rows_expected / self.buckets * 11 / 10 } else { 0 };
            self.slots.push(DaySlot { window, rows: DayRows::default(), room, counts: RowCounts::default() });
            self.slots.len() - 1
        });
    }

    /// What became of all rows pushed.
    pub fn finish(mut self) -> Scattered {
        for slot in self.slots {
            let mut counts = slot.counts;
            if self.file_day.is_some_and(|day| day != slot.window.day) {
                let outside = counts.read - counts.rejected_rows();
                if outside > 0 {
                    counts.flagged.insert(FaultCode::OutsideFileDay, outside);
                }
            }
            self.scattered.counts.insert(slot.window.day, counts);
            if !slot.rows.is_empty() {
                self.scattered.days.insert(slot.window.day, slot.rows);
            }
        }
        self.scattered
    }
}

/// Good rows of one day, one after another.
struct Run {
    /// One past the last.
    end: usize,
    span: [UtcMicros; 2],
    null_islands: u64,
}

/// Pushes the rows from `start` up to the next that is rejected or of another day.
fn push_run<K: RowKey>(
    start: usize,
    batch: &Batch,
    keys: &[K],
    window: &DayWindow,
    of_day: &mut [Vec<EventRow<K>>],
) -> Run {
    let mut run = Run { end: start, span: [batch.at[start]; 2], null_islands: 0 };
    let rows = keys[start..].iter().zip(&batch.at[start..]).zip(&batch.location[start..]).zip(&batch.fault[start..]);
    for (((&subscriber, &at), &location), fault) in rows {
        if fault.is_some() || !window.contains(at) {
            break;
        }
        run.null_islands += u64::from(batch.null_island == Some(location));
        run.span = [run.span[0].min(at), run.span[1].max(at)];
        let moment = Moment::new(at, window, location);
        of_day[bucket_of(subscriber.bits(), of_day.len())].push(EventRow { subscriber, moment });
        run.end += 1;
    }
    run
}

/// Keeps the example with the smallest row number.
pub fn keep_first(examples: &mut BTreeMap<FaultCode, Example>, code: FaultCode, example: Example) {
    let kept = examples.entry(code).or_insert_with(|| example.clone());
    if example.row < kept.row {
        *kept = example;
    }
}
