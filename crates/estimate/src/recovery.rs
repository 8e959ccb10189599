//! How the displaced return: two exponentials and a half-life (methods §3.5; Li et al. 2019, arXiv 1908.02381).

mod search;

use search::{lowest, lowest_of_grid};

/// Fewer distinct weeks after the first day do not tell a curve of three figures.
pub const MIN_WEEKS: usize = 6;

/// Where more than this share is still displaced at the end, nothing has begun.
const NOT_BEGUN: f64 = 0.9;

/// The logarithms of τ are settled when they move by less: of the fit itself, and of its replicates, of which only the
/// spread is used.
const SETTLED: f64 = 1e-9;
const REPLICATE_SETTLED: f64 = 1e-4;

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

/// Why there is no curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRecovery {
    /// Fewer than six distinct weeks after week 0.
    TooFewWeeks,
    /// More than 90 % of the fitted curve is still displaced in the last week.
    NotBegun,
    /// A week or share that is negative or not finite.
    NoSeries,
    /// Even the largest week may be what is to expect without an event: a curve through it would be one of noise.
    NotAboveNormal,
}

impl NoRecovery {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooFewWeeks => "too_few_weeks",
            Self::NotBegun => "not_begun",
            Self::NoSeries => "no_series",
            Self::NotAboveNormal => "not_above_normal",
        }
    }
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
/// # Errors
/// [`NoRecovery`] where the series cannot tell.
pub fn fit_recovery(series: &[WeekShare]) -> Result<Recovery, NoRecovery> {
    fit(series, SETTLED)
}

fn fit(series: &[WeekShare], settled: f64) -> Result<Recovery, NoRecovery> {
    let valid =
        |own: &WeekShare| own.weeks.is_finite() && own.weeks >= 0.0 && own.share.is_finite() && own.share >= 0.0;
    if !series.iter().all(valid) {
        return Err(NoRecovery::NoSeries);
    }
    let mut sorted = series.to_vec();
    sorted.sort_unstable_by(|left, right| left.weeks.total_cmp(&right.weeks).then(left.share.total_cmp(&right.share)));
    let mut weeks: Vec<f64> = sorted.iter().map(|own| own.weeks).filter(|&own| own > 0.0).collect();
    weeks.dedup_by(|left, right| left.total_cmp(right).is_eq());
    let (Some(&first), Some(&last), true) = (weeks.first(), weeks.last(), weeks.len() >= MIN_WEEKS) else {
        return Err(NoRecovery::TooFewWeeks);
    };
    let fitted = best(&sorted, [first / 5.0, last * 10.0], settled);
    if fitted.share_at(last) > NOT_BEGUN {
        return Err(NoRecovery::NotBegun);
    }
    Ok(Recovery { half_life_weeks: half_life(&fitted, first, last), ..fitted })
}

/// The 95 % interval of a half-life from its replicates: the 2.5 % and 97.5 % order statistics (nearest rank). A
/// replicate without a half-life counts as longer than the series, so the upper end may be infinite. `None` where more
/// than half of the replicates have none, or there are fewer than 50.
pub fn half_life_interval(replicates: &[Vec<WeekShare>]) -> Option<[f64; 2]> {
    let weeks = |series: &Vec<WeekShare>| fit(series, REPLICATE_SETTLED).ok()?.half_life_weeks;
    let mut sorted: Vec<f64> = replicates.iter().map(|series| weeks(series).unwrap_or(f64::INFINITY)).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = |share: f64| sorted[(share * sorted.len() as f64).ceil() as usize - 1];
    let enough = sorted.len() >= crate::interval::MIN_REPLICATES && rank(0.5).is_finite();
    enough.then(|| [rank(0.025), rank(0.975)])
}

/// e^(−w/τ) for each week of a series, and τ.
struct Decay {
    tau: f64,
    shares: Vec<f64>,
}

/// The better of one and two exponentials; without a half-life yet.
fn best(series: &[WeekShare], [shortest, longest]: [f64; 2], settled: f64) -> Recovery {
    let limits = [shortest.ln(), longest.ln()];
    let decay = |log: f64| {
        let tau = log.exp();
        Decay { tau, shares: series.iter().map(|own| (-own.weeks / tau).exp()).collect() }
    };
    let two = |fast: &Decay, slow: &Decay| {
        let [fast, slow] = if fast.tau <= slow.tau { [fast, slow] } else { [slow, fast] };
        sum_of_squares(series, fast_share(series, fast, slow), fast, slow)
    };
    let one = |only: &Decay, _: &Decay| sum_of_squares(series, 0.0, only, only);

    // The second figure means nothing to one exponential, and rests where it cannot move.
    let start = [lowest_of_grid(limits, decay, one)[0], limits[0]];
    let at_one = decay(lowest(start, (limits, settled), decay, one)[0]);
    let at_two = lowest(lowest_of_grid(limits, decay, two), (limits, settled), decay, two);
    let [fast, slow] = [at_two[0].min(at_two[1]), at_two[0].max(at_two[1])].map(decay);
    // Figures of each: the curve's, and the variance.
    if criterion(series, two(&fast, &slow), 4) < criterion(series, one(&at_one, &at_one), 2) {
        let fast_share = fast_share(series, &fast, &slow);
        Recovery { fast_share, fast_weeks: fast.tau, slow_weeks: slow.tau, half_life_weeks: None }
    } else {
        Recovery { fast_share: 0.0, fast_weeks: at_one.tau, slow_weeks: at_one.tau, half_life_weeks: None }
    }
}

/// The best A for two times, in closed form and cut to \[0, 1\].
fn fast_share(series: &[WeekShare], fast: &Decay, slow: &Decay) -> f64 {
    let (mut product, mut square) = (0.0, 0.0);
    for ((own, fast), slow) in series.iter().zip(&fast.shares).zip(&slow.shares) {
        let difference = fast - slow;
        product += (own.share - slow) * difference;
        square += difference * difference;
    }
    if square > 0.0 { (product / square).clamp(0.0, 1.0) } else { 0.0 }
}

fn sum_of_squares(series: &[WeekShare], fast_share: f64, fast: &Decay, slow: &Decay) -> f64 {
    let shares = fast.shares.iter().zip(&slow.shares).map(|(fast, slow)| fast_share * fast + (1.0 - fast_share) * slow);
    series.iter().zip(shares).map(|(own, share)| (own.share - share).powi(2)).sum()
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
