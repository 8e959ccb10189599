//! Which shard a subscriber is in: how the subscribers of a data set are dealt out to processes.
//!
//! Counts of distinct subscribers add up over shards, and over nothing else that a process can be given.

use crate::subscriber::SubscriberId;
use std::fmt;
use std::str::FromStr;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Shards of subscribers, for the life of a data set: there may be as many processes.
pub const SHARDS: u16 = 4096;
/// Apart from other uses of the hash. Neither it nor the bytes hashed may ever change.
const SEED: u64 = u64::from_be_bytes(*b"hexodus1");

/// The shard of 64 bits: their little-endian bytes hashed. Ids that are no keyed hash may be consecutive numbers, so that
/// ranges of them, as the store has, would be of very unequal size.
///
/// ```
/// // Golden: the wheel, Spark and the command line agree on these for ever.
/// assert_eq!([0, 1, 42, u64::MAX].map(hexodus_model::shard_of), [136, 199, 681, 1773]);
/// ```
#[inline]
pub fn shard_of(bits: u64) -> u16 {
    (xxh3_64_with_seed(&bits.to_le_bytes(), SEED) % u64::from(SHARDS)) as u16
}

/// One of N equal shares of the subscribers: those whose [`shard_of`] leaves `index` when divided by N.
///
/// ```
/// use hexodus_model::Shard;
/// assert_eq!("3/7".parse::<Shard>().unwrap().to_string(), "3/7");
/// assert!("7/7".parse::<Shard>().unwrap_err().contains("0/7 to 6/7"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    index: u16,
    of: u16,
}

impl Shard {
    /// Share `index`, from 0, of `of`; none unless `index` is below `of` and `of` at most [`SHARDS`].
    pub const fn new(index: u16, of: u16) -> Option<Self> {
        if index < of && of <= SHARDS { Some(Self { index, of }) } else { None }
    }

    /// All shares of so many, ascending.
    pub fn all(of: u16) -> impl Iterator<Item = Self> {
        (0..of.min(SHARDS)).map(move |index| Self { index, of })
    }

    /// Which, from 0.
    pub const fn index(self) -> u16 {
        self.index
    }

    /// Of how many.
    pub const fn of(self) -> u16 {
        self.of
    }

    /// Which of so many shares a subscriber is in.
    #[inline]
    pub fn index_of(subscriber: SubscriberId, of: u16) -> u16 {
        shard_of(subscriber.bits()) % of
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse::<u16>().ok()?)));
        let Some((index, of)) = parts.filter(|&(_, of)| (1..=SHARDS).contains(&of)) else {
            return Err(format!("expected i/N with N from 1 to {SHARDS}, such as 0/8"));
        };
        Self::new(index, of).ok_or_else(|| format!("of {of} shards there are 0/{of} to {}/{of}", of - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_subscriber_is_in_one_shard_and_shards_are_alike() {
        for of in [1, 2, 7, 64] {
            let mut sizes = vec![0_u32; usize::from(of)];
            for bits in 0..20_000 {
                sizes[usize::from(Shard::index_of(SubscriberId::from_pseudonym(bits), of))] += 1;
            }
            let mean = 20_000 / u32::from(of);
            assert!(sizes.iter().all(|&size| size > mean * 3 / 4 && size < mean * 5 / 4), "{of}: {sizes:?}");
        }
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        for text in ["", "1", "1/0", "-1/4", "0/4097", "a/b", "4/4"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert_eq!(Shard::all(3).map(|own| own.to_string()).collect::<Vec<_>>(), ["0/3", "1/3", "2/3"]);
    }
}
