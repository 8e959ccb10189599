//! The displaced above normal by week: what curves of return are fitted to (methods §14).
//!
//! Population-level tables, so with Polars: group by, join, sort. One thread each and an order of rows that is fixed
//! before anything is added up, so the bytes do not depend on threads.

use crate::error::EstimateError;
use crate::frame::{stock_frame, week_stocks, whole_frame};
use hexodus_model::{LocalDay, PeopleOf};
use polars::prelude::{DataFrame, DataFrameJoinOps, GroupBy, PolarsResult, SortMultipleOptions};

/// Weeks with fewer days with a figure have none themselves.
pub const MIN_DAYS: u32 = 4;

/// The displaced of one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StockDay {
    /// Of whom: an origin, or everybody.
    pub of: PeopleOf,
    /// The local day.
    pub day: LocalDay,
    /// As estimated.
    pub people: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Displaced subscribers behind it.
    pub subscribers: u64,
}

/// What the displaced of a series are a part of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Whole {
    /// Of whom.
    pub of: PeopleOf,
    /// All people with their home there, that somebody of the panel speaks for.
    pub people: f64,
    /// Of these, to expect displaced without an event; 0 where that is not known.
    pub normal: f64,
}

/// The displaced of one ISO week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeekStock {
    /// Of whom.
    pub of: PeopleOf,
    /// Last day of the week.
    pub sunday: LocalDay,
    /// Days with a figure.
    pub days: u32,
    /// Mean of these days, less what is to expect without an event, 0 or more. People.
    pub people: f64,
    /// The same of the lower ends of the intervals; may be below 0.
    pub low: f64,
    /// All people they are a part of.
    pub whole: f64,
    /// Fewest displaced subscribers behind a day of it.
    pub fewest: u64,
}

/// The weeks of each series that are over on the day `until` and have at least four days with a figure, ascending by
/// series and week. Series without a [`Whole`] are left out.
///
/// # Errors
/// [`EstimateError::Frame`]: a defect.
pub fn weekly_stocks(days: &[StockDay], wholes: &[Whole], until: LocalDay) -> Result<Vec<WeekStock>, EstimateError> {
    let days = stock_frame(days)?.sort(["series", "day"], in_order())?;
    let mut weeks = by_week(&days)?.inner_join(&whole_frame(wholes)?, ["series"], ["series"])?;
    weeks.sort_in_place(["series", "sunday"], in_order())?;
    let mut stocks = week_stocks(&weeks)?;
    stocks.retain(|own| own.sunday <= until && own.days >= MIN_DAYS);
    stocks.sort_by_key(|own| (own.of, own.sunday));
    Ok(stocks)
}

/// `series`, `sunday`, `people_mean`, `low_mean`, `day_count`, `subscribers_min`.
#[expect(deprecated, reason = "eager aggregations have no successor but lazy ones, which double the build")]
fn by_week(days: &DataFrame) -> PolarsResult<DataFrame> {
    // On one thread, so each group keeps the order of its rows, and its mean its bits.
    let grouped = |columns: &[&str]| -> PolarsResult<GroupBy<'_>> {
        let by = vec![days.column("series")?.clone(), days.column("sunday")?.clone()];
        Ok(days.group_by_with_series(by, false, true)?.select(columns.iter().copied()))
    };
    let mut weeks = grouped(&["people", "low"])?.mean()?;
    // The groups are the same each time, and so is their order.
    for more in [grouped(&["day"])?.count()?, grouped(&["subscribers"])?.min()?] {
        weeks.hstack_mut(&more.columns()[2..])?;
    }
    Ok(weeks)
}

fn in_order() -> SortMultipleOptions {
    SortMultipleOptions::default().with_multithreaded(false).with_maintain_order(true)
}

