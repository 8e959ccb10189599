//! Why a table could not be written.

use arrow_schema::ArrowError;
use parquet::errors::ParquetError;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a release could not be written. Nothing of it is visible then: a folder appears whole or not at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PublishError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// What was being written, moved or removed.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
    /// A table holds a unit that the context cannot name: an area that is not in the tree, or an H3 cell among areas.
    #[error("{table}: unit {bits:#x} is no unit of this table")]
    UnknownUnit {
        /// The table.
        table: String,
        /// The key; units are public, so it may be shown.
        bits: u64,
    },
    /// A released table was handed to the encoder of another one.
    #[error("{found} cannot be written as {expected}")]
    WrongTable {
        /// What the encoder writes.
        expected: &'static str,
        /// What it was given.
        found: String,
    },
    /// Two tables of one name in one folder.
    #[error("the table {0} is written twice")]
    RepeatedTable(String),
    /// `method.json` must be an object, to take the list of tables.
    #[error("the method is no JSON object")]
    MethodIsNoObject,
    /// Columns do not fit their schema: a bug, or more than 2^31 distinct values.
    #[error("encoding failed: {0}")]
    Arrow(#[from] ArrowError),
    /// A folder that is read back is no release.
    #[error("{path}: {expected}")]
    NoRelease {
        /// The file.
        path: PathBuf,
        /// What was expected in it.
        expected: &'static str,
    },
    /// The Parquet writer or reader refused.
    #[error("Parquet: {0}")]
    Parquet(#[from] ParquetError),
}

impl PublishError {
    /// Adds the path to an error of the file system.
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { path: path.to_owned(), source }
    }
}
