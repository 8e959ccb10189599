//! Each figure of a day with its interval, without correction, by stayers, and at the worst (methods §7.4, §7.5).

use super::dating::DayFigures;
use super::panel_day::PanelDay;
use super::stands_for::StandsFor;
use super::unsure::{Doubt, WrongStates, wrong_states};
use super::weighted::{WeightedOrigin, WeightedStock};
use super::{Activity, Corrections, displaced_people};
use crate::error::EstimateError;
use crate::interval::{Interval, ObservedShare, Uncertainty, bootstrap_interval, closed_form_interval};
use hexodus_model::{PeopleOf, StockTable, UnitKey};
use std::collections::{BTreeMap, BTreeSet};

/// Subscribers are never taken for more of the people than this: where there are more SIMs than people, the finite
/// population says nothing about the error.
pub(crate) const LARGEST_FRACTION: f64 = 0.9;

/// One figure of a day. CONFIDENTIAL until released.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeopleEstimate {
    /// Of whom.
    pub of: PeopleOf,
    /// Displaced subscribers behind it.
    pub subscribers: u64,
    /// Observed subscribers of its origins: those it is a share of.
    pub observed: u64,
    /// With its interval; corrected by the bracket estimator of activity.
    pub interval: Interval,
    /// As if everybody observed were as likely to be as anybody else, and nobody misplaced.
    pub uncorrected: f64,
    /// Corrected by the ratio of stayers instead of brackets; `None` where that is not known.
    pub by_stayers: Option<f64>,
    /// If none, and if all, of the unseen of its origins are where it counts; nobody misplaced.
    pub bounds: [f64; 2],
    /// What to expect without an event, by the share of the baseline; `None` where that is not known, and of hosts.
    pub normal: Option<f64>,
}

/// What the figures of a day are made of besides its counts.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// People behind the panel of each origin.
    pub stands_for: &'a StandsFor,
    /// Coefficient of variation of the population of an area.
    pub population_cv: f64,
    /// Design effect of households.
    pub deff: f64,
    /// By what arrivals to a host are multiplied because of missing stayers; empty where that is not known.
    pub stayers: &'a BTreeMap<UnitKey, f64>,
    /// By origin, the share that is misplaced.
    pub misplaced: &'a BTreeMap<UnitKey, f64>,
    /// Share of everybody that is displaced, and not nearby, on a day without an event.
    pub normal_share: Option<f64>,
    /// The figures themselves: [`corrected_people`] of the day.
    pub corrected: &'a DayFigures,
    /// How fast each changes around the day: [`fastest_changes`](super::dating::fastest_changes).
    pub changes: &'a DayFigures,
}

/// The figures of a day, corrected for activity and for who is misplaced; those that somebody was observed for. `stock` is that
/// of `table`, its residents weighted.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for an activity outside (0, 1].
pub fn corrected_people(
    table: &StockTable,
    stock: &WeightedStock,
    stands_for: &StandsFor,
    misplaced: &BTreeMap<UnitKey, f64>,
) -> Result<DayFigures, EstimateError> {
    let day = PanelDay::weighted(stock, table);
    let corrections = Corrections { activity: Activity::bracketed(&day), misplaced: misplaced.clone() };
    let (people, counts) =
        (displaced_people(&day, &corrections, &stands_for.people)?, behind(table, stock, stands_for));
    let observed = |of: PeopleOf| counts.get(&of).is_some_and(|own| own.observed > 0);
    Ok(people.into_iter().filter(|own| observed(own.0)).map(|(of, people)| (of, people[0])).collect())
}

/// Each figure in every replicate of a day, as a share of the people it is of; in order. How much it varies is
/// [`replicate_variance`](crate::replicate_variance).
///
/// # Errors
/// [`EstimateError::OutOfRange`] for an activity outside (0, 1].
pub fn replicate_shares(
    replicates: &PanelDay,
    stands_for: &StandsFor,
    misplaced: &BTreeMap<UnitKey, f64>,
) -> Result<Vec<(PeopleOf, Vec<f64>)>, EstimateError> {
    let corrections = Corrections { activity: Activity::bracketed(replicates), misplaced: misplaced.clone() };
    let mut people = displaced_people(replicates, &corrections, &stands_for.people)?;
    let all = stands_for.everybody();
    people.retain(|&of, people| {
        let whole = whole(of, stands_for, all);
        // A share of all may be above 1 by a rounding.
        for own in people {
            *own = (*own / whole).min(1.0);
        }
        whole > 0.0
    });
    Ok(people.into_iter().collect())
}

