//! Which events of a subscriber's day are left out, and how many have which code.

use super::ping_pong::{mark_ping_pong, may_ping_pong};
use super::speed::{Reach, reach_of};
use super::{IncorrectLocation, SemanticRules, Visit};
use hexodus_model::{DayPlaces, PlaceKey, SemanticCode, Sighting};
use std::collections::BTreeMap;

/// Events by code. Sums over subscribers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SemanticCounts {
    /// Code 5: events at an instant with several places.
    pub different_location_duplicate: u64,
    /// Code 3: events out of reach of both neighbours.
    pub incorrect_location: u64,
    /// Code 4: events out of reach of one neighbour.
    pub suspicious_location: u64,
    /// Code 302: events in ping-pong.
    pub ping_pong: u64,
    /// Code 218: located events of machines.
    pub machine_device: u64,
    /// Events that were left out.
    pub rejected: u64,
}

impl SemanticCounts {
    /// Adds the counts of other subscribers.
    pub const fn add(&mut self, other: &Self) {
        self.different_location_duplicate += other.different_location_duplicate;
        self.incorrect_location += other.incorrect_location;
        self.suspicious_location += other.suspicious_location;
        self.ping_pong += other.ping_pong;
        self.machine_device += other.machine_device;
        self.rejected += other.rejected;
    }

    /// The same by code; codes without events are left out.
    pub fn by_code(&self) -> BTreeMap<SemanticCode, u64> {
        let counts = [
            (SemanticCode::DifferentLocationDuplicate, self.different_location_duplicate),
            (SemanticCode::IncorrectLocation, self.incorrect_location),
            (SemanticCode::SuspiciousLocation, self.suspicious_location),
            (SemanticCode::PingPong, self.ping_pong),
            (SemanticCode::MachineDevice, self.machine_device),
        ];
        counts.into_iter().filter(|&(_, events)| events > 0).collect()
    }
}

/// Stands for several places at one instant.
const SEVERAL: PlaceKey = PlaceKey(u32::MAX);

/// Working memory of one worker.
#[derive(Debug, Default)]
pub struct SemanticScratch {
    visits: Vec<Visit>,
    marks: Vec<bool>,
    /// Instants of incorrect visits, ascending.
    incorrect: Vec<i64>,
    kept: Vec<Sighting>,
}

