//! Who of a synthetic country's people is seen.

use clap::Args;
use hexodus_synth::Ownership;

/// Ownership of SIMs; it goes with any scenario.
#[derive(Clone, Copy, Debug, Args)]
pub struct OwnershipArgs {
    /// Share of people with a SIM of the operator; the others live and flee as well, and leave no record. Default: all.
    #[arg(long, value_name = "SHARE")]
    ownership: Option<f64>,
    /// Districts differ: ownership from SHARE·(1 − this) to SHARE·(1 + this).
    #[arg(long, default_value_t = 0.0, value_name = "0..1", requires = "ownership")]
    ownership_spread: f64,
    /// Households differ: half of them (group b) have this many times the ownership of the others (group a).
    #[arg(long, default_value_t = 1.0, value_name = "RATIO", requires = "ownership")]
    ownership_ratio: f64,
    /// Households of group b leave with this many times the chance of group a.
    #[arg(long, default_value_t = 1.0, value_name = "RATIO", requires = "ownership")]
    hazard_ratio: f64,
    /// Correlation of having a SIM between two people of a household: 0 = each on its own, 1 = all or none.
    #[arg(long, default_value_t = 0.0, value_name = "0..1", requires = "ownership")]
    household_ownership: f64,
}

impl OwnershipArgs {
    /// The ownership asked for, if any.
    pub fn ownership(&self) -> Option<Ownership> {
        let &Self { ownership, ownership_spread: area_spread, ownership_ratio: group_ratio, hazard_ratio, .. } = self;
        let within_household = self.household_ownership;
        ownership.map(|share| Ownership { share, area_spread, group_ratio, hazard_ratio, within_household })
    }
}
