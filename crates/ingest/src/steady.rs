//! Whether a file stayed as it was while it was read: one that is still being copied is not a delivery yet.

use crate::error::FileFault;
use crate::file_stamp::file_stamp;
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// A file before it is read. Times are compared for equality only: a clock that goes back is a change like any other.
#[derive(Debug)]
pub(crate) struct Steady {
    size: u64,
    modified: Option<SystemTime>,
    stamp: Option<String>,
}

impl Steady {
    /// As it is now.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let metadata = path.metadata()?;
        Ok(Self { size: metadata.len(), modified: metadata.modified().ok(), stamp: file_stamp(&metadata) })
    }

    /// What tells it from a file with other bytes in its place, or from itself once written to; see [`file_stamp`].
    pub(crate) fn stamp(&self) -> Option<&str> {
        self.stamp.as_deref()
    }

    #[cfg(test)]
    pub(crate) fn with_stamp(self, stamp: &str) -> Self {
        Self { stamp: Some(stamp.into()), ..self }
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

#[cfg(test)]
mod tests {
    use crate::spec::ColumnRef;
    use crate::{Delivery, Holding, Ingester, InputFile, KnownFiles, PseudonymKey, SourceSpec};
    use hexodus_model::{Calendar, Locations};
    use std::fs::{self, File};
    use std::io::Write;
    use std::path::Path;

    /// Reads a file to which something happens once its first rows have been read; says how it was refused.
    fn refusal(happens: impl Fn(&Path) + Sync) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("2031-03-02.csv");
        fs::write(&path, "sim,when,tower\na,2031-03-02 08:00:00,t\nb,2031-03-02 09:00:00,t\n").unwrap();
        let mut spec = SourceSpec { id: "op1".into(), ..SourceSpec::default() };
        let column = |name: &str| Some(ColumnRef::Name(name.into()));
        (spec.columns.user_id, spec.columns.timestamp) = (column("sim"), column("when"));
        spec.columns.radio_cell_id = column("tower");
        (spec.time.format, spec.time.tz) = (Some("%Y-%m-%d %H:%M:%S".into()), Some("utc".into()));
        let (calendar, key) = (Calendar::utc(), PseudonymKey::from_bytes([7; 32]));
        let progress = |_| happens(&path);
        let holding = Holding {
            buckets: 4,
            rows_in_memory: 100,
            traits_in_memory: usize::MAX,
            spill_folder: std::env::temp_dir(),
        };
        let ingester = Ingester::new(&calendar, &key, |_, _| None, Locations::default(), holding, &progress);
        let files = vec![InputFile { path: path.clone(), encoding: crate::discover::Encoding::of(&path) }];
        let delivery = Delivery { source: 0, day: "2031-03-02".parse().ok(), files };
        let read = ingester.read(&delivery, &spec, &KnownFiles::default()).unwrap();
        read.err().map(|refusal| refusal.fault.to_string())
    }

    #[test]
    fn a_file_that_stands_still_is_read() {
        assert_eq!(refusal(|_| ()), None);
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_is_refused() {
        let grow = |path: &Path| {
            let mut file = File::options().append(true).open(path).unwrap();
            file.write_all(b"c,2031-03-02 10:00:00,t\n").unwrap();
        };
        let why = refusal(grow).unwrap();
        assert!(
            why.contains("stays as it is while it is read") && why.contains("63 bytes before and 87 after"),
            "{why}"
        );
    }

    #[test]
    fn a_file_that_is_written_over_while_it_is_read_is_refused() {
        let touch = |path: &Path| {
            let past = std::time::SystemTime::UNIX_EPOCH;
            File::options().append(true).open(path).unwrap().set_modified(past).unwrap();
        };
        assert!(refusal(touch).unwrap().contains("another time of modification"));
    }

    #[test]
    fn a_file_that_is_deleted_while_it_is_read_is_refused() {
        let why = refusal(|path| fs::remove_file(path).unwrap()).unwrap();
        assert!(why.contains("stays as it is while it is read, found that it is gone"), "{why}");
    }
}
