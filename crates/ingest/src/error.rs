//! What stops a file or a source, in words for people: where, what was expected, what was found.

use std::path::PathBuf;
use thiserror::Error;

/// A problem with configuration or environment that stops the run.
#[derive(Debug, Error)]
pub enum IngestError {
    /// A `[[source]]` that cannot be followed.
    #[error("source \"{source_id}\": {message}")]
    Specification {
        /// Which source.
        source_id: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// The pseudonym key is missing, malformed or readable by others.
    #[error("key file {path}: {message}")]
    Key {
        /// The key file.
        path: PathBuf,
        /// What is wrong and what to do.
        message: String,
    },
    /// The radio-cell plan cannot be read.
    #[error("radio-cell plan: {0}")]
    Plan(FileFault),
    /// The population cannot be read.
    #[error("population: {0}")]
    Population(FileFault),
    /// The urban H3 cells cannot be read.
    #[error("urban H3 cells: {0}")]
    Urban(FileFault),
    /// A folder cannot be listed.
    #[error("cannot list {path}: {message}")]
    Listing {
        /// The folder or file.
        path: PathBuf,
        /// The system's reason.
        message: String,
    },
    /// More than 2^27 distinct locations.
    #[error("more than 134 million distinct locations: radio-cell ids that never repeat are not radio-cell ids")]
    TooManyLocations,
}

/// Why one file cannot be trusted. Its delivery is not stored; other days go on.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", self.sentence())]
pub struct FileFault {
    /// The file.
    pub file: PathBuf,
    /// Row in the file, counted from 1 including the header, where it is known.
    pub row: Option<u64>,
    /// Column, where one is to blame.
    pub column: Option<String>,
    /// What a good file has there.
    pub expected: String,
    /// What this file has there, as a shape (`99-99-9999`), never as content of a record.
    pub found: String,
}

impl FileFault {
    /// A fault of the file as a whole.
    pub fn of_file(file: impl Into<PathBuf>, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { file: file.into(), row: None, column: None, expected: expected.into(), found: found.into() }
    }

    /// The same fault, at a column.
    #[must_use]
    pub fn at_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// The same fault, at a row.
    #[must_use]
    pub const fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    fn sentence(&self) -> String {
        let row = self.row.map(|row| format!(", row {row}")).unwrap_or_default();
        let column = self.column.as_ref().map(|column| format!(", column `{column}`")).unwrap_or_default();
        format!("{}{row}{column}: expected {}, found {}", self.file.display(), self.expected, self.found)
    }
}

#[cfg(test)]
mod tests {
    use super::FileFault;

    #[test]
    fn a_fault_reads_as_where_expected_found() {
        let fault = FileFault::of_file("d.csv", "a time", "nothing").at_row(3).at_column("when");
        assert_eq!(fault.to_string(), "d.csv, row 3, column `when`: expected a time, found nothing");
    }
}