/// The figures of a day, in order of [`PeopleOf`]. `variance` is that of [`replicate_shares`]; without it
/// the interval is the closed form.
///
/// # Errors
/// [`EstimateError`] for a population, a cv or a design effect that cannot be.
pub fn people_estimates(
    table: &StockTable,
    basis: &Basis<'_>,
    variance: impl Fn(PeopleOf) -> Option<f64>,
) -> Result<Vec<PeopleEstimate>, EstimateError> {
    weighted_people_estimates(table, &WeightedStock::of(table), basis, variance)
}

/// The same where residents are weighted by classes of their homes: `stock` is that of `table`.
///
/// # Errors
/// As [`people_estimates`].
pub fn weighted_people_estimates(
    table: &StockTable,
    stock: &WeightedStock,
    basis: &Basis<'_>,
    variance: impl Fn(PeopleOf) -> Option<f64>,
) -> Result<Vec<PeopleEstimate>, EstimateError> {
    let day = PanelDay::weighted(stock, table);
    let (stands_for, all) = (basis.stands_for, basis.stands_for.everybody());
    let figures = |corrections: Corrections| displaced_people(&day, &corrections, &stands_for.people);
    let by = |activity: Activity| Corrections { activity, misplaced: basis.misplaced.clone() };
    let seen_alike = figures(by(Activity::default()))?;
    let uncorrected = figures(Corrections::default())?;
    let by_stayers = figures(by(Activity::of_factors(basis.stayers, 1)))?;
    let wrong = wrong_states(stock, basis);
    let counts = behind(table, stock, stands_for);
    let bounds = worst_case(stock, stands_for, &wrong);
    let mut estimates = Vec::with_capacity(basis.corrected.len());
    for (&of, &people) in basis.corrected {
        let (whole, behind) = (whole(of, stands_for, all), counts.get(&of).copied().unwrap_or_default());
        if whole <= 0.0 || behind.observed == 0 {
            continue;
        }
        let share = (people / whole).min(1.0);
        let observed = behind.observed as f64;
        // So many observed as would make the displaced subscribers this share: a correction makes nobody more certain.
        let wrong = wrong.get(&of).copied().unwrap_or_default();
        let remaining = behind.weighted - wrong.taken_away;
        let equivalent = if share > 0.0 && remaining > 0.0 { remaining / share } else { observed };
        // Of unequal weights, fewer would tell as much. Replicates have that in them.
        let worth_less = stock.design_effect(of);
        let doubt = Doubt {
            wrong,
            remaining,
            change: basis.changes.get(&of).copied().unwrap_or(0.0),
            for_silence: people - seen_alike.get(&of).map_or(0.0, |own| own[0]),
        };
        let errors = Uncertainty {
            sampling_fraction: (observed / whole).min(LARGEST_FRACTION),
            deff: wrong.design_effect(basis.deff, remaining),
            population_cv: basis.population_cv * independent_part(of, basis.corrected),
            noise_variance: doubt.variance(equivalent / whole) / worth_less.powi(2),
            ..Uncertainty::default()
        };
        let share = ObservedShare { share, observed: equivalent / worth_less, population: whole };
        let interval = match variance(of) {
            Some(variance) => bootstrap_interval(&share, variance, &errors)?,
            None => closed_form_interval(&share, &errors)?,
        };
        estimates.push(PeopleEstimate {
            of,
            subscribers: behind.displaced,
            observed: behind.observed,
            interval,
            uncorrected: uncorrected.get(&of).map_or(0.0, |own| own[0]),
            by_stayers: by_stayers.get(&of).map(|own| own[0]).filter(|_| !basis.stayers.is_empty()),
            normal: basis.normal_share.filter(|_| is_of_origins(of)).map(|share| share * whole),
            bounds: bounds.get(&of).copied().unwrap_or_default(),
        });
    }
    Ok(estimates)
}

/// Whether a figure is of all displaced of its origins.
const fn is_of_origins(of: PeopleOf) -> bool {
    matches!(of, PeopleOf::Everywhere | PeopleOf::From(_))
}

/// The people that a figure is a share of.
fn whole(of: PeopleOf, stands_for: &StandsFor, all: f64) -> f64 {
    match of {
        PeopleOf::Everywhere | PeopleOf::At(_) => all,
        PeopleOf::From(origin) => stands_for.people.get(&origin).copied().unwrap_or(0.0),
        PeopleOf::Pair(pair) => stands_for.people.get(&pair.origin).copied().unwrap_or(0.0),
    }
}

