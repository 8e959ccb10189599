//! Whether the figures of a crisis add up, for every origin and host, on every day, at every level.

use super::super::Run;
use super::tables::matrices_at;
use crate::failure::Failure;
use hexodus_mobility::{check_accounting, roll_up_stock};
use hexodus_model::{Definition, Level, LocalDay, Period, Reserved, StockTable, UnitKey};
use hexodus_store::CrisisCounts;
use rayon::prelude::*;

impl Run<'_> {
    /// Exit 5 with the offending figures when an identity of methods §10 does not hold on a day after an evening (none:
    /// on any). The days up to it were found to add up when they were counted, and are as they were.
    pub(super) fn check_identities(&self, counts: &CrisisCounts, evening: Option<LocalDay>) -> Result<(), Failure> {
        // With the evening itself, which the day after it is compared with.
        let first = evening.unwrap_or(LocalDay(i32::MIN));
        let counts = &counts.of_days(Period { first, last: LocalDay(i32::MAX) });
        check_days(&counts.stock, evening)?;
        for level in 1..=self.network.areas.deepest() {
            check_days(&self.stocks_at(&counts.stock, level), evening)?;
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
        self.check_homes(counts)
    }

    /// Home → present holds every subscriber with a home once a day, at each level.
    fn check_homes(&self, counts: &CrisisCounts) -> Result<(), Failure> {
        for level in self.levels() {
            let mut panel: Option<u64> = None;
            for matrix in matrices_at(self, counts, Definition::HomeToPresent, level) {
                let unknown = UnitKey::reserved(Reserved::Unknown);
                // Rolled up to areas, homes outside every area are of the same row as those that cannot be told.
                let known = matrix.entries.iter().filter(|(pair, _)| pair.origin != unknown);
                let told: u64 = known.map(|(_, subscribers)| subscribers).sum();
                if panel.is_some_and(|panel| panel != told) {
                    let day = matrix.first_day;
                    return Err(Failure::identity(format!(
                        "home_to_present at {level} on {day}: {told} subscribers with a home ≠ {} the day before",
                        panel.unwrap_or_default()
                    )));
                }
                panel = Some(told);
            }
        }
        Ok(())
    }

    /// The same table by areas of a level; homes and hosts outside every area are `_UNKNOWN`.
    pub(in crate::run) fn stock_at(&self, table: &StockTable, level: u8) -> StockTable {
        let area = |unit: UnitKey| self.area_of(unit, level);
        let rolled = roll_up_stock(table, &area, &area);
        StockTable { origin_level: Level::Adm(level), host_level: Level::Adm(level), ..rolled }
    }

    /// The same of several days.
    pub(super) fn stocks_at(&self, tables: &[StockTable], level: u8) -> Vec<StockTable> {
        tables.par_iter().map(|table| self.stock_at(table, level)).collect()
    }

    /// The area of a level that holds an H3 cell, or `_UNKNOWN`; reserved values stay.
    pub(in crate::run) fn area_of(&self, unit: UnitKey, level: u8) -> UnitKey {
        let Some(h3) = unit.as_h3() else { return unit };
        let area = self.network.locator.area_at(h3, level);
        area.map_or(UnitKey::reserved(Reserved::Unknown), UnitKey::area)
    }
}

/// Each day after an evening against the one before; of several that do not add up the first is told.
fn check_days(tables: &[StockTable], evening: Option<LocalDay>) -> Result<(), Failure> {
    let first = tables.partition_point(|table| evening.is_some_and(|evening| table.day <= evening));
    let check = |today: usize| {
        let before = today.checked_sub(1).map(|day| &tables[day]);
        check_accounting(before, &tables[today]).err()
    };
    let broken = (first..tables.len()).into_par_iter().find_map_first(check);
    broken.map_or(Ok(()), |broken| Err(Failure::identity(broken)))
}
