//! The checked events of a day: subscriber, instant and location; sorted by all three.

use crate::error::StoreError;
use crate::event_ranges::EventRanges;
use crate::manifest::Part;
use crate::packed_moments::{pack, unpack};
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::types::{TimestampMicrosecondType, UInt32Type, UInt64Type};
use arrow_array::{LargeBinaryArray, RecordBatch, UInt64Array};
use arrow_buffer::{OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use hexodus_model::{DayWindow, EventRow, GroupedEvents, LocationKey, Moment, SubscriberId, UtcMicros};
use rayon::prelude::*;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Events of a row group, at least.
const GROUP_ROWS: usize = 1 << 17;

/// One row a subscriber; one with very many events has several, as no value of a Parquet file is larger than 2 GiB.
fn schema() -> Arc<Schema> {
    let subscriber = Field::new("subscriber", DataType::UInt64, false);
    Arc::new(Schema::new(vec![subscriber, Field::new("moments", DataType::LargeBinary, false)]))
}

/// Moments of a row, at most.
const ROW_MOMENTS: usize = 1 << 20;

impl Store {
    /// Writes new events of a day as a part of its own, unless there are none. `events_of` makes the events of one
    /// bucket; buckets are in ascending order of subscribers, and are asked for once each, from any thread.
    /// `rows_in` tells about how many they are. The part exists once a commit names it.
    ///
    /// # Errors
    /// [`StoreError::System`], also when `events_of` fails.
    pub fn write_events<G: AsRef<GroupedEvents> + Send>(
        &mut self,
        window: &DayWindow,
        buckets: usize,
        rows_in: impl Fn(usize) -> usize,
        events_of: impl Fn(usize) -> io::Result<G> + Sync,
    ) -> Result<Option<Part>, StoreError> {
        let name = self.new_name(&format!("events/day={}", window.day))?;
        let schema = schema();
        let plain = &["subscriber", "moments"];
        let layout = Layout { schema: &schema, deltas: &[], plain, bounded: &["subscriber"] };
        let groups = row_groups(buckets, rows_in);
        let written = AtomicU64::new(0);
        let part = parquet_file::write(self.disk(), name, layout, groups.len(), |group| {
            // The few late rows of a day are one row group of all buckets.
            let events: io::Result<Vec<G>> = groups[group].clone().into_par_iter().map(&events_of).collect();
            let events = events.map_err(|error| ArrowError::from_external_error(Box::new(error)))?;
            written.fetch_add(events.iter().map(|bucket| bucket.as_ref().len() as u64).sum(), Ordering::Relaxed);
            encode(&events, &schema)
        })?;
        let part = Part { rows: written.into_inner(), ..part };
        if part.rows == 0 {
            self.discard(&part)?;
            return Ok(None);
        }
        Ok(Some(part))
    }

    /// The events of a day, to be read range by range of subscribers.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a part is missing, unreadable or not the part that was written.
    pub fn event_ranges(&self, window: &DayWindow) -> Result<EventRanges, StoreError> {
        let parts = self.manifest().days.get(&window.day).map_or(&[][..], |day| &day.parts);
        EventRanges::open(self.folder(), parts, window)
    }
}

/// Runs of buckets with about [`GROUP_ROWS`] rows together.
fn row_groups(buckets: usize, rows_in: impl Fn(usize) -> usize) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let (mut start, mut rows) = (0, 0);
    for bucket in 0..buckets {
        rows += rows_in(bucket);
        if rows >= GROUP_ROWS || (bucket + 1 == buckets && rows > 0) {
            groups.push(start..bucket + 1);
            (start, rows) = (bucket + 1, 0);
        }
    }
    groups
}

