//! `[[crisis]]` and the holidays of `[time]`, as written.

use hexodus_mobility::{Profile, UsualEnvironmentRule};
use hexodus_model::LocalDay;
use serde::{Deserialize, Serialize};

/// One `[[crisis]]`: what happened, when, where, and what counts as before (formats §1.8).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CrisisConfig {
    /// Name of the operation.
    pub operation: String,
    /// Local date of the event, or local date and time: `2031-03-23` or `2031-03-23T11:56`.
    pub event_time: String,
    /// P-codes of the affected areas, at any level; their origins are marked in the tables.
    #[serde(default)]
    pub affected: Vec<String>,
    /// A GeoJSON file of affected polygons; an H3 cell is affected when its centre is inside one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affected_file: Option<String>,
    /// Named runs of days; rows of tables tell the phase of their day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phases: Vec<PhaseConfig>,
    /// The days that fix homes; without it as many as the profile asks for, up to the day before the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineConfig>,
    /// Whose rules find homes and residence.
    #[serde(default)]
    pub profile: Profile,
    /// Thresholds of the profile `multimno-ue`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual_environment: Option<UsualEnvironmentConfig>,
    /// Days in a row away from home that confirm a displacement.
    #[serde(default = "default_confirm_days")]
    pub confirm_days: u16,
    /// Located days far from home that the residence window must hold for that.
    #[serde(default = "default_confirm_located_days")]
    pub confirm_located_days: u8,
    /// By which day movements are dated.
    #[serde(default)]
    pub dating: DatingConfig,
    /// Number of this publication of the operation, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_number: Option<i32>,
    /// Whether the operation goes on; told in what leaves.
    #[serde(default, skip_serializing_if = "is_active")]
    pub operation_status: OperationStatus,
    /// Why people are displaced, in the words of DTM; never inferred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub displacement_reason: Option<String>,
    /// The country as ISO 3166-1 alpha-3; without it what the version of the boundaries begins with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin0_iso3: Option<String>,
    /// Whether the country has a humanitarian response plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub has_hrp: Option<bool>,
    /// Whether the country is in the Global Humanitarian Overview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_gho: Option<bool>,
}

/// Whether an operation goes on, as DTM spells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum OperationStatus {
    /// It goes on.
    #[default]
    Active,
    /// It is over.
    Inactive,
}

// Serde hands over a reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_active(status: &OperationStatus) -> bool {
    *status == OperationStatus::Active
}

const fn default_confirm_days() -> u16 {
    3
}

const fn default_confirm_located_days() -> u8 {
    3
}

/// `phases = [{ name, start, end }]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PhaseConfig {
    /// The name.
    pub name: String,
    /// First local day.
    pub start: LocalDay,
    /// Last local day; without it the phase goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<LocalDay>,
}

/// `usual_environment = { min_hours, min_days }`
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct UsualEnvironmentConfig {
    /// Subscribers with fewer hours at places in the baseline have no home.
    pub min_hours: u64,
    /// Subscribers with fewer days with such hours have none.
    pub min_days: u64,
}

impl Default for UsualEnvironmentConfig {
    fn default() -> Self {
        let UsualEnvironmentRule { min_score, min_days, .. } = UsualEnvironmentRule::default();
        Self { min_hours: min_score, min_days }
    }
}

/// `baseline = { start, end, excluded_days }`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineConfig {
    /// First local day.
    pub start: LocalDay,
    /// Last local day, before the event.
    pub end: LocalDay,
    /// Days of it that are left out, besides holidays.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_days: Vec<LocalDay>,
}

/// By which day movements are dated (methods §3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DatingConfig {
    /// By the day of confirmation: figures of a day are final.
    #[default]
    Live,
    /// By the first day of the run that was confirmed: the last days are revised.
    Revised,
}

/// `[time] holidays`: a list of local days, or a file with one at the beginning of each line.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged, expecting = "expected a list of dates, or the path of a file with one date a line")]
pub enum HolidayConfig {
    /// The days.
    Days(Vec<LocalDay>),
    /// The path of the file.
    File(String),
}
