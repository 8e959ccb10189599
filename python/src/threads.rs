//! Work without the interpreter: on how many threads, and what becomes of a defect.

use crate::fault::{Checked, Fault};
use pyo3::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Mutex;

/// Where the last panic was: any thread may have met it.
static PLACE: Mutex<String> = Mutex::new(String::new());

/// The message of a panic may quote what was being worked on: only its place in the code is kept. Of this module alone, as other
/// extensions have a standard library of their own.
pub fn keep_places_of_panics() {
    set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        if let Ok(mut last) = PLACE.lock() {
            *last = place;
        }
    }));
}

/// Lets go of the interpreter and does the work on so many threads: all cores where none are named, one for a worker of
/// Spark. The result is the same. A panic becomes an error that tells its place.
pub fn let_go<T: Send>(
    py: Python<'_>,
    threads: Option<usize>,
    work: impl FnOnce() -> Checked<T> + Send,
) -> PyResult<T> {
    let done = py.detach(|| catch_unwind(AssertUnwindSafe(|| on_threads(threads, work))));
    done.unwrap_or_else(|_| {
        let place = PLACE.lock().map(|place| place.clone()).unwrap_or_default();
        Err(Fault(format!("internal error at {place}; please report it")))
    })
    .map_err(PyErr::from)
}

fn on_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> Checked<T> + Send) -> Checked<T> {
    let Some(threads) = threads else { return work() };
    if threads == 0 {
        return Err(Fault::argument("threads", "1 or more", "0"));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Fault(format!("threads: {error}")))?.install(work)
}
