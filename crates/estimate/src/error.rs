//! Why there is no estimate.

use std::error::Error;
use std::fmt;

/// An estimate that was refused. Figures are inside; which table, day and file it was is for the caller to add.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EstimateError {
    /// Slices that belong together differ in length, or an index points behind the last entry.
    Shape {
        /// What does not fit.
        what: &'static str,
        /// Entries that were needed.
        expected: usize,
        /// Entries (or the index) that were given.
        found: usize,
    },
    /// A number that cannot be: not finite, negative, a share above 1.
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        found: f64,
    },
    /// Too few were counted in a category that should be scaled to a total: collapse it, or leave it out and say so.
    SmallCategory {
        /// Index of the margin.
        margin: usize,
        /// Index of the category in it.
        category: usize,
        /// Subscribers counted.
        counted: f64,
        /// Fewer than these are refused.
        needed: f64,
    },
    /// Raking did not reach its margins: no table with these zeros has them.
    NotConverged {
        /// Sweeps over all margins.
        sweeps: u32,
        /// Index of the margin that is furthest off.
        margin: usize,
        /// Index of the category in it.
        category: usize,
        /// Its total. People.
        wanted: f64,
        /// What the weights give. People.
        reached: f64,
    },
    /// People were lost or made: a defect of the arithmetic, never a property of data.
    NotConserved {
        /// What should be there. People.
        expected: f64,
        /// What is there. People.
        found: f64,
    },
    /// An operation on a table of the population failed: a defect, never a property of data.
    Frame {
        /// What is wrong with it.
        what: &'static str,
    },
}

impl fmt::Display for EstimateError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape { what, expected, found } => write!(to, "{what}: {expected} expected, {found} found"),
            Self::OutOfRange { what, expected, found } => write!(to, "{what} = {found}; expected {expected}"),
            Self::SmallCategory { margin, category, counted, needed } => write!(
                to,
                "category {category} of margin {margin} has {counted} subscribers, {needed} are needed: collapse it"
            ),
            Self::NotConverged { sweeps, margin, category, wanted, reached } => write!(
                to,
                "raking stopped after {sweeps} sweeps: category {category} of margin {margin} should sum to {wanted}, \
                 it sums to {reached}"
            ),
            Self::NotConserved { expected, found } => {
                write!(to, "people are not conserved: {expected} before, {found} after")
            }
            Self::Frame { what } => write!(to, "a table of the population: {what}"),
        }
    }
}

impl Error for EstimateError {}

/// `value`, if it is finite and `allowed`.
pub(crate) fn in_range(
    what: &'static str,
    value: f64,
    expected: &'static str,
    allowed: impl Fn(f64) -> bool,
) -> Result<f64, EstimateError> {
    if value.is_finite() && allowed(value) {
        Ok(value)
    } else {
        Err(EstimateError::OutOfRange { what, expected, found: value })
    }
}

/// Refuses what does not have `expected` entries.
pub(crate) fn same_length(what: &'static str, expected: usize, found: usize) -> Result<(), EstimateError> {
    if expected == found { Ok(()) } else { Err(EstimateError::Shape { what, expected, found }) }
}
