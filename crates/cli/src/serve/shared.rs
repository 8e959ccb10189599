//! Which files may be asked for: those that `SHA256SUMS` names, as they were released, and nothing else that lies beside.

use crate::failure::{Exit, Failure};
use hexodus_publish::released_files;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A file of a release.
#[derive(Clone, Debug)]
pub(super) struct SharedFile {
    path: PathBuf,
    /// Of its bytes, as a tag.
    pub(super) sha256: String,
}

impl SharedFile {
    /// Opens it.
    pub(super) fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }
}

/// The files of a release by their name in it.
#[derive(Debug)]
pub(super) struct SharedFolder {
    files: BTreeMap<String, SharedFile>,
}

impl SharedFolder {
    /// Reads `SHA256SUMS` and every file it names.
    ///
    /// # Errors
    /// Exit 3 for a folder that is no release, or has a file that is not as it was released.
    pub(super) fn open(folder: &Path) -> Result<Self, Failure> {
        let sums =
            released_files(folder).map_err(|error| Failure::new(Exit::Unreadable, miette::miette!("{error}")))?;
        let file = |(name, sha256): (String, String)| (name.clone(), SharedFile { path: folder.join(name), sha256 });
        Ok(Self { files: sums.into_iter().map(file).collect() })
    }

    /// How many files there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// The file of a name, as `SHA256SUMS` spells it.
    pub(super) fn get(&self, name: &str) -> Option<&SharedFile> {
        self.files.get(name)
    }

    /// Every name, ascending.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}
