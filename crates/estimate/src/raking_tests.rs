use super::*;
use proptest::prelude::*;

const FREE: RakingRule =
    RakingRule { clamp: None, min_counted: 0.0, tolerance: 1e-12, max_sweeps: 10_000, max_rounds: 10 };

/// Rows and columns of a table of `columns` columns, row by row.
fn categories(groups: usize, columns: usize) -> [Vec<usize>; 2] {
    [(0..groups).map(|group| group / columns).collect(), (0..groups).map(|group| group % columns).collect()]
}

fn rake_table(counts: &[f64], rows: &[f64], columns: &[f64], rule: &RakingRule) -> Result<Raked, EstimateError> {
    let [row_of, column_of] = categories(counts.len(), columns.len());
    let margins = [Margin { category_of: &row_of, totals: rows }, Margin { category_of: &column_of, totals: columns }];
    rake(counts, &margins, rule)
}

fn people(counts: &[f64], raked: &Raked) -> Vec<f64> {
    counts.iter().zip(&raked.weights).map(|(count, weight)| count * weight).collect()
}

fn near(found: &[f64], expected: &[f64], within: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= within * expected.abs().max(1.0), "{found} is not {expected}");
    }
}

/// Of a 2 × 2 table with all margins ½ and odds ratio θ, the first entry is √θ / (2(1 + √θ)): here θ = 4, so ⅓.
#[test]
fn a_table_that_can_be_raked_by_hand() {
    let counts = [40.0, 20.0, 30.0, 60.0];
    let raked = rake_table(&counts, &[600.0, 600.0], &[600.0, 600.0], &RakingRule::default()).unwrap();
    near(&people(&counts, &raked), &[400.0, 200.0, 200.0, 400.0], 1e-6);
    assert_eq!((raked.rounds, raked.rescaled), (0, vec![1.0, 1.0]));
    assert!(raked.structural_zeros.is_empty() && raked.outside_clamp.is_empty());
}

#[test]
fn weights_that_meet_the_margins_already_stay() {
    let counts = [40.0, 20.0, 30.0, 60.0];
    let raked = rake_table(&counts, &[60.0, 90.0], &[70.0, 80.0], &RakingRule::default()).unwrap();
    assert_eq!((raked.weights, raked.sweeps), (vec![1.0; 4], 0));
}

#[test]
fn the_first_margin_is_trusted() {
    let counts = [40.0, 20.0, 30.0, 60.0];
    let raked = rake_table(&counts, &[600.0, 900.0], &[70.0, 80.0], &RakingRule::default()).unwrap();
    near(&raked.weights, &[10.0; 4], 1e-6);
    assert_eq!(raked.rescaled, [1.0, 10.0]);
}

#[test]
fn small_categories_are_refused_and_absent_ones_are_structural_zeros() {
    let counts = [40.0, 20.0, 20.0, 9.0];
    let found = rake_table(&counts, &[600.0, 900.0], &[750.0, 750.0], &RakingRule::default());
    assert_eq!(found, Err(EstimateError::SmallCategory { margin: 0, category: 1, counted: 29.0, needed: 30.0 }));

    let counts = [40.0, 20.0, 0.0, 60.0, 3.0, 4.0];
    let raked = rake_table(&counts, &[600.0, 900.0, 0.0], &[400.0, 1100.0], &RakingRule::default()).unwrap();
    assert_eq!(raked.structural_zeros, [2, 4, 5]);
    near(&people(&counts, &raked), &[400.0, 200.0, 0.0, 900.0, 0.0, 0.0], 1e-6);
}

#[test]
fn margins_that_no_table_has_are_an_error_with_figures() {
    let found = rake_table(&[40.0, 0.0, 40.0, 40.0], &[900.0, 100.0], &[400.0, 600.0], &RakingRule::default());
    let Err(EstimateError::NotConverged { sweeps, wanted, reached, .. }) = found else { panic!("{found:?}") };
    assert!(sweeps == 100 && (wanted - reached).abs() > 1.0, "{wanted} {reached}");
    let found = rake_table(&[40.0, 40.0, 0.0, 0.0], &[100.0, 0.0], &[100.0, 0.0], &RakingRule::default()).unwrap();
    assert_eq!(found.structural_zeros, [1, 2, 3]);
}

