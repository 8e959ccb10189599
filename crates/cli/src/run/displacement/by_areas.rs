//! The counts of a crisis by areas, summed up from the grid once for all tables that tell of them.

use super::super::Run;
use super::tables::matrices_at;
use hexodus_model::{Definition, FlowMatrix, Level, StockTable};
use hexodus_store::CrisisCounts;

/// What several tables of a level are made from.
pub(in crate::run) struct ByAreas {
    pub(super) level: u8,
    /// The stock of every day.
    pub(super) stock: Vec<StockTable>,
    /// Home → present of every day.
    pub(super) home_to_present: Vec<FlowMatrix>,
}

impl Run<'_> {
    /// The counts at a level of areas.
    pub(in crate::run) fn by_areas(&self, counts: &CrisisCounts, level: u8) -> ByAreas {
        ByAreas {
            level,
            stock: self.stocks_at(&counts.stock, level),
            home_to_present: matrices_at(self, counts, Definition::HomeToPresent, Level::Adm(level)),
        }
    }
}
