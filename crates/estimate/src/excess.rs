//! How far above normal, with its interval.

use crate::weekday::WeekdayBaseline;
use hexodus_model::LocalDay;

/// What a day has above normal, in subscribers. Negative = a deficit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excess {
    /// What is normal for the day: B of its weekday.
    pub normal: f64,
    /// x − B: the size, whether or not it was detected.
    pub size: f64,
    /// 95 % interval of the size: low, high.
    pub interval: [f64; 2],
    /// How unusual: z. Detection is a question of its own (see [`crate::detect`]).
    pub z: f64,
}

/// Φ⁻¹(0.975).
pub(crate) const Z_95: f64 = 1.959_964;

/// The excess of a day (methods §6.1). The interval joins two variances as the root of their squares: that of what is
/// normal, between the 2.5 % and 97.5 % quantiles of the baseline, and that of the count itself, Poisson with
/// variance x. Sampling of subscribers among people is not in it: that belongs to the scaling.
pub fn excess(baseline: &WeekdayBaseline, day: LocalDay, value: f64) -> Excess {
    let normal = baseline.normal(day);
    let (size, unit) = (value - normal, baseline.unit(day));
    let count = Z_95 * value.max(0.0).sqrt();
    // A day whose normal would have been high has less excess: the upper quantile makes the lower end.
    let [low, high] = baseline.quantiles.map(|quantile| quantile * unit);
    let interval = [size - high.max(0.0).hypot(count), size + (-low).max(0.0).hypot(count)];
    Excess { normal, size, interval, z: baseline.z(day, value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn size_is_the_distance_to_the_median_and_not_to_a_threshold() {
        let baseline =
            WeekdayBaseline { medians: [100.0; 7], values: 56, behind: [8; 7], sd: 2.0, quantiles: [-1.0, 3.0] };
        let found = excess(&baseline, LocalDay(0), 400.0);
        assert_eq!((found.normal, found.size, found.z), (100.0, 300.0, 15.0));
        let count = Z_95 * 20.0;
        let expected = [300.0 - (900.0 + count * count).sqrt(), 300.0 + (100.0 + count * count).sqrt()];
        for (found, expected) in found.interval.into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
        }
    }

    #[test]
    fn an_undetected_excess_still_has_a_size() {
        let baseline =
            WeekdayBaseline { medians: [100.0; 7], values: 56, behind: [8; 7], sd: 2.0, quantiles: [-2.0, 2.0] };
        let found = excess(&baseline, LocalDay(0), 110.0);
        assert_eq!((found.size, found.z), (10.0, 0.5));
        assert!(found.interval[0] < 0.0, "may be nothing");
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_size(normal in 0f64..1e5, value in 0f64..1e5, low in -5f64..1.0, width in 0f64..6.0) {
            let baseline = WeekdayBaseline { medians: [normal; 7], values: 56, behind: [8; 7], sd: 1.0, quantiles: [low, low + width] };
            let Excess { size, interval, .. } = excess(&baseline, LocalDay(0), value);
            prop_assert!(interval[0] <= size && size <= interval[1]);
        }
    }
}
