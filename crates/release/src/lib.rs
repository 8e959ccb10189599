//! The privacy wall: from confidential counts to what may be written out.
//!
//! Redaction is the last step, inside the trust boundary: every difference, share and total is computed from
//! unredacted counts before it comes here. What comes out is [`Released`], a type that only this crate can make, and
//! `hexodus_publish` writes nothing else.
//!
//! Rule of every number (formats §5.1): **publish iff n ≥ k**, n = distinct subscribers behind exactly that number,
//! counted before scaling, weighting, rounding or noise. A number that fails has no value, only a flag and a reason.
//!
//! | module | answers |
//! |---|---|
//! | [`policy`] | which k, and how many rows may be listed in full |
//! | [`released`] | what "may be written out" means, and in which class |
//! | [`count`] | a number that passed, or the reason why it did not |
//! | [`rows`] | which rows are listed: all of them, or the published ones only |
//! | [`displacement`] | panel, displaced, returned and unobserved by origin |
//! | [`flows`] | flow matrices |
//! | [`mod@in_out`] | in, out and net of each unit, over published pairs |
//! | [`above_normal`] | counts beside what is normal for them |
//! | [`spread`] | distances, durations, classes; the stock by week of onset |
//! | [`people`] | displaced people with their intervals |
//! | [`recovery`] | how the displaced return |
//! | [`forecast`] | the next weeks |
//! | [`presence`] | presence by day and by hour |
//! | [`coverage`] | the share of each area's network that carries its usual traffic |
//! | [`quality`] | the daily account of a source |
//! | [`mod@suppress`] | what else is withheld so that nothing below k can be computed |
//! | [`outgoing`] | what leaves: tables of released days, protected together |
//! | [`preset`] | policies with a name, and their summary to be signed |
//! | [`noise`] | differential privacy: integer noise, its keyed stream, its budget |
#![cfg_attr(not(test), warn(unused_crate_dependencies))]

pub mod above_normal;
pub mod count;
pub mod coverage;
pub mod displacement;
pub mod flows;
pub mod forecast;
pub mod in_out;

pub mod noise;
pub mod outgoing;
pub mod people;
pub mod policy;
pub mod population;
pub mod presence;
pub mod preset;
pub mod quality;
pub mod recovery;
pub mod released;
pub mod rows;
pub mod spread;
pub mod suppress;

#[cfg(test)]
mod disclosure_tests;

pub use above_normal::{
    AboveNormalFigures, AboveNormalRow, AboveNormalTable, SeriesDay, SeriesKind, release_above_normal,
};
pub use count::{ReleasedCount, SuppressedMass, SuppressionReason};
pub use coverage::{AreaSites, CoverageFlag, CoverageRow, CoverageTable, release_coverage};
pub use displacement::{
    DISPLACEMENT_FIGURES, DisplacementDay, DisplacementRow, DisplacementTable, release_displacement,
};
pub use flows::{FlowPeriod, FlowTable, release_flows};
pub use forecast::{ForecastFigures, ForecastOf, ForecastRow, ForecastTable, release_forecast};
pub use in_out::{InOutRow, InOutTable, in_out};
pub use people::{PeopleContent, PeopleDay, PeopleFigures, PeopleRow, PeopleTable, PeopleTableKind, release_people};
pub use policy::{DisclosurePolicy, PolicyError};
pub use population::{PopulationDay, PopulationFigures, PopulationRow, PopulationTable, release_population};
pub use presence::{PresencePeriod, PresenceTable, release_presence};
pub use preset::Preset;
pub use quality::{DayFacts, QualityDay, QualityRow, QualityTable, release_quality};
pub use recovery::{CurveFigures, RecoveryFigures, RecoveryOf, RecoveryRow, RecoveryTable, release_recovery};
pub use released::{DisseminationClass, Released};
pub use rows::{CountRow, RowPolicy};
pub use spread::{CohortKey, CohortTable, SpreadTable, release_cohorts, release_spread};
pub use suppress::{
    Audit, FigureKind, LinkedFigure, LinkedGroup, LinkedIdentity, LinkedLevel, LinkedParts, Pattern, protection_width,
    suppress,
};
