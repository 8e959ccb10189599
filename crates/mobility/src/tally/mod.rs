//! A population: counts of distinct subscribers that merge.

pub mod accounting;
mod by_day;
pub mod conservation;
pub mod day_to_day;
pub mod flows;
pub mod poisson_weights;
pub mod presence;
mod remembered;
pub mod replicates;
pub mod spread;
pub mod stock;

use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::ops::AddAssign;

/// Adds up counts key by key.
pub(crate) fn add<K: Eq + Hash, V: Default + AddAssign>(sum: &mut FxHashMap<K, V>, counts: FxHashMap<K, V>) {
    if sum.is_empty() {
        *sum = counts;
        return;
    }
    for (key, count) in counts {
        *sum.entry(key).or_default() += count;
    }
}
