//! `hexodus prune`: retention. What is old goes, what it counted stays.

use crate::args::PruneArgs;
use crate::console::{Console, grouped};
use crate::crisis::Crisis;
use crate::failure::{Exit, Failure};
use crate::run::{HOURS, SUBSCRIBER_DAYS};
use crate::setup::Setup;
use hexodus_store::{EVENTS, Pruning, Store};
use std::time::Duration;

/// Removes, or says what it would remove.
pub fn run(args: &PruneArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(&args.config)?;
    if Store::read_manifest(&setup.store_folder())?.is_none() {
        console.result(&format!("no store yet at {}; `hexodus run` makes it", setup.store_folder().display()));
        return Ok(Exit::Done);
    }
    let mut store = setup.open_store(&setup.key()?, Duration::from_secs(args.wait.seconds))?;
    let needed = setup.crises.iter().map(Crisis::first_record).min();
    let spare_from = needed.filter(|_| !args.crises_too);
    let pruning = store.plan_pruning(args.keep_days, &[SUBSCRIBER_DAYS, HOURS], spare_from);
    tell_of_crises(&setup, &pruning, console);
    if !args.dry_run {
        store.prune(&pruning)?;
        for crisis in ended_by(&setup, &pruning) {
            store.forget_kept(&crisis.slug)?;
        }
    }
    tell(&pruning, args.dry_run, console);
    Ok(Exit::Done)
}

/// The crises that lose reduced days they are counted from.
fn ended_by<'a>(setup: &'a Setup, pruning: &Pruning) -> impl Iterator<Item = &'a Crisis> {
    let is_reduced = |kinds: &Vec<String>| kinds.iter().any(|kind| kind != EVENTS);
    let removed = pruning.kinds.iter().filter(|(_, kinds)| is_reduced(kinds)).map(|(&day, _)| day).next_back();
    setup.crises.iter().filter(move |crisis| removed.is_some_and(|last| last >= crisis.first_record()))
}

/// Which crises keep reduced days alive, or lose them.
fn tell_of_crises(setup: &Setup, pruning: &Pruning, console: &Console) {
    for crisis in ended_by(setup, pruning) {
        console.warn(&format!(
            "{}: reduced days from {} on are what it is counted from; without them its figures stay as of the last \
             run, no later day is added, and another rule or plan cannot be applied",
            crisis.operation,
            crisis.first_record()
        ));
    }
    if pruning.spared > 0 {
        console.warn(&format!(
            "reduced days of {} old days stay, because a [[crisis]] is counted from them: prune with --crises-too, or \
             take the [[crisis]] out of the configuration",
            grouped(pruning.spared)
        ));
    }
}

fn tell(pruning: &Pruning, dry_run: bool, console: &Console) {
    if pruning.waiting > 0 {
        let days = grouped(pruning.waiting);
        console.warn(&format!("{days} old days stay: they are not reduced yet. `hexodus run`, then prune again"));
    }
    let verb = if dry_run { "would remove" } else { "removed" };
    if let Some(from) = pruning.quarantine_from.filter(|_| pruning.quarantine_files > 0) {
        console.result(&format!(
            "{verb} the quarantine of deliveries before {from}: {} rejected rows in {} files",
            grouped(pruning.quarantine_rows),
            grouped(pruning.quarantine_files)
        ));
    }
    let Some(first_kept) = pruning.first_kept.filter(|_| pruning.files > 0) else {
        if pruning.quarantine_files == 0 {
            console.result("nothing to prune: no day is that old");
        }
        return;
    };
    let days_of = |kind: &str| pruning.kinds.values().filter(|kinds| kinds.iter().any(|found| found == kind)).count();
    let (events, reduced) = (days_of(EVENTS) as u64, days_of(SUBSCRIBER_DAYS) as u64);
    let span = match (pruning.kinds.keys().next(), pruning.kinds.keys().next_back()) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => String::new(),
    };
    console.result(&format!(
        "{verb} {} files with {} rows, {span}: events of {} days, reduced days of {}; kept: everything from {first_kept}, \
         all counts and matrices, the account of every file",
        grouped(pruning.files),
        grouped(pruning.rows),
        grouped(events),
        grouped(reduced)
    ));
}
