//! Who leaves, and when.

use super::range::{MOST_DAYS, are_shares, expect};
use crate::error::SynthError;

/// One wave of departures.
#[derive(Clone, Debug, PartialEq)]
pub struct Wave {
    /// First day, counted from the event day; negative for those who leave before it.
    pub begins: i32,
    /// Struck districts that it reaches, nearest to the centre first.
    pub districts: u32,
    /// Share of the residents of those districts who leave, among those whom no earlier wave took.
    pub leaving_share: f64,
    /// How they spread over the first day of the wave and the days after it; weights.
    pub leaving_days: Vec<f64>,
}

impl Wave {
    pub(super) fn check(&self) -> Result<(), SynthError> {
        let weighs =
            self.leaving_days.iter().all(|&weight| weight >= 0.0) && self.leaving_days.iter().sum::<f64>() > 0.0;
        let fine = weighs && are_shares(&[self.leaving_share]) && self.begins.abs() <= MOST_DAYS;
        expect(fine, "scenario.waves", self, "a share from 0 to 1, weights of days, not all of them 0")
    }
}
