//! `hexodus status`: what the store holds and what is new.

use crate::args::ConfigArgs;
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use crate::run::quality_checks::{refused_days, verdict_lines};
use crate::setup::Setup;
use hexodus_model::{LocalDay, RowCounts};
use hexodus_store::{Manifest, Store};

/// Prints one line a day, then what is new among the inputs. Takes no lock and changes nothing.
pub fn run(args: &ConfigArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(args)?;
    let folder = setup.path(&setup.config.store.folder);
    let Some(manifest) = Store::read_manifest(&folder)? else {
        console.result(&format!("no store yet at {}; `hexodus run` makes it", folder.display()));
        return Ok(Exit::Done);
    };
    console.result(&format!(
        "store {}: format {}, zone {}, days from {}, {} files accepted",
        folder.display(),
        manifest.format,
        manifest.identity.zone,
        manifest.identity.day_start,
        manifest.files.len()
    ));
    console.result("day         state      parts       events  duplicates    rejected  subscribers");
    for (&day, entry) in &manifest.days {
        console.result(&day_line(&manifest, day, entry));
    }
    for line in verdict_lines(&manifest) {
        console.result(&line);
    }
    for day in manifest.refused.keys().filter(|day| !manifest.days.contains_key(day)) {
        console.result(&format!("{day}  refused"));
    }
    for why in manifest.refused_files.values() {
        console.result(&format!("refused: {why}"));
    }
    new_files(&setup, &manifest, console)?;
    let trusted = refused_days(&manifest).next().is_none();
    Ok(if manifest.refused_files.is_empty() && trusted { Exit::Done } else { Exit::Flagged })
}

fn day_line(manifest: &Manifest, day: LocalDay, entry: &hexodus_store::DayEntry) -> String {
    let mut rows = RowCounts::default();
    for file in &manifest.files {
        if let Some(counts) = file.days.get(&day) {
            rows.add(counts);
        }
    }
    let state = if manifest.refused.contains_key(&day) || !entry.is_trusted() {
        "refused"
    } else if !entry.delivered {
        "strays"
    } else if entry.facts.is_some() {
        "ready"
    } else {
        "stored"
    };
    let events: u64 = entry.parts.iter().map(|part| part.rows).sum();
    let subscribers = entry.facts.as_ref().map_or_else(|| "-".into(), |facts| grouped(facts.subscribers_active));
    format!(
        "{day}  {state:<9}  {:>5}  {:>11}  {:>10}  {:>10}  {subscribers:>11}",
        entry.parts.len(),
        grouped(events),
        grouped(rows.duplicates),
        grouped(rows.rejected_rows())
    )
}

fn new_files(setup: &Setup, manifest: &Manifest, console: &Console) -> Result<(), Failure> {
    let mut new = 0_u64;
    for delivery in setup.deliveries()? {
        for file in &delivery.files {
            let digest = hexodus_ingest::digest::digest_file(&file.path)
                .map_err(|error| Failure::system("read", &file.path, &error))?;
            new += u64::from(!manifest.knows(&digest.0));
        }
    }
    console.result(&match new {
        0 => "no new files".to_owned(),
        new => format!("{} new files: `hexodus run` would read them", grouped(new)),
    });
    if manifest.days.values().any(|entry| !entry.delivered) {
        console.result(
            "strays: rows of that day came in its neighbours' files; it is not used until its own is delivered",
        );
    }
    Ok(())
}
