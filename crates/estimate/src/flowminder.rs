//! The arithmetic of Flowminder's notebooks and of `FlowKit`, as written, for comparison figure by figure (methods
//! §3.7, §7.8, T13–T14, T18–T20, T23). Its known defects are listed in methods §15.1; do not build on these.

use crate::robust::{median, median_deviation};

/// Largest count that is not shown by `FlowKit`: 15, so 16 is the smallest figure (T13).
pub const FLOWKIT_REDACTED_UP_TO: u64 = 15;

/// What `FlowKit` shows of a count: nothing up to 15. For comparing outputs; our own release has its own rule.
pub const fn flowkit_redacted(count: u64) -> Option<u64> {
    if count > FLOWKIT_REDACTED_UP_TO { Some(count) } else { None }
}

/// What `FlowKit` shows of a location with labels: all rows, or none if any of them is too small (T14).
pub fn flowkit_redacted_labels(counts: &[u64]) -> Option<&[u64]> {
    counts.iter().all(|&count| flowkit_redacted(count).is_some()).then_some(counts)
}

/// Excess of the crisis notebook: x − (median + 3·1.486·MAD), if positive. Subtracts the threshold, so it is too low
/// whenever it is anything; with MAD = 0 every arrival is excess (T18). `None` = null.
pub fn crisis_excess(value: f64, baseline: &[f64]) -> Option<f64> {
    let threshold = median(baseline)? + 3.0 * 1.486 * median_deviation(baseline)?;
    Some(value - threshold).filter(|&excess| excess > 0.0)
}

/// Deficit of the crisis notebook: (median − 3·1.486·MAD) − x, if positive.
pub fn crisis_deficit(value: f64, baseline: &[f64]) -> Option<f64> {
    let threshold = median(baseline)? - 3.0 * 1.486 * median_deviation(baseline)?;
    Some(threshold - value).filter(|&deficit| deficit > 0.0)
}

/// Residents of a month: round((residents + arrived − departed)·growth), departed at most the residents (T19). People.
pub fn residents_update(residents: f64, arrived: f64, departed: f64, growth: f64) -> f64 {
    ((residents + arrived - departed.min(residents)) * growth).round()
}

/// People present: round(P₀ + x·(P₀/m)·(S − m)) with static population P₀, survey factor x, subscribers S, and their
/// median m over the reference month; `None` where m = 0 (T20).
pub fn presence(population: f64, subscribers: f64, reference_median: f64, survey_factor: f64) -> Option<f64> {
    let people_per_subscriber = (reference_median > 0.0).then(|| population / reference_median)?;
    Some((population + survey_factor * people_per_subscriber * (subscribers - reference_median)).round())
}

/// People by one ratio, rounded to ten thousands as published (T23).
pub fn scaled_and_rounded(subscribers: u64, people_per_subscriber: f64) -> f64 {
    (subscribers as f64 * people_per_subscriber / 10_000.0).round() * 10_000.0
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these figures are exact in binary")]
mod tests {
    use super::*;

    #[test]
    fn t13_fifteen_is_dropped_and_sixteen_is_kept() {
        assert_eq!([15, 16].map(flowkit_redacted), [None, Some(16)]);
    }

    #[test]
    fn t14_one_small_label_drops_the_location() {
        assert_eq!(flowkit_redacted_labels(&[20, 3]), None);
        assert_eq!(flowkit_redacted_labels(&[20, 16]), Some([20, 16].as_slice()));
    }

    #[test]
    fn t18_with_a_baseline_of_zeros_everything_is_excess() {
        assert_eq!(crisis_excess(20.0, &[0.0; 90]), Some(20.0));
        assert_eq!(crisis_excess(0.0, &[0.0; 90]), None);
        assert_eq!(crisis_deficit(4.0, &[10.0; 90]), Some(6.0));
        assert_eq!(crisis_excess(10.0, &[1.0, 2.0, 3.0, 4.0, 100.0]), Some(10.0 - (3.0 + 3.0 * 1.486)));
    }

    #[test]
    fn t19_no_more_leave_than_live_there() {
        assert_eq!(residents_update(1000.0, 200.0, 1500.0, 1.002), 200.0);
    }

    #[test]
    fn t20_presence_moves_with_subscribers() {
        assert_eq!(presence(5000.0, 120.0, 100.0, 0.5), Some(5500.0));
        assert_eq!(presence(5000.0, 120.0, 0.0, 0.5), None);
    }

    #[test]
    fn t23_bengtsson_2011() {
        assert!((197_484.0 * 3.2 - 631_948.8_f64).abs() < 1e-6);
        assert_eq!(scaled_and_rounded(197_484, 3.2), 630_000.0);
    }
}
