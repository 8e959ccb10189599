//! The counts of a crisis over shards: disjoint subscribers, so every count adds up.

use crate::crisis::CrisisCounts;
use crate::sums::Sums;
use hexodus_model::{
    Dating, Definition, FlowMatrix, LastKnown, Level, LocalDay, OdPair, OriginCounts, OriginHost, SpreadKey,
    StockCounts, StockTable, UnitKey,
};
use std::collections::BTreeMap;

/// Level, definition, first and last day of a matrix.
type MatrixKey = (Level, Definition, LocalDay, LocalDay);

/// The counts of shards, being added up, all over the same days. Variances, and what is kept of replicates, are no sums:
/// they are left out.
#[derive(Clone, Debug, Default)]
pub struct CrisisSum {
    /// What is one number.
    totals: CrisisCounts,
    stock: BTreeMap<LocalDay, StockSum>,
    spread: Sums<SpreadKey, u64>,
    flows: BTreeMap<MatrixKey, Sums<OdPair, u64>>,
    near: Sums<(LocalDay, UnitKey), u64>,
}

/// The stock of one day.
#[derive(Clone, Debug, Default)]
struct StockSum {
    dating: Dating,
    origins: Sums<UnitKey, OriginCounts>,
    hosts: Sums<OriginHost, StockCounts>,
    onward: Sums<(UnitKey, OriginHost), u64>,
    cohorts: Sums<(OriginHost, LocalDay), u64>,
    last_known: Sums<UnitKey, LastKnown>,
}

impl CrisisSum {
    /// Adds a shard.
    pub fn add(&mut self, own: CrisisCounts) {
        let CrisisCounts { totals, without_event, stock, spread, flows, quiet_days, near_without_event, .. } = own;
        self.totals.totals.iter_mut().zip(totals).for_each(|(sum, own)| *sum += own);
        self.totals.without_event += without_event;
        self.totals.quiet_days += quiet_days;
        for table in stock {
            let sum = self.stock.entry(table.day).or_default();
            sum.dating = table.dating;
            sum.origins.add(table.origins);
            sum.hosts.add(table.hosts);
            sum.onward.add(table.onward);
            sum.cohorts.add(table.cohorts);
            sum.last_known.add(table.last_known);
        }
        for FlowMatrix { definition, level, first_day, last_day, entries } in flows {
            self.flows.entry((level, definition, first_day, last_day)).or_default().add(entries);
        }
        self.spread.add(spread);
        self.near.add(near_without_event.into_iter().map(|(day, home, days)| ((day, home), days)));
    }

    /// The counts of all of them.
    pub fn finish(self) -> CrisisCounts {
        let matrix = |((level, definition, first_day, last_day), entries): (MatrixKey, Sums<_, _>)| {
            let entries = entries.finish();
            FlowMatrix { definition, level, first_day, last_day, entries }
        };
        let near = self.near.finish().into_iter().map(|((day, home), days)| (day, home, days));
        CrisisCounts::join(vec![CrisisCounts {
            stock: self.stock.into_iter().map(|(day, own)| own.finish(day)).collect(),
            spread: self.spread.finish(),
            flows: self.flows.into_iter().map(matrix).collect(),
            near_without_event: near.collect(),
            ..self.totals
        }])
    }
}

impl StockSum {
    fn finish(self, day: LocalDay) -> StockTable {
        StockTable {
            origins: self.origins.finish(),
            hosts: self.hosts.finish(),
            onward: self.onward.finish(),
            cohorts: self.cohorts.finish(),
            last_known: self.last_known.finish(),
            ..StockTable::empty(day, self.dating)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::AreaKey;

    #[test]
    fn shards_add_up_whatever_their_order() {
        let unit = |key| UnitKey::area(AreaKey(key));
        let shard = |panel: u64, homes: &[u32]| {
            let origins = homes.iter().map(|&key| (unit(key), OriginCounts { panel, ..OriginCounts::default() }));
            let stock = StockTable { origins: origins.collect(), ..StockTable::empty(LocalDay(9), Dating::Revised) };
            CrisisCounts { totals: [panel, 0, 1, 0], stock: vec![stock], ..CrisisCounts::default() }
        };
        let sum = |shards: [CrisisCounts; 2]| {
            let mut sum = CrisisSum::default();
            for own in shards {
                sum.add(own);
            }
            sum.finish()
        };
        let [one, other] = [shard(3, &[1, 4]), shard(5, &[4, 7])];
        let all = sum([one.clone(), other.clone()]);
        assert_eq!(all, sum([other, one]));
        let panels: Vec<_> = all.stock[0].origins.iter().map(|own| own.1.panel).collect();
        assert_eq!((all.totals, panels, all.stock[0].dating), ([8, 0, 2, 0], vec![3, 8, 5], Dating::Revised));
    }
}
