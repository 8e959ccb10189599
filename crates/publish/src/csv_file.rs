//! One table as CSV: the same rows in the same order, for people (formats §0.3).

use crate::encoded::EncodedTable;
use crate::error::PublishError;
use arrow_csv::WriterBuilder;
use std::io::Write;

/// Writes a table as CSV: UTF-8, LF, comma, one header row, null = empty, booleans `true` and `false`, instants
/// `YYYY-MM-DDThh:mm:ss[.ffffff]Z` with the fraction only where it is not zero.
///
/// The bytes depend on the table only.
///
/// # Errors
/// [`PublishError::Arrow`] when the output refuses.
pub fn write_csv(table: &EncodedTable, mut out: impl Write) -> Result<(), PublishError> {
    if table.has_byte_order_mark() {
        out.write_all("\u{feff}".as_bytes()).map_err(arrow_schema::ArrowError::from)?;
    }
    let mut writer =
        WriterBuilder::new().with_header(true).with_timestamp_tz_format("%Y-%m-%dT%H:%M:%S%.fZ".to_owned()).build(out);
    writer.write(table.csv_batch())?;
    Ok(())
}
