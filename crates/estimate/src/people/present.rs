//! The population present in each area on a day: the reference population, with those displaced from and to it (methods
//! §7.3).
//!
//! Stocks are of one reference home each, so every day starts from the reference population anew: no error of a day before
//! is in it, as it is where flows are added up month by month. One matrix is both inflow and outflow, so nobody is lost or
//! made.

use crate::error::EstimateError;
use crate::excess::Z_95;
use crate::population_update::{Anchor, Relocation, update_population};
use crate::sum::ordered_sum;
use hexodus_model::{OriginHost, PeopleOf, UnitKey};
use std::collections::{BTreeMap, BTreeSet};

/// Share by which inflow less outflow may be off: rounding, and nothing else.
const BALANCED_WITHIN: f64 = 1e-9;

/// Displaced people as estimated, with what is behind them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stock {
    /// People.
    pub people: f64,
    /// Ends of the 95 % interval.
    pub interval: [f64; 2],
    /// Displaced subscribers.
    pub subscribers: u64,
}

/// One area, or what is outside all of them, on one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Present {
    /// People by the reference; `None` where there is no figure.
    pub reference: Option<f64>,
    /// Displaced from other areas, here.
    pub inflow: f64,
    /// Displaced from here, in other areas.
    pub outflow: f64,
    /// By what it was pulled to the direct estimate; sums to 0.
    pub adjustment: f64,
    /// Reference + inflow − outflow + adjustment; `None` where somebody's home is here and nobody can tell who left.
    pub people: Option<f64>,
    /// Ends of its 95 % interval.
    pub interval: Option<[f64; 2]>,
    /// Subscribers behind the inflow.
    pub inflow_subscribers: u64,
    /// Subscribers behind the outflow.
    pub outflow_subscribers: u64,
}

/// What there is besides the stocks of a day.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    /// People by area.
    pub people: &'a BTreeMap<UnitKey, f64>,
    /// Areas nobody of which can be followed: who left them is not known.
    pub not_followed: &'a BTreeSet<UnitKey>,
    /// Coefficient of variation of the people of an area.
    pub cv: f64,
    /// People of some areas by an estimate that does not come from stocks, and by what part to go there, 0 to 1.
    pub anchor: Option<(&'a BTreeMap<UnitKey, f64>, f64)>,
}

/// Every area with people or displaced people on a day. More displaced from an area than live there (it shares a weight
/// with others) scale all of its row, so that its outflow and the inflows it makes stay the same people.
///
/// *Interval*: that of inflow and of outflow are those of all displaced at and from the area, where a part of a stock has its
/// part of the variance; both rest on other subscribers, so they are independent, and so is the reference (methods §7.5).
///
/// # Errors
/// [`EstimateError::OutOfRange`] for figures that cannot be, [`EstimateError::NotConserved`] unless the people of all are
/// those of the reference, to 1e-9.
pub fn present(
    stocks: &BTreeMap<PeopleOf, Stock>,
    reference: &Reference<'_>,
) -> Result<BTreeMap<UnitKey, Present>, EstimateError> {
    let crossing = crossing(stocks);
    let units: BTreeSet<UnitKey> =
        reference.people.keys().copied().chain(crossing.keys().flat_map(|own| [own.origin, own.host])).collect();
    let units: Vec<UnitKey> = units.into_iter().collect();
    let index: BTreeMap<UnitKey, usize> = units.iter().enumerate().map(|(at, &unit)| (unit, at)).collect();
    let before: Vec<f64> = units.iter().map(|unit| reference.people.get(unit).copied().unwrap_or(0.0)).collect();
    let relocations: Vec<Relocation> = crossing
        .iter()
        .map(|(pair, own)| Relocation {
            origin: index[&pair.origin],
            destination: index[&pair.host],
            people: own.people,
        })
        .collect();
    let moved = update_population(&before, &relocations, 1.0, None)?;
    let pulled = match reference.anchor {
        Some((direct, share)) => pulled(&units, &moved.residents, direct, share)?,
        None => moved.residents.clone(),
    };
    let sums = sums(&crossing, &before, &index, &moved.scaled_rows);
    let mut all = BTreeMap::new();
    for (at, &unit) in units.iter().enumerate() {
        let Sums { inflow, outflow, inflow_subscribers, outflow_subscribers } = sums[at];
        conserved(before[at] + inflow - outflow, moved.residents[at], before[at])?;
        let known = reference.people.contains_key(&unit) && !reference.not_followed.contains(&unit);
        let reach =
            [part_of(stocks.get(&PeopleOf::At(unit)), inflow), part_of(stocks.get(&PeopleOf::From(unit)), outflow)];
        let of_reference = Z_95 * reference.cv * before[at];
        let down = of_reference.hypot(reach[0][0]).hypot(reach[1][1]);
        let up = of_reference.hypot(reach[0][1]).hypot(reach[1][0]);
        let people = pulled[at];
        all.insert(
            unit,
            Present {
                reference: reference.people.get(&unit).copied(),
                inflow,
                outflow,
                adjustment: people - moved.residents[at],
                people: known.then_some(people),
                interval: known.then_some([(people - down).max(0.0), people + up]),
                inflow_subscribers,
                outflow_subscribers,
            },
        );
    }
    Ok(all)
}

