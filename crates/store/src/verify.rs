//! Whether every byte is still as it was written.

use crate::error::StoreError;
use crate::manifest::{Manifest, Part};
use rayon::prelude::*;
use std::fs::File;
use std::path::Path;

/// What a look at every file of a store found.
#[derive(Debug, Default)]
pub struct Verification {
    /// Files named by the manifest.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Those that are missing or not as written, by name.
    pub damaged: Vec<StoreError>,
}

/// Reads every file the manifest names and compares its digest. Takes no lock and changes nothing: a run that goes on
/// meanwhile may remove a file it has replaced.
pub fn verify(folder: &Path, manifest: &Manifest) -> Verification {
    let checked: Vec<Result<u64, StoreError>> =
        manifest.parts().into_par_iter().map(|part| check(folder, part)).collect();
    let mut found = Verification { files: checked.len() as u64, ..Verification::default() };
    for result in checked {
        match result {
            Ok(bytes) => found.bytes += bytes,
            Err(damage) => found.damaged.push(damage),
        }
    }
    found
}

/// The size of a part in bytes, if it is what was written.
fn check(folder: &Path, part: &Part) -> Result<u64, StoreError> {
    let path = folder.join(&part.name);
    let damaged = |error: std::io::Error| StoreError::damaged(&path, error);
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(&path).map_err(damaged)?).map_err(damaged)?;
    if hasher.finalize().to_hex().as_str() == part.digest {
        Ok(hasher.count())
    } else {
        Err(StoreError::damaged(&path, "its bytes are not those that were written"))
    }
}
