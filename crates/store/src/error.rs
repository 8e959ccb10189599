//! What can be wrong with a store, in words for people.

use std::path::{Path, PathBuf};
use thiserror::Error;

/// A store that cannot be used. Nothing in it has been changed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another run has it.
    #[error("store {0} is in use by another hexodus run; wait for it to end, or let --wait SECONDS do so")]
    Locked(PathBuf),
    /// Made by a later version.
    #[error(
        "store {path} has format {found}, this version of hexodus ({version}) reads up to {known}: use the version that made it, or a newer one",
        version = env!("CARGO_PKG_VERSION")
    )]
    Newer {
        /// The store.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// Made with another zone, day start or key: its days or subscribers cannot be compared.
    #[error("store {path} was made with {what} {found}, the configuration says {wanted}: {advice}")]
    Identity {
        /// The store.
        path: PathBuf,
        /// What differs.
        what: &'static str,
        /// As recorded.
        found: String,
        /// As configured.
        wanted: String,
        /// What to do.
        advice: &'static str,
    },
    /// A file of the store is missing or broken.
    #[error("store file {path} is damaged: {message}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// The system refuses to read or write.
    #[error("cannot {verb} {path}: {message}")]
    System {
        /// read, write, lock …
        verb: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        message: String,
    },
}

impl StoreError {
    pub(crate) fn damaged(path: &Path, message: impl std::fmt::Display) -> Self {
        Self::Damaged { path: path.into(), message: format!("{message}") }
    }

    pub(crate) fn system(verb: &'static str, path: &Path, error: &std::io::Error) -> Self {
        Self::System { verb, path: path.into(), message: error.to_string() }
    }
}
