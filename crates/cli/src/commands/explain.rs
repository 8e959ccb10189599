//! `hexodus explain`: the configuration as resolved.

use crate::args::ConfigArgs;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::setup::Setup;

/// Prints the configuration with presets filled in and defaults spelled out; it can be used as a configuration.
pub fn run(args: &ConfigArgs, console: &Console) -> Result<Exit, Failure> {
    let setup = Setup::load(args)?;
    console.result(setup.explained()?.trim_end());
    Ok(Exit::Done)
}
