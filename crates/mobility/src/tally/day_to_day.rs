//! Day-to-day flows: the daily location of one day against that of the next.

use crate::fold::fold_buckets;
use crate::tally::add;
use crate::tally::remembered::Remembered;
use hexodus_model::{
    AreaKey, Definition, FlowMatrix, H3Cell, Level, LocalDay, OdPair, Reserved, SubscriberId, Tally, UnitKey,
};
use rustc_hash::FxHashMap;

/// Shares of the range of pseudonyms that are joined independently.
const SPLITS: usize = 64;

#[derive(Default)]
struct PairTally(FxHashMap<OdPair, u64>);

impl Tally for PairTally {
    fn merge(&mut self, other: Self) {
        add(&mut self.0, other.0);
    }
}

/// The flow matrix between the daily locations of `day` and of the day after, in H3 cells.
///
/// Both lists are ascending by subscriber, each subscriber at most once. Every subscriber located on either day is in
/// exactly one entry: (cell, cell) when located on both, the diagonal included; a reserved origin or destination when
/// located on one. Additive over subscribers, never over days.
pub fn count_day_to_day(
    day: LocalDay,
    first: &[(SubscriberId, H3Cell)],
    second: &[(SubscriberId, H3Cell)],
) -> FlowMatrix {
    let split = |list: &[(SubscriberId, H3Cell)], at: usize| list.partition_point(|(who, _)| who.bucket(SPLITS) < at);
    let part = |list, index| split(list, index)..split(list, index + 1);
    let PairTally(counts) = fold_buckets(
        SPLITS,
        || (PairTally::default(), ()),
        |index, tally: &mut PairTally, ()| {
            join(&first[part(first, index)], &second[part(second, index)], &mut tally.0);
        },
    );
    let mut entries: Vec<(OdPair, u64)> = counts.into_iter().collect();
    entries.sort_unstable();
    FlowMatrix { definition: Definition::DayToDay, level: Level::H3, first_day: day, last_day: day.next(), entries }
}

/// A merge join: each step takes the smaller subscriber, or both when equal.
fn join(first: &[(SubscriberId, H3Cell)], second: &[(SubscriberId, H3Cell)], counts: &mut FxHashMap<OdPair, u64>) {
    let (mut first, mut second) = (first.iter().peekable(), second.iter().peekable());
    loop {
        let (origin, destination) = match (first.peek(), second.peek()) {
            (None, None) => return,
            (Some((left, _)), Some((right, _))) if left == right => (first.next(), second.next()),
            (Some((left, _)), Some((right, _))) if left < right => (first.next(), None),
            (Some(_), None) => (first.next(), None),
            _ => (None, second.next()),
        };
        let unit = |end: Option<&(SubscriberId, H3Cell)>, absent| {
            end.map_or(UnitKey::reserved(absent), |&(_, h3)| UnitKey::h3(h3))
        };
        let pair = OdPair {
            origin: unit(origin, Reserved::NotSeenBefore),
            destination: unit(destination, Reserved::NotSeenAfter),
        };
        *counts.entry(pair).or_default() += 1;
    }
}

/// The same matrix at a level of areas: entries of H3 cells in the same areas are summed. Exact, because every
/// subscriber is in one H3 cell and every H3 cell in one area. Cells in no area go to `_UNKNOWN`; reserved values stay.
pub fn roll_up(matrix: &FlowMatrix, level: u8, area_of: impl Fn(H3Cell) -> Option<AreaKey>) -> FlowMatrix {
    let area = |unit: UnitKey| match unit.as_h3() {
        None => unit,
        Some(h3) => area_of(h3).map_or(UnitKey::reserved(Reserved::Unknown), UnitKey::area),
    };
    let areas = Remembered::new(&area);
    let mut sums: FxHashMap<OdPair, u64> = FxHashMap::default();
    for &(pair, subscribers) in &matrix.entries {
        let pair = OdPair { origin: areas.of(pair.origin), destination: areas.of(pair.destination) };
        *sums.entry(pair).or_default() += subscribers;
    }
    let mut entries: Vec<(OdPair, u64)> = sums.into_iter().collect();
    entries.sort_unstable();
    FlowMatrix { level: Level::Adm(level), entries, ..*matrix }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::conservation::check_conservation;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn h3(number: u8) -> H3Cell {
        H3Cell::from_index(0x0880_0000_0000_0000 + u64::from(number)).unwrap()
    }

    fn located(entries: &BTreeMap<u64, u8>) -> Vec<(SubscriberId, H3Cell)> {
        entries.iter().map(|(&who, &place)| (SubscriberId::from_pseudonym(who << 56), h3(place))).collect()
    }

    proptest! {
        /// Ten-line twin on a map; then the identities, at both levels and on several threads.
        #[test]
        fn agrees_with_a_naive_twin_and_conserves(
            first in prop::collection::btree_map(0u64..200, 0u8..5, 0..60),
            second in prop::collection::btree_map(0u64..200, 0u8..5, 0..60),
        ) {
            let matrix = count_day_to_day(LocalDay(3), &located(&first), &located(&second));
            let mut expected: BTreeMap<OdPair, u64> = BTreeMap::new();
            for who in first.keys().chain(second.keys().filter(|who| !first.contains_key(who))) {
                let unit = |day: &BTreeMap<u64, u8>, absent| day.get(who).map_or(UnitKey::reserved(absent), |&place| UnitKey::h3(h3(place)));
                let pair = OdPair {
                    origin: unit(&first, Reserved::NotSeenBefore),
                    destination: unit(&second, Reserved::NotSeenAfter),
                };
                *expected.entry(pair).or_default() += 1;
            }
            prop_assert_eq!(&matrix.entries, &expected.into_iter().collect::<Vec<_>>());
            prop_assert!(check_conservation(&matrix, first.len() as u64, second.len() as u64).is_ok());

            let areas = roll_up(&matrix, 2, |h3| (h3.index() % 5 != 4).then_some(AreaKey((h3.index() % 5) as u32 / 2)));
            prop_assert!(check_conservation(&areas, first.len() as u64, second.len() as u64).is_ok());
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
            prop_assert_eq!(pool.install(|| count_day_to_day(LocalDay(3), &located(&first), &located(&second))), matrix);
        }
    }
}