#[test]
fn weights_are_clamped_where_the_margins_allow_it() {
    let counts = [1000.0, 40.0, 40.0, 60.0];
    let (rows, columns) = ([3000.0, 900.0], [3060.0, 840.0]);
    let times_median = |highest| {
        let raked = rake_table(&counts, &rows, &columns, &RakingRule { clamp: Some([0.2, highest]), ..FREE }).unwrap();
        let met = people(&counts, &raked);
        near(&[met[0] + met[1], met[0] + met[2]], &[rows[0], columns[0]], 1e-9);
        // Of 1,140 subscribers the one in the middle is in the first group.
        (raked.rounds, raked.weights[3] / raked.weights[0], raked.outside_clamp)
    };
    let (rounds, highest, outside) = times_median(3.84);
    assert!((rounds, outside) == (0, vec![]) && (highest - 3.845).abs() < 0.001, "within 1 %: {highest}");
    let (rounds, highest, outside) = times_median(3.8);
    assert!((1..10).contains(&rounds) && outside.is_empty() && highest < 3.8 * 1.01, "{rounds} {highest}");
    // The second row alone needs 9 people for each subscriber, 3.33 times the median and more.
    let (rounds, _, outside) = times_median(3.0);
    assert_eq!((rounds, outside), (10, vec![2, 3]));

    // One margin leaves no choice: the margins stand and the group is named.
    let margin = Margin { category_of: &[0, 1, 1], totals: &[1000.0, 9000.0] };
    let raked = rake(&[100.0, 40.0, 40.0], &[margin], &RakingRule::default()).unwrap();
    near(&raked.weights, &[10.0, 112.5, 112.5], 1e-9);
    assert_eq!((raked.rounds, raked.outside_clamp), (10, vec![1, 2]));
}

#[test]
fn input_that_does_not_fit_is_refused() {
    let margin = |category_of, totals| [Margin { category_of, totals }];
    let rule = RakingRule::default();
    for (counts, margins) in [
        (&[40.0, 40.0], margin(&[0], &[10.0])),
        (&[40.0, 40.0], margin(&[0, 1], &[10.0])),
        (&[40.0, f64::NAN], margin(&[0, 0], &[10.0])),
        (&[40.0, -1.0], margin(&[0, 0], &[10.0])),
        (&[40.0, 40.0], margin(&[0, 0], &[0.0])),
        (&[40.0, 40.0], margin(&[0, 0], &[f64::INFINITY])),
    ] {
        assert!(rake(counts, &margins, &rule).is_err(), "{counts:?} {margins:?}");
    }
    assert_eq!(rake(&[], &[], &rule).unwrap().weights, Vec::<f64>::new());
}

proptest! {
    #[test]
    fn margins_are_met_and_odds_ratios_kept(
        counts in prop::collection::vec(1u32..500, 12), truth in prop::collection::vec(1u32..500, 12),
        scale in 0.1f64..10.0,
    ) {
        let counts: Vec<f64> = counts.into_iter().map(f64::from).collect();
        let truth: Vec<f64> = truth.into_iter().map(f64::from).collect();
        let [row_of, column_of] = categories(12, 4);
        let (rows, columns) = (table_sums(&row_of, 3, &truth), table_sums(&column_of, 4, &truth));
        let raked = rake_table(&counts, &rows, &columns, &FREE).unwrap();
        let fitted = people(&counts, &raked);
        near(&table_sums(&row_of, 3, &fitted), &rows, 1e-9);
        near(&table_sums(&column_of, 4, &fitted), &columns, 1e-9);
        let odds = |table: &[f64], at: usize| (table[0] * table[at] / (table[at % 4] * table[at / 4 * 4])).ln();
        for at in [5, 6, 7, 9, 10, 11] {
            prop_assert!((odds(&fitted, at) - odds(&counts, at)).abs() < 1e-9);
        }
        // n → c·n gives w → w/c.
        let scaled: Vec<f64> = counts.iter().map(|count| count * scale).collect();
        let of_scaled = rake_table(&scaled, &rows, &columns, &FREE).unwrap();
        for (own, other) in raked.weights.iter().zip(&of_scaled.weights) {
            prop_assert!((own / (other * scale) - 1.0).abs() < 1e-9);
        }
        // What is met stays as it is.
        let again = rake_table(&fitted, &rows, &columns, &RakingRule { tolerance: 1e-6, ..FREE }).unwrap();
        prop_assert_eq!((again.sweeps, again.weights), (0, vec![1.0; 12]));
    }

    #[test]
    fn the_order_of_groups_does_not_matter(counts in prop::collection::vec(1u32..500, 12), by in 0usize..12) {
        let counts: Vec<f64> = counts.into_iter().map(f64::from).collect();
        let [mut row_of, mut column_of] = categories(12, 4);
        let (rows, columns) = ([900.0, 2000.0, 700.0], [1000.0, 800.0, 1000.0, 800.0]);
        let rule = RakingRule { min_counted: 0.0, max_sweeps: 10_000, ..RakingRule::default() };
        let raked = rake_table(&counts, &rows, &columns, &rule).unwrap();
        let mut turned = counts.clone();
        turned.rotate_left(by);
        row_of.rotate_left(by);
        column_of.rotate_left(by);
        let margins =
            [Margin { category_of: &row_of, totals: &rows }, Margin { category_of: &column_of, totals: &columns }];
        let mut of_turned = rake(&turned, &margins, &rule).unwrap().weights;
        of_turned.rotate_right(by);
        prop_assert_eq!(of_turned, raked.weights, "to the bit");
    }
}

fn table_sums(category_of: &[usize], categories: usize, values: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; categories];
    for (&category, value) in category_of.iter().zip(values) {
        sums[category] += value;
    }
    sums
}
