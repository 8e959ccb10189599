//! `coverage_daily` and `quality_daily` of a release: which days and areas the figures can be trusted in (formats §4.7).

use super::Package;
use super::network_layouts::{COVERAGE, QUALITY};
use crate::batch::BatchBuilder;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::outgoing::told;
use arrow_array::{BooleanArray, Float64Array, Int32Array};
use hexodus_model::{LocalDay, UnitKey};
use hexodus_release::outgoing::{
    FigureKey, OutgoingCoverage, OutgoingCoverageRow, OutgoingFigure, OutgoingQuality, OutgoingQualityDay,
    OutgoingQualityRow, OutgoingRow,
};
use hexodus_release::{CoverageFlag, Released, RowPolicy, SuppressionReason};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why nothing is known of a day.
const NOT_DELIVERED: &str = "not_delivered";

/// What is withheld of a released day, as any reader of its flows could add it up.
#[derive(Clone, Copy, Debug, Default)]
struct Withheld {
    rows: Option<u64>,
    percent: Option<u64>,
}

impl Package<'_> {
    pub(super) fn coverage(&self, coverage: &Released<OutgoingCoverage>) -> Result<EncodedTable, PublishError> {
        let rows = &coverage.rows;
        let mut batch = BatchBuilder::new(&COVERAGE, rows.len());
        batch.set_days("date", rows.iter().map(|row| row.day));
        batch.set("adm_level", Arc::new(rows.iter().map(|row| i32::from(row.level)).collect::<Int32Array>()));
        let code = |level, area| {
            let unknown =
                || PublishError::UnknownUnit { table: COVERAGE.name.into(), bits: UnitKey::area(area).bits() };
            self.context.areas.code(level, UnitKey::area(area)).ok_or_else(unknown)
        };
        let codes: Vec<&str> = rows.iter().map(|row| code(row.level, row.area)).collect::<Result<_, _>>()?;
        batch.set_text("area_id", codes.into_iter().map(Some))?;
        batch.set_constant("cod_version", &self.context.areas.cod_version)?;
        batch.set("kappa", Arc::new(rows.iter().map(OutgoingCoverageRow::kappa).collect::<Float64Array>()));
        batch.set_text("coverage_flag", rows.iter().map(|row| row.flag().map(CoverageFlag::name)))?;
        batch.set_reasons(rows.iter().map(|row| row.reason.map(SuppressionReason::name)))?;
        let table = EncodedTable::new(coverage, COVERAGE.name.into(), coverage.threshold, batch.finish()?);
        Ok(EncodedTable { key: COVERAGE.key, ..table })
    }

    pub(super) fn quality(&self, quality: &Released<OutgoingQuality>) -> Result<EncodedTable, PublishError> {
        let rows = &quality.rows;
        let mut batch = BatchBuilder::new(&QUALITY, rows.len());
        batch.set_days("date", rows.iter().map(|row| row.day));
        batch.set("adm_level", Arc::new(Int32Array::from_value(0, rows.len())));
        let country = self.context.areas.level(0).first();
        batch.set_constant("area_id", country.map_or("_ALL", |own| own.pcode.0.as_str()))?;
        let days = || rows.iter().map(|row| row.told.as_ref());
        let mut set_percent = |name: &str, percent: fn(&OutgoingQualityDay) -> Option<u64>| {
            let percents = days().map(|own| Some(percent(own?)? as f64));
            batch.set(name, Arc::new(percents.collect::<Float64Array>()));
        };
        set_percent("events_located_pct", |own| own.events_located_pct);
        set_percent("radio_cells_active_pct", |own| own.radio_cells_active_pct);
        set_percent("coverage_pct", |own| own.coverage_pct);
        let hours = days().map(|own| Some(own?.hours_covered as i32));
        batch.set("hours_covered", Arc::new(hours.collect::<Int32Array>()));
        let complete = days().map(|own| Some(own?.complete));
        batch.set("day_complete", Arc::new(complete.collect::<BooleanArray>()));
        let is = |flag: fn(&OutgoingQualityDay) -> bool| days().map(move |own| Some(own.is_some_and(flag)));
        batch.set("day_used", Arc::new(is(|own| own.used).collect::<BooleanArray>()));
        batch.set("baseline_used", Arc::new(is(|own| own.baseline_used).collect::<BooleanArray>()));
        let why = |row: &OutgoingQualityRow| match &row.told {
            Some(own) => Some(own.exclusion_reason.clone()).filter(|own| !own.is_empty()),
            None => row.reason.is_none().then(|| NOT_DELIVERED.to_owned()),
        };
        let why: Vec<Option<String>> = rows.iter().map(why).collect();
        batch.set_text("exclusion_reason", why.iter().map(Option::as_deref))?;
        let withheld = self.withheld();
        let of = |day| withheld.get(&day).copied().unwrap_or_default();
        batch.set_counts("rows_suppressed", rows.iter().map(|row| of(row.day).rows));
        let percents = rows.iter().map(|row| of(row.day).percent.map(|own| own as f64));
        batch.set("suppressed_persons_pct", Arc::new(percents.collect::<Float64Array>()));
        batch.set_reasons(rows.iter().map(|row| row.reason.map(SuppressionReason::name)))?;
        let table = EncodedTable::new(quality, "quality_daily".into(), quality.threshold, batch.finish()?);
        Ok(EncodedTable { key: QUALITY.key, ..table })
    }

    /// Of each released day, from what is told alone: so it tells nothing more.
    fn withheld(&self) -> BTreeMap<LocalDay, Withheld> {
        let Some(deepest) = self.flows.last() else { return BTreeMap::new() };
        let is_full = deepest.row_policy == RowPolicy::Full;
        let mut sums: BTreeMap<LocalDay, (u64, u64)> = BTreeMap::new();
        for row in &deepest.rows {
            let (rows, shown) = sums.entry(row.period.last).or_default();
            *rows += u64::from(row.content.reason().is_some());
            *shown += told(&row.content).map_or(0, |own| own[0]);
        }
        let is_whole = |key: &FigureKey| key.figure == OutgoingFigure::From && key.level.is_none();
        let wholes = self.figures.rows.iter().filter(|row| is_whole(&row.key));
        let of_day = |row: &OutgoingRow<FigureKey>| {
            let (rows, shown) = sums.get(&row.period.last).copied().unwrap_or_default();
            let percent = told(&row.content).filter(|own| own[0] > 0).map(|[whole, ..]| {
                let rest = whole.saturating_sub(shown);
                (200 * rest + whole) / (2 * whole)
            });
            (row.period.last, Withheld { rows: is_full.then_some(rows), percent })
        };
        wholes.map(of_day).collect()
    }
}
