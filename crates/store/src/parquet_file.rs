//! How partitions are written and read: Parquet, flushed to disk, with a digest of the bytes.

use crate::error::StoreError;
use crate::fs::{Disk, StoreFile};
use crate::manifest::{FORMAT, Part};
use crate::subscriber_days::Share;
use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, Schema};
use hexodus_failpoint::{Point, pass};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::arrow::{ArrowWriter, ProjectionMask};
use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::metadata::{FileMetaData, KeyValue, RowGroupMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::statistics::Statistics;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

/// Metadata key of the format a part was written in; the first release wrote none.
const FORMAT_KEY: &str = "hexodus.store_format";

/// Row groups encoded at once: bounds what is held in memory between encoding and writing.
const WAVE: usize = 8;

/// How a part is laid out.
#[derive(Clone, Copy)]
pub struct Layout<'a> {
    /// Its columns.
    pub schema: &'a Arc<Schema>,
    /// Columns of integers whose differences are small: stored as packed deltas, which no compression improves.
    pub deltas: &'a [&'a str],
    /// Columns of bits that no compression improves.
    pub plain: &'a [&'a str],
    /// Columns whose bounds are kept for each row group, so that a reader can leave out what it does not want.
    pub bounded: &'a [&'a str],
}

/// Writes one file `name` below the folder of `disk`, flushed to disk: `groups` row groups, each made by `encode`,
/// several at a time on all cores, in order in the file. While some are appended, the next are encoded.
pub fn write(
    disk: Disk<'_>,
    name: String,
    layout: Layout<'_>,
    groups: usize,
    encode: impl Fn(usize) -> Result<RecordBatch, ArrowError> + Sync,
) -> Result<Part, StoreError> {
    let path = disk.path(&name);
    let system = |error: &io::Error| StoreError::system("write", &path, error);
    let failed = |error: ParquetError| match error {
        ParquetError::External(inner) => system(&io::Error::other(inner.to_string())),
        other => StoreError::damaged(&path, other),
    };
    let file = disk.create(&name).map_err(|error| system(&error))?;
    let mut hashing = HashingWriter { file, hasher: blake3::Hasher::new() };
    let writer = ArrowWriter::try_new(&mut hashing, Arc::clone(layout.schema), Some(properties(layout)));
    let (mut writer, factory) = writer.and_then(ArrowWriter::into_serialized_writer).map_err(failed)?;
    let encode_wave = |wave: usize| -> Result<Vec<_>, ParquetError> {
        let groups = (wave * WAVE)..groups.min((wave + 1) * WAVE);
        groups.into_par_iter().map(|group| encode_group(&factory, group, &encode(group)?)).collect()
    };
    let mut rows = 0;
    let mut encoded = encode_wave(0).map_err(failed)?;
    for wave in 1..=groups.div_ceil(WAVE) {
        let (appended, next) = rayon::join(|| append_all(&mut writer, encoded), || encode_wave(wave));
        rows += appended.map_err(failed)?;
        encoded = next.map_err(failed)?;
    }
    writer.close().map_err(failed)?;
    disk.settle(&name, hashing.file.as_mut()).map_err(|error| system(&error))?;
    Ok(Part { name, rows, digest: hashing.hasher.finalize().to_hex().to_string() })
}

/// The column chunks of one row group.
fn encode_group(
    factory: &ArrowRowGroupWriterFactory,
    group: usize,
    batch: &RecordBatch,
) -> Result<(Vec<ArrowColumnChunk>, u64), ParquetError> {
    let writers = factory.create_column_writers(group)?;
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns()).zip(writers).map(|((field, column), mut writer)| {
        for leaf in compute_leaves(field, column)? {
            writer.write(&leaf)?;
        }
        writer.close()
    });
    Ok((columns.collect::<Result<_, _>>()?, batch.num_rows() as u64))
}

/// Appends row groups, leaving out empty ones; returns their rows.
fn append_all<W: Write + Send>(
    writer: &mut SerializedFileWriter<W>,
    groups: Vec<(Vec<ArrowColumnChunk>, u64)>,
) -> Result<u64, ParquetError> {
    let mut rows = 0;
    for (columns, group_rows) in groups.into_iter().filter(|&(_, rows)| rows > 0) {
        append(writer, columns)?;
        rows += group_rows;
    }
    Ok(rows)
}

fn append<W: Write + Send>(
    writer: &mut SerializedFileWriter<W>,
    columns: Vec<ArrowColumnChunk>,
) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for column in columns {
        column.append_to_row_group(&mut group)?;
    }
    group.close().map(|_| ())
}

