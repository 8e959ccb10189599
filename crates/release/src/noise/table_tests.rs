use super::*;
use crate::noise::{Budget, Delta, Mechanism, Rho};
use hexodus_model::{Level, LocalDay};
use proptest::prelude::*;

const SCOPE: TableScope<'_> = TableScope { release: "4f0c", table: "stock", level: Level::Adm(2), day: LocalDay(9) };

fn gaussian(sigma_squared: &str) -> Parameters {
    Parameters::one_row(Mechanism::DiscreteGaussian { sigma_squared: sigma_squared.parse().unwrap() })
}

fn table(scope: &TableScope<'_>, parameters: Parameters, counts: &[(u64, u64)]) -> TableNoise<u64> {
    TableNoise::new(&NoiseKey::for_tests(), scope, parameters, counts).unwrap()
}

fn public(table: &TableNoise<u64>, universe: &[u64]) -> Vec<(u64, i64)> {
    table.of_public_keys(universe, std::slice::from_ref(table.charge())).unwrap()
}

#[test]
fn every_key_of_a_public_set_is_noised_zeros_included() {
    let universe: Vec<u64> = (0..2000).collect();
    let noised = public(&table(&SCOPE, gaussian("9"), &[(7, 500)]), &universe);
    assert_eq!(noised.len(), 2000);
    assert!((noised[7].1 - 500).abs() < 20, "{}", noised[7].1);
    let zeros: Vec<f64> = noised.iter().filter(|(row, _)| *row != 7).map(|&(_, count)| count as f64).collect();
    let mean = zeros.iter().sum::<f64>() / 1999.0;
    let variance = zeros.iter().map(|count| count * count).sum::<f64>() / 1999.0;
    // 4.5 standard errors: 3/√1999, and 9·√(2/1999).
    assert!(mean.abs() < 0.31 && (variance - 9.0).abs() < 1.3, "{mean} {variance}");
    assert!(zeros.iter().any(|&count| count < 0.0), "not clipped");
    let published = at_least(&noised, 16);
    assert_eq!(published.iter().map(|&(row, _)| row).collect::<Vec<_>>(), [7]);
    assert!(at_least(&noised, 0).iter().all(|&(_, count)| count < 1000) && at_least(&noised, 0).len() == 2000);
}

