//! More than half: `FlowKit`'s `MajorityLocation`.

/// The place that holds more than half of the weight, strictly: weight > max(Σ weights, `min_total`) / 2 over weights
/// that are not negative (methods §2.4, T4, T5). At most one place does; `None` = unlocatable.
///
/// A place may occur several times: its weights are added up.
pub fn majority<P: Copy + Ord>(weights: impl IntoIterator<Item = (P, i64)>, min_total: f64) -> Option<P> {
    let mut weights: Vec<(P, i64)> = weights.into_iter().filter(|&(_, weight)| weight >= 0).collect();
    weights.sort_unstable();
    let total: i64 = weights.iter().map(|&(_, weight)| weight).sum();
    let half = (total as f64).max(min_total) / 2.0;
    let mut places = weights.chunk_by(|left, right| left.0 == right.0);
    places.find(|own| own.iter().map(|&(_, weight)| weight).sum::<i64>() as f64 > half).map(|own| own[0].0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t4_the_minimum_total_counts_as_weight() {
        let found = |min_total| majority([('L', 1)], min_total);
        assert_eq!([found(0.0), found(2.0), found(2.5)], [Some('L'), None, None]);
    }

    #[test]
    fn t5_negative_weights_are_dropped() {
        assert_eq!(majority([('A', -1), ('B', -1), ('C', -1)], 0.0), None);
        assert_eq!(majority([('A', -9), ('B', 1)], 0.0), Some('B'));
    }

    #[test]
    fn half_is_not_a_majority() {
        assert_eq!(majority([('A', 2), ('B', 2)], 0.0), None);
        assert_eq!(majority([('A', 2), ('B', 3)], 0.0), Some('B'));
        assert_eq!(majority([('A', 1), ('B', 2), ('A', 2)], 0.0), Some('A'), "3 of 5");
        assert_eq!(majority::<char>([], 0.0), None);
        assert_eq!(majority([('A', 0)], 0.0), None);
    }
}
