//! One run at a time: a lock the system frees when the process ends, however it ends.

use crate::error::StoreError;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// Time between two looks at a lock that is held.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes the lock of a store, or waits for it. The time waited is counted in pauses: no clock can make it longer.
pub fn take(folder: &Path, wait: Duration) -> Result<File, StoreError> {
    let path = folder.join("lock");
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| StoreError::system("write", &path, &error))?;
    let mut left = wait;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if left > Duration::ZERO => sleep(PAUSE.min(left)),
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked(folder.into())),
            Err(TryLockError::Error(error)) => return Err(StoreError::system("lock", &path, &error)),
        }
        left = left.saturating_sub(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = take(folder.path(), Duration::ZERO).unwrap();
        assert!(matches!(take(folder.path(), Duration::from_millis(120)), Err(StoreError::Locked(_))));
        drop(first);
        assert!(take(folder.path(), Duration::ZERO).is_ok());
    }

    #[test]
    fn who_waits_gets_it_when_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let first = take(folder.path(), Duration::ZERO).unwrap();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| take(folder.path(), Duration::from_mins(1)));
            sleep(Duration::from_millis(150));
            assert!(!second.is_finished());
            drop(first);
            assert!(second.join().unwrap().is_ok());
        });
    }
}
