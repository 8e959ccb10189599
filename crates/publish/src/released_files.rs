//! A released folder checked against its own `SHA256SUMS`.

use crate::error::PublishError;
use crate::method::hexadecimal;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path};

const SUMS: &str = "SHA256SUMS";

/// The files of a release with their digests, by name; every one was read and is as it was released. `SHA256SUMS` itself is one.
///
/// # Errors
/// [`PublishError::Io`] when one cannot be read; [`PublishError::NoRelease`] for a folder that is no release, a name that
/// leads out of it, or other bytes.
pub fn released_files(folder: &Path) -> Result<BTreeMap<String, String>, PublishError> {
    let not = |name: &str, expected: &'static str| PublishError::NoRelease { path: folder.join(name), expected };
    let sums = folder.join(SUMS);
    let text = std::fs::read_to_string(&sums).map_err(PublishError::at(&sums))?;
    let mut files = BTreeMap::new();
    for line in text.lines() {
        let (expected, name) =
            line.split_once("  ").ok_or_else(|| not(SUMS, "expected a digest and a name in every line"))?;
        let stays_inside = Path::new(name).components().all(|own| matches!(own, Component::Normal(_)));
        if !stays_inside || !is_file_itself(folder, name) {
            return Err(not(name, "expected a file of this folder, named in SHA256SUMS"));
        }
        let path = folder.join(name);
        if sha256_of(&path).map_err(PublishError::at(&path))? != expected {
            return Err(not(name, "expected the bytes of which SHA256SUMS tells: it is not as it was released"));
        }
        files.insert(name.to_owned(), expected.to_owned());
    }
    if files.is_empty() {
        return Err(not(SUMS, "expected the names of files"));
    }
    files.insert(SUMS.into(), sha256_of(&sums).map_err(PublishError::at(&sums))?);
    Ok(files)
}

/// Whether no step of the way to it is a link.
fn is_file_itself(folder: &Path, name: &str) -> bool {
    let mut path = folder.to_owned();
    let mut steps = Path::new(name).components().peekable();
    while let Some(step) = steps.next() {
        path.push(step);
        let Ok(found) = path.symlink_metadata() else { return false };
        if steps.peek().is_some() && !found.is_dir() || steps.peek().is_none() && !found.is_file() {
            return false;
        }
    }
    true
}

fn sha256_of(path: &Path) -> io::Result<String> {
    let (mut file, mut digest, mut part) = (File::open(path)?, Sha256::new(), vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut part)?;
        if read == 0 {
            break;
        }
        digest.update(&part[..read]);
    }
    Ok(hexadecimal(&digest.finalize()))
}
