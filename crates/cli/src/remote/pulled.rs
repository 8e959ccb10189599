//! Which objects have come already: a file beside them, replaced as a whole.

use crate::failure::Failure;
use object_store::ObjectMeta;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

const NAME: &str = ".hexodus-pulled.json";

/// What an object was when it came.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub(super) struct Seen {
    bytes: u64,
    tag: Option<String>,
    modified: String,
}

impl From<&ObjectMeta> for Seen {
    fn from(object: &ObjectMeta) -> Self {
        Self { bytes: object.size, tag: object.e_tag.clone(), modified: object.last_modified.to_rfc3339() }
    }
}

/// The account of one folder.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Pulled {
    from: String,
    objects: BTreeMap<String, Seen>,
    #[serde(skip)]
    file: PathBuf,
}

impl Pulled {
    /// Of a folder that holds what came from `from`, or nothing yet.
    pub(super) fn read(folder: &Path, from: &str) -> Result<Self, Failure> {
        let file = folder.join(NAME);
        if !file.exists() {
            return Ok(Self { from: from.to_owned(), objects: BTreeMap::new(), file });
        }
        let text = fs::read_to_string(&file).map_err(|error| Failure::system("read", &file, &error))?;
        let own: Self = serde_json::from_str(&text).map_err(|error| {
            Failure::usage(format!("{}: {error}; remove it to pull everything again", file.display()))
        })?;
        if own.from != from {
            let folder = folder.display();
            return Err(Failure::usage(format!(
                "{folder} holds what was pulled from {}, not {from}; use another",
                own.from
            )));
        }
        Ok(Self { file, ..own })
    }

    /// Whether an object has come as it is. Its file may be gone since: a dump is not needed once its days are taken in.
    pub(super) fn has(&self, name: &str, object: &ObjectMeta) -> bool {
        self.objects.get(name) == Some(&Seen::from(object))
    }

    /// Notes that one has come.
    pub(super) fn note(&mut self, name: String, object: &ObjectMeta) {
        self.objects.insert(name, object.into());
    }

    /// Keeps the account.
    pub(super) fn write(&self) -> Result<(), Failure> {
        let beside = self.file.with_extension("part");
        let write = || {
            let mut file = File::create(&beside)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.sync_all()?;
            fs::rename(&beside, &self.file)
        };
        write().map_err(|error| Failure::system("write", &self.file, &error))
    }
}
