//! Which visits are impossibly far from their neighbours.

use super::SemanticRules;
use crate::picked::Picked;
use hexodus_model::place::{EARTH_RADIUS_M, compared_with_arc};
use hexodus_model::{DayPlaces, Sighting};

/// The instants of visits that are impossibly far from their neighbours, ascending.
#[derive(Debug, Default)]
pub struct OutOfReach {
    /// Code 3: out of reach of both neighbours.
    pub incorrect: Picked<i64>,
    /// Code 4: out of reach of one.
    pub suspicious: Picked<i64>,
}

impl OutOfReach {
    /// Compares each visit with the one before and the one after, as delivered: a neighbour that is itself incorrect still
    /// counts (multimno's rule), so that the verdicts do not depend on an order of removal. The first and the last visit
    /// have one neighbour and can be suspicious at most.
    ///
    /// One comparison of squares decides nearly every step, without a branch or a call; a day with a step where it does not
    /// is gone through again with exact distances.
    #[inline]
    pub fn find(&mut self, visits: &[Sighting], rules: &SemanticRules, places: &DayPlaces) {
        let limit = ArcLimit::of(rules);
        let mut all_clear = true;
        self.find_by(visits, |step| {
            let centres = step.each_ref().map(|visit| places.centre(visit.place));
            let [Some(left), Some(right)] = centres else { return false };
            let (near, far) = compared_with_arc(left, right, limit.after(step[1].micros - step[0].micros));
            all_clear &= near | far;
            far
        });
        if !all_clear {
            self.find_exactly(visits, rules, places);
        }
    }

    #[cold]
    fn find_exactly(&mut self, visits: &[Sighting], rules: &SemanticRules, places: &DayPlaces) {
        self.find_by(visits, |[left, right]| {
            !places.are_within(left.place, right.place, rules.reach_m(right.micros - left.micros))
        });
    }

    #[inline]
    fn find_by(&mut self, visits: &[Sighting], mut is_far: impl FnMut(&[Sighting; 2]) -> bool) {
        for found in [&mut self.incorrect, &mut self.suspicious] {
            found.clear();
            found.reserve(visits.len());
        }
        let mut far_before = false;
        for step in visits.array_windows() {
            let far = is_far(step);
            self.incorrect.push_if(far_before & far, step[0].micros);
            self.suspicious.push_if(far_before ^ far, step[0].micros);
            far_before = far;
        }
        if let Some(last) = visits.last() {
            self.suspicious.push_if(far_before, last.micros);
        }
    }
}

/// [`SemanticRules::reach_m`] as an arc of the unit sphere.
struct ArcLimit {
    per_micro: f64,
    at_once: f64,
    least: f64,
}

impl ArcLimit {
    fn of(rules: &SemanticRules) -> Self {
        let a_second = rules.speed_max_m_s / EARTH_RADIUS_M;
        Self {
            per_micro: a_second / 1e6,
            at_once: a_second * f64::from(rules.ts_precision_s),
            least: rules.distance_min_km * 1000.0 / EARTH_RADIUS_M,
        }
    }

