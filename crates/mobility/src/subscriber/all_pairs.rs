//! All ordered pairs of places a subscriber was seen at, one after the other.

/// Which pairs count (methods §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairRule {
    /// a ≠ b and earliest(a) < latest(b): `FlowKit`'s `trips_od`, with one equality on one place (methods §15.1 item 1).
    Before,
    /// earliest(a) ≤ latest(b), a = b included: the Flowminder COVID-19 aggregates.
    NotAfter,
}

/// The distinct ordered pairs of units, ascending. `sightings` are (microsecond, unit) in any order: all sightings of
/// the period, those of one instant at several places included.
pub fn all_pairs<U: Copy + Ord>(sightings: impl Iterator<Item = (i64, U)>, rule: PairRule, pairs: &mut Vec<(U, U)>) {
    let mut seen: Vec<(U, i64)> = sightings.map(|(at, unit)| (unit, at)).collect();
    seen.sort_unstable();
    let spans = seen.chunk_by(|left, right| left.0 == right.0).map(|own| (own[0].0, own[0].1, own[own.len() - 1].1));
    let spans: Vec<(U, i64, i64)> = spans.collect();
    pairs.clear();
    for &(from, earliest, _) in &spans {
        let follows = |&&(to, _, latest): &&(U, i64, i64)| match rule {
            PairRule::Before => from != to && earliest < latest,
            PairRule::NotAfter => earliest <= latest,
        };
        pairs.extend(spans.iter().filter(follows).map(|&(to, _, _)| (from, to)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(sightings: &[(i64, char)], rule: PairRule) -> String {
        let mut pairs = Vec::new();
        all_pairs(sightings.iter().copied(), rule, &mut pairs);
        pairs.iter().flat_map(|&(from, to)| [from, to, ' ']).collect()
    }

    #[test]
    fn t11_there_and_back_is_two_pairs_and_the_diagonal_only_where_equality_counts() {
        let sightings = [(8, 'A'), (9, 'B'), (10, 'A')];
        assert_eq!(pairs(&sightings, PairRule::Before), "AB BA ");
        assert_eq!(pairs(&sightings, PairRule::NotAfter), "AA AB BA BB ");
    }

    #[test]
    fn one_instant_at_two_places_is_a_pair_only_where_equality_counts() {
        assert_eq!(pairs(&[(8, 'A'), (8, 'B')], PairRule::Before), "");
        assert_eq!(pairs(&[(8, 'A'), (8, 'B')], PairRule::NotAfter), "AA AB BA BB ");
    }

    proptest! {
        /// Against every pair of sightings: a before b somewhere is the same as earliest(a) < latest(b).
        #[test]
        fn agrees_with_every_pair_of_sightings(
            sightings in prop::collection::vec((0i64..9, prop::sample::select(vec!['A', 'B', 'C'])), 0..12),
        ) {
            for rule in [PairRule::Before, PairRule::NotAfter] {
                let mut expected: Vec<(char, char)> = sightings.iter().flat_map(|first| {
                    sightings.iter().filter(move |second| match rule {
                        PairRule::Before => first.1 != second.1 && first.0 < second.0,
                        PairRule::NotAfter => first.0 <= second.0,
                    }).map(|second| (first.1, second.1))
                }).collect();
                expected.sort_unstable();
                expected.dedup();
                let mut found = Vec::new();
                all_pairs(sightings.iter().copied(), rule, &mut found);
                prop_assert_eq!(found, expected);
            }
        }
    }
}
