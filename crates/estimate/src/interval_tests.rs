use super::*;
use crate::jeffreys::jeffreys_interval;
use hexodus_mobility::fill_poisson_weights;
use proptest::prelude::*;

const OF: ObservedShare = ObservedShare { share: 0.2, observed: 1000.0, population: 10_000.0 };
const PLAIN: Uncertainty =
    Uncertainty { sampling_fraction: 0.0, deff: 1.0, population_cv: 0.0, survey_cv: 0.0, noise_variance: 0.0 };

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

#[test]
fn the_variance_of_replicates_divides_by_one_less() {
    let of: Vec<f64> = (0..100).map(|at| if at % 2 == 0 { 0.21 } else { 0.19 }).collect();
    near(replicate_variance(&of).unwrap(), 0.0001 * 100.0 / 99.0);
    assert!(replicate_variance(&[0.2; 49]).is_err());
    assert!(replicate_variance(&[f64::NAN; 50]).is_err());
}

#[test]
fn variances_are_composed_on_the_logit() {
    let errors =
        Uncertainty { sampling_fraction: 0.1, deff: 2.0, population_cv: 0.08, survey_cv: 0.04, noise_variance: 64.0 };
    let found = bootstrap_interval(&OF, 0.000_16, &errors).unwrap();
    assert_eq!(found.method, IntervalMethod::Bootstrap);
    // s(1 − s) = 0.16, so 0.00016/0.0256·0.9·2; (0.08/0.8)²; (0.04/0.8)²; 64/160².
    let VarianceComponents { sampling, population, survey, noise } = found.components;
    near(sampling, 0.011_25);
    near(population, 0.01);
    near(survey, 0.0025);
    near(noise, 0.0025);
    let reach = Z_95 * 0.026_25_f64.sqrt();
    let odds = |reach: f64| 0.25 * reach.exp();
    near(found.estimate, 2000.0);
    near(found.low, 10_000.0 * odds(-reach) / (1.0 + odds(-reach)));
    near(found.high, 10_000.0 * odds(reach) / (1.0 + odds(reach)));
}

#[test]
fn without_replicates_the_binomial_variance_stands_in() {
    let errors = Uncertainty { sampling_fraction: 0.1, ..Uncertainty::default() };
    let [closed, boot] =
        [closed_form_interval(&OF, &errors), bootstrap_interval(&OF, 0.000_16, &errors)].map(Result::unwrap);
    assert_eq!(closed.method, IntervalMethod::ClosedForm);
    near(closed.components.sampling, boot.components.sampling);
    near(closed.low, boot.low);
    near(closed_form_variance(&OF, 2.0).unwrap(), 28_800.0);
    near(closed_form_variance(&ObservedShare { observed: 20_000.0, ..OF }, 2.0).unwrap(), 0.0);
    assert_eq!(closed_form_variance(&ObservedShare { observed: 0.0, ..OF }, 2.0), None);
}

#[test]
fn nobody_and_everybody_have_the_interval_of_jeffreys() {
    let at =
        |share| closed_form_interval(&ObservedShare { share, observed: 10.0, population: 1000.0 }, &PLAIN).unwrap();
    let (none, all) = (at(0.0), at(1.0));
    assert_eq!((none.method, none.estimate, none.low), (IntervalMethod::Jeffreys, 0.0, 0.0));
    near(none.high, 217.196_267_509_210_53);
    assert_eq!((all.estimate, all.high), (1000.0, 1000.0));
    near(all.low, 782.803_732_490_789_4);
    near(none.components.sampling, 1.0 / (10.0 * (0.5 / 11.0) * (10.5 / 11.0)));
}

#[test]
fn few_are_few_in_the_effective_sample() {
    let method = |found: f64, deff| {
        let of = ObservedShare { share: found / 1000.0, ..OF };
        closed_form_interval(&of, &Uncertainty { deff, ..PLAIN }).unwrap().method
    };
    assert_eq!(
        [9.0, 10.0, 990.0, 991.0].map(|found| method(found, 1.0) == IntervalMethod::Jeffreys),
        [true, false, false, true]
    );
    assert_eq!([19.0, 20.0].map(|found| method(found, 2.0) == IntervalMethod::Jeffreys), [true, false]);
    // Half the sample: the interval of 4 in 500 for 8 in 1000.
    let found =
        closed_form_interval(&ObservedShare { share: 0.008, ..OF }, &Uncertainty { deff: 2.0, ..PLAIN }).unwrap();
    let [low, high] = jeffreys_interval(4.0, 500.0).unwrap();
    near(found.low, 10_000.0 * low);
    near(found.high, 10_000.0 * high);
    let wider = Uncertainty { deff: 2.0, population_cv: 0.2, ..PLAIN };
    let wider = closed_form_interval(&ObservedShare { share: 0.008, ..OF }, &wider).unwrap();
    assert!(wider.low < found.low && wider.high > found.high);
}

