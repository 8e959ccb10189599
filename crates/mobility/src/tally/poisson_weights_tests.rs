use super::*;
use proptest::prelude::*;

fn rows(seed: u64, subscribers: std::ops::Range<u64>, replicates: usize) -> Vec<Vec<u8>> {
    let row = |subscriber| {
        let mut row = vec![0; replicates];
        fill_poisson_weights(seed, subscriber, &mut row);
        row
    };
    subscribers.map(row).collect()
}

/// Pearson's r.
fn correlation(pairs: impl Iterator<Item = (u8, u8)>) -> f64 {
    let (mut n, mut sums) = (0.0, [0.0; 5]);
    for (x, y) in pairs.map(|(x, y)| (f64::from(x), f64::from(y))) {
        n += 1.0;
        for (sum, term) in sums.iter_mut().zip([x, y, x * x, y * y, x * y]) {
            *sum += term;
        }
    }
    let [x, y, xx, yy, xy] = sums.map(|sum| sum / n);
    (xy - x * y) / ((xx - x * x) * (yy - y * y)).sqrt()
}

/// Computed in exact fractions elsewhere.
#[test]
fn thresholds_are_the_cdf_rounded() {
    let expected: [u32; 12] = [
        1_580_030_169,
        3_160_060_337,
        3_950_075_422,
        4_213_413_783,
        4_279_248_374,
        4_292_415_292,
        4_294_609_778,
        4_294_923_276,
        4_294_962_463,
        4_294_966_817,
        4_294_967_253,
        4_294_967_292,
    ];
    assert_eq!(THRESHOLDS, expected);
    let above: u64 = THRESHOLDS.iter().map(|&own| (1 << 32) - u64::from(own)).sum();
    assert_eq!(above, 1 << 32, "the mean is 1 exactly");
}

#[test]
fn the_guide_leads_to_the_same_weight_as_counting_does() {
    let counted = |uniform: u32| THRESHOLDS.iter().filter(|&&own| own <= uniform).count();
    let edges = THRESHOLDS.iter().flat_map(|&own| [own - 1, own, own + 1]);
    for uniform in edges.chain((0..=u32::MAX).step_by(65_521)).chain([u32::MAX]) {
        assert_eq!(usize::from(weight_at(uniform)), counted(uniform), "{uniform}");
    }
    assert_eq!((weight_at(0), weight_at(u32::MAX)), (0, MAX_POISSON_WEIGHT));
}

/// Fixed for good: a run of next year must draw as a run of today. Computed by another program.
#[test]
fn weights_never_change() {
    let head = |seed, subscriber| std::array::from_fn(|replicate| poisson_weight(seed, subscriber, replicate as u16));
    assert_eq!(head(0, 0), [0, 0, 0, 0, 0, 0, 0, 1, 4, 1, 1, 1, 2, 0, 0, 0, 3, 1, 3, 0, 0, 2, 1, 3]);
    let expected = [2, 1, 1, 2, 2, 0, 1, 0, 1, 2, 1, 1, 1, 2, 3, 1, 1, 3, 4, 0, 1, 1, 2, 2];
    assert_eq!(head(20_100_112, 0x1234_5678_9abc_def0), expected);
    assert_eq!(head(7, u64::MAX), [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 3, 0, 2, 1, 0, 2, 0, 0, 0, 1]);
    assert_eq!((poisson_weight(7, u64::MAX, 199), poisson_weight(7, u64::MAX, u16::MAX)), (0, 2));
}

#[test]
fn a_million_weights_are_poisson() {
    let mut found = [0.0; 7];
    for weight in rows(1, 0..5_000, 200).into_iter().flatten() {
        found[usize::from(weight.min(6))] += 1.0;
    }
    let mut expected = [(-1.0_f64).exp() * 1e6; 7];
    for k in 1..6 {
        expected[k] = expected[k - 1] / k as f64;
    }
    expected[6] = 1e6 - expected[..6].iter().sum::<f64>();
    let chi_square: f64 = found.iter().zip(&expected).map(|(found, own)| (found - own).powi(2) / own).sum();
    assert!(chi_square < 22.46, "{chi_square} is beyond the 99.9 % of 6 degrees of freedom");
}

#[test]
fn replicates_subscribers_and_seeds_are_independent() {
    const SUBSCRIBERS: usize = 20_000;
    let (own, other) = (rows(5, 0..SUBSCRIBERS as u64 + 1, 32), rows(6, 0..SUBSCRIBERS as u64, 32));
    // 4.5 standard errors: 1 in 150,000 tests, and there are 31·16 + 32 + 32.
    let limit = 4.5 / (SUBSCRIBERS as f64).sqrt();
    for first in 0..32 {
        for second in first + 1..32 {
            let r = correlation(own.iter().map(|row| (row[first], row[second])));
            assert!(r.abs() < limit, "replicates {first} and {second}: {r}");
        }
        let neighbours = correlation(own.windows(2).map(|pair| (pair[0][first], pair[1][first])));
        let seeds = correlation(own.iter().zip(&other).map(|(own, other)| (own[first], other[first])));
        assert!(neighbours.abs() < limit && seeds.abs() < limit, "{first}: {neighbours}, {seeds}");
    }
}

proptest! {
    #[test]
    fn a_row_is_the_weights_of_its_replicates(seed: u64, subscriber: u64, replicates in 0usize..300) {
        let mut row = vec![u8::MAX; replicates];
        fill_poisson_weights(seed, subscriber, &mut row);
        for (replicate, &weight) in row.iter().enumerate() {
            prop_assert_eq!(weight, poisson_weight(seed, subscriber, replicate as u16));
            prop_assert!(weight <= MAX_POISSON_WEIGHT);
        }
    }
}
