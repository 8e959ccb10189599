//! What is kept of the subscribers of a crisis on an evening: bytes a subscriber, whose meaning belongs to mobility.
//! INDIVIDUAL.

use crate::error::StoreError;
use crate::manifest::Part;
use crate::parquet_file::{self, Layout};
use crate::store::Store;
use crate::subscriber_days::Share;
use arrow_array::cast::AsArray;
use arrow_array::types::UInt64Type;
use arrow_array::{ArrayRef, BinaryArray, RecordBatch, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use hexodus_model::SubscriberId;
use std::sync::Arc;

impl Store {
    /// A name for a part of what is kept. `folder` is the name of the crisis.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn new_kept(&mut self, folder: &str) -> Result<String, StoreError> {
        self.new_name(&format!("kept/{folder}"))
    }

    /// Writes what is kept under a name of [`new_kept`](Self::new_kept), in as many row groups as there are ranges of
    /// subscribers: `rows` gives those of a range, ascending by subscriber.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn write_kept<'a, R>(
        &self,
        name: String,
        ranges: usize,
        rows: impl Fn(usize) -> R + Sync,
    ) -> Result<Part, StoreError>
    where
        R: Iterator<Item = (SubscriberId, &'a [u8])>,
    {
        let fields = [("subscriber", DataType::UInt64), ("kept", DataType::Binary)];
        let schema = Arc::new(Schema::new(fields.map(|(name, kind)| Field::new(name, kind, false)).to_vec()));
        let layout = Layout { schema: &schema, deltas: &["subscriber"], plain: &[], bounded: &["subscriber"] };
        parquet_file::write(self.disk(), name, layout, ranges, |range| {
            let (subscribers, kept): (Vec<u64>, Vec<&[u8]>) = rows(range).map(|(who, own)| (who.bits(), own)).unzip();
            let columns: Vec<ArrayRef> =
                vec![Arc::new(UInt64Array::from(subscribers)), Arc::new(BinaryArray::from_iter_values(kept))];
            RecordBatch::try_new(Arc::clone(&schema), columns)
        })
    }

    /// Removes what is kept: nothing of a single subscriber outlives the reduced days it was made from.
    ///
    /// # Errors
    /// [`StoreError::System`].
    pub fn forget_kept(&mut self, folder: &str) -> Result<(), StoreError> {
        self.commit(|manifest| {
            if let Some(crisis) = manifest.crises.get_mut(folder) {
                crisis.evenings.clear();
            }
        })?;
        Ok(())
    }

    /// Reads what is kept of the subscribers of a share, ascending.
    ///
    /// # Errors
    /// [`StoreError::Damaged`].
    pub fn read_kept(
        &self,
        part: &Part,
        share: Share,
        mut take: impl FnMut(SubscriberId, &[u8]),
    ) -> Result<(), StoreError> {
        let mut whole = true;
        parquet_file::read_share(self.folder(), part, share, &[], |batch| {
            whole &= each_row(batch, |who, kept| {
                if share.holds(who) {
                    take(who, kept);
                }
            })
            .is_some();
        })?;
        if whole { Ok(()) } else { Err(StoreError::damaged(&self.folder().join(&part.name), "not what is kept")) }
    }
}

fn each_row(batch: &RecordBatch, mut take: impl FnMut(SubscriberId, &[u8])) -> Option<()> {
    let subscribers = batch.column_by_name("subscriber")?.as_primitive_opt::<UInt64Type>()?.values();
    let kept = batch.column_by_name("kept")?.as_binary_opt::<i32>()?;
    for (row, &subscriber) in subscribers.iter().enumerate() {
        take(SubscriberId::from_pseudonym(subscriber), kept.value(row));
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreIdentity;

    #[test]
    fn a_share_is_read_back_whatever_ranges_it_was_written_in() {
        let folder = tempfile::tempdir().unwrap();
        let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
        let mut store = Store::open(folder.path(), &identity).unwrap();
        let people: Vec<SubscriberId> =
            (0..100).map(|who| SubscriberId::from_pseudonym(who * (u64::MAX / 100))).collect();
        let bytes: Vec<Vec<u8>> = (0..100).map(|who| vec![who; usize::from(who % 5)]).collect();
        let all: Vec<(SubscriberId, &[u8])> = people.iter().copied().zip(bytes.iter().map(Vec::as_slice)).collect();
        let name = store.new_kept("event").unwrap();
        let range = |range: usize| all.iter().copied().filter(move |own| own.0.bucket(7) == range);
        let part = store.write_kept(name, 7, range).unwrap();
        assert_eq!(part.rows, 100);
        for of in [1, 3, 7, 20] {
            let mut read: Vec<(SubscriberId, Vec<u8>)> = Vec::new();
            for index in 0..of {
                store.read_kept(&part, Share { index, of }, |who, kept| read.push((who, kept.to_vec()))).unwrap();
            }
            assert!(read.iter().map(|own| (own.0, own.1.as_slice())).eq(all.iter().copied()), "{of} shares");
        }
    }
}
