//! Accepted rows that another process settles: handed out under their pseudonyms, and taken in again.

use crate::key::PseudonymKey;
use crate::keyed_hash::KeyedHash;
use crate::read::FileOutcome;
use crate::scatter::DayRows;
use crate::waiting::WaitingRows;
use hexodus_model::{EventRow, FileAudit, LocalDay, Rejections};
use std::collections::BTreeMap;
use std::io;

impl FileOutcome {
    /// Hands out all accepted rows, some of one day at a time, and forgets them. `buckets` is in how many ranges of
    /// subscribers they were read.
    ///
    /// # Errors
    /// When spilled rows cannot be read back, and those of `with`.
    pub fn hand_out(
        &mut self,
        buckets: usize,
        mut with: impl FnMut(LocalDay, Vec<EventRow>) -> io::Result<()>,
    ) -> io::Result<()> {
        for (day, mut waiting) in std::mem::take(&mut self.days) {
            waiting.pseudonymise(&self.hash, buckets);
            for bucket in 0..buckets {
                waiting.take(bucket)?.into_iter().try_for_each(|rows| with(day, rows))?;
            }
        }
        Ok(())
    }

    /// A file that was read elsewhere, with those of its accepted rows that are to be settled here.
    pub fn handed_in(audit: FileAudit, rows: BTreeMap<LocalDay, Vec<EventRow>>, buckets: usize) -> Self {
        let waiting = |(day, rows): (LocalDay, Vec<EventRow>)| {
            let mut pseudonymous = vec![Vec::new(); buckets];
            for row in rows {
                pseudonymous[row.subscriber.bucket(buckets)].push(row);
            }
            let mut waiting = WaitingRows::default();
            waiting.add(DayRows { pseudonymous, ..DayRows::default() });
            (day, waiting)
        };
        Self {
            audit,
            days: rows.into_iter().map(waiting).collect(),
            // No id waits for its pseudonym, so no key is needed.
            hash: KeyedHash::new(&PseudonymKey::from_bytes([0; 32]), ""),
            places: Vec::new(),
            examples: BTreeMap::new(),
            rejected: Rejections::default(),
            traits: BTreeMap::new(),
        }
    }
}
