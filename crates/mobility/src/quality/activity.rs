//! Events by radio cell and hour, counted while a day is reduced.

use hexodus_model::time::HOUR_US;
use hexodus_model::{LocationDay, LocationKey, Sighting};

/// What a day's subscribers did to the network. Sums over disjoint subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayActivity {
    /// By location key.
    pub locations: Vec<LocationActivity>,
    /// By hour begun of the day (hour 0 is the first): events, located or not.
    pub events_by_hour: Vec<u64>,
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
    /// The number of the subscriber last counted.
    last_subscriber: u32,
}

impl DayActivity {
    /// Counts all events of one subscriber; to be called once a subscriber.
    #[inline]
    pub fn see(&mut self, events: &[Sighting]) {
        self.subscriber += 1;
        for event in events {
            let (hour, index) = ((event.micros / HOUR_US) as usize, event.location.0 as usize);
            if index >= self.locations.len() {
                self.locations.resize((index + 1).next_power_of_two(), LocationActivity::default());
            }
            if hour >= self.events_by_hour.len() {
                self.events_by_hour.resize(hour + 1, 0);
            }
            self.events_by_hour[hour] += 1;
            let seen = &mut self.locations[index];
            seen.events += 1;
            seen.unlocated += u32::from(event.place.is_none());
            seen.subscribers += u32::from(seen.last_subscriber != self.subscriber);
            seen.last_subscriber = self.subscriber;
        }
    }

    /// Adds what other subscribers did.
    pub fn merge(&mut self, other: Self) {
        if self.locations.len() < other.locations.len() {
            self.locations.resize(other.locations.len(), LocationActivity::default());
        }
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
    pub fn settled(mut self) -> Self {
        self.subscriber = 0;
        self.locations.iter_mut().for_each(|seen| seen.last_subscriber = 0);
        while self.locations.last().is_some_and(|last| last.events == 0) {
            self.locations.pop();
        }
        self
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

    #[test]
    fn counts_are_of_events_and_of_distinct_subscribers_however_they_are_split() {
        let moment =
            |hour: i64, location| Sighting { micros: hour * HOUR_US, location: LocationKey(location), place: None };
        let (first, second) = ([moment(1, 2), moment(1, 3), moment(5, 2)], [moment(0, 2), moment(23, 2)]);
        let mut all = DayActivity::default();
        all.see(&first);
        all.see(&second);
        let (mut left, mut right) = (DayActivity::default(), DayActivity::default());
        left.see(&second);
        right.see(&first);
        left.merge(right);
        let all = all.settled();
        assert_eq!(left.settled(), all);
        assert_eq!((all.locations[2].events, all.locations[2].subscribers), (4, 2));
        assert_eq!((all.locations[3].events, all.locations[3].subscribers), (1, 1));
        assert_eq!((all.events(), all.unlocated(), all.locations.len()), (5, 5, 4));
        assert_eq!([0, 1, 2, 5, 23].map(|hour| all.events_by_hour[hour]), [1, 2, 0, 1, 1]);
    }
}
