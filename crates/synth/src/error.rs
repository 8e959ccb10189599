//! What can go wrong: an option, an area, or the disk.

use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why nothing, or not everything, was written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SynthError {
    /// An option has a value that cannot be generated.
    #[error("{option} is {value}, expected {expected}")]
    Option {
        /// The field of [`crate::SynthOptions`].
        option: &'static str,
        /// The value given.
        value: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// The time zone is in no IANA database.
    #[error("unknown time zone {zone:?}")]
    Zone {
        /// The name given.
        zone: String,
        /// What the zone database says.
        source: jiff::Error,
    },
    /// The given areas cannot be settled.
    #[error("area {pcode}: {fault}")]
    Area {
        /// The area at fault.
        pcode: String,
        /// What is wrong with it.
        fault: AreaFault,
    },
    /// The folder already holds generated dumps or truth; two countries must never mix.
    #[error("{0} already exists: choose an empty folder")]
    FolderInUse(PathBuf),
    /// A file or folder could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A Parquet file could not be written.
    #[error("cannot write {path}: {source}")]
    Parquet {
        /// Where.
        path: PathBuf,
        /// Why.
        source: parquet::errors::ParquetError,
    },
}

/// What is wrong with a given area.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AreaFault {
    /// Level 0 has nothing to move between.
    #[error("a country is no area to settle; level 1 or deeper expected")]
    Country,
    /// Areas of two levels in one list.
    #[error("not of the level of the first area")]
    OtherLevel,
    /// The P-code occurs twice.
    #[error("P-code occurs twice")]
    Repeated,
    /// No ancestor at this level.
    #[error("no ancestor of level {0}")]
    NoAncestor(u8),
    /// No point could be found inside its shape.
    #[error("empty shape")]
    Empty,
}

impl SynthError {
    pub(crate) fn area(pcode: &str, fault: AreaFault) -> Self {
        Self::Area { pcode: pcode.to_owned(), fault }
    }
}

/// Names the file in an error of the disk.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> SynthError + '_ {
    |source| SynthError::Write { path: path.to_owned(), source }
}
