//! Differential privacy as an option of the wall: integer noise on counts, what it costs, and who keeps the account
//! (methods §8.2).
//!
//! The order is tallies → noise → `estimate` on noised counts and public data only → release. One subscriber more or
//! less (add/remove) changes each table by at most 1 in at most [`Parameters::rows_per_subscriber`] rows; that bound is
//! what the noise is scaled to, and it has to hold before the noise: nothing here can check it from counts alone.
//!
//! ```text
//! TableNoise::new(key, scope, parameters, counts)   what would be noised, and what it costs
//!     → Budget::charge(ledger, [noise.charge()])    refused, or written to the ledger
//!     → noise.of_public_keys(universe, ledger)      noised counts; an uncharged table gives none
//!     → at_least(k)                                 negative to 0, below k dropped: free, it is after the noise
//! ```
//!
//! | module | answers |
//! |---|---|
//! | [`key`] | the secret release key |
//! | [`stream`] | which random bits belong to a row |
//! | [`row_key`] | how a row is named to the stream |
//! | [`ratio`] | parameters as exact fractions |
//! | `bernoulli`, `laplace`, `gaussian` | exact samplers, no floats |
//! | [`mechanism`] | which noise, its variance and its price |
//! | [`table`] | noised counts of a table |
//! | [`threshold`] | from which noised count on a key may be named, where the set of keys is itself secret |
//! | [`contributions`] | at most m rows a subscriber, where it may be in more |
//! | [`accountant`] | zCDP: charges, budget, ε |

mod bernoulli;
mod gaussian;
mod laplace;

pub mod accountant;
pub mod contributions;
pub mod key;
pub mod mechanism;
pub mod ratio;
pub mod row_key;
pub mod stream;
pub mod table;
pub mod threshold;

#[cfg(test)]
mod loss_tests;
#[cfg(test)]
mod pmf_tests;
#[cfg(test)]
mod sensitivity_tests;

pub use accountant::{Budget, BudgetExceeded, Charge, Delta, Rho};
pub use contributions::ContributionBound;
pub use key::{NoiseKey, NoiseKeyError, PUBLIC_TEST_KEY};
pub use mechanism::{Mechanism, Parameters};
pub use ratio::{Ratio, RatioError};
pub use row_key::RowKey;
pub use stream::{NoiseBits, NoiseStream, TableScope};
pub use table::{NoiseError, TableNoise, at_least};
