//! The manifest on disk: read as a whole, replaced as a whole.

use crate::error::StoreError;
use crate::fs::Disk;
use crate::manifest::{FORMAT, Manifest};
use hexodus_failpoint::{Point, pass};
use std::fs;
use std::io;
use std::path::Path;

/// Its name in the folder of the store.
pub const NAME: &str = "manifest.json";
/// What it is called until it is whole.
pub const BESIDE: &str = "manifest.json.new";

/// The manifest and the digest of its bytes; `None` when there is no store.
pub fn read(folder: &Path) -> Result<Option<(Manifest, String)>, StoreError> {
    let path = folder.join(NAME);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::system("read", &path, &error)),
    };
    // The format is read first: a newer manifest may hold what this version cannot parse.
    let only: OnlyFormat = serde_json::from_slice(&text).map_err(|error| StoreError::damaged(&path, error))?;
    if only.format > FORMAT {
        return Err(StoreError::Newer { path: folder.into(), found: only.format, known: FORMAT });
    }
    let mut manifest: Manifest = serde_json::from_slice(&text).map_err(|error| StoreError::damaged(&path, error))?;
    manifest.bring_up_to_date();
    Ok(Some((manifest, blake3::hash(&text).to_hex().to_string())))
}

#[derive(serde::Deserialize)]
struct OnlyFormat {
    #[serde(default)]
    format: u32,
}

/// Writes it beside, brings it to the disk, puts it in the place of the old one, and makes that last. Returns the
/// digest of its bytes.
pub fn replace(disk: Disk<'_>, manifest: &Manifest) -> Result<String, StoreError> {
    let (path, beside) = (disk.path(NAME), disk.path(BESIDE));
    let replace = || -> io::Result<String> {
        let text = serde_json::to_vec_pretty(manifest)?;
        pass(Point::ManifestCreate)?;
        let mut file = disk.system.create(&beside)?;
        let (first, second) = text.split_at(text.len() / 2);
        file.write_all(first)?;
        pass(Point::ManifestWrite)?;
        file.write_all(second)?;
        pass(Point::ManifestSync)?;
        file.sync()?;
        pass(Point::ManifestRename)?;
        disk.system.rename(&beside, &path)?;
        pass(Point::ManifestRenamed)?;
        disk.system.sync_folder(disk.folder)?;
        pass(Point::ManifestCommitted)?;
        Ok(blake3::hash(&text).to_hex().to_string())
    };
    replace().map_err(|error| StoreError::system("write", &path, &error))
}
