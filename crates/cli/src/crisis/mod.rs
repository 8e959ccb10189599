//! `[[crisis]]` as it will be followed: days, rules and names.
//!
//! | module | answers |
//! |---|---|
//! | `resolve` | whether the configuration says something that can be followed |
//! | `affected` | which areas are affected |
//! | `method` | which parameters are in force |

mod affected;
mod method;
mod resolve;

use crate::config::Config;
use crate::config::crisis::{OperationStatus, PhaseConfig};
use crate::failure::Failure;
use crate::footprint::Footprint;
use hexodus_mobility::{DailyLocationRule, DisplacementRule, HomeRule, Profile, UsualEnvironmentRule};
use hexodus_model::{CrisisDays, Dating, LocalDay, Period};
use jiff::civil::Time;
use resolve::resolved;
use std::collections::BTreeSet;
use std::path::Path;

/// How homes are found.
#[derive(Clone, Copy, Debug)]
pub enum HomesBy {
    /// From daily locations.
    Days(HomeRule),
    /// From hours at places.
    Hours(UsualEnvironmentRule),
}

/// One crisis, resolved.
#[derive(Clone, Debug)]
pub struct Crisis {
    /// Name of the operation.
    pub operation: String,
    /// The same as the name of a folder.
    pub slug: String,
    /// The local day of the event.
    pub event: LocalDay,
    /// The days that fix homes.
    pub baseline: Period,
    /// Days up to the end of the baseline that nothing is learnt from: holidays and those named in the configuration.
    pub left_out: BTreeSet<LocalDay>,
    /// Affected areas, as P-codes.
    pub affected: Vec<String>,
    /// Affected polygons.
    pub footprint: Option<Footprint>,
    /// Named runs of days that do not overlap, ascending.
    pub phases: Vec<PhaseConfig>,
    /// Whose rules.
    pub profile: Profile,
    /// How homes are found.
    pub homes: HomesBy,
    /// Which place a day is.
    pub location: DailyLocationRule,
    /// Residence, displacement and return.
    pub rule: DisplacementRule,
    /// How movements are dated.
    pub dating: Dating,
    /// Number of the publication.
    pub round_number: Option<i32>,
    /// What the operator says of the operation; no count depends on it.
    pub told: ToldOfOperation,
}

/// What the operator says of an operation, passed on to what leaves.
#[derive(Clone, Debug)]
pub struct ToldOfOperation {
    /// Whether it goes on.
    pub status: OperationStatus,
    /// Why people are displaced.
    pub reason: Option<String>,
    /// The country as ISO 3166-1 alpha-3.
    pub iso3: Option<String>,
    /// Whether the country has a humanitarian response plan.
    pub has_hrp: Option<bool>,
    /// Whether it is in the Global Humanitarian Overview.
    pub in_gho: Option<bool>,
}

impl Crisis {
    /// Resolves every `[[crisis]]`.
    ///
    /// # Errors
    /// Exit 2 with the name of the operation and what is wrong.
    pub fn all(
        config: &Config,
        base: &Path,
        day_start: Time,
        holidays: &BTreeSet<LocalDay>,
    ) -> Result<Vec<Self>, Failure> {
        let mut all: Vec<Self> = Vec::new();
        for own in &config.crisis {
            let location = config.mobility.daily_location;
            let crisis = resolved(own, location, day_start, holidays)
                .map_err(|message| Failure::usage(format!("[[crisis]] \"{}\": {message}", own.operation)))?;
            let footprint = own.affected_file.as_ref().map(|path| Footprint::read(base, path)).transpose()?;
            let crisis = Self { footprint, ..crisis };
            if all.iter().any(|other| other.slug == crisis.slug) {
                let message = format!("two [[crisis]] would be written to a folder \"{}\"", crisis.slug);
                return Err(Failure::usage(message));
            }
            all.push(crisis);
        }
        Ok(all)
    }

    /// The first day of records that the crisis is counted from.
    pub const fn first_record(&self) -> LocalDay {
        let days = CrisisDays { event: self.event, baseline: self.baseline, last: self.event };
        days.first_record(self.rule.residence.window_days, self.profile.look_back())
    }

    /// The name of the phase a day is in.
    pub fn phase(&self, day: LocalDay) -> Option<&str> {
        let holds = |phase: &&PhaseConfig| phase.start <= day && phase.end.is_none_or(|end| day <= end);
        self.phases.iter().find(holds).map(|phase| phase.name.as_str())
    }
}
