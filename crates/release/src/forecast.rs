//! The next weeks through the wall: both baselines in every row, tested on the subscribers behind the last day.

use crate::count::ReleasedCount;
use crate::policy::DisclosurePolicy;
use crate::recovery::is_of_table;
use crate::released::Released;
use hexodus_model::{Level, LocalDay, PeopleOf};

/// One horizon of one series. CONFIDENTIAL until released.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastOf {
    /// Of whom.
    pub of: PeopleOf,
    /// Weeks ahead.
    pub weeks: u8,
    /// Displaced subscribers of the last day.
    pub subscribers: u64,
    /// Observed subscribers that they are a part of.
    pub observed: u64,
    /// What is published if all passes.
    pub figures: ForecastFigures,
}

/// Figures of one row. People, where nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastFigures {
    /// As many as now.
    pub persistence: f64,
    /// Ends of its 95 % interval.
    pub persistence_interval: Option<[f64; 2]>,
    /// Those above normal return by the half-life.
    pub damped_return: f64,
    /// Ends of its 95 % interval.
    pub damped_interval: Option<[f64; 2]>,
    /// Earlier errors that the intervals are from.
    pub errors: u32,
    /// Weeks; infinite where no return was seen.
    pub half_life_weeks: f64,
    /// Where it is from.
    pub half_life_from: &'static str,
    /// Not taken to return.
    pub remaining: f64,
    /// Of the damped return against persistence.
    pub skill: Option<f64>,
    /// Earlier weeks it is measured on.
    pub scored: u32,
}

/// One released row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastRow {
    /// Of whom.
    pub of: PeopleOf,
    /// Weeks ahead.
    pub weeks: u8,
    /// The figures.
    pub figures: ForecastFigures,
}

/// The released forecasts of one level: of origins, or of everybody.
#[derive(Clone, Debug, PartialEq)]
pub struct ForecastTable {
    /// Whether it is the one of everybody.
    pub of_all: bool,
    /// Level of the areas.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// The day they are made on.
    pub day: LocalDay,
    /// Ascending by origin and weeks ahead.
    pub rows: Vec<ForecastRow>,
}

/// Releases the forecasts of origins, or those of everybody, made on a day.
///
/// *Test*: the displaced subscribers of that day, and those observed, as for the people of that day, which persistence
/// repeats. *Rows* (sparse): those that pass.
pub fn release_forecast(
    of_all: bool,
    level: Level,
    day: LocalDay,
    forecasts: &[ForecastOf],
    policy: &DisclosurePolicy,
) -> Released<ForecastTable> {
    let threshold = policy.threshold(level);
    let passes = |count: u64| ReleasedCount::tested(count, threshold).published().is_some();
    let row = |own: &ForecastOf| ForecastRow { of: own.of, weeks: own.weeks, figures: own.figures };
    let own = |own: &&ForecastOf| is_of_table(of_all, own.of) && passes(own.subscribers) && passes(own.observed);
    let mut rows: Vec<ForecastRow> = forecasts.iter().filter(own).map(row).collect();
    rows.sort_by_key(|row| (row.of, row.weeks));
    Released::internal(ForecastTable { of_all, level, threshold, day, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{AreaKey, UnitKey};

    #[test]
    fn a_forecast_is_tested_as_the_people_it_repeats() {
        let figures = ForecastFigures {
            persistence: 900.0,
            persistence_interval: None,
            damped_return: 800.0,
            damped_interval: None,
            errors: 0,
            half_life_weeks: 4.5,
            half_life_from: "prior",
            remaining: 20.0,
            skill: None,
            scored: 0,
        };
        let from = |area| PeopleOf::From(UnitKey::area(AreaKey(area)));
        let of = |of, weeks, subscribers, observed| ForecastOf { of, weeks, subscribers, observed, figures };
        let forecasts = [
            of(from(2), 2, 16, 16),
            of(from(2), 1, 16, 16),
            of(from(3), 1, 15, 900),
            of(from(4), 1, 16, 15),
            of(from(1), 1, 16, 900),
            of(PeopleOf::Everywhere, 1, 99, 99),
        ];
        let policy = DisclosurePolicy::default();
        let found = release_forecast(false, Level::Adm(2), LocalDay(3), &forecasts, &policy);
        let shown: Vec<_> = found.rows.iter().map(|row| (row.of, row.weeks)).collect();
        assert_eq!(shown, [(from(1), 1), (from(2), 1), (from(2), 2)]);
        assert_eq!(release_forecast(true, Level::Adm(2), LocalDay(3), &forecasts, &policy).rows.len(), 1);
    }
}
