//! What the store holds, and what it was made from: one small, readable JSON file.

use crate::traits::TraitParts;
use hexodus_model::{Acceptance, DayVerdict, FileAudit, LocalDay, SemanticCode, UtcMicros};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The newest format of manifest and parts, which this version writes. It reads all up to it.
///
/// | format | since | differs in |
/// |---|---|---|
/// | 1 | 0.1 | |
/// | 2 | 0.2 | key epochs, pruned days, the format in every part, traits of subscribers |
/// | 3 | 0.2 | events packed, one row a subscriber |
pub const FORMAT: u32 = 3;

/// Kinds of files of a day, by folder.
pub const EVENTS: &str = "events";

/// What makes days and subscribers of a store comparable. Zone and day start never change in a store's life; the key
/// changes by a rotation and in no other way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreIdentity {
    /// IANA zone of the local days.
    pub zone: String,
    /// Wall-clock time at which a day begins, `HH:MM`.
    pub day_start: String,
    /// Fingerprint of the pseudonym key in use.
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
    /// Known sites with their keys, as format 1 kept them.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    #[serde(default)]
    pub sites: serde_json::Value,
    /// Known sites with their keys.
    pub site_file: Option<Part>,
    /// Every accepted input file and the account of its rows.
    pub files: Vec<FileAudit>,
    /// Rejected rows, by the newest day of their delivery.
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
    /// Fingerprints of all keys the store was used with, in order; the last is in use. Ids of two are never linked.
    #[serde(default)]
    pub key_epochs: Vec<String>,
    /// Fingerprints of what the last complete run was made with, by name, to tell what has changed since.
    #[serde(default)]
    pub made_with: BTreeMap<String, String>,
    /// What was counted of each crisis, by the name of its folder.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub crises: BTreeMap<String, CrisisEntry>,
    /// Which subscribers the store is of, where it is not of all and made by one `hexodus run`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shards: Option<Shards>,
    /// What left, day by day: entries are only ever added. Read and written by who releases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ledger: Vec<serde_json::Value>,
}

/// A store that shares the subscribers of a data set with others, or holds the sums of all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shards {
    /// How many shards there are.
    pub of: u16,
    /// The shard this store is of; none where it holds the sums of all shards, and no subscriber.
    pub index: Option<u16>,
    /// Fingerprint of the files and rules its days were reduced from and by.
    pub reduced: String,
    /// Fingerprint of what depends on all shards (which days are used, which homes were out of service): in the store of
    /// a shard what its crises were counted by, in that of the sums what they are to be counted by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<String>,
}

/// What was counted of a crisis, and what the next night can go on from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrisisEntry {
    /// The counts of earlier days, ascending: a night that adds a day leaves them as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<CountsUntil>,
    /// The counts of the days after those.
    pub part: Part,
    /// Fingerprint of inputs and parameters: when it differs, the counts are stale.
    pub inputs: String,
    /// What is kept of subscribers, ascending by evening.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evenings: Vec<KeptEvening>,
    /// The replicates of a shard, of which variances are made once all shards are summed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicates: Option<Part>,
}

/// Counts of the days up to one, after the day of the entry before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountsUntil {
    /// The last day.
    pub day: LocalDay,
    /// The counts.
    pub part: Part,
}

impl CrisisEntry {
    fn parts(&self) -> impl Iterator<Item = &Part> {
        let evenings = self.evenings.iter().flat_map(|evening| &evening.parts);
        self.counts().chain(evenings).chain(&self.replicates)
    }

    /// All counts, ascending by day.
    pub fn counts(&self) -> impl Iterator<Item = &Part> {
        self.before.iter().map(|own| &own.part).chain(std::iter::once(&self.part))
    }
}

/// What is kept of the subscribers of a crisis on one evening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptEvening {
    /// The day that ends with it.
    pub day: LocalDay,
    /// One file a range of subscribers.
    pub parts: Vec<Part>,
    /// Fingerprint of everything that led to it: when it differs, there is nothing to go on from.
    pub inputs: String,
}

