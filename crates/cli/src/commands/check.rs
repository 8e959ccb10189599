//! `hexodus check`: a dry run over configuration and inputs.

use crate::args::ConfigArgs;
use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use crate::network::Network;
use crate::run::audit_line;
use crate::setup::Setup;
use hexodus_ingest::{FileOutcome, FileRead, Holding, Ingester, KnownFiles, settle_alone};
use hexodus_locate::h3_of_point;
use hexodus_model::{LocalDay, Locations};
use std::collections::BTreeSet;

/// Reads everything a run would read and reports it; stores nothing. Duplicates are looked for within each delivery
/// only.
pub fn run(args: &ConfigArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(args)?;
    let key = setup.key()?;
    let network = Network::read(&setup, &[], console)?;
    network.check_crises(&setup)?;
    let bar = console.progress(None, "reading");
    let progress = |rows| bar.inc(rows);
    // Nothing is stored, so there need not be a store; what is spilled has no name and vanishes.
    let holding = Holding { spill_folder: std::env::temp_dir(), ..setup.holding() };
    let ingester = Ingester::new(&setup.calendar, &key, h3_of_point, Locations::default(), holding, &progress);
    let (mut good, mut refused) = (0_u64, 0_u64);
    for delivery in setup.deliveries()? {
        match ingester.read(&delivery, setup.source(&delivery), &KnownFiles::default())? {
            Err(refusal) => {
                refused += 1;
                console.warn(&format!("would refuse: {}", refusal.fault));
            }
            Ok(files) => {
                good += 1;
                let mut files = FileRead::new_ones(files);
                settle(&mut files, &setup, &network, &ingester.locations())?;
                for file in &files {
                    bar.suspend(|| console.result(&audit_line(&file.audit)));
                }
            }
        }
    }
    bar.finish_and_clear();
    console.result(&format!("{} deliveries can be stored, {} would be refused", grouped(good), grouped(refused)));
    Ok(match (refused, good) {
        (0, _) => Exit::Done,
        (_, 0) => Exit::Unreadable,
        _ => Exit::Flagged,
    })
}

fn settle(files: &mut [FileOutcome], setup: &Setup, network: &Network, locations: &Locations) -> Result<(), Failure> {
    let days: BTreeSet<LocalDay> = files.iter().flat_map(|file| file.days.keys().copied()).collect();
    for day in days {
        let places = network.locator.day_places(locations, &setup.calendar.window(day));
        settle_alone(files, day, &places, setup.buckets())
            .map_err(|error| Failure::system("read back rows spilled to", &std::env::temp_dir(), &error))?;
    }
    Ok(())
}