fn encode<G: AsRef<GroupedEvents>>(buckets: &[G], schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
    let events: usize = buckets.iter().map(|bucket| bucket.as_ref().len()).sum();
    let (mut subscribers, mut ends) = (Vec::new(), vec![0]);
    // Room for whatever they need, as memory that is not used costs nothing and to copy what outgrew it does.
    let mut moments = Vec::with_capacity(events * size_of::<Moment>() * 9 / 8);
    for (subscriber, own) in buckets.iter().flat_map(AsRef::as_ref) {
        for own in own.chunks(ROW_MOMENTS) {
            pack(own, &mut moments);
            subscribers.push(subscriber.bits());
            ends.push(moments.len() as i64);
        }
    }
    let moments = LargeBinaryArray::try_new(OffsetBuffer::new(ends.into()), moments.into(), None)?;
    RecordBatch::try_new(Arc::clone(schema), vec![Arc::new(UInt64Array::from(subscribers)), Arc::new(moments)])
}

/// Appends the events of a batch whose subscribers are wanted; `None` when they are not events of this day.
pub fn decode(
    batch: &RecordBatch,
    window: &DayWindow,
    wanted: impl Fn(SubscriberId) -> bool,
    events: &mut GroupedEvents,
) -> Option<()> {
    let subscribers = batch.column_by_name("subscriber")?.as_primitive_opt::<UInt64Type>()?.values();
    let length = window.end.0 - window.start.0;
    let is_of_day = |moment: &Moment| moment.micros_of_day() < length;
    let wanted = |bits: u64| Some(SubscriberId::from_pseudonym(bits)).filter(|&subscriber| wanted(subscriber));
    let Some(packed) = batch.column_by_name("moments") else {
        let moments = moments_of_older_formats(batch, window)?;
        for (&bits, &moment) in subscribers.iter().zip(&moments) {
            let moment = Some(Moment::from_bits(moment)).filter(is_of_day)?;
            if let Some(subscriber) = wanted(bits) {
                events.push(EventRow { subscriber, moment });
            }
        }
        return Some(());
    };
    let packed = packed.as_binary_opt::<i64>()?;
    let mut moments = Vec::new();
    for (&bits, packed) in subscribers.iter().zip(packed.iter()) {
        if let Some(subscriber) = wanted(bits) {
            unpack(packed?, &mut moments)?;
            moments.iter().all(is_of_day).then_some(())?;
            events.push_group(subscriber, moments.iter().copied());
        }
    }
    Some(())
}

/// Format 2 kept a row an event, with the moment in its 64 bits.
fn moments_of_older_formats(batch: &RecordBatch, window: &DayWindow) -> Option<ScalarBuffer<u64>> {
    match batch.column_by_name("moment") {
        Some(moments) => Some(moments.as_primitive_opt::<UInt64Type>()?.values().clone()),
        None => moments_of_format_1(batch, window),
    }
}

/// Format 1 kept the instant and the location key in columns of their own.
fn moments_of_format_1(batch: &RecordBatch, window: &DayWindow) -> Option<ScalarBuffer<u64>> {
    let instants = batch.column_by_name("at")?.as_primitive_opt::<TimestampMicrosecondType>()?.values();
    let locations = batch.column_by_name("location")?.as_primitive_opt::<UInt32Type>()?.values();
    let moment = |(&at, &location): (&i64, &u32)| {
        let whole = window.contains(UtcMicros(at)) && location < LocationKey::LIMIT;
        whole.then(|| Moment::new(UtcMicros(at), window, LocationKey(location)).bits())
    };
    instants.iter().zip(locations).map(moment).collect()
}

#[cfg(test)]
mod tests {
    use crate::{DayEntry, Store, StoreIdentity};
    use hexodus_model::{Calendar, DayWindow, EventRow, GroupedEvents, LocationKey, Moment, SubscriberId, UtcMicros};
    use std::sync::Arc;

