//! The reduction of a day against maps and sets.

use hexodus_mobility::semantic::SemanticRules;
use hexodus_mobility::{DayReduction, DayRules, NightHours, reduce_day};
use hexodus_model::{
    AreaKey, Calendar, DayPlaces, Definition, EventRow, FlowMatrix, GroupedEvents, H3Cell, Level, LocalDay,
    LocationKey, Moment, OdPair, PlaceKey, Presence, Reserved, SubscriberId, UnitKey, UtcMicros,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const DAY: LocalDay = LocalDay(22_340);
/// The place of each location; the last is nowhere, and the one before moves from place 3 to place 0 at noon.
const PLACES: [Option<u32>; 6] = [Some(0), Some(0), Some(1), Some(2), Some(3), None];
const NOON: i64 = 12 * 60;
/// By level 1 and 2: the area of each of the four places; the last is outside.
const AREAS: [[Option<u32>; 4]; 2] = [[Some(0), Some(0), Some(1), None], [Some(0), Some(1), Some(2), None]];

/// Subscriber, minute of the day, location.
type Event = (u64, i64, u32);

fn h3(place: u32) -> H3Cell {
    H3Cell::from_index(0x0880_0000_0000_0000 + u64::from(place)).unwrap()
}

fn places() -> DayPlaces {
    let areas = AREAS.map(|level| level.map(|area| area.map(AreaKey)).to_vec()).to_vec();
    let mut places = DayPlaces::new((0..4).map(h3).collect(), areas, PLACES.len());
    for (location, place) in PLACES.iter().enumerate() {
        if let Some(place) = place {
            places.place(LocationKey(location as u32), PlaceKey(*place));
        }
    }
    let steps = vec![(0, Some(PlaceKey(3))), (NOON * 60_000_000, Some(PlaceKey(0)))];
    places.place_changing(LocationKey(4), steps);
    places
}

fn place_at((_, minute, location): Event) -> Option<u32> {
    if location == 4 && minute >= NOON { Some(0) } else { PLACES[location as usize] }
}

fn reduce(events: &BTreeSet<Event>, buckets: usize) -> DayReduction {
    let calendar = Calendar::utc();
    let window = calendar.window(DAY);
    let mut rows: Vec<Vec<EventRow>> = vec![Vec::new(); buckets];
    for &(subscriber, minute, location) in events {
        let at = UtcMicros(window.start.0 + minute * 60_000_000);
        let subscriber = SubscriberId::from_pseudonym(subscriber << 58);
        rows[subscriber.bucket(buckets)]
            .push(EventRow { subscriber, moment: Moment::new(at, &window, LocationKey(location)) });
    }
    let grouped: Vec<GroupedEvents> = rows.iter().map(|rows| GroupedEvents::of_sorted(rows)).collect();
    let nights = NightHours::default().spans(&calendar, &window);
    let rules = DayRules { nights, hourly: true, trips: true, semantic: SemanticRules::default() };
    reduce_day(buckets, |bucket| &grouped[bucket], &places(), &window, &rules)
}

/// Distinct subscribers by key.
fn distinct<K: Ord>(pairs: impl Iterator<Item = (K, u64)>) -> Vec<(K, u64)> {
    let mut who: BTreeMap<K, BTreeSet<u64>> = BTreeMap::new();
    for (key, subscriber) in pairs {
        who.entry(key).or_default().insert(subscriber);
    }
    who.into_iter().map(|(key, who)| (key, who.len() as u64)).collect()
}

fn unit(place: u32, level: Level) -> Option<UnitKey> {
    match level {
        Level::H3 => Some(UnitKey::h3(h3(place))),
        Level::Adm(level) => AREAS[usize::from(level) - 1][place as usize].map(|area| UnitKey::area(AreaKey(area))),
    }
}

fn presence(events: &BTreeSet<Event>, level: Level, hour: Option<u8>) -> Presence {
    let here = events.iter().filter(|event| hour.is_none_or(|hour| event.1 / 60 == i64::from(hour)));
    let located = here.filter_map(|&event| Some((unit(place_at(event)?, level)?, event.0)));
    Presence { level, day: DAY, hour, entries: distinct(located) }
}

/// One ordered pair of adjacent units counts once a subscriber; an instant at two places has no place in a sequence.
fn trips(events: &BTreeSet<Event>, level: Level) -> FlowMatrix {
    let mut at: BTreeMap<(u64, i64), BTreeSet<u32>> = BTreeMap::new();
    for &event in events {
        at.entry((event.0, event.1)).or_default().extend(place_at(event));
    }
    let unknown = UnitKey::reserved(Reserved::Unknown);
    let stays = at.into_iter().filter(|(_, places)| places.len() == 1);
    let stays: Vec<(u64, UnitKey)> = stays
        .map(|((who, _), places)| (who, unit(places.into_iter().next().unwrap(), level).unwrap_or(unknown)))
        .collect();
    let adjacent = stays.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let pairs = adjacent.map(|pair| (OdPair { origin: pair[0].1, destination: pair[1].1 }, pair[0].0));
    let definition = Definition::TripsConsecutive;
    FlowMatrix { definition, level, first_day: DAY, last_day: DAY, entries: distinct(pairs) }
}

proptest! {
    #[test]
    fn agrees_with_maps(
        events in prop::collection::btree_set((0..64_u64, 0..1440_i64, 0..6_u32), 0..120),
        // Few people and few minutes: shared instants and repeated pairs.
        crowded in prop::collection::btree_set((0..4_u64, (0..30_i64).prop_map(|step| step * 48), 0..6_u32), 0..60),
        buckets in 1..9_usize,
    ) {
        let events = events.union(&crowded).copied().collect();
        let levels = [Level::Adm(1), Level::Adm(2), Level::H3];
        let reduction = reduce(&events, buckets);

        let daily = [Level::H3, Level::Adm(1), Level::Adm(2)].map(|level| presence(&events, level, None));
        let hourly = (0..24).map(|hour| presence(&events, Level::H3, Some(hour)));
        prop_assert_eq!(&reduction.presence, &daily.into_iter().chain(hourly).collect::<Vec<_>>());
        prop_assert_eq!(&reduction.trips, &levels.map(|level| trips(&events, level)).to_vec());

        let who = |located: bool| events.iter().filter(|&&event| !located || place_at(event).is_some()).map(|event| event.0).collect::<BTreeSet<u64>>();
        prop_assert_eq!(reduction.subscribers_active, who(false).len() as u64);
        let days: Vec<u64> = reduction.subscriber_days.iter().map(|day| day.subscriber.bits() >> 58).collect();
        prop_assert_eq!(days, who(true).into_iter().collect::<Vec<_>>(), "ascending, each once");
        let hours: BTreeSet<i64> = events.iter().filter(|&&event| place_at(event).is_some()).map(|event| event.1 / 60).collect();
        prop_assert_eq!(reduction.hours_covered as usize, hours.len());

        prop_assert_eq!(reduce(&events, 1), reduction, "1 bucket and {}", buckets);
    }
}

/// Methods T12: A 08, A 09, B 10, A 11, B 12 → A→A 1, A→B 1, B→A 1; in the areas that hold both, one pair.
#[test]
fn consecutive_trips_by_hand() {
    let events = BTreeSet::from([(1, 480, 0), (1, 540, 1), (1, 600, 2), (1, 660, 0), (1, 720, 2)]);
    let reduction = reduce(&events, 2);
    let pair = |origin, destination| {
        (OdPair { origin: UnitKey::h3(h3(origin)), destination: UnitKey::h3(h3(destination)) }, 1)
    };
    assert_eq!(reduction.trips[2].entries, [pair(0, 0), pair(0, 1), pair(1, 0)]);
    let area = UnitKey::area(AreaKey(0));
    assert_eq!(reduction.trips[0].entries, [(OdPair { origin: area, destination: area }, 1)]);
}
