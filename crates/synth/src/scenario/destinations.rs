//! Where those who leave go.

use super::range::{are_shares, expect};
use crate::error::SynthError;

/// Shares of those who leave; the rest follows gravity over 30 km.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Destinations {
    /// To kin; .5 is the field's rule of thumb (methods §13). Whose kin is struck too goes where the rest goes.
    pub to_kin_share: f64,
    /// To the nearest city; .3 by the same rule.
    pub to_city_share: f64,
}

impl Default for Destinations {
    fn default() -> Self {
        Self { to_kin_share: 0.5, to_city_share: 0.3 }
    }
}

impl Destinations {
    pub(super) fn check(&self) -> Result<(), SynthError> {
        let fine = are_shares(&[self.to_kin_share, self.to_city_share, self.to_kin_share + self.to_city_share]);
        expect(fine, "scenario.destinations", self, "two shares of a whole")
    }
}
