//! What every table of areas of a crisis begins with.

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::error::PublishError;
use crate::units::{Units, label};
use arrow_array::Int32Array;
use hexodus_model::{Level, LocalDay, UnitKey};
use std::sync::Arc;

/// Sets operation, round and reporting date, and what [`set_level`] does.
///
/// # Errors
/// As [`set_level`].
pub(crate) fn start<'a>(
    batch: &mut BatchBuilder,
    table: (&'a str, Level),
    context: &ReleaseContext<'a>,
) -> Result<Units<'a>, PublishError> {
    let rows = batch.rows();
    batch.set_constant("operation", context.operation.unwrap_or_default())?;
    if let Some(round) = context.round_number {
        batch.set("round_number", Arc::new(Int32Array::from_value(round, rows)));
    }
    batch.set_days("reporting_date", std::iter::repeat_n(context.reporting_date, rows));
    set_level(batch, table, context)
}

/// Sets level, version of the boundaries and `source_method`, and returns the units of the level.
///
/// # Errors
/// [`PublishError::WrongTable`] on the grid.
pub(crate) fn set_level<'a>(
    batch: &mut BatchBuilder,
    (name, level): (&'a str, Level),
    context: &ReleaseContext<'a>,
) -> Result<Units<'a>, PublishError> {
    let Level::Adm(adm) = level else {
        return Err(PublishError::WrongTable { expected: "a table of areas", found: name.to_owned() });
    };
    batch.set("adm_level", Arc::new(Int32Array::from_value(i32::from(adm), batch.rows())));
    batch.set_constant("cod_version", &context.areas.cod_version)?;
    batch.set_constant("source_method", crate::SOURCE_METHOD)?;
    Ok(Units { table: name, level, areas: context.areas })
}

/// Sets the day of each row and the name of its phase.
pub(crate) fn set_day_and_phase(
    batch: &mut BatchBuilder,
    days: impl Iterator<Item = LocalDay> + Clone,
    phase: &dyn Fn(LocalDay) -> Option<String>,
) -> Result<(), PublishError> {
    let phases: Vec<Option<String>> = days.clone().map(phase).collect();
    batch.set_days("date", days);
    batch.set_text("phase", phases.iter().map(Option::as_deref))
}

/// Sets id and name of the area of each row.
pub(crate) fn set_area(
    batch: &mut BatchBuilder,
    units: Units<'_>,
    areas: impl Iterator<Item = UnitKey> + Clone,
) -> Result<(), PublishError> {
    units.set_ids(batch, "area_id", areas.clone())?;
    let Level::Adm(level) = units.level else { return Ok(()) };
    batch.set_text("area_name", areas.map(|area| units.area(area, level).and_then(label)))
}
