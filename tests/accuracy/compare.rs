//! One country: estimate against truth, as sums that add up over seeds.

use crate::estimate::{Followed, Store};
use crate::truth::{Person, RuleState, Truth};
use hexodus_locate::h3_ring;
use hexodus_model::{AreaKey, H3Cell, LocalDay, Residence, ResidenceDay};
use std::collections::{BTreeMap, HashMap};

/// The day after the event on which states are compared (methods §13), and the last day followed.
pub const DAY: i32 = 14;
/// Days from which on a stock without an event is averaged: a false confirmation takes that long to build up.
const SETTLED_FROM: usize = 7;
/// Located days in the baseline from which on a home must be right.
const LOCATED_DAYS: usize = 10;
/// Events a day from which on states must be right (methods §13), and days of the baseline.
const EVENTS_PER_DAY: u64 = 3;
const BASELINE_DAYS: u64 = 28;

/// What is measured, as numerator and denominator of one seed.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    /// By name.
    pub sums: BTreeMap<&'static str, [f64; 2]>,
    /// By name and day since the event.
    pub by_day: BTreeMap<&'static str, Vec<[f64; 2]>>,
}

impl Measures {
    fn add(&mut self, name: &'static str, part: f64, whole: f64) {
        let sum = self.sums.entry(name).or_default();
        *sum = [sum[0] + part, sum[1] + whole];
    }

    fn share(&mut self, name: &'static str, holds: bool) {
        self.add(name, f64::from(u8::from(holds)), 1.0);
    }

    fn share_on(&mut self, name: &'static str, day: usize, holds: bool) {
        self.add_on(name, day, f64::from(u8::from(holds)), 1.0);
    }

    fn add_on(&mut self, name: &'static str, day: usize, part: f64, whole: f64) {
        let days = self.by_day.entry(name).or_default();
        days.resize(days.len().max(day + 1), [0.0; 2]);
        days[day][0] += part;
        days[day][1] += whole;
    }
}

/// One member of the panel whose home the truth knows, too.
struct Member<'a> {
    own: &'a Followed,
    person: &'a Person,
    home: H3Cell,
    rule_home: H3Cell,
}

impl Member<'_> {
    fn on(&self, since_event: usize) -> Option<&ResidenceDay> {
        self.own.days.get(since_event)
    }

    fn is_dense(&self) -> bool {
        self.own.located_events >= EVENTS_PER_DAY * BASELINE_DAYS
    }
}

/// Measures everything.
pub fn compare(store: &Store, truth: &Truth, all: &[Followed]) -> Measures {
    let mut measures = Measures::default();
    let known: Vec<(&Followed, &Person)> =
        all.iter().filter_map(|own| Some((own, truth.person(own.subscriber)?))).collect();
    for &(own, person) in &known {
        homes(own, person, &mut measures);
    }
    let members: Vec<Member<'_>> = known
        .iter()
        .filter_map(|&(own, person)| Some(Member { own, person, home: own.home?, rule_home: person.rule_home? }))
        .collect();
    for member in &members {
        states(member, store, &mut measures);
        returns(member, store, &mut measures);
        every_day(member, store, &mut measures);
    }
    stocks(&members, store, &mut measures);
    measures
}

/// Homes, for whom the baseline is long enough; no home is a wrong one.
fn homes(own: &Followed, person: &Person, measures: &mut Measures) {
    let (Some(site), true) = (person.home_site, own.located_days >= LOCATED_DAYS) else { return };
    measures.share("home settled", own.home.is_some());
    measures.share("home", own.home == Some(site));
    measures.share("home ring", own.home.is_some_and(|home| home == site || h3_ring(site).contains(&home)));
}

/// Displaced or not on the fourteenth day, of those observed.
fn states(member: &Member<'_>, store: &Store, measures: &mut Measures) {
    let Some(today) = member.on(DAY as usize) else { return };
    let is_observed = !matches!(today.residence, Residence::Unobserved(_));
    measures.share("observed", is_observed);
    if !is_observed {
        return;
    }
    let day = LocalDay(store.days.event.0 + DAY);
    let rule = member.person.state(day);
    let (found, is) = (today.residence.displacement(), member.person.is_displaced(day));
    let instant = member.person.away_since(day);
    agreement(measures, ["precision, all", "recall, all"], found.is_some(), is);
    if member.is_dense() {
        if member.person.is_struck {
            agreement(measures, ["struck precision", "struck recall"], found.is_some(), is);
        }
        agreement(measures, ["precision", "recall"], found.is_some(), is);
        agreement(measures, ["instant precision", "instant recall"], found.is_some(), instant.is_some());
        if let (Some(found), RuleState::Displaced { left, .. }) = (found, rule) {
            let late = f64::from(found.left.0 - left.0);
            measures.add("onset error", late.abs(), 1.0);
            measures.add("onset bias", late, 1.0);
        }
        if let (Some(_), Some(left)) = (found, instant) {
            let confirmed = member.own.days.iter().find(|own| own.residence.displacement().is_some());
            measures.add("lag", confirmed.map_or(0.0, |own| f64::from(own.day.0 - left.0)), 1.0);
        }
    }
}

