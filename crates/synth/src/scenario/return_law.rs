//! Until when those who left stay away.

use super::range::{are_shares, expect};
use crate::error::SynthError;

/// Two exponentials (methods §3.5): `P(still away after t days) = f·exp(-t/fast) + (1-f)·exp(-t/slow)`. Nobody is back
/// before the day after the event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReturnLaw {
    /// `f`.
    pub fast_share: f64,
    /// Mean days away of those who return fast.
    pub fast_days: f64,
    /// Mean days away of the others.
    pub slow_days: f64,
}

impl Default for ReturnLaw {
    /// The half-life is 4.5 weeks, as after the Haiti earthquake (methods §13).
    fn default() -> Self {
        Self { fast_share: 0.3, fast_days: 5.0, slow_days: 93.3 }
    }
}

impl ReturnLaw {
    pub(super) fn check(&self) -> Result<(), SynthError> {
        let fine = are_shares(&[self.fast_share]) && self.fast_days > 0.0 && self.slow_days > 0.0;
        expect(fine, "scenario.returns", self, "a share from 0 to 1, mean days above 0")
    }
}
