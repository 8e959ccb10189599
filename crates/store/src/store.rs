//! Opening and committing.

use crate::error::StoreError;
use crate::fs::{Disk, FileSystem, RealFileSystem, create_folders};
use crate::lock;
use crate::manifest::{Manifest, Part, StoreIdentity};
use crate::manifest_file;
use hexodus_failpoint::{Point, pass};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// An open store. Holds a lock until dropped, so two runs never write at once.
#[derive(Debug)]
pub struct Store {
    pub(crate) folder: PathBuf,
    /// The manifest, with names handed out since the last commit.
    pub(crate) manifest: Manifest,
    /// As it is on disk, with the digest of its bytes.
    committed: Option<(Manifest, String)>,
    pub(crate) system: Arc<dyn FileSystem>,
    _lock: File,
}

/// What a commit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Commit {
    /// The first manifest of the store was written.
    Written,
    /// Nothing differed, nothing was written.
    Unchanged,
    /// The manifest was replaced.
    Replaced {
        /// BLAKE3 of the manifest before, hexadecimal.
        previous: String,
    },
}

impl Store {
    /// Opens a store, or makes an empty one, and locks it. Files a killed run left behind are removed.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another run has it, [`StoreError::Newer`] and [`StoreError::Identity`] when it
    /// cannot be continued, [`StoreError::Damaged`] when its manifest cannot be read.
    pub fn open(folder: &Path, identity: &StoreIdentity) -> Result<Self, StoreError> {
        Self::open_waiting(folder, identity, Duration::ZERO)
    }

