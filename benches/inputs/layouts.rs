//! How the files that the benches read are laid out.

use super::{Day, ZONE};
use arrow_array::{Int64Array, RecordBatch, TimestampMicrosecondArray, UInt64Array};
use hexodus_ingest::spec::{ColumnRef, ColumnSpec, FileSpec, SourceSpec, TimeSpec};
use hexodus_model::GroupedEvents;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

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

/// A file of one day in order of time, subscribers interleaved, as operators deliver it.
pub fn write_parquet(day: &Day, file: &Path) {
    let mut rows: Vec<_> = day.buckets.iter().flat_map(GroupedEvents::rows).collect();
    rows.sort_by_key(|row| row.moment.micros_of_day());
    let subscribers: UInt64Array = rows.iter().map(|row| row.subscriber.bits()).collect();
    let at = |micros: i64| day.window.start.0 + micros;
    let instants: TimestampMicrosecondArray = rows.iter().map(|row| at(row.moment.micros_of_day())).map(Some).collect();
    let towers: Int64Array = rows.iter().map(|row| i64::from(row.moment.location().0)).collect();
    let batch = RecordBatch::try_from_iter([
        ("sim", Arc::new(subscribers) as _),
        ("when", Arc::new(instants.with_timezone("UTC")) as _),
        ("tower", Arc::new(towers) as _),
    ])
    .expect("columns of one length");
    let out = File::create(file).expect("a file");
    let mut writer = parquet::arrow::ArrowWriter::try_new(out, batch.schema(), None).expect("a writer");
    writer.write(&batch).and_then(|()| writer.close()).expect("a Parquet file");
}
