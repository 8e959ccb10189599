//! Which visits are impossibly far from their neighbours.

use super::{SemanticRules, Visit};
use hexodus_model::PlaceKey;

/// How a visit stands to the ones before and after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Within reach of both, or of those there are.
    #[default]
    Possible,
    /// Code 4: out of reach of one.
    Suspicious,
    /// Code 3: out of reach of both.
    Incorrect,
}

/// Compares each visit with the one before and the one after, as delivered: a neighbour that is itself incorrect still
/// counts (multimno's rule), so that the verdicts do not depend on an order of removal. The first and the last visit
/// have one neighbour and can be suspicious at most.
///
/// `found` is called for each visit, in order. `within` says whether two places are at most so many metres apart.
#[inline]
pub fn reach_of(
    visits: &[Visit],
    rules: &SemanticRules,
    within: impl Fn(PlaceKey, PlaceKey, f64) -> bool,
    mut found: impl FnMut(&Visit, Reach),
) {
    let mut before = true;
    for (index, visit) in visits.iter().enumerate() {
        let after = visits.get(index + 1).is_none_or(|next| {
            visit.place == next.place || within(visit.place, next.place, rules.reach_m(next.micros - visit.micros))
        });
        let reach = match (before, after) {
            (true, true) => Reach::Possible,
            (false, false) => Reach::Incorrect,
            _ => Reach::Suspicious,
        };
        found(visit, reach);
        before = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Places stand on a line, one every kilometre.
    fn within(left: PlaceKey, right: PlaceKey, metres: f64) -> bool {
        f64::from(left.0.abs_diff(right.0)) * 1000.0 <= metres
    }

    fn visits(list: &[(i64, u32)]) -> Vec<Visit> {
        list.iter()
            .map(|&(second, place)| Visit { micros: second * 1_000_000, place: PlaceKey(place), events: 1 })
            .collect()
    }

    fn reach(list: &[(i64, u32)]) -> String {
        let mut letters = String::new();
        reach_of(&visits(list), &SemanticRules::default(), within, |_, reach| {
            letters.push(match reach {
                Reach::Possible => '.',
                Reach::Suspicious => 's',
                Reach::Incorrect => 'X',
            });
        });
        letters
    }

    #[test]
    fn one_event_far_away_is_incorrect_and_its_neighbours_suspicious() {
        assert_eq!(reach(&[(0, 0), (60, 0), (120, 50), (180, 0), (240, 0)]), ".sXs.");
    }

    #[test]
    fn a_journey_that_is_possible_is_left_alone() {
        // 50 km in 1,000 s: 50 m/s.
        assert_eq!(reach(&[(0, 0), (1_000, 50), (2_000, 0)]), "...");
        assert_eq!(reach(&[(0, 0), (900, 50), (1_800, 0)]), "sXs", "55.6 m/s");
    }

    #[test]
    fn near_places_are_never_impossible() {
        assert_eq!(reach(&[(0, 0), (1, 10), (2, 0)]), "...", "10 km in a second: overlapping radio cells");
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
        /// Against the definition, pair by pair.
        #[test]
        fn agrees_with_the_definition(list in prop::collection::vec((0i64..4_000, 0u32..80), 0..12)) {
            let mut list = list;
            list.sort_unstable();
            list.dedup_by_key(|visit| visit.0);
            let far = |left: (i64, u32), right: (i64, u32)| {
                let km = left.1.abs_diff(right.1);
                km > 10 && f64::from(km) * 1000.0 / (left.0.abs_diff(right.0) as f64) > 55.0
            };
            let expected: String = (0..list.len()).map(|index| {
                let before = index > 0 && far(list[index - 1], list[index]);
                let after = index + 1 < list.len() && far(list[index], list[index + 1]);
                if before && after { 'X' } else if before || after { 's' } else { '.' }
            }).collect();
            prop_assert_eq!(reach(&list), expected);
        }
    }
}
