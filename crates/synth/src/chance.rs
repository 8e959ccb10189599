//! Random numbers that depend on what they are for, never on the order of drawing.

use rand_pcg::Pcg64Mcg;

/// What a stream of random numbers is for. Two purposes never share a stream.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub(crate) enum Purpose {
    Country = 1,
    Names,
    Towns,
    MarketShare,
    Network,
    Silence,
    Subscriber,
    Fate,
    Trip,
    Day,
    SubscriberId,
    Holiday,
    Churn,
    PlanChange,
    AreaOwnership,
    Group,
    Ownership,
    Population,
    HouseholdOwnership,
}

/// The stream of `(seed, purpose, a, b)`: a counter hashed into the state of a PCG, so that any subscriber's any day
/// can be drawn without drawing those before it.
#[inline]
pub(crate) fn stream(seed: u64, purpose: Purpose, a: u64, b: u64) -> Pcg64Mcg {
    let key = mixed(seed ^ mixed(purpose as u64));
    let low = mixed(key ^ mixed(a.wrapping_add(GOLDEN)) ^ b.wrapping_mul(0xD6E8_FEB8_6659_FD93));
    Pcg64Mcg::new((u128::from(mixed(low.wrapping_add(GOLDEN))) << 64) | u128::from(low))
}

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finalizer of `SplitMix64` (Steele, Lea and Flood 2014): a bijection of 64 bits.
#[inline]
pub(crate) const fn mixed(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// An index of ascending cumulative weights, by chance in proportion to the weights; `unit` is uniform in `[0, 1)`.
pub(crate) fn weighted_index(cumulative: &[f64], unit: f64) -> usize {
    let total = cumulative.last().copied().unwrap_or(0.0);
    cumulative.partition_point(|&sum| sum <= unit * total).min(cumulative.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn streams_differ_in_every_argument_and_repeat() {
        let first = |seed, a, b| stream(seed, Purpose::Day, a, b).next_u64();
        assert_eq!(first(1, 2, 3), first(1, 2, 3));
        let mut drawn = vec![first(1, 2, 3), first(2, 2, 3), first(1, 3, 3), first(1, 2, 4), first(1, 3, 2)];
        drawn.push(stream(1, Purpose::Trip, 2, 3).next_u64());
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), 6);
    }

    #[test]
    fn the_mean_over_neighbouring_counters_is_a_half() {
        let sum: f64 = (0..20_000u64).map(|day| stream(7, Purpose::Day, 11, day).next_u64() as f64).sum();
        let mean = sum / 20_000.0 / 2f64.powi(64);
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
    }

    #[test]
    fn weights_of_zero_are_never_drawn() {
        let cumulative = [0.0, 1.0, 1.0, 3.0];
        let at = |unit| weighted_index(&cumulative, unit);
        assert_eq!([at(0.0), at(0.33), at(0.34), at(0.999_999)], [1, 1, 3, 3]);
    }
}
