//! A table ready to be written.

use arrow_array::RecordBatch;
use hexodus_release::{DisseminationClass, Released, RowPolicy};

/// A released table as one Arrow batch. Made by the `encode_…` functions only, out of [`Released`] content, so whoever
/// holds one may write it.
#[derive(Clone, Debug)]
pub struct EncodedTable {
    pub(crate) name: String,
    pub(crate) definition: Option<&'static str>,
    pub(crate) class: DisseminationClass,
    pub(crate) threshold: u64,
    pub(crate) row_policy: Option<RowPolicy>,
    pub(crate) suppressed: u64,
    pub(crate) batch: RecordBatch,
}

impl EncodedTable {
    /// Wraps the batch made from `source`, which lends its class.
    pub(crate) fn new<T>(source: &Released<T>, name: String, threshold: u64, batch: RecordBatch) -> Self {
        let suppressed = suppressed_rows(&batch);
        Self { name, definition: None, class: source.class(), threshold, row_policy: None, suppressed, batch }
    }

    /// File name without extension, with the folder it is in, if any.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same table, to be written in a folder of its own below that of the release.
    #[must_use]
    pub fn below(self, folder: &str) -> Self {
        Self { name: format!("{folder}/{}", self.name), ..self }
    }

    /// Number of rows.
    pub fn rows(&self) -> u64 {
        self.batch.num_rows() as u64
    }

    /// Rows with `suppressed = true`.
    pub const fn suppressed(&self) -> u64 {
        self.suppressed
    }

    /// Who may see it.
    pub const fn class(&self) -> DisseminationClass {
        self.class
    }
}

fn suppressed_rows(batch: &RecordBatch) -> u64 {
    use arrow_array::cast::AsArray;
    batch.column_by_name("suppressed").map_or(0, |column| column.as_boolean().true_count() as u64)
}
