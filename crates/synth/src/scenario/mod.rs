//! What happens to the country, as a sum of independent parts.
//!
//! A scenario that tests one estimator switches the other parts off. Who the people are and how they live does not
//! depend on it: two scenarios of one seed differ by what happens, not by whom it happens to.
//!
//! | module | answers |
//! |---|---|
//! | [`catalogue`] | which scenarios have a name |
//! | [`hazard`] | what is struck, at which hour |
//! | [`wave`] | who leaves, and when |
//! | [`destinations`] | for where |
//! | [`return_law`] | until when |
//! | [`onward`] | who moves on to a second host |
//! | [`outage`] | which radio cells fall silent |
//! | [`holiday`] | who visits whom without any crisis |
//! | [`churn`] | which SIMs begin, end and are swapped |
//! | [`plan_changes`] | which radio cells come, go, move and get other ids |

pub mod catalogue;
pub mod churn;
pub mod destinations;
pub mod hazard;
pub mod holiday;
pub mod onward;
pub mod outage;
pub mod plan_changes;
mod range;
pub mod return_law;
pub mod wave;

pub use catalogue::{NamedScenario, SCENARIOS};
pub use churn::Churn;
pub use destinations::Destinations;
pub use hazard::Hazard;
pub use holiday::Holiday;
pub use onward::Onward;
pub use outage::Outage;
pub use plan_changes::PlanChanges;
pub use return_law::ReturnLaw;
pub use wave::Wave;

use crate::error::SynthError;

/// All that happens. The day it turns on, the *event day*, is an option of the run; every part counts from it. All
/// shares are 0..=1.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// As in [`SCENARIOS`], or what the caller calls it.
    pub name: &'static str,
    /// What is struck.
    pub hazard: Hazard,
    /// Who leaves; nobody leaves twice. Empty: nobody leaves.
    pub waves: Vec<Wave>,
    /// For where.
    pub destinations: Destinations,
    /// Until when.
    pub returns: ReturnLaw,
    /// Moves to a second host.
    pub onward: Option<Onward>,
    /// Radio cells fall silent.
    pub outage: Option<Outage>,
    /// People visit their kin.
    pub holiday: Option<Holiday>,
    /// SIMs begin, end and are swapped.
    pub churn: Option<Churn>,
    /// The radio-cell plan changes; some change is ordinary.
    pub plan_changes: PlanChanges,
}

impl Default for Scenario {
    /// `earthquake`.
    fn default() -> Self {
        catalogue::earthquake()
    }
}

impl Scenario {
    /// The scenario of a name of [`SCENARIOS`].
    pub fn named(name: &str) -> Option<Self> {
        SCENARIOS.iter().find(|scenario| scenario.name == name).map(NamedScenario::scenario)
    }

    /// Nothing happens, but the day has a name: what an estimator finds here is its false alarms.
    pub fn quiet() -> Self {
        catalogue::quiet()
    }

    pub(crate) fn check(&self) -> Result<(), SynthError> {
        self.hazard.check()?;
        self.waves.iter().try_for_each(Wave::check)?;
        self.destinations.check()?;
        self.returns.check()?;
        self.onward.iter().try_for_each(Onward::check)?;
        self.outage.iter().try_for_each(Outage::check)?;
        self.holiday.iter().try_for_each(Holiday::check)?;
        self.churn.iter().try_for_each(Churn::check)?;
        self.plan_changes.check()
    }
}
