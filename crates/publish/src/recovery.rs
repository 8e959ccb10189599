//! `recovery_<level>`, `recovery_all_<level>`: how the displaced return; `forecast_<level>`, `forecast_all_<level>`: the
//! next weeks.

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::crisis_start::start;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::recovery_layouts::{FORECAST, RECOVERY};
use arrow_array::{BooleanArray, Float64Array, Int32Array};
use hexodus_model::{LocalDay, PeopleOf, UnitKey};
use hexodus_release::{
    CurveFigures, ForecastFigures, ForecastTable, RecoveryRow, RecoveryTable, Released, RowPolicy, SuppressionReason,
};
use std::sync::Arc;

/// A column, and how it is taken from the figures.
type Filled<T, V = Option<f64>> = (&'static str, fn(&T) -> V);

/// Encodes the released returns of a crisis.
///
/// # Errors
/// [`PublishError::WrongTable`] on the grid, [`PublishError::UnknownUnit`] for an area that the context's area tree does
/// not hold; so does [`encode_forecast`].
pub fn encode_recovery(
    table: &Released<RecoveryTable>,
    context: &ReleaseContext<'_>,
) -> Result<EncodedTable, PublishError> {
    let rows = &table.rows;
    let name = format!("recovery{}_{}", if table.of_all { "_all" } else { "" }, table.level);
    let mut batch = BatchBuilder::new(&RECOVERY, rows.len());
    let units = start(&mut batch, (&name, table.level), context)?;
    units.set_ids_or_null(&mut batch, "origin_id", rows.iter().map(|row| origin(row.of)))?;
    batch.set_days("peak_week", rows.iter().map(|row| row.figures.peak_week));
    batch.set_days("last_week", rows.iter().map(|row| row.figures.last_week));
    let weeks = rows.iter().map(|row| row.figures.weeks as i32);
    batch.set("weeks_since_peak", Arc::new(weeks.collect::<Int32Array>()));
    let of_row: [Filled<RecoveryRow>; 2] = [
        ("peak_people", |row| Some(row.figures.peak_people.round())),
        ("still_displaced", |row| row.figures.still_displaced),
    ];
    for (column, figure) in of_row {
        batch.set(column, Arc::new(rows.iter().map(figure).collect::<Float64Array>()));
    }
    let of_curve: [Filled<CurveFigures>; 6] = [
        ("fast_share", |own| Some(own.fast_share)),
        ("fast_weeks", |own| Some(own.fast_weeks)),
        ("slow_weeks", |own| Some(own.slow_weeks)),
        ("half_life_weeks", |own| own.half_life_weeks),
        ("half_life_low", |own| Some(own.half_life?[0])),
        ("half_life_high", |own| Some(own.half_life?[1])),
    ];
    for (column, figure) in of_curve {
        let values =
            rows.iter().map(|row| row.figures.curve.as_ref().ok().and_then(figure).filter(|own| own.is_finite()));
        batch.set(column, Arc::new(values.collect::<Float64Array>()));
    }
    batch.set_text("no_curve", rows.iter().map(|row| row.figures.curve.err()))?;
    let known = rows.iter().map(|row| Some(row.figures.normal_known));
    batch.set("normal_known", Arc::new(known.collect::<BooleanArray>()));
    batch.set_reasons(rows.iter().map(|row| row.withheld.map(SuppressionReason::name)))?;
    let row_policy = Some(RowPolicy::Sparse);
    Ok(EncodedTable { row_policy, ..EncodedTable::new(table, name, table.threshold, batch.finish()?) })
}

/// Encodes the released forecasts of a crisis.
///
/// # Errors
/// As [`encode_recovery`].
pub fn encode_forecast(
    table: &Released<ForecastTable>,
    context: &ReleaseContext<'_>,
) -> Result<EncodedTable, PublishError> {
    let rows = &table.rows;
    let name = format!("forecast{}_{}", if table.of_all { "_all" } else { "" }, table.level);
    let mut batch = BatchBuilder::new(&FORECAST, rows.len());
    let units = start(&mut batch, (&name, table.level), context)?;
    units.set_ids_or_null(&mut batch, "origin_id", rows.iter().map(|row| origin(row.of)))?;
    batch.set_days("date", rows.iter().map(|_| table.day));
    batch.set("weeks_ahead", Arc::new(rows.iter().map(|row| Some(i32::from(row.weeks))).collect::<Int32Array>()));
    let target = |weeks: u8| LocalDay(table.day.0 + 7 * i32::from(weeks));
    batch.set_days("target_date", rows.iter().map(|row| target(row.weeks)));
    let figures = || rows.iter().map(|row| &row.figures);
    let people: [Filled<ForecastFigures>; 7] = [
        ("persistence", |own| Some(own.persistence)),
        ("persistence_low", |own| Some(own.persistence_interval?[0])),
        ("persistence_high", |own| Some(own.persistence_interval?[1])),
        ("damped_return", |own| Some(own.damped_return)),
        ("damped_return_low", |own| Some(own.damped_interval?[0])),
        ("damped_return_high", |own| Some(own.damped_interval?[1])),
        ("people_remaining", |own| Some(own.remaining)),
    ];
    for (column, figure) in people {
        let whole = figures().map(|own| figure(own).map(f64::round));
        batch.set(column, Arc::new(whole.collect::<Float64Array>()));
    }
    let rates: [Filled<ForecastFigures>; 2] = [
        ("half_life_weeks", |own| Some(own.half_life_weeks).filter(|own| own.is_finite())),
        ("skill", |own| own.skill),
    ];
    for (column, figure) in rates {
        batch.set(column, Arc::new(figures().map(figure).collect::<Float64Array>()));
    }
    let counts: [Filled<ForecastFigures, u32>; 2] =
        [("errors_known", |own| own.errors), ("skill_weeks", |own| own.scored)];
    for (column, count) in counts {
        let values = figures().map(|own| Some(count(own) as i32));
        batch.set(column, Arc::new(values.collect::<Int32Array>()));
    }
    batch.set_text("half_life_from", figures().map(|own| Some(own.half_life_from)))?;
    let row_policy = Some(RowPolicy::Sparse);
    Ok(EncodedTable { row_policy, ..EncodedTable::new(table, name, table.threshold, batch.finish()?) })
}

const fn origin(of: PeopleOf) -> Option<UnitKey> {
    match of {
        PeopleOf::From(origin) => Some(origin),
        PeopleOf::Everywhere | PeopleOf::At(_) | PeopleOf::Pair(_) => None,
    }
}
