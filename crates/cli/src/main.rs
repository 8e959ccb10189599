//! The command line of hexodus: arguments and glue. Every reusable part is a crate of its own.
//!
//! | module | answers |
//! |---|---|
//! | `args` | what was typed |
//! | `config` | what the configuration file says, and where it is wrong |
//! | `crisis` | what a `[[crisis]]` resolves to |
//! | `holidays` | which days are holidays |
//! | `setup` | what both resolve to |
//! | `made_with` | what a run depends on besides the dumps, to tell what has changed |
//! | `network` | the areas and the radio-cell plan, ready to place events |
//! | `population` | how many people live in each area |
//! | `home_classes` | which homes are urban, and how many people of an area are |
//! | `market_shares` | how many people a subscriber is where no census tells, as of a day |
//! | `run` | one run: ingest, reduce, flows, release |
//! | `remote` | dumps and releases in object stores, with the feature `object-stores` |
//! | `serve` | a released folder for a browser on this machine |
//! | `status` | what the store holds, in lines |
//! | `commands` | the other commands |
//! | `no_core` | nothing of the memory of a killed process stays |
//! | `console` | everything that is printed |
//! | `failure` | exit codes |
mod args;
mod commands;
mod config;
mod console;
mod crisis;
mod dry_run;
mod failure;
mod footprint;
mod holidays;
mod home_classes;
mod made_with;
mod market_shares;
mod named_places;
mod network;
mod no_core;
mod population;
#[cfg(feature = "object-stores")]
mod remote;
mod run;
mod serve;
mod setup;
mod status;

use args::{Arguments, Command, KeyCommand, PolicyCommand};
use clap::Parser;
use console::Console;
use failure::{Exit, Failure};
use std::process::ExitCode;

fn main() -> ExitCode {
    no_core::leave_no_core();
    // A panic message may quote what was being processed; only its place in the code is shown.
    std::panic::set_hook(Box::new(|panic| {
        if hexodus_ingest::decoder::is_guarded() {
            return; // told as a damaged file
        }
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        Console::new(true, false).warn(&format!("internal error at {place}; please report it"));
    }));
    let arguments = Arguments::parse();
    let console = Console::new(arguments.quiet, arguments.timings);
    match run(&arguments, &console) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            console.failure(&failure);
            failure.exit().into()
        }
    }
}

fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Failure> {
    if let Some(point) = hexodus_failpoint::armed().map_err(Failure::usage)? {
        console.warn(&format!("{} is set: this is a test, it stops at {}", hexodus_failpoint::VARIABLE, point.name()));
    }
    if let Some(threads) = arguments.threads {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()
            .map_err(|error| Failure::usage(format!("--threads {threads}: {error}")))?;
    }
    match &arguments.command {
        Command::Demo(demo) => commands::demo::run(demo, console),
        Command::Init(init) => commands::init::run(init, console),
        Command::Synth(synth) => commands::synth::run(synth, console),
        Command::Check(check) => commands::check::run(check, console),
        Command::Run(args) => run::run(args, console),
        Command::Shard(args) => run::shard(args, console),
        Command::Reduce(args) => run::reduce(args, console),
        Command::Merge(args) => run::merge(args, console),
        Command::Release(args) => run::outgoing::release(args, console),
        Command::Summary(args) => commands::summary::run(args, console),
        Command::Report(args) => commands::report::run(args, console),
        Command::Serve(args) => serve::run(args, console),
        Command::Status(status) => commands::status::run(status, console),
        Command::Quarantine(args) => commands::quarantine::run(args, console),
        Command::Prune(prune) => commands::prune::run(prune, console),
        Command::Verify(config) => commands::verify::run(config, console),
        #[cfg(feature = "object-stores")]
        Command::Pull(args) => remote::pull(args, console),
        #[cfg(feature = "object-stores")]
        Command::Push(args) => remote::push(args, console),
        #[cfg(not(feature = "object-stores"))]
        Command::Pull(_) | Command::Push(_) => Err(Failure::usage(
            "this hexodus was built without object stores; build it with `cargo build --release --features object-stores`",
        )),
        Command::Key(KeyCommand::Rotate(rotate)) => commands::key::rotate(rotate, console),
        Command::Policy(PolicyCommand::Show(config)) => commands::policy::show(config, console),
        Command::Explain(config) => commands::explain::run(config, console),
        Command::SparkSubmit(args) => commands::spark_submit::run(args, console),
    }
}
