//! Staged rows into the store of a shard: settled, written and committed as a run does, delivery by delivery.

use super::plan::{Plan, Planned};
use super::staging::read_json;
use crate::failure::{Exit, Failure};
use crate::run::Run;
use crate::run::settle::ReadDelivery;
use hexodus_ingest::FileOutcome;
use hexodus_model::{
    DayTraits, EventRow, FileAudit, LocalDay, LocationKey, Locations, Moment, RowCounts, Shard, SubscriberId, Traits,
};
use hexodus_store::staged_rows::TRAITS;
use hexodus_store::{RowBlock, Shards, StagedRows};
use miette::miette;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What one delivery has for a shard, by number of its file.
#[derive(Default)]
struct OwnRows {
    events: BTreeMap<u32, BTreeMap<LocalDay, Vec<EventRow>>>,
    traits: BTreeMap<LocalDay, Vec<(SubscriberId, Traits)>>,
}

impl Run<'_> {
    /// Takes in every staged file that the store does not know yet.
    pub(super) fn take_in_staged(&mut self, plan: &Plan, shard: Shard) -> Result<(), Failure> {
        self.begin_shard(plan, shard)?;
        let mut locations = self.known_locations()?;
        for planned in &plan.deliveries {
            let known: HashSet<String> = self.store.manifest().files.iter().map(|file| file.digest.clone()).collect();
            let new: Vec<usize> =
                planned.files().filter(|(_, file)| !known.contains(&file.audit.digest)).map(|own| own.0).collect();
            if new.is_empty() {
                continue;
            }
            let read = self.read_staged(planned, &new, shard, &mut locations)?;
            let written = self.settle(read)?;
            self.commit(written)?;
            self.make_room()?;
        }
        let site_file = self.store.write_sites(self.network.sites.as_deref())?;
        self.store.commit(|manifest| (manifest.site_file, manifest.sites) = (site_file, serde_json::Value::Null))?;
        Ok(())
    }

    /// The days of all shards, also those that nobody of this one was seen on; no day is judged yet.
    fn begin_shard(&mut self, plan: &Plan, shard: Shard) -> Result<(), Failure> {
        self.store.commit(|manifest| {
            let (of, index) = (shard.of(), Some(shard.index()));
            manifest.shards = Some(Shards { of, index, reduced: String::new(), counted: None });
            for entry in manifest.days.values_mut() {
                (entry.verdict, entry.acceptance) = (None, None);
            }
            for &day in &plan.days {
                manifest.days.entry(day).or_default().elsewhere = true;
            }
            for &day in &plan.delivered {
                manifest.days.entry(day).or_default().delivered = true;
            }
            manifest.refused = plan.refused_days();
        })?;
        Ok(())
    }

    fn read_staged(
        &self,
        planned: &Planned,
        new: &[usize],
        shard: Shard,
        locations: &mut Locations,
    ) -> Result<ReadDelivery, Failure> {
        let record = &planned.record;
        let path = planned.folder.join("rows.bin");
        let rows: Option<StagedRows> = read_json(&planned.folder.join("rows.json"))?;
        let damaged = |what| Failure::new(Exit::Store, miette!("{} {what}", path.display()));
        let rows = rows.ok_or_else(|| damaged("has no rows.json beside it"))?;
        let blocks = rows.read(&path, shard.index())?;
        let names = record.names(locations);
        let own = names.and_then(|names| own_rows(blocks, &names));
        let mut own = own.ok_or_else(|| damaged("names a location that its record does not"))?;
        let mut files: Vec<FileOutcome> = Vec::with_capacity(new.len());
        for &number in new {
            let rows = u32::try_from(number).ok().and_then(|number| own.events.remove(&number)).unwrap_or_default();
            let audit = account(&record.files[number].audit, &rows);
            files.push(FileOutcome::handed_in(audit, rows, self.setup.buckets()));
        }
        let labels = |day: &LocalDay| record.groups.get(day).cloned().unwrap_or_default();
        if let Some(first) = files.first_mut() {
            let said = own.traits.into_iter().map(|(day, rows)| (day, DayTraits::new(labels(&day), rows)));
            first.traits = said.collect();
        }
        Ok(ReadDelivery { files, day: record.day, locations: locations.clone() })
    }
}

/// The account of a file as far as this shard goes: rejected rows are nobody's, and `merge` has them from the record.
fn account(audit: &FileAudit, rows: &BTreeMap<LocalDay, Vec<EventRow>>) -> FileAudit {
    let read = |rows: &Vec<EventRow>| RowCounts { read: rows.len() as u64, ..RowCounts::default() };
    FileAudit { days: rows.iter().map(|(&day, rows)| (day, read(rows))).collect(), ..audit.clone() }
}

/// Rows by file and day, their locations under the names of the store; `None` where one has no name.
fn own_rows(blocks: Vec<RowBlock>, names: &HashMap<u32, LocationKey>) -> Option<OwnRows> {
    let mut own = OwnRows::default();
    for RowBlock { file, day, rows } in blocks {
        if file == TRAITS {
            let traits = |(who, bits)| Some((who, Traits::from_bits(u32::try_from(bits).ok()?)));
            own.traits.entry(day).or_default().extend(rows.into_iter().map(traits).collect::<Option<Vec<_>>>()?);
            continue;
        }
        let row = |(subscriber, bits)| {
            let moment = Moment::from_bits(bits);
            let location = *names.get(&moment.location().0)?;
            Some(EventRow { subscriber, moment: Moment::of_day(moment.micros_of_day(), location) })
        };
        let rows = rows.into_iter().map(row).collect::<Option<Vec<_>>>()?;
        own.events.entry(file).or_default().entry(day).or_default().extend(rows);
    }
    Some(own)
}
