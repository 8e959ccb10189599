//! One CSV file on all cores: blocks of whole records, cut by one thread and parsed by all.

use crate::batch::{Example, FileFacts};
use crate::csv_block::{Block, PieceReader, Then};
use crate::csv_cut::{Cutter, Cutting, NoCsv};
use crate::csv_layout::{CsvStart, comment_of, delimiter_of, start_of};
use crate::csv_rows::parse_block;
use crate::discover::{Encoding, InputFile};
use crate::error::FileFault;
use crate::read::{PartsRead, Refusal, Source};
use crate::rejected::RejectedBlocks;
use crate::scatter::{Scatter, Scattered, keep_first};
use hexodus_model::FaultCode;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Pieces of one CSV file that may wait to be parsed; more are parsed by the thread that reads.
const PIECES_IN_FLIGHT: usize = 8;

/// Rows of a CSV file that are collected before they are handed on as a part.
const PART_ROWS: usize = 1 << 20;

/// About how many rows of a file a worker reads before it hands on a part. Room for a few too many is never touched.
fn rows_a_worker(encoding: Encoding, size: u64) -> usize {
    let bytes_a_row = if encoding == Encoding::Csv { 48 } else { 16 };
    let rows = usize::try_from(size / bytes_a_row).unwrap_or(PART_ROWS);
    (rows / rayon::current_num_threads()).min(PART_ROWS)
}

impl Source<'_> {
    /// An `accepted` file that cannot be read to its end gives the whole records before that place. `size` is its own, in
    /// bytes.
    pub(crate) fn read_csv(
        &self,
        file: &InputFile,
        size: u64,
        facts: &FileFacts,
        accepted: bool,
    ) -> Result<PartsRead, Refusal> {
        let refuse = |fault| self.refuse(fault);
        let broken = |row: u64, error: &io::Error| refuse(stream_fault(&file.path, row, error));
        let stream = open_stream(&file.path).map_err(|error| broken(1, &error))?;
        let (mut pieces, spare) = (PieceReader::new(stream), &self.ingester.spare_blocks);
        let quoting = self.spec.file.quoting.unwrap_or(true);
        let cutting = Cutting::new(Cutter::new(quoting, delimiter_of(&self.spec.file), comment_of(&self.spec.file)));
        let mut read_on = || {
            let (piece, then) = pieces.next_piece(spare.take());
            cutting.add(piece, matches!(then, Then::End));
            then
        };
        let (first, mut then) = first_block(&cutting, &mut read_on).map_err(|error| broken(1, &error))?;
        let CsvStart { layout, first_event: start, rows_before: header_rows } =
            start_of(&file.path, self.spec, first.text()).map_err(refuse)?;

        let collected = Collected::default();
        let (rules, waiting) = (self.rules(facts), AtomicUsize::new(0));
        let rows_expected = rows_a_worker(file.encoding, size);
        let parse = |number: usize, block: Block, from: usize| {
            let mut batch = self.with_worker(|worker| parse_block(&block.text()[from..], &layout, &rules, worker, 0));
            spare.give(block);
            (self.ingester.progress)(batch.len() as u64);
            collected.note(number, batch.len() as u64, std::mem::take(&mut batch.examples));
            let mut scatter = collected.idle().pop().unwrap_or_else(|| self.scatter(rows_expected));
            scatter.push(batch);
            collected.rejected.keep(number, scatter.take_rejected());
            if scatter.rows() >= PART_ROWS {
                collected.parts().push(self.finish_part(scatter, &file.path));
            } else {
                collected.idle().push(scatter);
            }
        };
        let cut_and_parse = || {
            if let Some((number, block)) = cutting.next() {
                parse(number, block, 0);
            }
        };
        rayon::in_place_scope(|scope| {
            let (parse, cut_and_parse, waiting) = (&parse, &cut_and_parse, &waiting);
            scope.spawn(move |_| parse(0, first, start));
            while matches!(then, Then::More) && !cutting.has_failed() {
                then = read_on();
                if waiting.load(Ordering::Acquire) < PIECES_IN_FLIGHT {
                    waiting.fetch_add(1, Ordering::AcqRel);
                    scope.spawn(move |_| {
                        cut_and_parse();
                        waiting.fetch_sub(1, Ordering::AcqRel);
                    });
                } else {
                    cut_and_parse();
                }
            }
        });
        let ended = match (cutting.failure(), then) {
            (Some(error), _) | (None, Then::Failed(error)) => Err(error),
            (None, Then::More | Then::End) => Ok(()),
        };
        let idle = std::mem::take(&mut *collected.idle());
        let last_parts = idle.into_iter().map(|scatter| self.finish_part(scatter, &file.path));
        let parts: Result<Vec<Scattered>, FileFault> =
            std::mem::take(&mut *collected.parts()).into_iter().chain(last_parts).collect();
        let mut parts = parts.map_err(refuse)?;
        let (row, of_rows) = collected.number_rows(header_rows + 1);
        parts.push(of_rows);
        let Err(error) = ended else { return Ok((parts, false)) };
        if accepted && parts.iter().any(|part| !part.counts.is_empty()) {
            return Ok((parts, true));
        }
        let mut refusal = broken(row, &error);
        if self.file_day.is_none() {
            refusal.days.extend(parts.iter().flat_map(|part| part.days.keys().chain(part.spilled.keys())));
        }
        Err(refusal)
    }
}

