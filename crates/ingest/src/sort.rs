//! Sorting the rows of one bucket.

use hexodus_model::EventRow;

/// Groups the first pass distributes to.
const GROUPS: usize = 1 << 11;
/// Fewer rows are sorted at once.
const SMALL: usize = 1 << 13;

/// All rows of the parts, sorted by subscriber, time and location.
///
/// First, one pass distributes the rows to 2,048 groups by their place in the bucket's range of pseudonyms, which are
/// uniform, so groups are alike; then each group is sorted, small enough for the first-level cache. A comparison sort
/// of the whole bucket would compare each row about 17 times instead of 6 (`benches/ingest_dump.rs`).
pub fn sort_rows(parts: Vec<Vec<EventRow>>) -> Vec<EventRow> {
    let count: usize = parts.iter().map(Vec::len).sum();
    if count < SMALL {
        let mut rows = parts.concat();
        rows.sort_unstable();
        return rows;
    }
    // First, the range of pseudonyms, and how many rows fall in each of its equal shares.
    let subscribers = || parts.iter().flatten().map(|row| row.subscriber.bits());
    let (low, high) = subscribers().fold((u64::MAX, 0), |(low, high), bits| (low.min(bits), high.max(bits)));
    let shift = (64 - (high - low).leading_zeros()).saturating_sub(GROUPS.trailing_zeros());
    let group_of = |row: &EventRow| ((row.subscriber.bits() - low) >> shift) as usize;
    let mut starts = vec![0_usize; GROUPS + 1];
    parts.iter().flatten().for_each(|row| starts[group_of(row) + 1] += 1);
    for group in 0..GROUPS {
        starts[group + 1] += starts[group];
    }
    // Next, every row to its group.
    let Some(&filler) = parts.iter().flatten().next() else { return Vec::new() };
    let mut rows = vec![filler; count];
    let mut next = starts.clone();
    for row in parts.iter().flatten() {
        let at = &mut next[group_of(row)];
        rows[*at] = *row;
        *at += 1;
    }
    drop(parts);
    // Last, each group in itself.
    for group in starts.windows(2) {
        rows[group[0]..group[1]].sort_unstable();
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{Calendar, LocalDay, LocationKey, Moment, SubscriberId, UtcMicros};
    use proptest::prelude::*;

    fn rows(seed: u64, count: usize, spread: u64) -> Vec<EventRow> {
        let window = Calendar::utc().window(LocalDay(0));
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 20
        };
        let mut row = || EventRow {
            subscriber: SubscriberId::from_pseudonym((next() % spread) << 11),
            moment: Moment::new(UtcMicros((next() % 1000) as i64), &window, LocationKey((next() % 7) as u32)),
        };
        (0..count).map(|_| row()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn agrees_with_the_standard_sort(seed: u64, count in 0usize..3 * SMALL, spread in 1u64..1 << 40, cut in 0usize..100) {
            let all = rows(seed, count, spread);
            let (left, right) = all.split_at(count * cut / 100);
            let mut expected = all.clone();
            expected.sort_unstable();
            prop_assert_eq!(sort_rows(vec![left.to_vec(), Vec::new(), right.to_vec()]), expected);
        }
    }

    #[test]
    fn the_whole_range_of_pseudonyms_is_no_trouble() {
        let mut all = rows(1, 2 * SMALL, 1 << 40);
        for (row, bits) in all.iter_mut().zip([0, u64::MAX, u64::MAX - 1]) {
            row.subscriber = SubscriberId::from_pseudonym(bits);
        }
        let mut expected = all.clone();
        expected.sort_unstable();
        assert_eq!(sort_rows(vec![all]), expected);
        let same = vec![expected[0]; 2 * SMALL];
        assert_eq!(sort_rows(vec![same.clone()]), same);
    }
}
