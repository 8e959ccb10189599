//! One table as Parquet: the authoritative form (formats §4.1).

use crate::FORMATS_VERSION;
use crate::column::published_schema;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use arrow_array::RecordBatch;
use hexodus_release::DisseminationClass;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves};
use parquet::arrow::encode_arrow_schema;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use rayon::prelude::*;
use std::io::Write;

/// Rows of a row group: small enough to skip, large enough to compress.
const ROW_GROUP_ROWS: usize = 100_000;

/// zstd level of what stays inside, written every night, and of what leaves, written once and sent over thin lines.
const ZSTD_LEVELS: [i32; 2] = [3, 15];

/// Always the same, so that a rebuilt writer writes the same bytes.
const CREATED_BY: &str = "hexodus";

/// Writes a table as Parquet: zstd, row groups of 100,000 rows, dictionaries, page statistics, and the keys
/// `hexodus.table`, `.definition` (of flows), `.formats_version`, `.method_digest`, `.dissemination_class`, and `geo` of shapes.
///
/// The bytes depend on the arguments only.
pub fn write_parquet(table: &EncodedTable, method_digest: &str, out: impl Write + Send) -> Result<(), PublishError> {
    // The schema that readers see is not the one in memory, so it is embedded here and not by the writer.
    let options =
        ArrowWriterOptions::new().with_properties(properties(table, method_digest)?).with_skip_arrow_metadata(true);
    let writer = ArrowWriter::try_new_with_options(out, table.batch.schema(), options)?;
    let (mut writer, factory) = writer.into_serialized_writer()?;
    // Row groups, and the columns of each, are encoded on all cores and appended in order.
    let starts: Vec<usize> = (0..table.batch.num_rows()).step_by(ROW_GROUP_ROWS).collect();
    let encode = |(group, start): (usize, &usize)| {
        let rows = table.batch.slice(*start, ROW_GROUP_ROWS.min(table.batch.num_rows() - start));
        encode_row_group(&factory, group, &rows)
    };
    let groups: Vec<Vec<ArrowColumnChunk>> = starts.par_iter().enumerate().map(encode).collect::<Result<_, _>>()?;
    for columns in groups {
        let mut group = writer.next_row_group()?;
        for column in columns {
            column.append_to_row_group(&mut group)?;
        }
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

fn encode_row_group(
    factory: &ArrowRowGroupWriterFactory,
    group: usize,
    rows: &RecordBatch,
) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
    // A writer for each leaf: a struct has several.
    let mut leaves = Vec::new();
    for (field, column) in rows.schema().fields().iter().zip(rows.columns()) {
        leaves.extend(compute_leaves(field, column)?);
    }
    let columns = factory.create_column_writers(group)?.into_par_iter().zip(&leaves).map(|(mut writer, leaf)| {
        writer.write(leaf)?;
        writer.close()
    });
    columns.collect()
}

fn properties(table: &EncodedTable, method_digest: &str) -> Result<WriterProperties, PublishError> {
    let schema = encode_arrow_schema(&published_schema(&table.batch.schema()));
    let keys = [
        ("hexodus.table", Some(table.name.as_str())),
        ("hexodus.definition", table.definition),
        ("hexodus.formats_version", Some(FORMATS_VERSION)),
        ("hexodus.method_digest", Some(method_digest)),
        ("hexodus.dissemination_class", Some(table.class.name())),
        ("geo", table.geo.as_deref()),
        ("ARROW:schema", Some(schema.as_str())),
    ];
    let leaves = table.class != DisseminationClass::Internal;
    let pairs = keys.into_iter().filter_map(|(key, value)| Some(KeyValue::new(key.to_owned(), value?.to_owned())));
    Ok(WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVELS[usize::from(leaves)])?))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_dictionary_enabled(true)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_key_value_metadata(Some(pairs.collect()))
        .build())
}
