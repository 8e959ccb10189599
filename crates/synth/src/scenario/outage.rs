//! Which radio cells fall silent.

use super::range::{MOST_DAYS, are_shares, expect};
use crate::error::SynthError;

/// From the hour of the event, struck sites are silent for some days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outage {
    /// Share of the struck sites that fall silent.
    pub silent_share: f64,
    /// A silent site comes back this many days after the event, at the earliest and at the latest.
    pub silent_days: (u32, u32),
    /// Sites on wheels that come two days after the event, per silent site.
    pub wheels_per_silent_site: f64,
}

impl Outage {
    pub(super) fn check(&self) -> Result<(), SynthError> {
        let days = self.silent_days.0 <= self.silent_days.1 && self.silent_days.1 <= MOST_DAYS as u32;
        let fine = days && are_shares(&[self.silent_share, self.wheels_per_silent_site]);
        expect(fine, "scenario.outage", self, "shares from 0 to 1; days from, days to")
    }
}
