//! What the configuration file says.

pub mod crisis;
pub mod load;
pub mod market_share;
pub mod memory;
pub mod population;
pub mod release;
pub mod template;

use crisis::{CrisisConfig, HolidayConfig};
use hexodus_ingest::SourceSpec;
use hexodus_ingest::plan_file::PlanColumns;
use hexodus_locate::{AreaColumns, PlanRules};
use hexodus_mobility::quality::QualityRules;
use hexodus_mobility::semantic::SemanticRules;
use hexodus_mobility::{DailyLocationRule, NightHours};
use hexodus_release::DisclosurePolicy;
use memory::MemoryBudget;
use population::PopulationConfig;
use release::ReleaseConfig;
use serde::{Deserialize, Serialize};

/// `hexodus.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Local days.
    pub time: TimeConfig,
    /// Delivered layouts.
    #[serde(default)]
    pub source: Vec<SourceSpec>,
    /// The radio-cell plan; not needed where records carry their own position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radio_cells: Option<RadioCellConfig>,
    /// Administrative areas; without them there are H3 tables only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub areas: Option<AreaConfig>,
    /// How many people live in each area; without it there are counts of subscribers only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<PopulationConfig>,
    /// Where checked events are kept.
    #[serde(default)]
    pub store: StoreConfig,
    /// Definitions.
    #[serde(default)]
    pub mobility: MobilityConfig,
    /// Which events are impossible.
    #[serde(default)]
    pub checks: SemanticRules,
    /// Which days can be trusted.
    #[serde(default)]
    pub quality: QualityRules,
    /// Disclosure control.
    #[serde(default)]
    pub policy: DisclosurePolicy,
    /// What happened, and what counts as before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crisis: Vec<CrisisConfig>,
    /// Tables.
    #[serde(default)]
    pub output: OutputConfig,
    /// What leaves.
    #[serde(default)]
    pub release: ReleaseConfig,
}

/// `[time]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TimeConfig {
    /// IANA zone of the local days. Required.
    pub zone: String,
    /// Wall-clock time at which a day begins, `HH:MM`.
    #[serde(default = "midnight")]
    pub day_start: String,
    /// Local days that baselines leave out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<HolidayConfig>,
}

fn midnight() -> String {
    "00:00".into()
}

/// `[radio_cells]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RadioCellConfig {
    /// The plan: one file or a glob over snapshots; CSV or Parquet.
    pub path: String,
    /// Column names, where they are not the usual ones.
    #[serde(default)]
    pub columns: PlanColumns,
    /// Radio cells within this distance of a leader are one site; 0 = each is its own. Metres.
    #[serde(default = "default_site_radius_m")]
    pub site_radius_m: f64,
    /// Stop on validities that overlap at different positions.
    #[serde(default)]
    pub strict: bool,
    /// Box of the country in degrees, `[min_lon, min_lat, max_lon, max_lat]`: allows swapped coordinates to be repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_bbox: Option<[f64; 4]>,
}

fn default_site_radius_m() -> f64 {
    PlanRules::default().site_radius_m
}

impl RadioCellConfig {
    /// The rules `locate` follows.
    pub fn rules(&self) -> PlanRules {
        PlanRules { site_radius_m: self.site_radius_m, strict: self.strict, country_bbox: self.country_bbox }
    }
}

/// `[areas]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AreaConfig {
    /// GeoJSON of the deepest level; the levels above come from its ancestor columns.
    pub path: String,
    /// Column names, where the layout is none of the COD-AB ones.
    #[serde(default)]
    pub columns: AreaColumns,
}

/// `[store]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreConfig {
    /// Confidential: checked events, pseudonymised, and counts.
    pub folder: String,
    /// 64 hexadecimal digits, mode 0600; made by `hexodus init`.
    pub key_file: String,
    /// Ranges of subscribers handled at a time; the results are the same for any number.
    pub buckets: usize,
    /// About how much memory a run may use; days larger than that pass through disk.
    pub memory_budget: MemoryBudget,
    /// Days after which a new key is planned to begin a new panel: `hexodus status` warns 34 days ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotate_key_after_days: Option<u32>,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self {
            folder: "store".into(),
            key_file: "hexodus.key".into(),
            buckets: 128,
            memory_budget: MemoryBudget(2 << 30),
            rotate_key_after_days: None,
        }
    }
}

/// `[mobility]`
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct MobilityConfig {
    /// How a day becomes one place.
    pub daily_location: DailyLocationRule,
    /// Local hours of the night.
    pub night: NightHours,
}

/// `[output]`
#[expect(clippy::struct_excessive_bools, reason = "each is one switch of the configuration file")]
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutputConfig {
    /// Where a folder per reporting date is written.
    pub folder: String,
    /// Whether each Parquet table has a CSV twin.
    pub csv: bool,
    /// Whether `cells_h3` also has H3 indexes as integers, which R, JavaScript and Excel corrupt.
    pub h3_u64: bool,
    /// Whether to write `presence_h3_hourly`.
    pub presence_h3_hourly: bool,
    /// Whether to write `flows_*__trips_consecutive`.
    pub trips_consecutive: bool,
    /// Whether to write `flows_*__trips_all_pairs`.
    pub trips_all_pairs: bool,
    /// Whether to write `flows_*__trips_all_pairs_inclusive`.
    pub trips_all_pairs_inclusive: bool,
    /// Whether to write `flows_*__relocations_rolling` of each crisis.
    pub relocations_rolling: bool,
    /// Whether to write `in_out_*` beside the matrices of areas.
    pub in_out: bool,
}

impl Default for OutputConfig {
    fn default() -> Self {
        Self {
            folder: "out".into(),
            csv: true,
            h3_u64: false,
            presence_h3_hourly: false,
            trips_consecutive: true,
            trips_all_pairs: false,
            trips_all_pairs_inclusive: false,
            relocations_rolling: false,
            in_out: false,
        }
    }
}
