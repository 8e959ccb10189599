use super::*;
use crate::people::tests::{near, pair, unit};
use proptest::prelude::*;

fn stock(people: f64, subscribers: u64) -> Stock {
    Stock { people, interval: [people * 0.8, people * 1.3], subscribers }
}

/// 300 from 1 to 2, 40 within 1, 100 from 2 to 1, 20 from 1 to nowhere known.
fn stocks() -> BTreeMap<PeopleOf, Stock> {
    let (one, two) = (unit(1), unit(2));
    [
        (PeopleOf::Pair(pair(1, 2)), stock(300.0, 30)),
        (PeopleOf::Pair(pair(1, 1)), stock(40.0, 4)),
        (PeopleOf::Pair(pair(2, 1)), stock(100.0, 10)),
        (PeopleOf::Pair(pair(1, 9)), stock(20.0, 2)),
        (PeopleOf::From(one), stock(360.0, 36)),
        (PeopleOf::From(two), stock(100.0, 10)),
        (PeopleOf::At(one), stock(140.0, 14)),
        (PeopleOf::At(two), stock(300.0, 30)),
        (PeopleOf::At(unit(9)), stock(20.0, 2)),
        (PeopleOf::Everywhere, stock(460.0, 46)),
    ]
    .into()
}

fn told(people: &[(u32, f64)], anchor: Option<(&BTreeMap<UnitKey, f64>, f64)>) -> BTreeMap<UnitKey, Present> {
    let people = people.iter().map(|&(area, people)| (unit(area), people)).collect();
    let not_followed = [unit(3)].into();
    present(&stocks(), &Reference { people: &people, not_followed: &not_followed, cv: 0.0, anchor }).unwrap()
}

const PEOPLE: [(u32, f64); 3] = [(1, 5000.0), (2, 8000.0), (3, 700.0)];

#[test]
fn the_account_by_hand() {
    let told = told(&PEOPLE, None);
    let one = told[&unit(1)];
    near(one.inflow, 100.0);
    near(one.outflow, 320.0);
    near(one.people.unwrap(), 4780.0);
    assert_eq!((one.inflow_subscribers, one.outflow_subscribers), (10, 32), "those within the area are no flow");
    near(told[&unit(2)].people.unwrap(), 8200.0);
    // Nobody there can be followed: their people are neither moved nor told as present.
    assert_eq!((told[&unit(3)].reference, told[&unit(3)].people), (Some(700.0), None));
    let outside = told[&unit(9)];
    assert_eq!((outside.reference, outside.people, outside.interval), (None, None, None));
    near(outside.inflow, 20.0);
}

#[test]
fn the_interval_by_hand() {
    let [low, high] = told(&PEOPLE, None)[&unit(1)].interval.unwrap();
    // 100 of the 140 here, 320 of the 360 from here; more outflow is fewer people.
    let (inflow, outflow) = ((100.0_f64 / 140.0).sqrt(), (320.0_f64 / 360.0).sqrt());
    near(low, 4780.0 - (28.0 * inflow).hypot(108.0 * outflow));
    near(high, 4780.0 + (42.0 * inflow).hypot(72.0 * outflow));
    let people = [(unit(1), 5000.0), (unit(2), 8000.0)].into();
    let uncertain = Reference { people: &people, not_followed: &BTreeSet::new(), cv: 0.1, anchor: None };
    let [low, _] = present(&stocks(), &uncertain).unwrap()[&unit(1)].interval.unwrap();
    near(low, 4780.0 - (Z_95 * 500.0).hypot(28.0 * inflow).hypot(108.0 * outflow));
}

/// 200 people of area 1 cannot be 320 elsewhere: 5/8 of each.
#[test]
fn more_than_live_there_cannot_be_away() {
    let told = told(&[(1, 200.0), (2, 8000.0)], None);
    near(told[&unit(1)].outflow, 200.0);
    near(told[&unit(1)].people.unwrap(), 100.0);
    near(told[&unit(2)].inflow, 300.0 * 0.625);
    near(told[&unit(9)].inflow, 20.0 * 0.625);
}

#[test]
fn an_anchor_pulls_and_keeps_the_sum() {
    let direct = [(unit(1), 1000.0), (unit(2), 3000.0)].into();
    let told = told(&PEOPLE, Some((&direct, 0.1)));
    // 4,780 and 8,200 to a quarter and three quarters of 12,980, a tenth of the way.
    near(told[&unit(1)].people.unwrap(), 4780.0 * 0.9 + 324.5);
    near(told[&unit(1)].adjustment, -478.0 + 324.5);
    near(told[&unit(1)].adjustment + told[&unit(2)].adjustment, 0.0);
    near(told[&unit(9)].adjustment, 0.0);
}

proptest! {
    /// Whoever flees where: people of all areas, and outside of them, are those of the reference; flows balance.
    #[test]
    fn nobody_is_lost_or_made(
        people in prop::collection::vec(0.0f64..1e6, 1..5),
        flows in prop::collection::vec((0u32..6, 0u32..6, 0.0f64..1e5), 0..20),
        share in 0.0f64..1.0,
    ) {
        let stocks: BTreeMap<PeopleOf, Stock> =
            flows.iter().map(|&(from, to, people)| (PeopleOf::Pair(pair(from, to)), stock(people, 1))).collect();
        let people: BTreeMap<UnitKey, f64> = (0..).map(unit).zip(people).collect();
        let direct: BTreeMap<UnitKey, f64> = people.keys().map(|&own| (own, 1.0 + own.bits() as f64)).collect();
        let not_followed = BTreeSet::new();
        let reference = Reference { people: &people, not_followed: &not_followed, cv: 0.1, anchor: Some((&direct, share)) };
        let told = present(&stocks, &reference).unwrap();
        let sum = |of: &dyn Fn(&Present) -> f64| told.values().map(of).sum::<f64>();
        let all: f64 = people.values().sum();
        let tolerance = 1e-9 * all.max(1.0);
        prop_assert!((sum(&|own| own.inflow) - sum(&|own| own.outflow)).abs() <= tolerance);
        prop_assert!(sum(&|own| own.adjustment).abs() <= tolerance);
        let outside = |own: &Present| if own.reference.is_none() { own.inflow } else { 0.0 };
        prop_assert!((sum(&|own| own.people.unwrap_or(0.0) + outside(own)) - all).abs() <= tolerance);
        for own in told.values() {
            let Some(([low, high], people)) = own.interval.zip(own.people) else { continue };
            prop_assert!(0.0 <= low && low <= people && people <= high, "{own:?}");
        }
    }
}