/// Statistics cost, so there are none but those a reader needs.
fn properties(layout: Layout<'_>) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_compression(Compression::LZ4_RAW)
        .set_key_value_metadata(Some(vec![KeyValue::new(FORMAT_KEY.into(), FORMAT.to_string())]))
        .set_created_by("hexodus store".into());
    for column in layout.deltas.iter().map(|&name| ColumnPath::from(name)) {
        builder = builder
            .set_column_encoding(column.clone(), Encoding::DELTA_BINARY_PACKED)
            .set_column_compression(column, Compression::UNCOMPRESSED);
    }
    for column in layout.plain.iter().map(|&name| ColumnPath::from(name)) {
        builder = builder.set_column_compression(column, Compression::UNCOMPRESSED);
    }
    for &column in layout.bounded {
        builder = builder.set_column_statistics_enabled(column.into(), EnabledStatistics::Chunk);
    }
    builder.build()
}

/// Opens a part, once its bytes are known to be those that were written.
pub fn open(folder: &Path, part: &Part) -> Result<File, StoreError> {
    let path = folder.join(&part.name);
    let damaged = |error: &dyn std::fmt::Display| StoreError::damaged(&path, error);
    let mut hasher = blake3::Hasher::new();
    let mut file = File::open(&path).map_err(|error| damaged(&error))?;
    hasher.update_reader(&mut file).map_err(|error| damaged(&error))?;
    if hasher.finalize().to_hex().as_str() != part.digest {
        return Err(damaged(&"its bytes are not those that were written"));
    }
    Ok(file)
}

/// Reads all batches of a part.
pub fn read(folder: &Path, part: &Part, take: impl FnMut(&RecordBatch)) -> Result<(), StoreError> {
    read_groups(folder, part, |_| true, take)
}

/// Reads the batches of some row groups of a part.
pub fn read_groups(
    folder: &Path,
    part: &Part,
    is_wanted: impl Fn(&RowGroupMetaData) -> bool,
    take: impl FnMut(&RecordBatch),
) -> Result<(), StoreError> {
    read_from(open(folder, part)?, &folder.join(&part.name), part, is_wanted, &[], take)
}

/// Reads some columns (none named: all) of those batches of a part that may hold subscribers of a share; the first column
/// is the subscriber, in order. The bytes are compared with their digest when the first share is read.
pub fn read_share(
    folder: &Path,
    part: &Part,
    share: Share,
    columns: &[&str],
    take: impl FnMut(&RecordBatch),
) -> Result<(), StoreError> {
    let path = folder.join(&part.name);
    let file = if share.index == 0 {
        open(folder, part)?
    } else {
        File::open(&path).map_err(|error| StoreError::damaged(&path, error))?
    };
    read_from(file, &path, part, |group| share.may_hold(&bounds_of(group)), columns, take)
}

fn read_from(
    file: File,
    path: &Path,
    part: &Part,
    is_wanted: impl Fn(&RowGroupMetaData) -> bool,
    columns: &[&str],
    mut take: impl FnMut(&RecordBatch),
) -> Result<(), StoreError> {
    let damaged = |error: &dyn std::fmt::Display| StoreError::damaged(path, error);
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| damaged(&error))?;
    check_format(path, builder.metadata().file_metadata())?;
    let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
    if rows != part.rows {
        return Err(StoreError::damaged(path, format!("{rows} rows, the manifest says {}", part.rows)));
    }
    let groups = builder.metadata().row_groups().iter().enumerate();
    let groups = groups.filter(|(_, group)| is_wanted(group)).map(|(group, _)| group).collect();
    let mask = match columns {
        [] => ProjectionMask::all(),
        names => ProjectionMask::columns(builder.parquet_schema(), names.iter().copied()),
    };
    let builder = builder.with_projection(mask).with_row_groups(groups);
    let reader = builder.with_batch_size(1 << 16).build().map_err(|error| damaged(&error))?;
    for batch in reader {
        take(&batch.map_err(|error| damaged(&error))?);
    }
    Ok(())
}

/// The bounds of the subscribers of a row group. Parts of other kinds keep none, nor does format 1: anybody may be there.
pub fn bounds_of(group: &RowGroupMetaData) -> RangeInclusive<u64> {
    let statistics = group.columns().first().and_then(|column| column.statistics());
    match statistics {
        // Parquet keeps unsigned integers in the bits of signed ones.
        Some(Statistics::Int64(bounds)) => match (bounds.min_opt(), bounds.max_opt()) {
            (Some(&first), Some(&last)) => first.cast_unsigned()..=last.cast_unsigned(),
            _ => 0..=u64::MAX,
        },
        _ => 0..=u64::MAX,
    }
}

/// Refuses a part that a later version wrote.
pub fn check_format(path: &Path, metadata: &FileMetaData) -> Result<(), StoreError> {
    let found = format_of(metadata);
    if found > FORMAT { Err(StoreError::Newer { path: path.into(), found, known: FORMAT }) } else { Ok(()) }
}

/// The format a part was written in.
fn format_of(metadata: &FileMetaData) -> u32 {
    let written = metadata.key_value_metadata().into_iter().flatten().find(|entry| entry.key == FORMAT_KEY);
    written.and_then(|entry| entry.value.as_ref()?.parse().ok()).unwrap_or(1)
}

struct HashingWriter {
    file: Box<dyn StoreFile>,
    hasher: blake3::Hasher,
}

impl Write for HashingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        pass(Point::PartWrite)?;
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
