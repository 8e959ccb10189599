//! Medians and deviations that one wild day does not move.

/// 1 / Φ⁻¹(¾): makes the median absolute deviation a standard deviation of a normal (methods §6.1, §15.1 item 5).
pub const MAD_TO_SD: f64 = 1.482_602_2;
/// √(π/2): the same for the mean absolute deviation.
pub const MEAN_AD_TO_SD: f64 = 1.253_314_1;

/// The median; of an even number the mean of the middle two. `None` of nothing. Order does not matter.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    Some(f64::midpoint(sorted[(sorted.len() - 1) / 2], upper))
}

/// The `share` quantile, interpolated linearly between order statistics (Hyndman and Fan's type 7). `None` of nothing.
pub fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = share.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    Some(below + (above - below) * at.fract())
}

/// Median absolute deviation from the median.
pub fn median_deviation(values: &[f64]) -> Option<f64> {
    let centre = median(values)?;
    median(&values.iter().map(|value| (value - centre).abs()).collect::<Vec<_>>())
}

/// Mean absolute deviation from the mean.
pub fn mean_deviation(values: &[f64]) -> Option<f64> {
    let mean_of = |sum: f64| sum / values.len() as f64;
    let mean = (!values.is_empty()).then(|| mean_of(values.iter().sum()))?;
    Some(mean_of(values.iter().map(|value| (value - mean).abs()).sum()))
}

/// A standard deviation by the median deviation, where that is 0 by the mean deviation; 0 where all values are equal.
pub fn robust_sd(values: &[f64]) -> Option<f64> {
    let by_median = MAD_TO_SD * median_deviation(values)?;
    if by_median > 0.0 { Some(by_median) } else { Some(MEAN_AD_TO_SD * mean_deviation(values)?) }
}

/// Plain robust z of a value against a history (methods §6.2, Flowminder's production): (x − median) over
/// 1.4826·MAD, where that is 0 over 1.253314·(mean deviation about the mean), else `None` (their NaN).
///
/// No weekdays, no floor for small counts: emitted for comparison beside [`crate::weekday`].
pub fn robust_z(value: f64, history: &[f64]) -> Option<f64> {
    // Their constants, with fewer digits than ours: a profile reproduces arithmetic as written.
    let by_median = 1.4826 * median_deviation(history)?;
    let spread = if by_median > 0.0 { by_median } else { 1.253_314 * mean_deviation(history)? };
    (spread > 0.0).then_some((value - median(history)?) / spread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: Option<f64>, expected: f64, within: f64) {
        let found = found.unwrap();
        assert!((found - expected).abs() < within, "{found} is not {expected}");
    }

    #[test]
    fn t16_robust_z() {
        let history = [1.0, 2.0, 3.0, 4.0, 100.0];
        assert_eq!((median(&history), median_deviation(&history)), (Some(3.0), Some(1.0)));
        near(robust_z(10.0, &history), 7.0 / 1.4826, 1e-12);
        near(robust_z(10.0, &history), 4.7214, 5e-5);
    }

    #[test]
    fn t17_robust_z_where_more_than_half_are_equal() {
        let history = [5.0, 5.0, 5.0, 5.0, 10.0];
        assert_eq!(median_deviation(&history), Some(0.0));
        near(mean_deviation(&history), 1.6, 1e-12);
        near(robust_z(7.0, &history), 0.99735, 1e-5);
        assert_eq!(robust_z(7.0, &[5.0; 4]), None, "no deviation at all");
        assert_eq!(robust_z(7.0, &[]), None);
    }

    #[test]
    fn quantiles_interpolate() {
        let values = [4.0, 1.0, 3.0, 2.0, 5.0];
        assert_eq!(
            [0.0, 0.25, 0.5, 1.0].map(|share| quantile(&values, share)),
            [Some(1.0), Some(2.0), Some(3.0), Some(5.0)]
        );
        near(quantile(&values, 0.975), 4.9, 1e-12);
        assert_eq!(quantile(&[], 0.5), None);
    }

    proptest! {
        #[test]
        fn half_of_the_values_lie_on_either_side(mut values in prop::collection::vec(-1e6f64..1e6, 1..40)) {
            let centre = median(&values).unwrap();
            prop_assert!(values.iter().filter(|&&value| value <= centre).count() * 2 >= values.len());
            prop_assert!(values.iter().filter(|&&value| value >= centre).count() * 2 >= values.len());
            prop_assert!((quantile(&values, 0.5).unwrap() - centre).abs() < 1e-6);
            values.reverse();
            prop_assert_eq!(median(&values), Some(centre), "order does not matter");
        }
    }
}