impl SemanticScratch {
    /// Checks one subscriber's events (sorted by time, without duplicates), adds to `counts`, and returns the events that
    /// are to be used: all of them, unless some are rejected. Unlocated events are kept and have no say.
    #[inline]
    pub fn kept<'a>(
        &'a mut self,
        events: &'a [Sighting],
        places: &DayPlaces,
        rules: &SemanticRules,
        counts: &mut SemanticCounts,
    ) -> &'a [Sighting] {
        if rules.machine_events_per_day > 0 && events.len() > rules.machine_events_per_day as usize {
            let located = events.iter().filter(|event| event.place.is_some()).count() as u64;
            counts.machine_device += located;
            counts.rejected += located;
            return &[];
        }
        // Nothing can be odd about somebody who was at one place.
        if !self.gather(events, counts) {
            return events;
        }
        self.check(places, rules, counts);
        if self.incorrect.is_empty() || rules.incorrect_location == IncorrectLocation::Flag {
            return events;
        }
        // Events of that instant at radio cells without a place stay: they are activity, not a place.
        let is_kept = |event: &&Sighting| event.place.is_none() || self.incorrect.binary_search(&event.micros).is_err();
        self.kept.clear();
        self.kept.extend(events.iter().filter(is_kept));
        counts.rejected += (events.len() - self.kept.len()) as u64;
        &self.kept
    }

    /// Gathers the instants at one place and counts events at several. Returns whether there was more than one place.
    #[inline]
    fn gather(&mut self, events: &[Sighting], counts: &mut SemanticCounts) -> bool {
        self.visits.clear();
        let (mut several, mut moved) = (false, false);
        for &Sighting { micros, place, .. } in events {
            let Some(place) = place else { continue };
            match self.visits.last_mut() {
                Some(last) if last.micros == micros => {
                    last.events += 1;
                    if last.place != place {
                        last.place = SEVERAL;
                        several = true;
                    }
                }
                last => {
                    moved |= last.is_some_and(|last| last.place != place);
                    self.visits.push(Visit { micros, place, events: 1 });
                }
            }
        }
        if several {
            self.visits.retain(|visit| {
                counts.different_location_duplicate += if visit.place == SEVERAL { u64::from(visit.events) } else { 0 };
                visit.place != SEVERAL
            });
        }
        moved || several
    }

    fn check(&mut self, places: &DayPlaces, rules: &SemanticRules, counts: &mut SemanticCounts) {
        let within = |left, right, metres| places.are_within(left, right, metres);
        let Self { visits, marks, incorrect, .. } = self;
        incorrect.clear();
        reach_of(visits, rules, within, |visit, reach| match reach {
            Reach::Possible => {}
            Reach::Suspicious => counts.suspicious_location += u64::from(visit.events),
            Reach::Incorrect => {
                counts.incorrect_location += u64::from(visit.events);
                incorrect.push(visit.micros);
            }
        });
        if may_ping_pong(visits) {
            mark_ping_pong(visits, within, marks);
            let marked = visits.iter().zip(marks).filter(|(_, mark)| **mark);
            counts.ping_pong += marked.map(|(visit, _)| u64::from(visit.events)).sum::<u64>();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{Calendar, H3Cell, LocalDay, LocationKey, Moment, UtcMicros};

    /// Location n is place n, on the equator, one tenth of a degree (11.1 km) apart; location 9 is nowhere, 10 at place
    /// 8.
    fn places() -> DayPlaces {
        let h3 = (0..9).map(|number| H3Cell::from_index(0x0880_0000_0000_0000 + number).unwrap()).collect();
        let mut places = DayPlaces::new(h3, vec![], 11);
        (0..9).for_each(|place| places.place(LocationKey(place), PlaceKey(place)));
        places.place(LocationKey(10), PlaceKey(8));
        places.set_centres((0..9).map(|place| [0.0, f64::from(place) / 10.0]));
        places
    }

    fn kept(list: &[(i64, u32)], rules: &SemanticRules) -> (Vec<(i64, u32)>, SemanticCounts) {
        let window = Calendar::utc().window(LocalDay(0));
        let places = places();
        let sighting = |&(second, at): &(i64, u32)| {
            Sighting::of(Moment::new(UtcMicros(second * 1_000_000), &window, LocationKey(at)), &places)
        };
        let sightings: Vec<Sighting> = list.iter().map(sighting).collect();
        let (mut scratch, mut counts) = (SemanticScratch::default(), SemanticCounts::default());
        let kept = scratch.kept(&sightings, &places, rules, &mut counts);
        (kept.iter().map(|event| (event.micros / 1_000_000, event.location.0)).collect(), counts)
    }

    #[test]
    fn an_incorrect_location_is_left_out_or_flagged() {
        let list = [(0, 0), (60, 0), (120, 8), (180, 0)];
        let counts = SemanticCounts { incorrect_location: 1, suspicious_location: 2, ..SemanticCounts::default() };
        let (rows, found) = kept(&list, &SemanticRules::default());
        assert_eq!((rows, found), (vec![list[0], list[1], list[3]], SemanticCounts { rejected: 1, ..counts }));
        let flag = SemanticRules { incorrect_location: IncorrectLocation::Flag, ..SemanticRules::default() };
        assert_eq!(kept(&list, &flag), (list.to_vec(), counts));
    }

    #[test]
    fn an_instant_at_two_places_stays_and_is_nobodys_neighbour() {
        // Without the rule the event at 60 s would stand between impossible ones.
        let list = [(0, 0), (60, 0), (60, 8), (120, 0)];
        let (rows, found) = kept(&list, &SemanticRules::default());
        assert_eq!(rows, list);
        assert_eq!(found, SemanticCounts { different_location_duplicate: 2, ..SemanticCounts::default() });
    }

    #[test]
    fn unlocated_events_are_kept_even_at_the_instant_of_an_incorrect_one() {
        let list = [(0, 0), (30, 9), (60, 8), (60, 9), (120, 0)];
        let (rows, found) = kept(&list, &SemanticRules::default());
        assert_eq!(rows, [(0, 0), (30, 9), (60, 9), (120, 0)]);
        assert_eq!((found.incorrect_location, found.rejected), (1, 1));
    }

    #[test]
    fn all_events_of_an_incorrect_instant_are_left_out() {
        // Locations 8 and 10 are radio cells of one place.
        let list = [(0, 0), (60, 8), (60, 10), (120, 0)];
        let (rows, found) = kept(&list, &SemanticRules::default());
        assert_eq!(rows, [list[0], list[3]]);
        assert_eq!((found.incorrect_location, found.rejected, found.suspicious_location), (2, 2, 2));
    }

    #[test]
    fn somebody_who_stays_is_not_checked() {
        let list = [(0, 3), (1, 3), (2, 9), (3, 3)];
        assert_eq!(kept(&list, &SemanticRules::default()), (list.to_vec(), SemanticCounts::default()));
    }

    #[test]
    fn a_machine_takes_no_part_in_the_day() {
        let list = [(0, 3), (1, 3), (2, 9), (3, 3)];
        let rules = |machine_events_per_day| SemanticRules { machine_events_per_day, ..SemanticRules::default() };
        assert_eq!(kept(&list, &rules(4)), (list.to_vec(), SemanticCounts::default()), "four are not too many");
        let counts = SemanticCounts { machine_device: 3, rejected: 3, ..SemanticCounts::default() };
        assert_eq!(kept(&list, &rules(3)), (vec![], counts), "the unlocated event is none that could be left out");
    }
}
