//! A small table as text, by name of column: the radio-cell plan, the population. CSV or Parquet.

use crate::decoder::guarded;
use crate::discover::Encoding;
use crate::error::FileFault;
use crate::normal::Normal;
use crate::read_csv::open_stream;
use arrow_array::ArrayRef;
use arrow_cast::cast;
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A longer file than this once it is unpacked is none of these tables: there is room for two million radio cells, and a
/// small compressed file must not fill memory.
const FILE_LIMIT: u64 = 256 << 20;

/// Names of columns, and rows of as many values as the file has there.
pub(crate) struct Table {
    pub(crate) names: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a file by the end of its name, as dumps are; `what` it should be, for messages.
    pub(crate) fn read(path: &Path, what: &str) -> Result<Self, FileFault> {
        match Encoding::of(path) {
            Encoding::Parquet => guarded(|| read_parquet(path, what)).unwrap_or_else(|| Err(corrupt(path))),
            _ => read_csv(path, what),
        }
    }

    /// The position of a column, whatever its case.
    pub(crate) fn column(&self, wanted: &str) -> Option<usize> {
        self.names.iter().position(|name| name.eq_ignore_ascii_case(wanted))
    }
}

fn read_csv(path: &Path, what: &str) -> Result<Table, FileFault> {
    let fault = |error: &dyn std::fmt::Display| FileFault::of_file(path, "a readable CSV", error.to_string());
    let mut text = Vec::new();
    open_stream(path)
        .and_then(|stream| stream.take(FILE_LIMIT + 1).read_to_end(&mut text))
        .map_err(|error| fault(&error))?;
    if let Some(found) = other_format(&text) {
        return Err(FileFault::of_file(path, format!("{what} as CSV or Parquet"), found));
    }
    if text.len() as u64 > FILE_LIMIT {
        return Err(too_long(path, what));
    }
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
    let header_end = memchr::memchr(b'\n', text).unwrap_or(text.len());
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(delimiter_in(&text[..header_end]))
        .from_reader(text);
    let lossy = |record: &csv::ByteRecord| {
        record.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect::<Vec<_>>()
    };
    let names = lossy(reader.byte_headers().map_err(|error| fault(&error))?);
    let rows = reader.byte_records().map(|record| record.map(|record| lossy(&record))).collect::<Result<_, _>>();
    Ok(Table { names, rows: rows.map_err(|error| fault(&error))? })
}

/// What a file is instead of text, and what to do about it.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    const FORMATS: [(&[u8], &str); 3] = [
        (
            b"SQLite format 3\0",
            "a GeoPackage; write it as CSV, for example with `ogr2ogr -f CSV -select h3,population out.csv in.gpkg`",
        ),
        (b"PK\x03\x04", "a ZIP or Excel file; save the table as CSV"),
        (b"PAR1", "a Parquet file whose name does not end in .parquet"),
    ];
    FORMATS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|&(_, found)| found)
}

/// The delimiter that cuts the header into most columns; the comma, if none cuts better.
fn delimiter_in(header: &[u8]) -> u8 {
    let others = [b';', b'\t', b'|'].map(|byte| (memchr::memchr_iter(byte, header).count(), byte));
    let commas = memchr::memchr_iter(b',', header).count();
    others.into_iter().max().filter(|&(count, _)| count > commas).map_or(b',', |(_, byte)| byte)
}

/// Some corrupt pages and schemas make the decoder panic; that must end in this message, not in a defect.
fn corrupt(path: &Path) -> FileFault {
    FileFault::of_file(path, "a whole Parquet file", "a damaged one: a corrupt page or schema")
}

fn too_long(path: &Path, what: &str) -> FileFault {
    let expected = format!("{what} of at most {} MiB a file, unpacked", FILE_LIMIT >> 20);
    FileFault::of_file(path, expected, "a longer one; give snapshots as files of their own, or leave out columns")
}

fn read_parquet(path: &Path, what: &str) -> Result<Table, FileFault> {
    let fault = |error: &dyn std::fmt::Display| FileFault::of_file(path, "a whole Parquet file", error.to_string());
    let file = File::open(path).map_err(|error| fault(&error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| fault(&error))?;
    let groups = builder.metadata().row_groups();
    let mut room = FILE_LIMIT;
    let unpacked = groups.iter().map(|group| group.total_byte_size().unsigned_abs()).fold(0, u64::saturating_add);
    if unpacked > room {
        return Err(too_long(path, what));
    }
    let reader = builder.build().map_err(|error| fault(&error))?;
    let mut table = Table { names: Vec::new(), rows: Vec::new() };
    for batch in reader {
        let batch = batch.map_err(|error| fault(&error))?;
        // A footer may lie.
        room = room.checked_sub(batch.get_array_memory_size() as u64).ok_or_else(|| too_long(path, what))?;
        table.names = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
        let columns: Vec<Option<Normal>> = batch.columns().iter().map(with_dates_as_text).collect();
        let text = |column: &Option<Normal>, row: usize| {
            column.as_ref().and_then(|column| text_of(column, row)).unwrap_or_default()
        };
        table.rows.extend((0..batch.num_rows()).map(|row| columns.iter().map(|column| text(column, row)).collect()));
    }
    Ok(table)
}

/// Dates as they are written in a CSV, everything else as events are read.
fn with_dates_as_text(column: &ArrayRef) -> Option<Normal> {
    match column.data_type() {
        DataType::Date32 | DataType::Date64 => Normal::of(&cast(column, &DataType::Utf8).ok()?),
        _ => Normal::of(column),
    }
}

/// A value as it would be written in a CSV; timestamps in ISO, with `Z` where the column has a zone.
fn text_of(column: &Normal, row: usize) -> Option<String> {
    let stamp = |micros| jiff::Timestamp::from_microsecond(micros).ok();
    match column {
        _ if column.is_null(row) => None,
        Normal::Instant(column) => Some(stamp(column.value(row))?.to_string()),
        Normal::WallClock(column) => Some(jiff::tz::Offset::UTC.to_datetime(stamp(column.value(row))?).to_string()),
        other => Some(String::from_utf8_lossy(&other.bytes(row)?).into_owned()),
    }
}