/// Noise of sd 14.1 (ε = 0.1) on a count of 12 in 1,000: ± 28 and the sampling of 12, not a factor.
#[test]
fn noise_is_added_where_it_drowns_the_count() {
    let of = ObservedShare { share: 0.012, ..OF };
    let found = closed_form_interval(&of, &Uncertainty { noise_variance: 200.0, ..PLAIN }).unwrap();
    let [_, high] = jeffreys_interval(12.0, 1000.0).unwrap();
    assert_eq!((found.method, found.low), (IntervalMethod::Jeffreys, 0.0));
    near(found.high, 10_000.0 * (0.012 + (high - 0.012).hypot(Z_95 * 200_f64.sqrt() / 1000.0)));
    let more =
        closed_form_interval(&ObservedShare { share: 0.05, ..OF }, &Uncertainty { noise_variance: 200.0, ..PLAIN });
    assert_eq!(more.unwrap().method, IntervalMethod::ClosedForm);
}

#[test]
fn replicates_of_few_are_not_looked_at() {
    let of = ObservedShare { share: 0.5, observed: 2.0, population: 100.0 };
    let found = bootstrap_interval(&of, f64::NAN, &PLAIN).unwrap();
    assert_eq!((found.method, found.estimate), (IntervalMethod::Jeffreys, 50.0));
}

#[test]
fn figures_that_cannot_be_are_refused() {
    for of in [
        ObservedShare { share: 1.01, ..OF },
        ObservedShare { share: f64::NAN, ..OF },
        ObservedShare { observed: 0.0, ..OF },
    ] {
        assert!(closed_form_interval(&of, &PLAIN).is_err(), "{of:?}");
    }
    for errors in [
        Uncertainty { sampling_fraction: 1.0, ..PLAIN },
        Uncertainty { deff: 0.0, ..PLAIN },
        Uncertainty { population_cv: -0.1, ..PLAIN },
        Uncertainty { survey_cv: f64::NAN, ..PLAIN },
        Uncertainty { noise_variance: f64::INFINITY, ..PLAIN },
    ] {
        assert!(closed_form_interval(&OF, &errors).is_err(), "{errors:?}");
    }
    assert!(bootstrap_interval(&OF, f64::NAN, &PLAIN).is_err());
}

/// 300 samples of 400 subscribers, each drawn from a share of 0.15 without households: the bootstrap finds the closed
/// form and covers the truth.
#[test]
fn the_bootstrap_finds_the_closed_form_and_covers() {
    const TRUTH: f64 = 0.15;
    let (mut covered, mut ratio) = (0, 0.0);
    for sample in 0..300_u64 {
        let (mut displaced, mut all, mut found) = ([0_u32; 200], [0_u32; 200], 0);
        for subscriber in sample * 400..(sample + 1) * 400 {
            let away = uniform(subscriber) < TRUTH;
            found += u32::from(away);
            let mut row = [0; 200];
            fill_poisson_weights(3, subscriber, &mut row);
            for (at, &weight) in row.iter().enumerate() {
                all[at] += u32::from(weight);
                displaced[at] += u32::from(weight) * u32::from(away);
            }
        }
        let shares: Vec<f64> = displaced.iter().zip(all).map(|(&own, all)| f64::from(own) / f64::from(all)).collect();
        let of = ObservedShare { share: f64::from(found) / 400.0, observed: 400.0, population: 1e6 };
        let variance = replicate_variance(&shares).unwrap();
        let [boot, closed] =
            [bootstrap_interval(&of, variance, &PLAIN), closed_form_interval(&of, &PLAIN)].map(Result::unwrap);
        covered += u32::from(boot.low <= TRUTH * 1e6 && TRUTH * 1e6 <= boot.high);
        ratio += boot.components.sampling / closed.components.sampling / 300.0;
    }
    assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
    assert!((0.92..0.98).contains(&(f64::from(covered) / 300.0)), "{covered} of 300");
}

/// In [0, 1), by another hash than that of the weights.
fn uniform(value: u64) -> f64 {
    let mixed = (value ^ 0xdead_beef).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    ((mixed ^ (mixed >> 29)) >> 11) as f64 / (1_u64 << 53) as f64
}

proptest! {
    #[test]
    fn the_interval_holds_the_estimate_and_stays_within_the_population(
        share in prop_oneof![Just(0.0), Just(1.0), 0.0f64..=1.0, 0.0f64..0.01],
        observed in 1.0f64..1e6, cv in 0.0f64..0.5,
        deff in 1.0f64..4.0, f in 0.0f64..0.99, noise in 0.0f64..1e3,
    ) {
        let of = ObservedShare { share, observed, population: 5e5 };
        let plain = Uncertainty { sampling_fraction: f, deff, noise_variance: noise, ..PLAIN };
        let errors = Uncertainty { population_cv: cv, survey_cv: cv / 2.0, ..plain };
        let found = closed_form_interval(&of, &errors).unwrap();
        prop_assert!(0.0 <= found.low && found.low <= found.estimate, "{:?}", found);
        prop_assert!(found.estimate <= found.high && found.high <= 5e5, "{:?}", found);
        let more = closed_form_interval(&of, &Uncertainty { population_cv: cv + 0.1, ..errors }).unwrap();
        prop_assert!(more.low <= found.low && more.high >= found.high, "an error more is never narrower");
    }
}
