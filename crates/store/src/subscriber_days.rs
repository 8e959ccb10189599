//! The reduced days of subscribers: a few tens of bytes where the events were kilobytes.

use crate::error::StoreError;
use crate::manifest::Part;
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt8Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, UInt8Array, UInt32Array, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use hexodus_model::{H3Cell, LocalDay, SubscriberDay, SubscriberId};
use rayon::prelude::*;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Rows of a row group.
const GROUP_ROWS: usize = 1 << 16;

fn schema() -> Arc<Schema> {
    let h3 = |name: &str, nullable| Field::new(name, DataType::UInt64, nullable);
    Arc::new(Schema::new(vec![
        h3("subscriber", false),
        h3("last_h3", false),
        h3("most_events_h3", false),
        h3("night_h3", true),
        h3("night_before_h3", true),
        Field::new("hours_observed", DataType::UInt8, false),
        Field::new("located_events", DataType::UInt32, false),
    ]))
}

impl Store {
    /// Writes the reduced days of one date, ascending by subscriber, in parts; the file does not show them.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_subscriber_days(&mut self, day: LocalDay, parts: &[Vec<SubscriberDay>]) -> Result<Part, StoreError> {
        let name = self.new_name(&format!("subscriber_days/day={day}"))?;
        let schema = schema();
        let layout = Layout { schema: &schema, deltas: &["subscriber"], plain: &[], bounded: &["subscriber"] };
        let groups = parts.iter().map(Vec::len).sum::<usize>().div_ceil(GROUP_ROWS);
        parquet_file::write(self.disk(), name, layout, groups, |group| {
            encode(&rows_of(parts, group * GROUP_ROWS, GROUP_ROWS), &schema)
        })
    }

    /// Reads them back.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_subscriber_days(&self, part: &Part) -> Result<Vec<SubscriberDay>, StoreError> {
        self.read_share_of_days(part, Share::WHOLE)
    }

    /// Reads the days of several dates back, several files at a time; of each the subscribers of a share.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_subscriber_days_of(
        &self,
        parts: &[(LocalDay, &Part)],
        share: Share,
    ) -> Result<Vec<(LocalDay, Vec<SubscriberDay>)>, StoreError> {
        let read = |&(day, part): &(LocalDay, &Part)| Ok((day, self.read_share_of_days(part, share)?));
        parts.par_iter().map(read).collect()
    }

    /// Reads one place a subscriber and date: that of the column. Several files at a time; of each the subscribers of a
    /// share, ascending.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_places_of(
        &self,
        parts: &[(LocalDay, &Part)],
        column: PlaceColumn,
        share: Share,
    ) -> Result<Vec<(LocalDay, Places)>, StoreError> {
        let read = |&(day, part): &(LocalDay, &Part)| Ok((day, self.read_places(part, column, share)?));
        parts.par_iter().map(read).collect()
    }

    /// The same of one date.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_places(&self, part: &Part, column: PlaceColumn, share: Share) -> Result<Places, StoreError> {
        let decode = |batch: &RecordBatch, rows: &mut Places| decode_places(batch, column, share, rows);
        self.read_rows(part, share, &["subscriber", column.name()], decode)
    }

    fn read_share_of_days(&self, part: &Part, share: Share) -> Result<Vec<SubscriberDay>, StoreError> {
        self.read_rows(part, share, &[], |batch, rows| decode(batch, share, rows))
    }

    /// Reads the rows of a share, from some columns (none named: all), as `decode` appends them; it gives `None` for a
    /// batch that is none of the kind.
    pub(crate) fn read_rows<T>(
        &self,
        part: &Part,
        share: Share,
        columns: &[&str],
        decode: impl Fn(&RecordBatch, &mut Vec<T>) -> Option<()>,
    ) -> Result<Vec<T>, StoreError> {
        let (mut rows, mut whole) = (Vec::with_capacity(share.about(part)), true);
        let take = |batch: &RecordBatch| whole &= decode(batch, &mut rows).is_some();
        parquet_file::read_share(self.folder(), part, share, columns, take)?;
        if whole { Ok(rows) } else { Err(StoreError::damaged(&self.folder().join(&part.name), "rows of another kind")) }
    }
}

/// So many rows of the parts together, from a position on; fewer at the end.
fn rows_of(parts: &[Vec<SubscriberDay>], mut skipped: usize, count: usize) -> Vec<SubscriberDay> {
    let mut rows = Vec::with_capacity(count);
    for part in parts {
        let own = part.get(skipped..).unwrap_or_default();
        skipped -= skipped.min(part.len());
        rows.extend_from_slice(&own[..own.len().min(count - rows.len())]);
        if rows.len() == count {
            break;
        }
    }
    rows
}

/// One place a subscriber, ascending by subscriber.
pub type Places = Vec<(SubscriberId, H3Cell)>;

/// Which of the places of a reduced day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaceColumn {
    /// That of the last event.
    Last,
    /// That of most events.
    MostEvents,
}

impl PlaceColumn {
    const fn name(self) -> &'static str {
        match self {
            Self::Last => "last_h3",
            Self::MostEvents => "most_events_h3",
        }
    }
}

