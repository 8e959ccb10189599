//! How input files looked in earlier runs: a help, no part of what the store is. It may be deleted at any time, and is no
//! use where it cannot be read.

use crate::error::StoreError;
use crate::store::Store;
use hexodus_model::SeenFile;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

/// Its name in the folder of the store.
const NAME: &str = "seen_files.json";
/// What it is called until it is whole.
pub const BESIDE: &str = "seen_files.json.new";

/// How files looked, by path; empty when that is not known.
pub fn read_seen_files(folder: &Path) -> BTreeMap<String, SeenFile> {
    let text = fs::read(folder.join(NAME)).ok();
    text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

impl Store {
    /// Keeps how files look now. Nothing is brought to the disk: what a power cut leaves is empty or cannot be read.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_seen_files(&self, seen: &BTreeMap<String, SeenFile>) -> Result<(), StoreError> {
        if read_seen_files(self.folder()) == *seen {
            return Ok(());
        }
        let (path, beside) = (self.folder().join(NAME), self.folder().join(BESIDE));
        let write = || -> io::Result<()> {
            let text = serde_json::to_vec_pretty(seen)?;
            self.system.create(&beside)?.write_all(&text)?;
            self.system.rename(&beside, &path)
        };
        write().map_err(|error| StoreError::system("write", &path, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreIdentity;

    #[test]
    fn it_reads_back_and_half_of_it_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let store = Store::open(folder.path(), &identity).unwrap();
        assert_eq!(read_seen_files(folder.path()), BTreeMap::new());
        let file = SeenFile { stamp: "5-7-1.0-1.0".into(), digest: "ab".into(), twice: true };
        let seen = BTreeMap::from([("dumps/2031-03-02.csv".to_owned(), file)]);
        store.write_seen_files(&seen).unwrap();
        assert_eq!(read_seen_files(folder.path()), seen);
        let path = folder.path().join(NAME);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        fs::write(folder.path().join(BESIDE), "half").unwrap();
        assert_eq!(read_seen_files(folder.path()), BTreeMap::new());
        drop(store);
        Store::open(folder.path(), &identity).unwrap();
        assert!(path.exists() && !folder.path().join(BESIDE).exists(), "what never took its place is swept");
    }
}
