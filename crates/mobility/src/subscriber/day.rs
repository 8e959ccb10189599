//! One subscriber's day in one pass: which places, how often, in which hours, and the daily location of each rule.

use crate::night::NightSpans;
use crate::picked::Picked;
use hexodus_model::{DayPlaces, PlaceKey, Sighting, SubscriberDay, SubscriberId};
use std::cmp::Reverse;

/// Working memory of one worker, sized by the day's places.
#[derive(Debug)]
pub struct DayScratch {
    /// By place: what the current subscriber did there; nothing elsewhere.
    seen: Vec<SeenAt>,
    /// The places of the current subscriber, in order of first event.
    places: Picked<PlaceKey>,
    /// Hours with an event of the current subscriber, one bit each.
    pub hours: u64,
}

/// One place of one subscriber's day.
#[derive(Clone, Copy, Debug, Default)]
struct SeenAt {
    events: u32,
    /// One more than the hour of the last event.
    hour: u32,
}

impl DayScratch {
    /// Memory for a day with this many places.
    pub fn new(places: usize) -> Self {
        Self { seen: vec![SeenAt::default(); places], places: Picked::default(), hours: 0 }
    }

    /// The places of the current subscriber, in order of first event.
    pub fn places(&self) -> &[PlaceKey] {
        self.places.as_slice()
    }

    /// Reduces one subscriber's located events (sorted by time, without duplicates) and leaves the places and hours of the
    /// day here. Calls `see_hour(is_new, event)` for each event, where `is_new` is true once for each distinct place and
    /// hour begun of the day. `None` without an event.
    #[inline]
    pub fn reduce(
        &mut self,
        subscriber: SubscriberId,
        events: &[Sighting],
        at: &DayPlaces,
        nights: &NightSpans,
        see_hour: impl FnMut(bool, &Sighting),
    ) -> Option<SubscriberDay> {
        self.forget();
        let most = self.see(events, see_hour);
        let last = self.last_in(events, [0, i64::MAX])?;
        let night = self.last_in(events, nights.own);
        let night_before = self.last_in(events, nights.before);
        Some(SubscriberDay {
            subscriber,
            last: at.h3_of(last),
            most_events: at.h3_of(self.most_events(events, most)),
            night: night.map(|place| at.h3_of(place)),
            night_before: night_before.map(|place| at.h3_of(place)),
            hours_observed: self.hours.count_ones() as u8,
            located_events: events.len() as u32,
        })
    }

    #[inline]
    fn forget(&mut self) {
        for place in self.places.as_slice() {
            self.seen[place.0 as usize] = SeenAt::default();
        }
        self.places.clear();
        self.hours = 0;
    }

    /// One pass over the events, without a branch: what is new is as good as random. Hours never go back, so the hour of a
    /// place's last event tells whether this one is the first of its hour. Returns the last event at a place that no
    /// other has more events than.
    #[inline]
    fn see(&mut self, events: &[Sighting], mut see_hour: impl FnMut(bool, &Sighting)) -> usize {
        self.places.reserve(events.len());
        let mut most = 0;
        for (index, event) in events.iter().enumerate() {
            let seen = &mut self.seen[event.place.0 as usize];
            self.places.push_if(seen.events == 0, event.place);
            see_hour(seen.hour != event.hour + 1, event);
            *seen = SeenAt { events: seen.events + 1, hour: event.hour + 1 };
            self.hours |= 1 << event.hour;
            most = most.max(u64::from(seen.events) << 32 | index as u64);
        }
        (most & u64::from(u32::MAX)) as usize
    }

    /// The place with most events; of several the one seen last, else the smaller H3 cell. It is that of the event `most`, or
    /// one that was seen at the same instant.
    #[inline]
    fn most_events(&self, events: &[Sighting], most: usize) -> PlaceKey {
        let Sighting { micros, place, .. } = events[most];
        let instant = events[..most].iter().rev().take_while(|event| event.micros == micros);
        instant.map(|event| event.place).chain([place]).max_by_key(|&place| self.rank(place)).unwrap_or(place)
    }

    /// The place of the last event in a span of the day; of several at that instant the one with most events that day,
    /// else the smaller H3 cell (formats §3 rule 9).
    #[inline]
    fn last_in(&self, events: &[Sighting], [from, until]: [i64; 2]) -> Option<PlaceKey> {
        let end = if until == i64::MAX { events.len() } else { events.partition_point(|event| event.micros < until) };
        let last = events[..end].last().filter(|last| last.micros >= from)?;
        let instant = events[..end].iter().rev().take_while(|event| event.micros == last.micros);
        instant.map(|event| event.place).max_by_key(|&place| self.rank(place))
    }

    fn rank(&self, place: PlaceKey) -> (u32, Reverse<PlaceKey>) {
        (self.seen[place.0 as usize].events, Reverse(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NightHours;
    use hexodus_model::{Calendar, H3Cell, LocalDay, LocationKey, Moment, SubscriberId};
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
        let moment = |&(minute, location): &(i64, u32)| Moment::of_day(minute * 60_000_000, LocationKey(location));
        let moments: BTreeSet<Moment> = list.iter().map(moment).collect();
        let places = places();
        moments.into_iter().filter_map(|moment| Sighting::of(moment, &places)).collect()
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
            |is_new, event| *hours.entry((event.place.0, event.hour as usize)).or_default() += u32::from(is_new),
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
