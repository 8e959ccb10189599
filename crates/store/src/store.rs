//! Opening, locking, committing.

use crate::error::StoreError;
use crate::manifest::{FORMAT, Manifest, StoreIdentity};
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

const MANIFEST: &str = "manifest.json";

/// An open store. Holds a lock until dropped, so two runs never write at once.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    /// The manifest, with names handed out since the last commit.
    manifest: Manifest,
    /// As it is on disk.
    committed: Option<Manifest>,
    _lock: File,
}

/// What a commit did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// The manifest was replaced.
    Written,
    /// Nothing differed.
    Unchanged,
}

impl Store {
    /// Opens a store, or makes an empty one, and locks it. Files a killed run left behind are removed.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another run has it, [`StoreError::Newer`] and [`StoreError::Identity`] when it
    /// cannot be continued, [`StoreError::Damaged`] when its manifest cannot be read.
    pub fn open(folder: &Path, identity: &StoreIdentity) -> Result<Self, StoreError> {
        create_private(folder).map_err(|error| StoreError::system("create", folder, &error))?;
        let lock_path = folder.join("lock");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|error| StoreError::system("write", &lock_path, &error))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => StoreError::Locked(folder.into()),
            TryLockError::Error(error) => StoreError::system("lock", &lock_path, &error),
        })?;
        let committed = Self::read_manifest(folder)?;
        if let Some(manifest) = &committed {
            check_identity(folder, &manifest.identity, identity)?;
        }
        let manifest = committed.clone().unwrap_or_else(|| Manifest::new(identity.clone()));
        let store = Self { folder: folder.into(), manifest, committed, _lock: lock };
        store.sweep()?;
        Ok(store)
    }

    /// The manifest of a store without opening it; `None` when there is no store.
    ///
    /// # Errors
    /// [`StoreError::Newer`], [`StoreError::Damaged`].
    pub fn read_manifest(folder: &Path) -> Result<Option<Manifest>, StoreError> {
        let path = folder.join(MANIFEST);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoreError::system("read", &path, &error)),
        };
        // The format is read first: a newer manifest may hold what this version cannot parse.
        let value: serde_json::Value =
            serde_json::from_slice(&text).map_err(|error| StoreError::damaged(&path, error))?;
        let found = value["format"].as_u64().and_then(|format| u32::try_from(format).ok()).unwrap_or(0);
        if found > FORMAT {
            return Err(StoreError::Newer { path: folder.into(), found, known: FORMAT });
        }
        serde_json::from_value(value).map(Some).map_err(|error| StoreError::damaged(&path, error))
    }

    /// What the store holds.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A fresh file name below the store folder, never used before; its folder exists. The number becomes permanent
    /// with the next commit.
    pub(crate) fn new_name(&mut self, folder: &str) -> Result<String, StoreError> {
        let path = self.folder.join(folder);
        fs::create_dir_all(&path).map_err(|error| StoreError::system("create", &path, &error))?;
        let number = self.manifest.next_number;
        self.manifest.next_number += 1;
        Ok(format!("{folder}/{number:06}.parquet"))
    }

    /// Changes the manifest: written beside, flushed, renamed over the old one, folder flushed. Before the rename the
    /// old state holds, after it the new one; there is no state between. Files that are no longer named are removed
    /// afterwards.
    ///
    /// # Errors
    /// [`StoreError::System`]; the store then is as before.
    pub fn commit(&mut self, change: impl FnOnce(&mut Manifest)) -> Result<Commit, StoreError> {
        let mut manifest = self.manifest.clone();
        change(&mut manifest);
        if self.committed.as_ref() == Some(&manifest) {
            return Ok(Commit::Unchanged);
        }
        let (path, beside) = (self.folder.join(MANIFEST), self.folder.join("manifest.json.new"));
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&beside)?;
            file.write_all(&serde_json::to_vec_pretty(&manifest)?)?;
            file.sync_all()?;
            fs::rename(&beside, &path)?;
            File::open(&self.folder)?.sync_all()
        };
        write().map_err(|error| StoreError::system("write", &path, &error))?;
        let before = self.committed.replace(manifest.clone());
        self.manifest = manifest;
        self.remove_replaced(before.as_ref())?;
        Ok(Commit::Written)
    }

    /// Removes the files the manifest before named and this one does not.
    fn remove_replaced(&self, before: Option<&Manifest>) -> Result<(), StoreError> {
        let Some(before) = before else { return Ok(()) };
        for name in before.file_names().difference(&self.manifest.file_names()) {
            let path = self.folder.join(name);
            fs::remove_file(&path).map_err(|error| StoreError::system("remove", &path, &error))?;
        }
        Ok(())
    }

    /// Removes partitions the manifest does not name, left by a killed run.
    fn sweep(&self) -> Result<(), StoreError> {
        let named = self.manifest.file_names();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(|error| StoreError::system("list", &folder, &error))? {
                let path = entry.map_err(|error| StoreError::system("list", &folder, &error))?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "parquet")
                    && !path
                        .strip_prefix(&self.folder)
                        .ok()
                        .and_then(Path::to_str)
                        .is_some_and(|name| named.contains(name))
                {
                    fs::remove_file(&path).map_err(|error| StoreError::system("remove", &path, &error))?;
                }
            }
        }
        Ok(())
    }
}

