//! Which staged files count, in which order, and which days there are: worked out from the records alone, so that every
//! process finds the same, whichever task read a delivery.

use super::record::{StagedDelivery, StagedFile, StagedRefusal};
use super::staging::{Staging, read_json};
use super::tasks::{self, FoundFile};
use crate::failure::Failure;
use crate::run::days::fingerprint;
use crate::run::own_day::{Arrival, missing};
use crate::setup::Setup;
use hexodus_ingest::{KnownFiles, Refusal};
use hexodus_model::LocalDay;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What is to be reduced.
#[derive(Default)]
pub struct Plan {
    /// Deliveries with at least one file that counts, in the order of a run.
    pub deliveries: Vec<Planned>,
    /// Deliveries that cannot be trusted, with their source.
    pub refusals: Vec<(String, Refusal)>,
    /// Days with accepted rows.
    pub days: BTreeSet<LocalDay>,
    /// Days of which a delivery of their own was accepted.
    pub delivered: BTreeSet<LocalDay>,
    /// Fingerprint of all of it.
    pub fingerprint: String,
    /// Files of deliveries that are refused for what is in all of them together: they may be staged again, accepted.
    refused: HashSet<String>,
}

/// A delivery and which of its files count: the others came before, under whatever name.
pub struct Planned {
    pub record: StagedDelivery,
    /// Its folder.
    pub folder: PathBuf,
    /// Numbers of files.
    pub new: Vec<usize>,
}

impl Plan {
    /// Reads what all tasks of `shard` staged.
    ///
    /// # Errors
    /// When a task has not ended.
    pub fn read(staging: &Staging, setup: &Setup) -> Result<Self, Failure> {
        let done = tasks::all(staging)?;
        let found: HashSet<FoundFile> = done.iter().flat_map(|own| own.found.iter().cloned()).collect();
        let mut plan = Self::of_records(staging, setup, &found)?;
        plan.refusals.extend(done.into_iter().flat_map(|own| own.refused).map(StagedRefusal::into_refusal));
        plan.fingerprint = plan.told();
        Ok(plan)
    }

    /// The same of the records alone. As in a run, what was refused holds only while its files are `found`.
    pub fn of_records(staging: &Staging, setup: &Setup, found: &HashSet<FoundFile>) -> Result<Self, Failure> {
        let mut plan = Self::default();
        let mut known: HashSet<String> = HashSet::new();
        for (record, folder) in records(staging)? {
            let is_new = |&number: &usize| !known.contains(&record.files[number].audit.digest);
            let new: Vec<usize> = (0..record.files.len()).filter(is_new).collect();
            let source_id = record.source_id.clone();
            let planned = Planned { record, folder, new };
            if let Some(refusal) = plan.without_own_day(&planned, setup) {
                let is_found = |own: &StagedFile| found.contains(&(own.audit.file_name.clone(), own.audit.size_bytes));
                if planned.record.files.iter().any(is_found) {
                    plan.refusals.push((source_id, refusal));
                }
                plan.refused.extend(planned.record.files.into_iter().map(|own| own.audit.digest));
                continue;
            }
            known.extend(planned.files().map(|(_, file)| file.audit.digest.clone()));
            plan.add(planned);
        }
        // Mended since.
        let delivered = &plan.delivered;
        plan.refusals.retain(|(_, own)| !own.days.iter().all(|day| delivered.contains(day)));
        plan.refused.retain(|digest| !known.contains(digest));
        Ok(plan)
    }

    /// The files that need not be read again: digest and size.
    pub fn known_files(staging: &Staging, setup: &Setup) -> Result<KnownFiles, Failure> {
        let plan = Self::of_records(staging, setup, &HashSet::new())?;
        let mut known = KnownFiles::default();
        for (record, _) in records(staging)? {
            let files = record.files.iter().map(|own| &own.audit);
            for audit in files.filter(|own| !plan.refused.contains(&own.digest)) {
                known.add(&audit.digest, audit.size_bytes);
            }
        }
        Ok(known)
    }

