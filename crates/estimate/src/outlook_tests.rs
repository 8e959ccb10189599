use super::*;
use hexodus_model::{AreaKey, UnitKey};
use proptest::prelude::*;

/// A series whose stock on every day, and in the mean of every week, is `people` of the week, and `normal` more.
fn series(area: u32, normal: f64, weeks: i32, people: impl Fn(f64) -> f64) -> Stocks {
    let of = PeopleOf::From(UnitKey::area(AreaKey(area)));
    let sunday = |at: i32| LocalDay(3 + 7 * at);
    let day = |at: i32| (sunday(at), (normal + people(f64::from(at)), 40));
    let week = |at: i32| WeekStock {
        of,
        sunday: sunday(at),
        days: 7,
        people: people(f64::from(at)),
        low: 1.0,
        whole: 1e5,
        fewest: 40,
    };
    Stocks { of, days: (0..=weeks).map(day).collect(), normal, weeks: (0..=weeks).map(week).collect() }
}

fn all(series: &[Stocks]) -> Vec<Outlook> {
    let past: Vec<Vec<Past>> = series.iter().map(|own| past_forecasts(own).unwrap()).collect();
    let last = *series[0].days.keys().last().unwrap();
    outlooks(series, &past, last).unwrap()
}

/// Ten origins whose displaced return with a half-life of 4.5 weeks, which is the prior, too.
fn returning_origins(weeks: i32) -> Vec<Stocks> {
    (0..10).map(|area| series(area, 20.0, weeks, |week| 1000.0 * (-week / 4.5).exp2())).collect()
}

#[test]
fn where_they_return_by_the_rule_persistence_is_worse() {
    let found = all(&returning_origins(12));
    assert_eq!(found.len(), 30);
    for own in &found[..3] {
        let expected = 20.0 + 1000.0 * (-(12.0 + f64::from(own.forecast.weeks)) / 4.5).exp2();
        assert!((own.forecast.damped_return / expected - 1.0).abs() < 1e-3, "{own:?}");
        assert!((own.remaining - 20.0).abs() < 1e-9, "those who are away without an event");
        assert!(own.skill.unwrap() > 0.95, "{own:?}");
        assert_eq!(own.scored, 13 - u32::from(own.forecast.weeks));
        assert_eq!(own.errors, 10 * own.scored);
        let [persistence, damped] = own.intervals.unwrap();
        assert!(persistence[0] < own.forecast.damped_return, "its errors were all on one side");
        assert!((persistence[1] - own.forecast.persistence).abs() < 1e-9, "and the forecast is inside");
        assert!(damped[1] - damped[0] < 0.1 * (persistence[1] - persistence[0]));
    }
}

#[test]
fn where_nobody_returns_the_prior_is_worse_than_persistence() {
    let found = all(&[series(1, 0.0, 5, |_| 1000.0)]);
    assert!(found.iter().all(|own| own.skill.is_none()), "persistence was never wrong");
    let found = all(&[series(1, 0.0, 5, |week| 1000.0 + week)]);
    assert!(found[0].skill.unwrap() < -50.0, "{:?}", found[0]);
    // Six weeks after the largest stock the series itself says so.
    let found = all(&[series(1, 0.0, 6, |week| 1000.0 - week)]);
    assert_eq!(found[0].rule.from.name(), "no_return");
    assert!((found[0].forecast.damped_return - found[0].forecast.persistence).abs() < 1e-9);
}

#[test]
fn intervals_need_39_errors_and_everybody_counts_no_origin_twice() {
    let mut origins = returning_origins(4);
    let everybody = Stocks { of: PeopleOf::Everywhere, ..origins[0].clone() };
    origins.insert(0, everybody);
    let found = all(&origins);
    // One week ahead: four of each of ten origins; two weeks ahead: three.
    assert_eq!(found[..3].iter().map(|own| own.errors).collect::<Vec<_>>(), [40, 30, 10]);
    assert_eq!(found[..3].iter().map(|own| own.intervals.is_some()).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(found[0].scored, 4, "everybody is scored by itself");
    origins.truncate(10);
    assert_eq!(all(&origins)[0].intervals, None, "36");
}

#[test]
fn few_subscribers_teach_nothing() {
    let mut few = series(1, 0.0, 8, |week| 1000.0 - week);
    few.days.values_mut().for_each(|own| own.1 = 29);
    assert_eq!(past_forecasts(&few).unwrap(), []);
    assert_eq!(all(&[few]).len(), 3, "and still there is an outlook, for the wall to judge");
}

#[test]
fn a_day_without_a_figure_has_none() {
    let mut own = series(1, 0.0, 8, |week| 1000.0 - week);
    let (last, _) = own.days.pop_last().unwrap();
    assert_eq!(outlooks(&[own], &[vec![]], last).unwrap(), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the stock, a forecast lies between it and what remains, and its interval holds it and no less than nobody.
    #[test]
    fn forecasts_lie_between_the_stock_and_what_remains(
        people in prop::collection::vec(0.0f64..1e5, 1..16), normal in 0.0f64..1e4,
    ) {
        let weeks = people.len() as i32 - 1;
        let origins: Vec<Stocks> = (0..6)
            .map(|area| series(area, normal, weeks, |week| people[(week as usize + area as usize) % people.len()]))
            .collect();
        for own in all(&origins) {
            let Forecast { persistence, damped_return, .. } = own.forecast;
            prop_assert!(damped_return <= persistence && damped_return >= own.remaining - 1e-6, "{:?}", own);
            prop_assert!(own.remaining >= normal - 1e-6);
            for (interval, said) in own.intervals.iter().flatten().zip([persistence, damped_return]) {
                prop_assert!(0.0 <= interval[0] && interval[0] <= said && said <= interval[1]);
            }
        }
    }
}
