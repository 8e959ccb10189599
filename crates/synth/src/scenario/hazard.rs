//! What is struck, at which hour.

use super::range::expect;
use crate::error::SynthError;

/// The place and the hour of the event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hazard {
    /// Districts struck: that of the second largest town and those nearest to it, never more than a third of all.
    /// Where nothing happens these are the districts an estimator is told to watch.
    pub districts: u32,
    /// Second of the event day at which it happens, and at which repaired radio cells come back on later days.
    pub strikes_at_s: u32,
    /// Events of struck residents on the event day and the day after, relative to an ordinary day.
    pub surge: f64,
}

impl Hazard {
    pub(super) fn check(&self) -> Result<(), SynthError> {
        let fine = self.strikes_at_s < 86_400 && (0.0..=20.0).contains(&self.surge);
        expect(fine, "scenario.hazard", self, "a second of the day, a surge from 0 to 20")
    }
}
