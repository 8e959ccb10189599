//! Counts of a day or of a pair of days: presence and flows, in one layout.

use crate::error::StoreError;
use crate::manifest::Part;
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int16Type, UInt64Type};
use arrow_array::{Array, ArrayRef, Int16Array, RecordBatch, UInt64Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use hexodus_model::{Definition, FlowMatrix, Level, LocalDay, OdPair, Presence, UnitKey};
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::statistics::Statistics;
use std::path::Path;
use std::sync::Arc;

/// The counts kept of one day: its presence and its matrices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayTallies {
    /// Presence by level, by day and by hour.
    pub presence: Vec<Presence>,
    /// Matrices that begin on the day.
    pub flows: Vec<FlowMatrix>,
}

/// Which counts of a day are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of them.
    All,
    /// Presence, at all levels, by day and by hour.
    Presence,
    /// The matrix of a definition at a level.
    Flows(Definition, Level),
}

impl Wanted {
    fn takes(self, table: i16, level: i16) -> bool {
        match self {
            Self::All => true,
            Self::Presence => table == PRESENCE,
            Self::Flows(definition, own) => (table, level) == (table_number(definition), level_number(own)),
        }
    }

    /// Whether a row group, which is of one table, is wanted; older parts do not say of which.
    fn may_be_in(self, group: &RowGroupMetaData) -> bool {
        let only = |column: usize| match group.column(column).statistics() {
            Some(Statistics::Int32(bounds)) if bounds.min_opt() == bounds.max_opt() => {
                bounds.min_opt().and_then(|&value| i16::try_from(value).ok())
            }
            _ => None,
        };
        only(TABLE).zip(only(LEVEL)).is_none_or(|(table, level)| self.takes(table, level))
    }
}

/// Positions of the columns that say which table a row is of.
const TABLE: usize = 0;
const LEVEL: usize = 1;

/// `table`: -1 = presence, else the definition. `level`: 0 = H3, else the administrative level. `span`: days from the
/// first to the last of a matrix, or the hour of a presence (null = whole day). `destination` is null for presence.
fn schema() -> Arc<Schema> {
    Arc::new(Schema::new(vec![
        Field::new("table", DataType::Int16, false),
        Field::new("level", DataType::Int16, false),
        Field::new("span", DataType::Int16, true),
        Field::new("origin", DataType::UInt64, false),
        Field::new("destination", DataType::UInt64, true),
        Field::new("subscribers", DataType::UInt64, false),
    ]))
}

const PRESENCE: i16 = -1;
const DEFINITIONS: [Definition; 9] = Definition::ALL;

/// The position in [`DEFINITIONS`].
const fn table_number(definition: Definition) -> i16 {
    definition as i16
}

const fn level_number(level: Level) -> i16 {
    match level {
        Level::H3 => 0,
        Level::Adm(level) => level as i16,
    }
}

impl Store {
    /// Writes the counts of one day. `kind` names the folder.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_tallies(&mut self, kind: &str, day: LocalDay, tallies: &DayTallies) -> Result<Part, StoreError> {
        let name = self.new_name(&format!("{kind}/day={day}"))?;
        let schema = schema();
        let deltas = &["origin", "destination", "subscribers"];
        let layout = Layout { schema: &schema, deltas, plain: &[], bounded: &["table", "level"] };
        let presence: Vec<&Presence> = tallies.presence.iter().filter(|table| !table.entries.is_empty()).collect();
        let flows: Vec<&FlowMatrix> = tallies.flows.iter().filter(|table| !table.entries.is_empty()).collect();
        parquet_file::write(self.disk(), name, layout, presence.len() + flows.len(), |group| {
            match presence.get(group) {
                Some(presence) => encode_presence(presence, &schema),
                None => encode_flows(flows[group - presence.len()], &schema),
            }
        })
    }

    /// Reads them back. Tables without entries are not kept, so they do not come back.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_tallies(&self, day: LocalDay, part: &Part, wanted: Wanted) -> Result<DayTallies, StoreError> {
        read_tallies(self.folder(), day, part, wanted)
    }
}

/// Reads the counts of a day from the store in `folder`. Needs no lock: parts never change.
///
/// # Errors
/// [`StoreError::Damaged`].
pub fn read_tallies(folder: &Path, day: LocalDay, part: &Part, wanted: Wanted) -> Result<DayTallies, StoreError> {
    let mut tallies = DayTallies::default();
    let mut whole = true;
    let decode = |batch: &RecordBatch| whole &= decode(batch, day, wanted, &mut tallies).is_some();
    parquet_file::read_groups(folder, part, |group| wanted.may_be_in(group), decode)?;
    if whole { Ok(tallies) } else { Err(StoreError::damaged(&folder.join(&part.name), "not counts")) }
}

fn encode_presence(presence: &Presence, schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
    let entries = presence.entries.iter().map(|&(unit, count)| (unit, None, count));
    encode(PRESENCE, presence.level, presence.hour.map(i16::from), entries, presence.entries.len(), schema)
}

fn encode_flows(matrix: &FlowMatrix, schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
    let entries = matrix.entries.iter().map(|&(pair, count)| (pair.origin, Some(pair.destination), count));
    let span = Some((matrix.last_day.0 - matrix.first_day.0) as i16);
    encode(table_number(matrix.definition), matrix.level, span, entries, matrix.entries.len(), schema)
}

