//! Whether so little traffic is an outage, and of which hours.

use std::ops::Range;

/// A site with this share of its usual traffic or more is alive, however unlikely the count.
const ALIVE_PERCENT: u64 = 20;

/// ln (1e-4 / 48): by chance a site may be out on one day in 10,000, and hours that make an outage may begin at any of the
/// 48 that a day is judged by.
const LN_LEAST_LIKELY: f64 = -13.081_541_382_884_074;

/// Millionths.
const UNIT: u64 = 1_000_000;

/// Silence is looked for within so many hours: over a week, the only resident of a place who has left makes an outage.
const LONGEST: usize = 24;

/// Hours with little but some traffic are an outage together, this many and more.
const LENGTHS: [usize; 4] = [6, 12, 18, 24];

/// Whether a site with this traffic is out, where `usual` millionths are expected (methods §4.5): x < 20 % of λ and
/// P(X ≤ x) < 1e-4 / 48, X taken for Poisson with mean λ.
///
/// P is not computed but bounded from above: for x < λ, P(X ≤ x) ≤ e^(x−λ)·(λ/x)^x, with (λ/0)⁰ = 1 (Chernoff;
/// Mitzenmacher and Upfal, Probability and Computing, theorem 5.4). At x = 0 this is e^−λ itself, so silence is an outage
/// iff λ > 13.08.
///
/// More traffic never makes a site out that was alive with less.
pub fn is_out(heard: u32, usual: u64) -> bool {
    is_low(heard, usual) && ln_likelihood_at_most(heard, usual as f64 / UNIT as f64) < LN_LEAST_LIKELY
}

/// Of hours in a row, which belong to an outage: to up to 24 silent ones that are out together ([`is_out`]), or to 6, 12, 18
/// or 24 that are, between the first and the last with less than 20 % of λ.
pub fn hours_out(heard: &[u32], usual: &[u64]) -> Vec<bool> {
    let mut marks = vec![false; heard.len()];
    if !heard.iter().zip(usual).any(|(&heard, &usual)| is_low(heard, usual)) {
        return marks;
    }
    let (heard_before, usual_before) = (sums(heard.iter().map(|&own| u64::from(own))), sums(usual.iter().copied()));
    let mut look_at = |hours: Range<usize>| {
        let sum = |before: &[u64]| before[hours.end] - before[hours.start];
        if is_out(u32::try_from(sum(&heard_before)).unwrap_or(u32::MAX), sum(&usual_before)) {
            mark_from_low_to_low(heard, usual, hours, &mut marks);
        }
    };
    for start in (0..heard.len()).filter(|&start| heard[start] == 0) {
        let silent = heard[start..].iter().take(LONGEST).take_while(|&&heard| heard == 0).count();
        look_at(start..start + silent);
    }
    for length in LENGTHS {
        (length..=heard.len()).for_each(|end| look_at(end - length..end));
    }
    marks
}

/// What comes before each, and all of it.
fn sums(values: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut sum = 0;
    let after = values.map(|own| {
        sum += own;
        sum
    });
    std::iter::once(0).chain(after).collect()
}

fn mark_from_low_to_low(heard: &[u32], usual: &[u64], hours: Range<usize>, marks: &mut [bool]) {
    let mut low = hours.filter(|&hour| is_low(heard[hour], usual[hour]));
    if let Some(first) = low.next() {
        let last = low.next_back().unwrap_or(first);
        marks[first..=last].fill(true);
    }
}

/// Less than 20 %.
fn is_low(heard: u32, usual: u64) -> bool {
    u64::from(heard).saturating_mul(100 * UNIT) < usual.saturating_mul(ALIVE_PERCENT)
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
        // e^-13.08 = 2.087e-6, e^-13.09 = 2.066e-6, and 1e-4 / 48 = 2.083e-6.
        assert!(!is_out(0, 13_080_000) && is_out(0, 13_090_000));
        assert!(!is_out(0, 0), "nothing is expected");
        // One: 1 − λ + ln λ = −13.063 at 16.89, −13.082 at 16.91.
        assert!(!is_out(1, 16_890_000) && is_out(1, 16_910_000));
        // 20 % of 1,000 is alive, whatever its likelihood.
        assert!(!is_out(200, 1_000 * UNIT) && is_out(199, 1_000 * UNIT));
    }
}
