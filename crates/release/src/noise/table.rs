//! Noised counts of a table: of every key of a public set, or of the keys whose count passes a threshold.

use super::accountant::Charge;
use super::key::NoiseKey;
use super::mechanism::Parameters;
use super::row_key::RowKey;
use super::stream::{NoiseStream, TableScope};
use super::threshold::threshold;
use std::fmt;
use thiserror::Error;

/// The counts of one table with the noise that belongs to them. Nothing comes out before it is charged.
///
/// The stream is that of release, table, level, day **and** of counts and parameters: should a release id ever stay the
/// same while counts change, the noise changes too and is charged. The same noise on two counts would give their
/// difference; the same bits at two scales, the count.
pub struct TableNoise<K> {
    counts: Vec<(K, u64)>,
    parameters: Parameters,
    stream: NoiseStream,
    charge: Charge,
}

/// Why there are no noised counts.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NoiseError {
    /// The same key twice.
    #[error("{rows} rows of the table have a key that another has too; expected each key once")]
    Repeated {
        /// How many.
        rows: usize,
    },
    /// Counts that the public set of keys does not cover: dropping them in silence would not be noise.
    #[error("{rows} counts have a key outside the public set; expected the set to hold every key of the table")]
    OutsideUniverse {
        /// How many.
        rows: usize,
    },
    /// The ledger does not hold the charge of this table.
    #[error("this table is not charged to the privacy budget; charge it and write the ledger first")]
    NotCharged,
    /// Unknown keys without a δ.
    #[error("the keys of this table are not public; expected a key delta above zero")]
    NoKeyDelta,
}

impl<K: RowKey + Ord + Copy> TableNoise<K> {
    /// For counts of distinct subscribers by key, in any order; zeros may be left out.
    ///
    /// # Errors
    /// [`NoiseError::Repeated`].
    pub fn new(
        key: &NoiseKey,
        scope: &TableScope<'_>,
        parameters: Parameters,
        counts: &[(K, u64)],
    ) -> Result<Self, NoiseError> {
        let mut counts: Vec<(K, u64)> = counts.iter().copied().filter(|&(_, count)| count > 0).collect();
        counts.sort_unstable();
        all_different(counts.iter().map(|(row, _)| row))?;
        let content = content(&parameters, &counts);
        let stream = NoiseStream::new(key, scope).apart(&content);
        let charge = Charge {
            release: scope.release.into(),
            table: scope.table.into(),
            level: scope.level.to_string(),
            day: scope.day,
            mechanism: parameters.mechanism,
            drawn: stream.fingerprint(),
            rho: parameters.rho(),
            key_delta: parameters.key_delta,
        };
        Ok(Self { counts, parameters, stream, charge })
    }

    /// What drawing costs; free where the ledger has it already.
    pub const fn charge(&self) -> &Charge {
        &self.charge
    }

    /// A noised count for every key of a public set, zeros included, ascending by key; may be negative.
    ///
    /// # Errors
    /// [`NoiseError`] when the ledger lacks the charge, a key is there twice, or a count has a key outside the set.
    pub fn of_public_keys(&self, universe: &[K], ledger: &[Charge]) -> Result<Vec<(K, i64)>, NoiseError> {
        self.check_charged(ledger)?;
        let mut keys = universe.to_vec();
        keys.sort_unstable();
        all_different(keys.iter())?;
        let rows = self.counts.iter().filter(|(row, _)| keys.binary_search(row).is_err()).count();
        if rows > 0 {
            return Err(NoiseError::OutsideUniverse { rows });
        }
        Ok(keys.into_iter().map(|row| (row, self.noised(row, self.count(&row)))).collect())
    }

    /// Noised counts of the keys found, those at or above the threshold for
    /// [`key_delta`](Parameters::key_delta), ascending by key.
    ///
    /// # Errors
    /// [`NoiseError::NotCharged`] and [`NoiseError::NoKeyDelta`].
    pub fn of_found_keys(&self, ledger: &[Charge]) -> Result<Vec<(K, i64)>, NoiseError> {
        self.check_charged(ledger)?;
        let threshold = threshold(&self.parameters).ok_or(NoiseError::NoKeyDelta)?;
        let noised = self.counts.iter().map(|&(row, count)| (row, self.noised(row, count)));
        Ok(noised.filter(|&(_, noised)| noised >= threshold).collect())
    }

    fn check_charged(&self, ledger: &[Charge]) -> Result<(), NoiseError> {
        if ledger.contains(&self.charge) { Ok(()) } else { Err(NoiseError::NotCharged) }
    }

    fn count(&self, row: &K) -> u64 {
        self.counts.binary_search_by_key(row, |&(own, _)| own).map_or(0, |index| self.counts[index].1)
    }

    /// Never clipped before the noise.
    fn noised(&self, row: K, count: u64) -> i64 {
        let noise = self.parameters.mechanism.draw(&mut self.stream.row(&row));
        i64::try_from(count).unwrap_or(i64::MAX).saturating_add(noise)
    }
}

/// Neither counts nor stream.
impl<K> fmt::Debug for TableNoise<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TableNoise(..)")
    }
}

fn all_different<'a, K: Ord + 'a>(sorted: impl Iterator<Item = &'a K> + Clone) -> Result<(), NoiseError> {
    let rows = sorted.clone().zip(sorted.skip(1)).filter(|(left, right)| left == right).count();
    if rows == 0 { Ok(()) } else { Err(NoiseError::Repeated { rows }) }
}

/// Parameters and counts as bytes, to be hashed under the key.
fn content<K: RowKey>(parameters: &Parameters, counts: &[(K, u64)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    parameters.put(&mut bytes);
    for (row, count) in counts {
        row.put(&mut bytes);
        count.put(&mut bytes);
    }
    bytes
}

/// After the noise: below zero is zero, and what is then below k is dropped. Free, as it looks at noised counts only.
pub fn at_least<K: Copy>(noised: &[(K, i64)], k: u64) -> Vec<(K, u64)> {
    let floored = noised.iter().map(|&(row, count)| (row, count.max(0).unsigned_abs()));
    floored.filter(|&(_, count)| count >= k).collect()
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
