//! Whether a file stayed as it was while it was read: one that is still being copied is not a delivery yet.

use crate::error::FileFault;
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// A file before it is read. Times are compared for equality only: a clock that goes back is a change like any other.
#[derive(Debug)]
pub(crate) struct Steady {
    size: u64,
    modified: Option<SystemTime>,
}

impl Steady {
    /// As it is now.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let metadata = path.metadata()?;
        Ok(Self { size: metadata.len(), modified: metadata.modified().ok() })
    }

    /// Bytes.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Refuses a file that has changed since.
    pub(crate) fn check(&self, path: &Path) -> Result<(), FileFault> {
        let expected = "a file that stays as it is while it is read";
        let fault = |found: String| Err(FileFault::of_file(path, expected, found));
        match Self::of(path) {
            Err(error) => fault(format!("that it is gone ({error})")),
            Ok(now) if now.size != self.size => {
                fault(format!("{} bytes before and {} after: is it still being copied?", self.size, now.size))
            }
            Ok(now) if now.modified != self.modified => {
                fault("another time of modification after than before: is it still being copied?".into())
            }
            Ok(_) => Ok(()),
        }
    }
}
