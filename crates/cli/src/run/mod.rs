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
mod known_buckets;
mod on_request;
pub mod outgoing;
pub mod own_day;
mod quality;
mod quality_cells;
pub mod quality_checks;
mod refused_files;
mod release;
mod settle;
mod shards;
mod whole;

pub use days::SUBSCRIBER_DAYS;
pub use flows::FLOWS;
pub use intake::{accepted_files, audit_line};
pub use on_request::HOURS;
pub use release::{Written, check_writable};
pub use shards::{merge, reduce, shard};

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
use hexodus_store::{CrisisCounts, Manifest, Store, StoreIdentity};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use whole::{Whole, sites_of};

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
    /// The sums over all shards, where the store is of one.
    whole: Option<Whole>,
    /// Days just taken in.
    held: HeldDays,
    /// The counts of crises that were just counted, by folder.
    crises: BTreeMap<String, CrisisCounts>,
    /// What was told of the last days of these crises before, by folder.
    told_before: BTreeMap<String, ByDay>,
}

/// Which store a run is on.
pub struct Place {
    folder: PathBuf,
    identity: StoreIdentity,
    whole: Option<Whole>,
}

impl<'a> Run<'a> {
    /// The configured store, locked, and the network as configured.
    fn open(
        setup: &'a Setup,
        options: &'a RunOptions,
        console: &'a Console,
        key: &PseudonymKey,
    ) -> Result<Self, Failure> {
        let place = Place { folder: setup.store_folder(), identity: setup.identity(key), whole: None };
        Self::open_in(setup, options, console, place)
    }

    /// The same for any store.
    fn open_in(
        setup: &'a Setup,
        options: &'a RunOptions,
        console: &'a Console,
        Place { folder, identity, whole }: Place,
    ) -> Result<Self, Failure> {
        let store = Store::open_waiting(&folder, &identity, options.wait)?;
        let known_sites = match &whole {
            Some(whole) => whole.sites()?,
            None => store.read_sites()?,
        };
        let network = Network::read(setup, &sites_of(known_sites), console)?;
        network.check_crises(setup)?;
        let held = HeldDays::new(setup.events_held());
        Ok(Self {
            setup,
            options,
            console,
            network,
            store,
            whole,
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
    tell_written(written, console);
    Ok(exit)
}

fn tell_written(written: Option<Written>, console: &Console) {
    console.result(&match written {
        Some(Written::New(folder)) => format!("written: {}", folder.display()),
        Some(Written::Unchanged(folder)) => format!("nothing to do: {} is up to date", folder.display()),
        None => "no day can be released yet".into(),
    });
}

/// The same on a resolved setup.
pub fn run_with(setup: &Setup, options: &RunOptions, console: &Console) -> Result<(Exit, Option<Written>), Failure> {
    release::check_writable(setup)?;
    let key = setup.key()?;
    let mut run = Run::open(setup, options, console, &key)?;
    check_whole(run.store.manifest(), "run")?;
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
    Ok((exit_of(&run, intake.files.is_empty()), written))
}

/// Refuses a command that works on events where the store holds the sums of shards.
///
/// # Errors
/// Exit 2.
pub fn check_whole(manifest: &Manifest, command: &str) -> Result<(), Failure> {
    let Some(shards) = &manifest.shards else { return Ok(()) };
    Err(Failure::usage(format!(
        "[store] holds the sums of {} shards and no events: `hexodus {command}` does not work on it. Go on with \
         `hexodus shard`, `reduce` and `merge`, or name another folder",
        shards.of
    )))
}

/// 0 when all is well, 1 when a day is refused but others are there, 3 when nothing can be used.
fn exit_of(run: &Run<'_>, no_file_refused: bool) -> Exit {
    let trusted = quality_checks::refused_days(run.store.manifest()).next().is_none();
    match (no_file_refused && trusted, run.store.manifest().usable_days().is_empty()) {
        (true, _) => Exit::Done,
        (false, false) => Exit::Flagged,
        (false, true) => Exit::Unreadable,
    }
}
