//! Subscribers at home who are taken for displaced nearby (methods §7, §13).
//!
//! A phone at home is heard at other sites than the nearest, too, as far as a radio cell reaches; on few records such a
//! site, or a daytime place beside it, looks like a residence. That happens before an event as after it, and so near
//! home hardly anything else does: people who sleep four nights elsewhere are rarely within reach of their own sites.
//! So the near stock of a time without an event is taken for misplaced, and as much is taken away from that of each
//! day. Hosts out of reach are left as they are: stays there before the event are true ones.

use hexodus_model::UnitKey;
use std::collections::BTreeMap;

/// Subscribers of all origins together that speak in the rate of one: the baseline of a small area tells little.
const SHRINKAGE: f64 = 1000.0;

/// How far the rate after the event may be from that before it: a quarter either way, as one standard deviation.
const MISPLACED_CV: f64 = 0.25;

/// How far the stock of ordinary trips, as states find it, is from the true one: by 3 % too low to 12 % too high in the
/// generator at three events a day, day by day. It is the same error everywhere.
const ORDINARY_CV: f64 = 0.15;

/// Subscribers falsely taken for away, or missed, for each one on an ordinary trip: 0.5 to 0.75 in the generator. These
/// errors are of one subscriber each, and a larger sample has as many of them a subscriber.
const WRONG_STATES: f64 = 0.5;

/// The variance of a count of displaced subscribers because of wrong states. `taken_away` is how many were misplaced,
/// `ordinary` how many are expected to be on an ordinary trip.
pub fn state_variance(taken_away: f64, ordinary: f64) -> f64 {
    (MISPLACED_CV * taken_away).powi(2) + (ORDINARY_CV * ordinary).powi(2) + WRONG_STATES * ordinary
}

/// What a baseline tells of an origin. Subscriber-days are of the same days for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuietOrigin {
    /// Subscribers of the panel.
    pub residents: u64,
    /// Days on which one of them was displaced near home.
    pub near: u64,
}

/// By origin, the share of the panel that is misplaced on any day. `days` is the number of days of all subscribers of the
/// baseline; empty without any.
pub fn misplaced_shares(origins: &BTreeMap<UnitKey, QuietOrigin>, days: u64) -> BTreeMap<UnitKey, f64> {
    let sum = |of: fn(&QuietOrigin) -> u64| origins.values().map(of).sum::<u64>() as f64;
    let (residents, near) = (sum(|own| own.residents), sum(|own| own.near));
    if days == 0 || residents <= 0.0 {
        return BTreeMap::new();
    }
    let days_each = days as f64 / residents;
    let mean = near / days as f64;
    let share =
        |own: &QuietOrigin| (own.near as f64 / days_each + SHRINKAGE * mean) / (own.residents as f64 + SHRINKAGE);
    origins.iter().map(|(&origin, own)| (origin, share(own))).collect()
}

/// What remains of the displaced of an origin where `share` of everybody within reach of home (`stayed` and `near`) is
/// misplaced: the parts of the near ones and of the far ones that stay displaced. The number of misplaced is an
/// expectation: where fewer seem displaced nearby by chance, the rest is taken from those far away, or areas would be
/// corrected upwards only.
pub fn remaining(share: f64, stayed: f64, near: f64, far: f64) -> Remaining {
    let misplaced = (share * (stayed + near)).min(near + far);
    let of_near = misplaced.min(near);
    let part = |lost: f64, all: f64| if all > 0.0 { 1.0 - lost / all } else { 1.0 };
    Remaining { near: part(of_near, near), far: part(misplaced - of_near, far), misplaced }
}

/// See [`remaining`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remaining {
    /// Part of the near ones.
    pub near: f64,
    /// Part of the others.
    pub far: f64,
    /// Subscribers that are counted at home instead.
    pub misplaced: f64,
}

impl Remaining {
    /// What remains of a count of which `near` are near.
    pub fn of(&self, displaced: f64, near: f64) -> f64 {
        (self.far * (displaced - near) + self.near * near).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::AreaKey;

    #[test]
    fn shares_are_shrunk_to_that_of_all() {
        let unit = |area| UnitKey::area(AreaKey(area));
        let origins = [
            (unit(1), QuietOrigin { residents: 3000, near: 420 }),
            (unit(2), QuietOrigin { residents: 1000, near: 0 }),
            (unit(3), QuietOrigin { residents: 0, near: 0 }),
        ]
        .into();
        // Fourteen days each: 30 a day of 3,000, 30 of 4,000 in all.
        let shares = misplaced_shares(&origins, 14 * 4000);
        for (area, expected) in [(1, 37.5 / 4000.0), (2, 7.5 / 2000.0), (3, 0.0075)] {
            assert!((shares[&unit(area)] - expected).abs() < 1e-12, "{area}");
        }
        assert!(misplaced_shares(&origins, 0).is_empty());
    }

    #[test]
    fn the_near_go_first_and_nobody_goes_who_is_not_there() {
        let told = |near, far| {
            let own = remaining(0.01, 900.0, near, far);
            [own.near, own.far, own.misplaced].map(|own| (own * 1e6).round() / 1e6)
        };
        assert_eq!(told(100.0, 50.0).map(f64::to_bits), [0.9, 1.0, 10.0].map(f64::to_bits));
        assert_eq!(told(4.0, 50.0).map(f64::to_bits), [0.0, 0.8992, 9.04].map(f64::to_bits));
        assert_eq!(told(4.0, 2.0).map(f64::to_bits), [0.0, 0.0, 6.0].map(f64::to_bits));
        assert_eq!(told(0.0, 0.0).map(f64::to_bits), [1.0, 1.0, 0.0].map(f64::to_bits));
        let own = Remaining { near: 0.5, far: 1.0, misplaced: 2.0 };
        assert_eq!(own.of(10.0, 4.0).to_bits(), 8_f64.to_bits());
    }
}
