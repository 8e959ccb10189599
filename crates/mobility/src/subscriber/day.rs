//! One subscriber's day in one pass: which places, how often, in which hours, and the daily location of each rule.

use crate::night::NightSpans;
use hexodus_model::time::HOUR_US;
use hexodus_model::{DayPlaces, PlaceKey, Sighting, SubscriberDay, SubscriberId};

/// One place of one subscriber's day.
#[derive(Clone, Copy, Debug)]
pub struct PlaceOfDay {
    /// The H3 cell.
    pub place: PlaceKey,
    /// Located events there.
    pub events: u32,
    last_micros: i64,
}

/// Working memory of one worker, sized by the day's places. Marks carry the subscriber's number, so nothing is
/// cleared between subscribers.
#[derive(Debug)]
pub struct DayScratch {
    /// By place: subscriber number × 64 + hour + 1 of the last event there.
    marks: Vec<u64>,
    /// By place: its position in `places`, if the mark is of this subscriber.
    slots: Vec<u32>,
    /// The places of the current subscriber, in order of first event.
    pub places: Vec<PlaceOfDay>,
    subscriber: u64,
}

impl DayScratch {
    /// Memory for a day with this many places.
    pub fn new(places: usize) -> Self {
        Self { marks: vec![0; places], slots: vec![0; places], places: Vec::new(), subscriber: 0 }
    }

    /// Reduces one subscriber's events (sorted by time, without duplicates) and leaves the places of the day in
    /// `places`. Calls `count_hour(place, hour)` once for each distinct place and hour begun of the day. `None` when
    /// no event is located.
    #[inline]
    pub fn reduce(
        &mut self,
        subscriber: SubscriberId,
        events: &[Sighting],
        at: &DayPlaces,
        nights: &NightSpans,
        mut count_hour: impl FnMut(PlaceKey, usize),
    ) -> Option<SubscriberDay> {
        // First, one pass over the events. Hours never go back, so a mark tells both "seen today" and "this hour".
        self.subscriber += 1;
        self.places.clear();
        let (mut hours_seen, mut located_events) = (0_u64, 0);
        for event in events {
            let Some(place) = event.place else { continue };
            let hour = (event.micros / HOUR_US) as usize;
            self.see(place, hour, event.micros, &mut count_hour);
            hours_seen |= 1 << hour;
            located_events += 1;
        }
        // Next, one place for each rule.
        let last = self.last_in(events, [0, i64::MAX])?;
        let most =
            self.places.iter().max_by_key(|own| (own.events, own.last_micros, std::cmp::Reverse(own.place)))?.place;
        let night = self.last_in(events, nights.own);
        let night_before = self.last_in(events, nights.before);
        Some(SubscriberDay {
            subscriber,
            last: at.h3_of(last),
            most_events: at.h3_of(most),
            night: night.map(|place| at.h3_of(place)),
            night_before: night_before.map(|place| at.h3_of(place)),
            hours_observed: hours_seen.count_ones() as u8,
            located_events,
        })
    }

    #[inline]
    fn see(&mut self, place: PlaceKey, hour: usize, micros: i64, count_hour: &mut impl FnMut(PlaceKey, usize)) {
        let index = place.0 as usize;
        let mark = self.subscriber * 64 + hour as u64 + 1;
        let before = self.marks[index];
        if before / 64 == self.subscriber {
            let own = &mut self.places[self.slots[index] as usize];
            own.events += 1;
            own.last_micros = micros;
        } else {
            self.slots[index] = self.places.len() as u32;
            self.places.push(PlaceOfDay { place, events: 1, last_micros: micros });
        }
        if before != mark {
            self.marks[index] = mark;
            count_hour(place, hour);
        }
    }

    /// The place of the last located event in a span of the day; of several at that instant the one with most events
    /// that day, else the smaller H3 cell (formats §3 rule 9).
    #[inline]
    fn last_in(&self, events: &[Sighting], [from, until]: [i64; 2]) -> Option<PlaceKey> {
        let end = if until == i64::MAX { events.len() } else { events.partition_point(|event| event.micros < until) };
        let located = events[..end]
            .iter()
            .rev()
            .take_while(|event| event.micros >= from)
            .filter_map(|event| Some((event.micros, event.place?)));
        let mut best: Option<(i64, PlaceKey)> = None;
        for (micros, place) in located {
            match best {
                None => best = Some((micros, place)),
                Some((instant, _)) if instant != micros => break,
                Some((_, other)) if self.rank(place) > self.rank(other) => best = Some((micros, place)),
                Some(_) => {}
            }
        }
        best.map(|(_, place)| place)
    }

