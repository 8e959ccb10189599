//! `hexodus status`: what the store holds, what is new, what a run would do and why.

use crate::args::StatusArgs;
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use crate::population::status_lines;
use crate::run::quality_checks::{refused_days, verdict_lines};
use crate::setup::Setup;
use crate::status::{day_lines, file_lines, key_lines, new_files, recomputed, released_lines, trait_lines};
use hexodus_store::{Manifest, Store};

/// Prints one line a day, then what is refused, what is new, what is stale, and the age of the key. Takes no lock,
/// reads neither plan nor partitions, areas only where there is a population to give to them, and changes nothing.
pub fn run(args: &StatusArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(&args.config)?;
    let folder = setup.store_folder();
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
        grouped(manifest.files.len() as u64)
    ));
    print(console, &day_lines(&manifest));
    print(console, &refusals(&manifest));
    if args.files {
        print(console, &file_lines(&manifest));
    }
    print(console, &verdict_lines(&manifest));
    print(console, &new_files(&setup, &manifest)?);
    print(console, &recomputed(&setup, &manifest));
    print(console, &trait_lines(&manifest));
    print(console, &status_lines(&setup));
    print(console, &released_lines(&manifest, &setup.config.release)?);
    print(console, &key_lines(&manifest, setup.config.store.rotate_key_after_days));
    let trusted = refused_days(&manifest).next().is_none();
    Ok(if manifest.refused_files.is_empty() && trusted { Exit::Done } else { Exit::Flagged })
}

fn print(console: &Console, lines: &[String]) {
    for line in lines {
        console.result(line);
    }
}

fn refusals(manifest: &Manifest) -> Vec<String> {
    let days = manifest.refused.keys().filter(|day| !manifest.days.contains_key(day));
    let days = days.map(|day| format!("{day}  refused"));
    days.chain(manifest.refused_files.values().map(|why| format!("refused: {why}"))).collect()
}
