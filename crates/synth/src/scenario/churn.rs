//! Which SIMs begin, end and are swapped.

use super::range::{are_shares, expect};
use crate::error::SynthError;

/// Shares of all people per 30 days; each has one change in a run at most. People are where they would be without it:
/// it is their phones that appear, disappear and change names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Churn {
    /// Their SIM ends and they are not heard of any more.
    pub ends: f64,
    /// Their SIM begins after the first day; they are not heard of before.
    pub begins: f64,
    /// They change to a new SIM from one day to the next.
    pub swaps: f64,
}

impl Churn {
    pub(super) fn check(&self) -> Result<(), SynthError> {
        let fine = are_shares(&[self.ends, self.begins, self.swaps, self.ends + self.begins + self.swaps]);
        expect(fine, "scenario.churn", self, "three shares of a whole")
    }
}
