//! One subscriber's consecutive trips in a day.

use crate::subscriber::instants::instants;
use hexodus_model::{PlaceKey, Sighting};

/// The places of a subscriber's events in order of time, one entry an instant. An instant with several places
/// is left out (formats §3 rule 9: it has no place in a sequence).
pub fn sequence(events: &[Sighting], sequence: &mut Vec<PlaceKey>) {
    sequence.clear();
    sequence.extend(instants(events).filter_map(|(_, visit)| Some(visit?.place)));
}

/// The distinct ordered pairs of adjacent units, a = b included, ascending (methods §5.1 `trips_consecutive`).
pub fn adjacent_pairs<U: Copy + Ord>(units: impl Iterator<Item = U>, pairs: &mut Vec<(U, U)>) {
    pairs.clear();
    let mut previous = None;
    for unit in units {
        if let Some(previous) = previous {
            pairs.push((previous, unit));
        }
        previous = Some(unit);
    }
    pairs.sort_unstable();
    pairs.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pair_counts_once_and_staying_is_a_pair() {
        // Methods T12: A 08, A 09, B 10, A 11, B 12 → A→A 1, A→B 1, B→A 1.
        let mut pairs = Vec::new();
        adjacent_pairs("AABAB".chars(), &mut pairs);
        assert_eq!(pairs, [('A', 'A'), ('A', 'B'), ('B', 'A')]);
        adjacent_pairs("A".chars(), &mut pairs);
        assert_eq!(pairs, []);
    }
}
