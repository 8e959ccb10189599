//! Events by radio cell and hour, counted while a day is reduced.

use crate::seen_positions::SeenPositions;
use hexodus_model::time::hour_of;
use hexodus_model::{DayPlaces, LocationDay, LocationHour, LocationKey, Moment, Sighting};

/// Hours of a day that are told apart: a 25th is counted as the 24th.
pub const HOURS: usize = 24;

/// What a day's subscribers did to the network. Sums over disjoint subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayActivity {
    /// By location key.
    pub locations: Vec<LocationActivity>,
    /// By hour begun of the day (hour 0 is the first): events, located or not.
    pub events_by_hour: Vec<u64>,
    /// By location key × hour (location-major): distinct subscribers.
    subscribers_by_hour: Vec<u32>,
    hours: SeenPositions,
    subscriber: u32,
}

/// One location's day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocationActivity {
    /// Events.
    pub events: u32,
    /// Of these, at an instant at which the location was nowhere.
    pub unlocated: u32,
    /// Distinct subscribers with an event.
    pub subscribers: u32,
    /// The number of the subscriber last counted, and in the [`HOUR_BITS`] last bits the hour.
    last: u32,
}

/// Bits of an hour below [`HOURS`].
const HOUR_BITS: u32 = 5;

impl DayActivity {
    /// Counts all events of one subscriber, ascending by time, and leaves those at a known place in `located`; to be called
    /// once a subscriber.
    #[inline]
    pub fn see(&mut self, events: &[Moment], places: &DayPlaces, located: &mut Vec<Sighting>) {
        self.next_subscriber();
        self.reserve(events);
        located.clear();
        located.reserve(events.len());
        for &event in events {
            let sighting = Sighting::of(event, places);
            self.count(event);
            match sighting {
                Some(sighting) => located.push(sighting),
                None => self.locations[event.location().0 as usize].unlocated += 1,
            }
        }
        self.hours.count_if_many(&mut self.subscribers_by_hour);
    }

    /// Counts an event of the current subscriber. Its hours never go back, so one mark tells both "seen today" and "seen
    /// this hour".
    #[inline]
    fn count(&mut self, event: Moment) {
        let (hour, index) = (hour_of(event.micros_of_day()) as usize, event.location().0 as usize);
        if index >= self.locations.len() {
            self.grow(index);
        }
        self.events_by_hour[hour] += 1;
        let slot = hour.min(HOURS - 1);
        let seen = &mut self.locations[index];
        let mark = self.subscriber << HOUR_BITS | slot as u32;
        seen.events += 1;
        seen.subscribers += u32::from(seen.last >> HOUR_BITS != self.subscriber);
        self.hours.push_if(seen.last != mark, (index * HOURS + slot) as u32);
        seen.last = mark;
    }

    /// Subscribers are numbered from 1; after as many as a mark can tell apart the numbers begin anew.
    #[inline]
    fn next_subscriber(&mut self) {
        self.subscriber += 1;
        if self.subscriber >> (u32::BITS - HOUR_BITS) > 0 {
            self.locations.iter_mut().for_each(|seen| seen.last = 0);
            self.subscriber = 1;
        }
    }

    #[inline]
    fn reserve(&mut self, events: &[Moment]) {
        self.hours.reserve(events.len());
        let hours = events.last().map_or(0, |last| hour_of(last.micros_of_day()) as usize + 1);
        if hours > self.events_by_hour.len() {
            self.events_by_hour.resize(hours, 0);
        }
    }

    #[cold]
    fn grow(&mut self, index: usize) {
        self.locations.resize((index + 1).next_power_of_two(), LocationActivity::default());
        self.subscribers_by_hour.resize(self.locations.len() * HOURS, 0);
    }

    /// Adds what other subscribers did.
    pub fn merge(&mut self, other: Self) {
        let other = other.counted();
        if self.locations.len() < other.locations.len() {
            self.locations.resize(other.locations.len(), LocationActivity::default());
            self.subscribers_by_hour.resize(other.subscribers_by_hour.len(), 0);
        }
        self.subscribers_by_hour.iter_mut().zip(other.subscribers_by_hour).for_each(|(sum, seen)| *sum += seen);
        for (sum, seen) in self.locations.iter_mut().zip(other.locations) {
            sum.events += seen.events;
            sum.unlocated += seen.unlocated;
            sum.subscribers += seen.subscribers;
        }
        if self.events_by_hour.len() < other.events_by_hour.len() {
            self.events_by_hour.resize(other.events_by_hour.len(), 0);
        }
        self.events_by_hour.iter_mut().zip(other.events_by_hour).for_each(|(sum, events)| *sum += events);
    }

