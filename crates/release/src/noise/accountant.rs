//! zCDP: what was spent, what may be, and the ε it comes to (Bun and Steinke 2016, arXiv:1605.02065).

use super::mechanism::Mechanism;
use super::ratio::Ratio;
use hexodus_model::LocalDay;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thiserror::Error;

/// Zero-concentrated privacy loss in 10⁻¹², an integer so that sums are the same in any order. Rounded up when spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rho(u64);

impl Rho {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// ρ = 1.
    pub const ONE: Self = Self(1_000_000_000_000);
    /// More than any budget may be: what stands for a loss too large to write.
    pub const MAX: Self = Self(u64::MAX);

    /// From 10⁻¹².
    pub const fn from_pico(pico: u64) -> Self {
        Self(pico)
    }

    /// In 10⁻¹².
    pub const fn pico(self) -> u64 {
        self.0
    }

    /// ρ, to be shown.
    pub const fn to_f64(self) -> f64 {
        self.0 as f64 / Self::ONE.0 as f64
    }

    /// A fraction, rounded down: for budgets.
    pub fn of(rho: Ratio) -> Self {
        Self((rho.numerator() * u128::from(Self::ONE.0) / rho.denominator()).min(u128::from(u64::MAX)) as u64)
    }

    /// ε at δ: ρ + 2·√(ρ·ln(1/δ)).
    pub fn epsilon(self, delta: Delta) -> f64 {
        let rho = self.to_f64();
        rho + 2.0 * (rho * delta.ln_inverse()).sqrt()
    }

    /// The largest ρ whose ε at δ is no more than `epsilon`: (√(ln(1/δ) + ε) − √ln(1/δ))², rounded down.
    pub fn within(epsilon: Ratio, delta: Delta) -> Self {
        let log = delta.ln_inverse();
        // The same as the difference of the roots, without its cancellation.
        let root = epsilon.to_f64() / ((log + epsilon.to_f64()).sqrt() + log.sqrt());
        // One part in 10⁹ is far more than the error of floats.
        Self((root * root * (1.0 - 1e-9) * Self::ONE.0 as f64) as u64)
    }
}

/// `above / below` as ρ, rounded up; more than [`Rho::MAX`] holds, or too large to compute, is [`Rho::MAX`].
pub(super) fn rounded_up(above: Option<u128>, below: u128) -> Rho {
    let pico = above.and_then(|above| above.checked_mul(u128::from(Rho::ONE.0)));
    Rho(pico.and_then(|pico| u64::try_from(pico.div_ceil(below)).ok()).unwrap_or(u64::MAX))
}

/// A probability of failure in 10⁻¹⁸, rounded down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Delta(u64);

impl Delta {
    /// Never.
    pub const ZERO: Self = Self(0);
    const ONE: u64 = 1_000_000_000_000_000_000;

    /// A fraction, rounded down; 1 for more than 1.
    pub fn of(delta: Ratio) -> Self {
        Self((delta.numerator() * u128::from(Self::ONE) / delta.denominator()).min(u128::from(Self::ONE)) as u64)
    }

    /// In 10⁻¹⁸.
    pub const fn atto(self) -> u64 {
        self.0
    }

    /// ln(1/δ); infinite for zero.
    pub(super) fn ln_inverse(self) -> f64 {
        (Self::ONE as f64 / self.0 as f64).ln()
    }
}

/// What one table of one level and day costs a subscriber. Equal charges are one: the same release under the same key
/// draws the same noise again, from which nobody learns more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Charge {
    /// Digest of what is released.
    pub release: String,
    /// Name of the table and of the measure in it.
    pub table: String,
    /// `adm1`, `adm2`, `h3`.
    pub level: String,
    /// The local day, or the first of the period.
    pub day: LocalDay,
    /// The noise: another mechanism draws another noise, and costs again.
    pub mechanism: Mechanism,
    /// Fingerprint of key, counts and parameters, itself keyed: tells whether the same noise would be drawn again, and
    /// nothing else.
    pub drawn: String,
    /// The loss.
    pub rho: Rho,
    /// δ of naming keys that are not public.
    pub key_delta: Delta,
}

/// What all releases about one period may cost a subscriber together, over days, levels, tables and measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Total loss, in 10⁻¹².
    pub rho_total: Rho,
    /// δ at which [`epsilon`](Self::epsilon) is stated, in 10⁻¹⁸.
    pub delta: Delta,
    /// Total δ of naming keys, in 10⁻¹⁸; it comes on top of `delta`.
    #[serde(default)]
    pub key_delta_total: Delta,
}

/// A release that the budget does not bear.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error(
    "the privacy budget is exceeded: rho {spent} e-12 of {total} e-12 and key delta {delta_spent} e-18 of {delta_total} e-18 \
     would be spent, {new} charges of them new"
)]
pub struct BudgetExceeded {
    /// ρ with the new charges, in 10⁻¹².
    pub spent: u128,
    /// The budget of ρ, in 10⁻¹².
    pub total: u64,
    /// δ of keys with the new charges, in 10⁻¹⁸.
    pub delta_spent: u128,
    /// The budget of it, in 10⁻¹⁸.
    pub delta_total: u64,
    /// How many charges were asked for and not in the ledger.
    pub new: usize,
}

impl Budget {
    /// The charges of `new` that are to be written to the ledger, sorted: those not yet among `already`. All or none.
    ///
    /// # Errors
    /// [`BudgetExceeded`] when the distinct charges of both together cost more than the budget. A ledger that is over
    /// the budget already bears no new charge, but what is in it may be released again.
    pub fn charge(&self, already: &[Charge], new: &[Charge]) -> Result<Vec<Charge>, BudgetExceeded> {
        let paid: BTreeSet<&Charge> = already.iter().collect();
        let due: BTreeSet<&Charge> = new.iter().filter(|charge| !paid.contains(charge)).collect();
        let sum = |of: fn(&Charge) -> u64| paid.union(&due).map(|charge| u128::from(of(charge))).sum::<u128>();
        let (spent, delta_spent) = (sum(|charge| charge.rho.0), sum(|charge| charge.key_delta.0));
        let (total, delta_total) = (self.rho_total.0, self.key_delta_total.0);
        let unwritable = due.iter().any(|charge| charge.rho == Rho::MAX);
        let exceeded = spent > u128::from(total) || delta_spent > u128::from(delta_total) || unwritable;
        if exceeded && !due.is_empty() {
            return Err(BudgetExceeded { spent, total, delta_spent, delta_total, new: due.len() });
        }
        Ok(due.into_iter().cloned().collect())
    }

    /// ε of the whole budget at its δ.
    pub fn epsilon(&self) -> f64 {
        self.rho_total.epsilon(self.delta)
    }
}

/// The loss of the distinct charges of a ledger.
pub fn spent(ledger: &[Charge]) -> Rho {
    let distinct: BTreeSet<&Charge> = ledger.iter().collect();
    distinct.into_iter().fold(Rho::ZERO, |sum, charge| Rho(sum.0.saturating_add(charge.rho.0)))
}

#[cfg(test)]
#[path = "accountant_tests.rs"]
mod tests;
