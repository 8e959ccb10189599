//! How the displaced return: two exponentials and a half-life (methods §3.5; Li et al. 2019, arXiv 1908.02381).

mod search;

use search::{lowest, lowest_of_grid};

/// Fewer distinct weeks after the first day do not tell a curve of three figures.
pub const MIN_WEEKS: usize = 6;

/// Where more than this share is still displaced at the end, nothing has begun.
const NOT_BEGUN: f64 = 0.9;

/// What is left of the displaced at one time. Missing weeks have no row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeekShare {
    /// Weeks since the largest stock, 0 or more; need not be whole.
    pub weeks: f64,
    /// Stock / largest stock.
    pub share: f64,
}

/// f(w) = A·e^(−w/τ₁) + (1 − A)·e^(−w/τ₂), so f(0) = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery {
    /// A in \[0, 1\]: the share that returns fast. 0 where one exponential tells as much.
    pub fast_share: f64,
    /// τ₁ < τ₂, weeks; equal where one exponential tells as much.
    pub fast_weeks: f64,
    /// τ₂, weeks. At ten times the last week it says: no return to be seen.
    pub slow_weeks: f64,
    /// Where f = ½, weeks. `None` unless that lies between the first and the last week of the series: what is outside
    /// of it is a guess of the curve.
    pub half_life_weeks: Option<f64>,
}

impl Recovery {
    /// f(w).
    pub fn share_at(&self, weeks: f64) -> f64 {
        let fast = (-weeks / self.fast_weeks).exp();
        let slow = (-weeks / self.slow_weeks).exp();
        self.fast_share * fast + (1.0 - self.fast_share) * slow
    }
}

/// Fits f by unweighted least squares. Order has no meaning; no random starts: A is linear and solved for each (τ₁, τ₂)
/// of a logarithmic grid from a fifth of the first week to ten times the last, and the best is refined by ever finer
/// grids. Two exponentials are kept only where they beat one by Akaike's criterion for small samples (Hurvich and Tsai
/// 1989): else τ₁, τ₂ and A would be any.
///
/// `None` where the series cannot tell: fewer than six distinct weeks after week 0; a week or share that is negative or
/// not finite; or more than 90 % of the fitted curve still displaced in the last week.
pub fn fit_recovery(series: &[WeekShare]) -> Option<Recovery> {
    let valid =
        |own: &WeekShare| own.weeks.is_finite() && own.weeks >= 0.0 && own.share.is_finite() && own.share >= 0.0;
    if !series.iter().all(valid) {
        return None;
    }
    let mut sorted = series.to_vec();
    sorted.sort_unstable_by(|left, right| left.weeks.total_cmp(&right.weeks).then(left.share.total_cmp(&right.share)));
    let mut weeks: Vec<f64> = sorted.iter().map(|own| own.weeks).filter(|&own| own > 0.0).collect();
    weeks.dedup_by(|left, right| left.total_cmp(right).is_eq());
    let (first, last) = (*weeks.first()?, *weeks.last()?);
    if weeks.len() < MIN_WEEKS {
        return None;
    }
    let fitted = best(&sorted, [first / 5.0, last * 10.0]);
    (fitted.share_at(last) <= NOT_BEGUN)
        .then(|| Recovery { half_life_weeks: half_life(&fitted, first, last), ..fitted })
}

/// The 95 % interval of a half-life from its replicates: the 2.5 % and 97.5 % order statistics (nearest rank). A
/// replicate without a half-life counts as longer than the series, so the upper end may be infinite. `None` where more
/// than half of the replicates have none, or there are fewer than 50.
pub fn half_life_interval(replicates: &[Vec<WeekShare>]) -> Option<[f64; 2]> {
    let weeks = |series: &Vec<WeekShare>| fit_recovery(series)?.half_life_weeks;
    let mut sorted: Vec<f64> = replicates.iter().map(|series| weeks(series).unwrap_or(f64::INFINITY)).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = |share: f64| sorted[(share * sorted.len() as f64).ceil() as usize - 1];
    let enough = sorted.len() >= crate::interval::MIN_REPLICATES && rank(0.5).is_finite();
    enough.then(|| [rank(0.025), rank(0.975)])
}

/// The better of one and two exponentials; without a half-life yet.
fn best(series: &[WeekShare], [shortest, longest]: [f64; 2]) -> Recovery {
    let limits = [shortest.ln(), longest.ln()];
    let curve = |[fast, slow]: [f64; 2]| two_exponentials(series, fast.min(slow).exp(), fast.max(slow).exp());
    let two = |at| sum_of_squares(series, &curve(at));
    let one = |[weeks, _]: [f64; 2]| sum_of_squares(series, &one_exponential(weeks.exp()));

    let at_one = lowest(lowest_of_grid(limits, one), limits, one);
    let at_two = lowest(lowest_of_grid(limits, two), limits, two);
    // Figures of each: the curve's, and the variance.
    if criterion(series, two(at_two), 4) < criterion(series, one(at_one), 2) {
        curve(at_two)
    } else {
        one_exponential(at_one[0].exp())
    }
}

fn one_exponential(weeks: f64) -> Recovery {
    Recovery { fast_share: 0.0, fast_weeks: weeks, slow_weeks: weeks, half_life_weeks: None }
}

/// The best A for two times, in closed form and cut to \[0, 1\].
fn two_exponentials(series: &[WeekShare], fast_weeks: f64, slow_weeks: f64) -> Recovery {
    let (mut product, mut square) = (0.0, 0.0);
    for own in series {
        let slow = (-own.weeks / slow_weeks).exp();
        let difference = (-own.weeks / fast_weeks).exp() - slow;
        product += (own.share - slow) * difference;
        square += difference * difference;
    }
    let fast_share = if square > 0.0 { (product / square).clamp(0.0, 1.0) } else { 0.0 };
    Recovery { fast_share, fast_weeks, slow_weeks, half_life_weeks: None }
}

fn sum_of_squares(series: &[WeekShare], curve: &Recovery) -> f64 {
    series.iter().map(|own| (own.share - curve.share_at(own.weeks)).powi(2)).sum()
}

/// Akaike's criterion with the correction for small samples. A share is not known better than to 1e-6.
fn criterion(series: &[WeekShare], sum_of_squares: f64, figures: usize) -> f64 {
    let (n, k) = (series.len() as f64, figures as f64);
    n * (sum_of_squares / n).max(1e-12).ln() + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0)
}

/// Where a falling curve passes ½, if it does between two weeks; by bisection.
fn half_life(curve: &Recovery, first: f64, last: f64) -> Option<f64> {
    if curve.share_at(first) < 0.5 || curve.share_at(last) > 0.5 {
        return None;
    }
    let (mut before, mut after) = (first, last);
    for _ in 0..60 {
        let middle = f64::midpoint(before, after);
        if curve.share_at(middle) > 0.5 { before = middle } else { after = middle }
    }
    Some(f64::midpoint(before, after))
}

#[cfg(test)]
#[path = "recovery_tests.rs"]
mod tests;
