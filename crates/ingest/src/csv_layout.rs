//! What the beginning of a CSV says: its columns, and where its first event is.

use crate::columns::Columns;
use crate::csv_rows::CsvLayout;
use crate::error::FileFault;
use crate::spec::{FileSpec, SourceSpec};
use std::path::Path;

/// A CSV by its first block.
pub struct CsvStart {
    pub layout: CsvLayout,
    /// Where in the block the first event starts.
    pub first_event: usize,
    /// Lines and records before it.
    pub rows_before: u64,
}

/// The byte between fields.
pub fn delimiter_of(file: &FileSpec) -> u8 {
    match file.delimiter.as_deref() {
        None => b',',
        Some("\\t" | "\t") => b'\t',
        Some(text) => text.as_bytes().first().copied().unwrap_or(b','),
    }
}

/// The byte with which lines begin that are no records.
pub fn comment_of(file: &FileSpec) -> Option<u8> {
    file.comment_prefix.as_ref().and_then(|prefix| prefix.as_bytes().first().copied())
}

/// Reads the header, if there is one, and finds the mapped columns.
pub fn start_of(path: &Path, spec: &SourceSpec, block: &[u8]) -> Result<CsvStart, FileFault> {
    refuse_other_text(path, block)?;
    let file = &spec.file;
    let mut start = if block.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    for _ in 0..file.skip_rows.unwrap_or(0) {
        if start == block.len() {
            break; // a mistyped number of lines must not be counted to its end
        }
        start += memchr::memchr(b'\n', &block[start..]).map_or(block.len() - start, |at| at + 1);
    }
    let (delimiter, quoting) = (delimiter_of(file), file.quoting.unwrap_or(true));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting)
        .comment(comment_of(file))
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(&block[start..]);
    let mut record = csv::ByteRecord::new();
    if !reader.read_byte_record(&mut record).unwrap_or(false) || blank(&record) {
        return Err(FileFault::of_file(path, "a header or events", "no record at all"));
    }
    let names = texts(&record);
    let probed = file.probe_header.unwrap_or(false).then(|| Columns::are_named(spec, &names));
    let is_header = file.header.or(probed).unwrap_or(true);
    let names = if is_header { names } else { (1..=record.len()).map(|number| number.to_string()).collect() };
    let columns = Columns::resolve(path, spec, names, is_header)?;
    let mut rows_before = file.skip_rows.unwrap_or(0) as u64;
    if is_header {
        rows_before += 1;
        let mut end = reader.position().byte() as usize;
        // An HXL row (formats §0.3): a second header whose fields all start with #.
        if reader.read_byte_record(&mut record).unwrap_or(false) && is_hxl(&record) {
            rows_before += 1;
            end = reader.position().byte() as usize;
        }
        start += end;
    }
    Ok(CsvStart {
        layout: CsvLayout { columns, delimiter, quoting, comment: comment_of(file) },
        first_event: start,
        rows_before,
    })
}

fn texts(record: &csv::ByteRecord) -> Vec<String> {
    record.iter().map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned()).collect()
}

fn blank(record: &csv::ByteRecord) -> bool {
    record.iter().all(|field| field.trim_ascii().is_empty())
}

fn is_hxl(record: &csv::ByteRecord) -> bool {
    !blank(record) && record.iter().map(<[u8]>::trim_ascii).all(|field| field.is_empty() || field[0] == b'#')
}

/// Text that would be misread from end to end: two bytes a character, lines that end in a carriage return alone, or
/// another kind of file under the name of a CSV.
fn refuse_other_text(path: &Path, block: &[u8]) -> Result<(), FileFault> {
    let refuse = |found: &str| Err(FileFault::of_file(path, "text in UTF-8 or ISO-8859-1", found));
    let head = &block[..block.len().min(1 << 12)];
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return refuse("UTF-16");
    }
    for (magic, found) in [
        (&b"PAR1"[..], "Parquet; its name must end in .parquet"),
        (b"\x1F\x8B", "gzip; its name must end in .gz"),
        (b"\x28\xB5\x2F\xFD", "Zstandard; its name must end in .zst"),
        (b"PK\x03\x04", "a ZIP archive (or a workbook); unpack it first"),
    ] {
        if head.starts_with(magic) {
            return refuse(found);
        }
    }
    let first = &head[..memchr::memchr(b'\n', head).unwrap_or(head.len())];
    if memchr::memchr_iter(0, first).count() * 3 > first.len() {
        return refuse("mostly zero bytes (UTF-16 or UTF-32 without its mark, or a damaged file)");
    }
    let lone = memchr::memchr(b'\r', head).is_some_and(|at| head.get(at + 1).is_some_and(|&next| next != b'\n'));
    if lone && memchr::memchr(b'\n', head).is_none() {
        return refuse("lines that end in a carriage return alone");
    }
    Ok(())
}
