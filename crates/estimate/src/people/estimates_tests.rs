use super::*;
use crate::interval::{IntervalMethod, replicate_variance};
use crate::people::tests::{near, pair, unit};
use hexodus_model::{Dating, LastKnown, LocalDay, OriginCounts, StockCounts};
use proptest::prelude::*;

fn whole(people: f64) -> u64 {
    people.round() as u64
}

/// Of 1,000 subscribers of area 1, 200 are at 2, 100 at 3 and 200 silent; of 500 of area 2, 50 are at 3 and 50 silent.
fn table() -> StockTable {
    let origin = |panel, displaced, not_located| OriginCounts {
        panel,
        displaced,
        not_located,
        at_home: panel - displaced - not_located,
        ..OriginCounts::default()
    };
    let host = |stock| StockCounts { stock, ..StockCounts::default() };
    let known = |known, observed| LastKnown { known, observed };
    StockTable {
        origins: vec![(unit(1), origin(1000, 300, 200)), (unit(2), origin(500, 50, 50))],
        hosts: vec![(pair(1, 2), host(200)), (pair(1, 3), host(100)), (pair(2, 3), host(50))],
        last_known: vec![(unit(1), known(1_000_000, 750_000)), (unit(2), known(1_000_000, 1_000_000))],
        ..StockTable::empty(LocalDay(3), Dating::Live)
    }
}

fn stands_for() -> StandsFor {
    StandsFor { people: [(unit(1), 8000.0), (unit(2), 10_000.0)].into(), ..StandsFor::default() }
}

fn told(stands_for: &StandsFor, variance: Option<f64>) -> BTreeMap<PeopleOf, PeopleEstimate> {
    let stayers = [(unit(2), 2.0)].into();
    let misplaced = BTreeMap::new();
    let corrected = corrected_people(&table(), &WeightedStock::of(&table()), stands_for, &misplaced).unwrap();
    let basis = Basis {
        stands_for,
        population_cv: 0.1,
        deff: 2.0,
        stayers: &stayers,
        misplaced: &misplaced,
        normal_share: Some(0.02),
        corrected: &corrected,
        changes: &DayFigures::new(),
    };
    let all = people_estimates(&table(), &basis, |_| variance).unwrap();
    all.into_iter().map(|own| (own.of, own)).collect()
}

#[test]
fn every_figure_by_hand() {
    let told = told(&stands_for(), None);
    assert_eq!(told.len(), 8);
    let from = told[&PeopleOf::From(unit(1))];
    assert_eq!((from.subscribers, from.observed), (300, 800));
    near(from.uncorrected, 3000.0);
    // Seen of those at home 3 of 4, of those at 2 all; of those at 3 nothing is known: 500·4/3 : 200 : 100.
    let present = 500.0 / 0.75 + 300.0;
    assert!((from.interval.estimate - 8000.0 * 300.0 / present).abs() < 0.1, "shrunk by two of a million");
    near(from.normal.unwrap(), 160.0);
    near(told[&PeopleOf::Everywhere].normal.unwrap(), 360.0);
    assert_eq!(told[&PeopleOf::At(unit(3))].normal, None);
    near(from.by_stayers.unwrap(), 8000.0 * 500.0 / 1000.0);
    assert_eq!(from.bounds.map(whole), [2400, 4000]);
    assert_eq!(told[&PeopleOf::Pair(pair(1, 3))].bounds.map(whole), [800, 2400]);
    // 800 + 1,000 are at 3; 1,600 + 1,000 are unseen.
    assert_eq!(told[&PeopleOf::At(unit(3))].bounds.map(whole), [1800, 4400]);
    assert_eq!(told[&PeopleOf::Everywhere].bounds.map(whole), [3400, 6000]);
    assert_eq!((told[&PeopleOf::Everywhere].subscribers, told[&PeopleOf::At(unit(3))].observed), (350, 1250));
}