    fn write(store: &mut Store, window: &DayWindow, rows: &[EventRow], buckets: usize) -> Option<crate::Part> {
        let bucket = |wanted: usize| rows.iter().filter(move |row| row.subscriber.bucket(buckets) == wanted).copied();
        let events = |wanted| Ok(Arc::new(bucket(wanted).collect::<GroupedEvents>()));
        store.write_events(window, buckets, |wanted| bucket(wanted).count(), events).unwrap()
    }

    #[test]
    fn parts_read_back_as_one_sorted_day() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        let window = Calendar::utc().window("2031-03-02".parse().unwrap());
        let row = |who: u64, second: i64| EventRow {
            subscriber: SubscriberId::from_pseudonym(who << 60),
            moment: Moment::new(UtcMicros(window.start.0 + second * 1_000_000), &window, LocationKey(7)),
        };
        let first = write(&mut store, &window, &[row(1, 5), row(3, 1), row(9, 9)], 4).unwrap();
        let second = write(&mut store, &window, &[row(1, 2), row(4, 4)], 2).unwrap();
        assert_eq!(write(&mut store, &window, &[], 2), None, "no part without events");
        store
            .commit(|manifest| {
                manifest.days.insert(window.day, DayEntry { parts: vec![first, second], ..DayEntry::default() });
            })
            .unwrap();
        let expected = [row(1, 2), row(1, 5), row(3, 1), row(4, 4), row(9, 9)];
        for buckets in [1, 3, 16] {
            let ranges = store.event_ranges(&window).unwrap();
            let rows = |events: Vec<GroupedEvents>| events.iter().flat_map(GroupedEvents::rows).collect::<Vec<_>>();
            for at_once in 1..=buckets {
                let some = |first: usize| first..buckets.min(first + at_once);
                let read = (0..buckets).step_by(at_once).map(|first| ranges.buckets(some(first), buckets, |_| true));
                let read = read.flat_map(|read| rows(read.unwrap())).collect::<Vec<_>>();
                assert_eq!(read, expected, "{buckets} buckets, {at_once} at once");
            }
            let last = rows(ranges.buckets(0..buckets, buckets, |bucket| bucket + 1 == buckets).unwrap());
            assert!(last.iter().all(|row| row.subscriber.bucket(buckets) + 1 == buckets));
            let read = (0..ranges.len()).flat_map(|range| ranges.range(range).unwrap().rows().collect::<Vec<_>>());
            assert_eq!(read.collect::<Vec<_>>(), expected);
        }
        // One flipped bit anywhere is noticed.
        let path = folder.path().join(&store.manifest().days[&window.day].parts[0].name);
        let whole = std::fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 20) {
            let mut flipped = whole.clone();
            flipped[at] ^= 4;
            std::fs::write(&path, flipped).unwrap();
            assert!(store.event_ranges(&window).is_err(), "byte {at}");
        }
        std::fs::write(&path, whole).unwrap();
        drop(store);
        let reopened = Store::open(folder.path(), &identity).unwrap();
        assert_eq!(reopened.event_ranges(&window).unwrap().rows(), 5, "nothing named is swept");
    }

    #[test]
    fn one_subscriber_may_have_more_events_than_a_row() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        let window = Calendar::utc().window("2031-03-02".parse().unwrap());
        let row = |number: i64| EventRow {
            subscriber: SubscriberId::from_pseudonym(7),
            moment: Moment::of_day(number * 1000, LocationKey(1)),
        };
        let rows: Vec<EventRow> = (0..super::ROW_MOMENTS as i64 + 5).map(row).collect();
        let part = write(&mut store, &window, &rows, 1).unwrap();
        assert_eq!(part.rows, rows.len() as u64);
        let day = DayEntry { parts: vec![part], ..DayEntry::default() };
        store.commit(|manifest| manifest.days.extend([(window.day, day)])).unwrap();
        let read = store.event_ranges(&window).unwrap().buckets(0..1, 1, |_| true).unwrap().remove(0);
        assert_eq!(read, GroupedEvents::of_sorted(&rows));
    }
}
