//! How spread out a subscriber's places are.

/// Shannon entropy of relative frequencies, natural logarithm (`FlowKit`'s base; scikit-mobility uses base 2): 0 for
/// one place, ln n for n places visited equally often (methods T10). Counts of zero add nothing; 0 without any.
pub fn entropy(counts: &[u64]) -> f64 {
    let total = counts.iter().sum::<u64>() as f64;
    let term = |&count: &u64| {
        let share = count as f64 / total;
        -share * share.ln()
    };
    counts.iter().filter(|&&count| count > 0).map(term).sum()
}

#[cfg(test)]
mod tests {
    use super::entropy;

    #[test]
    fn t10_two_equal_halves_are_ln_2() {
        assert!((entropy(&[1, 1]) - std::f64::consts::LN_2).abs() < 1e-15, "0.693147");
        assert!((entropy(&[5, 0, 5]) - std::f64::consts::LN_2).abs() < 1e-15);
        assert!(entropy(&[7]).abs() < 1e-15);
        assert!(entropy(&[]).abs() < 1e-15);
    }
}
