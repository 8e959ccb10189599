//! What the store holds, and what it was made from: one small, readable JSON file.

use hexodus_model::{Acceptance, DayVerdict, FileAudit, LocalDay, SemanticCode, UtcMicros};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The newest format this version writes and reads.
pub const FORMAT: u32 = 1;

/// What makes days and subscribers of a store comparable. It never changes in a store's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreIdentity {
    /// IANA zone of the local days.
    pub zone: String,
    /// Wall-clock time at which a day begins, `HH:MM`.
    pub day_start: String,
    /// Fingerprint of the pseudonym key.
    pub key_fingerprint: String,
}

/// The manifest. Replaced as a whole; whatever it does not name does not exist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Format of the store.
    pub format: u32,
    /// Zone, day start and key.
    pub identity: StoreIdentity,
    /// Number for the next file name.
    pub next_number: u64,
    /// The file of locations by key.
    pub locations: Option<Part>,
    /// Known sites with their keys, as `locate` hands them over.
    #[serde(default)]
    pub sites: serde_json::Value,
    /// Every accepted input file and the account of its rows.
    pub files: Vec<FileAudit>,
    /// Rejected rows, by local day of intake.
    #[serde(default)]
    pub quarantine: BTreeMap<LocalDay, Vec<Part>>,
    /// By day.
    pub days: BTreeMap<LocalDay, DayEntry>,
    /// Days with a file that cannot be trusted, as of the last run, and why. They are not used.
    #[serde(default)]
    pub refused: BTreeMap<LocalDay, String>,
    /// The files that cannot be trusted, as of the last run, and why.
    #[serde(default)]
    pub refused_files: BTreeMap<String, String>,
    /// Fingerprint of the inputs and parameters of the last release, and its folder.
    #[serde(default)]
    pub last_release: Option<(String, String)>,
}

/// One local day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DayEntry {
    /// Event partitions; disjoint.
    pub parts: Vec<Part>,
    /// Whether a delivery of this very day was accepted. Until then the day holds only late or early rows of its
    /// neighbours' files, and is not used.
    pub delivered: bool,
    /// What is known of the day once it is reduced.
    pub facts: Option<DayFacts>,
    /// Derived files by kind, each with the fingerprint of what it was made from.
    pub derived: BTreeMap<String, Derived>,
    /// What the checks say of the day, as of the last run.
    pub verdict: Option<DayVerdict>,
    /// Somebody's word that the day is to be used although a check refuses it.
    pub acceptance: Option<Acceptance>,
}

impl DayEntry {
    /// Whether the checks let the day be used, or somebody does. A day that was not judged yet may be used.
    pub fn is_trusted(&self) -> bool {
        self.verdict.as_ref().is_none_or(|verdict| verdict.is_usable(self.acceptance.as_ref()))
    }
}

/// Figures of one reduced day, for `quality_daily`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DayFacts {
    /// Subscribers with any event.
    pub subscribers_active: u64,
    /// Subscribers with a located event.
    pub subscribers_located: u64,
    /// Events at a known place, by the plan the day was reduced with.
    pub events_located: u64,
    /// The others.
    pub events_unlocated: u64,
    /// Radio cells valid on the day; none without a plan.
    pub radio_cells_in_plan: Option<u64>,
    /// Radio cells with an event; none without a plan.
    pub radio_cells_active: Option<u64>,
    /// Sites with an event; none without a plan.
    pub sites_active: Option<u64>,
    /// Local hours with a located event.
    pub hours_covered: u32,
    /// Of the located events, those that no count is made from: impossibly far from their neighbours.
    pub events_left_out: u64,
    /// Events by semantic code.
    pub semantic: BTreeMap<SemanticCode, u64>,
    /// Events by hour begun of the day.
    pub events_by_hour: Vec<u64>,
    /// Earliest and latest event.
    pub span: Option<[UtcMicros; 2]>,
}

/// An immutable file of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Path below the store folder.
    pub name: String,
    /// Rows.
    pub rows: u64,
    /// BLAKE3, hexadecimal.
    pub digest: String,
}

/// A file that can be made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Derived {
    /// The file.
    pub part: Part,
    /// Fingerprint of inputs and parameters: when it differs, the file is stale.
    pub inputs: String,
}

impl Manifest {
    /// An empty store.
    pub const fn new(identity: StoreIdentity) -> Self {
        Self {
            format: FORMAT,
            identity,
            next_number: 1,
            locations: None,
            sites: serde_json::Value::Null,
            files: Vec::new(),
            quarantine: BTreeMap::new(),
            days: BTreeMap::new(),
            refused: BTreeMap::new(),
            refused_files: BTreeMap::new(),
            last_release: None,
        }
    }

    /// Whether a file with these bytes was accepted before, whatever its name.
    pub fn knows(&self, digest: &str) -> bool {
        self.files.iter().any(|file| file.digest == digest)
    }

    /// Every file the manifest names.
    pub fn file_names(&self) -> BTreeSet<&str> {
        let of_days = self.days.values().flat_map(|day| {
            day.parts.iter().chain(day.derived.values().map(|derived| &derived.part)).map(|part| part.name.as_str())
        });
        let quarantine = self.quarantine.values().flatten().map(|part| part.name.as_str());
        of_days.chain(quarantine).chain(self.locations.iter().map(|part| part.name.as_str())).collect()
    }

    /// Forgets the quarantine taken in more than `keep_days` days before `today` (formats §2: 30 days). The files go
    /// with the commit that this is part of.
    pub fn expire_quarantine(&mut self, today: LocalDay, keep_days: u32) {
        let first_kept = LocalDay(today.0.saturating_sub_unsigned(keep_days));
        self.quarantine.retain(|&intake, _| intake >= first_kept);
    }

    /// Days that are used: delivered, and not refused by a check unless accepted. Ascending.
    pub fn usable_days(&self) -> Vec<LocalDay> {
        let mut days = self.delivered_days();
        days.retain(|day| self.days.get(day).is_some_and(DayEntry::is_trusted));
        days
    }

    /// Days that were delivered, have events and of which no file is refused, ascending: those that are reduced and
    /// judged.
    pub fn delivered_days(&self) -> Vec<LocalDay> {
        let delivered = |(&day, entry): (&LocalDay, &DayEntry)| {
            (entry.delivered && !entry.parts.is_empty() && !self.refused.contains_key(&day)).then_some(day)
        };
        self.days.iter().filter_map(delivered).collect()
    }
}
