//! The discrete Laplace distribution, exactly.

use super::bernoulli::{bernoulli, bernoulli_exp, uniform_below};
use super::ratio::Ratio;
use super::stream::NoiseBits;

/// One draw of P(x) = (1 − α)/(1 + α) · α^|x|, α = exp(−1/scale) (Canonne, Kamath, Steinke 2020, algorithm 2,
/// arXiv:2004.00010). Any [`Ratio`] is a scale: with parts of 32 bits the draw fits 64 bits unless a geometric number
/// passes 2^31, which has probability below exp(−2^31) and would give the largest number instead.
pub(super) fn discrete_laplace(bits: &mut NoiseBits, scale: Ratio) -> i64 {
    laplace_of_scale(bits, scale.numerator(), scale.denominator())
}

/// The same for scale t / s, both below 2^32.
pub(super) fn laplace_of_scale(bits: &mut NoiseBits, t: u128, s: u128) -> i64 {
    loop {
        let remainder = uniform_below(bits, t);
        if !bernoulli_exp(bits, remainder, t) {
            continue;
        }
        let mut times: u64 = 0;
        while bernoulli_exp(bits, 1, 1) {
            times += 1;
        }
        // 32 bits times 64 bits fit 128.
        let size = (remainder + t * u128::from(times)) / s;
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        let negative = bernoulli(bits, 1, 2);
        if !(negative && size == 0) {
            return if negative { -size } else { size };
        }
    }
}

/// Its variance 2α/(1 − α)², in the form that stays exact to a few ulp for large scales: 1 / (2 sinh²(1/(2·scale))).
pub(super) fn variance(scale: Ratio) -> f64 {
    0.5 / (0.5 / scale.to_f64()).sinh().powi(2)
}
