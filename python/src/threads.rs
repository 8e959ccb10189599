//! Work without the interpreter: on how many threads, and what becomes of a defect.

use crate::fault::{Checked, Fault};
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the next piece of work that passes a point is to panic, as tests ask.
static ARMED: AtomicBool = AtomicBool::new(false);

/// Lets the next worker that passes a point panic in its midst: what a defect would do to a cluster is tried by this.
#[pyfunction]
pub fn arm_panic() {
    ARMED.store(true, Ordering::Relaxed);
}

/// Goes on, unless a test has asked for a panic.
///
/// # Panics
/// That is what it is for.
pub fn pass_point() {
    assert!(!ARMED.swap(false, Ordering::Relaxed), "a test asked for it");
}

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

thread_local! {
    /// The thread itself, as a pool of one: another thread would take 64 MB of address space from a worker that has little.
    static ALONE: Option<ThreadPool> = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok();
}

/// The same on this very thread, which does not share its work with others from then on: it is that of a worker of Spark.
pub fn let_go_alone<T: Send>(py: Python<'_>, work: impl FnOnce() -> Checked<T> + Send) -> PyResult<T> {
    let_go(py, None, || {
        ALONE.with(|alone| match alone {
            Some(alone) => alone.install(work),
            None => on_threads(Some(1), work),
        })
    })
}

fn on_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> Checked<T> + Send) -> Checked<T> {
    let Some(threads) = threads else { return work() };
    if threads == 0 {
        return Err(Fault::argument("threads", "1 or more", "0"));
    }
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Fault(format!("threads: {error}")))?.install(work)
}
