use super::*;
use proptest::prelude::*;

/// Areas are numbers, 111 below 11 below 1 below the top.
fn parent(area: u32) -> Option<u32> {
    (area >= 10).then_some(area / 10)
}

fn area((area, population, residents): (u32, f64, u64)) -> HomeArea<u32> {
    HomeArea { area, population, residents, covered: true }
}

#[test]
fn small_areas_of_one_parent_are_one_stratum() {
    let areas = [(111, 9000.0, 300), (112, 4000.0, 20), (113, 1000.0, 10), (121, 500.0, 29), (131, 70.0, 2)].map(area);
    let expected = [
        AreaWeight::Own { people_per_subscriber: 30.0 },
        AreaWeight::Pooled { people_per_subscriber: 5000.0 / 30.0, above: 11, residents: 30 },
        AreaWeight::Pooled { people_per_subscriber: 5000.0 / 30.0, above: 11, residents: 30 },
        AreaWeight::Pooled { people_per_subscriber: 570.0 / 31.0, above: 1, residents: 31 },
        AreaWeight::Pooled { people_per_subscriber: 570.0 / 31.0, above: 1, residents: 31 },
    ];
    assert_eq!(hajek_weights(&areas, parent).unwrap(), expected);
}

#[test]
fn people_without_coverage_are_reported_and_not_filled() {
    let mut areas = [(111, 9000.0, 300), (112, 4000.0, 0), (113, 800.0, 40), (21, 60.0, 29)].map(area);
    areas[2].covered = false;
    let weights = hajek_weights(&areas, parent).unwrap();
    assert_eq!(weights[1], AreaWeight::NotCovered { population: 4000.0 });
    assert_eq!(weights[2], AreaWeight::NotCovered { population: 800.0 }, "strays of a neighbour's radio cell");
    assert_eq!(weights[3], AreaWeight::TooFew { population: 60.0, residents: 29 });
    let people = weights.iter().map(AreaWeight::people_per_subscriber);
    assert!(people.eq([Some(30.0), None, None, None]));
}

#[test]
fn a_tree_that_goes_round_ends() {
    let weights = hajek_weights(&[area((5, 100.0, 3))], Some).unwrap();
    assert_eq!(weights, [AreaWeight::TooFew { population: 100.0, residents: 3 }]);
    assert!(hajek_weights(&[area((5, f64::NAN, 3))], Some).is_err());
}

#[test]
fn t23_a_market_share_of_bengtsson_2011() {
    let own = MarketShare { penetration: 0.5, share: 0.5, devices_per_person: 1.25 };
    let weight = own.people_per_subscriber().unwrap();
    assert!((weight - 3.2).abs() < 1e-12);
    assert!((197_484.0 * weight - 631_948.8).abs() < 1e-6, "631,949 people");
}

#[test]
fn shares_that_cannot_be_are_refused() {
    let usual = MarketShare { penetration: 0.5, share: 0.5, devices_per_person: 1.0 };
    let wrong = [
        MarketShare { penetration: 0.0, ..usual },
        MarketShare { share: 1.1, ..usual },
        MarketShare { share: f64::NAN, ..usual },
        MarketShare { devices_per_person: 0.9, ..usual },
    ];
    assert!(wrong.iter().all(|own| own.people_per_subscriber().is_err()));
}

proptest! {
    #[test]
    fn weights_give_back_the_people_of_all_that_have_one(
        figures in prop::collection::vec((0.0f64..1e6, 0u64..100), 1..40), by in 0usize..40,
    ) {
        let areas = figures.iter().zip(100..).map(|(&(population, residents), key)| area((key, population, residents)));
        let areas: Vec<HomeArea<u32>> = areas.collect();
        let weights = hajek_weights(&areas, parent).unwrap();
        let (mut people, mut weighted) = (0.0, 0.0);
        for (own, weight) in areas.iter().zip(&weights) {
            if let Some(weight) = weight.people_per_subscriber() {
                people += own.population;
                weighted += weight * own.residents as f64;
            }
        }
        prop_assert!((people - weighted).abs() <= 1e-9 * people.max(1.0));

        let mut turned = areas;
        let by = by.min(turned.len());
        turned.rotate_left(by);
        let mut of_turned = hajek_weights(&turned, parent).unwrap();
        of_turned.rotate_right(by);
        prop_assert_eq!(of_turned, weights, "order does not matter");
    }
}