fn agreement(measures: &mut Measures, [precision, recall]: [&'static str; 2], found: bool, is: bool) {
    if found {
        measures.share(precision, is);
    }
    if is {
        measures.share(recall, found);
    }
}

/// Returned or not on the last day, of those observed.
fn returns(member: &Member<'_>, store: &Store, measures: &mut Measures) {
    let Some(today) = member.own.days.last() else { return };
    if matches!(today.residence, Residence::Unobserved(_)) || !member.is_dense() {
        return;
    }
    let found = matches!(today.residence, Residence::Returned { .. });
    let is = member.person.state(store.days.last) == RuleState::Returned;
    agreement(measures, ["return precision", "return recall"], found, is);
    if member.person.is_struck {
        measures.add("returned", f64::from(u8::from(found)), f64::from(u8::from(is)));
    }
}

/// Shares of the observed panel on each day.
fn every_day(member: &Member<'_>, store: &Store, measures: &mut Measures) {
    for (number, today) in member.own.days.iter().enumerate() {
        let is_observed = !matches!(today.residence, Residence::Unobserved(_));
        let (found, is) = (today.residence.displacement().is_some(), member.person.is_displaced(today.day));
        let place = member.own.places[number];
        let is_at_home =
            |place: H3Cell| place == member.home || store.metres(place, member.home).is_some_and(|m| m < 2000.0);
        if member.person.is_struck {
            measures.share_on("struck, silence as gone", number, !place.is_some_and(is_at_home));
        }
        let above = f64::from(u8::from(is_observed && found)) - store.normal_share();
        measures.add_on("above normal", number, above, f64::from(u8::from(is_observed)));
        if number >= SETTLED_FROM {
            measures.add("above normal", above, f64::from(u8::from(is_observed)));
        }
        if is_observed {
            if number >= SETTLED_FROM {
                measures.share("stock", found);
                measures.share("stock by the rule", is);
                measures.share("false stock", found && !is);
                measures.share("missed stock", is && !found);
            }
            measures.share_on("stock", number, found);
            measures.share_on("stock by the rule", number, is);
            measures.share_on("false stock by day", number, found && !is);
            if member.person.is_struck {
                measures.share_on("struck stock", number, found);
                measures.share_on("struck stock by the rule", number, is);
                measures.share_on("struck false stock", number, found && !is);
            }
            if member.person.travels {
                measures.share_on("travellers", number, found);
                measures.share_on("travellers by the rule", number, is);
            }
        }
        // Saturday and Sunday: 1970-01-01 was a Thursday.
        let weekday = (today.day.0 + 3).rem_euclid(7) < 5;
        if let (Some(place), true, true) = (place, weekday, is_observed && !is) {
            let is_abroad = |place| store.area(place) != store.area(member.home);
            let ours = found && today.place.is_some_and(is_abroad);
            measures.add(
                "commuters",
                f64::from(u8::from(ours)),
                f64::from(u8::from(!is_at_home(place) && is_abroad(place))),
            );
        }
    }
}

/// Stocks by area of home, and by area of home and host, on the fourteenth day: displaced among the observed, scaled to
/// the panel of the origin, against those of the panel whom the rule has displaced; and what of it is above normal, against
/// those of the panel who are away because of the event.
fn stocks(members: &[Member<'_>], store: &Store, measures: &mut Measures) {
    let day = LocalDay(store.days.event.0 + DAY);
    let mut origins: HashMap<Option<AreaKey>, [f64; 5]> = HashMap::new();
    let mut pairs: HashMap<(Option<AreaKey>, Option<AreaKey>), [f64; 2]> = HashMap::new();
    for member in members {
        let Some(today) = member.on(DAY as usize) else { continue };
        let origin = store.area(member.home);
        let sums = origins.entry(origin).or_default();
        sums[0] += 1.0;
        sums[1] += f64::from(u8::from(!matches!(today.residence, Residence::Unobserved(_))));
        if let Some(found) = today.residence.displacement() {
            sums[2] += 1.0;
            pairs.entry((origin, store.area(found.host))).or_default()[0] += 1.0;
        }
        if member.person.away_since(day).is_some() {
            origins.entry(store.area(member.rule_home)).or_default()[4] += 1.0;
        }
        if let RuleState::Displaced { host, .. } = member.person.state(day) {
            let origin = store.area(member.rule_home);
            origins.entry(origin).or_default()[3] += 1.0;
            pairs.entry((origin, store.area(host))).or_default()[1] += 1.0;
        }
    }
    let scale: HashMap<Option<AreaKey>, f64> =
        origins.iter().map(|(&area, sums)| (area, if sums[1] > 0.0 { sums[0] / sums[1] } else { 0.0 })).collect();
    for (area, [panel, _, found, _, away]) in &origins {
        let name = match *away {
            away if away >= 1000.0 => "away from 1,000 and more",
            away if away >= 100.0 => "away from 100 to 999",
            _ => "fewer away",
        };
        measures.add(name, found * scale[area] - panel * store.normal_share(), *away);
    }
    for (area, [_, _, found, is, _]) in &origins {
        let name = match *is {
            is if is >= 1000.0 => "origins of 1,000 and more",
            is if is >= 100.0 => "origins of 100 to 999",
            _ => "smaller origins",
        };
        measures.add(name, found * scale[area], *is);
    }
    for ((origin, _), [found, is]) in &pairs {
        let name = match *is {
            is if is >= 1000.0 => "pairs of 1,000 and more",
            is if is >= 100.0 => "pairs of 100 to 999",
            _ => "smaller pairs",
        };
        measures.add(name, found * scale.get(origin).copied().unwrap_or(1.0), *is);
    }
}
