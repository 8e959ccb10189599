//! `coverage_daily_adm1`, `coverage_daily_adm2` … (formats §4.7.1).

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::coverage_layout::COVERAGE_DAILY;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::units::Units;
use arrow_array::{Float64Array, Int32Array};
use hexodus_model::{Level, UnitKey};
use hexodus_release::{CoverageFlag, CoverageTable, Released, SuppressionReason};
use std::sync::Arc;

/// Encodes released coverage, one row per day and area.
///
/// # Errors
/// [`PublishError::UnknownUnit`] for an area that the context's area tree does not hold.
pub fn encode_coverage(
    coverage: &Released<CoverageTable>,
    context: &ReleaseContext<'_>,
) -> Result<EncodedTable, PublishError> {
    let (rows, level) = (&coverage.rows, Level::Adm(coverage.level));
    let name = format!("coverage_daily_{level}");
    let mut batch = BatchBuilder::new(&COVERAGE_DAILY, rows.len());

    let units = Units { table: &name, level, areas: context.areas };
    batch.set_days("date", rows.iter().map(|row| row.day));
    batch.set("adm_level", Arc::new(Int32Array::from_value(i32::from(coverage.level), rows.len())));
    units.set_ids(&mut batch, "area_id", rows.iter().map(|row| UnitKey::area(row.area)))?;
    batch.set_constant("cod_version", &context.areas.cod_version)?;
    batch.set_counts("sites_known", rows.iter().map(|row| Some(row.known)));
    batch.set_counts("sites_alive", rows.iter().map(|row| row.alive));
    batch.set("kappa", Arc::new(rows.iter().map(|row| row.kappa).collect::<Float64Array>()));
    batch.set_text("coverage_flag", rows.iter().map(|row| row.flag.map(CoverageFlag::name)))?;
    batch.set_reasons(rows.iter().map(|row| row.reason.map(SuppressionReason::name)))?;

    Ok(EncodedTable::new(coverage, name, coverage.threshold, batch.finish()?))
}
