//! What is known of a staged delivery: the accounts of its files, and what its keys of locations stand
//! for. Counts, names of radio cells and row numbers; nobody.

use hexodus_ingest::{FileFault, Refusal};
use hexodus_model::{FileAudit, H3Cell, LocalDay, LocationId, LocationKey, Locations, Rejections};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One delivery, as far as its files were new when it was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StagedDelivery {
    /// Fingerprint of what it was made with.
    pub made_with: String,
    /// Fingerprint of the deliveries that were found then, and how many other such lists came before: a night each.
    pub list: String,
    pub night: u32,
    /// The `[[source]]`, and its place in the configuration.
    pub source_id: String,
    pub source: usize,
    /// The day in its name.
    pub day: Option<LocalDay>,
    /// The path of its first file, and how many it has, known ones too.
    pub first_path: String,
    pub files_delivered: usize,
    /// Whether one of them was accepted with a reason.
    pub accepted: bool,
    /// Those that were read.
    pub files: Vec<StagedFile>,
    /// What the keys of locations in its rows stand for.
    pub locations: Vec<StagedLocation>,
    /// Labels of population groups, by day.
    pub groups: BTreeMap<LocalDay, Vec<String>>,
}

/// One file, read: located, unlocated and duplicate rows are still to be told apart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StagedFile {
    pub audit: FileAudit,
    pub rejected: Rejections,
    /// The days it has accepted rows of.
    pub days: BTreeSet<LocalDay>,
}

/// A key with the id of a radio cell, or the index of an H3 cell, or neither (coordinates 0, 0).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StagedLocation {
    key: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    radio_cell: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    h3: Option<u64>,
}

impl StagedLocation {
    /// What a key stands for.
    pub fn of(key: LocationKey, id: &LocationId) -> Self {
        let mut own = Self { key: key.0, radio_cell: None, h3: None };
        match id {
            LocationId::RadioCell(id) => own.radio_cell = Some(id.clone()),
            LocationId::Point(h3) => own.h3 = Some(h3.index()),
            LocationId::NullIsland => {}
        }
        own
    }

    fn id(&self) -> Option<LocationId> {
        Some(match (&self.radio_cell, self.h3) {
            (Some(id), _) => LocationId::RadioCell(id.clone()),
            (None, Some(h3)) => LocationId::Point(H3Cell::from_index(h3).ok()?),
            (None, None) => LocationId::NullIsland,
        })
    }
}

impl StagedDelivery {
    /// Where it stands among deliveries: as in runs night by night, of a night by day, undated ones last. Of the same
    /// files those that were accepted come first.
    pub fn order(&self) -> (u32, bool, Option<LocalDay>, usize, &str, bool) {
        (self.night, self.day.is_none(), self.day, self.source, &self.first_path, !self.accepted)
    }

    /// The keys of its rows under the names of a store, which learns those it does not know; none where an id is none.
    pub fn names(&self, locations: &mut Locations) -> Option<HashMap<u32, LocationKey>> {
        self.locations.iter().map(|own| Some((own.key, locations.intern(own.id()?)?))).collect()
    }
}

/// A file that was refused, as a task tells it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StagedRefusal {
    source_id: String,
    file: String,
    row: Option<u64>,
    column: Option<String>,
    expected: String,
    found: String,
    days: BTreeSet<LocalDay>,
}

impl StagedRefusal {
    /// Of a source.
    pub fn of(source_id: &str, refusal: &Refusal) -> Self {
        let FileFault { file, row, column, expected, found } = (*refusal.fault).clone();
        let (source_id, file) = (source_id.to_owned(), file.display().to_string());
        Self { source_id, file, row, column, expected, found, days: refusal.days.clone() }
    }

    /// The source, and the refusal as a run has it.
    pub fn into_refusal(self) -> (String, Refusal) {
        let Self { source_id, file, row, column, expected, found, days } = self;
        let fault = FileFault { file: file.into(), row, column, expected, found };
        (source_id, Refusal { fault: Box::new(fault), days })
    }
}
