//! Which radio cells come, go, move and get other ids.

use super::range::{are_shares, expect};
use crate::error::SynthError;

/// Shares of sites, each on some day of the run. The plan tells of every change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlanChanges {
    /// Switched on during the run; never the first site of a town.
    pub added: f64,
    /// Move elsewhere in their district and keep their radio-cell ids; only in towns of three sites or more.
    pub moved: f64,
    /// Switched off for good; only where another site stands within 3 km.
    pub removed: f64,
    /// Stay where they are and get a new site id and new radio-cell ids.
    pub renumbered: f64,
}

impl Default for PlanChanges {
    /// What an ordinary month brings.
    fn default() -> Self {
        Self { added: 0.04, moved: 0.04, removed: 0.0, renumbered: 0.0 }
    }
}

impl PlanChanges {
    pub(super) fn check(&self) -> Result<(), SynthError> {
        let fine = are_shares(&[self.added, self.moved, self.removed, self.renumbered, self.removed + self.renumbered]);
        expect(fine, "scenario.plan_changes", self, "shares from 0 to 1")
    }
}
