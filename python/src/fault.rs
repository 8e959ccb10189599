//! What is wrong with what was handed in, as an exception of Python.

use pyo3::PyErr;
use pyo3::create_exception;
use pyo3::exceptions::PyValueError;

create_exception!(
    hexodus,
    HexodusError,
    PyValueError,
    "What was handed in cannot be used. The message names column and row, what was expected and what was found; never an \
     id, never a value of a record."
);

/// The sentence to show.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault(pub String);

/// Result of everything that is done without Python.
pub type Checked<T> = Result<T, Fault>;

impl Fault {
    /// Something is wrong with a column.
    pub fn column(name: &str, expected: &str, found: &str) -> Self {
        Self(format!("column \"{name}\": expected {expected}, found {found}"))
    }

    /// Something is wrong with a column in a row (the first is 0).
    pub fn row(name: &str, row: u64, expected: &str, found: &str) -> Self {
        Self(format!("column \"{name}\", row {row}: expected {expected}, found {found}"))
    }

    /// Something is wrong with an argument.
    pub fn argument(name: &str, expected: &str, found: &str) -> Self {
        Self(format!("{name}: expected {expected}, found {found}"))
    }
}

impl From<Fault> for PyErr {
    fn from(Fault(message): Fault) -> Self {
        HexodusError::new_err(message)
    }
}
