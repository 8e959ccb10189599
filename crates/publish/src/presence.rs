//! `presence_h3_hourly` (formats §4.5.1) and `presence_adm1`, `presence_adm2` …

use crate::batch::BatchBuilder;
use crate::context::ReleaseContext;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::local_time::offset_text;
use crate::presence_layout::{PRESENCE_AREA, PRESENCE_H3_HOURLY};
use crate::units::{Units, label};
use arrow_array::{Int32Array, TimestampMicrosecondArray, UInt8Array};
use hexodus_model::time::HOUR_US;
use hexodus_model::{Level, UtcMicros};
use hexodus_release::{PresencePeriod, PresenceTable, Released, SuppressionReason};
use std::sync::Arc;

/// Encodes released presence by hour and H3 cell.
///
/// # Errors
/// [`PublishError::WrongTable`] for presence by day or by area, [`PublishError::UnknownUnit`] for a unit that is
/// neither H3 cell nor reserved value.
pub fn encode_presence_hourly(
    presence: &Released<PresenceTable>,
    context: &ReleaseContext<'_>,
) -> Result<EncodedTable, PublishError> {
    let expected = PRESENCE_H3_HOURLY.name;
    if !presence.hourly || presence.level != Level::H3 {
        return Err(PublishError::WrongTable { expected, found: kind(presence) });
    }
    let rows = presence.rows().count();
    let mut batch = BatchBuilder::new(&PRESENCE_H3_HOURLY, rows);

    let units = Units { table: expected, level: Level::H3, areas: context.areas };
    units.set_ids(&mut batch, "h3", presence.rows().map(|(_, row)| row.key))?;
    batch.set("h3_res", Arc::new(UInt8Array::from_value(context.h3_res, rows)));
    set_hours(&mut batch, presence, context)?;
    let counts = presence.rows().map(|(_, row)| row.subscribers);
    batch.set_released("subscribers", counts, SuppressionReason::name)?;

    let batch = batch.finish()?;
    let row_policy = Some(presence.row_policy);
    Ok(EncodedTable { row_policy, ..EncodedTable::new(presence, expected.to_owned(), presence.threshold, batch) })
}

/// The columns of the hour. Each is made once per hour, not once per row.
fn set_hours(
    batch: &mut BatchBuilder,
    presence: &PresenceTable,
    context: &ReleaseContext<'_>,
) -> Result<(), PublishError> {
    let starts: Vec<UtcMicros> = presence.periods.iter().map(|period| hour_start(period, context)).collect();
    let locals: Vec<String> = starts.iter().map(|&start| offset_text(context.calendar, start)).collect();
    let lengths = || presence.periods.iter().map(|period| period.rows.len());

    let instants = starts.iter().zip(lengths()).flat_map(|(start, rows)| std::iter::repeat_n(start.0, rows));
    let instants = TimestampMicrosecondArray::from_iter_values(instants).with_timezone("+00:00");
    batch.set("hour_start_utc", Arc::new(instants));
    let texts = locals.iter().zip(lengths()).flat_map(|(local, rows)| std::iter::repeat_n(local.as_str(), rows));
    batch.set_text("hour_start_local", texts.map(Some))
}

/// Hours are counted from the start of the local day, so at +05:45 they start at hh:15 UTC, and a day of clock change
/// has 23 or 25 of them.
fn hour_start(period: &PresencePeriod, context: &ReleaseContext<'_>) -> UtcMicros {
    let day = context.calendar.window(period.day);
    UtcMicros(day.start.0 + i64::from(period.hour.unwrap_or(0)) * HOUR_US)
}

/// Encodes released presence by day and area: `presence_adm1`, `presence_adm2` …
///
/// # Errors
/// [`PublishError::WrongTable`] for presence by hour or on the grid, [`PublishError::UnknownUnit`] for an area that
/// the context's area tree does not hold.
pub fn encode_presence_area(
    presence: &Released<PresenceTable>,
    context: &ReleaseContext<'_>,
) -> Result<EncodedTable, PublishError> {
    let Level::Adm(level) = presence.level else {
        return Err(PublishError::WrongTable { expected: PRESENCE_AREA.name, found: kind(presence) });
    };
    if presence.hourly {
        return Err(PublishError::WrongTable { expected: PRESENCE_AREA.name, found: kind(presence) });
    }
    let name = format!("presence_{}", presence.level);
    let rows = presence.rows().count();
    let mut batch = BatchBuilder::new(&PRESENCE_AREA, rows);

    let units = Units { table: &name, level: presence.level, areas: context.areas };
    let keys = presence.rows().map(|(_, row)| row.key);
    batch.set_days("date", presence.rows().map(|(period, _)| period.day));
    batch.set("adm_level", Arc::new(Int32Array::from_value(i32::from(level), rows)));
    batch.set_constant("cod_version", &context.areas.cod_version)?;
    units.set_ids(&mut batch, "area_id", keys.clone())?;
    batch.set_text("area_name", keys.map(|key| units.area(key, level).and_then(label)))?;
    let counts = presence.rows().map(|(_, row)| row.subscribers);
    batch.set_released("subscribers_published", counts, SuppressionReason::name)?;
    batch.set_constant("source_method", crate::SOURCE_METHOD)?;

    let batch = batch.finish()?;
    let row_policy = Some(presence.row_policy);
    Ok(EncodedTable { row_policy, ..EncodedTable::new(presence, name, presence.threshold, batch) })
}

/// What a presence table is, for errors.
pub(crate) fn kind(presence: &PresenceTable) -> String {
    format!("presence by {} at {}", if presence.hourly { "hour" } else { "day" }, presence.level)
}
