//! Tallies as tables: flows and presence, unsuppressed. CONFIDENTIAL.

use crate::columns::{Ids, Reader, days, for_each_batch, has, integers, texts};
use crate::events::no_nulls;
use crate::fault::{Checked, Fault};
use crate::table::Table;
use arrow_array::{Array, ArrayRef, Date32Array, Int16Array, Int64Array, LargeStringArray, RecordBatch, StringArray};
use arrow_schema::Schema;
use hexodus_model::{FlowMatrix, Level, Presence, Reserved, UnitKey};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// A row of flows: what is counted, at which level, from which day to which, from where to where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FlowKey {
    /// The id of the definition.
    pub definition: String,
    /// The name of the level.
    pub level: String,
    /// First and last local day.
    pub period: [i32; 2],
    /// The units, as they are called in tables.
    pub pair: [String; 2],
}

/// A row of presence: at which level, on which day, in which hour (none = all day), where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PresenceKey {
    /// The name of the level.
    pub level: String,
    /// The local day.
    pub day: i32,
    /// Hour begun of the local day.
    pub hour: Option<i16>,
    /// The unit, as it is called in tables.
    pub unit: String,
}

/// Distinct subscribers by row, none of them zero.
#[derive(Debug)]
pub enum Tally {
    /// From where to where.
    Flows(BTreeMap<FlowKey, u64>),
    /// Who was where.
    Presence(BTreeMap<PresenceKey, u64>),
}

/// What a unit is called in tables; `codes` are the P-codes of the level.
pub fn unit_name(unit: UnitKey, codes: &[String]) -> Option<String> {
    if let Some(reserved) = unit.as_reserved() {
        return Some(Reserved::code(reserved).to_owned());
    }
    match unit.as_h3() {
        Some(h3) => Some(h3.to_string()),
        None => codes.get(unit.as_area()?.0 as usize).cloned(),
    }
}

impl Tally {
    /// Of matrices.
    pub fn of_flows(matrices: &[FlowMatrix], codes: &[String]) -> Checked<Self> {
        let mut rows = BTreeMap::new();
        for matrix in matrices {
            for &(pair, subscribers) in &matrix.entries {
                let key = FlowKey {
                    definition: matrix.definition.id().to_owned(),
                    level: matrix.level.to_string(),
                    period: [matrix.first_day.0, matrix.last_day.0],
                    pair: [named(pair.origin, codes)?, named(pair.destination, codes)?],
                };
                rows.insert(key, subscribers);
            }
        }
        Ok(Self::Flows(rows))
    }

    /// Of presence at one level.
    pub fn of_presence(presence: &[Presence], level: Level, codes: &[String]) -> Checked<Self> {
        let mut rows = BTreeMap::new();
        for own in presence {
            for &(unit, subscribers) in &own.entries {
                let (unit, hour) = (named(unit, codes)?, own.hour.map(i16::from));
                rows.insert(PresenceKey { level: level.to_string(), day: own.day.0, hour, unit }, subscribers);
            }
        }
        Ok(Self::Presence(rows))
    }

    /// Reads a table of either kind: each row once.
    pub fn read(reader: Reader) -> Checked<Self> {
        Self::sum([reader], false)
    }

    /// Sums tallies of subscribers that have nobody in common.
    pub fn merge(readers: impl IntoIterator<Item = Reader>) -> Checked<Self> {
        Self::sum(readers, true)
    }

    fn sum(readers: impl IntoIterator<Item = Reader>, repeats: bool) -> Checked<Self> {
        let mut sum: Option<Self> = None;
        for reader in readers {
            let schema = reader.schema();
            let mut own = match (sum.take(), kind_of(&schema)?) {
                (Some(sum), empty) if std::mem::discriminant(&sum) == std::mem::discriminant(&empty) => sum,
                (None, empty) => empty,
                _ => return Err(Fault("tallies: expected all of flows or all of presence, found both".into())),
            };
            for_each_batch(reader, |batch, first| match &mut own {
                Self::Flows(rows) => read_flows(rows, batch, first, repeats),
                Self::Presence(rows) => read_presence(rows, batch, first, repeats),
            })?;
            sum = Some(own);
        }
        sum.ok_or_else(|| Fault::argument("tallies", "at least one", "none"))
    }

    /// The table: flows are `definition`, `reference_period_start`, `reference_period_end`, `level`, `origin_id`, `dest_id`,
    /// `subscribers`; presence is `date`, `hour`, `level`, `unit_id`, `subscribers`.
    pub fn table(&self) -> Checked<Table> {
        match self {
            Self::Flows(rows) => {
                let mut columns = flow_columns(rows.keys());
                columns.push(("subscribers", counts(rows.values())));
                Table::new(columns, &[])
            }
            Self::Presence(rows) => {
                let mut columns = presence_columns(rows.keys());
                columns.push(("subscribers", counts(rows.values())));
                Table::new(columns, &["hour"])
            }
        }
    }
}

fn named(unit: UnitKey, codes: &[String]) -> Checked<String> {
    unit_name(unit, codes).ok_or_else(|| Fault("a unit without a name: a defect of hexodus".into()))
}

