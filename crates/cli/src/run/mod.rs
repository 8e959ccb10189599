//! One run: take in what is new, reduce the days it touches, count flows, release.

mod days;
mod flows;
mod held;
mod intake;
mod quality;
mod release;
mod settle;

pub use intake::audit_line;
pub use release::Written;

use crate::args::ConfigArgs;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::network::Network;
use crate::setup::Setup;
use held::HeldDays;
use hexodus_locate::Site;
use hexodus_store::Store;

/// What the steps of a run share.
pub struct Run<'a> {
    setup: &'a Setup,
    console: &'a Console,
    network: Network,
    store: Store,
    /// Days just taken in.
    held: HeldDays,
}

/// `hexodus run`
///
/// # Errors
/// See the exit codes.
pub fn run(args: &ConfigArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(args)?;
    let (exit, written) = run_with(&setup, console)?;
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
pub fn run_with(setup: &Setup, console: &Console) -> Result<(Exit, Option<Written>), Failure> {
    release::check_writable(setup)?;
    let key = setup.key()?;
    let store = Store::open(&setup.path(&setup.config.store.folder), &setup.identity(&key))?;
    let known_sites: Vec<Site> = serde_json::from_value(store.manifest().sites.clone()).unwrap_or_default();
    let network = Network::read(setup, &known_sites, console)?;
    let mut run = Run { setup, console, network, store, held: HeldDays::new(setup.events_held()) };
    let intake = run.take_in(&key)?;
    for day in run.store.manifest().usable_days() {
        run.reduce(day)?;
    }
    console.timed("flows", || run.count_flows())?;
    let written = console.timed("release", || run.release())?;
    Ok((exit_of(&run, &intake), written))
}

/// 0 when all is well, 1 when a day is refused but others are there, 3 when nothing could be stored.
fn exit_of(run: &Run<'_>, intake: &intake::Intake) -> Exit {
    match (intake.files.is_empty(), run.store.manifest().usable_days().is_empty()) {
        (true, _) => Exit::Done,
        (false, false) => Exit::Flagged,
        (false, true) => Exit::Unreadable,
    }
}
