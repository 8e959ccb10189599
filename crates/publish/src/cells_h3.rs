//! `cells_h3`: presence by day on the H3 grid (formats §4.5).

use crate::batch::BatchBuilder;
use crate::cells_layout::CELLS_H3;
use crate::context::{H3Facts, ReleaseContext};
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::units::Units;
use arrow_array::{Float64Array, Int32Array, UInt8Array, UInt64Array};
use hexodus_model::{H3Cell, Level, UnitKey};
use hexodus_release::{PresenceTable, Released, SuppressionReason};
use std::collections::HashMap;
use std::sync::Arc;

/// Encodes released presence by day and H3 cell. `with_h3_u64` adds the index as a number.
///
/// Every documented column is there; those that need people-scaling, residence or baselines are null for now.
///
/// # Errors
/// [`PublishError::WrongTable`] for presence by hour or by area, [`PublishError::UnknownUnit`] for a unit that is no H3
/// cell: presence on the grid has no reserved values.
pub fn encode_cells_h3(
    presence: &Released<PresenceTable>,
    context: &ReleaseContext<'_>,
    facts: &H3Facts<'_>,
    with_h3_u64: bool,
) -> Result<EncodedTable, PublishError> {
    let expected = CELLS_H3.name;
    if presence.hourly || presence.level != Level::H3 {
        return Err(PublishError::WrongTable { expected, found: crate::presence::kind(presence) });
    }
    let unknown = |unit: UnitKey| PublishError::UnknownUnit { table: expected.to_owned(), bits: unit.bits() };
    let h3 = presence.rows().map(|(_, row)| row.key.as_h3().ok_or_else(|| unknown(row.key)));
    let h3: Vec<H3Cell> = h3.collect::<Result<_, _>>()?;
    let rows = h3.len();
    let mut batch = BatchBuilder::new(&CELLS_H3, rows);

    let units = Units { table: expected, level: Level::H3, areas: context.areas };
    units.set_ids(&mut batch, "h3", presence.rows().map(|(_, row)| row.key))?;
    batch.set("h3_res", Arc::new(UInt8Array::from_value(context.h3_res, rows)));
    set_h3_u64(&mut batch, with_h3_u64.then(|| h3.iter().copied().map(Some)));
    batch.set_days("date", presence.rows().map(|(period, _)| period.day));
    batch.set("period_days", Arc::new(Int32Array::from_value(1, rows)));
    for level in [1, 2] {
        let pcode = |h3: H3Cell| {
            let area = context.areas.entry(level, (facts.area_of)(h3, level)?)?;
            Some(area.pcode.0.as_str())
        };
        batch.set_text(&format!("adm{level}_pcode"), once_per_h3(&h3, pcode).into_iter())?;
    }
    batch.set_constant("cod_version", &context.areas.cod_version)?;
    let counts = presence.rows().map(|(_, row)| row.subscribers);
    batch.set_released("subscribers_published", counts, reason_of_presence)?;
    batch.set("area_km2", Arc::new(Float64Array::from(once_per_h3(&h3, facts.area_km2))));
    batch.set_constant("qa_flags", crate::COUNTS_ONLY)?;
    batch.set_constant("source_method", crate::SOURCE_METHOD)?;

    let batch = batch.finish()?;
    let row_policy = Some(presence.row_policy);
    Ok(EncodedTable { row_policy, ..EncodedTable::new(presence, expected.to_owned(), presence.threshold, batch) })
}

/// The index as a number, which is there on request only.
pub(crate) fn set_h3_u64(batch: &mut BatchBuilder, h3: Option<impl Iterator<Item = Option<H3Cell>>>) {
    match h3 {
        Some(h3) => batch.set("h3_u64", Arc::new(h3.map(|own| own.map(H3Cell::index)).collect::<UInt64Array>())),
        None => batch.drop_column("h3_u64"),
    }
}

/// Presence and its persons stand on the same count, so both are withheld together.
fn reason_of_presence(reason: SuppressionReason) -> &'static str {
    match reason {
        SuppressionReason::BelowK => "presence:below_k",
        other => other.name(),
    }
}

/// A fact of each row's H3 cell. It may be costly, and an H3 cell occurs once a day: ask once.
fn once_per_h3<V: Copy>(h3: &[H3Cell], fact: impl Fn(H3Cell) -> V) -> Vec<V> {
    let mut known = HashMap::new();
    h3.iter().map(|&h3| *known.entry(h3).or_insert_with(|| fact(h3))).collect()
}
