//! `hexodus check`: a dry run over configuration and inputs.

use crate::args::CheckArgs;
use crate::console::{Console, grouped};
use crate::dry_run::DryRun;
use crate::failure::{Exit, Failure};
use crate::network::Network;
use crate::run::{accept, accepted_files, audit_line, check_writable, own_day};
use crate::setup::Setup;
use hexodus_ingest::{Holding, Ingester};
use hexodus_locate::h3_of_point;
use hexodus_model::LocalDay;
use hexodus_store::{Manifest, Store, read_locations};
use std::path::Path;

/// Reads what a run would read, judges the days as it would, and reports; stores nothing and takes no lock. Duplicates
/// are looked for within each delivery only.
pub fn run(args: &CheckArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(&args.config)?;
    check_writable(&setup)?;
    let key = setup.key()?;
    let network = Network::read(&setup, &[], console)?;
    network.check_crises(&setup)?;
    let (folder, identity) = (setup.store_folder(), setup.identity(&key));
    let manifest = Store::read_manifest(&folder)?.unwrap_or_else(|| Manifest::new(identity.clone()));
    manifest.check_identity(&folder, &identity)?;
    let bar = console.progress(None, "reading");
    let progress = |rows| bar.inc(rows);
    // What is spilled has no name and vanishes; the store's folder may not exist, and is left alone.
    let holding = Holding { spill_folder: std::env::temp_dir(), ..setup.holding() };
    let accepted = |path: &Path, day: Option<LocalDay>| accept::reason(&args.accept, path, day);
    let locations = read_locations(&folder, &manifest)?;
    let ingester =
        Ingester::new(&setup.calendar, &key, h3_of_point, locations, holding, &progress).accepting(&accepted);
    let mut known = accepted_files(&folder, &manifest);
    let deliveries = setup.deliveries()?;
    for what in accept::unknown(&args.accept, &deliveries) {
        console.warn(&format!("--accept \"{what}\" is neither a date nor a file of this run"));
    }

    let mut dry_run = DryRun::new(&setup, &network, &manifest);
    let (mut good, mut refused, mut known_files) = (0_u64, 0_u64, 0_u64);
    for delivery in deliveries {
        let read = ingester.read(&delivery, setup.source(&delivery), &known)?;
        match read.and_then(|files| own_day::new_files(&setup, &manifest, &delivery, files, &args.accept)) {
            Err(refusal) => {
                refused += 1;
                dry_run.refuse(&refusal);
                console.warn(&format!("would refuse: {}", refusal.fault));
            }
            Ok(mut files) => {
                known_files += (delivery.files.len() - files.len()) as u64;
                good += 1;
                dry_run.take_in(&mut files, &delivery, &ingester.locations(), console)?;
                for file in &files {
                    known.add(&file.audit.digest, file.audit.size_bytes);
                    bar.suspend(|| console.result(&audit_line(&file.audit)));
                }
            }
        }
    }
    bar.finish_and_clear();
    let (usable, unusable) = dry_run.judge(&accept::dates(&args.accept), &ingester.locations(), console)?;
    if known_files > 0 {
        console.result(&format!("{} files are known already and would not be read again", grouped(known_files)));
    }
    console.result(&format!("{} deliveries can be stored, {} would be refused", grouped(good), grouped(refused)));
    console.result(&format!(
        "{} days could be used, {} would be left out by a check",
        grouped(usable),
        grouped(unusable)
    ));
    Ok(match (refused + unusable, usable) {
        (0, _) => Exit::Done,
        (_, 0) => Exit::Unreadable,
        _ => Exit::Flagged,
    })
}
