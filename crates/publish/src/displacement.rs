//! `displacement_adm1`, `displacement_adm2` …: who of each origin is displaced, back, at home, or silent.

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::displacement_layout::DISPLACEMENT;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::units::{Units, label};
use arrow_array::{BooleanArray, Float64Array, Int32Array};
use hexodus_model::{AreaKey, Level, LocalDay};
use hexodus_release::{DISPLACEMENT_FIGURES, DisplacementRow, DisplacementTable, Released, ReleasedCount};
use std::sync::Arc;

/// Encodes the released account of a crisis by origin and day. `is_affected` is asked for areas of the table's level,
/// `phase` for the name of the phase of a day.
///
/// # Errors
/// [`PublishError::WrongTable`] on the grid, [`PublishError::UnknownUnit`] for an area that the context's area tree does
/// not hold.
pub fn encode_displacement(
    table: &Released<DisplacementTable>,
    context: &ReleaseContext<'_>,
    is_affected: &dyn Fn(AreaKey) -> bool,
    phase: &dyn Fn(LocalDay) -> Option<String>,
) -> Result<EncodedTable, PublishError> {
    let Level::Adm(level) = table.level else {
        let found = format!("displacement at {}", table.level);
        return Err(PublishError::WrongTable { expected: DISPLACEMENT.name, found });
    };
    let name = format!("displacement_{}", table.level);
    let rows = table.rows.len();
    let mut batch = BatchBuilder::new(&DISPLACEMENT, rows);
    let units = Units { table: &name, level: table.level, areas: context.areas };
    let origins = table.rows.iter().map(|row| row.origin);

    batch.set_constant("operation", context.operation.unwrap_or_default())?;
    if let Some(round) = context.round_number {
        batch.set("round_number", Arc::new(Int32Array::from_value(round, rows)));
    }
    batch.set_days("reporting_date", origins.clone().map(|_| context.reporting_date));
    batch.set_days("date", table.rows.iter().map(|row| row.day));
    let phases: Vec<Option<String>> = table.rows.iter().map(|row| phase(row.day)).collect();
    batch.set_text("phase", phases.iter().map(Option::as_deref))?;
    batch.set("adm_level", Arc::new(Int32Array::from_value(i32::from(level), rows)));
    batch.set_constant("cod_version", &context.areas.cod_version)?;
    units.set_ids(&mut batch, "area_id", origins.clone())?;
    batch.set_text("area_name", origins.clone().map(|origin| units.area(origin, level).and_then(label)))?;
    let affected: BooleanArray = origins.map(|origin| Some(origin.as_area().is_some_and(is_affected))).collect();
    batch.set("affected", Arc::new(affected));
    for (at, figure) in DISPLACEMENT_FIGURES.into_iter().enumerate() {
        batch.set_counts(figure, table.rows.iter().map(|row| row.figures[at].and_then(ReleasedCount::published)));
    }
    let tenths = |value: Option<f64>| value.map(|value| (value * 10.0).round() / 10.0);
    let normal = table.rows.iter().map(|row| tenths(row.normal)).collect::<Float64Array>();
    let above = table.rows.iter().map(|row| tenths(row.above_normal())).collect::<Float64Array>();
    batch.set("displaced_normal", Arc::new(normal));
    batch.set("displaced_above_normal", Arc::new(above));
    let reasons: Vec<Option<String>> = table.rows.iter().map(reason).collect();
    let suppressed: BooleanArray = reasons.iter().map(|reason| Some(reason.is_some())).collect();
    batch.set("suppressed", Arc::new(suppressed));
    batch.set_text("suppression_reason", reasons.iter().map(Option::as_deref))?;
    batch.set_constant("source_method", crate::SOURCE_METHOD)?;

    let row_policy = Some(table.row_policy);
    Ok(EncodedTable { row_policy, ..EncodedTable::new(table, name, table.threshold, batch.finish()?) })
}

fn reason(row: &DisplacementRow) -> Option<String> {
    let reasons: Vec<String> = row.withheld().map(|(figure, reason)| format!("{figure}:{}", reason.name())).collect();
    (!reasons.is_empty()).then(|| reasons.join(";"))
}
