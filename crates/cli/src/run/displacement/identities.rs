//! Whether the figures of a crisis add up, for every origin and host, on every day, at every level.

use super::super::Run;
use crate::failure::Failure;
use hexodus_mobility::{check_accounting, roll_up_stock};
use hexodus_model::{Level, Reserved, StockTable, UnitKey};
use hexodus_store::CrisisCounts;

impl Run<'_> {
    /// Exit 5 with the offending figures when an identity of methods §10 does not hold.
    pub(super) fn check_identities(&self, counts: &CrisisCounts) -> Result<(), Failure> {
        check_days(counts.stock.iter().cloned())?;
        for level in 1..=self.network.areas.deepest() {
            check_days(counts.stock.iter().map(|table| self.stock_at(table, level)))?;
        }
        let panel = counts.totals[0];
        for table in &counts.stock {
            let told: u64 = table.origins.iter().map(|(_, own)| own.panel).sum();
            if told != panel {
                return Err(Failure::identity(format!(
                    "displacement on {}: panel {panel} ≠ origins {told}",
                    table.day
                )));
            }
        }
        Ok(())
    }

    /// The same table by areas of a level; homes and hosts outside every area are `_UNKNOWN`.
    pub(super) fn stock_at(&self, table: &StockTable, level: u8) -> StockTable {
        let area = |unit: UnitKey| {
            let Some(h3) = unit.as_h3() else { return unit };
            let area = self.network.locator.area_at(h3, level);
            area.map_or(UnitKey::reserved(Reserved::Unknown), UnitKey::area)
        };
        let rolled = roll_up_stock(table, &area, &area);
        StockTable { origin_level: Level::Adm(level), host_level: Level::Adm(level), ..rolled }
    }
}

fn check_days(tables: impl Iterator<Item = StockTable>) -> Result<(), Failure> {
    let mut before: Option<StockTable> = None;
    for table in tables {
        check_accounting(before.as_ref(), &table).map_err(Failure::identity)?;
        before = Some(table);
    }
    Ok(())
}
