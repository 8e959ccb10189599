//! Samplers against the exact probabilities, by χ² at 10⁶ draws.

use super::NoiseKey;
use super::mechanism::Mechanism;
use super::stream::{NoiseBits, NoiseStream, TableScope};
use hexodus_model::{Level, LocalDay};
use std::collections::BTreeMap;

/// A million draws from one stream under the public test key.
const DRAWS: u32 = 1_000_000;

pub(super) fn test_bits(name: &str) -> NoiseBits {
    let scope = TableScope { release: "test", table: name, level: Level::Adm(1), day: LocalDay(0) };
    NoiseStream::new(&NoiseKey::for_tests(), &scope).row(&"row")
}

/// P(x), by the definition; the Gaussian's constant by its sum.
pub(super) fn pmf(mechanism: Mechanism, x: i64) -> f64 {
    match mechanism {
        Mechanism::DiscreteLaplace { scale } => {
            let alpha = (-1.0 / scale.to_f64()).exp();
            (1.0 - alpha) / (1.0 + alpha) * alpha.powf(x.unsigned_abs() as f64)
        }
        Mechanism::DiscreteGaussian { sigma_squared } => {
            let weight = |x: i64| (-(x as f64).powi(2) / (2.0 * sigma_squared.to_f64())).exp();
            let far = (sigma_squared.to_f64().sqrt() * 12.0) as i64 + 12;
            weight(x) / (-far..=far).map(weight).sum::<f64>()
        }
    }
}

fn laplace(scale: &str) -> Mechanism {
    Mechanism::DiscreteLaplace { scale: scale.parse().unwrap() }
}

fn gaussian(sigma_squared: &str) -> Mechanism {
    Mechanism::DiscreteGaussian { sigma_squared: sigma_squared.parse().unwrap() }
}

fn drawn(mechanism: Mechanism, name: &str) -> BTreeMap<i64, u32> {
    let mut bits = test_bits(name);
    let mut times = BTreeMap::new();
    for _ in 0..DRAWS {
        *times.entry(mechanism.draw(&mut bits)).or_default() += 1;
    }
    times
}

/// χ² of draws under a mechanism, and its degrees of freedom: one class a value while at least 10 are expected, one for
/// each tail.
fn chi_squared(times: &BTreeMap<i64, u32>, mechanism: Mechanism) -> (f64, f64) {
    let expected = |x| pmf(mechanism, x) * f64::from(DRAWS);
    let last = (0..10_000).find(|&x| expected(x + 1) < 10.0).unwrap();
    let inner: Vec<(f64, f64)> =
        (-last..=last).map(|x| (f64::from(times.get(&x).copied().unwrap_or(0)), expected(x))).collect();
    let inside: f64 = inner.iter().map(|(_, expected)| expected).sum();
    let tail = ((f64::from(DRAWS) - inside) / 2.0).max(1e-9);
    let below = f64::from(times.range(..-last).map(|(_, count)| count).sum::<u32>());
    let above = f64::from(times.range(last + 1..).map(|(_, count)| count).sum::<u32>());
    let classes = inner.into_iter().chain([(below, tail), (above, tail)]);
    (classes.map(|(found, expected)| (found - expected).powi(2) / expected).sum(), (2 * last + 2) as f64)
}

/// χ² beyond which p < 1e-4 or a little more: Wilson and Hilferty's cube, with a quantile that errs on the strict side.
fn critical(freedom: f64) -> f64 {
    const Z: f64 = 3.62;
    let spread = 2.0 / (9.0 * freedom);
    freedom * (1.0 - spread + Z * spread.sqrt()).powi(3)
}

#[test]
fn critical_values_are_no_more_than_those_of_the_tables() {
    for (freedom, table) in [(4.0, 23.513), (10.0, 35.564), (100.0, 161.319)] {
        assert!(critical(freedom) <= table && critical(freedom) > 0.97 * table, "{freedom}");
    }
}

#[test]
fn both_samplers_have_the_exact_distribution() {
    let cases = ["1/2", "1", "7/3", "10", "40"]
        .map(laplace)
        .into_iter()
        .chain(["1/4", "1", "50/7", "30", "5000/9"].map(gaussian));
    for mechanism in cases {
        let times = drawn(mechanism, "chi squared");
        let (found, freedom) = chi_squared(&times, mechanism);
        assert!(found < critical(freedom), "{mechanism:?}: {found} at {freedom} degrees");
    }
}

/// The test can fail: two percent more or less of the scale, or the other distribution of the same variance.
#[test]
fn a_wrong_distribution_is_rejected() {
    let wrong = [
        (laplace("10"), laplace("10.2")),
        (laplace("1"), laplace("0.98")),
        (gaussian("30"), gaussian("29")),
        (gaussian("1"), gaussian("1.02")),
        (gaussian("2"), laplace("0.9")),
    ];
    for (truth, believed) in wrong {
        let (found, freedom) = chi_squared(&drawn(truth, "chi squared"), believed);
        assert!(found > critical(freedom), "{truth:?} passes for {believed:?}: {found} at {freedom} degrees");
    }
}

#[test]
fn variances_are_those_of_the_pmf() {
    let exact = |mechanism| (-4000_i64..=4000).map(|x| (x * x) as f64 * pmf(mechanism, x)).sum::<f64>();
    for scale in ["1/3", "1", "2.5", "10", "70"] {
        let (exact, found) = (exact(laplace(scale)), laplace(scale).noise_variance());
        assert!((found / exact - 1.0).abs() < 1e-9, "{scale}: {found} for {exact}");
    }
    for (sigma_squared, above) in [("1/4", 0.2), ("1", 1e-5), ("30", 1e-9)] {
        let (exact, bound) = (exact(gaussian(sigma_squared)), gaussian(sigma_squared).noise_variance());
        let room = 1e-12 * exact;
        assert!(bound >= exact - room && bound <= exact * (1.0 + above) + room, "{sigma_squared}: {bound} for {exact}");
    }
}

/// The largest and smallest parameters are drawn without a panic.
#[test]
fn the_ends_of_the_range() {
    let mut bits = test_bits("ends");
    for mechanism in ["1/4294967295", "4294967295", "4294967295/4294967294"]
        .map(laplace)
        .into_iter()
        .chain(["1/4294967295", "4294967295", "4294967295/4294967294", "4294967295/65537"].map(gaussian))
    {
        let largest = (0..200).map(|_| mechanism.draw(&mut bits).unsigned_abs()).max().unwrap();
        assert!((largest as f64) < 40.0 * mechanism.noise_variance().sqrt() + 1.0, "{mechanism:?}: {largest}");
    }
}
