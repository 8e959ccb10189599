//! `population_<level>`: the population present in each area on each day.

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::crisis_start::{set_day_and_phase, start};
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::population_layout::POPULATION;
use arrow_array::Float64Array;
use hexodus_model::LocalDay;
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
    let name = format!("population_{}", table.level);
    let mut batch = BatchBuilder::new(&POPULATION, table.rows.len());
    let units = start(&mut batch, (&name, table.level), context)?;
    set_day_and_phase(&mut batch, table.rows.iter().map(|row| row.day), phase)?;
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
    let row_policy = Some(RowPolicy::Full);
    Ok(EncodedTable { row_policy, ..EncodedTable::new(table, name, table.threshold, batch.finish()?) })
}
