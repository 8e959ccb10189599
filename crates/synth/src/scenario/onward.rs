//! Second moves of those who left.

use super::range::{are_shares, expect};
use crate::error::SynthError;

/// Some move on from their first host to a second, in another town outside the struck area, and stay there until they
/// return.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Onward {
    /// Of those who leave, how many would move on; who returns before the day has come does not.
    pub share: f64,
    /// Mean days at the first host, exponential, two days at least.
    pub after_days: f64,
}

impl Onward {
    pub(super) fn check(&self) -> Result<(), SynthError> {
        let fine = are_shares(&[self.share]) && self.after_days > 0.0;
        expect(fine, "scenario.onward", self, "a share from 0 to 1, mean days above 0")
    }
}
