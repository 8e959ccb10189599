//! What a run says of figures that an earlier one has told: those of the last days are provisional, and change.

use super::super::Run;
use super::basis::{on_day, quiet_day};
use super::people::PROVISIONAL_DAYS;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_estimate::corrected_people;
use hexodus_model::{LocalDay, PeopleOf, StockTable};
use hexodus_release::PeopleTable;
use hexodus_store::CrisisCounts;
use std::collections::BTreeMap;

/// People displaced by day.
pub(in crate::run) type ByDay = BTreeMap<LocalDay, f64>;

/// How far the figures of everybody moved.
#[derive(Debug, PartialEq)]
struct Revised {
    /// Days of which they did, by half a person and more.
    days: usize,
    /// The one of which they moved most, and by what part.
    most: (LocalDay, f64),
}

impl Run<'_> {
    /// What counts made before tell of everybody on their last days. Nothing without a population.
    pub(super) fn everybody_told(&self, counts: &CrisisCounts) -> Result<ByDay, Failure> {
        if self.network.population.is_none() {
            return Ok(ByDay::new());
        }
        self.everybody_lately(counts, &self.stocks_at(lately(&counts.stock), self.network.areas.deepest()))
    }

    /// Everybody displaced on the last days of some counts: what later days may still revise. `stock` is theirs at the
    /// deepest level, at least of those days.
    fn everybody_lately(&self, counts: &CrisisCounts, stock: &[StockTable]) -> Result<ByDay, Failure> {
        let level = self.network.areas.deepest();
        let (stands_for, misplaced) = (self.stands_for(level, counts)?, self.misplaced(level, counts));
        let weights = self.level_weights(level, counts, &stands_for)?;
        let mut by_day = ByDay::new();
        for (grid, table) in lately(&counts.stock).iter().zip(lately(stock)) {
            let misplaced = on_day(&misplaced, quiet_day(counts, grid.day).near);
            let stock = self.weighted_stock((grid, table), level, weights.as_ref());
            let people = corrected_people(table, &stock, &stands_for, &misplaced);
            if let Some(&everybody) = people.map_err(Failure::estimate)?.get(&PeopleOf::Everywhere) {
                by_day.insert(table.day, everybody);
            }
        }
        Ok(by_day)
    }

    /// Says of which days the run before told other figures. `table` is that of everybody, as released: of days withheld
    /// there nothing is said.
    pub(super) fn tell_revised(
        &self,
        crisis: &Crisis,
        (counts, stock): (&CrisisCounts, &[StockTable]),
        table: &PeopleTable,
    ) -> Result<(), Failure> {
        let Some(before) = self.told_before.get(&crisis.slug) else { return Ok(()) };
        let mut now = self.everybody_lately(counts, stock)?;
        now.retain(|&day, _| table.rows.iter().any(|row| row.day == day && row.content.figures().is_some()));
        if let Some(Revised { days, most: (day, part) }) = revised(before, &now) {
            let operation = &crisis.operation;
            self.console.step(&format!(
                "{operation}: figures of {days} earlier days were revised, everybody displaced on {day} by {:+.1} %",
                100.0 * part
            ));
        }
        Ok(())
    }
}

/// The days whose figures may still be revised.
fn lately(stock: &[StockTable]) -> &[StockTable] {
    &stock[stock.len().saturating_sub(PROVISIONAL_DAYS as usize)..]
}

/// Of the days that both tell of. `None` where nothing moved.
fn revised(before: &ByDay, now: &ByDay) -> Option<Revised> {
    let moved: Vec<(LocalDay, f64)> = before
        .iter()
        .filter_map(|(day, &told)| Some((*day, told, *now.get(day)?)))
        .filter(|&(_, told, now)| (now - told).abs() >= 0.5 && told > 0.0)
        .map(|(day, told, now)| (day, now / told - 1.0))
        .collect();
    let most = moved.iter().copied().max_by(|one, other| one.1.abs().total_cmp(&other.1.abs()))?;
    Some(Revised { days: moved.len(), most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_both_tell_of_and_that_moved() {
        let by_day = |own: &[(i32, f64)]| own.iter().map(|&(day, people)| (LocalDay(day), people)).collect::<ByDay>();
        let before = by_day(&[(1, 100.0), (2, 200.0), (3, 50.0), (4, 80.0)]);
        let now = by_day(&[(2, 200.4), (3, 45.0), (4, 82.0), (5, 90.0)]);
        let found = revised(&before, &now).unwrap();
        assert_eq!((found.days, found.most.0), (2, LocalDay(3)));
        assert!((found.most.1 + 0.1).abs() < 1e-12);
        assert_eq!(revised(&before, &before), None);
    }
}
