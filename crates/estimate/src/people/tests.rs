use super::*;
use hexodus_model::AreaKey;
use proptest::prelude::*;

pub(super) fn unit(number: u32) -> UnitKey {
    UnitKey::area(AreaKey(number))
}

pub(super) fn pair(origin: u32, host: u32) -> OriginHost {
    OriginHost { origin: unit(origin), host: unit(host) }
}

pub(super) fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

fn by_activity(activity: Activity) -> Corrections {
    Corrections { activity, misplaced: BTreeMap::new() }
}

/// Area 1: 80 at home, 20 at 2; area 2: 90 at home, 10 at 1. Of those known to be in 1 half are observed, in 2 all.
fn day() -> PanelDay {
    PanelDay {
        columns: 1,
        stayed: [(unit(1), vec![80.0]), (unit(2), vec![90.0])].into(),
        displaced: [(pair(1, 2), vec![20.0]), (pair(2, 1), vec![10.0])].into(),
        near: BTreeMap::new(),
        known: [(unit(1), vec![1e9]), (unit(2), vec![1e9])].into(),
        observed: [(unit(1), vec![0.5e9]), (unit(2), vec![1e9])].into(),
    }
}

#[test]
fn people_by_hand_with_and_without_the_correction() {
    let stands_for = [(unit(1), 1000.0), (unit(2), 5000.0)].into();
    let told = |activity: &Activity| {
        let people = displaced_people(&day(), &by_activity(activity.clone()), &stands_for).unwrap();
        let of = [
            PeopleOf::Everywhere,
            PeopleOf::From(unit(1)),
            PeopleOf::At(unit(1)),
            PeopleOf::Pair(pair(1, 2)),
            PeopleOf::Pair(pair(2, 1)),
        ];
        assert_eq!(people.len(), 7);
        of.map(|of| people[&of][0])
    };
    let naive = told(&Activity::default());
    for (found, expected) in naive.into_iter().zip([700.0, 200.0, 500.0, 200.0, 500.0]) {
        near(found, expected);
    }
    // 160 : 20 at home and away of area 1, 90 : 20 of area 2.
    let (one, two) = (1000.0 * 20.0 / 180.0, 5000.0 * 20.0 / 110.0);
    for (found, expected) in told(&Activity::bracketed(&day())).into_iter().zip([one + two, one, two, one, two]) {
        assert!((found - expected).abs() < 1e-3, "{found} is not {expected}");
    }
    // Twice the arrivals to 2, none fewer to 1.
    let factors = [(unit(1), 0.5), (unit(2), 2.0)].into();
    let (one, two) = (1000.0 * 40.0 / 120.0, 5000.0 * 10.0 / 190.0);
    for (found, expected) in told(&Activity::of_factors(&factors, 1)).into_iter().zip([one + two, one, two, one, two]) {
        near(found, expected);
    }
}

/// Of 80 at home and 15 nearby, 4 % of all 95 are misplaced: 3.8, of whom the host with two thirds has two thirds.
#[test]
fn who_seems_displaced_nearby_is_mostly_at_home() {
    let day = PanelDay {
        columns: 1,
        stayed: [(unit(1), vec![80.0])].into(),
        displaced: [(pair(1, 1), vec![10.0]), (pair(1, 2), vec![10.0])].into(),
        near: [(pair(1, 1), vec![10.0]), (pair(1, 2), vec![5.0])].into(),
        ..PanelDay::default()
    };
    let corrections = Corrections { misplaced: [(unit(1), 0.04)].into(), ..Corrections::default() };
    let people = displaced_people(&day, &corrections, &[(unit(1), 1000.0)].into()).unwrap();
    near(people[&PeopleOf::Pair(pair(1, 1))][0], 10.0 * (10.0 - 3.8 * 2.0 / 3.0));
    near(people[&PeopleOf::Pair(pair(1, 2))][0], 10.0 * (10.0 - 3.8 / 3.0));
    near(people[&PeopleOf::Everywhere][0], 10.0 * (20.0 - 3.8));
}

