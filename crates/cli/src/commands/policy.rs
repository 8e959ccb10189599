//! `hexodus policy show`: what may leave, in sentences.

use crate::args::ConfigArgs;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::setup::Setup;

/// Prints the policy in force, to be signed.
pub fn show(args: &ConfigArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(args)?;
    console.result(setup.policy.summary(setup.config.release.every_days).trim_end());
    Ok(Exit::Done)
}
