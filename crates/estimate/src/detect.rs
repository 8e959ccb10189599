//! Which values are unusual.

use crate::weekday::{DayValue, WeekdayBaseline};
use hexodus_model::LocalDay;

/// |z| from which a day counts towards an alert (methods §6.1).
pub const ALERT_Z: f64 = 3.0;
/// False discovery rate of a day over areas (methods §6.1).
pub const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// Days on which |z| ≥ 3 for the second day running, on the same side. Ascending input; a missing day between two
/// breaks the run.
pub fn alerts(baseline: &WeekdayBaseline, series: &[DayValue]) -> Vec<LocalDay> {
    let z = |own: &DayValue| baseline.z(own.day, own.value);
    let running = |pair: &&[DayValue]| {
        let (before, today) = (z(&pair[0]), z(&pair[1]));
        let both = before.abs() >= ALERT_Z && today.abs() >= ALERT_Z;
        pair[0].day.next() == pair[1].day && both && before.is_sign_positive() == today.is_sign_positive()
    };
    series.windows(2).filter(running).map(|pair| pair[1].day).collect()
}

/// Which hypotheses are rejected when a share of at most `q` of the rejections may be false (Benjamini and Hochberg
/// 1995): all p up to the largest p₍ᵢ₎ ≤ i·q/m in ascending order. Same order as `p`; one family = the areas of a day.
pub fn benjamini_hochberg(p: &[f64], q: f64) -> Vec<bool> {
    let mut sorted = p.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let passes = |&(rank, &p): &(usize, &f64)| p <= (rank + 1) as f64 * q / sorted.len() as f64;
    let limit = sorted.iter().enumerate().filter(passes).map(|(_, &p)| p).next_back();
    p.iter().map(|&p| limit.is_some_and(|limit| p <= limit)).collect()
}

/// The probability of a standard normal at least as far from 0 as `z`: erfc(|z| / √2), to 1.2e-7 of its value at any z
/// (Numerical Recipes §6.2, Chebyshev fit).
pub fn two_sided_p(z: f64) -> f64 {
    const COEFFICIENTS: [f64; 10] = [
        0.170_872_77,
        -0.822_152_23,
        1.488_515_87,
        -1.135_203_98,
        0.278_868_07,
        -0.186_288_06,
        0.096_784_18,
        0.374_091_96,
        1.000_023_68,
        -1.265_512_23,
    ];
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.5 * x);
    let polynomial = COEFFICIENTS.iter().fold(0.0, |sum, coefficient| sum * t + coefficient);
    (t * (-x * x + polynomial).exp()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline() -> WeekdayBaseline {
        WeekdayBaseline { medians: [100.0; 7], values: 56, behind: [8; 7], sd: 1.0, quantiles: [-2.0, 2.0] }
    }

    fn alerted(values: &[(i32, f64)]) -> Vec<i32> {
        let series: Vec<DayValue> =
            values.iter().map(|&(day, value)| DayValue { day: LocalDay(day), value, holiday: false }).collect();
        alerts(&baseline(), &series).into_iter().map(|day| day.0).collect()
    }

    #[test]
    fn an_alert_needs_two_days_running_on_one_side() {
        assert_eq!(alerted(&[(0, 130.0), (1, 130.0), (2, 131.0), (3, 100.0)]), [1, 2], "z = 3");
        assert_eq!(alerted(&[(0, 130.0), (1, 129.9)]), []);
        assert_eq!(alerted(&[(0, 130.0), (2, 130.0)]), [], "the day between is missing");
        assert_eq!(alerted(&[(0, 130.0), (1, 70.0)]), [], "up and down");
        assert_eq!(alerted(&[(0, 70.0), (1, 70.0)]), [1], "a deficit alerts too");
    }

    #[test]
    fn p_of_the_usual_z() {
        // Values of erfc(z/√2) from tables of the normal.
        for (z, p) in [(0.0, 1.0), (1.959_964, 0.05), (3.0, 2.699_796e-3), (6.0, 1.973_175e-9), (10.0, 1.523_971e-23)] {
            let found = two_sided_p(z);
            assert!((found / p - 1.0).abs() < 1e-6, "{z}: {found} is not {p}");
            assert!((two_sided_p(-z) - found).abs() < f64::MIN_POSITIVE);
        }
    }

    /// The fifteen p-values of Benjamini and Hochberg 1995, their example: the first four are rejected at 0.05.
    #[test]
    fn benjamini_and_hochberg_reject_four_of_their_fifteen() {
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        assert_eq!(benjamini_hochberg(&p, 0.05).iter().filter(|&&rejected| rejected).count(), 4);
        let mut turned = p;
        turned.reverse();
        let rejected = benjamini_hochberg(&turned, 0.05);
        assert_eq!(rejected.iter().position(|&rejected| rejected), Some(11), "order does not matter");
        assert_eq!(benjamini_hochberg(&[0.06, 0.04, 0.03], 0.05), [false, false, false]);
        assert_eq!(benjamini_hochberg(&[0.05, 0.04, 0.03], 0.05), [true; 3], "the largest passes, so all do");
        assert_eq!(benjamini_hochberg(&[], 0.05), Vec::<bool>::new());
    }
}
