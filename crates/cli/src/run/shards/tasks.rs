//! Which tasks of `hexodus shard` are done, so that no shard is reduced from half of the deliveries.

use super::record::StagedRefusal;
use super::staging::{Staging, make_folder, read_json, write_json};
use crate::failure::{Exit, Failure};
use crate::run::days::fingerprint;
use hexodus_ingest::Delivery;
use hexodus_model::Shard;
use miette::miette;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// A file of a delivery: its path and its bytes.
pub type FoundFile = (String, u64);

/// What a task says when it is done.
#[derive(Debug, Serialize, Deserialize)]
pub struct Done {
    /// Number of the task, from 0, and of how many.
    task: u16,
    of: u16,
    /// Fingerprint of the deliveries that all tasks share: they must have found the same.
    list: String,
    /// The files of its own deliveries.
    pub found: Vec<FoundFile>,
    /// Those that cannot be trusted.
    pub refused: Vec<StagedRefusal>,
}

/// A task among those that share the same deliveries. Holds a lock until dropped.
pub struct Task {
    part: Shard,
    /// Fingerprint of the deliveries.
    pub list: String,
    _lock: File,
}

impl Task {
    /// Begins one: what tasks of another list or number said holds no more.
    ///
    /// # Errors
    /// Exit 4 while another process does the same task.
    pub fn begin(staging: &Staging, part: Shard, deliveries: &[Delivery]) -> Result<Self, Failure> {
        make_folder(&staging.tasks())?;
        make_folder(&staging.deliveries())?;
        let lock = lock(staging, &name(part))?.ok_or_else(|| {
            let folder = staging.folder.display();
            Failure::new(Exit::Store, miette!("{folder}: another process does --files {part} at this moment"))
        })?;
        let task = Self { part, list: list_of(deliveries), _lock: lock };
        remove_left_over(staging, part)?;
        for (path, done) in read(staging)? {
            if (done.of, &done.list) != (part.of(), &task.list) || done.task == part.index() {
                gone(fs::remove_file(&path)).map_err(|error| Failure::system("remove", &path, &error))?;
            }
        }
        Ok(task)
    }

    /// Where a delivery is written until it is whole.
    pub fn beside(&self, staging: &Staging, delivery: &str) -> PathBuf {
        staging.deliveries().join(format!(".{}.{delivery}", name(self.part)))
    }

    /// Says that it is done.
    pub fn end(self, staging: &Staging, found: Vec<FoundFile>, refused: Vec<StagedRefusal>) -> Result<(), Failure> {
        let (task, of) = (self.part.index(), self.part.of());
        let done = Done { task, of, list: self.list, found, refused };
        write_json(&staging.tasks().join(format!("{}.json", name(self.part))), &done)
    }
}

fn name(part: Shard) -> String {
    format!("{}-of-{}", part.index(), part.of())
}

/// The same for all tasks that find the same files; another once a file was added or changed.
fn list_of(deliveries: &[Delivery]) -> String {
    let file = |path: &Path| {
        let changed = path.metadata().and_then(|own| own.modified()).ok();
        let since = changed.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map(|since| since.as_nanos().to_string());
        (path.display().to_string(), since)
    };
    let delivery = |own: &Delivery| {
        let files: Vec<_> = own.files.iter().map(|own| file(&own.path)).collect();
        serde_json::json!([own.source, own.day, files])
    };
    fingerprint(&serde_json::json!(deliveries.iter().map(delivery).collect::<Vec<_>>()))
}

/// The lock of a task; none while another process has it.
fn lock(staging: &Staging, name: &str) -> Result<Option<File>, Failure> {
    let path = staging.tasks().join(format!("{name}.lock"));
    let failed = |error: &io::Error| Failure::system("lock", &path, error);
    let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| failed(&error))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(failed(&error)),
    }
}

/// Removes halves of deliveries that killed tasks left: this one before, and others that nobody does any more.
fn remove_left_over(staging: &Staging, own: Shard) -> Result<(), Failure> {
    let folder = staging.deliveries();
    let failed = |error: &io::Error| Failure::system("clear up", &folder, error);
    for entry in fs::read_dir(&folder).map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        let file_name = entry.file_name();
        let Some(task) = file_name.to_str().and_then(|own| own.strip_prefix('.')?.split_once('.')).map(|own| own.0)
        else {
            continue;
        };
        let is_free = task == name(own) || lock(staging, task)?.is_some();
        if is_free {
            gone(fs::remove_dir_all(entry.path())).map_err(|error| failed(&error))?;
        }
    }
    Ok(())
}

/// Another task may have removed it at the same moment.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// What all tasks said, by number.
///
/// # Errors
/// Names those that are not done.
pub fn all(staging: &Staging) -> Result<Vec<Done>, Failure> {
    let done: BTreeMap<u16, Done> = read(staging)?.into_iter().map(|(_, own)| (own.task, own)).collect();
    let Some(of) = done.values().next().map(|own| own.of) else {
        return Err(missing(staging, "`hexodus shard` has not ended yet"));
    };
    let left: Vec<String> =
        (0..of).filter(|task| !done.contains_key(task)).map(|task| format!("--files {task}/{of}")).collect();
    if left.is_empty() {
        return Ok(done.into_values().collect());
    }
    Err(missing(staging, &format!("`hexodus shard` has not ended with {}", left.join(", "))))
}

fn missing(staging: &Staging, what: &str) -> Failure {
    let folder = staging.folder.display();
    Failure::new(Exit::Unreadable, miette!(help = "start it again: what it has done stays done", "{folder}: {what}"))
}

fn read(staging: &Staging) -> Result<Vec<(PathBuf, Done)>, Failure> {
    let folder = staging.tasks();
    let Ok(entries) = fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Failure::system("list", &folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "json")
            && let Some(done) = read_json(&path)?
        {
            all.push((path, done));
        }
    }
    Ok(all)
}
