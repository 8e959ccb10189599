//! Ratios of sums over seeds, with intervals that know of seeds.

use super::super::coverage::student_975;

/// A figure of the sums of all seeds, and its 95 % interval by leaving out one seed at a time (jackknife: Efron and Stein
/// 1981). `None` of fewer than two seeds, and where the figure is none.
pub fn jackknife(seeds: &[Vec<f64>], figure: impl Fn(&[f64]) -> f64) -> Option<(f64, [f64; 2])> {
    let columns = seeds.first()?.len();
    let sum = |left_out: Option<usize>| -> Vec<f64> {
        let kept = || seeds.iter().enumerate().filter(|own| Some(own.0) != left_out);
        (0..columns).map(|at| kept().map(|own| own.1[at]).sum()).collect()
    };
    let all = figure(&sum(None));
    let count = seeds.len() as f64;
    let parts: Vec<f64> = (0..seeds.len()).map(|seed| figure(&sum(Some(seed)))).collect();
    if seeds.len() < 2 || !all.is_finite() || parts.iter().any(|own| !own.is_finite()) {
        return None;
    }
    let mean = parts.iter().sum::<f64>() / count;
    let variance = parts.iter().map(|own| (own - mean).powi(2)).sum::<f64>() * (count - 1.0) / count;
    let reach = student_975(count - 1.0) * variance.sqrt();
    Some((all, [all - reach, all + reach]))
}

/// The one over the other, of two columns.
pub fn ratio(sums: &[f64]) -> f64 {
    sums[0] / sums[1]
}
