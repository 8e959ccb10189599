//! One day, all subscribers, in one pass: daily locations, presence and trips.

use crate::fold::{fold_buckets, in_parallel};
use crate::night::NightSpans;
use crate::quality::DayActivity;
use crate::seen_positions::SeenPositions;
use crate::semantic::{SemanticCounts, SemanticRules, SemanticScratch};
use crate::subscriber::day::DayScratch;
use crate::subscriber::trips::{adjacent_pairs, sequence};
use crate::subscriber_days::SubscriberDays;
use crate::tally::presence::{DayTally, widest};
use hexodus_model::{
    AreaKey, DayPlaces, DayWindow, Definition, FlowMatrix, GroupedEvents, H3Cell, Level, Moment, OdPair, PlaceKey,
    Presence, Reserved, Sighting, SubscriberDay, SubscriberId, UnitKey,
};
use rustc_hash::FxHashMap;
use std::borrow::Borrow;

/// What to count of a day besides daily locations and daily presence.
#[derive(Clone, Copy, Debug)]
pub struct DayRules {
    /// The nights that touch the day.
    pub nights: NightSpans,
    /// Whether to count presence by H3 cell and hour.
    pub hourly: bool,
    /// Whether to count consecutive trips.
    pub trips: bool,
    /// Which events are impossible.
    pub semantic: SemanticRules,
}

/// One day, reduced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayReduction {
    /// One row a subscriber with a located event, ascending by subscriber.
    pub subscriber_days: SubscriberDays,
    /// Presence: H3 cells and each level of areas by day, then H3 cells by hour if asked for.
    pub presence: Vec<Presence>,
    /// Consecutive trips at each level of areas and in H3 cells, if asked for.
    pub trips: Vec<FlowMatrix>,
    /// First and last event, located or not, in microseconds since the start of the day.
    pub span: Option<[i64; 2]>,
    /// Subscribers with any event, located or not.
    pub subscribers_active: u64,
    /// Events by location and hour, located or not.
    pub activity: DayActivity,
    /// Events by semantic code; the rejected ones are in `activity` and nowhere else.
    pub semantic: SemanticCounts,
    /// Local hours with a located event.
    pub hours_covered: u32,
    /// Which they are: bit h for the hour h since the start of the day. Unlike their number, this adds up (by "or").
    pub hours: u64,
}

/// Reduces a day's events. `events_of` hands out the events of one of `buckets`, whose subscribers ascend from bucket to
/// bucket; it is called once for each, from any thread, so that a day need not be in memory at once.
pub fn reduce_day<G: Borrow<GroupedEvents>>(
    buckets: usize,
    events_of: impl Fn(usize) -> G + Sync,
    places: &DayPlaces,
    window: &DayWindow,
    rules: &DayRules,
) -> DayReduction {
    let hours = window.hours();
    let levels = places.areas.len();
    let areas_of_level =
        |level: usize| places.areas[level].iter().flatten().max().map_or(0, |area| area.0 as usize + 1);
    let start = || {
        let tally = DayTally {
            by_place_and_hour: vec![0; if rules.hourly { places.h3.len() * hours } else { 0 }],
            by_place: vec![0; places.h3.len()],
            by_area: (0..levels).map(|level| vec![0; areas_of_level(level)]).collect(),
            trips: vec![FxHashMap::default(); if rules.trips { levels + 1 } else { 0 }],
            ..DayTally::default()
        };
        (tally, Scratch::new(places, levels, areas_of_level))
    };
    let tally = fold_buckets(buckets, start, |bucket, tally: &mut DayTally, scratch| {
        let events = events_of(bucket);
        let mut days = Vec::with_capacity(events.borrow().subscribers());
        for (subscriber, events) in events.borrow() {
            days.extend(count_subscriber(subscriber, events, places, hours, rules, scratch, tally));
            scratch.hours.count_if_many(&mut tally.by_place_and_hour);
        }
        scratch.hours.count(&mut tally.by_place_and_hour);
        tally.days.push((bucket, days));
    });
    harvest(tally, places, window, rules)
}

