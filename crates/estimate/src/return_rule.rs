//! By which half-life a stock is taken to go down from now on, and who of it is not taken to return (methods §14).

use crate::forecast::PRIOR_HALF_LIFE_WEEKS;
use crate::recovery::{NoRecovery, Recovery};
use crate::returning::{curve_since, since_peak};
use crate::weekly::WeekStock;

/// A slow return that takes more than so many times the weeks that were seen is none: those are taken to stay.
const NONE_SEEN: f64 = 4.0;

/// The figures of the damped return.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReturnRule {
    /// Weeks; infinite where no return was seen.
    pub half_life_weeks: f64,
    /// Where it is from.
    pub from: HalfLifeFrom,
    /// Who is not taken to return, as a share of the displaced above normal: 0 to 1.
    pub remaining_share: f64,
}

/// Where a half-life is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HalfLifeFrom {
    /// The curve of the series itself.
    Fit,
    /// Three disasters elsewhere: the series is too short, or not above normal.
    Prior,
    /// The series is long enough, and nobody comes back.
    NoReturn,
}

impl HalfLifeFrom {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fit => "fit",
            Self::Prior => "prior",
            Self::NoReturn => "no_return",
        }
    }
}

impl ReturnRule {
    /// From the weeks of a series up to now, ascending.
    ///
    /// Of a fitted curve, what matters is how it goes on: the weeks until it halves from now, not since its beginning.
    /// Where its slow part is hardly seen to return, that part is what remains, and the half-life that of the fast one.
    /// Six weeks without a return are evidence against a half-life from elsewhere: then it is persistence. The prior has
    /// no part that remains, as nothing is known of one.
    pub fn of(weeks: &[WeekStock]) -> Self {
        let prior = Self { half_life_weeks: PRIOR_HALF_LIFE_WEEKS, from: HalfLifeFrom::Prior, remaining_share: 0.0 };
        let Some((peak, series)) = since_peak(weeks) else { return prior };
        let now = series.last().map_or(0.0, |own| own.weeks);
        match curve_since(&peak, &series) {
            Ok(curve) => Self::of_curve(&curve, now),
            Err(NoRecovery::NotBegun) => Self { half_life_weeks: f64::INFINITY, from: HalfLifeFrom::NoReturn, ..prior },
            Err(NoRecovery::TooFewWeeks | NoRecovery::NoSeries | NoRecovery::NotAboveNormal) => prior,
        }
    }

    fn of_curve(curve: &Recovery, now: f64) -> Self {
        let fitted = Self { half_life_weeks: halves_in(curve, now), from: HalfLifeFrom::Fit, remaining_share: 0.0 };
        if curve.fast_share > 0.0 && curve.slow_weeks > NONE_SEEN * now {
            let slow = (1.0 - curve.fast_share) * (-now / curve.slow_weeks).exp();
            let half_life_weeks = curve.fast_weeks * std::f64::consts::LN_2;
            return Self { half_life_weeks, remaining_share: slow / curve.share_at(now), ..fitted };
        }
        fitted
    }
}

/// Weeks until a curve is half of what it is now; by bisection between the half-lives of its two parts.
fn halves_in(curve: &Recovery, now: f64) -> f64 {
    let half = curve.share_at(now) / 2.0;
    let [mut before, mut after] = [curve.fast_weeks, curve.slow_weeks].map(|own| own * std::f64::consts::LN_2);
    for _ in 0..60 {
        let middle = f64::midpoint(before, after);
        if curve.share_at(now + middle) > half { before = middle } else { after = middle }
    }
    f64::midpoint(before, after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{LocalDay, PeopleOf};

    fn weeks(share: impl Fn(f64) -> f64, until: i32) -> Vec<WeekStock> {
        let week = |at: i32| WeekStock {
            of: PeopleOf::Everywhere,
            sunday: LocalDay(3 + 7 * at),
            days: 7,
            people: 900.0 * share(f64::from(at)),
            low: 1.0,
            whole: 5000.0,
            fewest: 90,
        };
        (0..=until).map(week).collect()
    }

    fn near(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-3, "{found} is not {expected}");
    }

    #[test]
    fn one_exponential_goes_on_as_it_came() {
        let found = ReturnRule::of(&weeks(|week| (-week / 6.0).exp(), 12));
        near(found.half_life_weeks, 6.0 * 2_f64.ln());
        assert_eq!((found.from, found.remaining_share), (HalfLifeFrom::Fit, 0.0));
    }

    #[test]
    fn of_two_exponentials_the_slow_one_is_left_later_on() {
        let curve = |week: f64| 0.5 * (-week / 2.5).exp() + 0.5 * (-week / 24.9).exp();
        let late = ReturnRule::of(&weeks(curve, 26));
        let half = late.half_life_weeks;
        near(curve(26.0 + half), curve(26.0) / 2.0);
        assert!(half > 16.0 && half < 17.4, "the curve's own is 4.5: {half}");
        // After six weeks it is not yet seen that those ever return.
        let early = ReturnRule::of(&weeks(curve, 6));
        near(early.half_life_weeks, 2.5 * 2_f64.ln());
        near(early.remaining_share, 0.5 * (-6.0 / 24.9_f64).exp() / curve(6.0));
    }

    #[test]
    fn a_short_series_has_the_prior_and_a_long_flat_one_has_not() {
        let short = ReturnRule::of(&weeks(|_| 1.0, 5));
        assert_eq!((short.from, short.half_life_weeks, short.remaining_share), (HalfLifeFrom::Prior, 4.5, 0.0));
        let flat = ReturnRule::of(&weeks(|_| 1.0, 6));
        assert_eq!((flat.from, flat.half_life_weeks), (HalfLifeFrom::NoReturn, f64::INFINITY));
        assert_eq!(ReturnRule::of(&[]).from, HalfLifeFrom::Prior);
    }
}