#[test]
fn origins_nobody_stands_for_are_in_no_figure() {
    let people = displaced_people(&day(), &Corrections::default(), &[(unit(1), 1000.0)].into()).unwrap();
    assert_eq!(people.keys().filter(|of| matches!(of, PeopleOf::From(_))).count(), 1);
    near(people[&PeopleOf::Everywhere][0], 200.0);
}

#[test]
fn a_column_without_anybody_has_nobody_displaced() {
    let day = PanelDay { columns: 2, stayed: [(unit(1), vec![0.0, 3.0])].into(), ..PanelDay::default() };
    let people = displaced_people(&day, &by_activity(Activity::bracketed(&day)), &[(unit(1), 10.0)].into()).unwrap();
    assert_eq!(people[&PeopleOf::From(unit(1))], [0.0, 0.0]);
}

proptest! {
    /// Pairs add up to origins, to hosts and to the country in every column; nobody is displaced twice.
    #[test]
    fn figures_add_up(
        stayed in prop::collection::vec(prop::array::uniform3(0u16..500), 4),
        displaced in prop::collection::vec(prop::array::uniform3(0u16..200), 16),
        known in prop::collection::vec(prop::array::uniform3((1u16..500, 0u16..500)), 4),
        people in prop::collection::vec(0.0f64..1e6, 4),
        misplaced in prop::collection::vec(0.0f64..0.3, 4),
        near in prop::collection::vec(0.0f64..1.0, 16),
    ) {
        let row = |own: [u16; 3]| own.map(f64::from).to_vec();
        let known_row = |own: [(u16, u16); 3], both: bool| {
            own.map(|(seen, more)| f64::from(seen) + if both { f64::from(more) } else { 0.0 }).to_vec()
        };
        let misplaced: BTreeMap<UnitKey, f64> = (0..).map(unit).zip(misplaced).collect();
        let near_row = |(own, part): (&[u16; 3], f64)| own.map(|own| (f64::from(own) * part).floor()).to_vec();
        let day = PanelDay {
            columns: 3,
            near: (0..).map(|at| pair(at / 4, at % 4)).zip(displaced.iter().zip(near).map(near_row)).collect(),
            stayed: (0..).map(unit).zip(stayed.into_iter().map(row)).collect(),
            displaced: (0..).map(|at| pair(at / 4, at % 4)).zip(displaced.into_iter().map(row)).collect(),
            known: (0..).map(unit).zip(known.iter().map(|&own| known_row(own, true))).collect(),
            observed: (0..).map(unit).zip(known.iter().map(|&own| known_row(own, false))).collect(),
        };
        let stands_for: BTreeMap<UnitKey, f64> = (0..).map(unit).zip(people).collect();
        let corrections = Corrections { activity: Activity::bracketed(&day), misplaced };
        let people = displaced_people(&day, &corrections, &stands_for).unwrap();
        for column in 0..3 {
            let sum = |is: &dyn Fn(&PeopleOf) -> bool| -> f64 {
                people.iter().filter(|own| is(own.0)).map(|own| own.1[column]).sum()
            };
            let all = people[&PeopleOf::Everywhere][column];
            let close = |sum: f64, all: f64| (sum - all).abs() <= 1e-9 * all.max(1.0);
            prop_assert!(close(sum(&|of| matches!(of, PeopleOf::Pair(_))), all));
            prop_assert!(close(sum(&|of| matches!(of, PeopleOf::From(_))), all));
            prop_assert!(close(sum(&|of| matches!(of, PeopleOf::At(_))), all));
            for (&origin, &stands_for) in &stands_for {
                let from = people[&PeopleOf::From(origin)][column];
                prop_assert!((0.0..=stands_for * (1.0 + 1e-12)).contains(&from));
                prop_assert!(close(sum(&|of| matches!(of, PeopleOf::Pair(own) if own.origin == origin)), from));
            }
        }
    }
}