fn counts<'a>(counts: impl Iterator<Item = &'a u64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(counts.map(|&count| count as i64)))
}

/// The columns of keys of flows.
pub fn flow_columns<'a>(keys: impl Iterator<Item = &'a FlowKey> + Clone) -> Vec<(&'static str, ArrayRef)> {
    let text = |of: fn(&FlowKey) -> &str| Arc::new(StringArray::from_iter_values(keys.clone().map(of))) as ArrayRef;
    let day = |of: fn(&FlowKey) -> i32| Arc::new(Date32Array::from_iter_values(keys.clone().map(of))) as ArrayRef;
    vec![
        ("definition", text(|key| &key.definition)),
        ("reference_period_start", day(|key| key.period[0])),
        ("reference_period_end", day(|key| key.period[1])),
        ("level", text(|key| &key.level)),
        ("origin_id", text(|key| &key.pair[0])),
        ("dest_id", text(|key| &key.pair[1])),
    ]
}

/// The columns of keys of presence.
pub fn presence_columns<'a>(keys: impl Iterator<Item = &'a PresenceKey> + Clone) -> Vec<(&'static str, ArrayRef)> {
    let text = |of: fn(&PresenceKey) -> &str| Arc::new(StringArray::from_iter_values(keys.clone().map(of))) as ArrayRef;
    vec![
        ("date", Arc::new(Date32Array::from_iter_values(keys.clone().map(|key| key.day)))),
        ("hour", Arc::new(keys.clone().map(|key| key.hour).collect::<Int16Array>())),
        ("level", text(|key| &key.level)),
        ("unit_id", text(|key| &key.unit)),
    ]
}

fn kind_of(schema: &Schema) -> Checked<Tally> {
    if has(schema, "origin_id") {
        Ok(Tally::Flows(BTreeMap::new()))
    } else if has(schema, "unit_id") {
        Ok(Tally::Presence(BTreeMap::new()))
    } else {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        Err(Fault(format!("tally: expected the columns of flows or of presence, found {}", names.join(", "))))
    }
}

fn read_flows(rows: &mut BTreeMap<FlowKey, u64>, batch: &RecordBatch, first: u64, repeats: bool) -> Checked<()> {
    let [definition, level, origin, destination] =
        all_texts(batch, ["definition", "level", "origin_id", "dest_id"], first)?;
    let [start, end] = ["reference_period_start", "reference_period_end"].map(|name| {
        no_nulls(batch, name, first)?;
        days(batch, name)
    });
    let (start, end) = (start?, end?);
    read_counts(rows, batch, first, repeats, |row| FlowKey {
        definition: definition.value(row).to_owned(),
        level: level.value(row).to_owned(),
        period: [start.value(row), end.value(row)],
        pair: [origin.value(row).to_owned(), destination.value(row).to_owned()],
    })
}

fn read_presence(rows: &mut BTreeMap<PresenceKey, u64>, batch: &RecordBatch, first: u64, repeats: bool) -> Checked<()> {
    let [level, unit] = all_texts(batch, ["level", "unit_id"], first)?;
    no_nulls(batch, "date", first)?;
    let date = days(batch, "date")?;
    let hours = integers(batch, "hour")?;
    read_counts(rows, batch, first, repeats, |row| PresenceKey {
        level: level.value(row).to_owned(),
        day: date.value(row),
        hour: hours.is_valid(row).then(|| hours.value(row) as i16),
        unit: unit.value(row).to_owned(),
    })
}

fn all_texts<const N: usize>(batch: &RecordBatch, names: [&str; N], first: u64) -> Checked<[LargeStringArray; N]> {
    let mut read = Vec::with_capacity(N);
    for name in names {
        no_nulls(batch, name, first)?;
        read.push(texts(batch, name)?);
    }
    read.try_into().map_err(|_: Vec<_>| Fault("columns went missing: a defect of hexodus".into()))
}

fn read_counts<K: Ord>(
    rows: &mut BTreeMap<K, u64>,
    batch: &RecordBatch,
    first: u64,
    repeats: bool,
    key: impl Fn(usize) -> K,
) -> Checked<()> {
    no_nulls(batch, "subscribers", first)?;
    let Ids::Integers(counts, _) = Ids::read(batch, "subscribers")? else {
        return Err(Fault::column("subscribers", "whole numbers", "text"));
    };
    for row in 0..batch.num_rows() {
        let fault = |expected, found| Fault::row("subscribers", first + row as u64, expected, found);
        let count = u64::try_from(counts.value(row)).map_err(|_| fault("a count", "a negative number"))?;
        match rows.entry(key(row)) {
            Entry::Vacant(empty) if count > 0 => {
                empty.insert(count);
            }
            Entry::Vacant(_) => {}
            Entry::Occupied(mut own) if repeats => *own.get_mut() += count,
            Entry::Occupied(_) => {
                let expected =
                    "one row for each unit or pair of a period (hexodus.merge sums those of disjoint subscribers)";
                return Err(fault(expected, "a second one"));
            }
        }
    }
    Ok(())
}
