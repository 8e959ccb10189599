//! `flows_<level>__<definition>` and `flows_h3__<definition>` (formats §4.2).

use crate::batch::BatchBuilder;
use crate::column::Layout;
use crate::context::ReleaseContext;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::flows_layout::{FLOWS_ADM, FLOWS_H3};
use crate::units::{Units, label};
use arrow_array::{Int32Array, UInt8Array};
use hexodus_model::{Definition, Level, LocalDay, OdPair, UnitKey};
use hexodus_release::{FlowTable, Released, SuppressionReason};
use std::sync::Arc;

/// Encodes released flow matrices: `flows_adm1__day_to_day`, `flows_h3__trips_consecutive` …
///
/// One row per period and pair, in the order of the table. People columns are null until people-scaling has run.
///
/// Accepts nothing but released matrices:
///
/// ```
/// # use hexodus_publish::{EncodedTable, PublishError, ReleaseContext, encode_flows};
/// # use hexodus_release::{FlowTable, Released};
/// fn publish(flows: &Released<FlowTable>, context: &ReleaseContext<'_>) -> Result<EncodedTable, PublishError> {
///     encode_flows(flows, context)
/// }
/// ```
///
/// The same with a bare [`FlowMatrix`](hexodus_model::FlowMatrix) does not compile:
///
/// ```compile_fail,E0308
/// # use hexodus_publish::{EncodedTable, PublishError, ReleaseContext, encode_flows};
/// # use hexodus_model::FlowMatrix;
/// fn publish(flows: &FlowMatrix, context: &ReleaseContext<'_>) -> Result<EncodedTable, PublishError> {
///     encode_flows(flows, context)
/// }
/// ```
///
/// # Errors
/// [`PublishError::UnknownUnit`] for a unit that the context's area tree does not hold, [`PublishError::WrongTable`]
/// for area levels other than 1 to 3.
pub fn encode_flows(flows: &Released<FlowTable>, context: &ReleaseContext<'_>) -> Result<EncodedTable, PublishError> {
    let name = format!("flows_{}__{}", flows.level, flows.definition.id());
    let layout = layout(flows.level)?;
    let units = Units { table: &name, level: flows.level, areas: context.areas };
    let mut batch = BatchBuilder::new(layout, flows.rows().count());

    set_period(&mut batch, flows, context)?;
    let pairs = flows.rows().map(|(_, row)| row.key);
    match flows.level {
        Level::Adm(level) => set_areas(&mut batch, &pairs, units, level)?,
        Level::H3 => set_h3(&mut batch, &pairs, units, context.h3_res)?,
    }
    let group = if flows.definition == Definition::StockDisplaced { "IDP" } else { "ALL" };
    batch.set_constant("population_group", group)?;
    batch.set_constant("measure", if flows.definition.is_stock() { "stock" } else { "flow" })?;
    let counts = flows.rows().map(|(_, row)| row.subscribers);
    batch.set_released("subscribers_published", counts, SuppressionReason::name)?;
    batch.set_constant("qa_flags", crate::COUNTS_ONLY)?;
    batch.set_constant("source_method", crate::SOURCE_METHOD)?;

    let batch = batch.finish()?;
    let definition = Some(flows.definition.id());
    let row_policy = Some(flows.row_policy);
    Ok(EncodedTable { definition, row_policy, ..EncodedTable::new(flows, name, flows.threshold, batch) })
}

fn layout(level: Level) -> Result<&'static Layout, PublishError> {
    match level {
        Level::Adm(1..=3) => Ok(&FLOWS_ADM),
        Level::H3 => Ok(&FLOWS_H3),
        Level::Adm(_) => Err(PublishError::WrongTable { expected: FLOWS_ADM.name, found: format!("flows_{level}") }),
    }
}

/// The columns that say which operation, round, definition and period.
fn set_period(batch: &mut BatchBuilder, flows: &FlowTable, context: &ReleaseContext<'_>) -> Result<(), PublishError> {
    let periods = flows.rows().map(|(period, _)| [period.first_day, period.last_day]);
    set_operation(batch, periods, context)?;
    batch.set_constant("definition", flows.definition.id())
}

/// The columns that say which operation, round and period.
pub(crate) fn set_operation(
    batch: &mut BatchBuilder,
    periods: impl Iterator<Item = [LocalDay; 2]> + Clone,
    context: &ReleaseContext<'_>,
) -> Result<(), PublishError> {
    if let Some(operation) = context.operation {
        batch.set_constant("operation", operation)?;
    }
    if let Some(round) = context.round_number {
        batch.set("round_number", Arc::new(Int32Array::from_value(round, batch.rows())));
    }
    batch.set_days("reporting_date", periods.clone().map(|_| context.reporting_date));
    batch.set_days("reference_period_start", periods.clone().map(|[first, _]| first));
    batch.set_days("reference_period_end", periods.map(|[_, last]| last));
    Ok(())
}

/// The columns of both ends where they are areas.
pub(crate) fn set_areas(
    batch: &mut BatchBuilder,
    pairs: &(impl Iterator<Item = OdPair> + Clone),
    units: Units<'_>,
    level: u8,
) -> Result<(), PublishError> {
    batch.set("adm_level", Arc::new(Int32Array::from_value(i32::from(level), batch.rows())));
    batch.set_constant("cod_version", &units.areas.cod_version)?;
    for (end, unit) in ENDS {
        let ends = pairs.clone().map(unit);
        units.set_ids(batch, &format!("{end}_id"), ends.clone())?;
        for above in 0..=level {
            let areas = ends.clone().map(|unit| units.area(unit, above));
            let pcodes = areas.clone().map(|area| area.map(|area| area.pcode.0.as_str()));
            batch.set_text(&format!("{end}_adm{above}_pcode"), pcodes)?;
            if above > 0 {
                batch.set_text(&format!("{end}_adm{above}_name"), areas.map(|area| area.and_then(label)))?;
            }
        }
    }
    Ok(())
}

/// The columns of both ends where they are H3 cells.
fn set_h3(
    batch: &mut BatchBuilder,
    pairs: &(impl Iterator<Item = OdPair> + Clone),
    units: Units<'_>,
    h3_res: u8,
) -> Result<(), PublishError> {
    batch.set("h3_res", Arc::new(UInt8Array::from_value(h3_res, batch.rows())));
    for (end, unit) in ENDS {
        units.set_ids(batch, &format!("{end}_h3"), pairs.clone().map(unit))?;
    }
    Ok(())
}

/// An end of a pair: the prefix of its columns, and which unit it is.
type End = (&'static str, fn(OdPair) -> UnitKey);

const ENDS: [End; 2] = [("origin", |pair| pair.origin), ("dest", |pair| pair.destination)];
