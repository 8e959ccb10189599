//! Sums that are the same in any order.

/// The sum of `values`, the same to the bit in whatever order they come: ascending, with the digits that each addition
/// loses carried along (Neumaier 1974). 0 of nothing.
pub(crate) fn ordered_sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let (mut sum, mut lost) = (0.0_f64, 0.0);
    for value in sorted {
        let next = sum + value;
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    sum + lost
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "the same bits are what is tested")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_values_beside_large_ones_are_not_lost() {
        assert_eq!(ordered_sum([1e16, 1.0, -1e16]), 1.0);
        assert_eq!(ordered_sum([0.1; 10]), 1.0);
        assert_eq!(ordered_sum([]), 0.0);
    }

    proptest! {
        #[test]
        fn order_does_not_matter(mut values in prop::collection::vec(-1e9f64..1e9, 0..50), by in 0usize..50) {
            let sum = ordered_sum(values.iter().copied());
            let by = by.min(values.len());
            values.rotate_left(by);
            values.reverse();
            prop_assert_eq!(ordered_sum(values).to_bits(), sum.to_bits());
        }
    }
}
