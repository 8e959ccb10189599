//! How many threads a call may use.

use crate::fault::{Checked, Fault};

/// Does the work on so many threads: all cores where none are named, one for a worker of Spark. The result is the same.
pub fn on_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> Checked<T> + Send) -> Checked<T> {
    let Some(threads) = threads else { return work() };
    if threads == 0 {
        return Err(Fault::argument("threads", "1 or more", "0"));
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Fault(format!("threads: {error}")))?.install(work)
}
