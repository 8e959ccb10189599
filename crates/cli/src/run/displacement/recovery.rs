//! How the displaced of each origin return, and the next weeks: from the figures of people by day.

use super::super::Run;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_estimate::returning::design;
use hexodus_estimate::weekly::sunday;
use hexodus_estimate::{
    Outlook, Past, Returning, StandsFor, StockDay, Stocks, WeekReplicates, WeekStock, Whole, outlooks, past_forecasts,
    returning, weekly_stocks,
};
use hexodus_model::{Level, LocalDay, PeopleOf, ShareReplicates, UnitKey};
use hexodus_publish::{ReleaseContext, ReleaseFolder, encode_forecast, encode_recovery};
use hexodus_release::{
    CurveFigures, ForecastFigures, ForecastOf, PeopleDay, RecoveryFigures, RecoveryOf, release_forecast,
    release_recovery,
};
use hexodus_store::CrisisCounts;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Replicates are kept of origins with so many displaced subscribers on the day: a third of what a half-life asks of the
/// largest week, because the weeks after, with fewer and fewer, belong to its curve.
const KEPT_BEHIND: u64 = 10;

/// Replicates of shares are whole billionths.
const BILLION: f64 = 1e9;

impl Run<'_> {
    /// What is kept of the replicates of a day at a level: on the last day of an ISO week the shares of the displaced of
    /// everybody and of each origin with enough behind it. Whole numbers, so that a share is the same after it was stored;
    /// billionths, since thirty displaced of ten million are three millionths.
    pub(super) fn week_replicates(
        &self,
        (day, level): (LocalDay, u8),
        shares: &[(PeopleOf, Vec<f64>)],
        counts: &CrisisCounts,
    ) -> Vec<ShareReplicates> {
        if day != sunday(day) {
            return Vec::new();
        }
        let mut displaced: BTreeMap<UnitKey, u64> = BTreeMap::new();
        for (home, own) in counts.stock.iter().filter(|table| table.day == day).flat_map(|table| &table.origins) {
            *displaced.entry(self.area_of(*home, level)).or_default() += own.displaced;
        }
        let enough = |of: PeopleOf| match of {
            PeopleOf::Everywhere => displaced.values().sum::<u64>() >= KEPT_BEHIND,
            PeopleOf::From(origin) => displaced.get(&origin).is_some_and(|&own| own >= KEPT_BEHIND),
            PeopleOf::At(_) | PeopleOf::Pair(_) => false,
        };
        let kept = shares.iter().filter(|own| enough(own.0));
        kept.map(|(of, shares)| ShareReplicates {
            level: Level::Adm(level),
            day,
            of: *of,
            billionths: shares.iter().map(|share| (share * BILLION).round() as u32).collect(),
        })
        .collect()
    }

    /// Writes the tables of a level, `days` being its figures of people and `stands_for` all people there are.
    pub(super) fn write_recovery(
        &self,
        crisis: &Crisis,
        counts: &CrisisCounts,
        level: u8,
        (days, stands_for): (&[PeopleDay], &StandsFor),
        (writer, context): (&ReleaseFolder, &ReleaseContext<'_>),
    ) -> Result<(), Failure> {
        let Some(last) = counts.stock.last().map(|table| table.day) else { return Ok(()) };
        let series = series_of(days, stands_for, last)?;
        let level = Level::Adm(level);
        let returns = self.returns(&series, days, stands_for, (counts, level));
        let past: Vec<Vec<Past>> =
            series.par_iter().map(past_forecasts).collect::<Result<_, _>>().map_err(Failure::estimate)?;
        let next = outlooks(&series, &past, last).map_err(Failure::estimate)?;
        let forecasts = forecasts_of(next, days, last);
        for of_all in [false, true] {
            let table = release_recovery(of_all, level, &returns, &self.setup.policy);
            self.write_below(crisis, &encode_recovery(&table, context)?, writer)?;
            let table = release_forecast(of_all, level, last, &forecasts, &self.setup.policy);
            self.write_below(crisis, &encode_forecast(&table, context)?, writer)?;
        }
        Ok(())
    }

    /// The return of each series that has begun to have one.
    fn returns(
        &self,
        series: &[Stocks],
        days: &[PeopleDay],
        stands_for: &StandsFor,
        (counts, level): (&CrisisCounts, Level),
    ) -> Vec<RecoveryOf> {
        let deff = self.network.population.as_ref().map_or(1.0, |known| known.people.reference.deff);
        let mut replicates: BTreeMap<PeopleOf, WeekReplicates<'_>> = BTreeMap::new();
        for own in counts.replicates.iter().filter(|own| own.level == level) {
            replicates.entry(own.of).or_default().insert(own.day, &own.billionths);
        }
        let observed = fewest_observed(days);
        let normal_known = counts.without_event.days > 0;
        let of_series = |own: &Stocks| {
            let none = WeekReplicates::new();
            let replicates = replicates.get(&own.of).unwrap_or(&none);
            let observed = |week: &WeekStock| observed.get(&(own.of, week.sunday)).copied().unwrap_or(0);
            let whole = whole_of(own.of, stands_for);
            let largest = own.weeks.iter().map(observed).max().unwrap_or(0);
            let found = returning(&own.weeks, replicates, design(largest as f64, whole, deff))?;
            let behind = |week: &WeekStock| [week.fewest, observed(week)];
            let (behind_peak, behind_last) = (behind(&found.peak), behind(&found.last));
            Some(RecoveryOf { of: own.of, behind_peak, behind_last, figures: figures(&found, normal_known) })
        };
        series.par_iter().filter_map(of_series).collect()
    }
}