/// The last day of the ISO week of a day. (1970-01-01 was a Thursday.)
pub const fn sunday(day: LocalDay) -> LocalDay {
    LocalDay(day.0 + 6 - (day.0 + 3).rem_euclid(7))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{AreaKey, UnitKey};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn from(area: u32) -> PeopleOf {
        PeopleOf::From(UnitKey::area(AreaKey(area)))
    }

    /// Days from Wednesday, 1970-01-07, on.
    fn day(of: PeopleOf, day: i32, people: f64, subscribers: u64) -> StockDay {
        StockDay { of, day: LocalDay(6 + day), people, low: people - 10.0, subscribers }
    }

    #[test]
    fn a_week_is_the_mean_of_its_days_above_normal() {
        assert_eq!([3, 4, 10].map(|day| sunday(LocalDay(day)).0), [3, 10, 10], "a Sunday, a Monday, a Sunday");
        let mut days: Vec<StockDay> =
            (0..5).map(|at| day(from(2), at, 100.0 + f64::from(at), 50 - at as u64)).collect();
        // Three days of the next week, four of the one after; one series without a whole, one of a host.
        days.extend([5, 6, 7, 12, 13, 14, 15].map(|at| day(from(2), at, 40.0, 9)));
        days.extend((0..12).map(|at| day(PeopleOf::Everywhere, at, 5.0, 7)));
        days.extend((0..12).map(|at| day(from(3), at, 5.0, 7)));
        days.extend((0..12).map(|at| day(PeopleOf::At(UnitKey::FIRST), at, 5.0, 7)));
        let wholes = [
            Whole { of: from(2), people: 1000.0, normal: 42.0 },
            Whole { of: PeopleOf::Everywhere, people: 5000.0, normal: 0.0 },
        ];
        let week = |of, sunday, days, people: f64, whole, fewest| WeekStock {
            of,
            sunday: LocalDay(sunday),
            days,
            people: people.max(0.0),
            low: people - 10.0,
            whole,
            fewest,
        };
        let expected = [
            week(PeopleOf::Everywhere, 10, 5, 5.0, 5000.0, 7),
            week(PeopleOf::Everywhere, 17, 7, 5.0, 5000.0, 7),
            week(from(2), 10, 5, 60.0, 1000.0, 46),
            week(from(2), 24, 4, -2.0, 1000.0, 9),
        ];
        assert_eq!(weekly_stocks(&days, &wholes, LocalDay(24)).unwrap(), expected);
        days.reverse();
        assert_eq!(weekly_stocks(&days, &wholes, LocalDay(23)).unwrap(), expected[..3], "the last is not over");
        assert_eq!(weekly_stocks(&[], &wholes, LocalDay(24)).unwrap(), []);
    }

    proptest! {
        /// Against loops; and to the bit, whatever the order of the rows.
        #[test]
        fn as_by_loops(
            rows in prop::collection::btree_map((0u32..9, 0i32..60), (0.0f64..1e6, 0u64..99), 0..200),
            by in 0usize..99,
        ) {
            let mut days: Vec<StockDay> =
                rows.iter().map(|(&(area, at), &(people, behind))| day(from(area), at, people, behind)).collect();
            let wholes: Vec<Whole> = (0..9).map(|area| Whole { of: from(area), people: 7.0, normal: 0.5 }).collect();
            let mut weeks: BTreeMap<(PeopleOf, LocalDay), Vec<StockDay>> = BTreeMap::new();
            for own in &days {
                weeks.entry((own.of, sunday(own.day))).or_default().push(*own);
            }
            let found = weekly_stocks(&days, &wholes, LocalDay(99)).unwrap();
            let over: Vec<_> = weeks.into_iter().filter(|own| own.1.len() >= 4).collect();
            prop_assert_eq!(found.len(), over.len());
            for (own, ((of, sunday), days)) in found.iter().zip(over) {
                prop_assert_eq!((own.of, own.sunday, own.days), (of, sunday, days.len() as u32));
                prop_assert_eq!(Some(own.fewest), days.iter().map(|own| own.subscribers).min());
                let mean = days.iter().map(|own| own.people).sum::<f64>() / days.len() as f64;
                prop_assert!((own.people - (mean - 0.5).max(0.0)).abs() < 1e-6);
            }
            let by = by.min(days.len());
            days.rotate_left(by);
            prop_assert_eq!(weekly_stocks(&days, &wholes, LocalDay(99)).unwrap(), found);
        }
    }
}
