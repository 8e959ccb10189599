//! What is normal for a day: the median of the same weekday, and how much days vary about it (methods §6.1).

use crate::robust::{median, quantile, robust_sd};
use hexodus_model::LocalDay;

/// One value of a series. Days without data, or whose data failed the quality gate, have no row: missing is not zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayValue {
    /// The local day.
    pub day: LocalDay,
    /// Subscribers on that day, in one area or on one pair of areas.
    pub value: f64,
    /// Whether the calendar calls it a holiday: then it is no baseline.
    pub holiday: bool,
}

/// Fewer baseline values of a weekday are pooled (methods §6.1).
pub const MIN_VALUES_PER_WEEKDAY: usize = 6;

/// What is normal for one area or pair, over 8 to 13 weeks before the event.
#[derive(Clone, Debug, PartialEq)]
pub struct WeekdayBaseline {
    /// B: the median of each weekday, Monday first.
    pub medians: [f64; 7],
    /// Baseline values used.
    pub values: usize,
    /// Of them, those behind the median of each weekday.
    pub behind: [usize; 7],
    /// σ̂ of ε = (x − B) / √max(B, 1), not below 1: the Poisson floor.
    pub sd: f64,
    /// The 2.5 % and 97.5 % quantiles of ε.
    pub quantiles: [f64; 2],
}

impl WeekdayBaseline {
    /// The baseline of one series; holidays are left out. A weekday with fewer than six values takes the median of all
    /// weekdays times its ratio in `ratios` (see [`weekday_ratios`]). `None` without any value.
    pub fn of(history: &[DayValue], ratios: &[f64; 7]) -> Option<Self> {
        let used: Vec<&DayValue> = history.iter().filter(|own| !own.holiday).collect();
        let pooled = median(&used.iter().map(|own| own.value).collect::<Vec<_>>())?;
        let mut medians = ratios.map(|ratio| ratio * pooled);
        let mut behind = [used.len(); 7];
        for (weekday, normal) in medians.iter_mut().enumerate() {
            let own = of_weekday(&used, weekday);
            if own.len() >= MIN_VALUES_PER_WEEKDAY {
                *normal = median(&own).unwrap_or(*normal);
                behind[weekday] = own.len();
            }
        }
        let residual = |own: &&DayValue| scaled(own.value, medians[weekday(own.day)]);
        let residuals: Vec<f64> = used.iter().map(residual).collect();
        let sd = robust_sd(&residuals)?.max(1.0);
        let quantiles = [quantile(&residuals, 0.025)?, quantile(&residuals, 0.975)?];
        Some(Self { medians, values: used.len(), behind, sd, quantiles })
    }

    /// What is normal for a day: B of its weekday.
    pub fn normal(&self, day: LocalDay) -> f64 {
        self.medians[weekday(day)]
    }

    /// How unusual a value is: z = (x − B) / (σ̂·√max(B, 1)). 0 where x is B, whatever its size.
    pub fn z(&self, day: LocalDay, value: f64) -> f64 {
        scaled(value, self.normal(day)) / self.sd
    }

    /// The standard deviation of z where nothing is unusual: a median of n values errs, too, by π/2n of their variance
    /// (normal; Kenney and Keeping 1962). Without it 6 to 7 in a hundred discoveries were false, where 5 are asked for.
    pub fn sd_of_z(&self, day: LocalDay) -> f64 {
        let error = std::f64::consts::FRAC_PI_2 / self.behind[weekday(day)] as f64;
        (1.0 + error).sqrt()
    }

    /// √max(B, 1) of a day: one unit of ε in subscribers.
    pub fn unit(&self, day: LocalDay) -> f64 {
        self.normal(day).max(1.0).sqrt()
    }
}

/// A Pearson residual: Poisson counts have variance 1 in it, large or small.
fn scaled(value: f64, normal: f64) -> f64 {
    (value - normal) / normal.max(1.0).sqrt()
}

fn of_weekday(values: &[&DayValue], wanted: usize) -> Vec<f64> {
    values.iter().filter(|own| weekday(own.day) == wanted).map(|own| own.value).collect()
}

/// Monday = 0. (1970-01-01 was a Thursday.)
fn weekday(day: LocalDay) -> usize {
    (day.0 + 3).rem_euclid(7) as usize
}

