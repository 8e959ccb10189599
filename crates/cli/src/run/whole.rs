//! What is known of all subscribers, where the store of a run is of some of them only.

use super::Run;
use crate::failure::Failure;
use crate::setup::Setup;
use hexodus_locate::Site;
use hexodus_model::{LocalDay, LocationDay, Locations};
use hexodus_store::{Manifest, Store, StoreIdentity, read_activity, read_locations, read_sites};
use std::path::{Path, PathBuf};

/// The store of the sums of all shards, read without its lock: its files never change.
pub struct Whole {
    folder: PathBuf,
    pub manifest: Manifest,
}

impl Whole {
    /// The configured store, once `hexodus merge` has made it.
    pub fn read(setup: &Setup, identity: &StoreIdentity) -> Result<Option<Self>, Failure> {
        let folder = setup.store_folder();
        let manifest = Store::read_manifest(&folder)?;
        let is_of_sums = |own: &Manifest| own.shards.as_ref().is_some_and(|own| own.index.is_none());
        let found = manifest.filter(|own| is_of_sums(own) && own.identity == *identity);
        Ok(found.map(|manifest| Self { folder, manifest }))
    }

    /// Its sites with their keys: one network for all shards.
    pub fn sites(&self) -> Result<Option<String>, Failure> {
        Ok(read_sites(&self.folder, &self.manifest)?)
    }
}

impl Run<'_> {
    /// Every location that all subscribers were seen at, by the keys of [`activity_of_all`](Self::activity_of_all).
    pub(super) fn locations_of_all(&self) -> Result<Locations, Failure> {
        let (folder, manifest) = self.of_all();
        Ok(read_locations(folder, manifest)?)
    }

    /// What all subscribers did at each radio cell on a day; `None` where that is not stored.
    pub(super) fn activity_of_all(&self, day: LocalDay, kind: &str) -> Result<Option<Vec<LocationDay>>, Failure> {
        let (folder, manifest) = self.of_all();
        let derived = manifest.days.get(&day).and_then(|entry| entry.derived.get(kind));
        Ok(derived.map(|own| read_activity(folder, &own.part)).transpose()?)
    }

    fn of_all(&self) -> (&Path, &Manifest) {
        match &self.whole {
            Some(whole) => (&whole.folder, &whole.manifest),
            None => (self.store.folder(), self.store.manifest()),
        }
    }
}

/// The sites in their JSON; none where they cannot be read, so that they get new keys.
pub fn sites_of(json: Option<String>) -> Vec<Site> {
    json.and_then(|sites| serde_json::from_str(&sites).ok()).unwrap_or_default()
}
