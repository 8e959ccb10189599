//! The folder of a release: whole, or not there.

use crate::FORMATS_VERSION;
use crate::csv_file::write_csv;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::hashed_file::{FileSum, write_hashed};
use crate::method::method_digest;
use crate::parquet_file::write_parquet;
use hexodus_failpoint::{Point, pass};
use hexodus_release::RowPolicy;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Writes a folder of a name, the date or operation it is of: every table as Parquet and CSV, `method.json`, `SHA256SUMS`.
///
/// All of it goes to a hidden sibling folder first, which takes its place by one rename when [`finish`](Self::finish)
/// has brought every byte to the disk; dropped before, it leaves no trace. An older one of the same name is moved
/// aside for the moment between two renames and removed after. Killed at any point, the next
/// [`begin`](Self::begin) of that name clears up: it puts the older release back if the new one never arrived.
///
/// One writer per name at a time: the caller holds the lock.
#[derive(Debug)]
pub struct ReleaseFolder {
    parent: PathBuf,
    name: String,
    method: Map<String, Value>,
    method_digest: String,
    tables: Mutex<BTreeMap<String, Value>>,
    sums: Mutex<BTreeMap<String, FileSum>>,
    /// Folders of single operations, below the hidden one.
    folders: Mutex<BTreeSet<PathBuf>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ReleaseFolder {
    /// Opens the hidden folder in `parent`, which is created if need be. `method` is the object for `method.json`; the
    /// keys `method_digest`, `tables` and, where missing, `formats_version` are added to it.
    ///
    /// # Errors
    /// [`PublishError::MethodIsNoObject`], [`PublishError::Io`].
    pub fn begin(parent: &Path, name: &str, method: Value) -> Result<Self, PublishError> {
        let Value::Object(mut method) = method else { return Err(PublishError::MethodIsNoObject) };
        method.entry("formats_version").or_insert_with(|| FORMATS_VERSION.into());
        let method_digest = method_digest(&Value::Object(method.clone()));
        let (tables, sums, folders) = (Mutex::default(), Mutex::default(), Mutex::default());
        let parent = parent.to_owned();
        let folder = Self { parent, name: name.to_owned(), method, method_digest, tables, sums, folders };

        folder.clear_up()?;
        let partial = folder.partial();
        pass(Point::ReleaseFolderCreate)
            .and_then(|()| fs::create_dir_all(&partial))
            .map_err(PublishError::at(&partial))?;
        Ok(folder)
    }

    /// The digest written into every Parquet file and `method.json`.
    pub fn method_digest(&self) -> &str {
        &self.method_digest
    }

    /// Writes one table as `<name>.parquet` and, `with_csv`, as `<name>.csv` (a shape of its own and what is CSV only: always);
    /// several may be written at once. After an error the folder can only be dropped: half a file may be in it.
    ///
    /// # Errors
    /// [`PublishError::RepeatedTable`]; [`PublishError::Io`] and others when it cannot be written.
    pub fn write(&self, table: &EncodedTable, with_csv: bool) -> Result<(), PublishError> {
        let name = table.name();
        let before = held(&self.tables).insert(name.to_owned(), summary(table));
        if before.is_some() {
            return Err(PublishError::RepeatedTable(name.to_owned()));
        }
        let digest = &self.method_digest;
        let parquet = || self.write_file(&format!("{name}.parquet"), |out| write_parquet(table, digest, out));
        let csv = || self.write_file(&format!("{name}.csv"), |out| write_csv(table, out));
        match (table.has_parquet(), table.has_csv(with_csv)) {
            (true, true) => {
                let (parquet, csv) = rayon::join(parquet, csv);
                parquet.and(csv)
            }
            (true, false) => parquet(),
            (false, true) => csv(),
            (false, false) => Ok(()),
        }
    }

    /// Writes `method.json` and `SHA256SUMS` and shows the folder under its name, which is returned.
    ///
    /// # Errors
    /// [`PublishError::Io`]; an older release is then where it was, unless the file system failed between two renames.
    pub fn finish(self) -> Result<PathBuf, PublishError> {
        self.finish_with(|_| Ok(Vec::new()))
    }

    /// [`finish`](Self::finish), with files that are made from all others as they stand in the hidden folder.
    ///
    /// # Errors
    /// As [`finish`](Self::finish), and those of `make`.
    pub(crate) fn finish_with(
        mut self,
        make: impl FnOnce(&Path) -> Result<Vec<(&'static str, String)>, PublishError>,
    ) -> Result<PathBuf, PublishError> {
        let mut method = std::mem::take(&mut self.method);
        method.insert("method_digest".into(), self.method_digest.as_str().into());
        method.insert("tables".into(), held(&self.tables).values().cloned().collect());
        let text = format!("{:#}\n", Value::Object(method));
        self.write_text("method.json", &text)?;
        make(&self.partial())?.iter().try_for_each(|(name, text)| self.write_text(name, text))?;

        // The form that `sha256sum --check` reads, ascending by name.
        let sums: Vec<String> =
            held(&self.sums).iter().map(|(name, own)| format!("{}  {name}\n", own.sha256)).collect();
        self.write_text("SHA256SUMS", &sums.concat())?;
        pass(Point::ReleaseFolderSync).map_err(PublishError::at(&self.parent))?;
        held(&self.folders).iter().try_for_each(|folder| sync_folder(folder))?;
        sync_folder(&self.partial())?;
        self.show()
    }

    /// The files written so far and what their bytes come to, by name.
    pub(crate) fn sums(&self) -> BTreeMap<String, FileSum> {
        held(&self.sums).clone()
    }

    /// Writes a file that describes the tables.
    pub(crate) fn write_text(&self, name: &str, text: &str) -> Result<(), PublishError> {
        let path = self.partial().join(name);
        self.write_file(name, |out| out.write_all(text.as_bytes()).map_err(PublishError::at(&path)))
    }

    fn write_file(
        &self,
        name: &str,
        write: impl FnOnce(&mut dyn crate::hashed_file::WriteSend) -> Result<(), PublishError>,
    ) -> Result<(), PublishError> {
        if let Some((below, _)) = name.rsplit_once('/') {
            let below = self.partial().join(below);
            fs::create_dir_all(&below).map_err(PublishError::at(&below))?;
            held(&self.folders).insert(below);
        }
        let sum = write_hashed(&self.partial().join(name), write)?;
        held(&self.sums).insert(name.to_owned(), sum);
        Ok(())
    }

    /// The old one aside, the new one in, the old one away.
    fn show(&self) -> Result<PathBuf, PublishError> {
        let (shown, replaced) = (self.shown(), self.replaced());
        pass(Point::ReleaseOldAside).map_err(PublishError::at(&shown))?;
        let had_older = rename_if_there(&shown, &replaced)?;
        if let Err(error) = pass(Point::ReleaseNewShow).and_then(|()| fs::rename(self.partial(), &shown)) {
            if had_older {
                rename_if_there(&replaced, &shown)?;
            }
            return Err(PublishError::at(&shown)(error));
        }
        pass(Point::ReleaseNewShown).map_err(PublishError::at(&shown))?;
        sync_folder(&self.parent)?;
        pass(Point::ReleaseOldRemove).map_err(PublishError::at(&replaced))?;
        remove_if_there(&replaced)?;
        Ok(shown)
    }

    /// Undoes what a killed run left behind.
    fn clear_up(&self) -> Result<(), PublishError> {
        let (shown, replaced) = (self.shown(), self.replaced());
        if shown.exists() {
            remove_if_there(&replaced)?;
        } else {
            rename_if_there(&replaced, &shown)?;
        }
        remove_if_there(&self.partial())
    }

    fn shown(&self) -> PathBuf {
        self.parent.join(&self.name)
    }

    fn partial(&self) -> PathBuf {
        self.parent.join(format!(".{}.partial", self.name))
    }

    fn replaced(&self) -> PathBuf {
        self.parent.join(format!(".{}.replaced", self.name))
    }
}

impl Drop for ReleaseFolder {
    fn drop(&mut self) {
        // Nothing is left of it after `finish`. Elsewhere an error came before; a second one would hide it, and the
        // next `begin` tries again.
        _ = remove_if_there(&self.partial());
    }
}

/// What `method.json` says about a table.
fn summary(table: &EncodedTable) -> Value {
    json!({
        "name": table.name,
        "definition": table.definition,
        "dissemination_class": table.class.name(),
        "k": table.threshold,
        "row_policy": table.row_policy.map(RowPolicy::name),
        "rows": table.rows(),
        "suppressed": table.suppressed,
    })
}

fn remove_if_there(folder: &Path) -> Result<(), PublishError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(PublishError::at(folder)(error)),
        _ => Ok(()),
    }
}

/// Whether there was something to rename.
fn rename_if_there(from: &Path, to: &Path) -> Result<bool, PublishError> {
    match fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(PublishError::at(from)(error)),
    }
}

/// Brings the names in a folder to the disk, where the system has a way to ask for it.
fn sync_folder(folder: &Path) -> Result<(), PublishError> {
    if cfg!(unix) {
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(PublishError::at(folder))?;
    }
    Ok(())
}
