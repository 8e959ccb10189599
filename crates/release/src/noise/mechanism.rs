//! Which noise, how much of it, and what it costs.

use super::accountant::{Delta, Rho, rounded_up};
use super::ratio::{Ratio, RatioError};
use super::stream::NoiseBits;
use super::{gaussian, laplace};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

/// Integer noise that is added to each row of a table, independently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// P(x) = (1 − α)/(1 + α) · α^|x|, α = exp(−1/scale).
    DiscreteLaplace {
        /// Δ1/ε.
        scale: Ratio,
    },
    /// P(x) ∝ exp(−x²/(2σ²)).
    DiscreteGaussian {
        /// σ².
        sigma_squared: Ratio,
    },
}

impl Mechanism {
    /// Discrete Laplace under which a subscriber in at most `rows` rows has pure ε: scale = rows/ε.
    ///
    /// # Errors
    /// [`RatioError::Range`] when the scale has parts above 32 bits.
    pub fn laplace(epsilon: Ratio, rows: NonZeroU32) -> Result<Self, RatioError> {
        let scale = Ratio::new(u128::from(rows.get()) * epsilon.denominator(), epsilon.numerator())?;
        Ok(Self::DiscreteLaplace { scale })
    }

    /// Discrete Gaussian for `releases` tables that together cost a subscriber, in at most `rows` rows of each, no more
    /// than `total`: σ² = T·Δ2²/(2ρ) with Δ2² = rows, rounded up to thousandths.
    ///
    /// # Errors
    /// [`RatioError`] when nothing of `total` is left for a table, or σ² is above 4.29 million.
    pub fn gaussian(total: Rho, releases: NonZeroU32, rows: NonZeroU32) -> Result<Self, RatioError> {
        const PARTS: u128 = 1000;
        // What one table may cost is rounded first: T prices, each rounded up, then fit the budget to the last digit.
        let each = u128::from(total.pico()) / u128::from(releases.get());
        if each == 0 {
            return Err(RatioError::Zero);
        }
        let thousandths = (u128::from(rows.get()) * u128::from(Rho::ONE.pico()) * PARTS).div_ceil(2 * each);
        Ok(Self::DiscreteGaussian { sigma_squared: Ratio::new(thousandths, PARTS)? })
    }

    /// One draw.
    pub fn draw(self, bits: &mut NoiseBits) -> i64 {
        match self {
            Self::DiscreteLaplace { scale } => laplace::discrete_laplace(bits, scale),
            Self::DiscreteGaussian { sigma_squared } => gaussian::discrete_gaussian(bits, sigma_squared),
        }
    }

    /// Variance of the noise on one row, in subscribers². Laplace: exact. Gaussian: σ², an upper bound (Canonne, Kamath,
    /// Steinke 2020, corollary 9), above the exact variance by less than 1e-5 of it from σ = 1 on. Rows are
    /// independent: the variance of a sum of r rows is r times this.
    pub fn noise_variance(self) -> f64 {
        match self {
            Self::DiscreteLaplace { scale } => laplace::variance(scale),
            Self::DiscreteGaussian { sigma_squared } => sigma_squared.to_f64(),
        }
    }

    /// zCDP of a table in which a subscriber is in at most `rows` rows with 1 each. Gaussian: Δ2²/(2σ²), Δ2² = rows.
    /// Laplace: each row is pure ε₀ = 1/scale, hence ε₀²/2 (Bun and Steinke 2016, proposition 1.4), and rows compose.
    pub fn rho(self, rows: NonZeroU32) -> Rho {
        let rows = u128::from(rows.get());
        match self {
            Self::DiscreteGaussian { sigma_squared } => {
                rounded_up(Some(rows * sigma_squared.denominator()), 2 * sigma_squared.numerator())
            }
            Self::DiscreteLaplace { scale } => {
                rounded_up(scale.denominator().pow(2).checked_mul(rows), 2 * scale.numerator().pow(2))
            }
        }
    }

