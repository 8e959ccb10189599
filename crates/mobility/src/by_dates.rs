//! Homes, weeks and presence by most dates, counted in the units of a level for itself: the aggregates of Flowminder's
//! COVID-19 repository (methods §2.5). Two H3 cells of one area add up to a home there that neither is.

use crate::subscriber::home::{HomeRule, home, within};
use crate::subscriber::home_windows::HomeWindows;
use crate::subscriber::residence::{ResidenceRule, modal, residences};
use crate::tally::flows::FlowTally;
use crate::tally::stock::monday;
use hexodus_model::{CrisisDays, DailyLocation, Definition, H3Cell, Level, LocalDay, Period, Reserved, Tally, UnitKey};

/// A level whose units are counted for themselves.
#[derive(Clone, Copy)]
pub struct CountedLevel<'a> {
    /// The level.
    pub level: Level,
    /// The unit that holds an H3 cell; `None` = outside every unit, which is as not located.
    pub unit_of: &'a (dyn Fn(H3Cell) -> Option<UnitKey> + Sync),
}

/// Matrices of several levels, in the order the levels were given. Additive over subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LevelTally(pub Vec<FlowTally>);

impl Tally for LevelTally {
    fn merge(&mut self, other: Self) {
        if self.0.is_empty() {
            self.0 = other.0;
            return;
        }
        for (own, other) in self.0.iter_mut().zip(other.0) {
            own.merge(other);
        }
    }
}

/// Counts one subscriber at every level: reference home → home of each ISO week that ends between the event and the last
/// day, and reference home → place of most dates of the seven days that end on each
/// day from the baseline on. Ties everywhere: the
/// latest date, then the smaller unit. `days` is ascending by day.
pub fn count_by_dates(
    days: &[DailyLocation],
    levels: &[CountedLevel<'_>],
    windows: &HomeWindows,
    crisis: CrisisDays,
    tally: &mut LevelTally,
) {
    tally.0.resize_with(levels.len(), FlowTally::default);
    for (level, flows) in levels.iter().zip(&mut tally.0) {
        let place = |own: &DailyLocation| Some(DailyLocation { day: own.day, place: (level.unit_of)(own.place)? });
        let own: Vec<DailyLocation<UnitKey>> = days.iter().filter_map(place).collect();
        let reference = home(&own, HomeRule::MostDates, windows).place();
        for week in weeks(crisis) {
            let dates: Vec<_> = within(&own, week).iter().map(|own| (own.day, own.place)).collect();
            if let Some(home) = modal(&dates) {
                let origin = reference.unwrap_or(UnitKey::reserved(Reserved::NotSeenBefore));
                flows.count(Definition::HomeToWeek, week, origin, home);
            }
        }
        let present: Vec<_> = residences(&own, ResidenceRule::FLOWMINDER, crisis.known()).collect();
        flows.count_present(reference, &present);
    }
}

/// The ISO weeks that end on or after the day of the event and are over on the last day, ascending.
pub fn weeks(crisis: CrisisDays) -> impl Iterator<Item = Period> {
    let first = monday(crisis.event).0;
    let weeks = (first..).step_by(7).map(|monday| Period { first: LocalDay(monday), last: LocalDay(monday + 6) });
    weeks.take_while(move |week| week.last <= crisis.last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::samples::{h3, letter, located_h3};

    /// 1970-02-02, a Monday, after four weeks and four days.
    const EVENT: LocalDay = LocalDay(32);

    fn counted(lives: &[&str]) -> Vec<String> {
        let period = Period::before(EVENT, 28);
        let usable: Vec<LocalDay> = (0..50).map(LocalDay).collect();
        let windows = HomeWindows::new(period, &usable, 7);
        // Letters A to M are one area, the others another, and Z is in none.
        let area = |place: H3Cell| match letter(place) {
            'Z' => None,
            'A'..='M' => Some(UnitKey::h3(h3('a'))),
            _ => Some(UnitKey::h3(h3('n'))),
        };
        let own = |place: H3Cell| Some(UnitKey::h3(place));
        let levels =
            [CountedLevel { level: Level::Adm(1), unit_of: &area }, CountedLevel { level: Level::H3, unit_of: &own }];
        let mut tally = LevelTally::default();
        for life in lives {
            let last = LocalDay(EVENT.0 + 13);
            let days = CrisisDays { event: EVENT, baseline: period, last };
            let mut one = LevelTally::default();
            count_by_dates(&located_h3(life), &levels, &windows, days, &mut one);
            tally.merge(one);
        }
        let name = |unit: UnitKey| unit.as_h3().map_or('.', letter);
        let told = |flows: FlowTally| {
            let weeks =
                flows.into_matrices(Level::H3).into_iter().filter(|own| own.definition == Definition::HomeToWeek);
            let week = |matrix: hexodus_model::FlowMatrix| {
                let entries = matrix.entries.iter();
                let entries = entries.map(|(pair, n)| format!("{}{}{n}", name(pair.origin), name(pair.destination)));
                format!("{}: {}", matrix.first_day.0, entries.collect::<Vec<_>>().join(" "))
            };
            weeks.map(week).collect::<Vec<_>>().join("; ")
        };
        tally.0.into_iter().map(told).collect()
    }

    #[test]
    fn an_area_is_a_home_that_none_of_its_h3_cells_is() {
        // Ten dates at N, nine each at A and B: home is N on the grid, a in areas.
        let before = ".".repeat(4) + &"N".repeat(10) + &"A".repeat(9) + &"B".repeat(9);
        let after = "NNNNAAAAAANNNN";
        let told = counted(&[&(before + after)]);
        assert_eq!(told, ["32: an1; 39: an1", "32: NN1; 39: NN1"]);
    }

    #[test]
    fn a_week_is_a_calendar_week_and_a_tie_goes_to_the_latest_date() {
        let home = ".".repeat(4) + &"A".repeat(28);
        // 3 dates at A, 3 at N later; then a week without a date, of which nobody is told.
        let told = counted(&[&(home.clone() + "AAANNN........"), &(home + "ZZZZZZA.......")]);
        assert_eq!(told, ["32: aa1 an1", "32: AN1 AZ1"]);
    }

    #[test]
    fn who_was_not_seen_in_the_reference_period_comes_from_nowhere() {
        let told = counted(&[&(".".repeat(33) + "KKKKK"), &("K".repeat(4) + &".".repeat(28) + "N.............")]);
        assert_eq!(told[1], "32: .K1 .N1", "days before the reference period do not count");
    }

    #[test]
    fn weeks_end_from_the_event_on_and_are_over() {
        let weeks = |event, last| {
            let days = CrisisDays { event: LocalDay(event), baseline: EMPTY, last: LocalDay(last) };
            weeks(days).map(|week| (week.first.0, week.last.0)).collect::<Vec<_>>()
        };
        assert_eq!(weeks(34, 44), [(32, 38)]);
        assert_eq!(weeks(34, 45), [(32, 38), (39, 45)]);
        assert_eq!(weeks(38, 38), [(32, 38)], "the event on a Sunday");
        assert_eq!(weeks(39, 44), []);
    }

    const EMPTY: Period = Period { first: LocalDay(0), last: LocalDay(-1) };
}
