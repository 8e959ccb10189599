//! How partitions are written and read: Parquet, flushed to disk, with a digest of the bytes.

use crate::error::StoreError;
use crate::manifest::Part;
use arrow_array::RecordBatch;
use arrow_schema::Schema;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use parquet::schema::types::ColumnPath;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// Rows in a row group.
const ROW_GROUP: usize = 1 << 20;

/// Writes batches as one file `name` below `folder`, flushed to disk.
pub fn write(
    folder: &Path,
    name: String,
    schema: &Arc<Schema>,
    delta_columns: &[&str],
    batches: impl Iterator<Item = RecordBatch>,
) -> Result<Part, StoreError> {
    let path = folder.join(&name);
    let system = |error: &io::Error| StoreError::system("write", &path, error);
    let encode = |error: parquet::errors::ParquetError| match error {
        parquet::errors::ParquetError::External(inner) => system(&io::Error::other(inner.to_string())),
        other => StoreError::damaged(&path, other),
    };
    let file = File::create(&path).map_err(|error| system(&error))?;
    let mut hashing = HashingWriter { file, hasher: blake3::Hasher::new() };
    let mut writer = ArrowWriter::try_new(&mut hashing, Arc::clone(schema), Some(properties(delta_columns))).map_err(encode)?;
    let mut rows = 0;
    for batch in batches {
        rows += batch.num_rows() as u64;
        writer.write(&batch).map_err(encode)?;
    }
    writer.close().map_err(encode)?;
    hashing.file.sync_all().map_err(|error| system(&error))?;
    Ok(Part { name, rows, digest: hashing.hasher.finalize().to_hex().to_string() })
}

/// Sorted columns shrink best as deltas; the rest is plain. Statistics would only reveal and cost.
fn properties(delta_columns: &[&str]) -> WriterProperties {
    let base: WriterPropertiesBuilder = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_compression(Compression::LZ4_RAW)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_created_by("hexodus store".into());
    let with_deltas = |builder: WriterPropertiesBuilder, column: &&str| {
        builder.set_column_encoding(ColumnPath::from(*column), Encoding::DELTA_BINARY_PACKED)
    };
    delta_columns.iter().fold(base, with_deltas).build()
}

/// Reads all batches of a part.
pub fn read(folder: &Path, part: &Part, mut take: impl FnMut(&RecordBatch)) -> Result<(), StoreError> {
    let path = folder.join(&part.name);
    let damaged = |error: &dyn std::fmt::Display| StoreError::damaged(&path, error);
    let file = File::open(&path).map_err(|error| damaged(&error))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(1 << 16).build())
        .map_err(|error| damaged(&error))?;
    let mut rows = 0;
    for batch in reader {
        let batch = batch.map_err(|error| damaged(&error))?;
        rows += batch.num_rows() as u64;
        take(&batch);
    }
    if rows != part.rows {
        return Err(StoreError::damaged(&path, format!("{rows} rows, the manifest says {}", part.rows)));
    }
    Ok(())
}

struct HashingWriter {
    file: File,
    hasher: blake3::Hasher,
}

impl Write for HashingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
