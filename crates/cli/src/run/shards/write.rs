//! One delivery becomes a folder: its accepted rows by shard, and its record. It appears whole or not at all.

use super::record::{StagedDelivery, StagedFile, StagedLocation};
use super::staging::{Staging, make_folder, sync_folder, write_json};
use super::tasks::Task;
use crate::failure::{Failure, pass};
use crate::setup::Setup;
use hexodus_failpoint::Point;
use hexodus_ingest::{Delivery, FileOutcome};
use hexodus_model::{LocalDay, LocationKey, Locations, Shard};
use hexodus_store::staged_rows::TRAITS;
use hexodus_store::{RowsWriter, StagedRows};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// A delivery that was read, with at least one new file.
pub struct ToStage<'a> {
    pub delivery: &'a Delivery,
    pub source_id: &'a str,
    pub list: String,
    pub night: u32,
    pub files: Vec<FileOutcome>,
    pub locations: Locations,
    pub accepted: bool,
}

/// Writes it, unless another task was faster: the same files make the same folder.
pub fn stage(staging: &Staging, setup: &Setup, task: &Task, own: ToStage<'_>) -> Result<(), Failure> {
    let name = name_of(&own);
    let (folder, beside) = (staging.deliveries().join(&name), task.beside(staging, &name));
    let failed = |error: io::Error| Failure::system("write", &folder, &error);
    make_folder(&beside)?;
    let (record, rows) = write(staging, setup, own, &beside.join("rows.bin")).map_err(failed)?;
    write_json(&beside.join("rows.json"), &rows)?;
    write_json(&beside.join("delivery.json"), &record)?;
    pass(Point::StagedWritten)?;
    match fs::rename(&beside, &folder) {
        Ok(()) => sync_folder(&folder).map_err(failed)?,
        Err(_) if folder.join("delivery.json").exists() => fs::remove_dir_all(&beside).map_err(failed)?,
        Err(error) => return Err(failed(error)),
    }
    pass(Point::StagedShown)
}

/// Told by its files, so that two processes that read the same files write the same folder.
fn name_of(own: &ToStage<'_>) -> String {
    let digests: Vec<&str> = own.files.iter().map(|file| file.audit.digest.as_str()).collect();
    let day = own.delivery.day.map_or_else(|| "undated".into(), |day| day.to_string());
    let end = if own.accepted { "-accepted" } else { "" };
    format!("{day}-{}-{}{end}", own.delivery.source, &blake3::hash(digests.concat().as_bytes()).to_hex()[..16])
}

fn write(staging: &Staging, setup: &Setup, own: ToStage<'_>, rows: &Path) -> io::Result<(StagedDelivery, StagedRows)> {
    let ToStage { delivery, source_id, list, night, mut files, locations, accepted } = own;
    let days: Vec<BTreeSet<LocalDay>> = files.iter().map(|file| file.days.keys().copied().collect()).collect();
    let mut used = BTreeSet::new();
    let (rows, groups) = deal_out(staging, setup, &mut files, rows, &mut used)?;
    let staged_location = |key: LocationKey| Some(StagedLocation::of(key, locations.ids().get(key.0 as usize)?));
    let staged_file = |(file, days): (FileOutcome, _)| {
        let FileOutcome { audit, rejected, .. } = file;
        StagedFile { audit, rejected, days }
    };
    let record = StagedDelivery {
        made_with: staging.about.fingerprint(),
        list,
        night,
        source_id: source_id.to_owned(),
        source: delivery.source,
        day: delivery.day,
        first_path: delivery.files.first().map(|file| file.path.display().to_string()).unwrap_or_default(),
        files_delivered: delivery.files.len(),
        accepted,
        files: files.into_iter().zip(days).map(staged_file).collect(),
        locations: used.into_iter().filter_map(staged_location).collect(),
        groups,
    };
    Ok((record, rows))
}

/// Rows and traits to their shards; tells which locations the rows name, and the labels of groups.
fn deal_out(
    staging: &Staging,
    setup: &Setup,
    files: &mut [FileOutcome],
    path: &Path,
    used: &mut BTreeSet<LocationKey>,
) -> io::Result<(StagedRows, BTreeMap<LocalDay, Vec<String>>)> {
    let shards = staging.about.shards;
    let shard = |subscriber| Shard::index_of(subscriber, shards);
    let mut writer = RowsWriter::new(File::create(path)?, shards);
    let mut seen: Vec<bool> = Vec::new();
    for (number, file) in (0..).zip(&mut *files) {
        file.hand_out(setup.buckets(), |day, rows| {
            for row in &rows {
                let key = row.moment.location().0 as usize;
                if key >= seen.len() {
                    seen.resize(key + 1, false);
                }
                seen[key] = true;
            }
            let rows = rows.into_iter().map(|row| (row.subscriber, row.moment.bits()));
            writer.add((number, day), rows, shard)
        })?;
    }
    used.extend((0..).zip(seen).filter(|own| own.1).map(|own| LocationKey(own.0)));
    let mut groups = BTreeMap::new();
    for (day, said) in files.iter_mut().flat_map(|file| std::mem::take(&mut file.traits)) {
        let rows = said.sayings().iter().map(|&(who, traits)| (who, u64::from(traits.bits())));
        writer.add((TRAITS, day), rows, shard)?;
        groups.insert(day, said.groups().to_vec());
    }
    Ok((writer.finish()?, groups))
}
