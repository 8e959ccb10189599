//! How fast it is; run by name, with `--ignored --nocapture`, in release.

use super::written;
use crate::{DumpFormat, SynthOptions};
use std::time::Instant;

#[test]
#[ignore = "a measurement, not a promise"]
#[expect(clippy::print_stdout, reason = "the figure is the result")]
fn rows_per_second() {
    for (format, writes_truth) in [(DumpFormat::CsvGz, false), (DumpFormat::CsvGz, true), (DumpFormat::Parquet, true)] {
        let folder = tempfile::tempdir().unwrap();
        let options = SynthOptions { subscribers: 200_000, days: 3, format, writes_truth, ..SynthOptions::default() };
        let begun = Instant::now();
        let rows = written(&options, folder.path()).rows;
        let million_rows_s = rows as f64 / begun.elapsed().as_secs_f64() / 1e6;
        println!("{format:?}, truth {writes_truth}: {rows} rows, {million_rows_s:.2} M rows/s");
    }
}
