//! Released tables to files: `Released<T>` → record batch → Parquet and CSV in a folder that appears whole.
//!
//! Only `hexodus_release::Released` content can be encoded, and only encoded tables can be written: a count that did
//! not pass the privacy wall has no way out of here (see [`encode_flows`] for the proof). A table is encoded to a batch
//! first and its file opened last. The same content gives the same bytes.
//!
//! | module | answers |
//! |---|---|
//! | [`mod@column`] | which columns a table has: schema as data |
//! | [`context`] | what a table needs to know besides its numbers |
//! | [`flows`], `flows_layout` | `flows_<level>__<definition>` |
//! | [`displacement`], `displacement_layout` | `displacement_<level>` |
//! | [`crisis_tables`], `crisis_layouts` | `above_normal_<level>__<series>`, `spread_<level>`, `cohorts_<level>`, `in_out_<level>__<definition>` |
//! | [`people`], `people_layout` | `people_<level>`, `people_from_<level>`, `people_at_<level>`, `people_all_<level>` |
//! | [`population`], `population_layout` | `population_<level>` |
//! | [`recovery`], `recovery_layouts` | `recovery_<level>`, `recovery_all_<level>`, `forecast_<level>`, `forecast_all_<level>` |
//! | [`cells_h3`], `cells_layout` | `cells_h3` |
//! | [`presence`], `presence_layout`, `local_time` | `presence_h3_hourly`, `presence_<level>` |
//! | [`mod@outgoing`] | what leaves by home and host: `flows_<level>__stock_displaced` of released days |
//! | [`indicators`], `residents`, `indicators_layout` | what leaves of areas: `indicators_admin`, with the residents that follow from it |
//! | [`mod@package`] | the whole folder that leaves: tables in the shapes of others, areas, data package, README |
//! | `read_back` | tables of a released folder, by column name |
//! | [`mod@headline`] | what they say in a few lines: headline and top areas |
//! | [`mod@report`] | a released folder as one page that opens offline |
//! | [`mod@released_files`] | whether a released folder is as it was released |
//! | [`coverage`], `coverage_layout` | `coverage_daily_<level>` |
//! | [`quality`], `quality_layout` | `quality_daily` |
//! | `geo` | shapes in files: GeoParquet, GeoJSON |
//! | `common_columns`, `crisis_start` | the columns that tables of a crisis have in common, and how they are filled |
//! | `batch`, `units` | how columns become a batch, and units text |
//! | [`encoded`] | what may be written |
//! | [`parquet_file`], [`csv_file`] | how one table is written |
//! | `csv_text` | text of a CSV that no spreadsheet runs |
//! | [`folder`], `hashed_file` | how a release is written, whole or not at all |
//! | [`method`] | the digest that ties every table to its method |
//! | [`error`] | why a table could not be written |
#![cfg_attr(not(test), warn(unused_crate_dependencies))]

pub mod cells_h3;
pub mod column;
pub mod context;
pub mod coverage;
pub mod crisis_tables;
pub mod csv_file;
pub mod displacement;
pub mod encoded;
pub mod error;
pub mod flows;
pub mod folder;
pub mod headline;
pub mod indicators;
pub mod method;
pub mod outgoing;
pub mod package;
pub mod parquet_file;
pub mod people;
pub mod population;
pub mod presence;
pub mod quality;
pub mod recovery;
pub mod released_files;
pub mod report;

mod batch;
mod cells_layout;
mod common_columns;
mod coverage_layout;
mod crisis_layouts;
mod crisis_start;
mod csv_text;
mod displacement_layout;
mod flows_layout;
mod geo;
mod hashed_file;
mod indicators_layout;
mod local_time;
mod people_layout;
mod population_layout;
mod presence_layout;
mod quality_layout;
mod read_back;
mod recovery_layouts;
mod residents;
mod units;

#[cfg(test)]
mod tests;

pub use cells_h3::encode_cells_h3;
pub use column::{Column, ColumnKind, Layout};
pub use context::{H3Facts, ReleaseContext};
pub use coverage::encode_coverage;
pub use crisis_tables::{encode_above_normal, encode_cohorts, encode_in_out, encode_spread};
pub use csv_file::write_csv;
pub use displacement::encode_displacement;
pub use encoded::EncodedTable;
pub use error::PublishError;
pub use flows::encode_flows;
pub use folder::ReleaseFolder;
pub use geo::shape::rounded_shape;
pub use headline::{Figure, Headline, read_headline};
pub use indicators::encode_outgoing_figures;
pub use method::method_digest;
pub use outgoing::encode_outgoing_flows;
pub use package::{AreaFacts, OperationFacts, Package};
pub use parquet_file::write_parquet;
pub use people::encode_people;
pub use population::encode_population;
pub use presence::{encode_presence_area, encode_presence_hourly};
pub use quality::encode_quality;
pub use recovery::{encode_forecast, encode_recovery};
pub use released_files::released_files;
pub use report::{REPORT_FILE, Report, ReportLanguage, ReportOptions, make_report};
pub use residents::ReferencePopulation;

/// Version of the table formats, written into every file.
pub const FORMATS_VERSION: &str = "0.1";

/// The constant of `source_method`: mobile positioning data. Never an assessment method of another system.
pub const SOURCE_METHOD: &str = "MPD";

/// `qa_flags` of tables that hold counts of subscribers only: people-scaling and baselines have not run.
pub(crate) const COUNTS_ONLY: &str = "no_baseline;not_scaled";

/// Every table with its key and columns, in the order of the documentation, which is generated from this or checked
/// against it.
pub const fn documented_layouts() -> [&'static Layout; 25] {
    [
        &flows_layout::FLOWS_ADM,
        &flows_layout::FLOWS_H3,
        &crisis_layouts::IN_OUT,
        &displacement_layout::DISPLACEMENT,
        &people_layout::PEOPLE,
        &population_layout::POPULATION,
        &recovery_layouts::RECOVERY,
        &recovery_layouts::FORECAST,
        &crisis_layouts::COHORTS,
        &crisis_layouts::SPREAD,
        &crisis_layouts::ABOVE_NORMAL,
        &cells_layout::CELLS_H3,
        &presence_layout::PRESENCE_H3_HOURLY,
        &presence_layout::PRESENCE_AREA,
        &quality_layout::QUALITY_DAILY,
        &coverage_layout::COVERAGE_DAILY,
        &indicators_layout::INDICATORS,
        &package::layouts::IDPS,
        &package::layouts::HAPI,
        &package::layouts::AREAS,
        &package::layouts::AREAS_GEO,
        &package::network_layouts::CELLS,
        &package::network_layouts::CELLS_GEO,
        &package::network_layouts::COVERAGE,
        &package::network_layouts::QUALITY,
    ]
}

/// Every table with its columns, as [`documented_layouts`].
pub fn documented_columns() -> Vec<(&'static str, &'static [Column])> {
    documented_layouts().iter().map(|layout| (layout.name, layout.columns)).collect()
}
