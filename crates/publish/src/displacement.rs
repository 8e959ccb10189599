//! `displacement_adm1`, `displacement_adm2` …: who of each origin is displaced, back, at home, or silent.

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::crisis_start::{set_area, set_day_and_phase, start};
use crate::displacement_layout::DISPLACEMENT;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use arrow_array::{BooleanArray, Float64Array};
use hexodus_model::{AreaKey, LocalDay};
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
    let name = format!("displacement_{}", table.level);
    let mut batch = BatchBuilder::new(&DISPLACEMENT, table.rows.len());
    let units = start(&mut batch, (&name, table.level), context)?;
    set_day_and_phase(&mut batch, table.rows.iter().map(|row| row.day), phase)?;
    let origins = table.rows.iter().map(|row| row.origin);

    set_area(&mut batch, units, origins.clone())?;
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

    let row_policy = Some(table.row_policy);
    Ok(EncodedTable { row_policy, ..EncodedTable::new(table, name, table.threshold, batch.finish()?) })
}

fn reason(row: &DisplacementRow) -> Option<String> {
    let reasons: Vec<String> = row.withheld().map(|(figure, reason)| format!("{figure}:{}", reason.name())).collect();
    (!reasons.is_empty()).then(|| reasons.join(";"))
}
