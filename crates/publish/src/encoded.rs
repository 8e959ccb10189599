//! A table ready to be written.

use crate::column::HXL;
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
    /// Columns that no two rows share; none where the layout does not say.
    pub(crate) key: &'static [&'static str],
    pub(crate) forms: Forms,
    /// The key `geo` of a GeoParquet file.
    pub(crate) geo: Option<String>,
    /// Whether the second line of the CSV holds HXL hashtags.
    pub(crate) hxl_row: bool,
}

/// As which files a table is written.
#[derive(Clone, Debug)]
pub(crate) enum Forms {
    /// Parquet and, where CSV is wanted, the same rows and columns as CSV.
    Twins,
    /// Parquet alone: a CSV cannot hold it.
    ParquetOnly,
    /// Parquet, and a CSV in the shape of another system, always.
    Shaped(RecordBatch),
    /// A CSV for another system, and no Parquet.
    CsvOnly {
        /// Whether that system wants a byte order mark.
        byte_order_mark: bool,
    },
}

impl EncodedTable {
    /// Wraps the batch made from `source`, which lends its class.
    pub(crate) fn new<T>(source: &Released<T>, name: String, threshold: u64, batch: RecordBatch) -> Self {
        let suppressed = suppressed_rows(&batch);
        let (class, forms) = (source.class(), Forms::Twins);
        Self {
            name,
            definition: None,
            class,
            threshold,
            row_policy: None,
            suppressed,
            batch,
            key: &[],
            forms,
            geo: None,
            hxl_row: false,
        }
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

    /// The same table with a row of HXL hashtags below the header of its CSV; files for other programs stay as those want them.
    #[must_use]
    pub fn with_hxl_row(self) -> Self {
        let has_tags = self.csv_batch().schema().fields().iter().any(|own| own.metadata().contains_key(HXL));
        let hxl_row = has_tags && matches!(self.forms, Forms::Twins | Forms::Shaped(_));
        Self { hxl_row, ..self }
    }

    /// Number of rows.
    pub fn rows(&self) -> u64 {
        self.batch.num_rows() as u64
    }

    /// Rows with `suppressed = true`.
    pub const fn suppressed(&self) -> u64 {
        self.suppressed
    }

    /// Whether it is written as Parquet.
    pub(crate) const fn has_parquet(&self) -> bool {
        !matches!(self.forms, Forms::CsvOnly { .. })
    }

    /// Whether it is written as CSV, where CSV twins are wanted or not.
    pub(crate) const fn has_csv(&self, with_twins: bool) -> bool {
        match self.forms {
            Forms::Twins => with_twins,
            Forms::ParquetOnly => false,
            Forms::Shaped(_) | Forms::CsvOnly { .. } => true,
        }
    }

    pub(crate) const fn has_byte_order_mark(&self) -> bool {
        matches!(self.forms, Forms::CsvOnly { byte_order_mark: true })
    }

    /// What the CSV holds.
    pub(crate) const fn csv_batch(&self) -> &RecordBatch {
        if let Forms::Shaped(csv) = &self.forms { csv } else { &self.batch }
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