/// Stocks that are in another area than their home.
fn crossing(stocks: &BTreeMap<PeopleOf, Stock>) -> BTreeMap<OriginHost, Stock> {
    let pair = |(&of, &own): (&PeopleOf, &Stock)| match of {
        PeopleOf::Pair(pair) if pair.origin != pair.host => Some((pair, own)),
        _ => None,
    };
    stocks.iter().filter_map(pair).collect()
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    inflow: f64,
    outflow: f64,
    inflow_subscribers: u64,
    outflow_subscribers: u64,
}

/// By unit, with the rows scaled that were.
fn sums(
    crossing: &BTreeMap<OriginHost, Stock>,
    before: &[f64],
    index: &BTreeMap<UnitKey, usize>,
    scaled: &[usize],
) -> Vec<Sums> {
    let mut leaving = vec![0.0; before.len()];
    for (pair, own) in crossing {
        leaving[index[&pair.origin]] += own.people;
    }
    let mut parts: Vec<[Vec<f64>; 2]> = vec![Default::default(); before.len()];
    let mut sums = vec![Sums::default(); before.len()];
    for (pair, own) in crossing {
        let (from, to) = (index[&pair.origin], index[&pair.host]);
        let people = if scaled.contains(&from) { own.people * before[from] / leaving[from] } else { own.people };
        parts[to][0].push(people);
        parts[from][1].push(people);
        sums[to].inflow_subscribers += own.subscribers;
        sums[from].outflow_subscribers += own.subscribers;
    }
    for (own, [inflow, outflow]) in sums.iter_mut().zip(parts) {
        (own.inflow, own.outflow) = (ordered_sum(inflow), ordered_sum(outflow));
    }
    sums
}

fn conserved(expected: f64, found: f64, people: f64) -> Result<(), EstimateError> {
    let is_so = (expected - found).abs() <= BALANCED_WITHIN * people.max(found).max(1.0);
    if is_so { Ok(()) } else { Err(EstimateError::NotConserved { expected, found }) }
}

/// How far the ends of the interval are from a part of a stock, down and up: its variance is the part's.
fn part_of(stock: Option<&Stock>, part: f64) -> [f64; 2] {
    let Some(own) = stock.filter(|own| own.people > 0.0) else { return [0.0; 2] };
    let root = (part / own.people).min(1.0).sqrt();
    [(own.people - own.interval[0]) * root, (own.interval[1] - own.people) * root]
}

/// Areas with a direct estimate go part of the way to its shares; the others stay.
fn pulled(
    units: &[UnitKey],
    residents: &[f64],
    direct: &BTreeMap<UnitKey, f64>,
    share: f64,
) -> Result<Vec<f64>, EstimateError> {
    let known: Vec<usize> = (0..units.len()).filter(|&at| direct.contains_key(&units[at])).collect();
    let own: Vec<f64> = known.iter().map(|&at| residents[at]).collect();
    let there: Vec<f64> = known.iter().map(|&at| direct[&units[at]]).collect();
    let mut all = residents.to_vec();
    if there.iter().sum::<f64>() <= 0.0 {
        return Ok(all);
    }
    let pulled = update_population(&own, &[], 1.0, Some(Anchor { direct: &there, share }))?;
    for (&at, people) in known.iter().zip(pulled.residents) {
        all[at] = people;
    }
    Ok(all)
}

#[cfg(test)]
#[path = "present_tests.rs"]
mod tests;
