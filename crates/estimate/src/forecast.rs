//! What the stock may be in the next weeks, as the baselines have it that any better forecast must beat, and the score
//! by which it must (methods §10.4).
//!
//! The size of a new shock is no forecast: that is a scenario. Horizons end at four weeks.

use crate::error::{EstimateError, in_range, same_length};
use crate::sum::ordered_sum;

/// Weeks ahead.
pub const HORIZONS_WEEKS: [u8; 3] = [1, 2, 4];

/// Half-life where the series does not tell one yet: the middle of the 4–5 weeks after three disasters (Li et al.
/// 2019).
pub const PRIOR_HALF_LIFE_WEEKS: f64 = 4.5;

/// Both baselines of one horizon: neither is shown without the other. Same unit as the stock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forecast {
    /// Weeks ahead.
    pub weeks: u8,
    /// S(t + h) = S(t).
    pub persistence: f64,
    /// S(t + h) = S∞ + (S(t) − S∞)·2^(−h/half-life).
    pub damped_return: f64,
}

/// The forecasts of a stock S(t) for 1, 2 and 4 weeks. `remaining` is S∞, those who will not return: 0 where nothing is
/// known of them; a fitted plateau where [`crate::recovery`] finds no slow return within its series. It may be more
/// than the stock, which then grows towards it. An infinite half-life is persistence.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for a stock or remainder that is negative or not finite, a half-life not above 0.
pub fn forecasts(stock: f64, remaining: f64, half_life_weeks: f64) -> Result<[Forecast; 3], EstimateError> {
    in_range("stock", stock, "0 or more", |own| own >= 0.0)?;
    in_range("remaining stock", remaining, "0 or more", |own| own >= 0.0)?;
    // The rate is finite where the half-life may not be.
    in_range("1 / half-life", half_life_weeks.recip(), "0 or more, of a half-life above 0 weeks", |own| own >= 0.0)?;
    Ok(HORIZONS_WEEKS.map(|weeks| {
        let damped_return = remaining + (stock - remaining) * (-f64::from(weeks) / half_life_weeks).exp2();
        Forecast { weeks, persistence: stock, damped_return }
    }))
}

