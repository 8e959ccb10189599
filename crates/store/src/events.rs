//! The checked events of a day: subscriber, instant, location key; sorted by all three.

use crate::error::StoreError;
use crate::manifest::Part;
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::types::{TimestampMicrosecondType, UInt32Type, UInt64Type};
use arrow_array::{ArrayRef, RecordBatch, TimestampMicrosecondArray, UInt32Array, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use hexodus_model::{DayWindow, EventRow, LocationKey, Moment, SubscriberId, UtcMicros};
use std::ops::Range;
use std::sync::Arc;

/// Rows of a row group, at least.
const GROUP_ROWS: usize = 1 << 17;

fn schema() -> Arc<Schema> {
    let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        Field::new("subscriber", DataType::UInt64, false),
        Field::new("at", utc, false),
        Field::new("location", DataType::UInt32, false),
    ]))
}

impl Store {
    /// Writes new events of a day as a part of its own. `buckets` are in ascending order of subscribers, each sorted;
    /// the caller has removed what the store holds already. The part exists once a commit names it.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_events(&mut self, window: &DayWindow, buckets: &[Vec<EventRow>]) -> Result<Part, StoreError> {
        let name = self.new_name(&format!("events/day={}", window.day))?;
        let schema = schema();
        let layout = Layout { schema: &schema, deltas: &["at", "location"] };
        let groups = row_groups(buckets);
        parquet_file::write(self.disk(), name, layout, groups.len(), |group| {
            encode(&buckets[groups[group].clone()], window, &schema)
        })
    }

    /// All events of a day, sorted by subscriber, time and location.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when a part is missing, unreadable or not the part that was written.
    pub fn read_events(&self, window: &DayWindow) -> Result<Vec<EventRow>, StoreError> {
        let Some(day) = self.manifest().days.get(&window.day) else { return Ok(Vec::new()) };
        let mut events = Vec::with_capacity(day.parts.iter().map(|part| part.rows as usize).sum());
        for part in &day.parts {
            let mut whole = true;
            parquet_file::read(self.folder(), part, |batch| whole &= decode(batch, window, &mut events).is_some())?;
            if !whole {
                return Err(StoreError::damaged(&self.folder().join(&part.name), "events of another day or layout"));
            }
        }
        // Parts are sorted runs, which a merging sort finds.
        events.sort();
        Ok(events)
    }
}

/// Runs of buckets with about [`GROUP_ROWS`] rows together.
fn row_groups(buckets: &[Vec<EventRow>]) -> Vec<Range<usize>> {
    let mut groups = Vec::new();
    let (mut start, mut rows) = (0, 0);
    for (bucket, events) in buckets.iter().enumerate() {
        rows += events.len();
        if rows >= GROUP_ROWS || (bucket + 1 == buckets.len() && rows > 0) {
            groups.push(start..bucket + 1);
            (start, rows) = (bucket + 1, 0);
        }
    }
    groups
}

fn encode(buckets: &[Vec<EventRow>], window: &DayWindow, schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
    let rows = || buckets.iter().flatten();
    let count = buckets.iter().map(Vec::len).sum();
    let (mut subscribers, mut instants, mut locations) =
        (Vec::with_capacity(count), Vec::with_capacity(count), Vec::with_capacity(count));
    subscribers.extend(rows().map(|row| row.subscriber.bits()));
    instants.extend(rows().map(|row| window.start.0 + row.moment.micros_of_day()));
    locations.extend(rows().map(|row| row.moment.location().0));
    let (subscribers, locations) = (UInt64Array::from(subscribers), UInt32Array::from(locations));
    let instants = TimestampMicrosecondArray::from(instants);
    let columns: Vec<ArrayRef> =
        vec![Arc::new(subscribers), Arc::new(instants.with_timezone("UTC")), Arc::new(locations)];
    RecordBatch::try_new(Arc::clone(schema), columns)
}

fn decode(batch: &RecordBatch, window: &DayWindow, events: &mut Vec<EventRow>) -> Option<()> {
    let subscribers = batch.column_by_name("subscriber")?.as_primitive_opt::<UInt64Type>()?.values();
    let instants = batch.column_by_name("at")?.as_primitive_opt::<TimestampMicrosecondType>()?.values();
    let locations = batch.column_by_name("location")?.as_primitive_opt::<UInt32Type>()?.values();
    for ((&subscriber, &at), &location) in subscribers.iter().zip(instants).zip(locations) {
        if !window.contains(UtcMicros(at)) || location >= LocationKey::LIMIT {
            return None;
        }
        events.push(EventRow {
            subscriber: SubscriberId::from_pseudonym(subscriber),
            moment: Moment::new(UtcMicros(at), window, LocationKey(location)),
        });
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use crate::{DayEntry, Store, StoreIdentity};
    use hexodus_model::{Calendar, EventRow, LocationKey, Moment, SubscriberId, UtcMicros};

    #[test]
    fn parts_read_back_as_one_sorted_day() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        let window = Calendar::utc().window("2031-03-02".parse().unwrap());
        let row = |who: u64, second: i64| EventRow {
            subscriber: SubscriberId::from_pseudonym(who),
            moment: Moment::new(UtcMicros(window.start.0 + second * 1_000_000), &window, LocationKey(7)),
        };
        let first = store.write_events(&window, &[vec![row(1, 5), row(3, 1)], vec![row(9, 9)]]).unwrap();
        let second = store.write_events(&window, &[vec![row(1, 2), row(4, 4)], vec![]]).unwrap();
        store
            .commit(|manifest| {
                manifest.days.insert(window.day, DayEntry { parts: vec![first, second], ..DayEntry::default() });
            })
            .unwrap();
        let expected = [row(1, 2), row(1, 5), row(3, 1), row(4, 4), row(9, 9)];
        assert_eq!(store.read_events(&window).unwrap(), expected);
        // One flipped bit anywhere is noticed.
        let path = folder.path().join(&store.manifest().days[&window.day].parts[0].name);
        let whole = std::fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(whole.len() / 20) {
            let mut flipped = whole.clone();
            flipped[at] ^= 4;
            std::fs::write(&path, flipped).unwrap();
            assert!(store.read_events(&window).is_err(), "byte {at}");
        }
        std::fs::write(&path, whole).unwrap();
        drop(store);
        let reopened = Store::open(folder.path(), &identity).unwrap();
        assert_eq!(reopened.read_events(&window).unwrap(), expected, "nothing named is swept");
    }
}
