//! `hexodus shard`: deliveries are read and checked once, and their rows dealt out to shards of subscribers.

use super::plan::{self, Plan};
use super::record::StagedRefusal;
use super::staging::Staging;
use super::tasks;
use super::tasks::{FoundFile, Task};
use super::write::{ToStage, stage};
use crate::args::ShardArgs;
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure, pass};
use crate::run::accept;
use crate::setup::Setup;
use hexodus_failpoint::Point;
use hexodus_ingest::{Delivery, FileRead, Holding, Ingester};
use hexodus_locate::h3_of_point;
use hexodus_model::{FileAudit, Locations, Shard};
use std::path::Path;

/// What a task has done.
#[derive(Default)]
struct Told {
    refused: Vec<StagedRefusal>,
    deliveries: u64,
    rows: u64,
}

/// `hexodus shard`
///
/// # Errors
/// See the exit codes.
pub fn shard(args: &ShardArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(&args.config)?;
    let key = setup.key()?;
    let staging = Staging::begin(&setup, &args.to, &key, args.shards)?;
    let part = args.files.or_else(|| Shard::new(0, 1)).ok_or_else(|| Failure::usage("--files: expected i/M"))?;
    let deliveries = setup.deliveries()?;
    let task = Task::begin(&staging, part, &deliveries)?;
    for what in accept::unknown(&args.accept, &deliveries) {
        console.warn(&format!("--accept \"{what}\" is neither a date nor a file of this run"));
    }
    let own = deliveries.iter().zip(0_u16..).filter(|(_, number)| number % part.of() == part.index());
    let own: Vec<&Delivery> = own.map(|own| own.0).collect();
    let accepted = |path: &Path, day| accept::reason(&args.accept, path, day);
    let holding = Holding { spill_folder: staging.folder.clone(), ..setup.holding() };
    let bar = console.progress(None, "reading");
    let progress = |rows| bar.inc(rows);
    let locations = Locations::default();
    let ingester =
        Ingester::new(&setup.calendar, &key, h3_of_point, locations, holding, &progress).accepting(&accepted);
    let night = plan::night(&staging, &task.list)?;
    let mut known = Plan::known_files(&staging, &setup)?;
    let mut told = Told::default();
    // While one delivery is read, the one before it is dealt out.
    let mut pending: Option<ToStage<'_>> = None;
    for &delivery in &own {
        let source = setup.source(delivery);
        let (staged, read) = rayon::join(
            || pending.take().map_or(Ok(()), |own| console.timed("deal out", || stage(&staging, &setup, &task, own))),
            || console.timed("read", || ingester.read(delivery, source, &known)),
        );
        pass(Point::DeliveryRead)?;
        staged?;
        let files = match read? {
            Ok(files) => FileRead::new_ones(files),
            Err(refusal) => {
                console.warn(&format!("refused, nothing of this delivery is staged: {}", refusal.fault));
                told.refused.push(StagedRefusal::of(&source.id, &refusal));
                continue;
            }
        };
        for file in &files {
            known.add(&file.audit.digest, file.audit.size_bytes);
            told.rows += file.audit.total().read;
            console.step(&line(&file.audit));
        }
        if !files.is_empty() {
            told.deliveries += 1;
            let accepted = delivery.files.iter().any(|file| accepted(&file.path, delivery.day).is_some());
            let (source_id, locations) = (source.id.as_str(), ingester.locations());
            let list = task.list.clone();
            pending = Some(ToStage { delivery, source_id, list, night, files, locations, accepted });
        }
    }
    pending.map_or(Ok(()), |own| stage(&staging, &setup, &task, own))?;
    bar.finish_and_clear();
    end(&staging, task, found_files(&own), told, console)
}

fn end(staging: &Staging, task: Task, found: Vec<FoundFile>, told: Told, console: &Console) -> Result<Exit, Failure> {
    let exit = if told.refused.is_empty() { Exit::Done } else { Exit::Flagged };
    task.end(staging, found, told.refused)?;
    let (deliveries, rows) = (grouped(told.deliveries), grouped(told.rows));
    let shards = staging.about.shards;
    console.result(&match told.deliveries {
        0 => format!("nothing to do: every file is staged in {}", staging.folder.display()),
        _ => format!("staged: {deliveries} deliveries, {rows} rows, in {}", staging.folder.display()),
    });
    match tasks::all(staging) {
        Ok(_) => console.step(&format!("next: `hexodus reduce --shard i/{shards}` for i from 0 to {}", shards - 1)),
        Err(_) => console.step("other tasks of `hexodus shard` have not ended yet"),
    }
    Ok(exit)
}

/// By name and size.
fn found_files(deliveries: &[&Delivery]) -> Vec<FoundFile> {
    let files = deliveries.iter().flat_map(|own| &own.files);
    let found = |path: &Path| Some((path.display().to_string(), path.metadata().ok()?.len()));
    files.filter_map(|file| found(&file.path)).collect()
}

/// What is known of a file before its rows are settled.
fn line(audit: &FileAudit) -> String {
    let total = audit.total();
    let (read, rejected) = (grouped(total.read), grouped(total.rejected_rows()));
    format!("{}: {read} rows, {rejected} rejected", audit.file_name)
}
