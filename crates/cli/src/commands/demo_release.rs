//! The last part of the demo of a scenario: what may leave, and what the privacy officer is told of it.

use crate::console::Console;
use crate::failure::Failure;
use crate::run::outgoing::{Outgoing, release_with};
use crate::setup::Setup;
use std::time::Duration;

/// Releases every crisis and says where.
pub fn release(setup: &Setup, console: &Console) -> Result<(), Failure> {
    for (operation, outgoing) in release_with(setup, Duration::ZERO, None, console)? {
        let told = match outgoing {
            Outgoing::Written(folder) | Outgoing::Unchanged(folder) => format!(
                "released, class {} (`hexodus policy show` prints the rules):\n  {}\nwhat was withheld, for the privacy \
                 officer only:\n  {}",
                setup.policy.class().name(),
                folder.display(),
                setup.path(&setup.config.release.reports).display()
            ),
            Outgoing::Nothing(why) => format!("{operation}: nothing to release yet: {why}"),
        };
        console.result(&format!("\n{told}"));
    }
    Ok(())
}