/// The stocks of each origin and of everybody, by day and by week; days of which too little can be seen are left out.
fn series_of(days: &[PeopleDay], stands_for: &StandsFor, last: LocalDay) -> Result<Vec<Stocks>, Failure> {
    let mut series: BTreeMap<PeopleOf, Stocks> = BTreeMap::new();
    let mut stocks = Vec::new();
    for own in days.iter().filter(|own| is_of_series(own.of) && !own.low_coverage) {
        let (of, people, normal) = (own.of, own.figures.estimate, own.figures.normal.unwrap_or(0.0));
        let low = own.figures.interval[0];
        stocks.push(StockDay { of, day: own.day, people, low, subscribers: own.subscribers });
        let empty = || Stocks { of, days: BTreeMap::new(), normal, weeks: Vec::new() };
        let series = series.entry(of).or_insert_with(empty);
        series.days.insert(own.day, (people, own.subscribers));
        // It grows from nobody in the first weeks, then holds: days ascend, so this is the newest.
        series.normal = normal;
    }
    let whole = |own: &Stocks| Whole { of: own.of, people: whole_of(own.of, stands_for), normal: own.normal };
    let wholes: Vec<Whole> = series.values().map(whole).collect();
    for week in weekly_stocks(&stocks, &wholes, last).map_err(Failure::estimate)? {
        if let Some(own) = series.get_mut(&week.of) {
            own.weeks.push(week);
        }
    }
    Ok(series.into_values().collect())
}

const fn is_of_series(of: PeopleOf) -> bool {
    matches!(of, PeopleOf::Everywhere | PeopleOf::From(_))
}

fn whole_of(of: PeopleOf, stands_for: &StandsFor) -> f64 {
    match of {
        PeopleOf::From(origin) => stands_for.people.get(&origin).copied().unwrap_or(0.0),
        PeopleOf::Everywhere | PeopleOf::At(_) | PeopleOf::Pair(_) => stands_for.everybody(),
    }
}

/// By series and last day of a week, the fewest observed subscribers on a day of it.
fn fewest_observed(days: &[PeopleDay]) -> BTreeMap<(PeopleOf, LocalDay), u64> {
    let mut fewest = BTreeMap::new();
    for own in days.iter().filter(|own| is_of_series(own.of) && !own.low_coverage) {
        let week = fewest.entry((own.of, sunday(own.day))).or_insert(u64::MAX);
        *week = own.observed.min(*week);
    }
    fewest
}

fn figures(found: &Returning, normal_known: bool) -> RecoveryFigures {
    let curve = found.curve.map_err(hexodus_estimate::NoRecovery::name).map(|own| CurveFigures {
        fast_share: own.fast_share,
        fast_weeks: own.fast_weeks,
        slow_weeks: own.slow_weeks,
        half_life_weeks: own.half_life_weeks,
        half_life: found.half_life,
    });
    RecoveryFigures {
        peak_week: found.peak.sunday,
        peak_people: found.peak.people,
        last_week: found.last.sunday,
        weeks: found.weeks,
        still_displaced: Some(found.still_displaced),
        curve,
        normal_known,
    }
}

/// Forecasts with the subscribers of the day they are made on.
fn forecasts_of(next: Vec<Outlook>, days: &[PeopleDay], last: LocalDay) -> Vec<ForecastOf> {
    let today: BTreeMap<PeopleOf, &PeopleDay> =
        days.iter().filter(|own| own.day == last).map(|own| (own.of, own)).collect();
    let with_subscribers = |own: Outlook| {
        let behind = today.get(&own.of)?;
        let [persistence_interval, damped_interval] = own.intervals.map_or([None; 2], |both| both.map(Some));
        let figures = ForecastFigures {
            persistence: own.forecast.persistence,
            persistence_interval,
            damped_return: own.forecast.damped_return,
            damped_interval,
            errors: own.errors,
            half_life_weeks: own.rule.half_life_weeks,
            half_life_from: own.rule.from.name(),
            remaining: own.remaining,
            skill: own.skill,
            scored: own.scored,
        };
        Some(ForecastOf {
            of: own.of,
            weeks: own.forecast.weeks,
            subscribers: behind.subscribers,
            observed: behind.observed,
            figures,
        })
    };
    next.into_iter().filter_map(with_subscribers).collect()
}
