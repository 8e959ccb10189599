//! How the files that the benches read are laid out.

use super::ZONE;
use hexodus_ingest::spec::{ColumnRef, ColumnSpec, FileSpec, SourceSpec, TimeSpec};
use std::path::Path;

/// The generated layout: `sim, when, tower, kind`, gzipped CSV.
pub fn dumps() -> SourceSpec {
    let named = |name: &str| Some(ColumnRef::Name(name.into()));
    SourceSpec {
        id: "sim".into(),
        preset: "generic".into(),
        file: FileSpec { glob: "dumps/{date}/*.csv.gz".into(), ..FileSpec::default() },
        columns: ColumnSpec {
            user_id: named("sim"),
            timestamp: named("when"),
            radio_cell_id: named("tower"),
            ..ColumnSpec::default()
        },
        time: TimeSpec { format: Some("%Y-%m-%d %H:%M:%S".into()), tz: Some(ZONE.into()), ..TimeSpec::default() },
        ..SourceSpec::default()
    }
}

/// The same columns in Parquet: ids as 64-bit numbers, instants in UTC, radio cells as numbers.
pub fn parquet(file: &Path) -> SourceSpec {
    let file = FileSpec { glob: file.display().to_string(), ..FileSpec::default() };
    SourceSpec { file, time: TimeSpec { tz: Some("utc".into()), ..TimeSpec::default() }, ..dumps() }
}
