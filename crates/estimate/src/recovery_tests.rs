use super::*;
use hexodus_mobility::poisson_weight;
use proptest::prelude::*;

fn weekly(shares: impl IntoIterator<Item = f64>) -> Vec<WeekShare> {
    shares.into_iter().enumerate().map(|(week, share)| WeekShare { weeks: week as f64, share }).collect()
}

fn curve(fast_share: f64, fast_weeks: f64, slow_weeks: f64) -> Recovery {
    Recovery { fast_share, fast_weeks, slow_weeks, half_life_weeks: None }
}

fn exact(of: &Recovery, weeks: u32) -> Vec<WeekShare> {
    weekly((0..=weeks).map(|week| of.share_at(f64::from(week))))
}

fn close(found: f64, expected: f64, within: f64) {
    assert!((found / expected - 1.0).abs() < within, "{found} is not {expected}");
}

/// A Poisson number: the sum of as many Poisson(1) as its mean.
fn poisson(mean: f64, seed: u64, series: u64) -> f64 {
    (0..mean.round() as u64).map(|one| f64::from(poisson_weight(seed, one, series as u16))).sum()
}

/// Weekly shares of the first stock, each stock Poisson about `displaced`·f.
fn noisy(of: &Recovery, weeks: u32, displaced: f64, seed: u64) -> Vec<WeekShare> {
    let stock = |week: u32| poisson(displaced * of.share_at(f64::from(week)), seed, u64::from(week));
    let first = stock(0);
    weekly((0..=weeks).map(|week| stock(week) / first))
}

/// `scipy.optimize.least_squares` from nine starts: A 0.44782061, τ 2.21852549 and 20.81007753, half-life 4.57830244.
#[test]
fn the_fit_of_scipy() {
    let shares = [
        1.0035, 0.8183, 0.6846, 0.5788, 0.5367, 0.4843, 0.4374, 0.4186, 0.3913, 0.3688, 0.3467, 0.3342, 0.3052, 0.2957,
        0.2783, 0.2757, 0.2574, 0.2421, 0.2257, 0.2201, 0.2123, 0.1996, 0.2059, 0.194, 0.1483, 0.1484, 0.1577, 0.1478,
        0.1471, 0.1404, 0.153,
    ];
    let mut series = weekly(shares);
    let found = fit_recovery(&series).unwrap();
    close(found.fast_share, 0.447_820_61, 1e-5);
    close(found.fast_weeks, 2.218_525_49, 1e-5);
    close(found.slow_weeks, 20.810_077_53, 1e-5);
    close(found.half_life_weeks.unwrap(), 4.578_302_44, 1e-6);
    series.reverse();
    assert_eq!(fit_recovery(&series), Ok(found), "order does not matter");
}

/// The generator's 4.5 weeks (methods §13), 20,000 displaced subscribers, half a year.
#[test]
fn two_exponentials_are_found_again_under_poisson_noise() {
    let truth = curve(0.5, 2.5, 24.9);
    for seed in 0..10 {
        let found = fit_recovery(&noisy(&truth, 26, 20_000.0, seed)).unwrap();
        close(found.fast_share, 0.5, 0.1);
        close(found.fast_weeks, 2.5, 0.1);
        close(found.slow_weeks, 24.9, 0.1);
        close(found.half_life_weeks.unwrap(), 4.5, 0.1);
    }
    // Of a thousand the half-life can still be told.
    for seed in 0..10 {
        let found = fit_recovery(&noisy(&truth, 26, 1_000.0, seed)).unwrap();
        close(found.half_life_weeks.unwrap(), 4.5, 0.2);
    }
}

#[test]
fn replicates_give_the_half_life_an_interval() {
    let truth = curve(0.5, 2.5, 24.9);
    let replicates: Vec<_> = (100..160).map(|seed| noisy(&truth, 26, 2_000.0, seed)).collect();
    let [low, high] = half_life_interval(&replicates).unwrap();
    assert!(low < 4.5 && 4.5 < high && high - low < 1.5, "{low} {high}");
    assert_eq!(half_life_interval(&replicates[..49]), None);

    let mut some_never: Vec<_> = replicates[..57].to_vec();
    some_never.resize(60, weekly([1.0; 20]));
    assert!(half_life_interval(&some_never).unwrap()[1].is_infinite(), "longer than the series");
    some_never.resize(120, weekly([1.0; 20]));
    assert_eq!(half_life_interval(&some_never), None);
}

#[test]
fn one_exponential_is_told_as_one() {
    let found = fit_recovery(&exact(&curve(0.0, 6.0, 6.0), 20)).unwrap();
    assert!(found.fast_share <= 0.0);
    close(found.fast_weeks, 6.0, 1e-6);
    close(found.half_life_weeks.unwrap(), 6.0 * 2_f64.ln(), 1e-6);
}

#[test]
fn a_series_that_cannot_tell_says_nothing() {
    let falling = exact(&curve(0.5, 2.5, 24.9), 26);
    assert_eq!(fit_recovery(&falling[..6]), Err(NoRecovery::TooFewWeeks), "five weeks");
    assert!(fit_recovery(&falling[..7]).is_ok());
    assert_eq!(fit_recovery(&[falling[3]; 10]), Err(NoRecovery::TooFewWeeks), "ten times the same week");
    assert_eq!(fit_recovery(&weekly([1.0; 20])), Err(NoRecovery::NotBegun), "nobody has come back");
    let growing = weekly((0..20).map(|week| 1.0 + f64::from(week) * 0.1));
    assert_eq!(fit_recovery(&growing), Err(NoRecovery::NotBegun), "more and more leave");
    let mut wrong = falling.clone();
    wrong[3].share = f64::NAN;
    assert_eq!(fit_recovery(&wrong), Err(NoRecovery::NoSeries));
    assert_eq!(fit_recovery(&[]), Err(NoRecovery::TooFewWeeks));
}

#[test]
fn a_half_life_outside_the_series_is_not_told() {
    let slow = fit_recovery(&exact(&curve(0.0, 30.0, 30.0), 10)).unwrap();
    assert_eq!(slow.half_life_weeks, None, "21 weeks, of which 10 were seen");
    let fast = fit_recovery(&exact(&curve(0.8, 0.5, 20.0), 10)).unwrap();
    assert_eq!(fast.half_life_weeks, None, "before the first week");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn curves_are_found_again(fast_share in 0.2f64..0.8, fast in 1.0f64..4.0, ratio in 4.0f64..10.0) {
        let truth = curve(fast_share, fast, fast * ratio);
        let found = fit_recovery(&exact(&truth, 40)).unwrap();
        prop_assert!((found.fast_share - fast_share).abs() < 1e-4, "{:?}", found);
        prop_assert!((found.fast_weeks / fast - 1.0).abs() < 1e-3);
        prop_assert!((found.slow_weeks / truth.slow_weeks - 1.0).abs() < 1e-3);
        if let Some(weeks) = found.half_life_weeks {
            prop_assert!((truth.share_at(weeks) - 0.5).abs() < 1e-5);
        }
    }

    #[test]
    fn whatever_it_is_given_a_curve_falls_from_one(shares in prop::collection::vec(0.0f64..3.0, 0..20)) {
        if let Ok(found) = fit_recovery(&weekly(shares.iter().copied())) {
            prop_assert!((0.0..=1.0).contains(&found.fast_share) && found.fast_weeks <= found.slow_weeks);
            prop_assert!((found.share_at(0.0) - 1.0).abs() < 1e-12 && found.share_at(1.0) <= 1.0);
        }
    }
}