/// The working memory of one thread.
struct Scratch {
    day: DayScratch,
    hours: SeenPositions,
    sightings: Vec<Sighting>,
    semantic: SemanticScratch,
    /// By level, by area: the number of the subscriber last counted there.
    area_marks: Vec<Vec<u64>>,
    subscriber: u64,
    sequence: Vec<PlaceKey>,
    pairs: Vec<(u32, u32)>,
}

impl Scratch {
    fn new(places: &DayPlaces, levels: usize, areas_of_level: impl Fn(usize) -> usize) -> Self {
        Self {
            day: DayScratch::new(places.h3.len()),
            hours: SeenPositions::default(),
            sightings: Vec::new(),
            semantic: SemanticScratch::default(),
            area_marks: (0..levels).map(|level| vec![0; areas_of_level(level)]).collect(),
            subscriber: 0,
            sequence: Vec::new(),
            pairs: Vec::new(),
        }
    }
}

/// Stands for "in no known area" among the areas of a trip.
const NO_AREA: u32 = u32::MAX;

fn count_subscriber(
    subscriber: SubscriberId,
    events: &[Moment],
    places: &DayPlaces,
    hours: usize,
    rules: &DayRules,
    scratch: &mut Scratch,
    tally: &mut DayTally,
) -> Option<SubscriberDay> {
    tally.subscribers_active += 1;
    tally.span = widest(tally.span, [events.first()?.micros_of_day(), events.last()?.micros_of_day()]);
    let mut sightings = std::mem::take(&mut scratch.sightings);
    let mut semantic = std::mem::take(&mut scratch.semantic);
    tally.activity.see(events, places, &mut sightings);
    let used = semantic.kept(events.len(), &sightings, places, &rules.semantic, &mut tally.semantic);
    let day = count_used(subscriber, used, places, hours, rules, scratch, tally);
    (scratch.sightings, scratch.semantic) = (sightings, semantic);
    day
}

/// Counts the events of a subscriber that are possible.
fn count_used(
    subscriber: SubscriberId,
    events: &[Sighting],
    places: &DayPlaces,
    hours: usize,
    rules: &DayRules,
    scratch: &mut Scratch,
    tally: &mut DayTally,
) -> Option<SubscriberDay> {
    scratch.hours.reserve(events.len());
    let seen = &mut scratch.hours;
    let day = scratch.day.reduce(subscriber, events, places, &rules.nights, |is_new, at| {
        seen.push_if(is_new && rules.hourly, at.place.0 * hours as u32 + at.hour);
    })?;
    tally.hours_covered |= scratch.day.hours;
    scratch.subscriber += 1;
    for &place in scratch.day.places() {
        tally.by_place[place.0 as usize] += 1;
        count_areas(place, places, scratch.subscriber, &mut scratch.area_marks, &mut tally.by_area);
    }
    if rules.trips {
        count_trips(events, places, scratch, tally);
    }
    Some(day)
}

#[inline]
fn count_areas(place: PlaceKey, places: &DayPlaces, subscriber: u64, marks: &mut [Vec<u64>], counts: &mut [Vec<u32>]) {
    for (level, areas) in places.areas.iter().enumerate() {
        if let Some(AreaKey(area)) = areas[place.0 as usize] {
            let mark = &mut marks[level][area as usize];
            if *mark != subscriber {
                *mark = subscriber;
                counts[level][area as usize] += 1;
            }
        }
    }
}

fn count_trips(events: &[Sighting], places: &DayPlaces, scratch: &mut Scratch, tally: &mut DayTally) {
    sequence(events, &mut scratch.sequence);
    for (level, trips) in tally.trips.iter_mut().enumerate() {
        let unit = |place: &PlaceKey| match places.areas.get(level) {
            Some(areas) => areas[place.0 as usize].map_or(NO_AREA, |area| area.0),
            None => place.0,
        };
        adjacent_pairs(scratch.sequence.iter().map(unit), &mut scratch.pairs);
        for &pair in &scratch.pairs {
            *trips.entry(pair).or_default() += 1;
        }
    }
}

