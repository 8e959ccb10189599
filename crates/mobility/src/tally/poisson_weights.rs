//! How often each subscriber counts in each replicate of the bootstrap: Poisson(1), from a counter and no state.
//!
//! The weight of subscriber u in replicate r is a function of (seed, u, r) and of nothing else, so replicates do not
//! depend on the order of records, on threads or on shards, and any row can be made again (methods §7.5). One row of
//! weights serves every table of a run: a subscriber is drawn with all that is known of it.
//!
//! **Hash.** `SplitMix64` (Steele, Lea and Flood 2014) started at a hash of seed and subscriber; its i-th word gives
//! the weights of replicates 2i (low half) and 2i + 1 (high half).
//!
//! **Resolution.** A weight is the number of cdf values that 32 uniform bits reach, each cdf value rounded to 2⁻³². The
//! mean is 1 exactly, the variance 1 + 1.4e-9, the largest weight 12 (P(m > 12) = 6e-11). 16 bits would have made four
//! weights of a word, but none above 8, and a variance 3e-5 too low; hashing is not what a row costs.

/// The largest weight there is.
pub const MAX_POISSON_WEIGHT: u8 = THRESHOLDS.len() as u8;

/// Increment of `SplitMix64`: 2⁶⁴ / golden ratio, odd.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// round(2³²·P(m ≤ k)) for k = 0 … 11; from k = 12 on it is 2³².
const THRESHOLDS: [u32; 12] = cumulative_poisson();

/// The weight of the least of the 2²⁴ values that share their upper 8 bits: where to begin to compare (a guide table,
/// Chen and Asau 1974). In 250 of 256 cases one comparison is left.
const GUIDE: [u8; 256] = guide();

/// The weight of one subscriber in one replicate.
pub fn poisson_weight(seed: u64, subscriber: u64, replicate: u16) -> u8 {
    let both = word(row(seed, subscriber), u64::from(replicate / 2));
    weight_at(if replicate.is_multiple_of(2) { both as u32 } else { (both >> 32) as u32 })
}

/// The weights of one subscriber in replicates 0, 1, 2 …, one per entry: [`poisson_weight`] of each, at half the
/// hashes.
pub fn fill_poisson_weights(seed: u64, subscriber: u64, weights: &mut [u8]) {
    let row = row(seed, subscriber);
    for (at, pair) in weights.chunks_mut(2).enumerate() {
        let both = word(row, at as u64);
        pair[0] = weight_at(both as u32);
        if let Some(second) = pair.get_mut(1) {
            *second = weight_at((both >> 32) as u32);
        }
    }
}

/// How many thresholds `uniform` reaches.
fn weight_at(uniform: u32) -> u8 {
    let mut weight = GUIDE[(uniform >> 24) as usize];
    while weight < MAX_POISSON_WEIGHT && uniform >= THRESHOLDS[weight as usize] {
        weight += 1;
    }
    weight
}

/// Where the words of a subscriber start. The seed is hashed, so that seed 1 is not seed 0 with subscribers moved by 1.
const fn row(seed: u64, subscriber: u64) -> u64 {
    mixed(subscriber.wrapping_add(mixed(seed.wrapping_add(GOLDEN))))
}

const fn word(row: u64, at: u64) -> u64 {
    mixed(row.wrapping_add(GOLDEN.wrapping_mul(at + 1)))
}

/// The finalizer of `SplitMix64`: a bijection of 64 bits.
const fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Fixed point with 120 binary places: each division loses less than one of the last, and no threshold is that close to
/// the middle between two integers.
const fn cumulative_poisson() -> [u32; 12] {
    const ONE: u128 = 1 << 120;
    // First, 1/e = Σ (−1)ⁿ/n!, until a term is 0.
    let (mut probability, mut term, mut n) = (0, ONE, 0);
    while term > 0 {
        probability = if n % 2 == 0 { probability + term } else { probability - term };
        n += 1;
        term /= n;
    }
    // Last, P(m = k) = 1/(e·k!), summed and rounded to 32 places.
    let (mut thresholds, mut cumulative, mut k) = ([0; 12], 0, 0);
    while k < thresholds.len() {
        cumulative += probability;
        thresholds[k] = ((cumulative + (1 << 87)) >> 88) as u32;
        k += 1;
        probability /= k as u128;
    }
    thresholds
}

const fn guide() -> [u8; 256] {
    let (mut guide, mut upper) = ([0; 256], 0);
    while upper < guide.len() {
        while (guide[upper] as usize) < THRESHOLDS.len() && THRESHOLDS[guide[upper] as usize] <= (upper as u32) << 24 {
            guide[upper] += 1;
        }
        upper += 1;
    }
    guide
}

#[cfg(test)]
#[path = "poisson_weights_tests.rs"]
mod tests;
