use super::*;
use proptest::prelude::*;

fn relocations(figures: &[(usize, usize, f64)]) -> Vec<Relocation> {
    figures.iter().map(|&(origin, destination, people)| Relocation { origin, destination, people }).collect()
}

fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }
}

/// T19 with the other end of the flows: 1,500 would leave 1,000, so each of the two flows carries two thirds.
#[test]
fn more_than_live_there_cannot_leave_and_those_who_do_not_leave_do_not_arrive() {
    let flows = relocations(&[(0, 1, 1200.0), (0, 2, 300.0), (1, 0, 200.0), (2, 2, 90.0)]);
    let found = update_population(&[1000.0, 4000.0, 500.0], &flows, 1.002, None).unwrap();
    near(&found.residents, &[200.4, 4600.0 * 1.002, 700.0 * 1.002]);
    assert_eq!(found.scaled_rows, [0]);
}

#[test]
fn residents_are_pulled_to_the_shares_of_the_direct_estimate() {
    let anchor = Anchor { direct: &[100.0, 300.0], share: ANCHOR_SHARE };
    let found = update_population(&[1000.0, 1000.0], &relocations(&[(0, 1, 200.0)]), 1.0, Some(anchor)).unwrap();
    // (800, 1200) to (500, 1500), a tenth of the way.
    near(&found.residents, &[770.0, 1230.0]);
    assert!(found.scaled_rows.is_empty());
}

#[test]
fn input_that_cannot_be_is_refused() {
    let refused = |residents: &[f64], flows: &[(usize, usize, f64)], growth, anchor| {
        assert!(update_population(residents, &relocations(flows), growth, anchor).is_err());
    };
    refused(&[1.0, -1.0], &[], 1.0, None);
    refused(&[1.0, f64::NAN], &[], 1.0, None);
    refused(&[1.0, 1.0], &[(0, 2, 0.5)], 1.0, None);
    refused(&[1.0, 1.0], &[(0, 1, -0.5)], 1.0, None);
    refused(&[1.0, 1.0], &[], 0.0, None);
    refused(&[1.0, 1.0], &[], 1.0, Some(Anchor { direct: &[1.0], share: 0.1 }));
    refused(&[1.0, 1.0], &[], 1.0, Some(Anchor { direct: &[0.0, 0.0], share: 0.1 }));
    refused(&[1.0, 1.0], &[], 1.0, Some(Anchor { direct: &[1.0, 1.0], share: 1.1 }));
    assert_eq!(update_population(&[], &[], 1.0, None).unwrap().residents, Vec::<f64>::new());
    assert_eq!(update_population(&[0.0, 5.0], &relocations(&[(0, 1, 0.0)]), 1.0, None).unwrap().residents, [0.0, 5.0]);
}

proptest! {
    #[test]
    fn nobody_is_lost_or_made_in_a_year(
        residents in prop::collection::vec(0.0f64..1e6, 2..8),
        flows in prop::collection::vec((0usize..8, 0usize..8, 0.0f64..1e6), 0..40),
        growth in 0.99f64..1.01, share in 0.0f64..1.0, by in 0usize..40,
    ) {
        let areas = residents.len();
        let within: Vec<_> = flows.into_iter().map(|(from, to, people)| (from % areas, to % areas, people)).collect();
        let mut flows = relocations(&within);
        let direct: Vec<f64> = (1..=areas).map(|area| area as f64).collect();
        let mut now = residents.clone();
        for _ in 0..12 {
            let updated = update_population(&now, &flows, growth, Some(Anchor { direct: &direct, share })).unwrap();
            prop_assert!(updated.residents.iter().all(|&people| people >= 0.0));
            let by = by.min(flows.len());
            flows.rotate_left(by);
            let turned = update_population(&now, &flows, growth, Some(Anchor { direct: &direct, share })).unwrap();
            prop_assert_eq!(&turned, &updated, "order does not matter");
            now = updated.residents;
        }
        let (before, after): (f64, f64) = (residents.iter().sum(), now.iter().sum());
        prop_assert!((after - before * growth.powi(12)).abs() <= 1e-8 * before.max(1.0));
    }
}