/// The first block, empty where there is none, and what comes after the pieces it is of.
fn first_block(cutting: &Cutting, mut read_on: impl FnMut() -> Then) -> io::Result<(Block, Then)> {
    loop {
        let then = read_on();
        match (cutting.next(), cutting.failure(), then) {
            (Some((_, block)), _, then) => return Ok((block, then)),
            (None, Some(error), _) | (None, None, Then::Failed(error)) => return Err(error),
            (None, None, Then::End) => return Ok((Block::default(), Then::End)),
            (None, None, Then::More) => {}
        }
    }
}

/// One block of a CSV file: its number, its rows, and its first faults with rows numbered from its start.
type BlockSummary = (usize, u64, BTreeMap<FaultCode, Example>);

/// What the workers of one CSV file have gathered.
#[derive(Default)]
struct Collected<'a> {
    blocks: Mutex<Vec<BlockSummary>>,
    idle: Mutex<Vec<Scatter<'a>>>,
    parts: Mutex<Vec<Result<Scattered, FileFault>>>,
    rejected: RejectedBlocks,
}

impl<'a> Collected<'a> {
    fn note(&self, number: usize, rows: u64, examples: BTreeMap<FaultCode, Example>) {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner).push((number, rows, examples));
    }

    /// Scatters that nobody works on.
    fn idle(&self) -> MutexGuard<'_, Vec<Scatter<'a>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn parts(&self) -> MutexGuard<'_, Vec<Result<Scattered, FileFault>>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The row after the last one, and a part with what is told by row, numbered from `row`: the first example of each
    /// fault, and the rejected rows.
    fn number_rows(self, mut row: u64) -> (u64, Scattered) {
        let mut blocks = self.blocks.into_inner().unwrap_or_else(PoisonError::into_inner);
        blocks.sort_unstable_by_key(|&(number, ..)| number);
        let mut of_rows = Scattered::default();
        for (number, rows, examples) in blocks {
            for (code, mut example) in examples {
                example.row += row;
                keep_first(&mut of_rows.examples, code, example);
            }
            of_rows.rejected.append(&self.rejected.take(number), row);
            row += rows;
        }
        (row, of_rows)
    }
}

/// The text of a CSV, decompressed while it is read.
pub(crate) fn open_stream(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    let raw = BufReader::with_capacity(1 << 20, File::open(path)?);
    Ok(match Encoding::of(path) {
        Encoding::CsvGz => Box::new(flate2::bufread::MultiGzDecoder::new(raw)),
        Encoding::CsvZst => Box::new(zstd::stream::read::Decoder::with_buffer(raw)?),
        Encoding::Csv | Encoding::Parquet => Box::new(raw),
    })
}

fn stream_fault(path: &Path, row: u64, error: &io::Error) -> FileFault {
    let is_text = error.get_ref().and_then(|inner| inner.downcast_ref::<NoCsv>()).is_some();
    let expected = match Encoding::of(path) {
        _ if is_text => "records of CSV",
        Encoding::CsvGz => "a whole gzip stream",
        Encoding::CsvZst => "a whole Zstandard stream",
        _ => "a readable file",
    };
    let found = if error.kind() == io::ErrorKind::UnexpectedEof {
        "the end of the file in the middle of it: the file is truncated".into()
    } else {
        error.to_string()
    };
    FileFault::of_file(path, expected, found).at_row(row)
}
