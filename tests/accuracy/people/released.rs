//! The tables that a run wrote, as anybody would read them.

use crate::Failed;
use crate::country::Country;
use crate::truth::{Row, day, rows};
use hexodus_model::LocalDay;
use std::fs::{self, File};
use std::path::PathBuf;

/// The folder of the operation in the one release of the run.
pub struct Release(PathBuf);

impl Release {
    pub fn of(country: &Country, operation: &str) -> Result<Self, Failed> {
        let release = fs::read_dir(country.path("out"))?.next().ok_or("no release")??;
        Ok(Self(release.path().join(operation)))
    }

    /// That of the run whose last day was this.
    pub fn on(country: &Country, operation: &str, last: LocalDay) -> Result<Self, Failed> {
        let release = country.path("out").join(last.to_string()).join(operation);
        if release.is_dir() { Ok(Self(release)) } else { Err(format!("no release of {last}").into()) }
    }

    /// Rows of a table; none where it was not written.
    pub fn rows(&self, table: &str) -> Result<Vec<Row>, Failed> {
        let path = self.0.join(format!("{table}.csv"));
        if path.exists() { rows(File::open(path)?) } else { Ok(Vec::new()) }
    }
}

/// The local day of a row.
pub fn date(row: &Row) -> Result<LocalDay, Failed> {
    Ok(day(&row["date"])?.ok_or("a row without a date")?)
}

/// A figure that may be null.
pub fn figure(row: &Row, column: &str) -> Result<Option<f64>, Failed> {
    let text = &row[column];
    if text.is_empty() { Ok(None) } else { Ok(Some(text.parse()?)) }
}