/// Creates the folder for its owner only; an existing one keeps its mode.
pub(crate) fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn check_identity(folder: &Path, found: &StoreIdentity, wanted: &StoreIdentity) -> Result<(), StoreError> {
    let days = "its days would not be the same days; use another store folder";
    let key = "ids under different keys are never linked; use the key that made it, or another store folder";
    let checks = [
        ("zone", &found.zone, &wanted.zone, days),
        ("day_start", &found.day_start, &wanted.day_start, days),
        ("key", &found.key_fingerprint, &wanted.key_fingerprint, key),
    ];
    for (what, found, wanted, advice) in checks {
        if found != wanted {
            let (found, wanted) = (found.clone(), wanted.clone());
            return Err(StoreError::Identity { path: folder.into(), what, found, wanted, advice });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(zone: &str) -> StoreIdentity {
        StoreIdentity { zone: zone.into(), day_start: "00:00".into(), key_fingerprint: "k".into() }
    }

    #[test]
    fn only_one_run_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = Store::open(folder.path(), &identity("UTC")).unwrap();
        assert!(matches!(Store::open(folder.path(), &identity("UTC")), Err(StoreError::Locked(_))));
        drop(first);
        assert!(Store::open(folder.path(), &identity("UTC")).is_ok());
    }

    #[test]
    fn a_store_keeps_its_zone_and_refuses_newer_formats() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path(), &identity("UTC")).unwrap();
        assert_eq!(store.commit(|_| ()).unwrap(), Commit::Written);
        assert_eq!(store.commit(|_| ()).unwrap(), Commit::Unchanged);
        drop(store);
        let message = Store::open(folder.path(), &identity("Asia/Kathmandu")).unwrap_err().to_string();
        assert!(message.contains("zone UTC"), "{message}");
        fs::write(folder.path().join(MANIFEST), "{\"format\": 99, \"more\": []}").unwrap();
        assert!(matches!(Store::open(folder.path(), &identity("UTC")), Err(StoreError::Newer { found: 99, .. })));
        fs::write(folder.path().join(MANIFEST), "{\"format\": 1, \"iden").unwrap();
        assert!(matches!(Store::open(folder.path(), &identity("UTC")), Err(StoreError::Damaged { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_store_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        Store::open(&path, &identity("UTC")).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn what_the_manifest_does_not_name_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let left_over = folder.path().join("events/day=2031-03-02/000009.parquet");
        fs::create_dir_all(left_over.parent().unwrap()).unwrap();
        fs::write(&left_over, "half of a partition").unwrap();
        Store::open(folder.path(), &identity("UTC")).unwrap();
        assert!(!left_over.exists());
    }
}
