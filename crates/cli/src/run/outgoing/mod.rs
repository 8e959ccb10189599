//! `hexodus release`: what leaves of each crisis, from the counts of the last run, through the wall, with the ledger.
//!
//! | module | answers |
//! |---|---|
//! | `days` | which days ask to leave |
//! | `group` | their counts, by area |
//! | `people` | how many people those are |
//! | `cells` | people of H3 cells |
//! | `noise`, `noised_people` | the same under differential privacy |
//! | `network` | coverage and quality of the days |
//! | `ledger` | what left before, and which days may follow |
//! | `package` | what is public of the areas, and what the operator says of the operation |
//! | `folders` | where the last release of each crisis is |
//! | `write` | the folder that leaves, and the report that does not |

mod cells;
mod days;
mod folders;
mod group;
pub mod ledger;
mod network;
mod noise;
mod noised_people;
mod package;
mod people;
mod write;

pub use folders::last_folders;

use super::{Run, RunOptions};
use crate::args::ReleaseArgs;
use crate::console::Console;
use crate::crisis::Crisis;
use crate::failure::{Exit, Failure};
use crate::setup::Setup;
use hexodus_release::DisseminationClass;
use hexodus_release::outgoing::FigureUnit;
use std::path::PathBuf;
use std::time::Duration;

/// What became of a crisis.
#[derive(Debug)]
pub enum Outgoing {
    /// A folder, written by this command.
    Written(PathBuf),
    /// A folder, as it was written before.
    Unchanged(PathBuf),
    /// No day can leave yet, and why.
    Nothing(String),
}

/// `hexodus release`
///
/// # Errors
/// See the exit codes.
pub fn release(args: &ReleaseArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(&args.config)?;
    let wait = Duration::from_secs(args.wait.seconds);
    for (operation, outgoing) in release_with(&setup, wait, args.operation.as_deref(), console)? {
        let told = match outgoing {
            Outgoing::Written(folder) => format!("written: {}", folder.display()),
            Outgoing::Unchanged(folder) => format!("nothing to do: {} is up to date", folder.display()),
            Outgoing::Nothing(why) => format!("nothing to release yet: {why}"),
        };
        console.result(&format!("{operation}: {told}"));
    }
    Ok(Exit::Done)
}

/// The same on a resolved setup: each crisis, or the one of a name, and what became of it.
pub fn release_with(
    setup: &Setup,
    wait: Duration,
    operation: Option<&str>,
    console: &Console,
) -> Result<Vec<(String, Outgoing)>, Failure> {
    let wanted: Vec<&Crisis> = setup.crises.iter().filter(|own| is_wanted(own, operation)).collect();
    if wanted.is_empty() {
        let known: Vec<&str> = setup.crises.iter().map(|own| own.operation.as_str()).collect();
        return Err(Failure::usage(match operation {
            Some(name) => format!("no [[crisis]] \"{name}\"; there are: {}", known.join(", ")),
            None => "no [[crisis]] is configured: what leaves is of a crisis".into(),
        }));
    }
    let unit = unit(setup)?;
    let key = setup.key()?;
    let options = RunOptions { wait, ..RunOptions::default() };
    let mut run = Run::open(setup, &options, console, &key)?;
    wanted.into_iter().map(|crisis| Ok((crisis.operation.clone(), run.release_crisis(crisis, unit)?))).collect()
}

fn is_wanted(crisis: &Crisis, operation: Option<&str>) -> bool {
    operation.is_none_or(|name| name == crisis.operation || name == crisis.slug)
}

/// In what numbers everything leaves: people, where a population is known.
fn unit(setup: &Setup) -> Result<FigureUnit, Failure> {
    let unit = if setup.config.population.is_some() { FigureUnit::People } else { FigureUnit::Subscribers };
    if setup.policy.class() == DisseminationClass::Internal {
        return Err(Failure::usage(
            "k is lowered: nothing counted with it may leave. Release without --accept-lower-k",
        ));
    }
    if !setup.policy.preset().allows(unit) {
        return Err(Failure::usage(format!(
            "[policy] preset \"{}\" releases people, and there is no [population]: counts of subscribers are not for the \
             public",
            setup.policy.preset().name()
        )));
    }
    Ok(unit)
}
