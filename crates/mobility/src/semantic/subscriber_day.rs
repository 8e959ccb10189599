//! Which events of a subscriber's day are left out, and how many have which code.

use super::ping_pong::{mark_ping_pong, may_ping_pong};
use super::speed::OutOfReach;
use super::{IncorrectLocation, SemanticRules};
use crate::subscriber::instants::instants;
use hexodus_model::{DayPlaces, SemanticCode, Sighting};
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

/// Working memory of one worker.
#[derive(Debug, Default)]
pub struct SemanticScratch {
    visits: Vec<Sighting>,
    marks: Vec<bool>,
    out_of_reach: OutOfReach,
    kept: Vec<Sighting>,
}

impl SemanticScratch {
    /// Checks one subscriber's located events (sorted by time, without duplicates), adds to `counts`, and returns the events
    /// that are to be used: all of them, unless some are rejected. `delivered` is the number of its events, located or not.
    #[inline]
    pub fn kept<'a>(
        &'a mut self,
        delivered: usize,
        events: &'a [Sighting],
        places: &DayPlaces,
        rules: &SemanticRules,
        counts: &mut SemanticCounts,
    ) -> &'a [Sighting] {
        if rules.machine_events_per_day > 0 && delivered > rules.machine_events_per_day as usize {
            counts.machine_device += events.len() as u64;
            counts.rejected += events.len() as u64;
            return &[];
        }
        // Nothing can be odd about somebody who was at one place.
        let Steps { moved, tied } = steps(events);
        if !moved {
            return events;
        }
        if tied {
            self.check_tied(events, places, rules, counts);
        } else {
            self.check(events, |_| 1, places, rules, counts);
        }
        let incorrect = self.out_of_reach.incorrect.as_slice();
        if incorrect.is_empty() || rules.incorrect_location == IncorrectLocation::Flag {
            return events;
        }
        self.kept.clear();
        self.kept.extend(events.iter().filter(|event| incorrect.binary_search(&event.micros).is_err()));
        counts.rejected += (events.len() - self.kept.len()) as u64;
        &self.kept
    }

    #[cold]
    fn check_tied(
        &mut self,
        events: &[Sighting],
        places: &DayPlaces,
        rules: &SemanticRules,
        counts: &mut SemanticCounts,
    ) {
        let mut visits = std::mem::take(&mut self.visits);
        gather(events, &mut visits, counts);
        self.check(&visits, |at| events_at(events, at), places, rules, counts);
        self.visits = visits;
    }

    /// `events` says how many events there are at the instant of a visit.
    fn check(
        &mut self,
        visits: &[Sighting],
        events: impl Fn(i64) -> u64,
        places: &DayPlaces,
        rules: &SemanticRules,
        counts: &mut SemanticCounts,
    ) {
        self.out_of_reach.find(visits, rules, places);
        counts.incorrect_location += self.out_of_reach.incorrect.as_slice().iter().map(|&at| events(at)).sum::<u64>();
        counts.suspicious_location += self.out_of_reach.suspicious.as_slice().iter().map(|&at| events(at)).sum::<u64>();
        if may_ping_pong(visits) {
            mark_ping_pong(visits, |left, right, metres| places.are_within(left, right, metres), &mut self.marks);
            let marked = visits.iter().zip(&self.marks).filter(|(_, mark)| **mark);
            counts.ping_pong += marked.map(|(visit, _)| events(visit.micros)).sum::<u64>();
        }
    }
}

/// What is to be known before anything is checked.
struct Steps {
    /// Whether there is more than one place.
    moved: bool,
    /// Whether an instant has several events.
    tied: bool,
}

#[inline]
fn steps(events: &[Sighting]) -> Steps {
    let mut steps = Steps { moved: false, tied: false };
    for pair in events.windows(2) {
        steps.moved |= pair[0].place != pair[1].place;
        steps.tied |= pair[0].micros == pair[1].micros;
    }
    steps
}

/// Leaves one event an instant in `visits`, and none of an instant with several places: these are counted.
fn gather(events: &[Sighting], visits: &mut Vec<Sighting>, counts: &mut SemanticCounts) {
    visits.clear();
    for (instant, visit) in instants(events) {
        match visit {
            Some(visit) => visits.push(visit),
            None => counts.different_location_duplicate += instant.len() as u64,
        }
    }
}

/// How many of the events (ascending by time) are of this instant.
fn events_at(events: &[Sighting], micros: i64) -> u64 {
    let first = events.partition_point(|event| event.micros < micros);
    events[first..].iter().take_while(|event| event.micros == micros).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{H3Cell, LocationKey, Moment, PlaceKey};

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

    /// Second and place of the events that are used.
    fn kept(list: &[(i64, u32)], rules: &SemanticRules) -> (Vec<(i64, u32)>, SemanticCounts) {
        let places = places();
        let sighting =
            |&(second, at): &(i64, u32)| Sighting::of(Moment::of_day(second * 1_000_000, LocationKey(at)), &places);
        let sightings: Vec<Sighting> = list.iter().filter_map(sighting).collect();
        let (mut scratch, mut counts) = (SemanticScratch::default(), SemanticCounts::default());
        let kept = scratch.kept(list.len(), &sightings, &places, rules, &mut counts);
        (kept.iter().map(|event| (event.micros / 1_000_000, event.place.0)).collect(), counts)
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
    fn unlocated_events_have_no_say_even_at_the_instant_of_an_incorrect_one() {
        let list = [(0, 0), (30, 9), (60, 8), (60, 9), (120, 0)];
        let (rows, found) = kept(&list, &SemanticRules::default());
        assert_eq!(rows, [(0, 0), (120, 0)]);
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
        let located = vec![list[0], list[1], list[3]];
        assert_eq!(kept(&list, &SemanticRules::default()), (located, SemanticCounts::default()));
    }

    #[test]
    fn a_machine_takes_no_part_in_the_day() {
        let list = [(0, 3), (1, 3), (2, 9), (3, 3)];
        let rules = |machine_events_per_day| SemanticRules { machine_events_per_day, ..SemanticRules::default() };
        let located = vec![list[0], list[1], list[3]];
        assert_eq!(kept(&list, &rules(4)), (located, SemanticCounts::default()), "four are not too many");
        let counts = SemanticCounts { machine_device: 3, rejected: 3, ..SemanticCounts::default() };
        assert_eq!(kept(&list, &rules(3)), (vec![], counts), "the unlocated event is none that could be left out");
    }
}