/// Errors of the populations of several origins partly cancel: √Σd²/Σd of the displaced of each, 1 of one origin.
fn independent_part(of: PeopleOf, people: &DayFigures) -> f64 {
    let parts: Vec<f64> = match of {
        PeopleOf::From(_) | PeopleOf::Pair(_) => return 1.0,
        PeopleOf::At(host) => {
            let here = people.iter().filter(|own| matches!(own.0, PeopleOf::Pair(pair) if pair.host == host));
            here.map(|own| *own.1).collect()
        }
        PeopleOf::Everywhere => {
            people.iter().filter(|own| matches!(own.0, PeopleOf::From(_))).map(|own| *own.1).collect()
        }
    };
    let sum: f64 = parts.iter().sum();
    if sum > 0.0 { parts.iter().map(|own| own * own).sum::<f64>().sqrt() / sum } else { 1.0 }
}

#[derive(Clone, Copy, Debug, Default)]
struct Behind {
    displaced: u64,
    /// Displaced, weighted.
    weighted: f64,
    observed: u64,
}

/// Subscribers behind each figure, of origins that somebody stands for.
fn behind(table: &StockTable, stock: &WeightedStock, stands_for: &StandsFor) -> BTreeMap<PeopleOf, Behind> {
    let mut counts: BTreeMap<PeopleOf, Behind> = BTreeMap::new();
    let mut observed: BTreeMap<UnitKey, u64> = BTreeMap::new();
    for &(origin, own) in table.origins.iter().filter(|own| stands_for.people.contains_key(&own.0)) {
        let here = own.panel - own.unobserved();
        observed.insert(origin, here);
        counts.entry(PeopleOf::From(origin)).or_default().observed = here;
        counts.entry(PeopleOf::Everywhere).or_default().observed += here;
    }
    let everywhere = counts.get(&PeopleOf::Everywhere).map_or(0, |own| own.observed);
    for &(pair, own) in table.hosts.iter().filter(|own| stands_for.people.contains_key(&own.0.origin)) {
        let here = observed.get(&pair.origin).copied().unwrap_or(0);
        let of = [
            (PeopleOf::Pair(pair), here),
            (PeopleOf::From(pair.origin), here),
            (PeopleOf::At(pair.host), everywhere),
            (PeopleOf::Everywhere, everywhere),
        ];
        for (of, observed) in of {
            let counts = counts.entry(of).or_default();
            counts.displaced += own.stock;
            counts.weighted += stock.hosts.get(&pair).map_or(0.0, |own| own.stock);
            counts.observed = observed;
        }
    }
    counts
}

/// At least and at most, if none or all of the unseen of an origin are where a figure counts (Manski 1990), less those
/// who are misplaced.
fn worst_case(
    stock: &WeightedStock,
    stands_for: &StandsFor,
    wrong: &BTreeMap<PeopleOf, WrongStates>,
) -> BTreeMap<PeopleOf, [f64; 2]> {
    let origins = &stock.origins;
    let each = |origin: UnitKey, own: &WeightedOrigin| Some(stands_for.people.get(&origin)? / own.panel);
    let mut bounds: BTreeMap<PeopleOf, [f64; 2]> = BTreeMap::new();
    let mut add = |of: PeopleOf, least: f64, unseen: f64| {
        let own = bounds.entry(of).or_default();
        own[0] += least;
        own[1] += least + unseen;
    };
    let mut unseen_of_all = 0.0;
    for (&origin, own) in origins {
        let Some(each) = each(origin, own) else { continue };
        let unseen = each * own.unobserved;
        unseen_of_all += unseen;
        add(PeopleOf::From(origin), 0.0, unseen);
        add(PeopleOf::Everywhere, 0.0, unseen);
    }
    let mut hosts = BTreeSet::new();
    for (&pair, own) in &stock.hosts {
        let Some((origin, each)) = origins.get(&pair.origin).and_then(|own| Some((own, each(pair.origin, own)?)))
        else {
            continue;
        };
        let taken = wrong.get(&PeopleOf::Pair(pair)).map_or(0.0, |own| own.taken_away);
        let displaced = each * (own.stock - taken).max(0.0);
        add(PeopleOf::Pair(pair), displaced, each * origin.unobserved);
        for of in [PeopleOf::From(pair.origin), PeopleOf::At(pair.host), PeopleOf::Everywhere] {
            add(of, displaced, 0.0);
        }
        hosts.insert(pair.host);
    }
    // The unseen of every origin may all be at one host.
    for host in hosts {
        add(PeopleOf::At(host), 0.0, unseen_of_all);
    }
    bounds
}

#[cfg(test)]
#[path = "estimates_tests.rs"]
mod tests;
