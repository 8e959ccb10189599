//! The counts that people are estimated from: of one day, or of its replicates.

use super::weighted::{WeightedOrigin, WeightedStock};
use hexodus_model::{OriginHost, StockTable, UnitKey};
use std::collections::BTreeMap;

/// The panel on one day, at one level: one value a column, where a column is a replicate, or the only one the counts
/// themselves. A count that is not there is 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PanelDay {
    /// Number of columns.
    pub columns: usize,
    /// Observed and not displaced, by home.
    pub stayed: BTreeMap<UnitKey, Vec<f64>>,
    /// Observed and displaced, by home and host.
    pub displaced: BTreeMap<OriginHost, Vec<f64>>,
    /// Of these, at a host that a phone at home may be heard at.
    pub near: BTreeMap<OriginHost, Vec<f64>>,
    /// Last known to be there.
    pub known: BTreeMap<UnitKey, Vec<f64>>,
    /// Of these, observed on the day.
    pub observed: BTreeMap<UnitKey, Vec<f64>>,
}

impl PanelDay {
    /// The counts themselves, in one column.
    pub fn of(table: &StockTable) -> Self {
        Self::weighted(&WeightedStock::of(table), table)
    }

    /// The same with weighted residents; who can be observed where is counted, not weighted.
    pub fn weighted(stock: &WeightedStock, table: &StockTable) -> Self {
        let one = |count: f64| vec![count];
        // Weights may leave less than nobody, by a rounding.
        let stayed = |own: &WeightedOrigin| (own.panel - own.displaced - own.unobserved).max(0.0);
        let stayed = stock.origins.iter().map(|(&unit, own)| (unit, one(stayed(own))));
        let displaced = stock.hosts.iter().filter(|own| own.1.stock > 0.0).map(|(&pair, own)| (pair, one(own.stock)));
        let near = stock.hosts.iter().filter(|own| own.1.near > 0.0).map(|(&pair, own)| (pair, one(own.near)));
        Self {
            columns: 1,
            stayed: stayed.collect(),
            displaced: displaced.collect(),
            near: near.collect(),
            known: table.last_known.iter().map(|&(unit, own)| (unit, one(own.known as f64))).collect(),
            observed: table.last_known.iter().map(|&(unit, own)| (unit, one(own.observed as f64))).collect(),
        }
    }
}

/// The count of a column; 0 where there is none.
pub(super) fn value(counts: Option<&Vec<f64>>, column: usize) -> f64 {
    counts.map_or(0.0, |own| own[column])
}
