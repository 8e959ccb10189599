//! The folder between the verbs: CONFIDENTIAL, on a file system that all processes share.
//!
//! ```text
//! staging.json                    what it was made with
//! tasks/0-of-4.json               what a task of `shard` read and refused, once it is done
//! deliveries/NAME/delivery.json   the account of a delivery
//! deliveries/NAME/rows.bin        its accepted rows, by shard; pseudonyms only
//! deliveries/NAME/rows.json       where those of each shard are
//! shards/3-of-7/                  the store of a shard
//! ```
//!
//! Files and folders appear under their names when they are whole. Nothing is ever changed, so processes need no lock here.

use crate::failure::Failure;
use crate::run::days::fingerprint;
use crate::setup::Setup;
use hexodus_ingest::PseudonymKey;
use hexodus_model::Shard;
use hexodus_store::StoreIdentity;
use hexodus_store::fs::{RealFileSystem, create_folders};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Changes whenever the files of the folder are written in another way.
const FORMAT: u32 = 1;

/// What everything in the folder was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    format: u32,
    /// Number of shards.
    pub shards: u16,
    /// Zone, start of the day and key.
    pub identity: StoreIdentity,
    /// Fingerprint of every `[[source]]`.
    sources: String,
}

impl About {
    fn new(setup: &Setup, identity: StoreIdentity, shards: u16) -> Self {
        let sources = fingerprint(&serde_json::json!(setup.config.source));
        Self { format: FORMAT, shards, identity, sources }
    }

    /// To be kept with what was made with it.
    pub fn fingerprint(&self) -> String {
        fingerprint(&serde_json::json!(self))
    }

    /// What differs, in words for people; none where nothing does.
    fn difference(&self, wanted: &Self) -> Option<String> {
        let (own, other) = (&self.identity, &wanted.identity);
        let checks = [
            ("format", self.format.to_string(), wanted.format.to_string()),
            ("number of shards", self.shards.to_string(), wanted.shards.to_string()),
            ("[time] zone", own.zone.clone(), other.zone.clone()),
            ("[time] day_start", own.day_start.clone(), other.day_start.clone()),
            ("key", own.key_fingerprint.clone(), other.key_fingerprint.clone()),
            ("[[source]]", self.sources[..16].to_owned(), wanted.sources[..16].to_owned()),
        ];
        let differing = checks.into_iter().find(|(_, own, wanted)| own != wanted);
        differing.map(|(what, own, wanted)| format!("{what}: it has {own}, the configuration {wanted}"))
    }
}

/// The folder, known to be made with the configuration in force.
#[derive(Debug)]
pub struct Staging {
    pub folder: PathBuf,
    pub about: About,
}

impl Staging {
    /// Begins a folder, or goes on with one that was begun with the same key, sources, days and number of shards.
    pub fn begin(setup: &Setup, folder: &Path, key: &PseudonymKey, shards: u16) -> Result<Self, Failure> {
        setup.check_apart("staging", folder)?;
        let wanted = About::new(setup, setup.identity(key), shards);
        make_folder(folder)?;
        match read_about(folder)? {
            Some(about) => check(folder, &about, &wanted)?,
            None => write_json(&folder.join("staging.json"), &wanted)?,
        }
        Ok(Self { folder: folder.into(), about: wanted })
    }

    /// Opens a folder that `hexodus shard` made. The key is not needed; where it is at hand it is compared.
    pub fn open(setup: &Setup, folder: &Path) -> Result<Self, Failure> {
        setup.check_apart("staging", folder)?;
        let Some(about) = read_about(folder)? else {
            let message = format!("{} holds no staged deliveries: `hexodus shard` comes first", folder.display());
            return Err(Failure::usage(message));
        };
        let key = &setup.path(&setup.config.store.key_file);
        let identity = if key.exists() {
            setup.identity(&setup.key()?)
        } else {
            StoreIdentity {
                zone: setup.config.time.zone.clone(),
                day_start: setup.config.time.day_start.clone(),
                ..about.identity.clone()
            }
        };
        check(folder, &about, &About::new(setup, identity, about.shards))?;
        Ok(Self { folder: folder.into(), about })
    }

    /// All shards.
    pub fn shards(&self) -> impl Iterator<Item = Shard> {
        Shard::all(self.about.shards)
    }

    /// Where the store of a shard is.
    pub fn store_of(&self, shard: Shard) -> PathBuf {
        self.folder.join(format!("shards/{}-of-{}", shard.index(), shard.of()))
    }

    /// Where staged deliveries are.
    pub fn deliveries(&self) -> PathBuf {
        self.folder.join("deliveries")
    }

    /// Where tasks say that they are done.
    pub fn tasks(&self) -> PathBuf {
        self.folder.join("tasks")
    }
}

fn read_about(folder: &Path) -> Result<Option<About>, Failure> {
    read_json(&folder.join("staging.json"))
}

fn check(folder: &Path, about: &About, wanted: &About) -> Result<(), Failure> {
    about.difference(wanted).map_or(Ok(()), |difference| {
        Err(Failure::usage(format!(
            "{} was staged with another {difference}. Use the configuration it was staged with, or another folder",
            folder.display()
        )))
    })
}

/// Creates a folder for its owner only, and those above it.
pub fn make_folder(folder: &Path) -> Result<(), Failure> {
    create_folders(&RealFileSystem, folder).map_err(|error| Failure::system("create", folder, &error))
}

/// Writes a file beside, brings it to the disk, and puts it in its place.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<(), Failure> {
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let write = || -> io::Result<()> {
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec(value)?)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        sync_folder(path)
    };
    write().map_err(|error| Failure::system("write", path, &error))
}

/// Brings the name of a file to the disk.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Reads what [`write_json`] wrote; none where there is none.
pub fn read_json<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<Option<T>, Failure> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| Failure::usage(format!("{} is not what `hexodus shard` writes: {error}", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::system("read", path, &error)),
    }
}
