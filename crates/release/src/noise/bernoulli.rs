//! Coins of exact probability, by integers alone.

use super::stream::NoiseBits;

/// Uniform in 0 … bound − 1, by rejection; 0 for a bound of 0.
pub(super) fn uniform_below(bits: &mut NoiseBits, bound: u128) -> u128 {
    let width = u128::BITS - bound.saturating_sub(1).leading_zeros();
    loop {
        let number = bits.number(width);
        if number < bound || width == 0 {
            return number;
        }
    }
}

/// True with probability min(numerator / denominator, 1).
pub(super) fn bernoulli(bits: &mut NoiseBits, numerator: u128, denominator: u128) -> bool {
    uniform_below(bits, denominator) < numerator
}

/// True with probability exp(−γ), γ = numerator / denominator ≥ 0 (Canonne, Kamath, Steinke 2020, algorithm 1,
/// arXiv:2004.00010). Any 128-bit parts: the paper's Bernoulli(γ/k) is drawn as Bernoulli(γ) and Bernoulli(1/k), which
/// is the same and multiplies nothing.
pub(super) fn bernoulli_exp(bits: &mut NoiseBits, numerator: u128, denominator: u128) -> bool {
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    (0..whole).all(|_| bernoulli_exp_of_fraction(bits, 1, 1)) && bernoulli_exp_of_fraction(bits, rest, denominator)
}

/// The same for γ ≤ 1: the first k at which Bernoulli(γ/k) fails is odd with probability Σ (−γ)^k / k!.
fn bernoulli_exp_of_fraction(bits: &mut NoiseBits, numerator: u128, denominator: u128) -> bool {
    let mut k = 1;
    while bernoulli(bits, numerator, denominator) && bernoulli(bits, 1, k) {
        k += 1;
    }
    k % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::pmf_tests::test_bits;

    const DRAWS: u32 = 200_000;

    /// Distance of the share of trues from p in standard errors.
    fn deviation(p: f64, mut draw: impl FnMut() -> bool) -> f64 {
        let trues = (0..DRAWS).filter(|_| draw()).count() as f64;
        (trues - p * f64::from(DRAWS)) / (p * (1.0 - p) * f64::from(DRAWS)).sqrt()
    }

    #[test]
    fn coins_have_their_probability() {
        let mut bits = test_bits("coins");
        for (numerator, denominator) in [(1, 2), (1, 3), (5, 7), (3, 1 << 70), (1 << 69, 1 << 70)] {
            let p = numerator as f64 / denominator as f64;
            if p * f64::from(DRAWS) > 10.0 {
                assert!(deviation(p, || bernoulli(&mut bits, numerator, denominator)).abs() < 4.5, "{p}");
            }
        }
        for (numerator, denominator) in [(0, 1), (1, 9), (1, 2), (1, 1), (7, 3), (5, 1), (3 << 80, 1 << 80)] {
            let p = (-(numerator as f64 / denominator as f64)).exp();
            let found = if numerator == 0 {
                assert!((0..100).all(|_| bernoulli_exp(&mut bits, 0, 1)));
                0.0
            } else {
                deviation(p, || bernoulli_exp(&mut bits, numerator, denominator))
            };
            assert!(found.abs() < 4.5, "exp(-{numerator}/{denominator}): {found}");
        }
        assert!(deviation((-0.52_f64).exp(), || bernoulli_exp(&mut bits, 1, 2)).abs() > 4.5, "the test can fail");
    }

    #[test]
    fn uniform_covers_its_range_and_no_more() {
        let mut bits = test_bits("uniform");
        assert_eq!((uniform_below(&mut bits, 1), uniform_below(&mut bits, 0)), (0, 0));
        let mut seen = [0_u32; 5];
        for _ in 0..DRAWS {
            seen[uniform_below(&mut bits, 5) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| count.abs_diff(DRAWS / 5) < 900), "{seen:?}");
        assert!((0..50).any(|_| uniform_below(&mut bits, u128::MAX) > u128::MAX / 2));
    }
}
