//! Privacy loss between neighbours, by histogram.

use super::mechanism::Mechanism;
use super::pmf_tests::test_bits;
use std::collections::BTreeMap;

const DRAWS: u32 = 400_000;

/// Worst ln(P(output | n + 1) / P(output | n)) over outputs, lowered by three standard errors of each.
fn loss(mechanism: Mechanism, count: i64, least: u32) -> f64 {
    let histogram = |count: i64, name: &str| {
        let mut bits = test_bits(name);
        let mut times: BTreeMap<i64, u32> = BTreeMap::new();
        for _ in 0..DRAWS {
            *times.entry(count + mechanism.draw(&mut bits)).or_default() += 1;
        }
        times
    };
    let (with, without) = (histogram(count + 1, "with"), histogram(count, "without"));
    let bound = |left: &BTreeMap<i64, u32>, right: &BTreeMap<i64, u32>| {
        let seen = left.iter().filter(|&(output, &times)| times >= least && right.get(output) >= Some(&least));
        let losses = seen.map(|(output, &times)| {
            let (left, right) = (f64::from(times), f64::from(right[output]));
            (left / right).ln() - 3.9 * (1.0 / left + 1.0 / right).sqrt()
        });
        losses.fold(f64::MIN, f64::max)
    };
    bound(&with, &without).max(bound(&without, &with))
}

#[test]
fn neighbours_differ_by_no_more_than_epsilon() {
    for (epsilon, count) in [("1/4", 16), ("1", 0), ("2", 40)] {
        let ratio: super::Ratio = epsilon.parse().unwrap();
        let mechanism = Mechanism::laplace(ratio, std::num::NonZeroU32::MIN).unwrap();
        let found = loss(mechanism, count, 200);
        assert!(found <= ratio.to_f64(), "{epsilon}: {found}");
        // And the test can fail: a fifth less noise is seen.
        let less = Mechanism::laplace(
            super::Ratio::new(ratio.numerator() * 5, ratio.denominator() * 4).unwrap(),
            std::num::NonZeroU32::MIN,
        );
        assert!(loss(less.unwrap(), count, 200) > ratio.to_f64(), "{epsilon} with less noise");
    }
}

/// Discrete Gaussian: outputs whose loss is above ε have probability at most δ for every pair on its curve.
#[test]
fn the_gaussian_passes_epsilon_with_probability_delta() {
    let mechanism = Mechanism::DiscreteGaussian { sigma_squared: "9".parse().unwrap() };
    let rho = mechanism.rho(std::num::NonZeroU32::MIN);
    for delta in ["1/100", "1/10000", "1/1000000"] {
        let delta = super::Delta::of(delta.parse().unwrap());
        let epsilon = rho.epsilon(delta);
        // δ(ε) = Σ max(0, P(x − 1) − e^ε·P(x)), exactly, over the outputs of two neighbouring counts.
        let pmf = |x| super::pmf_tests::pmf(mechanism, x);
        let found: f64 = (-60..60_i64).map(|x| (pmf(x - 1) - epsilon.exp() * pmf(x)).max(0.0)).sum();
        assert!(found <= delta.atto() as f64 * 1e-18, "{epsilon}: {found}");
    }
}