fn encode(
    table: i16,
    level: Level,
    span: Option<i16>,
    entries: impl Iterator<Item = (UnitKey, Option<UnitKey>, u64)>,
    rows: usize,
    schema: &Arc<Schema>,
) -> Result<RecordBatch, ArrowError> {
    let level = level_number(level);
    let mut origins = Vec::with_capacity(rows);
    let mut destinations = Vec::with_capacity(rows);
    let mut subscribers = Vec::with_capacity(rows);
    for (origin, destination, count) in entries {
        origins.push(origin.bits());
        destinations.push(destination.map(UnitKey::bits));
        subscribers.push(count);
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int16Array::from_value(table, rows)),
        Arc::new(Int16Array::from_value(level, rows)),
        Arc::new(vec![span; rows].into_iter().collect::<Int16Array>()),
        Arc::new(UInt64Array::from(origins)),
        Arc::new(UInt64Array::from(destinations)),
        Arc::new(UInt64Array::from(subscribers)),
    ];
    RecordBatch::try_new(Arc::clone(schema), columns)
}

fn decode(batch: &RecordBatch, day: LocalDay, wanted: Wanted, tallies: &mut DayTallies) -> Option<()> {
    let small = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<Int16Type>();
    let wide = |name: &str| batch.column_by_name(name)?.as_primitive_opt::<UInt64Type>();
    let (table, level, span) = (small("table")?, small("level")?, small("span")?);
    let (origin, destination, subscribers) = (wide("origin")?, wide("destination")?, wide("subscribers")?);
    for row in (0..batch.num_rows()).filter(|&row| wanted.takes(table.value(row), level.value(row))) {
        let level = match level.value(row) {
            0 => Level::H3,
            level => Level::Adm(u8::try_from(level).ok()?),
        };
        let span = span.is_valid(row).then(|| span.value(row));
        let unit = UnitKey::from_bits(origin.value(row))?;
        let count = subscribers.value(row);
        if table.value(row) == PRESENCE {
            let hour = span.map(u8::try_from).transpose().ok()?;
            presence_of(&mut tallies.presence, level, day, hour).entries.push((unit, count));
        } else {
            let definition = *DEFINITIONS.get(usize::try_from(table.value(row)).ok()?)?;
            let pair = OdPair { origin: unit, destination: UnitKey::from_bits(destination.value(row))? };
            let last_day = LocalDay(day.0 + i32::from(span?));
            matrix_of(&mut tallies.flows, definition, level, day, last_day).entries.push((pair, count));
        }
    }
    Some(())
}

/// The table being read is nearly always the last one.
fn presence_of(list: &mut Vec<Presence>, level: Level, day: LocalDay, hour: Option<u8>) -> &mut Presence {
    let at = list.iter().rposition(|table| table.level == level && table.hour == hour).unwrap_or_else(|| {
        list.push(Presence { level, day, hour, entries: Vec::new() });
        list.len() - 1
    });
    &mut list[at]
}

fn matrix_of(
    list: &mut Vec<FlowMatrix>,
    definition: Definition,
    level: Level,
    first_day: LocalDay,
    last_day: LocalDay,
) -> &mut FlowMatrix {
    let is = |table: &FlowMatrix| table.definition == definition && table.level == level;
    let at = list.iter().rposition(is).unwrap_or_else(|| {
        list.push(FlowMatrix { definition, level, first_day, last_day, entries: Vec::new() });
        list.len() - 1
    });
    &mut list[at]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreIdentity;
    use hexodus_model::{AreaKey, Reserved};

    #[test]
    fn tallies_read_back_as_written() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        let (day, unit) = (LocalDay(22_000), |area| UnitKey::area(AreaKey(area)));
        let presence = |level, hour| Presence { level, day, hour, entries: vec![(unit(1), 4), (unit(2), 9)] };
        let pair = |origin, destination| OdPair { origin, destination };
        let flows = FlowMatrix {
            definition: Definition::DayToDay,
            level: Level::Adm(2),
            first_day: day,
            last_day: day.next(),
            entries: vec![(pair(unit(1), unit(1)), 7), (pair(unit(1), UnitKey::reserved(Reserved::NotSeenAfter)), 2)],
        };
        let written = DayTallies {
            presence: vec![presence(Level::Adm(1), None), presence(Level::H3, Some(0)), presence(Level::H3, Some(23))],
            flows: vec![flows],
        };
        let part = store.write_tallies("tallies", day, &written).unwrap();
        let read = |wanted| store.read_tallies(day, &part, wanted).unwrap();
        assert_eq!(read(Wanted::All), written);
        let DayTallies { presence, flows } = written;
        assert_eq!(read(Wanted::Presence), DayTallies { presence, flows: Vec::new() });
        let own = Wanted::Flows(Definition::DayToDay, Level::Adm(2));
        assert_eq!(read(own), DayTallies { presence: Vec::new(), flows });
        for other in [(Definition::DayToDay, Level::H3), (Definition::TripsConsecutive, Level::Adm(2))] {
            assert_eq!(read(Wanted::Flows(other.0, other.1)), DayTallies::default());
        }
    }
}
