use super::*;
use proptest::prelude::*;

fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }
}

fn bracketed(figures: &[(u64, u64)]) -> Vec<Bracketed> {
    figures
        .iter()
        .map(|&(seen, subscribers)| Bracketed { seen: seen as f64, subscribers: subscribers as f64 })
        .collect()
}

#[test]
fn activity_is_shrunk_to_the_mean() {
    // p̄ = 60/100.
    let found = bracket_activity(&bracketed(&[(40, 50), (20, 48), (0, 2), (0, 0)])).unwrap();
    near(&found, &[41.2 / 52.0, 21.2 / 50.0, 1.2 / 4.0, 0.6]);
    assert_eq!(bracket_activity(&bracketed(&[(0, 50)])), None, "nobody was seen anywhere");
    assert_eq!(bracket_activity(&bracketed(&[(0, 0)])), None);
    assert_eq!(bracket_activity(&[]), None);
}

/// 1,000 people at home of whom a quarter can be seen, 200 at the host of whom all can: 44 % look displaced, 17 % are.
#[test]
fn an_outage_at_home_is_no_displacement() {
    let stratum = Stratum { subscribers: &[250.0, 200.0], activity: &[0.25, 1.0] };
    near(&corrected_shares(&[stratum]).unwrap().unwrap(), &[1000.0 / 1200.0, 200.0 / 1200.0]);
    let alike = Stratum { subscribers: &[250.0, 200.0], activity: &[0.25, 0.25] };
    near(&corrected_shares(&[alike]).unwrap().unwrap(), &[250.0 / 450.0, 200.0 / 450.0]);
}

#[test]
fn terciles_are_summed_above_and_below() {
    let strata = [
        Stratum { subscribers: &[10.0, 10.0], activity: &[0.1, 0.5] },
        Stratum { subscribers: &[80.0, 20.0], activity: &[0.8, 1.0] },
    ];
    near(&corrected_shares(&strata).unwrap().unwrap(), &[200.0 / 240.0, 40.0 / 240.0]);
}

#[test]
fn input_that_does_not_fit_is_refused() {
    let wrong = [
        Stratum { subscribers: &[1.0, 2.0], activity: &[0.5] },
        Stratum { subscribers: &[1.0], activity: &[0.0] },
        Stratum { subscribers: &[1.0], activity: &[1.1] },
        Stratum { subscribers: &[1.0], activity: &[f64::NAN] },
    ];
    assert!(wrong.iter().all(|stratum| corrected_shares(&[*stratum]).is_err()));
    assert_eq!(corrected_shares(&[]), Ok(None));
    assert_eq!(corrected_shares(&[Stratum { subscribers: &[0.0, 0.0], activity: &[0.5, 0.5] }]), Ok(None));
}

#[test]
fn the_unseen_may_all_be_there_or_not_at_all() {
    assert_eq!(manski_bounds(10_000.0, 50, 100, 1000), Some([500.0, 1500.0]));
    assert_eq!(manski_bounds(10_000.0, 50, 951, 1000), None, "more than there are");
    assert_eq!(manski_bounds(10_000.0, 0, 0, 0), None);
    assert_eq!(manski_bounds(1.0, u64::MAX, 1, u64::MAX), None);
}

#[test]
fn t22_fewer_stayers_mean_more_arrivals() {
    let factor = stayers_factor(&[810.0, 700.0, 800.0], 640.0).unwrap();
    near(&[factor, factor * 100.0], &[1.25, 125.0]);
    assert_eq!(stayers_factor(&[800.0], 0.0), None);
    assert_eq!(stayers_factor(&[], 640.0), None);
}

#[test]
fn presence_is_withheld_where_more_than_half_would_be_made_up() {
    assert_eq!(presence_corrected(100, 0.499), Ok(CorrectedPresence::Withheld));
    assert_eq!(presence_corrected(100, 0.5), Ok(CorrectedPresence::Estimate { subscribers: 200.0, flagged: true }));
    assert_eq!(presence_corrected(100, 0.8), Ok(CorrectedPresence::Estimate { subscribers: 125.0, flagged: false }));
    assert_eq!(presence_corrected(100, 1.3), Ok(CorrectedPresence::Estimate { subscribers: 100.0, flagged: false }));
    assert!(presence_corrected(100, f64::NAN).is_err());
}

proptest! {
    #[test]
    fn shares_sum_to_one_and_do_not_depend_on_the_order(
        figures in prop::collection::vec((0u32..1000, 0.05f64..1.0), 1..20), by in 0usize..20,
    ) {
        let (subscribers, mut activity): (Vec<u32>, Vec<f64>) = figures.into_iter().unzip();
        let mut subscribers: Vec<f64> = subscribers.into_iter().map(f64::from).collect();
        subscribers[0] += 1.0;
        let shares_of = |subscribers: &[f64], activity: &[f64]| {
            corrected_shares(&[Stratum { subscribers, activity }]).unwrap().unwrap()
        };
        let mut shares = shares_of(&subscribers, &activity);
        prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let by = by.min(subscribers.len());
        subscribers.rotate_left(by);
        activity.rotate_left(by);
        shares.rotate_left(by);
        prop_assert_eq!(shares_of(&subscribers, &activity), shares, "to the bit");
    }

    #[test]
    fn activity_is_a_probability_between_its_own_and_the_mean(
        figures in prop::collection::vec((0u64..100, 0u64..100), 1..20),
    ) {
        let figures: Vec<(u64, u64)> = figures.into_iter().map(|(seen, more)| (seen, seen + more)).chain([(1, 2)]).collect();
        let areas = bracketed(&figures);
        let sum = |of: fn(&Bracketed) -> f64| areas.iter().map(of).sum::<f64>();
        let mean = sum(|own| own.seen) / sum(|own| own.subscribers);
        for (p, own) in bracket_activity(&areas).unwrap().into_iter().zip(&areas) {
            let raw = if own.subscribers > 0.0 { own.seen / own.subscribers } else { mean };
            prop_assert!(p > 0.0 && p >= raw.min(mean) - 1e-12 && p <= raw.max(mean) + 1e-12);
        }
    }
}
