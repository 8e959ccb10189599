use super::*;
use proptest::prelude::*;

fn weights(residents: &[ByClass], people: &[f64], totals: ByClass) -> Result<ClassWeights, NotRaked> {
    class_weights(&ClassBlock { residents, people, totals }).unwrap()
}

/// People by class that weights come to.
fn people_by_class(residents: &[ByClass], people: &[f64], relative: &[ByClass]) -> ByClass {
    let of = |class: usize| {
        let rows = residents.iter().zip(people).zip(relative);
        rows.map(|((own, people), weight)| people / own.iter().sum::<f64>() * own[class] * weight[class]).sum()
    };
    [of(0), of(1)]
}

/// One area of 1,200 people, 400 of them urban: each of 80 urban residents stands for 5, of 40 rural ones for 20.
#[test]
fn one_area_by_hand() {
    let found = weights(&[[80.0, 40.0]], &[1200.0], [400.0, 800.0]).unwrap();
    let [urban, rural] = found.relative[0];
    assert!((urban * 10.0 - 5.0).abs() < 1e-9 && (rural * 10.0 - 20.0).abs() < 1e-9);
    assert!((found.rescaled - 1.0).abs() < 1e-12 && found.outside_clamp.is_empty());
    // The same shares of another total.
    let rescaled = weights(&[[80.0, 40.0]], &[1200.0], [800.0, 1600.0]).unwrap();
    assert!((rescaled.rescaled - 0.5).abs() < 1e-12);
    for (own, other) in rescaled.relative[0].iter().zip(found.relative[0]) {
        assert!((own - other).abs() < 1e-9);
    }
}

/// Of a 2 × 2 table of margins 600, 600 and odds ratio 4 the entries are 400, 200, 200, 400 (as in the tests of raking).
#[test]
fn two_areas_share_class_totals() {
    let found = weights(&[[40.0, 20.0], [30.0, 60.0]], &[600.0, 600.0], [600.0, 600.0]).unwrap();
    let expected =
        [[400.0 / 40.0 / 10.0, 200.0 / 20.0 / 10.0], [200.0 / 30.0 / (600.0 / 90.0), 400.0 / 60.0 / (600.0 / 90.0)]];
    for (own, expected) in found.relative.iter().flatten().zip(expected.iter().flatten()) {
        assert!((own - expected).abs() < 1e-6, "{own} is not {expected}");
    }
}

#[test]
fn what_cannot_be_raked_says_why() {
    let two = [[40.0, 40.0], [40.0, 40.0]];
    let why = |residents: &[ByClass], people: &[f64], totals| weights(residents, people, totals).unwrap_err();
    assert_eq!(why(&[[50.0, 29.0]], &[900.0], [400.0, 500.0]), NotRaked::FewResidents);
    assert_eq!(
        why(&[[50.0, 0.0]], &[900.0], [400.0, 500.0]),
        NotRaked::FewResidents,
        "their people would be the others'"
    );
    assert_eq!(why(&[[50.0, 0.0]], &[900.0], [900.0, 0.0]), NotRaked::OneClass);
    assert_eq!(why(&two, &[900.0, 900.0], [900.0, 0.0]), NotRaked::NoPeople);
    // All of the first area are urban and there are 900 of them, but only 400 urban people.
    assert_eq!(why(&[[40.0, 0.0], [0.0, 40.0]], &[900.0, 900.0], [400.0, 1400.0]), NotRaked::NotConverged);
    assert!(class_weights(&ClassBlock { residents: &two, people: &[1.0], totals: [1.0, 1.0] }).is_err());
    assert!(class_weights(&ClassBlock { residents: &two, people: &[1.0, 1.0], totals: [1.0, f64::NAN] }).is_err());
}

#[test]
fn areas_of_nobody_are_left_alone_and_extreme_weights_are_named() {
    let found = weights(&[[900.0, 40.0], [0.0, 0.0], [50.0, 50.0]], &[1000.0, 700.0, 0.0], [100.0, 900.0]).unwrap();
    assert_eq!(found.relative[1..], [EQUAL, EQUAL]);
    assert_eq!(found.outside_clamp, [0], "a rural resident stands for 200 times what an urban one does");
}

#[test]
fn a_replicate_without_a_class_has_the_weights_of_the_panel() {
    let point = [[0.5, 2.0]];
    let block = |residents| ClassBlock { residents, people: &[1000.0], totals: [500.0, 500.0] };
    assert_eq!(replicate_class_weights(&block(&[[9.0, 0.0]]), &point).unwrap(), point);
    let own = replicate_class_weights(&block(&[[9.0, 1.0]]), &point).unwrap();
    assert!((own[0][0] - 5.0 / 9.0).abs() < 1e-9 && (own[0][1] - 5.0).abs() < 1e-9, "however few");
}

proptest! {
    /// Areas keep their people exactly, classes have theirs to 10⁻⁶, in any order of areas.
    #[test]
    fn both_margins_are_met(
        residents in prop::collection::vec(prop::array::uniform2(30u32..900), 1..8),
        people in prop::collection::vec(1e3f64..1e6, 8), urban in 0.1f64..0.9, by in 0usize..8,
    ) {
        let residents: Vec<ByClass> = residents.into_iter().map(|own| own.map(f64::from)).collect();
        let people = &people[..residents.len()];
        let all: f64 = people.iter().sum();
        let totals = [all * urban, all * (1.0 - urban)];
        let found = weights(&residents, people, totals).unwrap();
        for (own, weight) in residents.iter().zip(&found.relative) {
            let sum: f64 = own.iter().sum();
            let weighted: f64 = own.iter().zip(weight).map(|(own, weight)| own * weight).sum();
            prop_assert!((weighted / sum - 1.0).abs() < 1e-12);
        }
        for (own, total) in people_by_class(&residents, people, &found.relative).iter().zip(totals) {
            prop_assert!((own / total - 1.0).abs() < 3e-6, "{own} is not {total}");
        }
        let by = by.min(residents.len());
        let (mut turned, mut turned_people) = (residents.clone(), people.to_vec());
        turned.rotate_left(by);
        turned_people.rotate_left(by);
        let mut again = weights(&turned, &turned_people, totals).unwrap().relative;
        again.rotate_right(by);
        for (own, other) in again.iter().flatten().zip(found.relative.iter().flatten()) {
            prop_assert!((own - other).abs() <= 1e-9 * own, "an area has no place in a row of areas");
        }
    }
}
