//! What every part checks: shares, days, and that a refusal names the part.

use crate::error::SynthError;
use std::fmt::Debug;

/// Days that a part may lie from the event day, or last.
pub(super) const MOST_DAYS: i32 = 10_000;

/// Refuses a value of a part unless it is `fine`.
pub(super) fn expect(
    fine: bool,
    option: &'static str,
    value: &impl Debug,
    expected: &'static str,
) -> Result<(), SynthError> {
    if fine { Ok(()) } else { Err(SynthError::Option { option, value: format!("{value:?}"), expected }) }
}

/// Whether all of them lie in 0..=1.
pub(super) fn are_shares(shares: &[f64]) -> bool {
    shares.iter().all(|share| (0.0..=1.0).contains(share))
}