    /// Pure ε of such a table, where the noise has one: rows/scale.
    pub fn pure_epsilon(self, rows: NonZeroU32) -> Option<f64> {
        match self {
            Self::DiscreteLaplace { scale } => Some(f64::from(rows.get()) / scale.to_f64()),
            Self::DiscreteGaussian { .. } => None,
        }
    }
}

/// How one table is noised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Parameters {
    /// The noise.
    pub mechanism: Mechanism,
    /// Δ0 = Δ1: in how many rows of the table one subscriber may count, with 1 in each. 1 for stocks by origin and host
    /// and for `day_to_day` flows; m after [`keep_at_most`](super::ContributionBound::keep_at_most).
    pub rows_per_subscriber: NonZeroU32,
    /// δ of naming keys, where the set of keys is itself secret; zero for a public set.
    pub key_delta: Delta,
}

impl Parameters {
    /// For a public set of keys, one row a subscriber: the stock tables.
    pub const fn one_row(mechanism: Mechanism) -> Self {
        Self { mechanism, rows_per_subscriber: NonZeroU32::MIN, key_delta: Delta::ZERO }
    }

    /// zCDP of the table.
    pub fn rho(&self) -> Rho {
        self.mechanism.rho(self.rows_per_subscriber)
    }

    /// Appends bytes that tell these parameters from all others.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        let (kind, ratio) = match self.mechanism {
            Mechanism::DiscreteLaplace { scale } => (1, scale),
            Mechanism::DiscreteGaussian { sigma_squared } => (2, sigma_squared),
        };
        out.push(kind);
        for part in [ratio.numerator(), ratio.denominator()] {
            out.extend_from_slice(&part.to_be_bytes());
        }
        out.extend_from_slice(&self.rows_per_subscriber.get().to_be_bytes());
        out.extend_from_slice(&self.key_delta.atto().to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    fn rows(count: u32) -> NonZeroU32 {
        NonZeroU32::new(count).unwrap()
    }

    #[test]
    fn standard_deviations_of_methods_8_2() {
        for (epsilon, sd) in [("0.1", 14.1), ("0.25", 5.64), ("0.5", 2.80), ("1", 1.36), ("2", 0.60)] {
            let found = Mechanism::laplace(ratio(epsilon), rows(1)).unwrap().noise_variance().sqrt();
            assert!((found - sd).abs() <= if sd > 10.0 { 0.05 } else { 0.005 }, "{epsilon}: {found}");
        }
        let half: Rho = Rho::of(ratio("0.5"));
        for (releases, sd) in [(7, 2.65), (30, 5.48), (90, 9.49)] {
            let found = Mechanism::gaussian(half, rows(releases), rows(1)).unwrap();
            assert!((found.noise_variance().sqrt() - sd).abs() < 0.005, "{releases}");
            assert!(u64::from(releases) * found.rho(rows(1)).pico() <= half.pico(), "{releases} prices fit");
        }
    }

    #[test]
    fn the_price_is_by_hand() {
        let gaussian = Mechanism::DiscreteGaussian { sigma_squared: ratio("7") };
        assert_eq!(gaussian.rho(rows(1)).pico(), 71_428_571_429, "1/14, rounded up");
        assert_eq!(gaussian.rho(rows(7)), Rho::of(ratio("0.5")));
        let laplace = Mechanism::laplace(ratio("0.5"), rows(4)).unwrap();
        assert_eq!(laplace, Mechanism::DiscreteLaplace { scale: ratio("8") });
        assert_eq!(laplace.pure_epsilon(rows(4)), Some(0.5));
        assert_eq!(laplace.rho(rows(4)).pico(), 31_250_000_000, "4 · (1/8)²/2");
        assert_eq!(Mechanism::DiscreteLaplace { scale: ratio("1/4294967295") }.rho(rows(u32::MAX)), Rho::MAX);
        assert_eq!(Mechanism::gaussian(Rho::ZERO, rows(1), rows(1)), Err(RatioError::Zero));
    }
}
