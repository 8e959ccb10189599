//! A dump as Parquet: the same columns, all of them text.

use super::COLUMNS;
use super::row_text::RowText;
use crate::error::{SynthError, at};
use crate::row::{Flaw, Row};
use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use hexodus_model::LocalDay;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const BATCH_ROWS: usize = 1 << 16;

/// One Parquet file under construction.
pub(super) struct ParquetDump {
    path: PathBuf,
    schema: Arc<Schema>,
    out: ArrowWriter<File>,
    columns: [StringBuilder; 4],
    rows: usize,
}

impl ParquetDump {
    pub(super) fn create(path: &Path) -> Result<Self, SynthError> {
        let file = File::create(path).map_err(at(path))?;
        let schema = Arc::new(Schema::new(COLUMNS.map(|name| Field::new(name, DataType::Utf8, false)).to_vec()));
        // Not the version of the writer: the bytes should outlive an update of it as far as they can.
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by("hexodus-synth".to_owned())
            .build();
        let out = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(named(path))?;
        let columns = std::array::from_fn(|_| StringBuilder::with_capacity(BATCH_ROWS, 16 * BATCH_ROWS));
        Ok(Self { path: path.to_owned(), schema, out, columns, rows: 0 })
    }

    pub(super) fn row(&mut self, text: &mut RowText, day: LocalDay, row: Row) -> Result<(), SynthError> {
        let [sim, when, tower, kind] = &mut self.columns;
        sim.append_value(String::from_utf8_lossy(&text.sim(row)));
        tower.append_value(String::from_utf8_lossy(&text.tower(row)));
        kind.append_value(RowText::kind(row));
        match row.flaw() {
            Flaw::UnparsableTime => when.append_value(text.broken_when(day, row)),
            Flaw::None | Flaw::UnknownRadioCell => when.append_value(String::from_utf8_lossy(text.when(day, row))),
        }
        self.rows += 1;
        if self.rows == BATCH_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), SynthError> {
        self.rows = 0;
        let columns = self.columns.each_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
        RecordBatch::try_new(Arc::clone(&self.schema), columns.to_vec())
            .map_err(|error: ArrowError| ParquetError::from(error))
            .and_then(|batch| self.out.write(&batch))
            .map_err(named(&self.path))
    }

    pub(super) fn finish(mut self) -> Result<(), SynthError> {
        self.flush()?;
        self.out.close().map(drop).map_err(named(&self.path))
    }
}

fn named(path: &Path) -> impl FnOnce(ParquetError) -> SynthError + '_ {
    |source| SynthError::Parquet { path: path.to_owned(), source }
}