/// One of several equal ranges of pseudonyms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Which, from 0.
    pub index: usize,
    /// How many there are.
    pub of: usize,
}

impl Share {
    /// Everybody.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Whether some pseudonym may be of both.
    pub const fn overlaps(self, other: Self) -> bool {
        self.index * other.of < (other.index + 1) * self.of && other.index * self.of < (self.index + 1) * other.of
    }

    /// Whether a range of pseudonyms may hold subscribers of this share.
    pub(crate) fn may_hold(self, bounds: &RangeInclusive<u64>) -> bool {
        let bucket = |bits: u64| SubscriberId::from_pseudonym(bits).bucket(self.of);
        self.of <= 1 || (bucket(*bounds.start())..=bucket(*bounds.end())).contains(&self.index)
    }

    /// About how many rows of a part it holds, rather more: pseudonyms are even.
    const fn about(self, part: &Part) -> usize {
        let even = part.rows as usize / self.of;
        if self.of == 1 { even } else { even + even / 16 }
    }

    /// Whether a subscriber is of it.
    pub fn holds(self, subscriber: SubscriberId) -> bool {
        self.of <= 1 || subscriber.bucket(self.of) == self.index
    }
}

fn encode(rows: &[SubscriberDay], schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
    let whole = |value: fn(&SubscriberDay) -> u64| -> ArrayRef {
        Arc::new(UInt64Array::from_iter_values(rows.iter().map(value)))
    };
    let optional = |value: fn(&SubscriberDay) -> Option<H3Cell>| -> ArrayRef {
        Arc::new(rows.iter().map(|row| value(row).map(H3Cell::index)).collect::<UInt64Array>())
    };
    let columns = vec![
        whole(|row| row.subscriber.bits()),
        whole(|row| row.last.index()),
        whole(|row| row.most_events.index()),
        optional(|row| row.night),
        optional(|row| row.night_before),
        Arc::new(UInt8Array::from_iter_values(rows.iter().map(|row| row.hours_observed))),
        Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.located_events))),
    ];
    RecordBatch::try_new(Arc::clone(schema), columns)
}

fn decode_places(batch: &RecordBatch, column: PlaceColumn, share: Share, rows: &mut Places) -> Option<()> {
    let subscribers = batch.column_by_name("subscriber")?.as_primitive_opt::<UInt64Type>()?.values();
    let places = batch.column_by_name(column.name())?.as_primitive_opt::<UInt64Type>()?.values();
    for (&subscriber, &place) in subscribers.iter().zip(places) {
        let subscriber = SubscriberId::from_pseudonym(subscriber);
        if share.holds(subscriber) {
            rows.push((subscriber, H3Cell::from_index(place).ok()?));
        }
    }
    Some(())
}

fn decode(batch: &RecordBatch, share: Share, rows: &mut Vec<SubscriberDay>) -> Option<()> {
    let column = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<UInt64Type>();
    let (subscriber, last, most) = (column("subscriber")?, column("last_h3")?, column("most_events_h3")?);
    let (night, before) = (column("night_h3")?, column("night_before_h3")?);
    let hours = batch.column_by_name("hours_observed")?.as_primitive_opt::<UInt8Type>()?;
    let events = batch.column_by_name("located_events")?.as_primitive_opt::<UInt32Type>()?;
    for row in 0..batch.num_rows() {
        let h3 = |column: &UInt64Array| H3Cell::from_index(column.value(row)).ok();
        let optional = |column: &UInt64Array| column.is_valid(row).then(|| h3(column)).flatten();
        let subscriber = SubscriberId::from_pseudonym(subscriber.value(row));
        if !share.holds(subscriber) {
            continue;
        }
        rows.push(SubscriberDay {
            subscriber,
            last: h3(last)?,
            most_events: h3(most)?,
            night: optional(night),
            night_before: optional(before),
            hours_observed: hours.value(row),
            located_events: events.value(row),
        });
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_parts_are_those_of_one_list() {
        let h3 = H3Cell::from_index(0x0882_8308_281f_ffff).unwrap();
        let row = |number: u64| SubscriberDay {
            subscriber: SubscriberId::from_pseudonym(number),
            last: h3,
            most_events: h3,
            night: None,
            night_before: Some(h3),
            hours_observed: 1,
            located_events: number as u32,
        };
        let all: Vec<SubscriberDay> = (0..23).map(row).collect();
        for cuts in [[0, 0, 0], [5, 5, 23], [1, 10, 11], [23, 23, 23]] {
            let bounds = [0, cuts[0], cuts[1], cuts[2], 23];
            let parts: Vec<_> = bounds.windows(2).map(|own| all[own[0]..own[1]].to_vec()).collect();
            for size in [1, 4, 23, 30] {
                let groups: Vec<_> =
                    (0..23_usize.div_ceil(size)).map(|group| rows_of(&parts, group * size, size)).collect();
                assert_eq!(groups, all.chunks(size).map(<[_]>::to_vec).collect::<Vec<_>>(), "{cuts:?}, {size}");
            }
        }
    }
}
