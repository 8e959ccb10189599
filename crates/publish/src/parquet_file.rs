//! One table as Parquet: the authoritative form (formats §4.1).

use crate::FORMATS_VERSION;
use crate::column::published_schema;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::arrow::encode_arrow_schema;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::io::Write;

/// Rows of a row group: small enough to skip, large enough to compress.
const ROW_GROUP_ROWS: usize = 100_000;

/// zstd level of class internal; releases take 15.
const ZSTD_LEVEL: i32 = 3;

/// Always the same, so that a rebuilt writer writes the same bytes.
const CREATED_BY: &str = "hexodus";

/// Writes a table as Parquet: zstd, row groups of 100,000 rows, dictionaries, page statistics, and the keys
/// `hexodus.table`, `.definition` (of flows), `.formats_version`, `.method_digest`, `.dissemination_class`.
///
/// The bytes depend on the arguments only.
pub fn write_parquet(table: &EncodedTable, method_digest: &str, out: impl Write + Send) -> Result<(), PublishError> {
    // The schema that readers see is not the one in memory, so it is embedded here and not by the writer.
    let options =
        ArrowWriterOptions::new().with_properties(properties(table, method_digest)?).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(out, table.batch.schema(), options)?;
    writer.write(&table.batch)?;
    writer.close()?;
    Ok(())
}

fn properties(table: &EncodedTable, method_digest: &str) -> Result<WriterProperties, PublishError> {
    let schema = encode_arrow_schema(&published_schema(&table.batch.schema()));
    let keys = [
        ("hexodus.table", Some(table.name.as_str())),
        ("hexodus.definition", table.definition),
        ("hexodus.formats_version", Some(FORMATS_VERSION)),
        ("hexodus.method_digest", Some(method_digest)),
        ("hexodus.dissemination_class", Some(table.class.name())),
        ("ARROW:schema", Some(schema.as_str())),
    ];
    let pairs = keys.into_iter().filter_map(|(key, value)| Some(KeyValue::new(key.to_owned(), value?.to_owned())));
    Ok(WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_dictionary_enabled(true)
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_key_value_metadata(Some(pairs.collect()))
        .build())
}