    /// Days that cannot be used because of a refused file, and why.
    pub fn refused_days(&self) -> BTreeMap<LocalDay, String> {
        let days = |(_, refusal): &(String, Refusal)| {
            let why = refusal.fault.to_string();
            refusal.days.iter().map(|&day| (day, why.clone())).collect::<Vec<_>>()
        };
        self.refusals.iter().flat_map(days).collect()
    }

    /// Files that cannot be trusted, and why.
    pub fn refused_files(&self) -> BTreeMap<String, String> {
        let of = |(_, own): &(String, Refusal)| (own.fault.file.display().to_string(), own.fault.to_string());
        self.refusals.iter().map(of).collect()
    }

    /// The right name on the wrong file.
    fn without_own_day(&self, planned: &Planned, setup: &Setup) -> Option<Refusal> {
        let record = &planned.record;
        let arrival = Arrival {
            day: record.day?,
            is_known: self.delivered.contains(&record.day?),
            first_path: Path::new(&record.first_path),
            is_whole: planned.new.len() == record.files_delivered,
            days: planned.files().flat_map(|(_, file)| file.days.iter().copied()).collect(),
            is_accepted: record.accepted,
        };
        missing(setup, &arrival)
    }

    fn add(&mut self, planned: Planned) {
        if planned.new.is_empty() {
            return;
        }
        let days: BTreeSet<LocalDay> = planned.files().flat_map(|(_, file)| file.days.iter().copied()).collect();
        self.delivered.extend(planned.record.day.map_or_else(|| days.clone(), |day| BTreeSet::from([day])));
        self.days.extend(days);
        self.deliveries.push(planned);
    }

    fn told(&self) -> String {
        let files = |own: &Planned| -> Vec<_> {
            own.files().map(|(_, file)| (file.audit.digest.clone(), file.audit.file_name.clone())).collect()
        };
        let files: Vec<_> = self.deliveries.iter().map(files).collect();
        fingerprint(&serde_json::json!([files, self.refused_days(), self.days, self.delivered]))
    }
}

impl Planned {
    /// The files that count, by number.
    pub fn files(&self) -> impl Iterator<Item = (usize, &StagedFile)> {
        self.new.iter().map(|&number| (number, &self.record.files[number]))
    }
}

/// The number of a night: that of the deliveries found before, if they are the same, else the next.
pub fn night(staging: &Staging, list: &str) -> Result<u32, Failure> {
    let records = records(staging)?;
    let same = records.iter().find(|own| own.0.list == list).map(|own| own.0.night);
    Ok(same.unwrap_or_else(|| records.iter().map(|own| own.0.night + 1).max().unwrap_or(0)))
}

/// Every staged delivery and its folder, in the order of a run.
///
/// # Errors
/// When one was made with something else, or cannot be read.
pub fn records(staging: &Staging) -> Result<Vec<(StagedDelivery, PathBuf)>, Failure> {
    let folder = staging.deliveries();
    let Ok(entries) = fs::read_dir(&folder) else { return Ok(Vec::new()) };
    let mut records: Vec<(StagedDelivery, PathBuf)> = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Failure::system("list", &folder, &error))?.path();
        // What begins with a dot is not whole.
        let is_whole = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| !name.starts_with('.'));
        if let Some(record) = read_json::<StagedDelivery>(&path.join("delivery.json"))?.filter(|_| is_whole) {
            if record.made_with != staging.about.fingerprint() {
                return Err(Failure::usage(format!(
                    "{} was staged with another configuration, key or number of shards than the folder it is in: \
                     remove it, and run `hexodus shard` again",
                    path.display()
                )));
            }
            records.push((record, path));
        }
    }
    records.sort_by(|left, right| left.0.order().cmp(&right.0.order()).then_with(|| left.1.cmp(&right.1)));
    Ok(records)
}