    fn rank(&self, place: PlaceKey) -> (u32, std::cmp::Reverse<PlaceKey>) {
        let own = self.slots.get(place.0 as usize).and_then(|&slot| self.places.get(slot as usize));
        (own.map_or(0, |own| own.events), std::cmp::Reverse(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NightHours;
    use hexodus_model::{Calendar, H3Cell, LocalDay, LocationKey, Moment, SubscriberId, UtcMicros};
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Locations 0..4 are places 0, 0, 1, 2; location 4 is nowhere.
    fn places() -> DayPlaces {
        let h3 = (0..3).map(|number| H3Cell::from_index(0x0880_0000_0000_0000 + number).unwrap()).collect();
        let mut places = DayPlaces::new(h3, vec![], 5);
        for (location, place) in [0, 0, 1, 2].into_iter().enumerate() {
            places.place(LocationKey(location as u32), PlaceKey(place));
        }
        places
    }

    fn events(list: &[(i64, u32)]) -> Vec<Sighting> {
        let window = Calendar::utc().window(LocalDay(0));
        let moment = |&(minute, location): &(i64, u32)| {
            Moment::new(UtcMicros(minute * 60_000_000), &window, LocationKey(location))
        };
        let moments: BTreeSet<Moment> = list.iter().map(moment).collect();
        let places = places();
        moments.into_iter().map(|moment| Sighting::of(moment, &places)).collect()
    }

    fn spans() -> NightSpans {
        let calendar = Calendar::utc();
        NightHours::default().spans(&calendar, &calendar.window(LocalDay(0)))
    }

    fn reduce(list: &[(i64, u32)]) -> (Option<SubscriberDay>, BTreeMap<(u32, usize), u32>) {
        let mut hours = BTreeMap::new();
        let places = places();
        let day = DayScratch::new(3).reduce(
            SubscriberId::from_pseudonym(1),
            &events(list),
            &places,
            &spans(),
            |place, hour| {
                *hours.entry((place.0, hour)).or_default() += 1;
            },
        );
        (day, hours)
    }

    fn place_of(h3: H3Cell) -> u64 {
        h3.index() - 0x0880_0000_0000_0000
    }

    #[test]
    fn most_events_ties_go_to_the_latest_event() {
        // Methods T9: A 09:00, B 10:00, A 11:00, B 12:00 → B.
        let (day, _) = reduce(&[(540, 0), (600, 2), (660, 0), (720, 2)]);
        assert_eq!(place_of(day.unwrap().most_events), 1);
    }

    #[test]
    fn one_instant_at_two_places_goes_to_the_one_with_more_events() {
        let (day, _) = reduce(&[(540, 3), (600, 2), (600, 3)]);
        assert_eq!(place_of(day.unwrap().last), 2);
        let (day, _) = reduce(&[(600, 3), (600, 2)]);
        assert_eq!(place_of(day.unwrap().last), 1, "no other events: the smaller H3 cell");
    }

    #[test]
    fn a_day_without_a_located_event_is_no_day() {
        assert_eq!(reduce(&[(540, 4), (600, 4)]).0, None);
    }

    proptest! {
        /// Ten-line twin on a map, for every figure of the day.
        #[test]
        fn agrees_with_a_naive_twin(list in prop::collection::vec((0i64..1440, 0u32..5), 0..40)) {
            let (day, hours) = reduce(&list);
            let places = [Some(0u64), Some(0), Some(1), Some(2), None];
            let located: BTreeSet<(i64, u32)> = list.into_iter().filter(|&(_, at)| at < 4).collect();
            let count = |place: u64| located.iter().filter(|&&(_, at)| places[at as usize] == Some(place)).count();
            let last = |from: i64, until: i64| {
                let inside: Vec<_> = located.iter().filter(|&&(minute, _)| (from..until).contains(&minute)).collect();
                let latest = inside.iter().map(|event| event.0).max()?;
                let tied = inside.iter().filter(|event| event.0 == latest).filter_map(|event| places[event.1 as usize]);
                tied.max_by_key(|&place| (count(place), std::cmp::Reverse(place)))
            };
            let most = (0..3).filter(|&place| count(place) > 0).max_by_key(|&place| {
                let latest = located.iter().filter(|event| places[event.1 as usize] == Some(place)).map(|event| event.0).max();
                (count(place), latest, std::cmp::Reverse(place))
            });
            let expected_hours: BTreeSet<(u32, usize)> = located.iter()
                .map(|&(minute, at)| (places[at as usize].unwrap() as u32, (minute / 60) as usize)).collect();

            prop_assert_eq!(hours.keys().copied().collect::<BTreeSet<_>>(), expected_hours.clone());
            prop_assert!(hours.values().all(|&times| times == 1));
            prop_assert_eq!(day.map(|day| place_of(day.last)), last(0, 1440));
            prop_assert_eq!(day.map(|day| place_of(day.most_events)), most);
            prop_assert_eq!(day.and_then(|day| day.night).map(place_of), last(19 * 60, 1440));
            prop_assert_eq!(day.and_then(|day| day.night_before).map(place_of), last(0, 7 * 60));
            prop_assert_eq!(day.map_or(0, |day| day.located_events as usize), located.len());
            let distinct: BTreeSet<usize> = expected_hours.iter().map(|&(_, hour)| hour).collect();
            prop_assert_eq!(day.map_or(0, |day| usize::from(day.hours_observed)), distinct.len());
        }
    }
}
