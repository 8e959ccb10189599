//! `population_<level>`: the population present in each area on each day.

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::population_layout::POPULATION;
use crate::units::Units;
use arrow_array::{Float64Array, Int32Array};
use hexodus_model::{Level, LocalDay};
use hexodus_release::{PopulationFigures, PopulationTable, Released, RowPolicy, SuppressionReason};
use std::sync::Arc;

/// Encodes the released population of a crisis. `phase` names the phase of a day.
///
/// # Errors
/// [`PublishError::WrongTable`] on the grid, [`PublishError::UnknownUnit`] for an area that the context's area tree does
/// not hold.
pub fn encode_population(
    table: &Released<PopulationTable>,
    context: &ReleaseContext<'_>,
    phase: &dyn Fn(LocalDay) -> Option<String>,
) -> Result<EncodedTable, PublishError> {
    /// A column, and how it is taken from the figures.
    type Filled = (&'static str, fn(&PopulationFigures) -> Option<f64>);
    let Level::Adm(level) = table.level else {
        let found = format!("population at {}", table.level);
        return Err(PublishError::WrongTable { expected: POPULATION.name, found });
    };
    let name = format!("population_{}", table.level);
    let rows = table.rows.len();
    let mut batch = BatchBuilder::new(&POPULATION, rows);
    let units = Units { table: &name, level: table.level, areas: context.areas };
    batch.set_constant("operation", context.operation.unwrap_or_default())?;
    if let Some(round) = context.round_number {
        batch.set("round_number", Arc::new(Int32Array::from_value(round, rows)));
    }
    batch.set_days("reporting_date", table.rows.iter().map(|_| context.reporting_date));
    batch.set_days("date", table.rows.iter().map(|row| row.day));
    let phases: Vec<Option<String>> = table.rows.iter().map(|row| phase(row.day)).collect();
    batch.set_text("phase", phases.iter().map(Option::as_deref))?;
    batch.set("adm_level", Arc::new(Int32Array::from_value(i32::from(level), rows)));
    batch.set_constant("cod_version", &context.areas.cod_version)?;
    units.set_ids(&mut batch, "area_id", table.rows.iter().map(|row| row.area))?;
    let people: [Filled; 8] = [
        ("people_reference", |own| own.reference),
        ("inflow", |own| own.inflow),
        ("outflow", |own| own.outflow),
        ("adjustment", |own| own.adjustment),
        ("people_present", |own| own.people),
        ("people_low", |own| Some(own.interval?[0])),
        ("people_high", |own| Some(own.interval?[1])),
        ("people_direct", |own| own.direct),
    ];
    for (column, figure) in people {
        // To a millionth of a person: sums must hold to the rounding of a number, not to that of a person.
        let millionths = |own: f64| (own * 1e6).round() / 1e6 + 0.0;
        let values = table.rows.iter().map(|row| figure(&row.figures).map(millionths));
        batch.set(column, Arc::new(values.collect::<Float64Array>()));
    }
    batch.set_text("qa_flags", table.rows.iter().map(|row| row.figures.remark))?;
    batch.set_reasons(table.rows.iter().map(|row| row.reason.map(SuppressionReason::name)))?;
    batch.set_constant("source_method", crate::SOURCE_METHOD)?;
    let row_policy = Some(RowPolicy::Full);
    Ok(EncodedTable { row_policy, ..EncodedTable::new(table, name, table.threshold, batch.finish()?) })
}
