//! Who visits whom without any crisis.

use super::range::{MOST_DAYS, are_shares, expect};
use crate::error::SynthError;

/// An exodus and a return all over the country, as at Dasain or Easter: from towns to smaller towns, where people have
/// their roots. Nobody is displaced by it. Who has just come back makes no other trip for a week.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Holiday {
    /// First night that anybody is away, counted from the event day.
    pub begins: i32,
    /// Nights from the first to the last; on the day after the last all are back.
    pub nights: u32,
    /// Share of all subscribers who travel.
    pub travelling_share: f64,
    /// Travellers leave on one of so many first days and come back on one of so many last ones; half the nights at
    /// most.
    pub spread_days: u32,
}

impl Holiday {
    pub(super) fn check(&self) -> Result<(), SynthError> {
        let days = self.begins.abs() <= MOST_DAYS && self.nights <= MOST_DAYS as u32;
        let spread = self.spread_days >= 1 && self.spread_days <= self.nights / 2;
        let fine = days && spread && are_shares(&[self.travelling_share]);
        expect(fine, "scenario.holiday", self, "a share from 0 to 1, a spread from 1 to half the nights")
    }
}