/// A central prediction interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CentralInterval {
    /// α: the probability to be outside, 0.05 of a 95 % interval.
    pub outside: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The weighted interval score of one forecast, in the unit of the stock; less is better, 0 is best (Bracher, Ray,
/// Gneiting and Reich 2021): (½·|y − m| + Σ α/2·((u − l) + 2/α·(l − y)₊ + 2/α·(y − u)₊)) / (K + ½). Without intervals
/// it is the absolute error, so a baseline without them can be compared.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for an α outside (0, 1), for ends that are turned round and for what is not finite.
pub fn weighted_interval_score(
    median: f64,
    intervals: &[CentralInterval],
    observed: f64,
) -> Result<f64, EstimateError> {
    in_range("observed stock", observed, "finite", |_| true)?;
    in_range("median", median, "finite", |_| true)?;
    for own in intervals {
        in_range("probability outside", own.outside, "above 0, below 1", |outside| outside > 0.0 && outside < 1.0)?;
        in_range("width", own.high - own.low, "0 or more", |width| width >= 0.0)?;
    }
    let missed = |own: &CentralInterval| (own.low - observed).max(0.0) + (observed - own.high).max(0.0);
    let of_interval = |own: &CentralInterval| own.outside / 2.0 * (own.high - own.low) + missed(own);
    let sum = ordered_sum(intervals.iter().map(of_interval));
    Ok((0.5 * (observed - median).abs() + sum) / (intervals.len() as f64 + 0.5))
}

/// How much better than persistence: 1 − ΣWIS/ΣWIS of persistence, over the same areas and days in the same order. 0 is
/// no better, 1 is perfect, less than 0 is worse. Sums and not a mean of ratios, so a day on which nothing changed
/// cannot decide. `None` where persistence was never wrong.
///
/// # Errors
/// [`EstimateError::Shape`] for lists of different length.
pub fn skill(scores: &[f64], of_persistence: &[f64]) -> Result<Option<f64>, EstimateError> {
    same_length("scores of persistence", scores.len(), of_persistence.len())?;
    let [own, persistence] = [scores, of_persistence].map(|scores| ordered_sum(scores.iter().copied()));
    Ok((persistence > 0.0).then(|| 1.0 - own / persistence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    #[test]
    fn both_baselines_for_one_two_and_four_weeks() {
        let found = forecasts(1200.0, 200.0, 2.0).unwrap();
        assert_eq!(found.map(|own| own.weeks), [1, 2, 4]);
        for (own, expected) in found.iter().zip([200.0 + 1000.0 / 2_f64.sqrt(), 700.0, 450.0]) {
            near(own.persistence, 1200.0);
            near(own.damped_return, expected);
        }
        let never = forecasts(1200.0, 0.0, f64::INFINITY).unwrap();
        assert!(never.iter().all(|own| (own.damped_return - 1200.0).abs() < 1e-9));
        near(forecasts(100.0, 300.0, 1.0).unwrap()[0].damped_return, 200.0);
        for (stock, remaining, weeks) in [(-1.0, 0.0, 4.5), (1.0, f64::NAN, 4.5), (1.0, 0.0, 0.0), (1.0, 0.0, -4.5)] {
            assert!(forecasts(stock, remaining, weeks).is_err());
        }
    }

    #[test]
    fn the_score_by_hand() {
        let half = CentralInterval { outside: 0.5, low: 90.0, high: 120.0 };
        let most = CentralInterval { outside: 0.1, low: 70.0, high: 150.0 };
        let score = |observed| weighted_interval_score(100.0, &[half, most], observed).unwrap();
        // ½·10 + (0.25·30) + (0.05·80), over 2.5.
        near(score(110.0), 16.5 / 2.5);
        // ½·60 + (0.25·30 + 40) + (0.05·80 + 10).
        near(score(160.0), 91.5 / 2.5);
        near(weighted_interval_score(100.0, &[], 93.0).unwrap(), 7.0);
        let turned = CentralInterval { outside: 0.5, low: 2.0, high: 1.0 };
        let certain = CentralInterval { outside: 0.0, low: 1.0, high: 2.0 };
        for wrong in [turned, certain, CentralInterval { high: f64::NAN, ..half }] {
            assert!(weighted_interval_score(1.0, &[wrong], 1.0).is_err());
        }
    }

    #[test]
    fn skill_is_what_persistence_misses_and_we_do_not() {
        near(skill(&[3.0, 3.0], &[4.0, 8.0]).unwrap().unwrap(), 0.5);
        assert_eq!(skill(&[1.0], &[0.0]).unwrap(), None);
        assert_eq!(skill(&[], &[]).unwrap(), None);
        assert!(skill(&[1.0], &[]).is_err());
    }

    proptest! {
        #[test]
        fn damped_return_lies_between_the_stock_and_what_remains(
            stock in 0.0f64..1e6, remaining in 0.0f64..1e6, weeks in 0.1f64..100.0,
        ) {
            for own in forecasts(stock, remaining, weeks).unwrap() {
                prop_assert!(own.damped_return >= stock.min(remaining) - 1e-6);
                prop_assert!(own.damped_return <= stock.max(remaining) + 1e-6);
            }
        }

        #[test]
        fn a_narrower_interval_that_still_holds_is_better(observed in -10.0f64..10.0, less in 0.0f64..9.0) {
            let of = |reach: f64| [CentralInterval { outside: 0.2, low: observed - reach, high: observed + reach }];
            let score = |reach| weighted_interval_score(observed, &of(reach), observed).unwrap();
            prop_assert!(score(10.0 - less) <= score(10.0));
        }
    }
}
