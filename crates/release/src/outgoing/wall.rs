//! Released days through the wall: each number tested, protected, rounded.

use super::counts::{OutgoingDay, OutgoingH3, OutgoingKey, OutgoingLevel, PeopleNumber};
use super::figure::{CELL_FIGURES, FigureUnit, OutgoingFigure, Side};
use super::noised::ToldDay;
use super::protection::Protection;
use super::rounding::Rounding;
use super::tables::{
    FigureKey, OutgoingCell, OutgoingCells, OutgoingContent, OutgoingFigures, OutgoingFlows, OutgoingRow,
    OutgoingTables,
};
use crate::count::SuppressionReason;
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use crate::rows::RowPolicy;
use hexodus_model::{Level, OdPair, UnitKey};
use rayon::prelude::*;

/// Releases days, each protected by itself. Figures are chosen so that no sum ties two days: who reappears, vanishes, or is
/// new in an area is told nowhere.
///
/// `times` is how often one subscriber may be counted as arrived, departed or new in a period.
///
/// # Panics
/// Without days, or when counts do not add up: bugs of the caller.
pub fn release_outgoing(days: &[OutgoingDay], policy: &DisclosurePolicy, times: u64) -> OutgoingTables {
    let Some(first) = days.first() else { panic!("no day to release") };
    let unit = first.unit;
    let (figures, of_country) = (OutgoingFigure::of_areas(), OutgoingFigure::of_country(unit));
    let wall = Wall { policy, unit, figures, of_country, times };
    let protections: Vec<Protection> = days.par_iter().map(|day| Protection::suppress(day, policy, times)).collect();
    wall.tables(&days.iter().collect::<Vec<_>>(), &protections)
}

/// Releases days that were noised: k drops what is of no use, and nothing is withheld for others.
///
/// # Panics
/// Without days: a bug of the caller.
pub fn release_noised(days: &[ToldDay], policy: &DisclosurePolicy) -> OutgoingTables {
    let days: Vec<&OutgoingDay> = days.iter().map(ToldDay::day).collect();
    let Some(first) = days.first() else { panic!("no day to release") };
    let unit = first.unit;
    let wall = Wall { policy, unit, figures: OutgoingFigure::noised(unit), of_country: &[], times: 1 };
    let noise: Vec<Protection> = days.iter().map(|_| Protection::Noise).collect();
    wall.tables(&days, &noise)
}

/// What all tables of a release have in common.
struct Wall<'a> {
    policy: &'a DisclosurePolicy,
    unit: FigureUnit,
    figures: &'static [OutgoingFigure],
    of_country: &'static [OutgoingFigure],
    times: u64,
}

