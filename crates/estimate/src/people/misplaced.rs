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
pub const MISPLACED_CV: f64 = 0.25;

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

/// Of the near displaced of an origin, the part that remains, where `share` of everybody within reach of home (`stayed`
/// and `near`) is misplaced; and how many are taken away.
pub fn remaining_near(share: f64, stayed: f64, near: f64) -> (f64, f64) {
    let misplaced = (share * (stayed + near)).min(near);
    if near > 0.0 { (1.0 - misplaced / near, misplaced) } else { (1.0, 0.0) }
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
    fn nobody_is_taken_away_who_is_not_there() {
        assert_eq!(remaining_near(0.01, 900.0, 100.0), (0.9, 10.0));
        assert_eq!(remaining_near(0.01, 900.0, 5.0), (0.0, 5.0));
        assert_eq!(remaining_near(0.01, 900.0, 0.0), (1.0, 0.0));
    }
}
