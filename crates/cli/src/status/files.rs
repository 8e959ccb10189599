//! Which files were accepted, and which are new.

use crate::console::grouped;
use crate::failure::Failure;
use crate::setup::Setup;
use hexodus_model::FileState;
use hexodus_store::Manifest;
use std::collections::{BTreeSet, HashSet};

/// A heading and a line a file.
pub fn file_lines(manifest: &Manifest) -> Vec<String> {
    let line = |file: &hexodus_model::FileAudit| {
        let total = file.total();
        let digest: String = file.digest.chars().take(8).collect();
        let (read, rejected) = (grouped(total.read), grouped(total.rejected_rows()));
        let state = match file.state {
            FileState::Accepted => String::new(),
            FileState::AcceptedInPart => {
                format!("  accepted in part: {}", file.accept_reason.as_deref().unwrap_or_default())
            }
        };
        format!("{digest}  {read:>13}  {rejected:>10}  {}{state}", file.file_name)
    };
    let heading = "digest             rows    rejected  file".to_owned();
    std::iter::once(heading).chain(manifest.files.iter().map(line)).collect()
}

/// How many files a run would read. A file of a name and size that were accepted is taken for known (a run looks at
/// its bytes); one of an accepted size under another name is looked into; all others are new.
pub fn new_files(setup: &Setup, manifest: &Manifest) -> Result<Vec<String>, Failure> {
    let known: HashSet<(&str, u64)> =
        manifest.files.iter().map(|file| (file.file_name.as_str(), file.size_bytes)).collect();
    let sizes: HashSet<u64> = manifest.files.iter().map(|file| file.size_bytes).collect();
    let (mut new, mut days) = (0_u64, BTreeSet::new());
    for delivery in setup.deliveries()? {
        for file in &delivery.files {
            let size = file.path.metadata().map_err(|error| Failure::system("read", &file.path, &error))?.len();
            let name = file.path.display().to_string();
            if known.contains(&(name.as_str(), size)) {
                continue;
            }
            if sizes.contains(&size) {
                let digest = hexodus_ingest::digest::digest_file(&file.path);
                let (digest, _) = digest.map_err(|error| Failure::system("read", &file.path, &error))?;
                if manifest.knows(&digest) {
                    continue;
                }
            }
            new += 1;
            days.extend(delivery.day);
        }
    }
    let mut lines = vec![match (new, days.first(), days.last()) {
        (0, ..) => "no new files".to_owned(),
        (new, Some(first), Some(last)) if first == last => {
            format!("{} new files: `hexodus run` would read them ({first})", grouped(new))
        }
        (new, Some(first), Some(last)) => {
            format!("{} new files: `hexodus run` would read them ({first} to {last})", grouped(new))
        }
        (new, ..) => format!("{} new files: `hexodus run` would read them", grouped(new)),
    }];
    if manifest.days.values().any(|entry| !entry.delivered) {
        lines.push(
            "strays: rows of that day came in its neighbours' files; it is not used until its own is delivered".into(),
        );
    }
    Ok(lines)
}
