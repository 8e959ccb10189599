//! From which noised count on a key may be named, where the set of keys is itself secret.

use super::accountant::Delta;
use super::mechanism::{Mechanism, Parameters};

/// τ of a key as `OpenDP` has it for counts: Δ + scale·ln(Δ/(2δ)), here Δ = 1 in each of `rows` keys at δ/rows. Of the
/// continuous Laplace distribution.
pub fn continuous_threshold(scale: f64, rows: u32, delta: Delta) -> f64 {
    1.0 + scale * (delta.ln_inverse() + f64::from(rows).ln() - std::f64::consts::LN_2)
}

/// The smallest noised count that names a key: a subscriber who alone makes up to `rows_per_subscriber` keys shows in
/// any of them with probability at most `key_delta`. Never below the rounded [`continuous_threshold`].
///
/// Laplace: P(1 + X ≥ τ) = α^(τ−1)/(1 + α) is above the continuous tail ½·α^(τ−1), so the exact one is solved for.
/// Gaussian: P(X ≥ x) ≤ exp(−x²/(2σ²)), as the discrete Gaussian is σ²-subgaussian (Canonne, Kamath, Steinke 2020).
/// `None` when `key_delta` is zero: then no count is large enough.
pub fn threshold(parameters: &Parameters) -> Option<i64> {
    let delta = parameters.key_delta;
    if delta == Delta::ZERO {
        return None;
    }
    let rows = parameters.rows_per_subscriber.get();
    // ln(1/δ) of one key.
    let log = delta.ln_inverse() + f64::from(rows).ln();
    let tau = match parameters.mechanism {
        Mechanism::DiscreteLaplace { scale } => {
            let scale = scale.to_f64();
            let exact = 1.0 + scale * (log - (-1.0 / scale).exp().ln_1p());
            exact.max(continuous_threshold(scale, rows, delta))
        }
        Mechanism::DiscreteGaussian { sigma_squared } => 1.0 + (2.0 * sigma_squared.to_f64() * log).max(0.0).sqrt(),
    };
    // Up, with room for the error of floats; never below what one subscriber makes without noise.
    Some((tau + 1e-6).ceil().max(2.0) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    fn delta(text: &str) -> Delta {
        Delta::of(text.parse().unwrap())
    }

    fn parameters(mechanism: Mechanism, rows: u32, key_delta: &str) -> Parameters {
        Parameters { mechanism, rows_per_subscriber: NonZeroU32::new(rows).unwrap(), key_delta: delta(key_delta) }
    }

    #[test]
    fn thresholds_of_methods_8_2() {
        for (epsilon, tau) in [(0.1, 132.2), (0.25, 53.5), (0.5, 27.2), (1.0, 14.1), (2.0, 7.6)] {
            let found = continuous_threshold(1.0 / epsilon, 1, delta("1/1000000"));
            assert!((found - tau).abs() < 0.05, "{epsilon}: {found}");
        }
        // Several keys a subscriber: δ/Δ0 each.
        let (one, four) = (delta("1/4000000"), delta("1/1000000"));
        assert!((continuous_threshold(1.0, 4, four) - continuous_threshold(1.0, 1, one)).abs() < 1e-9);
    }

    /// δ of a lone subscriber by the pmf itself.
    fn chance_of_being_named(mechanism: Mechanism, rows: u32, tau: i64) -> f64 {
        let tail: f64 = (tau - 1..tau + 3000).map(|x| crate::noise::pmf_tests::pmf(mechanism, x)).sum();
        f64::from(rows) * tail
    }

    #[test]
    fn a_lone_subscriber_is_named_no_more_often_than_delta() {
        let ratio = |text: &str| text.parse().unwrap();
        for (rows, key_delta) in [(1, "1/1000000"), (4, "1/1000000"), (1, "1/50"), (3, "1/1000000000")] {
            let bound = key_delta.parse::<super::super::Ratio>().unwrap().to_f64();
            for scale in ["1/3", "1", "5/2", "10", "70"] {
                let mechanism = Mechanism::DiscreteLaplace { scale: ratio(scale) };
                let tau = threshold(&parameters(mechanism, rows, key_delta)).unwrap();
                let found = chance_of_being_named(mechanism, rows, tau);
                assert!(found <= bound, "{scale}: {found} at {tau}");
                // Not needlessly high: two less would not do.
                assert!(tau == 2 || chance_of_being_named(mechanism, rows, tau - 2) > bound, "{scale} {tau}");
            }
            for sigma_squared in ["1/2", "7", "200"] {
                let mechanism = Mechanism::DiscreteGaussian { sigma_squared: ratio(sigma_squared) };
                let tau = threshold(&parameters(mechanism, rows, key_delta)).unwrap();
                assert!(chance_of_being_named(mechanism, rows, tau) <= bound, "{sigma_squared} at {tau}");
            }
        }
        let public = Parameters::one_row(Mechanism::DiscreteLaplace { scale: ratio("1") });
        assert_eq!(threshold(&public), None);
    }
}
