//! The counts of a released day, by area. CONFIDENTIAL.

use super::super::Run;
use hexodus_model::{
    AreaKey, Level, LocalDay, OdPair, OriginCounts, Period, Reserved, StockCounts, StockTable, UnitKey,
};
use hexodus_release::outgoing::{
    CELL_FIGURES, FigureUnit, OutgoingDay, OutgoingFigure, OutgoingH3, OutgoingLevel, Side,
};
use hexodus_store::CrisisCounts;
use std::collections::{BTreeMap, BTreeSet};

/// Subscribers by figure and area.
type ByFigure = BTreeMap<OutgoingFigure, Vec<(UnitKey, u64)>>;

/// Days of a period, by level from 1.
pub(super) type PeriodTables = Vec<Vec<StockTable>>;

/// Areas of which on a day too little can be seen, by level from 1.
pub(super) type OutOfSight = [BTreeSet<(LocalDay, AreaKey)>];

impl Run<'_> {
    /// The counts of a period at every level that leaves, from the top.
    pub(super) fn period_tables(&self, counts: &CrisisCounts, period: Period) -> PeriodTables {
        let of_level = |level| {
            let tables = counts.stock.iter().filter(|table| period.contains(table.day));
            tables.map(|table| self.stock_at(table, level)).collect()
        };
        (1..=self.deepest_outgoing()).map(of_level).collect()
    }

    /// The day that ends a period, at every level that leaves; people are added later.
    pub(super) fn outgoing_day(
        &self,
        tables: &PeriodTables,
        (period, unit): (Period, FigureUnit),
        (affected, out_of_sight): (&[BTreeSet<AreaKey>], &OutOfSight),
    ) -> OutgoingDay {
        let levels = (1..).zip(tables).zip(out_of_sight).map(|((level, tables), out)| {
            let (pairs, figures) = counted(tables, period.last);
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
            h3: None,
            totals: totals.unwrap_or_default(),
            people: BTreeMap::new(),
            largest_weight: 1.0,
        }
    }

    /// The displaced by H3 cell of the plan on the day that ends a period; `None` where records carry positions of their own
    /// (then no list of H3 cells is public), or somebody is where no site is.
    pub(super) fn outgoing_h3(&self, counts: &CrisisCounts, day: LocalDay) -> Option<OutgoingH3> {
        let level = self.deepest_outgoing();
        let area = |h3: UnitKey| self.network.locator.area_at(h3.as_h3()?, level).map(UnitKey::area);
        let mut cells: Vec<(UnitKey, UnitKey)> =
            self.universe(Level::H3)?.into_iter().filter_map(|h3| Some((h3, area(h3)?))).collect();
        cells.sort_unstable();
        let table = counts.stock.iter().find(|own| own.day == day)?;
        let mut figures = BTreeMap::new();
        for figure in CELL_FIGURES {
            let mut by_cell: BTreeMap<UnitKey, u64> = BTreeMap::new();
            for (ends, own) in table.hosts.iter().filter(|own| own.1.stock > 0) {
                let cell = if figure.side() == Side::Host { ends.host } else { ends.origin };
                if area(cell).is_some() {
                    cells.binary_search_by_key(&cell, |own| own.0).ok()?;
                    *by_cell.entry(cell).or_default() += own.stock;
                }
            }
            figures.insert(figure, by_cell.into_iter().collect());
        }
        Some(OutgoingH3 { cells, figures, people: BTreeMap::new() })
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
    let on_last = tables.iter().filter(|table| table.day == last).flat_map(|table| &table.hosts);
    let pairs = on_last.filter(|own| own.1.stock > 0);
    let pairs = pairs.map(|(ends, own)| (OdPair { origin: ends.origin, destination: ends.host }, own.stock)).collect();
    let mut by_figure = ByFigure::new();
    for figure in OutgoingFigure::EVERY {
        let mut areas: BTreeMap<UnitKey, u64> = BTreeMap::new();
        for (origin, host, count) in counts_of(figure, tables) {
            let area = if figure.side() == Side::Host { host } else { origin };
            *areas.entry(area).or_default() += count;
        }
        areas.retain(|_, count| *count > 0);
        if !areas.is_empty() {
            by_figure.insert(figure, areas.into_iter().collect());
        }
    }
    (pairs, by_figure)
}

/// Subscribers by home and host that a figure counts: of the days of a period, or of the last of its tables. The host of
/// a figure of homes means nothing where it is no stock.
pub(super) fn counts_of(figure: OutgoingFigure, tables: &[StockTable]) -> Vec<(UnitKey, UnitKey, u64)> {
    let days = if figure.is_of_period() { tables } else { &tables[tables.len().saturating_sub(1)..] };
    let of_hosts = |count: fn(&StockCounts) -> u64| {
        let hosts = days.iter().flat_map(|table| &table.hosts);
        hosts.map(|(ends, own)| (ends.origin, ends.host, count(own))).collect()
    };
    let of_origins = |count: fn(&OriginCounts) -> u64| {
        let origins = days.iter().flat_map(|table| &table.origins);
        origins.map(|(origin, own)| (*origin, *origin, count(own))).collect()
    };
    match figure {
        OutgoingFigure::Arrived => of_hosts(|own| own.entered + own.moved_in),
        OutgoingFigure::Departed => of_hosts(|own| own.returned + own.moved_out),
        OutgoingFigure::New => of_hosts(|own| own.entered),
        OutgoingFigure::From | OutgoingFigure::Stock => of_hosts(|own| own.stock),
        OutgoingFigure::Residents => of_origins(|own| own.panel),
        OutgoingFigure::Returned => of_origins(|own| own.returned),
        OutgoingFigure::Stayed => of_origins(OriginCounts::stayed),
        OutgoingFigure::Unobserved => of_origins(OriginCounts::unobserved),
    }
}