/// One local day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DayEntry {
    /// Event partitions; disjoint.
    pub parts: Vec<Part>,
    /// What sources say of its subscribers besides events; nothing where they say nothing.
    #[serde(skip_serializing_if = "TraitParts::is_empty")]
    pub traits: TraitParts,
    /// Whether stores of shards hold events of the day, besides this one if it is of a shard.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
    /// Whether a delivery of this very day was accepted. Until then the day holds only late or early rows of its
    /// neighbours' files, and is not used.
    pub delivered: bool,
    /// What is known of the day once it is reduced.
    pub facts: Option<DayFacts>,
    /// Derived files by kind, each with the fingerprint of what it was made from.
    pub derived: BTreeMap<String, Derived>,
    /// Fingerprint of the key its subscribers go by.
    pub key: String,
    /// Kinds of files that were removed by age. Their parts stay listed, as a record of what there was.
    pub pruned: BTreeSet<String>,
    /// Whether what is left of a pruned day was made with other parameters than those in force: it is not used then.
    pub outdated: bool,
    /// What the checks say of the day, as of the last run.
    pub verdict: Option<DayVerdict>,
    /// Somebody's word that the day is to be used although a check refuses it.
    pub acceptance: Option<Acceptance>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_zero(bits: &u64) -> bool {
    *bits == 0
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
    /// Which they are: bit h for the hour h since the start of the day; 0 where an earlier version reduced the day.
    #[serde(skip_serializing_if = "is_zero")]
    pub hours: u64,
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

impl DayEntry {
    /// Whether files of a kind were removed by age.
    pub fn is_pruned(&self, kind: &str) -> bool {
        self.pruned.contains(kind)
    }

    /// Whether its counts were made from all its events.
    pub fn is_reduced(&self) -> bool {
        if self.elsewhere && self.parts.is_empty() {
            return self.facts.is_some();
        }
        let events: u64 = self.parts.iter().map(|part| part.rows).sum();
        self.facts.as_ref().is_some_and(|facts| facts.events_located + facts.events_unlocated == events)
    }

    /// The files there are.
    fn parts_kept(&self) -> impl Iterator<Item = &Part> {
        let events = self.parts.iter().filter(|_| !self.is_pruned(EVENTS));
        let derived = self.derived.iter().filter(|(kind, _)| !self.is_pruned(kind)).map(|(_, derived)| &derived.part);
        let traits = self.traits.parts.iter().filter(|_| !self.is_pruned(EVENTS));
        events.chain(traits).chain(derived)
    }
}

impl Manifest {
    /// An empty store.
    pub fn new(identity: StoreIdentity) -> Self {
        Self {
            format: FORMAT,
            key_epochs: vec![identity.key_fingerprint.clone()],
            identity,
            next_number: 1,
            locations: None,
            sites: serde_json::Value::Null,
            site_file: None,
            files: Vec::new(),
            quarantine: BTreeMap::new(),
            days: BTreeMap::new(),
            refused: BTreeMap::new(),
            refused_files: BTreeMap::new(),
            last_release: None,
            made_with: BTreeMap::new(),
            crises: BTreeMap::new(),
            shards: None,
            ledger: Vec::new(),
        }
    }

    /// Whether a file with these bytes was accepted before, whatever its name.
    pub fn knows(&self, digest: &str) -> bool {
        self.files.iter().any(|file| file.digest == digest)
    }

    /// Every file that must be there.
    pub fn parts(&self) -> Vec<&Part> {
        let of_days = self.days.values().flat_map(DayEntry::parts_kept);
        let of_crises = self.crises.values().flat_map(CrisisEntry::parts);
        let others = self.quarantine.values().flatten().chain(&self.locations).chain(&self.site_file);
        of_days.chain(others).chain(of_crises).collect()
    }

    /// The names of [`parts`](Self::parts).
    pub fn file_names(&self) -> BTreeSet<&str> {
        self.parts().into_iter().map(|part| part.name.as_str()).collect()
    }

    /// Forgets the quarantine of deliveries whose newest day is before `first_kept`. The files go with the commit that
    /// this is part of.
    pub fn expire_quarantine(&mut self, first_kept: LocalDay) {
        self.quarantine.retain(|&newest, _| newest >= first_kept);
    }

    /// Days that are used: delivered, and not refused by a check unless accepted. Ascending.
    pub fn usable_days(&self) -> Vec<LocalDay> {
        let mut days = self.delivered_days();
        days.retain(|day| self.days.get(day).is_some_and(DayEntry::is_trusted));
        days
    }

    /// Days that were delivered, have or had events, are not outdated and of which no file is refused, ascending: those
    /// that are reduced and judged.
    pub fn delivered_days(&self) -> Vec<LocalDay> {
        let delivered = |(&day, entry): (&LocalDay, &DayEntry)| {
            let has_events = !entry.parts.is_empty() || entry.elsewhere;
            let used = entry.delivered && has_events && !entry.outdated;
            (used && !self.refused.contains_key(&day)).then_some(day)
        };
        self.days.iter().filter_map(delivered).collect()
    }

    /// What an older format leaves out, filled in: the first release knew one key only.
    pub(crate) fn bring_up_to_date(&mut self) {
        let found = std::mem::replace(&mut self.format, FORMAT);
        if found < 2 {
            self.key_epochs = vec![self.identity.key_fingerprint.clone()];
            self.stamp_new_days();
        }
    }
}
