//! `quality_daily`: the daily account of each source (formats §4.7).

use crate::batch::BatchBuilder;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::quality_layout::QUALITY_DAILY;
use arrow_array::{BooleanArray, Float64Array, Int32Array, Int64Array, TimestampMicrosecondArray};
use hexodus_model::{RowCounts, UtcMicros};
use hexodus_release::{DayFacts, QualityRow, QualityTable, Released, SuppressionReason};
use std::sync::Arc;

/// Encodes the released account, one row per day and source.
///
/// # Errors
/// [`PublishError::Arrow`] only, on a bug.
pub fn encode_quality(quality: &Released<QualityTable>) -> Result<EncodedTable, PublishError> {
    let rows = &quality.rows;
    let mut batch = BatchBuilder::new(&QUALITY_DAILY, rows.len());

    batch.set_days("date", rows.iter().map(|row| row.facts.day));
    batch.set_text("source_id", rows.iter().map(|row| Some(row.facts.source_id.as_str())))?;
    batch.set("adm_level", Arc::new(Int32Array::from_value(0, rows.len())));
    batch.set_text("area_id", rows.iter().map(|row| Some(row.facts.area_id.as_str())))?;
    batch.set_text("event_types", rows.iter().map(|row| Some(row.facts.event_types.as_str())))?;
    set_rows(&mut batch, rows)?;
    set_network(&mut batch, rows);
    set_time(&mut batch, rows);
    set_verdict(&mut batch, rows)?;
    batch.set_counts("subscribers_active", rows.iter().map(|row| row.subscribers_active.published()));
    batch.set_counts("subscribers_located", rows.iter().map(|row| row.subscribers_located.published()));
    let share = rows.iter().map(|row| row.suppressed_persons_pct.map(|percent| percent as f64));
    batch.set("suppressed_persons_pct", Arc::new(share.collect::<Float64Array>()));
    batch.set_reasons(rows.iter().map(|row| row.reason().map(SuppressionReason::name)))?;

    Ok(EncodedTable::new(quality, QUALITY_DAILY.name.to_owned(), quality.threshold, batch.finish()?))
}

/// A column and the fact it shows.
type FactColumn<V> = (&'static str, fn(&DayFacts) -> V);

/// What the checks say.
fn set_verdict(batch: &mut BatchBuilder, rows: &[QualityRow]) -> Result<(), PublishError> {
    let semantic: Vec<String> = rows.iter().map(|row| semantic_codes(&row.facts)).collect();
    batch
        .set_text("semantic_codes", semantic.iter().map(|text| Some(text.as_str()).filter(|text| !text.is_empty())))?;
    let flags: [FactColumn<bool>; 2] =
        [("day_used", |facts| facts.day_used), ("baseline_used", |facts| facts.baseline_used)];
    for (name, flag) in flags {
        let values = rows.iter().map(|row| Some(flag(&row.facts)));
        batch.set(name, Arc::new(values.collect::<BooleanArray>()));
    }
    batch.set_text("verdict", rows.iter().map(|row| Some(row.facts.verdict.name())))?;
    batch.set_text("checks", rows.iter().map(|row| Some(row.facts.checks.as_str()).filter(|text| !text.is_empty())))?;
    let reasons = rows.iter().map(|row| Some(row.facts.exclusion_reason.as_str()).filter(|text| !text.is_empty()));
    batch.set_text("exclusion_reason", reasons)
}

/// Where the rows went.
fn set_rows(batch: &mut BatchBuilder, rows: &[QualityRow]) -> Result<(), PublishError> {
    let counts: [FactColumn<u64>; 8] = [
        ("rows_read", |facts| facts.rows.read),
        ("rows_located", |facts| facts.rows.located),
        ("rows_unlocated", |facts| facts.rows.unlocated),
        ("rows_duplicate", |facts| facts.rows.duplicates),
        ("rows_rejected", |facts| facts.rows.rejected_rows()),
        ("rows_quarantined", |facts| facts.rows_quarantined),
        ("rows_left_out", |facts| facts.rows_left_out),
        ("rows_suppressed", |facts| facts.rows_suppressed),
    ];
    for (name, count) in counts {
        let values = rows.iter().map(|row| count(&row.facts) as i64);
        batch.set(name, Arc::new(Int64Array::from_iter_values(values)));
    }
    let files = rows.iter().map(|row| row.facts.files_received as i32);
    batch.set("files_received", Arc::new(Int32Array::from_iter_values(files)));
    let located = rows.iter().map(|row| located_percent(&row.facts.rows));
    batch.set("events_located_pct", Arc::new(located.collect::<Float64Array>()));
    let rejected: Vec<String> = rows.iter().map(|row| rejected_codes(&row.facts.rows)).collect();
    batch.set_text("rejected_codes", rejected.iter().map(|text| Some(text.as_str()).filter(|text| !text.is_empty())))
}

fn rejected_codes(rows: &RowCounts) -> String {
    let codes = rows.rejected.iter().filter(|own| *own.1 > 0);
    codes.map(|(code, rows)| format!("{}={rows}", code.name())).collect::<Vec<_>>().join(";")
}

fn semantic_codes(facts: &DayFacts) -> String {
    facts.semantic.iter().map(|(name, rows)| format!("{name}={rows}")).collect::<Vec<_>>().join(";")
}

/// Located share of accepted rows in percent, one decimal, rounded half up in integers.
fn located_percent(rows: &RowCounts) -> Option<f64> {
    let accepted = rows.located + rows.unlocated;
    (accepted > 0).then(|| ((2000 * rows.located + accepted) / (2 * accepted)) as f64 / 10.0)
}

/// Radio cells and sites.
fn set_network(batch: &mut BatchBuilder, rows: &[QualityRow]) {
    batch.set_counts("radio_cells_in_plan", rows.iter().map(|row| row.facts.radio_cells_in_plan));
    batch.set_counts("radio_cells_active", rows.iter().map(|row| row.facts.radio_cells_active));
    batch.set_counts("sites_active", rows.iter().map(|row| row.facts.sites_active));
}

/// Hours and instants.
fn set_time(batch: &mut BatchBuilder, rows: &[QualityRow]) {
    let instants: [FactColumn<Option<UtcMicros>>; 2] =
        [("earliest_event", |facts| facts.earliest_event), ("latest_event", |facts| facts.latest_event)];
    for (name, instant) in instants {
        let values = rows.iter().map(|row| instant(&row.facts).map(|at| at.0));
        batch.set(name, Arc::new(values.collect::<TimestampMicrosecondArray>().with_timezone("+00:00")));
    }
    let hours = rows.iter().map(|row| row.facts.hours_covered as i32);
    batch.set("hours_covered", Arc::new(Int32Array::from_iter_values(hours)));
    let nights = rows.iter().map(|row| row.facts.night_hours_covered.map(|hours| hours as i32));
    batch.set("night_hours_covered", Arc::new(nights.collect::<Int32Array>()));
    let complete = rows.iter().map(|row| Some(row.facts.day_complete));
    batch.set("day_complete", Arc::new(complete.collect::<BooleanArray>()));
}