/// Area 1 is of two homes: 600 urban subscribers of whom 240 are away, 400 rural ones with 60; a rural one weighs 2, an urban
/// one 1/3. Nobody is silent, so 1,000 weigh as many: (240/3 + 60·2)/1000 are displaced.
#[test]
fn residents_weigh_what_their_class_does() {
    let origin = |panel, displaced| OriginCounts { panel, displaced, ..OriginCounts::default() };
    let host = |stock| StockCounts { stock, ..StockCounts::default() };
    let grid = StockTable {
        origins: vec![(unit(10), origin(600, 240)), (unit(11), origin(400, 60))],
        hosts: vec![(pair(10, 12), host(240)), (pair(11, 12), host(60))],
        ..StockTable::empty(LocalDay(3), Dating::Live)
    };
    let area = |own: UnitKey| if own == unit(12) { unit(2) } else { unit(1) };
    let rolled = StockTable {
        origins: vec![(unit(1), origin(1000, 300))],
        hosts: vec![(pair(1, 2), host(300))],
        ..StockTable::empty(LocalDay(3), Dating::Live)
    };
    let stock = WeightedStock::rolled_up(&grid, area, |home| if home == unit(10) { 1.0 / 3.0 } else { 2.0 });
    let stands_for = StandsFor { people: [(unit(1), 8000.0)].into(), ..StandsFor::default() };
    let (stayers, misplaced) = (BTreeMap::new(), BTreeMap::new());
    let from = |stock: &WeightedStock| {
        let basis = Basis {
            stands_for: &stands_for,
            population_cv: 0.0,
            deff: 1.0,
            stayers: &stayers,
            misplaced: &misplaced,
            normal_share: None,
            corrected: &corrected_people(&rolled, stock, &stands_for, &misplaced).unwrap(),
            changes: &DayFigures::new(),
        };
        let told = weighted_people_estimates(&rolled, stock, &basis, |_| None).unwrap();
        *told.iter().find(|own| own.of == PeopleOf::From(unit(1))).unwrap()
    };
    let (weighted, plain) = (from(&stock), from(&WeightedStock::of(&rolled)));
    near(weighted.interval.estimate, 1600.0);
    near(weighted.uncorrected, 1600.0);
    near(weighted.bounds[0], 1600.0);
    near(plain.interval.estimate, 2400.0);
    assert_eq!((weighted.subscribers, weighted.observed), (300, 1000), "tests of k see persons, not weights");
    // (600/9 + 400·4)/1000 times the variance of as many subscribers.
    let sampling = |share: f64, worth: f64| (1.0 - 1000.0 / 8000.0) / (1000.0 / worth * share * (1.0 - share));
    near(weighted.interval.components.sampling, sampling(0.2, 5.0 / 3.0));
    near(plain.interval.components.sampling, sampling(0.3, 1.0));
}

#[test]
fn errors_of_populations_partly_cancel_and_no_origin_has_less() {
    let told = told(&stands_for(), Some(0.0));
    let population = |of: PeopleOf| {
        let own = told[&of].interval;
        assert_eq!(own.method, IntervalMethod::Bootstrap);
        let share = own.estimate / if matches!(of, PeopleOf::From(_)) { 8000.0 } else { 18_000.0 };
        own.components.population.sqrt() * (1.0 - share)
    };
    near(population(PeopleOf::From(unit(1))), 0.1);
    let [one, two] = [1, 2].map(|origin| told[&PeopleOf::From(unit(origin))].interval.estimate);
    near(population(PeopleOf::Everywhere), 0.1 * one.hypot(two) / (one + two));
}

#[test]
fn origins_without_people_are_in_no_figure() {
    let only = StandsFor { people: [(unit(2), 10_000.0)].into(), ..StandsFor::default() };
    let told = told(&only, None);
    assert_eq!(
        told.keys().copied().collect::<Vec<_>>(),
        [PeopleOf::Everywhere, PeopleOf::From(unit(2)), PeopleOf::At(unit(3)), PeopleOf::Pair(pair(2, 3)),]
    );
    assert_eq!(told[&PeopleOf::At(unit(3))].bounds.map(whole), [1000, 2000]);
}

