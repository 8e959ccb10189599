//! `hexodus merge`: the sums of all shards into the configured store, the days judged, and the tables written.
//!
//! The store it writes holds counts only: events and reduced days stay with the shards. Where a crisis has begun, or a
//! refused day changes the night before it, shards have to count once more, by what this store tells.

use super::activity_sums::Names;
use super::parts::{self, Part, named, uncounted, unfinished};
use super::plan::Plan;
use super::staging::Staging;
use crate::args::MergeArgs;
use crate::console::Console;
use crate::failure::{Exit, Failure, pass};
use crate::made_with::made_with;
use crate::run::{Place, Run, RunOptions, accept, check_writable, exit_of, tell_written};
use crate::setup::Setup;
use hexodus_failpoint::Point;
use hexodus_store::{Manifest, Shards};
use std::time::Duration;

/// `hexodus merge`
///
/// # Errors
/// See the exit codes.
pub fn merge(args: &MergeArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(&args.config)?;
    check_writable(&setup)?;
    let staging = Staging::open(&setup, &args.from)?;
    let plan = Plan::read(&staging, &setup)?;
    let wait = Duration::from_secs(args.wait.seconds);
    let options = RunOptions { wait, accept: args.accept.clone(), ..RunOptions::default() };
    let place = Place { folder: setup.store_folder(), identity: staging.about.identity.clone(), whole: None };
    let mut run = Run::open_in(&setup, &options, console, place)?;
    check_of_shards(run.store.manifest(), staging.about.shards)?;
    let reduced = run.reduced_from(&plan);
    let parts = parts::all(&staging, &reduced)?;
    for (_, refusal) in &plan.refusals {
        console.warn(&format!("refused, nothing of this delivery is used: {}", refusal.fault));
    }
    let shards = staging.about.shards;
    console.timed("sum", || run.take_over_days(&plan, &parts, shards, &reduced))?;
    run.judge(&accept::dates(&options.accept))?;
    let asked = run.to_be_counted(&reduced);
    if let Some(again) = run.ask(asked, &parts)? {
        console.result(&again);
        return Ok(Exit::Done);
    }
    run.sum_flows(&parts)?;
    run.count_crises_by(&mut |run, crisis, window| run.sum_crisis(crisis, window, &parts))?;
    pass(Point::ReleaseBegin)?;
    let written = console.timed("release", || run.release())?;
    run.store.commit(|manifest| manifest.made_with = made_with(&setup))?;
    tell_written(written, console);
    Ok(exit_of(&run, plan.refusals.is_empty()))
}

/// A store that a run made has events of its own, and sums of other shards are no sums of these.
fn check_of_shards(manifest: &Manifest, of: u16) -> Result<(), Failure> {
    let message = match &manifest.shards {
        None if manifest.files.is_empty() && manifest.days.is_empty() => return Ok(()),
        Some(own) if own.index.is_none() && own.of == of => return Ok(()),
        None => "it is the store of a `hexodus run`, which has the events itself".to_owned(),
        Some(own) if own.index.is_none() => format!("it holds the sums of {} shards, and these are {of}", own.of),
        Some(_) => "it is the store of a shard".to_owned(),
    };
    Err(Failure::usage(format!("[store] folder: {message}; name another one for the sums")))
}

impl Run<'_> {
    /// The accounts of files and the counts of each day.
    fn take_over_days(&mut self, plan: &Plan, parts: &[Part], of: u16, reduced: &str) -> Result<(), Failure> {
        // Until the sums are whole, no shard may count by them.
        self.say_reduced(of, "")?;
        self.take_over_files(plan, parts)?;
        let locations = self.store.read_locations()?;
        let names = Names::of(parts, &locations)?;
        for day in self.store.manifest().delivered_days() {
            self.sum_day(day, parts, &names, &locations)?;
        }
        self.say_reduced(of, reduced)
    }

    fn say_reduced(&mut self, of: u16, reduced: &str) -> Result<(), Failure> {
        self.store.commit(|manifest| {
            let counted = manifest.shards.take().and_then(|own| own.counted);
            manifest.shards = Some(Shards { of, index: None, reduced: reduced.to_owned(), counted });
        })?;
        Ok(())
    }

    /// Writes down what shards are to count by, if anything. What to say where none has done so yet; none where all have.
    ///
    /// # Errors
    /// Names those that have not, where others have.
    fn ask(&mut self, asked: Option<String>, parts: &[Part]) -> Result<Option<String>, Failure> {
        self.store.commit(|manifest| {
            if let Some(own) = &mut manifest.shards {
                own.counted.clone_from(&asked);
            }
        })?;
        let Some(asked) = asked else { return Ok(None) };
        let left = uncounted(parts, &asked);
        match left.len() {
            0 => Ok(None),
            all if all == parts.len() => Ok(Some(format!(
                "days of all shards are summed and judged; what depends on all of them is written down.\nnext: \
                 `hexodus reduce --shard i/{all}` once more for i from 0 to {}, then `hexodus merge` again",
                all - 1
            ))),
            _ => Err(unfinished(&format!("{} not counted by what all shards told", named(&left)))),
        }
    }
}