impl Wall<'_> {
    fn tables(&self, days: &[&OutgoingDay], protections: &[Protection]) -> OutgoingTables {
        let groups = days.iter().zip(protections).filter_map(|(day, own)| own.report(day)).collect();
        let flows = (0..days[0].levels.len()).map(|at| self.flows(days, protections, at)).collect();
        OutgoingTables { flows, figures: self.figures(days, protections), cells: self.cells(days, protections), groups }
    }

    fn cells(&self, days: &[&OutgoingDay], protections: &[Protection]) -> Option<Released<OutgoingCells>> {
        let all: Vec<&OutgoingH3> = days.iter().map(|day| day.h3.as_ref()).collect::<Option<_>>()?;
        let full = all.iter().map(|own| own.cells.len() as u64).sum::<u64>() <= self.policy.full_rows_limit();
        let numbers = CELL_FIGURES.map(|figure| self.figures.iter().position(|&own| own == figure));
        let mut rows = Vec::new();
        for ((day, protection), own) in days.iter().zip(protections).zip(all) {
            let deepest = day.levels.last()?;
            for &(h3, area) in &own.cells {
                let shown = numbers.map(|number| number.is_some_and(|number| protection.cell(number, h3)));
                if !full && !shown.contains(&true) {
                    continue;
                }
                let content = |at: usize| self.cell((day, deepest, own), (CELL_FIGURES[at], h3, area), shown[at]);
                rows.push(OutgoingCell { day: day.period.last, h3, area, from: content(0), stock: content(1) });
            }
        }
        let row_policy = if full { RowPolicy::Full } else { RowPolicy::Sparse };
        let (level, threshold) = (days.first()?.levels.last()?.level, self.policy.threshold(Level::H3));
        Some(Released::outgoing(OutgoingCells { level, threshold, unit: self.unit, row_policy, rows }, self.policy))
    }

    fn cell(
        &self,
        (day, deepest, h3): (&OutgoingDay, &OutgoingLevel, &OutgoingH3),
        (figure, cell, area): (OutgoingFigure, UnitKey, UnitKey),
        shown: bool,
    ) -> OutgoingContent {
        if figure.side() == Side::Host && deepest.out_of_sight.contains(&area) {
            return OutgoingContent::Withheld(SuppressionReason::LowCoverage);
        }
        if self.unit == FigureUnit::People
            && figure.side() == Side::Origin
            && let Some(why) = deepest.missing.get(&area)
        {
            return OutgoingContent::Missing(why);
        }
        match self.unit {
            _ if !shown => CONFIDENTIAL,
            FigureUnit::Subscribers => OutgoingContent::Subscribers(self.rounding(day).count(h3.count(figure, cell))),
            FigureUnit::People => self.people(day, h3.people.get(&(figure, cell)), h3.count(figure, cell)),
        }
    }

    fn flows(&self, days: &[&OutgoingDay], protections: &[Protection], at: usize) -> Released<OutgoingFlows> {
        let level = days[0].levels[at].level;
        let units = days[0].levels[at].units.len() as u64;
        let full = units.saturating_mul(units).saturating_mul(days.len() as u64) <= self.policy.full_rows_limit();
        let mut rows = Vec::new();
        for (day, protection) in days.iter().zip(protections) {
            let own = &day.levels[at];
            let mut add = |pair: OdPair| {
                let shown = protection.pair(own, pair, self.policy.threshold(level));
                let content = self.content((day, own), OutgoingKey::Pair(pair), shown);
                if full || shown {
                    rows.push(OutgoingRow { period: day.period, key: pair, content });
                }
            };
            if full {
                let units = || own.units.iter().map(|own| own.0);
                units().for_each(|origin| units().for_each(|destination| add(OdPair { origin, destination })));
            } else {
                own.pairs.iter().for_each(|own| add(own.0));
            }
        }
        let (unit, rounding, threshold) = (self.unit, self.coarsest(days), self.policy.threshold(level));
        let row_policy = if full { RowPolicy::Full } else { RowPolicy::Sparse };
        let table = OutgoingFlows { level, threshold, unit, rounding, row_policy, rows };
        Released::outgoing(table, self.policy)
    }

    fn figures(&self, days: &[&OutgoingDay], protections: &[Protection]) -> Released<OutgoingFigures> {
        let mut rows = Vec::new();
        for (number, &figure) in self.figures.iter().enumerate() {
            for (day, protection) in days.iter().zip(protections).filter(|_| figure.has_total()) {
                let shown = protection.total(day, (number, figure), self.policy.threshold(day.levels[0].level));
                let key = FigureKey { figure, level: None, area: None };
                let content = if shown { self.total(day, figure) } else { CONFIDENTIAL };
                rows.push(OutgoingRow { period: day.period, key, content });
            }
            for at in 0..days[0].levels.len() {
                for (day, protection) in days.iter().zip(protections) {
                    let own = &day.levels[at];
                    let Level::Adm(level) = own.level else { continue };
                    for &(area, _) in &own.units {
                        let shown = protection.figure(own, (number, figure), area, self.policy.threshold(own.level));
                        let content = self.content((day, own), OutgoingKey::Figure(figure, area), shown);
                        let key = FigureKey { figure, level: Some(level), area: Some(area) };
                        rows.push(OutgoingRow { period: day.period, key, content });
                    }
                }
            }
        }
        let threshold = self.policy.threshold(days[0].levels[0].level);
        for &figure in self.of_country {
            for day in days {
                // In no sum with another number: k is all it needs.
                let shown = day.total(figure) >= threshold * self.times;
                let content = if shown { self.total(day, figure) } else { CONFIDENTIAL };
                rows.push(OutgoingRow {
                    period: day.period,
                    key: FigureKey { figure, level: None, area: None },
                    content,
                });
            }
        }
        rows.sort_by_key(|row| (row.key.figure, row.key.level, row.period.last, row.key.area));
        let (unit, rounding, row_policy) = (self.unit, self.coarsest(days), RowPolicy::Full);
        Released::outgoing(OutgoingFigures { threshold, unit, rounding, row_policy, rows }, self.policy)
    }

    fn total(&self, day: &OutgoingDay, figure: OutgoingFigure) -> OutgoingContent {
        match self.unit {
            FigureUnit::Subscribers => OutgoingContent::Subscribers(self.rounding(day).count(day.total(figure))),
            FigureUnit::People => self.people(day, day.people.get(&figure), day.total(figure)),
        }
    }

    fn content(&self, (day, level): (&OutgoingDay, &OutgoingLevel), key: OutgoingKey, shown: bool) -> OutgoingContent {
        let (host, origin) = match key {
            OutgoingKey::Pair(pair) => (Some(pair.destination), Some(pair.origin)),
            OutgoingKey::Figure(figure, area) if figure.side() == Side::Host => (Some(area), None),
            OutgoingKey::Figure(_, area) => (None, Some(area)),
        };
        if host.is_some_and(|host| level.out_of_sight.contains(&host)) {
            return OutgoingContent::Withheld(SuppressionReason::LowCoverage);
        }
        if self.unit == FigureUnit::People
            && let Some(why) = origin.and_then(|origin| level.missing.get(&origin))
        {
            return OutgoingContent::Missing(why);
        }
        match self.unit {
            _ if !shown => CONFIDENTIAL,
            FigureUnit::Subscribers => OutgoingContent::Subscribers(self.rounding(day).count(level.count(key))),
            FigureUnit::People => self.people(day, level.people.get(&key), level.count(key)),
        }
    }

    /// Of a day: the same whichever other days leave with it, or two releases of it would tell more than each.
    fn rounding(&self, day: &OutgoingDay) -> Rounding {
        Rounding::for_unit(self.unit, self.policy.rounding_base(self.unit), day.largest_weight)
    }

    fn coarsest(&self, days: &[&OutgoingDay]) -> Rounding {
        let all = days.iter().map(|day| self.rounding(day));
        all.max_by_key(|own| own.base()).unwrap_or_else(|| Rounding::of_subscribers(1))
    }

    fn people(&self, day: &OutgoingDay, number: Option<&PeopleNumber>, count: u64) -> OutgoingContent {
        match number {
            Some(own) => {
                OutgoingContent::People { people: self.rounding(day).people(own.people, count), remark: own.remark }
            }
            None => OutgoingContent::Missing("no_estimate"),
        }
    }
}

/// Below k, or withheld for others: which of the two is not told (formats §4.1).
const CONFIDENTIAL: OutgoingContent = OutgoingContent::Withheld(SuppressionReason::Confidential);
