//! Tallies through the privacy wall, and the tables that come out.

use crate::areas::level_of;
use crate::fault::{Checked, Fault};
use crate::h3_cells::h3_of_text;
use crate::table::Table;
use crate::tally::{FlowKey, PresenceKey, Tally, flow_columns, presence_columns, unit_name};
use arrow_array::{ArrayRef, BooleanArray, Int64Array, StringArray};
use hexodus_model::{AreaKey, Definition, FlowMatrix, Level, LocalDay, OdPair, Presence, Reserved, UnitKey};
use hexodus_release::{
    DisclosurePolicy, DisseminationClass, FlowTable, PresenceTable, Released, ReleasedCount, RowPolicy,
    SuppressionReason, release_flows, release_presence,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A table that went through the wall, and how.
pub struct ReleasedTable {
    /// Withheld numbers are null, with a reason.
    pub table: Table,
    /// Who may see it.
    pub class: DisseminationClass,
    /// The k of the test.
    pub threshold: u64,
    /// Which rows are listed.
    pub row_policy: RowPolicy,
}

/// The policy as `[policy]` of the configuration has it.
pub fn policy(settings: serde_json::Value, accept_lower_k: bool) -> Checked<DisclosurePolicy> {
    let written: Result<DisclosurePolicy, _> = serde_json::from_value(settings);
    let written = written.map_err(|error| Fault(format!("policy: {error}")))?;
    written.validated(accept_lower_k).map_err(|error| Fault(error.to_string()))
}

/// Tests each number of a tally (formats §5.1: published iff at least k distinct subscribers are behind it). `universe` are the units
/// that a full table lists.
pub fn release(tally: Tally, universe: Option<&[String]>, policy: &DisclosurePolicy) -> Checked<ReleasedTable> {
    match tally {
        Tally::Flows(rows) => {
            let units = rows.keys().flat_map(|key| key.pair.iter().map(|unit| (key.level.as_str(), unit)));
            let names = Names::of(units, universe)?;
            let matrices = matrices(rows, &names)?;
            let units = names.universe(universe)?;
            flow_table(&release_flows(matrices, units.as_deref(), policy), &names)
        }
        Tally::Presence(rows) => {
            let names = Names::of(rows.keys().map(|key| (key.level.as_str(), &key.unit)), universe)?;
            let periods = periods(rows, &names)?;
            if universe.is_some() && periods.iter().any(|period| period.hour.is_some()) {
                let expected = "none for presence by hour: an hour without anybody is not in the tally";
                return Err(Fault::argument("universe", expected, "units"));
            }
            let units = names.universe(universe)?;
            presence_table(&release_presence(periods, units.as_deref(), policy), &names)
        }
    }
}

/// The units of a tally and what they are called.
struct Names {
    level: Level,
    /// P-codes, ascending.
    codes: Vec<String>,
}

impl Names {
    /// Of the units of a tally and their level, which is one.
    fn of<'a>(units: impl Iterator<Item = (&'a str, &'a String)>, universe: Option<&[String]>) -> Checked<Self> {
        let (mut levels, mut codes) = (BTreeSet::new(), BTreeSet::new());
        for (level, unit) in units {
            levels.insert(level);
            if !unit.starts_with('_') && !codes.contains(unit) {
                codes.insert(unit.clone());
            }
        }
        let mut levels = levels.into_iter();
        match (levels.next(), levels.next()) {
            (Some(level), None) => {
                let level = level_of(level)?;
                codes.extend(universe.unwrap_or_default().iter().cloned());
                let codes = if level == Level::H3 { Vec::new() } else { codes.into_iter().collect() };
                Ok(Self { level, codes })
            }
            (None, _) => Err(Fault("tally: expected rows, found none: nothing can be told of it".into())),
            _ => Err(Fault("tally: expected one level at a time, found several".into())),
        }
    }

    fn key(&self, name: &str) -> Checked<UnitKey> {
        if name.starts_with('_') {
            let usual = |value: &&Reserved| value.code() == name && **value != Reserved::Other;
            let reserved = Reserved::ALL.iter().find(usual).map(|&value| UnitKey::reserved(value));
            return reserved.ok_or_else(|| Fault(format!("tally: \"{name}\" is no reserved value of a tally")));
        }
        match self.level {
            Level::H3 => h3_of_text(name)
                .map(UnitKey::h3)
                .ok_or_else(|| Fault(format!("tally: expected H3 cells of resolution 8, found \"{name}\""))),
            Level::Adm(_) => {
                let at = self.codes.partition_point(|code| code.as_str() < name);
                Ok(UnitKey::area(AreaKey(at as u32)))
            }
        }
    }

    fn universe(&self, universe: Option<&[String]>) -> Checked<Option<Vec<UnitKey>>> {
        universe.map(|names| names.iter().map(|name| self.key(name)).collect()).transpose()
    }

    fn name(&self, unit: UnitKey) -> Checked<String> {
        unit_name(unit, &self.codes).ok_or_else(|| Fault("a unit without a name: a defect of hexodus".into()))
    }
}

