//! Exit codes, a contract (design: formats §0.4), and the failures that lead to them.

use hexodus_failpoint::Point;
use hexodus_ingest::IngestError;
use hexodus_locate::{AreaError, PlanError};
use hexodus_mobility::FlowImbalance;
use hexodus_publish::PublishError;
use hexodus_store::StoreError;
use miette::{Report, miette};
use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Done, with a day refused or flagged.
    Flagged = 1,
    /// Usage or configuration.
    Usage = 2,
    /// Input unreadable, nothing stored.
    Unreadable = 3,
    /// Store locked, newer or damaged.
    Store = 4,
    /// An accounting identity broke.
    Identity = 5,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What ended a run, with its exit code.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    report: Report,
}

impl Failure {
    /// With the report to show.
    pub const fn new(exit: Exit, report: Report) -> Self {
        Self { exit, report }
    }

    /// A mistake in what was typed or configured.
    pub fn usage(message: impl std::fmt::Display) -> Self {
        Self::new(Exit::Usage, miette!("{message}"))
    }

    /// A file or folder that cannot be read or written.
    pub fn system(verb: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::usage(format!("cannot {verb} {}: {error}", path.display()))
    }

    /// Numbers from which nothing can be estimated: refused before, so a defect.
    pub fn estimate(error: hexodus_estimate::EstimateError) -> Self {
        Self::identity(format!("people: {error}"))
    }

    /// A figure that contradicts another.
    pub fn identity(message: impl std::fmt::Display) -> Self {
        Self::new(Exit::Identity, miette!(help = "this is a defect of hexodus; nothing was released", "{message}"))
    }

    /// The exit code.
    pub const fn exit(&self) -> Exit {
        self.exit
    }

    /// What to show.
    pub const fn report(&self) -> &Report {
        &self.report
    }
}

/// Goes past a place where a test may stop the run.
pub fn pass(point: Point) -> Result<(), Failure> {
    hexodus_failpoint::pass(point).map_err(|error| Failure::new(Exit::Store, miette!("{error}")))
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Self {
        let exit = match error {
            IngestError::Plan(_)
            | IngestError::Population(_)
            | IngestError::Urban(_)
            | IngestError::Listing { .. }
            | IngestError::TooManyLocations => Exit::Unreadable,
            IngestError::Specification { .. } | IngestError::Key { .. } => Exit::Usage,
        };
        Self::new(exit, miette!("{error}"))
    }
}

impl From<AreaError> for Failure {
    fn from(error: AreaError) -> Self {
        Self::new(Exit::Unreadable, miette!("areas: {error}"))
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        let exit = if matches!(error, PlanError::SiteRadius { .. } | PlanError::CountryBox { .. }) {
            Exit::Usage
        } else {
            Exit::Unreadable
        };
        Self::new(exit, miette!("radio-cell plan: {error}"))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(Exit::Store, miette!("{error}"))
    }
}

impl From<FlowImbalance> for Failure {
    fn from(error: FlowImbalance) -> Self {
        Self::identity(error)
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        Self::new(Exit::Usage, miette!(help = "is [output] folder writable?", "tables: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_contradicts_another_ends_with_5_and_both_figures() {
        let failure = Failure::identity("day 1: origins 7 ≠ 8 located");
        assert_eq!((failure.exit() as u8, failure.report().to_string().contains("7 ≠ 8")), (5, true));
        assert!(failure.report().help().is_some_and(|help| help.to_string().contains("nothing was released")));
    }
}
