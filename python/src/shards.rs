//! Which shard a subscriber is in, and which part of a job a shard is in.

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Shards of subscribers, for the life of a data set: there may be as many workers.
pub const SHARDS: usize = 4096;
/// Apart from other uses of the hash. Neither it nor the bytes hashed may ever change.
const SEED: u64 = u64::from_be_bytes(*b"hexodus1");

/// The shard of 64 bits: their little-endian bytes hashed. Ids that are no keyed hash may be consecutive numbers, so that
/// ranges of them, as the store has, would be of very unequal size.
#[inline]
pub fn shard_of(bits: u64) -> usize {
    (xxh3_64_with_seed(&bits.to_le_bytes(), SEED) % SHARDS as u64) as usize
}
