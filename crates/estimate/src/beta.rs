//! The beta distribution: as much of it as intervals need.

use std::f64::consts::TAU;

/// Beta(a, b), a and b above 0, with what does not depend on x.
#[derive(Clone, Copy, Debug)]
struct Beta {
    a: f64,
    b: f64,
    mean: f64,
    /// ½ ln(ab/((a + b)·2π)), and Stirling's errors of 1/B(a, b).
    constants: [f64; 2],
}

/// The x with P(X ≤ x) = `share` of Beta(a, b), by bisection down to two neighbouring floats.
pub(crate) fn beta_quantile(share: f64, a: f64, b: f64) -> f64 {
    let sides = [Beta::new(a, b), Beta::new(b, a)];
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return middle;
        }
        if cdf(middle, &sides) < share { low = middle } else { high = middle }
    }
}

/// P(X ≤ x): the regularised incomplete beta function, by its continued fraction (Lentz; Numerical Recipes §6.4) on the
/// side where that is short, about √max(a, b) terms. `sides` are Beta(a, b) and Beta(b, a).
fn cdf(x: f64, [of, mirrored]: &[Beta; 2]) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let is_short = x < (of.a + 1.0) / (of.a + of.b + 2.0);
    if is_short { of.lower_tail(x) } else { 1.0 - mirrored.lower_tail(1.0 - x) }
}

impl Beta {
    fn new(a: f64, b: f64) -> Self {
        let gammas = stirling_error(a + b) - stirling_error(a) - stirling_error(b);
        Self { a, b, mean: a / (a + b), constants: [0.5 * (a / (a + b) * b / TAU).ln(), gammas] }
    }

    fn lower_tail(&self, x: f64) -> f64 {
        self.log_density_times_x(x).exp() * continued_fraction(x, self.a, self.b) / self.a
    }

    /// ln(xᵃ(1 − x)ᵇ/B(a, b)), as distance from the mean a/(a + b): the large terms of ln B cancel on paper instead of in
    /// the last digits (Loader 2000), so a and b may be of the order of 10⁸.
    fn log_density_times_x(&self, x: f64) -> f64 {
        let &Self { a, b, mean, constants: [power, gammas] } = self;
        let powers = a * ((x - mean) / mean).ln_1p() + b * ((mean - x) / (1.0 - mean)).ln_1p();
        powers + power + gammas
    }
}

/// ln Γ(z) − ((z − ½) ln z − z + ½ ln 2π), for z > 0: its series above 10, below that by Γ(z + 1) = z·Γ(z).
fn stirling_error(z: f64) -> f64 {
    const SERIES: [f64; 5] = [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0];
    let (mut z, mut error) = (z, 0.0);
    while z < 10.0 {
        error += (z + 0.5) * (1.0 / z).ln_1p() - 1.0;
        z += 1.0;
    }
    let series = SERIES.iter().rev().fold(0.0, |sum, term| sum / (z * z) + term) / z;
    error + series
}

fn continued_fraction(x: f64, a: f64, b: f64) -> f64 {
    /// Far more than √10⁸ terms: a guard against never ending, not an accuracy.
    const MAX_TERMS: u32 = 1_000_000;
    let away_from_zero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut numerator = 1.0;
    let mut denominator = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = denominator;
    for term in 1..MAX_TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut factor = 1.0;
        for coefficient in [even, odd] {
            denominator = 1.0 / away_from_zero(1.0 + coefficient * denominator);
            numerator = away_from_zero(1.0 + coefficient / numerator);
            factor = denominator * numerator;
            fraction *= factor;
        }
        if (factor - 1.0).abs() < 1e-15 {
            break;
        }
    }
    fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
        cdf(x, &[Beta::new(a, b), Beta::new(b, a)])
    }

    /// `scipy.special.betainc`, version 1.17.1.
    #[test]
    fn values_of_scipy() {
        for (a, b, x, expected) in [
            (0.5, 0.5, 0.3, 0.369_010_119_565_545_36),
            (2.0, 3.0, 0.5, 0.6875),
            (0.5, 100.5, 0.001, 0.345_763_812_898_141_23),
            (30.5, 70.5, 0.25, 0.125_170_409_284_996_65),
            (1e5, 2e5, 0.3331, 0.393_307_074_640_864_84),
            (5.5, 1e6, 1e-5, 0.954_661_314_087_240_9),
            (3.0, 0.5, 0.999, 0.940_746_810_484_053_6),
        ] {
            let found = beta_cdf(x, a, b);
            assert!((found - expected).abs() < 1e-11, "I({x}; {a}, {b}) = {found}, not {expected}");
        }
        assert!(beta_cdf(0.0, 2.0, 2.0) <= 0.0 && beta_cdf(1.0, 2.0, 2.0) >= 1.0);
    }

    /// ln Γ(½) = ½ ln π, ln Γ(1) = 0.
    #[test]
    fn stirling_error_of_known_gammas() {
        assert!((stirling_error(1.0) - (1.0 - 0.5 * TAU.ln())).abs() < 1e-13);
        assert!((stirling_error(0.5) - (0.5 - 0.5 * 2_f64.ln())).abs() < 1e-13);
    }

    proptest! {
        #[test]
        fn the_quantile_turns_the_cdf_round(share in 0.001f64..0.999, a in 0.5f64..200.0, b in 0.5f64..200.0) {
            let x = beta_quantile(share, a, b);
            prop_assert!((beta_cdf(x, a, b) - share).abs() < 1e-9, "{x}");
        }
    }
}