    #[inline]
    fn after(&self, micros: i64) -> f64 {
        (micros as f64 * self.per_micro + self.at_once).max(self.least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{H3Cell, PlaceKey};
    use proptest::prelude::*;

    /// Places with these centres (latitude and longitude in degrees).
    fn places(centres: &[[f64; 2]]) -> DayPlaces {
        let h3 = (0..centres.len() as u64).map(|number| H3Cell::from_index(0x0880_0000_0000_0000 + number).unwrap());
        let mut places = DayPlaces::new(h3.collect(), vec![], 0);
        places.set_centres(centres.iter().copied());
        places
    }

    /// Degrees of the equator between neighbours on it: 999 m.
    const STEP: f64 = 999.0 / EARTH_RADIUS_M / std::f64::consts::PI * 180.0;

    fn verdicts(list: &[(i64, u32)], places: &DayPlaces, exactly: bool) -> String {
        let visits: Vec<Sighting> =
            list.iter().map(|&(second, place)| Sighting::new(second * 1_000_000, PlaceKey(place))).collect();
        let (rules, mut found) = (SemanticRules::default(), OutOfReach::default());
        if exactly {
            found.find_exactly(&visits, &rules, places);
        } else {
            found.find(&visits, &rules, places);
        }
        let is_in = |found: &Picked<i64>, visit: &Sighting| found.as_slice().binary_search(&visit.micros).is_ok();
        let letter = |visit| match (is_in(&found.incorrect, visit), is_in(&found.suspicious, visit)) {
            (true, false) => 'X',
            (false, true) => 's',
            (false, false) => '.',
            (true, true) => '?',
        };
        visits.iter().map(letter).collect()
    }

    /// Of visits to places on a line.
    fn reach(list: &[(i64, u32)]) -> String {
        let line: Vec<_> = (0..100).map(|place| [0.0, f64::from(place) * STEP]).collect();
        verdicts(list, &places(&line), false)
    }

    #[test]
    fn one_event_far_away_is_incorrect_and_its_neighbours_suspicious() {
        assert_eq!(reach(&[(0, 0), (60, 0), (120, 50), (180, 0), (240, 0)]), ".sXs.");
    }

    #[test]
    fn a_journey_that_is_possible_is_left_alone() {
        // 49.95 km in 1,000 s.
        assert_eq!(reach(&[(0, 0), (1_000, 50), (2_000, 0)]), "...");
        assert_eq!(reach(&[(0, 0), (900, 50), (1_800, 0)]), "sXs", "55.5 m/s");
    }

    #[test]
    fn near_places_are_never_impossible() {
        assert_eq!(reach(&[(0, 0), (1, 10), (2, 0)]), "...", "9.99 km in a second: overlapping radio cells");
        assert_eq!(reach(&[(0, 0), (1, 11), (2, 0)]), "sXs");
    }

    #[test]
    fn with_one_neighbour_there_is_suspicion_only() {
        assert_eq!(reach(&[(0, 0), (1, 90)]), "ss");
        assert_eq!(reach(&[(0, 0)]), ".");
        assert_eq!(reach(&[]), "");
        assert_eq!(reach(&[(0, 90), (1, 0), (2, 0)]), "ss.");
    }

    #[test]
    fn a_removal_that_jumps_there_and_stays_is_no_single_fault() {
        // Somebody who flies: both ends of the gap are suspicious, nothing is rejected.
        assert_eq!(reach(&[(0, 0), (60, 0), (120, 90), (180, 90)]), ".ss.");
    }

    proptest! {
        /// Against the definition, pair by pair, on a line.
        #[test]
        fn agrees_with_the_definition(list in prop::collection::vec((0i64..4_000, 0u32..80), 0..12)) {
            let mut list = list;
            list.sort_unstable();
            list.dedup_by_key(|visit| visit.0);
            let far = |left: (i64, u32), right: (i64, u32)| {
                let metres = f64::from(left.1.abs_diff(right.1)) * 999.0;
                metres > 10_000.0 && metres / (left.0.abs_diff(right.0) as f64) > 55.0
            };
            let expected: String = (0..list.len()).map(|index| {
                let before = index > 0 && far(list[index - 1], list[index]);
                let after = index + 1 < list.len() && far(list[index], list[index + 1]);
                if before && after { 'X' } else if before || after { 's' } else { '.' }
            }).collect();
            prop_assert_eq!(reach(&list), expected);
        }

        /// The comparison of squares against exact distances, anywhere on the sphere, near and far, and where it is close.
        #[test]
        fn squares_decide_as_distances_do(
            first in (-90.0f64..90.0, -180.0f64..180.0),
            steps in prop::collection::vec((-1.0f64..1.0, -1.0f64..1.0, -6i32..3, -3i64..4), 1..12),
        ) {
            let (mut centres, mut list) = (vec![[first.0, first.1]], vec![(0, 0)]);
            for (place, (north, east, size, margin)) in (1..).zip(steps) {
                let [lat, lon] = centres[place as usize - 1];
                let scale = 90.0 * 10f64.powi(size);
                centres.push([(lat + north * scale).clamp(-90.0, 90.0), lon + east * scale]);
                // As many seconds as the way takes at the highest speed, and some.
                let way = places(&centres).metres_between(PlaceKey(place - 1), PlaceKey(place));
                list.push((list[place as usize - 1].0 + ((way / 55.0) as i64 + margin).max(1), place));
            }
            let places = places(&centres);
            prop_assert_eq!(verdicts(&list, &places, false), verdicts(&list, &places, true));
        }
    }
}
