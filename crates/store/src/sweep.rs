//! Removing what a killed run left behind.

use crate::error::StoreError;
use crate::manifest_file;
use crate::seen_files;
use crate::store::Store;
use hexodus_failpoint::{Point, pass};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

impl Store {
    /// Removes partitions the manifest does not name, files that never took their place, and folders left empty.
    pub(crate) fn sweep(&self) -> Result<(), StoreError> {
        self.sweep_folder(&self.folder, &self.manifest.file_names())
    }

    fn sweep_folder(&self, folder: &Path, named: &BTreeSet<&str>) -> Result<(), StoreError> {
        for path in listed(folder)? {
            if path.is_dir() {
                self.sweep_folder(&path, named)?;
                if listed(&path)?.is_empty() {
                    self.system.remove_folder(&path).map_err(|error| StoreError::system("remove", &path, &error))?;
                }
            } else if self.is_left_over(&path, named) {
                pass(Point::SweepRemove)
                    .and_then(|()| self.system.remove(&path))
                    .map_err(|error| StoreError::system("remove", &path, &error))?;
            }
        }
        Ok(())
    }

    fn is_left_over(&self, path: &Path, named: &BTreeSet<&str>) -> bool {
        let name = path.strip_prefix(&self.folder).ok().and_then(Path::to_str);
        let part = path.extension().is_some_and(|extension| extension == "parquet");
        [manifest_file::BESIDE, seen_files::BESIDE].iter().any(|own| name == Some(*own))
            || (part && name.is_none_or(|name| !named.contains(name)))
    }
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let failed = |error: &std::io::Error| StoreError::system("list", folder, error);
    let entries = fs::read_dir(folder).map_err(|error| failed(&error))?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(|error| failed(&error))).collect()
}

#[cfg(test)]
mod tests {
    use crate::{Store, StoreIdentity};
    use std::fs;

    #[test]
    fn what_the_manifest_does_not_name_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("events/day=2031-03-02")).unwrap();
        fs::write(at("events/day=2031-03-02/000009.parquet"), "half of a partition").unwrap();
        fs::write(at("manifest.json.new"), "half of a manifest").unwrap();
        fs::write(at("notes.txt"), "somebody else's").unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        Store::open(folder.path(), &identity).unwrap();
        assert!(!at("events").exists() && !at("manifest.json.new").exists());
        assert!(at("notes.txt").exists());
    }
}