/// 400 subscribers, as often as each is drawn: the replicates of a share have the variance s(1 − s)/n.
#[test]
fn variances_over_replicates_are_those_of_a_share() {
    let (mut day, mut row) = (PanelDay { columns: 400, ..PanelDay::default() }, [0; 400]);
    day.stayed.insert(unit(1), vec![0.0; 400]);
    day.displaced.insert(pair(1, 2), vec![0.0; 400]);
    for subscriber in 0..400 {
        hexodus_mobility::fill_poisson_weights(1, subscriber, &mut row);
        let own = if subscriber < 100 { day.displaced.get_mut(&pair(1, 2)) } else { day.stayed.get_mut(&unit(1)) };
        own.unwrap().iter_mut().zip(row).for_each(|(own, weight)| *own += f64::from(weight));
    }
    let stands_for = StandsFor { people: [(unit(1), 7.0)].into(), ..StandsFor::default() };
    let shares = replicate_shares(&day, &stands_for, &BTreeMap::new()).unwrap();
    assert_eq!(shares.len(), 4);
    for (of, shares) in shares {
        let ratio = replicate_variance(&shares).unwrap() / (0.25 * 0.75 / 400.0);
        assert!((0.8..1.2).contains(&ratio), "{of:?}: {ratio}");
    }
    assert!(replicate_variance(&[0.1; 49]).is_err());
}

proptest! {
    /// Whatever the counts, estimates stay inside their interval and the people there are, and bounds hold the figure
    /// without correction.
    #[test]
    fn intervals_hold_estimates_and_bounds_hold_figures(
        homes in prop::collection::vec((0u64..300, 0u64..300), 3),
        stocks in prop::collection::vec(0u64..100, 9),
        known in prop::collection::vec((0u64..500, 0u64..500), 3),
        share in prop_oneof![Just(0.0), 0.0f64..0.1], cv in 0.0f64..0.5, deff in 1.0f64..4.0, variance in prop::option::of(0.0f64..0.1),
        change in prop_oneof![Just(0.0), 0.0f64..500.0],
    ) {
        let hosts: Vec<_> = (0u32..).zip(stocks).map(|(at, stock)| {
            (pair(at / 3, at % 3), StockCounts { stock, near: stock / 2, ..StockCounts::default() })
        }).collect();
        let misplaced = (0u32..3).map(|origin| (unit(origin), share)).collect();
        let origins = (0u32..).map(unit).zip(homes).map(|(origin, (at_home, not_located))| {
            let displaced: u64 = hosts.iter().filter(|own| own.0.origin == origin).map(|own| own.1.stock).sum();
            let panel = at_home + not_located + displaced;
            (origin, OriginCounts { panel, at_home, displaced, not_located, ..OriginCounts::default() })
        }).collect();
        let last_known = (0u32..).map(unit).zip(known).map(|(place, (observed, more))| {
            (place, LastKnown { known: observed + more, observed })
        }).collect();
        let table = StockTable { origins, hosts, last_known, ..StockTable::empty(LocalDay(1), Dating::Live) };
        let stands_for = StandsFor {
            people: table.origins.iter().filter(|own| own.1.panel > 0).map(|own| (own.0, 3.5 * own.1.panel as f64)).collect(),
            ..StandsFor::default()
        };
        let corrected = corrected_people(&table, &WeightedStock::of(&table), &stands_for, &misplaced).unwrap();
        let changes = corrected.keys().map(|&of| (of, change)).collect();
        let basis = Basis {
            stands_for: &stands_for, population_cv: cv, deff, stayers: &BTreeMap::new(), misplaced: &misplaced,
            normal_share: None, corrected: &corrected, changes: &changes,
        };
        for own in people_estimates(&table, &basis, |_| variance).unwrap() {
            let Interval { estimate, low, high, .. } = own.interval;
            prop_assert!(0.0 <= low && low <= estimate && estimate <= high, "{:?}", own);
            prop_assert!(high <= stands_for.everybody() * (1.0 + 1e-12), "{:?}", own);
            let [least, most] = own.bounds;
            prop_assert!(0.0 <= least && least <= own.uncorrected + 1e-6 && least <= most, "{:?}", own);
            if share == 0.0 {
                prop_assert!(own.uncorrected <= most + 1e-6, "{:?}", own);
            }
            prop_assert!(own.by_stayers.is_none());
        }
    }
}