/// As an independent implementation in Python (integers of any size, the BLAKE3 binding) draws them. Pinned: whoever changes sampler or stream gives old releases other noise, which can be averaged with the old.
#[test]
fn known_answers() {
    let laplace = Parameters::one_row(Mechanism::DiscreteLaplace { scale: "7".parse().unwrap() });
    for (parameters, expected) in [(laplace, [512, -12, -10, -12, 14, 3]), (gaussian("200"), [489, 22, -1, -23, -1, 0])]
    {
        let noised = public(&table(&SCOPE, parameters, &[(7, 500)]), &[7, 8, 9, 10, 11, 12]);
        assert_eq!(noised.iter().map(|&(_, count)| count).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn an_uncharged_table_gives_nothing() {
    let noise = table(&SCOPE, gaussian("9"), &[(7, 500)]);
    assert_eq!(noise.of_public_keys(&[7], &[]), Err(NoiseError::NotCharged));
    let other_counts = table(&SCOPE, gaussian("9"), &[(7, 501)]);
    assert_eq!(noise.of_public_keys(&[7], &[other_counts.charge().clone()]), Err(NoiseError::NotCharged));
    let budget = Budget { rho_total: Rho::ONE, delta: Delta::ZERO, key_delta_total: Delta::ZERO };
    let ledger = budget.charge(&[], &[noise.charge().clone()]).unwrap();
    assert!(noise.of_public_keys(&[7], &ledger).is_ok());
    assert_eq!(noise.of_found_keys(&ledger), Err(NoiseError::NoKeyDelta));
    assert_eq!(format!("{noise:?}"), "TableNoise(..)");
}

#[test]
fn keys_are_each_once_and_in_the_public_set() {
    let twice = TableNoise::new(&NoiseKey::for_tests(), &SCOPE, gaussian("9"), &[(7_u64, 1), (7, 2)]);
    assert_eq!(twice.unwrap_err(), NoiseError::Repeated { rows: 1 });
    let noise = table(&SCOPE, gaussian("9"), &[(7, 1), (8, 1), (9, 0)]);
    let ledger = [noise.charge().clone()];
    assert_eq!(noise.of_public_keys(&[7], &ledger), Err(NoiseError::OutsideUniverse { rows: 1 }));
    assert_eq!(noise.of_public_keys(&[7, 8, 7], &ledger), Err(NoiseError::Repeated { rows: 1 }));
}

#[test]
fn found_keys_are_named_from_the_threshold_on() {
    let key_delta = Delta::of("1/1000000".parse().unwrap());
    let mechanism = Mechanism::DiscreteLaplace { scale: "1".parse().unwrap() };
    let parameters = Parameters { key_delta, ..Parameters::one_row(mechanism) };
    let counts: Vec<(u64, u64)> = (0..3000).map(|row| (row, [1, 100][(row % 2) as usize])).collect();
    let noise = table(&SCOPE, parameters, &counts);
    let named = noise.of_found_keys(&[noise.charge().clone()]).unwrap();
    assert_eq!(named.len(), 1500, "no lone subscriber among 1,500 at delta 1e-6");
    assert!(named.iter().all(|&(row, count)| row % 2 == 1 && count >= 15));
}

#[test]
fn changed_counts_or_parameters_draw_other_noise() {
    let universe: Vec<u64> = (0..64).collect();
    let drawn = |scope, parameters, counts: &[(u64, u64)]| public(&table(scope, parameters, counts), &universe);
    let first = drawn(&SCOPE, gaussian("100"), &[(7, 500)]);
    let differs = |other: Vec<(u64, i64)>| {
        let equal = (8..64).filter(|&row| first[row].1 == other[row].1).count();
        // Two independent draws of σ = 10 are equal once in 35.
        equal < 12
    };
    assert!(differs(drawn(&SCOPE, gaussian("100"), &[(7, 501)])));
    assert!(differs(drawn(&SCOPE, gaussian("101"), &[(7, 500)])));
    assert!(differs(drawn(&TableScope { day: LocalDay(10), ..SCOPE }, gaussian("100"), &[(7, 500)])));
    assert_eq!(first, drawn(&SCOPE, gaussian("100"), &[(9, 0), (7, 500)]), "zeros may be left out");
}

proptest! {
    /// Any order of rows, any part of the key set, any thread: a row's noise is its own.
    #[test]
    fn noise_depends_on_the_row_alone(
        rows in prop::collection::btree_map(0_u64..300, 1_u64..1000, 1..40), seed: u64,
    ) {
        let ascending: Vec<(u64, u64)> = rows.iter().map(|(&row, &count)| (row, count)).collect();
        let mut shuffled = ascending.clone();
        shuffled.sort_by_key(|&(row, _)| blake3::hash(&(row ^ seed).to_be_bytes()).to_hex());
        let universe: Vec<u64> = (0..300).collect();
        let whole = public(&table(&SCOPE, gaussian("30"), &ascending), &universe);
        prop_assert_eq!(&whole, &public(&table(&SCOPE, gaussian("30"), &shuffled), &universe));
        let few: Vec<u64> = shuffled.iter().map(|&(row, _)| row).collect();
        let of_few = public(&table(&SCOPE, gaussian("30"), &ascending), &few);
        prop_assert!(of_few.iter().all(|noised| whole.contains(noised)));
        let on_threads: Vec<Vec<(u64, i64)>> = std::thread::scope(|scope| {
            let parts = [(0, 90), (90, 300)].map(|(from, to)| {
                let (universe, shuffled) = (&universe, &shuffled);
                scope.spawn(move || {
                    let noised = public(&table(&SCOPE, gaussian("30"), shuffled), universe);
                    noised[from..to].to_vec()
                })
            });
            parts.map(|part| part.join().unwrap()).into()
        });
        prop_assert_eq!(whole, on_threads.concat());
    }
}
