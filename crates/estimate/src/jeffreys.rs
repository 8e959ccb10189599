//! The interval of a share that rests on few subscribers (methods §7.5).

use crate::beta::beta_quantile;
use crate::error::{EstimateError, in_range};

/// The 95 % interval, low and high, of a share of which `found` in `observed` were seen: the 2.5 % and 97.5 % quantiles
/// of Beta(x + ½, n − x + ½), the posterior under Jeffreys' prior. Low is 0 where x = 0 and high is 1 where x = n, as
/// Brown, Cai and `DasGupta` 2001 have it (Interval Estimation for a Binomial Proportion, §4.3): otherwise a true 0 or
/// 1 would never be covered.
///
/// Both may be fractions: an effective sample (n over the design effect) has no whole numbers. Quantiles are right to
/// 1e-9 of a share.
///
/// # Errors
/// [`EstimateError::OutOfRange`] unless 0 ≤ found ≤ observed, finite, and something was observed.
pub fn jeffreys_interval(found: f64, observed: f64) -> Result<[f64; 2], EstimateError> {
    in_range("observed", observed, "more than 0", |own| own > 0.0)?;
    in_range("found", found, "from 0 to observed", |own| (0.0..=observed).contains(&own))?;
    let (a, b) = (found + 0.5, observed - found + 0.5);
    let low = if found > 0.0 { beta_quantile(0.025, a, b) } else { 0.0 };
    let high = if found < observed { beta_quantile(0.975, a, b) } else { 1.0 };
    Ok([low, high])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `scipy.stats.beta.ppf`, version 1.17.1; the ends of x = 0 and x = n replaced.
    const EXPECTED: [(f64, f64, [f64; 2]); 12] = [
        (0.0, 1.0, [0.0, 0.853_253_683_690_424_8]),
        (1.0, 1.0, [0.146_746_316_309_575_13, 1.0]),
        (0.0, 10.0, [0.0, 0.217_196_267_509_210_53]),
        (10.0, 10.0, [0.782_803_732_490_789_4, 1.0]),
        (1.0, 10.0, [0.011_011_673_763_161_133, 0.381_314_771_066_614_6]),
        (5.0, 10.0, [0.223_528_670_252_705_17, 0.776_471_329_747_294_7]),
        (16.0, 400.0, [0.023_989_058_216_103_247, 0.062_623_963_235_316_09]),
        (3.0, 2000.0, [0.000_422_642_222_875_086_1, 0.003_997_683_835_657_477]),
        (197.0, 1000.0, [0.173_244_735_149_959_56, 0.222_506_191_354_454_9]),
        (123_456.0, 1e6, [0.122_812_340_506_448_08, 0.124_101_839_156_518_79]),
        (99_999.0, 1e5, [0.999_953_258_957_518_1, 0.999_998_921_021_471_5]),
        (4e7, 1e8, [0.399_903_984_661_914_9, 0.400_096_021_126_696_7]),
    ];

    #[test]
    fn intervals_of_scipy() {
        for (found, observed, expected) in EXPECTED {
            let own = jeffreys_interval(found, observed).unwrap();
            for (own, expected) in own.into_iter().zip(expected) {
                assert!((own - expected).abs() < 1e-9, "{found} of {observed}: {own} is not {expected}");
            }
        }
    }

    #[test]
    fn counts_that_cannot_be_are_refused() {
        for (found, observed) in [(1.0, 0.0), (-1.0, 5.0), (6.0, 5.0), (f64::NAN, 5.0), (1.0, f64::INFINITY)] {
            assert!(jeffreys_interval(found, observed).is_err(), "{found} of {observed}");
        }
    }

    proptest! {
        #[test]
        fn the_share_lies_within_and_the_others_mirror_it(found in 0u32..500, others in 0u32..500) {
            prop_assume!(found + others > 0);
            let (found, others) = (f64::from(found), f64::from(others));
            let [low, high] = jeffreys_interval(found, found + others).unwrap();
            let share = found / (found + others);
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0);
            let [other_low, other_high] = jeffreys_interval(others, found + others).unwrap();
            prop_assert!((low + other_high - 1.0).abs() < 1e-9 && (high + other_low - 1.0).abs() < 1e-9);
        }
    }
}
