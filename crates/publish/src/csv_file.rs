//! One table as CSV: the same rows in the same order, for people (formats §0.3).

use crate::column::HXL;
use crate::csv_text::without_formulas;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use arrow_array::RecordBatch;
use arrow_csv::WriterBuilder;
use arrow_schema::{ArrowError, Field};
use rayon::prelude::*;
use std::io::Write;
use std::sync::Arc;

/// Rows that become text at once, and how many such blocks wait to be written: some megabytes each.
const BLOCK_ROWS: usize = 4096;
const WAVE: usize = 16;

/// Writes a table as CSV: UTF-8, LF, comma, one header row (and one of HXL hashtags where the table asks for it), null = empty, booleans `true` and `false`, instants
/// `YYYY-MM-DDThh:mm:ss[.ffffff]Z` with the fraction only where it is not zero. Text that a spreadsheet would take for a formula has
/// an apostrophe before it; numbers are as they are.
///
/// The bytes depend on the table only.
///
/// # Errors
/// [`PublishError::Arrow`] when the output refuses.
pub fn write_csv(table: &EncodedTable, mut out: impl Write) -> Result<(), PublishError> {
    if table.has_byte_order_mark() {
        out.write_all("\u{feff}".as_bytes()).map_err(ArrowError::from)?;
    }
    let format = || WriterBuilder::new().with_timestamp_tz_format("%Y-%m-%dT%H:%M:%S%.fZ".to_owned());
    let batch = &without_formulas(table.csv_batch())?;
    // The header alone, then what may stand between it and the rows.
    format().with_header(true).build(&mut out).write(&batch.slice(0, 0))?;
    if table.hxl_row {
        writeln!(out, "{}", hxl_row(batch)).map_err(ArrowError::from)?;
    }
    let text_of = |&start: &usize| -> Result<Vec<u8>, ArrowError> {
        let mut text = Vec::new();
        let rows = batch.slice(start, BLOCK_ROWS.min(batch.num_rows() - start));
        format().with_header(false).build(&mut text).write(&rows)?;
        Ok(text)
    };
    // Blocks become text on all cores, and are written in order.
    let blocks: Vec<usize> = (0..batch.num_rows()).step_by(BLOCK_ROWS).collect();
    for wave in blocks.chunks(WAVE) {
        let texts: Vec<Vec<u8>> = wave.par_iter().map(text_of).collect::<Result<_, _>>()?;
        texts.iter().try_for_each(|text| out.write_all(text)).map_err(ArrowError::from)?;
    }
    Ok(())
}

/// The hashtags of the columns, empty where a column has none. None of them needs quotes.
fn hxl_row(batch: &RecordBatch) -> String {
    let schema = batch.schema();
    let tag = |field: &Arc<Field>| field.metadata().get(HXL).cloned().unwrap_or_default();
    schema.fields().iter().map(tag).collect::<Vec<_>>().join(",")
}
