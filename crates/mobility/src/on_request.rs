//! One day, all subscribers, in a second pass: what only some configurations ask for, so that the first pass stays short.

use crate::fold::fold_buckets;
use crate::semantic::{SemanticCounts, SemanticRules, SemanticScratch};
use crate::subscriber::all_pairs::{PairRule, all_pairs};
use crate::subscriber::instants::instants;
use crate::subscriber::permanence::permanence;
use crate::tally::add;
use hexodus_model::{
    DayPlaces, DayWindow, Definition, FlowMatrix, GroupedEvents, HoursAt, Level, OdPair, PlaceKey, Reserved, Sighting,
    SubscriberId, Tally, UnitKey,
};
use rustc_hash::FxHashMap;
use std::borrow::Borrow;
use std::collections::BTreeMap;

/// What is asked for of a day.
#[derive(Clone, Copy, Debug)]
pub struct RequestRules {
    /// Hours at places, with the clock hour at which the day begins.
    pub hours_from: Option<u8>,
    /// All-pairs trips, earliest(a) < latest(b).
    pub pairs: bool,
    /// The same with ≤, the diagonal counted.
    pub pairs_inclusive: bool,
    /// Which events are impossible: they have no part here, as in the first pass.
    pub semantic: SemanticRules,
}

impl RequestRules {
    /// Whether anything is asked for.
    pub const fn is_empty(&self) -> bool {
        self.hours_from.is_none() && !self.pairs && !self.pairs_inclusive
    }
}

/// What was asked for of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requested {
    /// Ascending by subscriber and place.
    pub hours: Vec<HoursAt>,
    /// All-pairs trips by definition, at each level of areas and in H3 cells.
    pub pairs: Vec<FlowMatrix>,
}

/// Reduces a day's events to what is asked for. `buckets` and `events_of` as in [`crate::reduce_day`].
pub fn reduce_on_request<G: Borrow<GroupedEvents>>(
    buckets: usize,
    events_of: impl Fn(usize) -> G + Sync,
    places: &DayPlaces,
    window: &DayWindow,
    rules: &RequestRules,
) -> Requested {
    let mut tally: RequestTally = fold_buckets(
        buckets,
        || (RequestTally::default(), Scratch::default()),
        |bucket, tally: &mut RequestTally, scratch| {
            let mut hours = Vec::new();
            for (subscriber, events) in events_of(bucket).borrow() {
                scratch.sightings.clear();
                scratch.sightings.extend(events.iter().filter_map(|&event| Sighting::of(event, places)));
                let Scratch { sightings, semantic, counts, pairs } = scratch;
                let used = semantic.kept(events.len(), sightings, places, &rules.semantic, counts);
                if let Some(first_hour) = rules.hours_from {
                    hours.extend(hours_at(subscriber, used, places, first_hour));
                }
                count_pairs(used, places, rules, pairs, &mut tally.pairs);
            }
            tally.hours.push((bucket, hours));
        },
    );
    tally.hours.sort_unstable_by_key(|&(bucket, _)| bucket);
    Requested {
        hours: tally.hours.into_iter().flat_map(|(_, hours)| hours).collect(),
        pairs: matrices(tally.pairs, places, window, rules),
    }
}

/// Trips by definition, level (number of levels = H3) and pair of keys of that level.
type Pairs = FxHashMap<(Definition, usize, (u32, u32)), u64>;

#[derive(Default)]
struct RequestTally {
    hours: Vec<(usize, Vec<HoursAt>)>,
    pairs: Pairs,
}

impl Tally for RequestTally {
    fn merge(&mut self, other: Self) {
        self.hours.extend(other.hours);
        add(&mut self.pairs, other.pairs);
    }
}

#[derive(Default)]
struct Scratch {
    sightings: Vec<Sighting>,
    semantic: SemanticScratch,
    counts: SemanticCounts,
    pairs: Vec<(u32, u32)>,
}

/// The hours of one subscriber at each place, ascending by place. An instant with several places has none.
fn hours_at(
    subscriber: SubscriberId,
    events: &[Sighting],
    places: &DayPlaces,
    first_hour: u8,
) -> impl Iterator<Item = HoursAt> {
    let second = |visit: Sighting| (visit.micros / 1_000_000 + i64::from(first_hour) * 3600, visit.place);
    let visits: Vec<(i64, PlaceKey)> = instants(events).filter_map(|(_, visit)| visit.map(second)).collect();
    let mut hours: BTreeMap<PlaceKey, u32> = BTreeMap::new();
    for (hour, place) in permanence(&visits, usize::from(first_hour), |a, b| places.metres_between(a, b)) {
        *hours.entry(place).or_default() |= 1 << hour;
    }
    let at = |(place, hours)| HoursAt { subscriber, place: places.h3_of(place), hours };
    hours.into_iter().map(at).collect::<Vec<_>>().into_iter()
}

/// Stands for "in no known area" among the areas of a trip.
const NO_AREA: u32 = u32::MAX;

fn count_pairs(
    events: &[Sighting],
    places: &DayPlaces,
    rules: &RequestRules,
    scratch: &mut Vec<(u32, u32)>,
    pairs: &mut Pairs,
) {
    for (definition, rule) in definitions(rules) {
        for level in 0..=places.areas.len() {
            let unit = |place: PlaceKey| match places.areas.get(level) {
                Some(areas) => areas[place.0 as usize].map_or(NO_AREA, |area| area.0),
                None => place.0,
            };
            let seen = events.iter().map(|event| (event.micros, unit(event.place)));
            all_pairs(seen, rule, scratch);
            for &pair in scratch.iter() {
                *pairs.entry((definition, level, pair)).or_default() += 1;
            }
        }
    }
}

fn definitions(rules: &RequestRules) -> impl Iterator<Item = (Definition, PairRule)> {
    let before = rules.pairs.then_some((Definition::TripsAllPairs, PairRule::Before));
    before.into_iter().chain(rules.pairs_inclusive.then_some((Definition::TripsAllPairsInclusive, PairRule::NotAfter)))
}

/// A matrix of every definition and level that was asked for, those without trips included.
fn matrices(pairs: Pairs, places: &DayPlaces, window: &DayWindow, rules: &RequestRules) -> Vec<FlowMatrix> {
    let levels = places.areas.len();
    let mut entries: BTreeMap<(Definition, usize), Vec<(OdPair, u64)>> = BTreeMap::new();
    for (definition, _) in definitions(rules) {
        (0..=levels).for_each(|level| drop(entries.insert((definition, level), Vec::new())));
    }
    for ((definition, level, (origin, destination)), subscribers) in pairs {
        let unit = |key: u32| match key {
            _ if level == levels => UnitKey::h3(places.h3[key as usize]),
            NO_AREA => UnitKey::reserved(Reserved::Unknown),
            area => UnitKey::area(hexodus_model::AreaKey(area)),
        };
        let pair = OdPair { origin: unit(origin), destination: unit(destination) };
        entries.entry((definition, level)).or_default().push((pair, subscribers));
    }
    let matrix = |((definition, level), mut entries): ((Definition, usize), Vec<_>)| {
        entries.sort_unstable();
        let level = if level < levels { Level::Adm(level as u8 + 1) } else { Level::H3 };
        FlowMatrix { definition, level, first_day: window.day, last_day: window.day, entries }
    };
    entries.into_iter().map(matrix).collect()
}

#[cfg(test)]
#[path = "on_request_tests.rs"]
mod tests;
