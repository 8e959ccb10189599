//! How many people the displaced of an H3 cell are: their part of those of its area (methods §13). CONFIDENTIAL.

use super::super::Run;
use super::people::{errors, panel_of, people_of};
use crate::failure::Failure;
use crate::population::KnownPopulation;
use hexodus_estimate::{CountedOrigin, StandsFor};
use hexodus_model::{Level, StockTable, UnitKey};
use hexodus_release::outgoing::{CELL_FIGURES, OutgoingDay, OutgoingKey, PeopleNumber, Side};
use std::collections::BTreeMap;

/// Subscribers by area of home.
type ByHome = BTreeMap<UnitKey, u64>;

impl Run<'_> {
    /// Adds people to the H3 cells of a day whose areas have theirs. `of_day` is on the grid, `tables` of the deepest level that leaves.
    pub(super) fn add_cells(
        &self,
        day: &mut OutgoingDay,
        (of_day, tables): (Option<&StockTable>, &[StockTable]),
        (known, stands_for): (&KnownPopulation, &StandsFor),
        area_of: &dyn Fn(UnitKey) -> UnitKey,
    ) -> Result<(), Failure> {
        let (Some(h3), Some(of_day), Some(deepest)) = (&mut day.h3, of_day, day.levels.last()) else { return Ok(()) };
        let errors = errors(known, 0.0);
        let k = self.setup.policy.threshold(Level::H3);
        for figure in CELL_FIGURES {
            let mut cells: BTreeMap<UnitKey, ByHome> = BTreeMap::new();
            let mut areas: BTreeMap<UnitKey, ByHome> = BTreeMap::new();
            for (ends, own) in of_day.hosts.iter().filter(|own| own.1.stock > 0) {
                let (cell, home) =
                    (if figure.side() == Side::Host { ends.host } else { ends.origin }, area_of(ends.origin));
                *cells.entry(cell).or_default().entry(home).or_default() += own.stock;
                *areas.entry(area_of(cell)).or_default().entry(home).or_default() += own.stock;
            }
            let counted = |area: UnitKey, by_home: &ByHome| {
                let origin = |(&home, &count): (&UnitKey, &u64)| {
                    let panel = tables.last().and_then(|table| panel_of(table, home))?;
                    let observed = panel.panel - panel.unobserved();
                    Some(CountedOrigin { people: *stands_for.people.get(&home)?, count: count.min(observed), observed })
                };
                let origins: Vec<CountedOrigin> = by_home.iter().filter_map(origin).collect();
                let whole = match figure.side() {
                    Side::Host => stands_for.everybody(),
                    Side::Origin => stands_for.people.get(&area).copied().unwrap_or(0.0),
                };
                people_of(&origins, whole, &errors)
            };
            for (&cell, by_home) in &cells {
                let area = area_of(cell);
                let Some(told) = deepest.people.get(&OutgoingKey::Figure(figure, area)) else { continue };
                let (Some(own), Some(all)) = (counted(area, by_home)?, counted(area, &areas[&area])?) else { continue };
                if let Some(number) = part_of(told, &own, &all) {
                    let count = h3.count(figure, cell);
                    if count >= k {
                        day.largest_weight = day.largest_weight.max(number.people[0] / count as f64);
                    }
                    h3.people.insert((figure, cell), number);
                }
            }
        }
        Ok(())
    }
}

/// The part of `told` that `own` is of `all`; errors of the part and of what it is a part of add up as independent ones.
fn part_of(told: &PeopleNumber, own: &PeopleNumber, all: &PeopleNumber) -> Option<PeopleNumber> {
    let [estimate, ..] = told.people;
    let people = estimate * own.people[0] / all.people[0];
    if !people.is_finite() || people <= 0.0 || estimate <= 0.0 {
        return None;
    }
    let away = |at: usize| {
        let share = |of: &PeopleNumber| (of.people[at] - of.people[0]) / of.people[0];
        share(told).hypot(share(own))
    };
    let interval = [people, people * (1.0 - away(1)).max(0.0), people * (1.0 + away(2))];
    Some(PeopleNumber { people: interval, remark: told.remark })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_by_hand() {
        let number = |people| PeopleNumber { people, remark: None };
        // A quarter of 400; 30 % and 40 % below are 50 %, 60 % and 80 % above are 100 %.
        let part = part_of(&number([400.0, 280.0, 640.0]), &number([50.0, 30.0, 90.0]), &number([200.0, 0.0, 0.0]));
        let [estimate, low, high] = part.unwrap().people;
        assert!((estimate - 100.0).abs() < 1e-9 && (low - 50.0).abs() < 1e-9 && (high - 200.0).abs() < 1e-9);
        assert_eq!(part_of(&number([0.0; 3]), &number([50.0; 3]), &number([200.0; 3])), None);
        assert_eq!(part_of(&number([9.0; 3]), &number([50.0; 3]), &number([0.0; 3])), None);
    }
}