fn harvest(tally: DayTally, places: &DayPlaces, window: &DayWindow, rules: &DayRules) -> DayReduction {
    let DayTally { mut days, trips, by_place, by_area, by_place_and_hour, .. } = tally;
    let (subscriber_days, presence) = in_parallel(
        || {
            days.sort_unstable_by_key(|&(bucket, _)| bucket);
            SubscriberDays::of_parts(days.into_iter().map(|(_, days)| days).collect())
        },
        || {
            let mut presence = daily_presence(&by_place, &by_area, places, window);
            if rules.hourly {
                presence.extend(hourly_presence(&by_place_and_hour, places, window));
            }
            presence
        },
    );
    let levels = places.areas.len();
    let trips = trips.into_iter().enumerate().map(|(index, counts)| {
        let level = if index < levels { Level::Adm(index as u8 + 1) } else { Level::H3 };
        trip_matrix(level, window, counts, &places.h3)
    });
    DayReduction {
        presence,
        trips: trips.collect(),
        subscriber_days,
        span: tally.span,
        subscribers_active: tally.subscribers_active,
        activity: tally.activity.settled(),
        semantic: tally.semantic,
        hours_covered: tally.hours_covered.count_ones(),
        hours: tally.hours_covered,
    }
}

fn daily_presence(by_place: &[u32], by_area: &[Vec<u32>], places: &DayPlaces, window: &DayWindow) -> Vec<Presence> {
    let of_level =
        |level: Level, entries: Vec<(UnitKey, u64)>| Presence { level, day: window.day, hour: None, entries };
    let mut presence = vec![of_level(
        Level::H3,
        positive(by_place.iter().zip(&places.h3).map(|(&count, &h3)| (UnitKey::h3(h3), count))),
    )];
    for (index, counts) in by_area.iter().enumerate() {
        let counts = counts.iter().zip(0..).map(|(&count, area)| (UnitKey::area(AreaKey(area)), count));
        presence.push(of_level(Level::Adm(index as u8 + 1), positive(counts)));
    }
    presence
}

fn hourly_presence(counts: &[u32], places: &DayPlaces, window: &DayWindow) -> Vec<Presence> {
    let hours = window.hours();
    let of_hour = |hour: usize| {
        let counts = places.h3.iter().zip(counts.iter().skip(hour).step_by(hours));
        let entries = positive(counts.map(|(&h3, &count)| (UnitKey::h3(h3), count)));
        Presence { level: Level::H3, day: window.day, hour: Some(hour as u8), entries }
    };
    (0..hours).map(of_hour).collect()
}

fn positive(counts: impl Iterator<Item = (UnitKey, u32)>) -> Vec<(UnitKey, u64)> {
    counts.filter(|&(_, count)| count > 0).map(|(unit, count)| (unit, u64::from(count))).collect()
}

fn trip_matrix(level: Level, window: &DayWindow, counts: FxHashMap<(u32, u32), u64>, h3: &[H3Cell]) -> FlowMatrix {
    let unit = |key: u32| match level {
        Level::H3 => UnitKey::h3(h3[key as usize]),
        Level::Adm(_) if key == NO_AREA => UnitKey::reserved(Reserved::Unknown),
        Level::Adm(_) => UnitKey::area(AreaKey(key)),
    };
    let mut entries: Vec<(OdPair, u64)> = counts
        .into_iter()
        .map(|((origin, destination), count)| (OdPair { origin: unit(origin), destination: unit(destination) }, count))
        .collect();
    entries.sort_unstable();
    FlowMatrix { definition: Definition::TripsConsecutive, level, first_day: window.day, last_day: window.day, entries }
}
