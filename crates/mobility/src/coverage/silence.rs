//! Whether so few events are an outage.

/// A site with this share of its usual events or more is alive, however unlikely the count.
const ALIVE_PERCENT: u64 = 20;

/// ln 1e-4: silence must be less likely by chance than one in 10,000.
const LN_LEAST_LIKELY: f64 = -9.210_340_371_976_182;

/// Millionths.
const UNIT: u64 = 1_000_000;

/// Whether a site with these events is out, where `usual` millionths of an event are expected (methods §4.5, by day):
/// events < 20 % of λ and P(X ≤ events) < 1e-4, X taken for Poisson with mean λ.
///
/// P is not computed but bounded from above: for x < λ, P(X ≤ x) ≤ e^(x−λ)·(λ/x)^x, with (λ/0)⁰ = 1 (Chernoff;
/// Mitzenmacher and Upfal, Probability and Computing, theorem 5.4). At x = 0 this is e^−λ itself, so silence is an outage
/// iff λ > 9.21.
///
/// More events never make a site out that was alive with fewer.
pub fn is_out(events: u32, usual: u64) -> bool {
    let is_low = u64::from(events).saturating_mul(100 * UNIT) < usual.saturating_mul(ALIVE_PERCENT);
    is_low && ln_likelihood_at_most(events, usual as f64 / UNIT as f64) < LN_LEAST_LIKELY
}

/// The logarithm of the bound on P(X ≤ x), for x < λ.
fn ln_likelihood_at_most(x: u32, expected: f64) -> f64 {
    let x = f64::from(x);
    let power = if x > 0.0 { x * (expected / x).ln() } else { 0.0 };
    x - expected + power
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P(X ≤ x) of a Poisson count, term by term.
    fn poisson_at_most(x: u32, expected: f64) -> f64 {
        let mut term = (-expected).exp();
        let mut sum = term;
        for k in 1..=x {
            term *= expected / f64::from(k);
            sum += term;
        }
        sum
    }

    #[test]
    fn the_bound_is_above_the_probability_and_equal_in_silence() {
        for expected in [0.5, 5.0, 9.3, 20.0, 60.0, 200.0] {
            for x in (0..40).filter(|&x| f64::from(x) < expected) {
                let (bound, exact) = (ln_likelihood_at_most(x, expected).exp(), poisson_at_most(x, expected));
                assert!(bound >= exact * (1.0 - 1e-9), "λ {expected}, x {x}: {bound} < {exact}");
                assert!(x > 0 || (bound - exact).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn hand_computed_edges() {
        // Silence: e^-9.21 = 1.0003e-4, e^-9.22 = 0.9904e-4.
        assert!(!is_out(0, 9_210_000) && is_out(0, 9_220_000));
        assert!(!is_out(0, 0), "nothing is expected");
        // One event: 1 − λ + ln λ = −9.19 at 12.73, −9.26 at 12.8.
        assert!(!is_out(1, 12_730_000) && is_out(1, 12_800_000));
        // 20 % of 1,000 is alive, whatever its likelihood.
        assert!(!is_out(200, 1_000 * UNIT) && is_out(199, 1_000 * UNIT));
    }
}