    /// The same, but waits for another run to end, for so long.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_waiting(folder: &Path, identity: &StoreIdentity, wait: Duration) -> Result<Self, StoreError> {
        Self::open_on(Arc::new(RealFileSystem), folder, identity, wait)
    }

    /// The same on another file system.
    pub(crate) fn open_on(
        system: Arc<dyn FileSystem>,
        folder: &Path,
        identity: &StoreIdentity,
        wait: Duration,
    ) -> Result<Self, StoreError> {
        create_folders(system.as_ref(), folder).map_err(|error| StoreError::system("create", folder, &error))?;
        let lock = lock::take(folder, wait)?;
        let committed = manifest_file::read(folder)?;
        if let Some((manifest, _)) = &committed {
            manifest.check_identity(folder, identity)?;
        }
        let manifest = committed.as_ref().map_or_else(|| Manifest::new(identity.clone()), |(found, _)| found.clone());
        let store = Self { folder: folder.into(), manifest, committed, system, _lock: lock };
        store.sweep()?;
        Ok(store)
    }

    /// The manifest of a store without opening it; `None` when there is no store.
    ///
    /// # Errors
    /// [`StoreError::Newer`], [`StoreError::Damaged`].
    pub fn read_manifest(folder: &Path) -> Result<Option<Manifest>, StoreError> {
        Ok(manifest_file::read(folder)?.map(|(manifest, _)| manifest))
    }

    /// What the store holds.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where its files are written.
    pub(crate) fn disk(&self) -> Disk<'_> {
        Disk { system: self.system.as_ref(), folder: &self.folder }
    }

    /// A fresh file name below the store folder, never used before; its folder exists. The number becomes permanent
    /// with the next commit.
    pub(crate) fn new_name(&mut self, folder: &str) -> Result<String, StoreError> {
        let path = self.folder.join(folder);
        create_folders(self.system.as_ref(), &path).map_err(|error| StoreError::system("create", &path, &error))?;
        let number = self.manifest.next_number;
        self.manifest.next_number += 1;
        Ok(format!("{folder}/{number:06}.parquet"))
    }

    /// Removes a part that no commit has named.
    pub(crate) fn discard(&self, part: &Part) -> Result<(), StoreError> {
        let path = self.folder.join(&part.name);
        self.system.remove(&path).map_err(|error| StoreError::system("remove", &path, &error))
    }

    /// Changes the manifest: written beside, flushed, renamed over the old one, folder flushed. Before the rename the
    /// old state holds, after it the new one; there is no state between. Files that are no longer named are removed
    /// afterwards. Days that are new belong to the key in use.
    ///
    /// # Errors
    /// [`StoreError::System`]; the store then is as before.
    pub fn commit(&mut self, change: impl FnOnce(&mut Manifest)) -> Result<Commit, StoreError> {
        let mut manifest = self.manifest.clone();
        change(&mut manifest);
        manifest.stamp_new_days();
        if self.committed.as_ref().is_some_and(|(committed, _)| *committed == manifest) {
            return Ok(Commit::Unchanged);
        }
        let digest = manifest_file::replace(self.disk(), &manifest)?;
        self.manifest = manifest.clone();
        let Some((before, previous)) = self.committed.replace((manifest, digest)) else { return Ok(Commit::Written) };
        self.remove_replaced(&before)?;
        Ok(Commit::Replaced { previous })
    }

    /// Removes the files the manifest before named and this one does not.
    fn remove_replaced(&self, before: &Manifest) -> Result<(), StoreError> {
        for name in before.file_names().difference(&self.manifest.file_names()) {
            let path = self.folder.join(name);
            pass(Point::ReplacedRemove)
                .and_then(|()| self.system.remove(&path))
                .map_err(|error| StoreError::system("remove", &path, &error))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::FORMAT;
    use std::fs;

    fn identity(zone: &str) -> StoreIdentity {
        StoreIdentity { zone: zone.into(), day_start: "00:00".into(), key_fingerprint: "k".into() }
    }

    #[test]
    fn a_commit_says_what_it_did() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path(), &identity("UTC")).unwrap();
        assert_eq!(store.commit(|_| ()).unwrap(), Commit::Written);
        assert_eq!(store.commit(|_| ()).unwrap(), Commit::Unchanged);
        let first = fs::read(folder.path().join(manifest_file::NAME)).unwrap();
        let previous = blake3::hash(&first).to_hex().to_string();
        let change = |manifest: &mut Manifest| manifest.last_release = Some(("inputs".into(), "out".into()));
        assert_eq!(store.commit(change).unwrap(), Commit::Replaced { previous: previous.clone() });
        assert_eq!(store.commit(change).unwrap(), Commit::Unchanged);
        drop(store);
        let mut reopened = Store::open(folder.path(), &identity("UTC")).unwrap();
        assert_eq!(reopened.commit(|_| ()).unwrap(), Commit::Unchanged, "reading it back changes nothing");
        assert!(matches!(reopened.commit(|manifest| manifest.last_release = None).unwrap(),
            Commit::Replaced { previous: other } if other != previous));
    }

    #[test]
    fn a_store_keeps_its_zone_and_refuses_newer_formats() {
        let folder = tempfile::tempdir().unwrap();
        Store::open(folder.path(), &identity("UTC")).unwrap().commit(|_| ()).unwrap();
        let message = Store::open(folder.path(), &identity("Asia/Kathmandu")).unwrap_err().to_string();
        assert!(message.contains("zone UTC"), "{message}");
        fs::write(folder.path().join(manifest_file::NAME), "{\"format\": 99, \"more\": []}").unwrap();
        let newer = Store::open(folder.path(), &identity("UTC")).unwrap_err();
        assert!(matches!(newer, StoreError::Newer { found: 99, .. }));
        let message = newer.to_string();
        assert!(message.contains("format 99") && message.contains(&format!("up to {FORMAT}")), "{message}");
        fs::write(folder.path().join(manifest_file::NAME), "{\"format\": 1, \"iden").unwrap();
        assert!(matches!(Store::open(folder.path(), &identity("UTC")), Err(StoreError::Damaged { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_store_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/store");
        Store::open(&path, &identity("UTC")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o700);
    }
}
