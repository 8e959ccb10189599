//! The counts of a released day, by area. CONFIDENTIAL.

use super::super::Run;
use hexodus_model::{AreaKey, Level, LocalDay, OdPair, Period, Reserved, StockTable, UnitKey};
use hexodus_release::outgoing::{FigureUnit, OutgoingDay, OutgoingFigure, OutgoingLevel};
use hexodus_store::CrisisCounts;
use std::collections::{BTreeMap, BTreeSet};

/// Subscribers by figure and area.
type ByFigure = BTreeMap<OutgoingFigure, Vec<(UnitKey, u64)>>;

/// Areas of which on a day too little can be seen, by level from 1.
pub(super) type OutOfSight = [BTreeSet<(LocalDay, AreaKey)>];

impl Run<'_> {
    /// The day that ends a period, at every level that leaves; people are added later.
    pub(super) fn outgoing_day(
        &self,
        counts: &CrisisCounts,
        (period, unit): (Period, FigureUnit),
        (affected, out_of_sight): (&[BTreeSet<AreaKey>], &OutOfSight),
    ) -> OutgoingDay {
        let levels = (1..=self.deepest_outgoing()).zip(out_of_sight).map(|(level, out)| {
            let tables: Vec<StockTable> = counts
                .stock
                .iter()
                .filter(|table| period.contains(table.day))
                .map(|table| self.stock_at(table, level))
                .collect();
            let (pairs, figures) = counted(&tables, period.last);
            let out_of_sight = out.iter().filter(|own| own.0 == period.last).map(|own| UnitKey::area(own.1)).collect();
            OutgoingLevel {
                level: Level::Adm(level),
                units: self.units_below(level),
                pairs,
                figures,
                people: BTreeMap::new(),
                missing: BTreeMap::new(),
                affected: affected.get(usize::from(level)).into_iter().flatten().copied().map(UnitKey::area).collect(),
                out_of_sight,
            }
        });
        let levels: Vec<OutgoingLevel> = levels.collect();
        let total = |entries: &Vec<(UnitKey, u64)>| entries.iter().map(|own| own.1).sum();
        let totals =
            levels.first().map(|top| top.figures.iter().map(|(&own, entries)| (own, total(entries))).collect());
        OutgoingDay {
            period,
            unit,
            levels,
            totals: totals.unwrap_or_default(),
            people: BTreeMap::new(),
            largest_weight: 1.0,
        }
    }

    /// The deepest level that leaves under the policy.
    pub(super) fn deepest_outgoing(&self) -> u8 {
        self.network.areas.deepest().min(self.setup.policy.preset().deepest_level())
    }

    /// Every area of a level and `_UNKNOWN`, each with its unit of the level above.
    fn units_below(&self, level: u8) -> Vec<(UnitKey, Option<UnitKey>)> {
        let areas = &self.network.areas;
        let unknown = UnitKey::reserved(Reserved::Unknown);
        let above = |area| {
            let above = areas.ancestor(level, area, level - 1).map_or(unknown, UnitKey::area);
            (level > 1).then_some(above)
        };
        let all = (0..areas.level(level).len() as u32).map(AreaKey);
        let units = all.map(|area| (UnitKey::area(area), above(area)));
        units.chain([(unknown, (level > 1).then_some(unknown))]).collect()
    }
}

/// Pairs on the last day, and figures, of the days of a period at one level.
fn counted(tables: &[StockTable], last: LocalDay) -> (Vec<(OdPair, u64)>, ByFigure) {
    use OutgoingFigure as Figure;
    let mut pairs = Vec::new();
    let mut figures: BTreeMap<(Figure, UnitKey), u64> = BTreeMap::new();
    let mut add = |figure: Figure, unit: UnitKey, count: u64| *figures.entry((figure, unit)).or_default() += count;
    for table in tables {
        for &(ends, own) in &table.hosts {
            add(Figure::Arrived, ends.host, own.entered + own.moved_in);
            add(Figure::Departed, ends.host, own.returned + own.moved_out);
            add(Figure::New, ends.origin, own.entered);
            if table.day == last && own.stock > 0 {
                pairs.push((OdPair { origin: ends.origin, destination: ends.host }, own.stock));
                add(Figure::Stock, ends.host, own.stock);
                add(Figure::From, ends.origin, own.stock);
            }
        }
        for &(origin, own) in table.origins.iter().filter(|_| table.day == last) {
            add(Figure::Residents, origin, own.panel);
            add(Figure::Returned, origin, own.returned);
            add(Figure::Stayed, origin, own.stayed());
            add(Figure::Unobserved, origin, own.unobserved());
        }
    }
    let mut by_figure: ByFigure = BTreeMap::new();
    for ((figure, unit), count) in figures.into_iter().filter(|own| own.1 > 0) {
        by_figure.entry(figure).or_default().push((unit, count));
    }
    (pairs, by_figure)
}