/// How a weekday compares with all days, pooled over series: the median over series of (median of the weekday / median
/// of all days), holidays left out; 1 where no series tells. For series too short to have medians of their own.
pub fn weekday_ratios(series: &[Vec<DayValue>]) -> [f64; 7] {
    std::array::from_fn(|wanted| {
        let ratio = |history: &Vec<DayValue>| {
            let used: Vec<&DayValue> = history.iter().filter(|own| !own.holiday).collect();
            let all = median(&used.iter().map(|own| own.value).collect::<Vec<_>>())?;
            (all > 0.0).then_some(median(&of_weekday(&used, wanted))? / all)
        };
        median(&series.iter().filter_map(ratio).collect::<Vec<_>>()).unwrap_or(1.0)
    })
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these figures are exact in binary")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 1970-01-05, a Monday.
    const MONDAY: i32 = 4;

    fn series(weeks: i32, value: impl Fn(i32, i32) -> f64) -> Vec<DayValue> {
        let days = (0..weeks).flat_map(|week| (0..7).map(move |weekday| (week, weekday)));
        days.map(|(week, weekday)| DayValue {
            day: LocalDay(MONDAY + week * 7 + weekday),
            value: value(week, weekday),
            holiday: false,
        })
        .collect()
    }

    #[test]
    fn sundays_are_compared_with_sundays() {
        let history = series(8, |week, weekday| f64::from(if weekday == 6 { 400 } else { 100 } + week % 2));
        let baseline = WeekdayBaseline::of(&history, &[1.0; 7]).unwrap();
        assert_eq!(baseline.normal(LocalDay(MONDAY + 70)), 100.5);
        assert_eq!(baseline.normal(LocalDay(MONDAY + 76)), 400.5);
        assert_eq!(baseline.sd, 1.0, "the Poisson floor: days vary by half a subscriber");
        assert!((baseline.z(LocalDay(MONDAY + 70), 130.5) - 30.0 / 100.5_f64.sqrt()).abs() < 1e-12);
        assert!(baseline.z(LocalDay(MONDAY + 76), 430.5) < 1.5, "30 more are less unusual among 400");
    }

    #[test]
    fn holidays_and_missing_days_are_no_baseline() {
        let mut history = series(8, |_, _| 100.0);
        history[10].value = 9000.0;
        history[10].holiday = true;
        history.remove(20);
        let baseline = WeekdayBaseline::of(&history, &[1.0; 7]).unwrap();
        assert_eq!((baseline.medians, baseline.values), ([100.0; 7], 54));
        assert_eq!(baseline.quantiles, [0.0, 0.0]);
        assert_eq!(WeekdayBaseline::of(&[], &[1.0; 7]), None);
    }

    #[test]
    fn a_short_series_borrows_the_week_of_the_others() {
        let long = |scale: f64| series(8, move |_, weekday| scale * if weekday >= 5 { 3.0 } else { 1.0 });
        let ratios = weekday_ratios(&[long(10.0), long(70.0), Vec::new()]);
        assert_eq!(ratios, [1.0, 1.0, 1.0, 1.0, 1.0, 3.0, 3.0]);
        let short = series(2, |_, weekday| if weekday >= 5 { 30.0 } else { 10.0 });
        let baseline = WeekdayBaseline::of(&short, &ratios).unwrap();
        assert_eq!((baseline.normal(LocalDay(MONDAY)), baseline.normal(LocalDay(MONDAY + 6))), (10.0, 30.0));
    }

    #[test]
    fn t18_a_baseline_of_zeros_does_not_make_every_arrival_an_event() {
        let baseline = WeekdayBaseline::of(&series(8, |_, _| 0.0), &[1.0; 7]).unwrap();
        assert_eq!(baseline.z(LocalDay(MONDAY), 2.0), 2.0, "floors: B and σ̂ are at least 1");
        assert_eq!(baseline.z(LocalDay(MONDAY), 20.0), 20.0);
    }

    proptest! {
        #[test]
        fn one_wild_day_moves_no_weekday_further_than_the_next_value(wild in 0usize..56, value in 0f64..1e6) {
            let mut history = series(8, |week, _| f64::from(100 + week));
            history[wild].value = value;
            let baseline = WeekdayBaseline::of(&history, &[1.0; 7]).unwrap();
            prop_assert!(baseline.medians.iter().all(|normal| (102.5..=104.5).contains(normal)));
        }
    }
}
