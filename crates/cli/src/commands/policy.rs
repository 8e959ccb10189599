//! `hexodus policy show`: what may leave, in sentences.

use crate::args::ConfigArgs;
use crate::config::release::NoiseConfig;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::setup::Setup;

/// Prints the policy in force, to be signed.
pub fn show(args: &ConfigArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(args)?;
    let release = &setup.config.release;
    let budget = release.noise.as_ref().map(NoiseConfig::budget);
    console.result(setup.policy.summary(release.every_days, budget.as_ref(), setup.releases_h3()?).trim_end());
    Ok(Exit::Done)
}
