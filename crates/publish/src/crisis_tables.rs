//! `above_normal_<level>__<series>`, `spread_<level>`, `cohorts_<level>`, `in_out_<level>__<definition>`.

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::crisis_layouts::{ABOVE_NORMAL, COHORTS, IN_OUT, SPREAD};
use crate::crisis_start::{set_area, set_day_and_phase, set_level, start};
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::flows::set_operation;
use arrow_array::{BooleanArray, Float64Array, Int32Array, Int64Array};
use hexodus_model::LocalDay;
use hexodus_release::{
    AboveNormalFigures, AboveNormalTable, CohortTable, InOutRow, InOutTable, Released, ReleasedCount, RowPolicy,
    SeriesKind, SpreadTable, SuppressionReason,
};
use std::sync::Arc;

/// A column, and how it is taken from a row.
type Filled<T, V> = (&'static str, fn(&T) -> V);

/// Encodes what is above normal. `phase` names the phase of a day.
///
/// # Errors
/// [`PublishError::WrongTable`] on the grid, [`PublishError::UnknownUnit`] for an area that the context's area tree does
/// not hold; so do all functions here.
pub fn encode_above_normal(
    table: &Released<AboveNormalTable>,
    context: &ReleaseContext<'_>,
    phase: &dyn Fn(LocalDay) -> Option<String>,
) -> Result<EncodedTable, PublishError> {
    let name = format!("above_normal_{}__{}", table.level, table.series.id());
    let rows = &table.rows;
    let mut batch = BatchBuilder::new(&ABOVE_NORMAL, rows.len());
    let units = start(&mut batch, (&name, table.level), context)?;
    set_day_and_phase(&mut batch, rows.iter().map(|row| row.day), phase)?;
    batch.set_constant("series", table.series.id())?;
    units.set_ids(&mut batch, "origin_id", rows.iter().map(|row| row.origin))?;
    if rows.iter().all(|row| row.destination.is_some()) {
        units.set_ids(&mut batch, "dest_id", rows.iter().filter_map(|row| row.destination))?;
    }
    batch.set_counts("subscribers_published", rows.iter().map(|row| row.subscribers.published()));
    batch.set("normal", Arc::new(rows.iter().map(|row| row.normal).collect::<Float64Array>()));
    let figures: [Filled<AboveNormalFigures, f64>; 4] = [
        ("excess", |own| own.excess),
        ("excess_low", |own| own.interval[0]),
        ("excess_high", |own| own.interval[1]),
        ("z_score", |own| own.z),
    ];
    for (column, figure) in figures {
        let values = rows.iter().map(|row| row.figures.as_ref().map(figure));
        batch.set(column, Arc::new(values.collect::<Float64Array>()));
    }
    let flags: [Filled<AboveNormalFigures, bool>; 2] =
        [("significant", |own| own.significant), ("alert", |own| own.alert)];
    for (column, flag) in flags {
        let values = rows.iter().map(|row| row.figures.as_ref().map(flag));
        batch.set(column, Arc::new(values.collect::<BooleanArray>()));
    }
    batch.set("baseline_days", Arc::new(Int32Array::from_value(table.baseline_days as i32, rows.len())));
    batch.set_reasons(rows.iter().map(|row| row.reason().map(SuppressionReason::name)))?;
    let definition = Some(table.series.id()).filter(|_| table.series != SeriesKind::Presence);
    Ok(EncodedTable { definition, ..finish(table, name, table.threshold, batch)? })
}

/// Encodes distances, durations and mobility classes.
pub fn encode_spread(
    table: &Released<SpreadTable>,
    context: &ReleaseContext<'_>,
) -> Result<EncodedTable, PublishError> {
    let name = format!("spread_{}", table.level);
    let rows = &table.rows;
    let mut batch = BatchBuilder::new(&SPREAD, rows.len());
    let units = start(&mut batch, (&name, table.level), context)?;
    batch.set_text("statistic", rows.iter().map(|row| Some(row.key.spread.id())))?;
    batch.set_days("date", rows.iter().map(|row| row.key.day));
    set_area(&mut batch, units, rows.iter().map(|row| row.key.origin))?;
    let bins: Vec<String> = rows.iter().map(|row| row.key.spread.bin_id(row.key.bin.into())).collect();
    batch.set("bin_number", Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| row.key.bin.into()))));
    batch.set_text("bin", bins.iter().map(|bin| Some(bin.as_str())))?;
    let edges: Vec<_> = rows.iter().map(|row| row.key.spread.edges(row.key.bin.into())).collect();
    batch.set("bin_from", Arc::new(edges.iter().map(|edges| edges.0).collect::<Float64Array>()));
    batch.set("bin_until", Arc::new(edges.iter().map(|edges| edges.1).collect::<Float64Array>()));
    batch.set_counts("subscribers_published", rows.iter().map(|row| row.subscribers.published()));
    finish(table, name, table.threshold, batch)
}

/// Encodes the stock by week of onset.
pub fn encode_cohorts(
    table: &Released<CohortTable>,
    context: &ReleaseContext<'_>,
) -> Result<EncodedTable, PublishError> {
    let name = format!("cohorts_{}", table.level);
    let rows = &table.rows;
    let mut batch = BatchBuilder::new(&COHORTS, rows.len());
    let units = start(&mut batch, (&name, table.level), context)?;
    batch.set_days("date", rows.iter().map(|row| row.key.0));
    units.set_ids(&mut batch, "origin_id", rows.iter().map(|row| row.key.1.origin))?;
    units.set_ids(&mut batch, "host_id", rows.iter().map(|row| row.key.1.host))?;
    batch.set_days("onset_week", rows.iter().map(|row| row.key.2));
    batch.set_counts("subscribers_published", rows.iter().map(|row| ReleasedCount::published(row.subscribers)));
    finish(table, name, table.threshold, batch)
}

/// Encodes in, out and net of each area.
pub fn encode_in_out(table: &Released<InOutTable>, context: &ReleaseContext<'_>) -> Result<EncodedTable, PublishError> {
    let name = format!("in_out_{}__{}", table.level, table.definition.id());
    let rows = &table.rows;
    let mut batch = BatchBuilder::new(&IN_OUT, rows.len());
    let units = set_level(&mut batch, (&name, table.level), context)?;
    set_operation(&mut batch, rows.iter().map(|row| row.period), context)?;
    batch.set_constant("definition", table.definition.id())?;
    set_area(&mut batch, units, rows.iter().map(|row| row.unit))?;
    let sums: [Filled<InOutRow, Option<u64>>; 5] = [
        ("inflow_published", |own| own.inflow),
        ("outflow_published", |own| own.outflow),
        ("within", |own| own.within),
        ("from_nowhere", |own| own.from_nowhere),
        ("to_nowhere", |own| own.to_nowhere),
    ];
    for (column, sum) in sums {
        batch.set_counts(column, rows.iter().map(sum));
    }
    batch.set("net_published", Arc::new(rows.iter().map(InOutRow::net).collect::<Int64Array>()));
    let encoded = finish(table, name, table.threshold, batch)?;
    Ok(EncodedTable { definition: Some(table.definition.id()), ..encoded })
}

fn finish<T>(
    source: &Released<T>,
    name: String,
    threshold: u64,
    batch: BatchBuilder,
) -> Result<EncodedTable, PublishError> {
    let row_policy = Some(RowPolicy::Sparse);
    Ok(EncodedTable { row_policy, ..EncodedTable::new(source, name, threshold, batch.finish()?) })
}
