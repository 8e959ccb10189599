//! Rows that found no room in memory, on disk until they are settled.

use crate::scatter::DayBuckets;
use hexodus_model::{EventRow, Moment, SubscriberId};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a row.
const ROW: usize = size_of::<EventRow>();

/// A file without a name below the confidential store: it vanishes with the process, however that ends. It holds
/// pseudonyms, never ids as delivered. Made when the first row is spilled.
#[derive(Debug)]
pub struct SpillFile {
    folder: PathBuf,
    file: Mutex<Option<Arc<File>>>,
    end: AtomicU64,
}

/// Rows of one bucket in a spill file.
#[derive(Debug)]
pub struct Segment {
    file: Arc<File>,
    offset: u64,
    rows: usize,
}

impl SpillFile {
    /// A file to be made in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.into(), file: Mutex::default(), end: AtomicU64::new(0) }
    }

    /// Writes rows, one segment a bucket that has any, and tells where they are.
    ///
    /// # Errors
    /// When the file cannot be made or written, such as a full disk.
    pub fn write(&self, buckets: &DayBuckets) -> io::Result<Vec<(usize, Segment)>> {
        let rows = buckets.iter().map(Vec::len).sum::<usize>();
        let mut bytes = Vec::with_capacity(rows * ROW);
        let file = self.file()?;
        let mut offset = self.end.fetch_add((rows * ROW) as u64, Ordering::Relaxed);
        let start = offset;
        let mut segments = Vec::new();
        for (bucket, rows) in buckets.iter().enumerate().filter(|(_, rows)| !rows.is_empty()) {
            for row in rows {
                bytes.extend_from_slice(&row.subscriber.bits().to_le_bytes());
                bytes.extend_from_slice(&row.moment.bits().to_le_bytes());
            }
            segments.push((bucket, Segment { file: Arc::clone(&file), offset, rows: rows.len() }));
            offset += (rows.len() * ROW) as u64;
        }
        file.write_all_at(&bytes, start)?;
        Ok(segments)
    }

    fn file(&self) -> io::Result<Arc<File>> {
        let mut slot = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &*slot {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(tempfile::tempfile_in(&self.folder)?);
        *slot = Some(Arc::clone(&file));
        Ok(file)
    }
}

impl Segment {
    /// Rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Reads the rows back.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&self) -> io::Result<Vec<EventRow>> {
        let mut bytes = vec![0; self.rows * ROW];
        self.file.read_exact_at(&mut bytes, self.offset)?;
        let (words, _) = bytes.as_chunks::<8>();
        let row = |pair: &[[u8; 8]; 2]| EventRow {
            subscriber: SubscriberId::from_pseudonym(u64::from_le_bytes(pair[0])),
            moment: Moment::from_bits(u64::from_le_bytes(pair[1])),
        };
        Ok(words.as_chunks::<2>().0.iter().map(row).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spilled_comes_back_and_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let spill = SpillFile::new(folder.path());
        let row =
            |who, when| EventRow { subscriber: SubscriberId::from_pseudonym(who), moment: Moment::from_bits(when) };
        let first = vec![vec![row(1, 2), row(1, 1)], vec![], vec![row(u64::MAX, u64::MAX)]];
        let second = vec![vec![row(5, 5)], vec![row(7, 7)], vec![]];
        let written = [spill.write(&first).unwrap(), spill.write(&second).unwrap()];
        drop(spill);
        for (segments, buckets) in written.iter().zip([first, second]) {
            assert_eq!(segments.len(), 2, "no segment for an empty bucket");
            for (bucket, segment) in segments {
                assert_eq!(segment.read().unwrap(), buckets[*bucket]);
            }
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the file has no name");
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error() {
        let spill = SpillFile::new(Path::new("/nowhere/at/all"));
        assert!(
            spill
                .write(&vec![vec![EventRow {
                    subscriber: SubscriberId::from_pseudonym(1),
                    moment: Moment::from_bits(1)
                }]])
                .is_err()
        );
    }
}
