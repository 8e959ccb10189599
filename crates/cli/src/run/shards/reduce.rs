//! `hexodus reduce --shard i/N`: one shard, as far as it can be taken now.
//!
//! First from staged rows to reduced days and flows, which needs nobody else. Then, once `merge` has judged the days and
//! found out which homes were silent, the crises. Started again it goes on where it was; with nothing to do it ends.

use super::plan::Plan;
use super::staging::Staging;
use crate::args::ReduceArgs;
use crate::console::{Console, grouped};
use crate::crisis::Crisis;
use crate::failure::{Exit, Failure};
use crate::run::days::fingerprint;
use crate::run::{Place, Run, RunOptions, Whole};
use crate::setup::Setup;
use hexodus_store::Shards;
use std::time::Duration;

/// `hexodus reduce`
///
/// # Errors
/// See the exit codes.
pub fn reduce(args: &ReduceArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(&args.config)?;
    let staging = Staging::open(&setup, &args.from)?;
    let shard = args.shard;
    if shard.of() != staging.about.shards {
        let staged = staging.about.shards;
        return Err(Failure::usage(format!("--shard {shard}: the rows were dealt out to {staged} shards")));
    }
    let plan = Plan::read(&staging, &setup)?;
    let options = RunOptions { wait: Duration::from_secs(args.wait.seconds), ..RunOptions::default() };
    let whole = Whole::read(&setup, &staging.about.identity)?;
    let place = Place { folder: staging.store_of(shard), identity: staging.about.identity.clone(), whole };
    let mut run = Run::open_in(&setup, &options, console, place)?;
    let mut done = Vec::new();
    let reduced = run.reduced_from(&plan);
    if run.shard().is_none_or(|own| own.reduced != reduced) {
        run.take_in_staged(&plan, shard)?;
        run.reduce_shard(&reduced)?;
        let days = grouped(run.store.manifest().delivered_days().len() as u64);
        done.push(format!("reduced: shard {shard}, {days} days"));
    }
    if let Some(asked) = run.asked(&reduced) {
        run.count_shard(&asked)?;
        done.push(format!("counted: shard {shard}, {} crises", setup.crises.len()));
    }
    if done.is_empty() {
        done.push(format!("nothing to do: shard {shard} is up to date"));
    }
    console.result(&done.join("\n"));
    Ok(Exit::Done)
}

impl Run<'_> {
    /// What the store says of its shard.
    pub(super) fn shard(&self) -> Option<&Shards> {
        self.store.manifest().shards.as_ref()
    }

    /// Days and flows, by the steps of a run. Flows are those of days that all are used; `merge` says if one is not.
    fn reduce_shard(&mut self, reduced: &str) -> Result<(), Failure> {
        for day in self.store.manifest().delivered_days() {
            self.reduce(day)?;
            self.reduce_on_request(day)?;
        }
        self.console.timed("flows", || self.count_flows())?;
        self.store.commit(|manifest| {
            if let Some(own) = &mut manifest.shards {
                reduced.clone_into(&mut own.reduced);
            }
        })?;
        Ok(())
    }

    /// Fingerprint of what the days of every shard are reduced from and by, crises included.
    pub(super) fn reduced_from(&self, plan: &Plan) -> String {
        let config = &self.setup.config;
        fingerprint(&serde_json::json!([
            env!("CARGO_PKG_VERSION"),
            plan.fingerprint,
            self.network.fingerprint,
            config.mobility,
            config.output,
            config.checks,
            self.setup.crises.iter().map(Crisis::method).collect::<Vec<_>>(),
            self.people_inputs(),
        ]))
    }

    /// What the sums of all shards ask to be counted, unless that was done, or they are sums of something else.
    fn asked(&self, reduced: &str) -> Option<String> {
        let sums = self.whole.as_ref()?.manifest.shards.as_ref().filter(|sums| sums.reduced == reduced)?;
        let own = self.shard().and_then(|own| own.counted.as_ref());
        sums.counted.as_ref().filter(|&asked| own != Some(asked)).cloned()
    }
}
