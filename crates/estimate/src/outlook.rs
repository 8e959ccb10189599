//! The next weeks of each series by both baselines, with intervals and skill from how they did on earlier weeks of the
//! same crisis (methods §10.4, §13).

use crate::error::EstimateError;
use crate::forecast::{CentralInterval, Forecast, HORIZONS_WEEKS, forecasts, skill, weighted_interval_score};
use crate::return_rule::ReturnRule;
use crate::returning::ENOUGH_BEHIND;
use crate::weekly::WeekStock;
use hexodus_model::{LocalDay, PeopleOf};
use std::collections::BTreeMap;

/// So many earlier errors make an interval: the largest and the smallest of 39 are the ends of one of 95 %.
pub const MIN_ERRORS: usize = 39;

/// Of both baselines, in order.
pub const BASELINES: usize = 2;

/// The displaced of one series.
#[derive(Clone, Debug, PartialEq)]
pub struct Stocks {
    /// Of whom.
    pub of: PeopleOf,
    /// People and displaced subscribers by day; a day without a figure is not there.
    pub days: BTreeMap<LocalDay, (f64, u64)>,
    /// People to expect displaced without an event.
    pub normal: f64,
    /// The same by week, above normal, ascending.
    pub weeks: Vec<WeekStock>,
}

/// What was said on one day of one series for one horizon, and what it came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Past {
    /// The day it was said on, a Sunday.
    pub said: LocalDay,
    /// Index of the horizon.
    pub horizon: usize,
    /// Stock of that day.
    pub stock: f64,
    /// Persistence and damped return.
    pub forecast: [f64; BASELINES],
    /// Stock of the day that was meant.
    pub observed: f64,
}

/// One horizon of one series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    /// Of whom.
    pub of: PeopleOf,
    /// People by both baselines.
    pub forecast: Forecast,
    /// 95 % prediction intervals of both; `None` without enough earlier errors.
    pub intervals: Option<[[f64; 2]; BASELINES]>,
    /// Earlier errors, of all origins, that tell the intervals.
    pub errors: u32,
    /// What the damped return is computed by.
    pub rule: ReturnRule,
    /// People who are taken not to return.
    pub remaining: f64,
    /// Of the damped return against persistence, on earlier weeks of this series; `None` where there are none.
    pub skill: Option<f64>,
    /// These weeks.
    pub scored: u32,
}

/// What can be said of a series on one day.
struct Said {
    stock: f64,
    forecasts: [Forecast; HORIZONS_WEEKS.len()],
    rule: ReturnRule,
    remaining: f64,
}

/// Stock and both baselines of one day: of what is above normal the damped part returns, the rest is there without an
/// event. `remaining` is of both.
fn said(series: &Stocks, day: LocalDay) -> Result<Option<Said>, EstimateError> {
    let Some(&(stock, _)) = series.days.get(&day) else { return Ok(None) };
    let until = series.weeks.partition_point(|own| own.sunday <= day);
    let rule = ReturnRule::of(&series.weeks[..until]);
    let ordinary = series.normal.min(stock);
    let remaining = (stock - ordinary) * rule.remaining_share;
    let above = forecasts(stock - ordinary, remaining, rule.half_life_weeks)?;
    let forecasts = above.map(|own| Forecast {
        persistence: stock,
        damped_return: (ordinary + own.damped_return).min(stock),
        ..own
    });
    Ok(Some(Said { stock, forecasts, rule, remaining: ordinary + remaining }))
}

/// Everything that could have been said of a series on the last days of its weeks, of which the outcome is known.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for a stock that cannot be.
pub fn past_forecasts(series: &Stocks) -> Result<Vec<Past>, EstimateError> {
    let mut past = Vec::new();
    let days = series.weeks.iter().map(|own| own.sunday);
    for day in days.filter(|day| series.days.get(day).is_some_and(|own| own.1 >= ENOUGH_BEHIND && own.0 > 0.0)) {
        let Some(Said { stock, forecasts, .. }) = said(series, day)? else { continue };
        for (horizon, own) in forecasts.into_iter().enumerate() {
            if let Some(&(observed, _)) = series.days.get(&ahead(day, horizon)) {
                let forecast = [own.persistence, own.damped_return];
                past.push(Past { said: day, horizon, stock, forecast, observed });
            }
        }
    }
    Ok(past)
}

