//! One run: take in what is new, reduce the days it touches, count flows and displacement, release.

pub mod accept;
pub mod closed_days;
mod coverage;
mod days;
mod displacement;
mod flows;
mod held;
mod intake;
mod key_epochs;
mod on_request;
pub mod outgoing;
pub mod own_day;
mod quality;
mod quality_cells;
pub mod quality_checks;
mod refused_files;
mod release;
mod settle;

pub use days::SUBSCRIBER_DAYS;
pub use flows::FLOWS;
pub use intake::audit_line;
pub use on_request::HOURS;
pub use release::{Written, check_writable};

use crate::args::{Acceptance, RunArgs};
use crate::console::Console;
use crate::failure::{Exit, Failure, pass};
use crate::made_with::made_with;
use crate::network::Network;
use crate::setup::Setup;
use displacement::ByDay;
use held::HeldDays;
use hexodus_failpoint::Point;
use hexodus_ingest::PseudonymKey;
use hexodus_locate::Site;
use hexodus_store::{CrisisCounts, Store};
use std::collections::BTreeMap;
use std::time::Duration;

/// What was asked for besides the configuration.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// How long to wait for another run.
    pub wait: Duration,
    /// Whether days of several keys may stand in one release.
    pub span_key_epochs: bool,
    /// Refused files and days to take in as far as they can be read.
    pub accept: Vec<Acceptance>,
}

/// What the steps of a run share.
pub struct Run<'a> {
    setup: &'a Setup,
    options: &'a RunOptions,
    console: &'a Console,
    network: Network,
    store: Store,
    /// Days just taken in.
    held: HeldDays,
    /// The counts of crises that were just counted, by folder.
    crises: BTreeMap<String, CrisisCounts>,
    /// What was told of the last days of these crises before, by folder.
    told_before: BTreeMap<String, ByDay>,
}

impl<'a> Run<'a> {
    /// The store, locked, and the network as configured.
    fn open(
        setup: &'a Setup,
        options: &'a RunOptions,
        console: &'a Console,
        key: &PseudonymKey,
    ) -> Result<Self, Failure> {
        let store = setup.open_store(key, options.wait)?;
        let known_sites: Vec<Site> =
            store.read_sites()?.and_then(|sites| serde_json::from_str(&sites).ok()).unwrap_or_default();
        let network = Network::read(setup, &known_sites, console)?;
        network.check_crises(setup)?;
        let held = HeldDays::new(setup.events_held());
        Ok(Self {
            setup,
            options,
            console,
            network,
            store,
            held,
            crises: BTreeMap::new(),
            told_before: BTreeMap::new(),
        })
    }
}

/// `hexodus run`
///
/// # Errors
/// See the exit codes.
pub fn run(args: &RunArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(&args.config)?;
    let options = RunOptions {
        wait: Duration::from_secs(args.wait.seconds),
        span_key_epochs: args.span_key_epochs,
        accept: args.accept.clone(),
    };
    let (exit, written) = run_with(&setup, &options, console)?;
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
pub fn run_with(setup: &Setup, options: &RunOptions, console: &Console) -> Result<(Exit, Option<Written>), Failure> {
    release::check_writable(setup)?;
    let key = setup.key()?;
    let mut run = Run::open(setup, options, console, &key)?;
    key_epochs::check_span(run.store.manifest(), options)?;
    let intake = run.take_in(&key)?;
    run.review_pruned_days()?;
    for day in run.store.manifest().delivered_days() {
        run.reduce(day)?;
        run.reduce_on_request(day)?;
    }
    run.judge(&accept::dates(&options.accept))?;
    console.timed("flows", || run.count_flows())?;
    run.count_crises()?;
    pass(Point::ReleaseBegin)?;
    let written = console.timed("release", || run.release())?;
    run.store.commit(|manifest| manifest.made_with = made_with(setup))?;
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
