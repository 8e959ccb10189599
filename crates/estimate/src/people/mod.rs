//! How many people are displaced on a day, from where to where: the counts of the panel, and of every replicate of it, by
//! the same arithmetic (methods §7.1, §7.4, §7.5).
//!
//! D̂ = W·(n/p̂) / Σ(n/p̂): W people stand behind the panel of an origin, n of it were observed at each place, home among
//! them, and p̂ is the probability to be observed of who is known to be there. Those who are likely to be at home though
//! they seem to be displaced nearby are counted there. Hosts and the country are sums of pairs.
//!
//! | module | answers |
//! |---|---|
//! | [`mod@stands_for`] | how many people stand behind the panel of each origin |
//! | [`home_class`] | who of its residents stands for how many of them, by a class of their home |
//! | [`weighted`] | the stock of a day with such weights |
//! | [`mod@present`] | how many people are in each area then |
//! | [`misplaced`] | how many seem displaced nearby and are at home |
//! | [`panel_day`] | the counts of one day, or of its replicates |
//! | [`dating`] | how fast a figure changes, as the day of a move is not known exactly |
//! | `unsure` | what is uncertain besides who was seen |
//! | [`counted`] | people of a count that is no stock of the displaced |
//! | [`estimates`] | each figure with its interval, without correction, and at the worst |

pub mod counted;
pub mod dating;
pub mod estimates;
pub mod home_class;
pub mod misplaced;
pub mod panel_day;
pub mod present;
pub mod stands_for;
mod unsure;
pub mod weighted;

use crate::activity::{Bracketed, Stratum, bracket_activity, corrected_shares};
use crate::error::EstimateError;
use hexodus_model::{OriginHost, PeopleOf, UnitKey};
use misplaced::{Remaining, remaining};
use panel_day::{PanelDay, value};
use std::collections::{BTreeMap, BTreeSet};

/// p̂ by place and column: the probability to be observed. Where nothing is known of a place, it is 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Activity(BTreeMap<UnitKey, Vec<f64>>);

impl Activity {
    /// From who was last known to be in each place, column by column. Nothing is corrected in a column in which nobody
    /// known was observed anywhere.
    pub fn bracketed(day: &PanelDay) -> Self {
        let places: Vec<UnitKey> = day.known.keys().copied().collect();
        let mut activity: BTreeMap<UnitKey, Vec<f64>> =
            places.iter().map(|&place| (place, Vec::with_capacity(day.columns))).collect();
        for column in 0..day.columns {
            let bracketed = |place: &UnitKey| Bracketed {
                seen: value(day.observed.get(place), column),
                subscribers: value(day.known.get(place), column),
            };
            let own = bracket_activity(&places.iter().map(bracketed).collect::<Vec<_>>());
            let own = own.unwrap_or_else(|| vec![1.0; places.len()]);
            activity.values_mut().zip(own).for_each(|(all, own)| all.push(own));
        }
        Self(activity)
    }

    /// The same for all columns: of places whose arrivals are multiplied by a factor of 1 or more, 1/factor; smaller
    /// factors count as 1.
    pub fn of_factors(factors: &BTreeMap<UnitKey, f64>, columns: usize) -> Self {
        let activity = factors.iter().map(|(&place, &factor)| (place, vec![1.0 / factor.max(1.0); columns]));
        Self(activity.collect())
    }

    /// p̂ of a place in a column.
    pub fn at(&self, place: UnitKey, column: usize) -> f64 {
        self.0.get(&place).map_or(1.0, |own| own[column])
    }
}

/// What the counts of the panel are corrected by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corrections {
    /// Who can be observed where.
    pub activity: Activity,
    /// By origin, the share of those within reach of home that is misplaced.
    pub misplaced: BTreeMap<UnitKey, f64>,
}

/// Displaced people by whom they are of, one value a column. `stands_for` gives W of each origin, people; origins without
/// it are left out of every figure. In a column in which nobody of an origin was observed, none of it is displaced.
///
/// # Errors
/// [`EstimateError::OutOfRange`] for an activity outside (0, 1].
pub fn displaced_people(
    day: &PanelDay,
    corrections: &Corrections,
    stands_for: &BTreeMap<UnitKey, f64>,
) -> Result<BTreeMap<PeopleOf, Vec<f64>>, EstimateError> {
    let mut people: BTreeMap<PeopleOf, Vec<f64>> = BTreeMap::new();
    people.insert(PeopleOf::Everywhere, vec![0.0; day.columns]);
    let origins: BTreeSet<UnitKey> =
        day.stayed.keys().copied().chain(day.displaced.keys().map(|own| own.origin)).collect();
    for origin in origins {
        let Some(&stands_for) = stands_for.get(&origin) else { continue };
        let hosts = hosts_of(day, origin);
        people.entry(PeopleOf::From(origin)).or_insert_with(|| vec![0.0; day.columns]);
        for column in 0..day.columns {
            let counts = placed(day, origin, &hosts, column, corrections);
            let places = std::iter::once(origin).chain(hosts.iter().map(|own| own.unit));
            let p: Vec<f64> = places.map(|place| corrections.activity.at(place, column)).collect();
            let Some(shares) = corrected_shares(&[Stratum { subscribers: &counts, activity: &p }])? else { continue };
            for (&Host { unit: host, .. }, share) in hosts.iter().zip(&shares[1..]) {
                let own = stands_for * share;
                let pair = OriginHost { origin, host };
                for of in [PeopleOf::Pair(pair), PeopleOf::From(origin), PeopleOf::At(host), PeopleOf::Everywhere] {
                    people.entry(of).or_insert_with(|| vec![0.0; day.columns])[column] += own;
                }
            }
        }
    }
    Ok(people)
}

/// One host of an origin.
struct Host<'a> {
    unit: UnitKey,
    displaced: &'a Vec<f64>,
    near: Option<&'a Vec<f64>>,
}

fn hosts_of(day: &PanelDay, origin: UnitKey) -> Vec<Host<'_>> {
    let of_origin = day.displaced.range(OriginHost { origin, host: UnitKey::FIRST }..);
    let of_origin = of_origin.take_while(|own| own.0.origin == origin);
    of_origin.map(|(pair, displaced)| Host { unit: pair.host, displaced, near: day.near.get(pair) }).collect()
}

/// Subscribers of an origin at home and at each host, who is misplaced at home.
fn placed(day: &PanelDay, origin: UnitKey, hosts: &[Host<'_>], column: usize, by: &Corrections) -> Vec<f64> {
    let stayed = value(day.stayed.get(&origin), column);
    let near: f64 = hosts.iter().map(|own| value(own.near, column)).sum();
    let displaced: f64 = hosts.iter().map(|own| own.displaced[column]).sum();
    let remaining = by.remaining(origin, stayed, near, displaced - near);
    let at_host = |own: &Host<'_>| remaining.of(own.displaced[column], value(own.near, column));
    std::iter::once(stayed + remaining.misplaced).chain(hosts.iter().map(at_host)).collect()
}

impl Corrections {
    fn remaining(&self, origin: UnitKey, stayed: f64, near: f64, far: f64) -> Remaining {
        remaining(self.misplaced.get(&origin).copied().unwrap_or(0.0), stayed, near, far)
    }
}

#[cfg(test)]
mod tests;
