//! The discrete Gaussian distribution, exactly.

use super::bernoulli::bernoulli_exp;
use super::laplace::laplace_of_scale;
use super::ratio::Ratio;
use super::stream::NoiseBits;

/// One draw of P(x) ∝ exp(−x²/(2σ²)) over the integers (Canonne, Kamath, Steinke 2020, algorithm 3, arXiv:2004.00010):
/// discrete Laplace of scale t = ⌊σ⌋ + 1, kept with probability exp(−(|y| − σ²/t)²/(2σ²)).
///
/// With σ² = n/d of 32 bits each the exponent is (|y|·d·t − n)² / (2·n·d·t²): below the line under 2^68, as
/// t² ≤ 2n/d + 2; above it under 2^128 as long as |y| < 2^30·t. Beyond, where a Laplace draw lies with probability below
/// exp(−2^29), the draw is refused, as it would be but for a probability of exp(−2^59).
pub(super) fn discrete_gaussian(bits: &mut NoiseBits, sigma_squared: Ratio) -> i64 {
    let (n, d) = (sigma_squared.numerator(), sigma_squared.denominator());
    let t = (n / d).isqrt() + 1;
    loop {
        let y = laplace_of_scale(bits, t, 1);
        let distance = (u128::from(y.unsigned_abs()) * d * t).abs_diff(n);
        if distance.checked_mul(distance).is_some_and(|above| bernoulli_exp(bits, above, 2 * n * d * t * t)) {
            return y;
        }
    }
}