fn matrices(rows: BTreeMap<FlowKey, u64>, names: &Names) -> Checked<Vec<FlowMatrix>> {
    let mut matrices: BTreeMap<(String, [i32; 2]), FlowMatrix> = BTreeMap::new();
    for (FlowKey { definition, period, pair: [origin, destination], .. }, count) in rows {
        let known = Definition::ALL.into_iter().find(|own| own.id() == definition);
        let unknown = || Fault::column("definition", "the id of a definition, such as day_to_day", "another text");
        let known = known.ok_or_else(unknown)?;
        let [first_day, last_day] = period.map(LocalDay);
        let matrix = matrices.entry((definition, period)).or_insert_with(|| FlowMatrix {
            definition: known,
            level: names.level,
            first_day,
            last_day,
            entries: Vec::new(),
        });
        let pair = OdPair { origin: names.key(&origin)?, destination: names.key(&destination)? };
        matrix.entries.push((pair, count));
    }
    let starts: BTreeSet<_> = matrices.values().map(|own| own.first_day).collect();
    let one = matrices.values().all(|own| matrices.values().next().is_some_and(|any| any.definition == own.definition));
    if !one || starts.len() != matrices.len() {
        return Err(Fault("tally: expected one definition, and one period from each day, found several".into()));
    }
    Ok(matrices.into_values().collect())
}

fn periods(rows: BTreeMap<PresenceKey, u64>, names: &Names) -> Checked<Vec<Presence>> {
    let mut periods: BTreeMap<(i32, Option<i16>), Presence> = BTreeMap::new();
    for (PresenceKey { day, hour, unit, .. }, count) in rows {
        let told = hour.map(u8::try_from).transpose();
        let told = told.map_err(|_| Fault::column("hour", "hours of a day, from 0", "another number"))?;
        let period = periods.entry((day, hour)).or_insert_with(|| Presence {
            level: names.level,
            day: LocalDay(day),
            hour: told,
            entries: Vec::new(),
        });
        period.entries.push((names.key(&unit)?, count));
    }
    let hourly = periods.values().filter(|own| own.hour.is_some()).count();
    if hourly > 0 && hourly < periods.len() {
        return Err(Fault("tally: expected presence by day or by hour, found both".into()));
    }
    Ok(periods.into_values().collect())
}

fn flow_table(released: &Released<FlowTable>, names: &Names) -> Checked<ReleasedTable> {
    let key = |(period, row): (&hexodus_release::FlowPeriod, &hexodus_release::CountRow<OdPair>)| {
        Ok(FlowKey {
            definition: released.definition.id().to_owned(),
            level: names.level.to_string(),
            period: [period.first_day.0, period.last_day.0],
            pair: [names.name(row.key.origin)?, names.name(row.key.destination)?],
        })
    };
    let keys: Vec<FlowKey> = released.rows().map(key).collect::<Checked<_>>()?;
    let mut columns = flow_columns(keys.iter());
    columns.extend(numbers(released.rows().map(|(_, row)| row.subscribers)));
    let table = Table::new(columns, &["subscribers_published", "suppression_reason"])?;
    let (class, threshold, row_policy) = (released.class(), released.threshold, released.row_policy);
    Ok(ReleasedTable { table, class, threshold, row_policy })
}

fn presence_table(released: &Released<PresenceTable>, names: &Names) -> Checked<ReleasedTable> {
    let key = |(period, row): (&hexodus_release::PresencePeriod, &hexodus_release::CountRow<UnitKey>)| {
        let (day, hour) = (period.day.0, period.hour.map(i16::from));
        Ok(PresenceKey { level: names.level.to_string(), day, hour, unit: names.name(row.key)? })
    };
    let keys: Vec<PresenceKey> = released.rows().map(key).collect::<Checked<_>>()?;
    let mut columns = presence_columns(keys.iter());
    columns.extend(numbers(released.rows().map(|(_, row)| row.subscribers)));
    let table = Table::new(columns, &["hour", "subscribers_published", "suppression_reason"])?;
    let (class, threshold, row_policy) = (released.class(), released.threshold, released.row_policy);
    Ok(ReleasedTable { table, class, threshold, row_policy })
}

fn numbers(counts: impl Iterator<Item = ReleasedCount> + Clone) -> Vec<(&'static str, ArrayRef)> {
    let published: Int64Array = counts.clone().map(|count| count.published().map(|count| count as i64)).collect();
    let suppressed: BooleanArray = counts.clone().map(|count| Some(count.published().is_none())).collect();
    let reasons: StringArray = counts.map(|count| count.reason().map(SuppressionReason::name)).collect();
    vec![
        ("subscribers_published", Arc::new(published)),
        ("suppressed", Arc::new(suppressed)),
        ("suppression_reason", Arc::new(reasons)),
    ]
}
