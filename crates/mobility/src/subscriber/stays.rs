//! Stays, and the trips between them.

use std::cmp::Reverse;

/// Time at one place, or at it and the places beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay<P> {
    /// The place of longest dwell during the stay.
    pub place: P,
    /// First located event, microseconds.
    pub from: i64,
    /// Last located event, microseconds.
    pub until: i64,
}

/// A trip of the project's definition: from one stay to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trip<P> {
    /// Where the earlier stay was.
    pub origin: P,
    /// Where the later stay was, another place.
    pub destination: P,
    /// Last event of the earlier stay, microseconds: its day is the day of the trip.
    pub departed: i64,
}

/// Shortest stay (methods §5.1): 60 minutes. For data with an event every few minutes; sparse records know few stays.
pub const SHORTEST_STAY_US: i64 = 3_600_000_000;
/// Longest time between two stays of one trip (methods §5.1): 24 hours.
pub const LONGEST_GAP_US: i64 = 24 * 3_600_000_000;

/// The stays of at least `shortest` microseconds, in order. `instants` is ascending by time, one place an instant;
/// `beside` says whether a place is another or next to it (H3 ring 1).
///
/// A stay begins at an event, holds all following events beside it, and ends before the first that is not. A silence
/// in between does not end it: nothing speaks for another place.
pub fn stays<P: Copy + Ord>(instants: &[(i64, P)], shortest: i64, beside: impl Fn(P, P) -> bool) -> Vec<Stay<P>> {
    let mut stays = Vec::new();
    let mut left = instants;
    while let Some(&(from, anchor)) = left.first() {
        let held = left.iter().take_while(|&&(_, place)| place == anchor || beside(anchor, place)).count();
        let until = left[held - 1].0;
        if until - from < shortest {
            left = &left[1..];
            continue;
        }
        let place = longest_dwell(&left[..held], |_| 0).unwrap_or(anchor);
        stays.push(Stay { place, from, until });
        left = &left[held..];
    }
    stays
}

/// The place where most time passed until the next event; tie: larger `familiarity`, more events, later, smaller place.
pub(crate) fn longest_dwell<P: Copy + Ord>(instants: &[(i64, P)], familiarity: impl Fn(P) -> u64) -> Option<P> {
    let rank = |place: P| {
        let next = instants.iter().skip(1).map(|next| next.0).chain(instants.last().map(|last| last.0));
        let own = instants.iter().zip(next).filter(move |((_, at), _)| *at == place);
        let (dwell, events, last) =
            own.fold((0, 0, i64::MIN), |(dwell, events, _), ((at, _), next)| (dwell + next - at, events + 1, *at));
        (dwell, familiarity(place), events, last, Reverse(place))
    };
    instants.iter().map(|&(_, place)| place).max_by_key(|&place| rank(place))
}

/// Ordered pairs of successive stays at different places with at most [`LONGEST_GAP_US`] between them.
pub fn trips<P: Copy + Eq>(stays: &[Stay<P>]) -> impl Iterator<Item = Trip<P>> + '_ {
    stays.windows(2).filter_map(|pair| {
        let [earlier, later] = pair else { return None };
        let is_trip = earlier.place != later.place && later.from - earlier.until <= LONGEST_GAP_US;
        is_trip.then_some(Trip { origin: earlier.place, destination: later.place, departed: earlier.until })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000_000;

    fn found(events: &[(i64, char)]) -> Vec<(char, i64, i64)> {
        let instants: Vec<_> = events.iter().map(|&(minute, place)| (minute * MINUTE, place)).collect();
        let beside = |a: char, b: char| (a as i32 - b as i32).abs() <= 1;
        let stays = stays(&instants, SHORTEST_STAY_US, beside);
        stays.iter().map(|stay| (stay.place, stay.from / MINUTE, stay.until / MINUTE)).collect()
    }

    #[test]
    fn an_hour_in_a_place_or_its_ring_is_a_stay() {
        assert_eq!(found(&[(0, 'A'), (60, 'A')]), [('A', 0, 60)]);
        assert_eq!(found(&[(0, 'A'), (59, 'A')]), []);
        assert_eq!(
            found(&[(0, 'A'), (10, 'B'), (50, 'B'), (70, 'A')]),
            [('B', 0, 70)],
            "longest dwell: 60 minutes at B"
        );
        assert_eq!(found(&[(0, 'A'), (30, 'K'), (70, 'A')]), [], "interrupted");
        assert_eq!(found(&[]), []);
    }

    #[test]
    fn a_stay_need_not_begin_with_the_first_event() {
        // B and D are not beside each other, but both are beside C.
        assert_eq!(found(&[(0, 'B'), (10, 'C'), (40, 'D'), (80, 'C')]), [('D', 10, 80)]);
        assert_eq!(found(&[(0, 'K'), (5, 'A'), (65, 'A'), (66, 'K'), (200, 'K')]), [('A', 5, 65), ('K', 66, 200)]);
    }

    #[test]
    fn trips_join_successive_stays_within_a_day() {
        let stay = |place, from: i64, until: i64| Stay { place, from: from * 60 * MINUTE, until: until * 60 * MINUTE };
        let stays = [stay('A', 0, 2), stay('B', 5, 7), stay('B', 8, 9), stay('A', 33, 40), stay('B', 65, 70)];
        let trips: Vec<_> = trips(&stays).map(|trip| (trip.origin, trip.destination)).collect();
        assert_eq!(trips, [('A', 'B'), ('B', 'A')], "B to B is none, 25 hours are too long");
    }
}