    /// The same without working memory: equal counts are equal values.
    #[must_use]
    pub fn settled(self) -> Self {
        let mut all = self.counted();
        all.subscriber = 0;
        all.locations.iter_mut().for_each(|seen| seen.last = 0);
        while all.locations.last().is_some_and(|last| last.events == 0) {
            all.locations.pop();
        }
        all.subscribers_by_hour.truncate(all.locations.len() * HOURS);
        all
    }

    fn counted(mut self) -> Self {
        self.hours.count(&mut self.subscribers_by_hour);
        self.hours = SeenPositions::default();
        self
    }

    /// Locations and hours with somebody, ascending by key and hour. Of a settled day.
    pub fn location_hours(&self) -> impl Iterator<Item = LocationHour> {
        let heard = self.subscribers_by_hour.iter().enumerate().filter(|&(_, &subscribers)| subscribers > 0);
        heard.map(|(position, &subscribers)| LocationHour {
            location: LocationKey((position / HOURS) as u32),
            hour: (position % HOURS) as u8,
            subscribers,
        })
    }

    /// Locations with events, ascending by key.
    pub fn location_days(&self) -> impl Iterator<Item = LocationDay> {
        let active = self.locations.iter().enumerate().filter(|(_, seen)| seen.events > 0);
        active.map(|(key, seen)| LocationDay {
            location: LocationKey(key as u32),
            events: seen.events.into(),
            unlocated: seen.unlocated.into(),
            subscribers: seen.subscribers,
        })
    }

    /// Events of the day.
    pub fn events(&self) -> u64 {
        self.locations.iter().map(|seen| u64::from(seen.events)).sum()
    }

    /// Events without a place.
    pub fn unlocated(&self) -> u64 {
        self.locations.iter().map(|seen| u64::from(seen.unlocated)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::time::HOUR_US;

    #[test]
    fn counts_are_of_events_and_of_distinct_subscribers_however_they_are_split() {
        let moment = |hour: i64, location| Moment::of_day(hour * HOUR_US, LocationKey(location));
        let see = |day: &mut DayActivity, events: &[Moment]| day.see(events, &DayPlaces::default(), &mut Vec::new());
        let (first, second) = ([moment(1, 2), moment(1, 3), moment(5, 2)], [moment(0, 2), moment(23, 2)]);
        let mut all = DayActivity::default();
        see(&mut all, &first);
        see(&mut all, &second);
        let (mut left, mut right) = (DayActivity::default(), DayActivity::default());
        see(&mut left, &second);
        see(&mut right, &first);
        left.merge(right);
        let all = all.settled();
        assert_eq!(left.settled(), all);
        assert_eq!((all.locations[2].events, all.locations[2].subscribers), (4, 2));
        assert_eq!((all.locations[3].events, all.locations[3].subscribers), (1, 1));
        assert_eq!((all.events(), all.unlocated(), all.locations.len()), (5, 5, 4));
        assert_eq!([0, 1, 2, 5, 23].map(|hour| all.events_by_hour[hour]), [1, 2, 0, 1, 1]);
        let hours: Vec<_> = all.location_hours().map(|row| (row.location.0, row.hour, row.subscribers)).collect();
        assert_eq!(hours, [(2, 0, 1), (2, 1, 1), (2, 5, 1), (2, 23, 1), (3, 1, 1)]);
    }

    #[test]
    fn a_subscriber_counts_once_an_hour_and_the_25th_hour_is_the_24th() {
        let at = |minute: i64, location| Moment::of_day(minute * HOUR_US / 60, LocationKey(location));
        let mut day = DayActivity::default();
        for events in [
            &[at(0, 1), at(10, 0), at(59, 1), at(60, 1), at(24 * 60 - 1, 1), at(24 * 60, 1)] as &[Moment],
            &[at(59, 1)],
        ] {
            day.see(events, &DayPlaces::default(), &mut Vec::new());
        }
        let hours: Vec<_> =
            day.settled().location_hours().map(|row| (row.location.0, row.hour, row.subscribers)).collect();
        assert_eq!(hours, [(0, 0, 1), (1, 0, 2), (1, 1, 1), (1, 23, 1)]);
    }

    #[test]
    fn numbers_of_subscribers_may_run_out() {
        let mut day = DayActivity { subscriber: u32::MAX >> HOUR_BITS, ..DayActivity::default() };
        for _ in 0..3 {
            day.see(&[Moment::of_day(0, LocationKey(0))], &DayPlaces::default(), &mut Vec::new());
        }
        assert_eq!(day.subscriber, 3, "they begin anew");
        day.subscriber = (u32::MAX >> HOUR_BITS) - 1;
        for _ in 0..3 {
            day.see(&[Moment::of_day(0, LocationKey(0))], &DayPlaces::default(), &mut Vec::new());
        }
        let day = day.settled();
        assert_eq!((day.locations[0].subscribers, day.location_hours().next().unwrap().subscribers), (6, 6));
    }
}
