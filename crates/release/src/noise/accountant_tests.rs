use super::*;
use proptest::prelude::*;

fn delta(text: &str) -> Delta {
    Delta::of(text.parse().unwrap())
}

fn rho(text: &str) -> Rho {
    Rho::of(text.parse().unwrap())
}

fn charge(day: i32, pico: u64) -> Charge {
    let mechanism = Mechanism::DiscreteGaussian { sigma_squared: "7".parse().unwrap() };
    Charge {
        release: "4f0c".into(),
        table: "stock_displaced".into(),
        level: "adm2".into(),
        day: LocalDay(day),
        mechanism,
        drawn: String::new(),
        rho: Rho(pico),
        key_delta: Delta::ZERO,
    }
}

fn budget(pico: u64) -> Budget {
    Budget { rho_total: Rho(pico), delta: delta("1/1000000"), key_delta_total: Delta::ZERO }
}

#[test]
fn epsilon_of_methods_8_2() {
    assert!((rho("0.5").epsilon(delta("1/1000000")) - 5.76).abs() < 0.005);
    assert!((rho("0.5").epsilon(delta("1/1000000000")) - 6.94).abs() < 0.005);
    assert!((budget(500_000_000_000).epsilon() - 5.76).abs() < 0.005);
    assert!(rho("0.5").epsilon(Delta::ZERO).is_infinite());
    for epsilon in ["0.1", "1", "5.76"] {
        let within = Rho::within(epsilon.parse().unwrap(), delta("1/1000000"));
        let found = within.epsilon(delta("1/1000000"));
        let asked = epsilon.parse::<f64>().unwrap();
        assert!(found <= asked && found > asked - 1e-6, "{epsilon}: {found}");
    }
}

#[test]
fn a_week_fits_and_its_eighth_day_does_not() {
    // ρ = 0.5 over 7 days: 1/14 a day.
    let week: Vec<Charge> = (0..7).map(|day| charge(day, 71_428_571_428)).collect();
    let budget = budget(rho("0.5").pico());
    let ledger = budget.charge(&[], &week).unwrap();
    assert_eq!(ledger, week);
    assert_eq!(budget.charge(&ledger, &week), Ok(vec![]), "the same noise again is free");
    let refused = budget.charge(&ledger, &[charge(7, 71_428_571_428)]).unwrap_err();
    assert_eq!((refused.spent, refused.total, refused.new), (571_428_571_424, 500_000_000_000, 1));
    for again in [
        Charge { release: "4f0d".into(), ..week[0].clone() },
        Charge { drawn: "other counts".into(), ..week[0].clone() },
        Charge { level: "adm1".into(), ..week[0].clone() },
        Charge { table: "returned".into(), ..week[0].clone() },
    ] {
        assert!(budget.charge(&ledger, &[again]).is_err(), "other noise, other price");
    }
}

#[test]
fn key_delta_has_its_own_budget() {
    let named = Charge { key_delta: delta("1/1000000"), ..charge(0, 1) };
    assert!(budget(10).charge(&[], std::slice::from_ref(&named)).is_err());
    let wide = Budget { key_delta_total: delta("1/1000000"), ..budget(10) };
    assert_eq!(wide.charge(&[], std::slice::from_ref(&named)).unwrap().len(), 1);
    assert!(wide.charge(std::slice::from_ref(&named), &[Charge { day: LocalDay(1), ..named.clone() }]).is_err());
}

#[test]
fn a_loss_too_large_to_write_is_never_borne() {
    let boundless = budget(u64::MAX);
    assert!(boundless.charge(&[], &[charge(0, u64::MAX)]).is_err());
    assert_eq!(spent(&[charge(0, u64::MAX), charge(1, 5)]), Rho::MAX);
}

#[test]
fn a_ledger_reads_back() {
    let written = serde_json::to_string(&charge(3, 71)).unwrap();
    assert!(written.contains(r#""rho":71"#) && written.contains(r#""sigma_squared":"7""#), "{written}");
    assert_eq!(serde_json::from_str::<Charge>(&written).unwrap(), charge(3, 71));
}

fn charges() -> impl Strategy<Value = Vec<Charge>> {
    prop::collection::vec((0..12_i32, 0..100_u64).prop_map(|(day, pico)| charge(day, pico)), 0..12)
}

proptest! {
    #[test]
    fn any_order_gives_the_same(already in charges(), new in charges(), total in 0..900_u64) {
        let reversed = |charges: &[Charge]| charges.iter().rev().cloned().collect::<Vec<_>>();
        let found = budget(total).charge(&already, &new);
        prop_assert_eq!(&found, &budget(total).charge(&reversed(&already), &reversed(&new)));
        prop_assert_eq!(spent(&already), spent(&reversed(&already)));
    }

    /// Refused exactly when exceeded, by a plain sum over a list without repetitions.
    #[test]
    fn refused_exactly_when_exceeded(already in charges(), new in charges(), total in 0..900_u64) {
        let mut distinct: Vec<&Charge> = Vec::new();
        for charge in already.iter().chain(&new) {
            if !distinct.contains(&charge) {
                distinct.push(charge);
            }
        }
        let sum: u64 = distinct.iter().map(|charge| charge.rho.pico()).sum();
        let adds = new.iter().any(|charge| !already.contains(charge));
        let found = budget(total).charge(&already, &new);
        prop_assert_eq!(found.is_err(), adds && sum > total, "{} of {}", sum, total);
        if let Ok(due) = found {
            let ledger: Vec<Charge> = already.iter().cloned().chain(due.iter().cloned()).collect();
            prop_assert_eq!(spent(&ledger).pico(), sum);
            prop_assert_eq!(budget(total).charge(&ledger, &new), Ok(vec![]));
        }
    }

    #[test]
    fn spending_only_grows(already in charges(), new in charges(), rho in 1..Rho::ONE.pico(), more in 0..1000_u64) {
        let both: Vec<Charge> = already.iter().chain(&new).cloned().collect();
        prop_assert!(spent(&both) >= spent(&already));
        prop_assert!(Rho(rho + more).epsilon(Delta(1)) >= Rho(rho).epsilon(Delta(1)));
        prop_assert!(Rho(rho).epsilon(Delta(more + 1)) >= Rho(rho).epsilon(Delta(more + 2)));
    }
}
