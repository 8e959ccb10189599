//! The accounts of files: what was read and rejected from the record of a delivery, what became of accepted rows from
//! the shards.

use super::parts::Part;
use super::plan::{Plan, Planned};
use crate::failure::Failure;
use crate::run::settle::check_account;
use crate::run::{Run, refused_files};
use hexodus_model::{FileAudit, LocalDay};
use hexodus_store::Part as StorePart;
use std::collections::{HashMap, HashSet};

/// A file by its bytes and its name: the same bytes may have come twice in one delivery.
type FileKey<'a> = (&'a str, &'a str);

impl Run<'_> {
    /// Files, refusals, quarantine, locations and sites of all shards, in one commit.
    pub(super) fn take_over_files(&mut self, plan: &Plan, parts: &[Part]) -> Result<(), Failure> {
        let files = accounts(plan, parts)?;
        let mut quarantine = self.quarantine_of_new_files(plan)?;
        quarantine.extend(refused_files::write(&mut self.store, &plan.refusals)?);
        let mut locations = self.known_locations()?;
        for part in parts {
            let known = hexodus_store::read_locations(&part.folder, &part.manifest)?;
            known.ids().iter().for_each(|id| _ = locations.intern(id.clone()));
        }
        let known = self.store.manifest().locations.as_ref().map_or(0, |part| part.rows);
        let is_new = known < locations.ids().len() as u64;
        let locations = is_new.then(|| self.store.write_locations(&locations)).transpose()?;
        let site_file = self.store.write_sites(self.network.sites.as_deref())?;
        self.store.commit(|manifest| {
            manifest.files = files;
            for (day, part) in quarantine {
                manifest.quarantine.entry(day).or_default().push(part);
            }
            (manifest.refused, manifest.refused_files) = (plan.refused_days(), plan.refused_files());
            (manifest.site_file, manifest.sites) = (site_file, serde_json::Value::Null);
            if locations.is_some() {
                manifest.locations = locations;
            }
            for &day in &plan.days {
                manifest.days.entry(day).or_default().elsewhere = true;
            }
            for &day in &plan.delivered {
                manifest.days.entry(day).or_default().delivered = true;
            }
        })?;
        Ok(())
    }

    /// Rejected rows of deliveries that were not merged before, under their newest day.
    fn quarantine_of_new_files(&mut self, plan: &Plan) -> Result<Vec<(LocalDay, StorePart)>, Failure> {
        let known: HashSet<String> = self.store.manifest().files.iter().map(|file| file.digest.clone()).collect();
        let mut parts = Vec::new();
        for planned in &plan.deliveries {
            let files = planned.files().map(|own| own.1).filter(|file| !known.contains(&file.audit.digest));
            let rejected: Vec<_> = files.map(|file| (&file.audit, &file.rejected)).collect();
            let newest = rejected.iter().flat_map(|(audit, _)| audit.days.keys()).max();
            if let Some(&day) = newest {
                parts.extend(self.store.write_quarantine(day, &rejected)?.map(|part| (day, part)));
            }
        }
        Ok(parts)
    }
}

/// The whole account of every file that counts, in the order of a run; each balances.
fn accounts(plan: &Plan, parts: &[Part]) -> Result<Vec<FileAudit>, Failure> {
    let mut settled: HashMap<FileKey<'_>, Vec<&FileAudit>> = HashMap::new();
    for file in parts.iter().flat_map(|part| &part.manifest.files) {
        settled.entry((&file.digest, &file.file_name)).or_default().push(file);
    }
    let staged = plan.deliveries.iter().flat_map(Planned::files).map(|own| &own.1.audit);
    let whole = |staged: &FileAudit| {
        let mut audit = staged.clone();
        for own in settled.get(&(staged.digest.as_str(), staged.file_name.as_str())).into_iter().flatten() {
            for (day, counts) in &own.days {
                let sum = audit.days.entry(*day).or_default();
                sum.located += counts.located;
                sum.unlocated += counts.unlocated;
                sum.duplicates += counts.duplicates;
            }
        }
        check_account(&audit)?;
        Ok(audit)
    };
    staged.map(whole).collect()
}
