//! One run: take in what is new, reduce the days it touches, count flows, release.

mod days;
mod flows;
mod intake;
mod quality;
mod quality_cells;
pub mod quality_checks;
mod release;

pub use intake::audit_line;
pub use release::Written;

use crate::args::RunArgs;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::network::Network;
use crate::setup::Setup;
use hexodus_ingest::scatter::DayBuckets;
use hexodus_locate::Site;
use hexodus_model::LocalDay;
use hexodus_store::Store;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the steps of a run share.
pub struct Run<'a> {
    setup: &'a Setup,
    console: &'a Console,
    network: Network,
    store: Store,
    /// Days just taken in, by bucket, so that they need not be read back to be reduced.
    recent: BTreeMap<LocalDay, Arc<DayBuckets>>,
}

/// `hexodus run`
///
/// # Errors
/// See the exit codes.
pub fn run(args: &RunArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(&args.config)?;
    let (exit, written) = run_with(&setup, &args.accepted()?, console)?;
    match written {
        Some(Written::New(folder)) => console.result(&format!("written: {}", folder.display())),
        Some(Written::Unchanged(folder)) => {
            console.result(&format!("nothing to do: {} is up to date", folder.display()));
        }
        None => console.result("no day can be released yet"),
    }
    Ok(exit)
}

/// The same on a resolved setup.
///
/// `accepted` are days to be used although a check refuses them, with the reason.
pub fn run_with(
    setup: &Setup,
    accepted: &BTreeMap<LocalDay, String>,
    console: &Console,
) -> Result<(Exit, Option<Written>), Failure> {
    release::check_writable(setup)?;
    let key = setup.key()?;
    let store = Store::open(&setup.path(&setup.config.store.folder), &setup.identity(&key))?;
    let known_sites: Vec<Site> = serde_json::from_value(store.manifest().sites.clone()).unwrap_or_default();
    let network = Network::read(setup, &known_sites, console)?;
    let mut run = Run { setup, console, network, store, recent: BTreeMap::new() };
    let intake = run.take_in(&key)?;
    for day in run.store.manifest().delivered_days() {
        run.reduce(day)?;
    }
    run.judge(accepted)?;
    console.timed("flows", || run.count_flows())?;
    let written = console.timed("release", || run.release())?;
    Ok((exit_of(&run, &intake), written))
}

/// 0 when all is well, 1 when a day is refused but others are there, 3 when nothing can be used.
fn exit_of(run: &Run<'_>, intake: &intake::Intake) -> Exit {
    let trusted = quality_checks::refused_days(run.store.manifest()).next().is_none();
    match (intake.files.is_empty() && trusted, run.store.manifest().usable_days().is_empty()) {
        (true, _) => Exit::Done,
        (false, false) => Exit::Flagged,
        (false, true) => Exit::Unreadable,
    }
}
