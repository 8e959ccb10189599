//! What merely reading the dumps costs: Parquet decoded to Arrow, row groups on all threads, or gzip decompressed, one file a
//! thread. Nothing is kept, checked or counted but rows and bytes: the floor under any engine that reads these files.
//!
//!     cargo run --release --example decode -- FOLDER [THREADS]
//!
//! Prints one line of JSON: seconds, rows (Parquet) or bytes (gzip).
#![allow(clippy::print_stdout, reason = "a tool that says what it measured")]

use flate2::read::MultiGzDecoder;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;
use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// As hexodus reads them.
const BATCH_ROWS: usize = 1 << 16;
const BUFFER_BYTES: usize = 1 << 17;
/// Of the text that comes out: `io::copy` hands out 8 KiB, less than gzip looks back, so that all of it is copied once more.
const PIECE_BYTES: usize = 1 << 20;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: decode FOLDER [THREADS]")?);
    let threads = arguments.next().map_or(Ok(2), |threads| threads.parse())?;
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder.join("dumps"))? {
        files.push(entry?.path());
    }
    files.sort();
    let is_gzip = files.iter().any(|file| file.extension().is_some_and(|end| end == "gz"));
    let begun = Instant::now();
    let amount = if is_gzip { decompress(&files)? } else { decode(&files)? };
    let unit = if is_gzip { "bytes" } else { "rows" };
    println!("{{\"engine\": \"decode\", \"seconds\": {:.3}, \"{unit}\": {amount}}}", begun.elapsed().as_secs_f64());
    Ok(())
}

/// Decodes all columns (generate.py writes no others than a job needs); returns the rows.
fn decode(files: &[PathBuf]) -> Outcome<u64> {
    let mut groups = Vec::new();
    for path in files {
        let metadata = ArrowReaderMetadata::load(&File::open(path)?, ArrowReaderOptions::default())?;
        let own = 0..metadata.metadata().num_row_groups();
        groups.extend(own.map(|group| (path.as_path(), metadata.clone(), group)));
    }
    groups.into_par_iter().map(|(path, metadata, group)| decode_group(path, metadata, group)).sum::<Outcome<u64>>()
}

fn decode_group(path: &Path, metadata: ArrowReaderMetadata, group: usize) -> Outcome<u64> {
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(File::open(path)?, metadata)
        .with_row_groups(vec![group])
        .with_batch_size(BATCH_ROWS)
        .build()?;
    let mut rows = 0;
    for batch in reader {
        rows += black_box(batch?).num_rows() as u64;
    }
    Ok(rows)
}

/// Decompresses the files; returns the bytes that come out.
fn decompress(files: &[PathBuf]) -> Outcome<u64> {
    let one = |path: &PathBuf| -> Outcome<u64> {
        let mut text = MultiGzDecoder::new(BufReader::with_capacity(BUFFER_BYTES, File::open(path)?));
        let (mut piece, mut bytes) = (vec![0; PIECE_BYTES], 0);
        loop {
            match text.read(&mut piece)? {
                0 => return Ok(bytes),
                read => bytes += black_box(&piece[..read]).len() as u64,
            }
        }
    };
    files.par_iter().map(one).sum::<Outcome<u64>>()
}