/// The next weeks after `last` of each series; `past` is what [`past_forecasts`] gives for each, in the same order.
///
/// # Errors
/// As [`past_forecasts`].
pub fn outlooks(series: &[Stocks], past: &[Vec<Past>], last: LocalDay) -> Result<Vec<Outlook>, EstimateError> {
    let errors = Errors::of(series, past);
    let mut outlooks = Vec::new();
    for (own, past) in series.iter().zip(past) {
        let Some(Said { stock, forecasts, rule, remaining }) = said(own, last)? else { continue };
        for (horizon, forecast) in forecasts.into_iter().enumerate() {
            let (skill, scored) = errors.skill(past, horizon)?;
            let both = [forecast.persistence, forecast.damped_return];
            let (intervals, known) = errors.intervals(last, horizon, stock, both);
            outlooks.push(Outlook {
                of: own.of,
                forecast,
                intervals,
                errors: known as u32,
                rule,
                remaining,
                skill,
                scored,
            });
        }
    }
    Ok(outlooks)
}

fn ahead(day: LocalDay, horizon: usize) -> LocalDay {
    LocalDay(day.0 + 7 * i32::from(HORIZONS_WEEKS[horizon]))
}

/// The errors of all origins, as parts of the stock they were said of.
struct Errors {
    /// By horizon: the day an error was known, and the errors of both baselines.
    known: [Vec<(LocalDay, [f64; BASELINES])>; 3],
}

impl Errors {
    /// Those of everybody are left out: they would count the origins twice.
    fn of(series: &[Stocks], past: &[Vec<Past>]) -> Self {
        let mut known: [Vec<(LocalDay, [f64; BASELINES])>; 3] = Default::default();
        let origins = series.iter().zip(past).filter(|own| matches!(own.0.of, PeopleOf::From(_)));
        for own in origins.flat_map(|own| own.1) {
            let errors = own.forecast.map(|said| (own.observed - said) / own.stock);
            known[own.horizon].push((ahead(own.said, own.horizon), errors));
        }
        Self { known }
    }

    /// Both intervals as they could be told on a day, and the errors known then. The forecast itself is always inside.
    fn intervals(
        &self,
        day: LocalDay,
        horizon: usize,
        stock: f64,
        forecast: [f64; BASELINES],
    ) -> (Option<[[f64; 2]; BASELINES]>, usize) {
        let known = || self.known[horizon].iter().filter(|own| own.0 <= day).map(|own| own.1);
        let count = known().count();
        if count < MIN_ERRORS {
            return (None, count);
        }
        let mut intervals = [[0.0; 2]; BASELINES];
        for (at, own) in intervals.iter_mut().enumerate() {
            let mut sorted: Vec<f64> = known().map(|own| own[at]).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            // Of n errors and the next one, each is as likely to be any of n + 1 ranks.
            let outside = ((count + 1) as f64 * 0.025).floor() as usize;
            let ends = [sorted[outside - 1].min(0.0), sorted[count - outside].max(0.0)];
            *own = ends.map(|error| (forecast[at] + stock * error).max(0.0));
        }
        (Some(intervals), count)
    }

    /// The skill of the damped return at one horizon of one series, each forecast scored with the interval it had.
    fn skill(&self, past: &[Past], horizon: usize) -> Result<(Option<f64>, u32), EstimateError> {
        let mut scores = [const { Vec::new() }; BASELINES];
        for own in past.iter().filter(|own| own.horizon == horizon) {
            let (intervals, _) = self.intervals(own.said, horizon, own.stock, own.forecast);
            for (at, scores) in scores.iter_mut().enumerate() {
                let interval =
                    intervals.map(|own| CentralInterval { outside: 0.05, low: own[at][0], high: own[at][1] });
                scores.push(weighted_interval_score(own.forecast[at], interval.as_slice(), own.observed)?);
            }
        }
        let [persistence, damped] = scores;
        Ok((skill(&damped, &persistence)?, damped.len() as u32))
    }
}

#[cfg(test)]
#[path = "outlook_tests.rs"]
mod tests;
