//! Where a CSV stream is cut, so that its blocks can be parsed on all cores: at record ends.

use crate::csv_block::Block;
use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A single record longer than this is no record: lines do not end, or a quote was opened and never closed. It also
/// bounds what a small compressed file can grow to at a time.
const RECORD_LIMIT: usize = 16 << 20;

/// Cuts the pieces of a stream, one after another, at record ends.
#[derive(Debug)]
pub struct Cutter {
    /// The byte between fields, where `"` quotes them.
    quoted_after: Option<u8>,
    /// The byte with which lines begin that are no records: their quotes quote nothing.
    comment: Option<u8>,
    /// The beginning of a record that ends in a later piece.
    carry: Vec<u8>,
}

impl Cutter {
    /// For a stream in which `"` quotes fields, or does not.
    pub fn new(quoting: bool, delimiter: u8, comment: Option<u8>) -> Self {
        Self { quoted_after: quoting.then_some(delimiter), comment, carry: Vec::new() }
    }

    /// The whole records up to the end of the next piece, `None` if none ends in it; after the last piece all that is left,
    /// which may lack its final line end.
    ///
    /// # Errors
    /// [`NoCsv`] for a record longer than 16 MiB, and for a quote that is never closed.
    pub fn cut(&mut self, mut piece: Block, is_last: bool) -> io::Result<Option<Block>> {
        piece.prepend(&self.carry);
        self.carry.clear();
        let cut = last_record_end(piece.text(), self.quoted_after, self.comment);
        if is_last && cut.quote_open {
            return Err(invalid("a quote that is opened and never closed"));
        }
        let end = if is_last { piece.text().len() } else { cut.end.unwrap_or_default() };
        self.carry.extend_from_slice(&piece.text()[end..]);
        if self.carry.len() >= RECORD_LIMIT {
            return Err(invalid(
                "a record longer than 16 MiB: lines do not end, or a quote is opened and never closed",
            ));
        }
        piece.truncate(end);
        Ok((end > 0).then_some(piece))
    }
}

/// The pieces of one stream that wait to be cut. Whoever has time cuts the next: the thread that reads, which may have to
/// inflate, is the one that all wait for.
#[derive(Debug)]
pub struct Cutting {
    waiting: Mutex<VecDeque<(Block, bool)>>,
    done: Mutex<Done>,
    has_failed: AtomicBool,
}

#[derive(Debug)]
struct Done {
    cutter: Cutter,
    blocks: usize,
    failed: Option<io::Error>,
}

impl Cutting {
    /// With nothing to cut yet.
    pub fn new(cutter: Cutter) -> Self {
        Self {
            waiting: Mutex::default(),
            done: Mutex::new(Done { cutter, blocks: 0, failed: None }),
            has_failed: AtomicBool::new(false),
        }
    }

    /// Adds the next piece.
    pub fn add(&self, piece: Block, is_last: bool) {
        lock(&self.waiting).push_back((piece, is_last));
    }

    /// Cuts the next piece. Its whole records with their number, unless it has none or cannot be cut.
    pub fn next(&self) -> Option<(usize, Block)> {
        let mut done = lock(&self.done);
        let (piece, is_last) = lock(&self.waiting).pop_front().filter(|_| !self.has_failed())?;
        match done.cutter.cut(piece, is_last) {
            Ok(block) => {
                let number = done.blocks;
                done.blocks += usize::from(block.is_some());
                Some((number, block?))
            }
            Err(error) => {
                done.failed = Some(error);
                self.has_failed.store(true, Ordering::Release);
                None
            }
        }
    }

    /// Whether nothing more can be cut. Waits for nobody who cuts.
    pub fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Acquire)
    }

    /// Why not, if that is so; told once.
    pub fn failure(&self) -> Option<io::Error> {
        lock(&self.done).failed.take()
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Text that is no CSV: [`io::ErrorKind::InvalidData`] of a stream may be that, or a fault of what inflates it.
#[derive(Debug)]
pub struct NoCsv(&'static str);

impl fmt::Display for NoCsv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for NoCsv {}

fn invalid(found: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, NoCsv(found))
}

/// Where a block can be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cut {
    /// One past the last line end that is not inside quotes.
    end: Option<usize>,
    /// Whether the block ends inside quotes.
    quote_open: bool,
}

/// Finds the last line end outside quotes. The block starts outside quotes. A quote opens at the start of a field
/// only, as in RFC 4180: elsewhere it is a character like any other, and so it is in a line that begins with `comment`.
///
/// Goes from quote to quote; line ends are looked for between quoted fields only, and backwards.
fn last_record_end(block: &[u8], quoted_after: Option<u8>, comment: Option<u8>) -> Cut {
    let (mut end, mut outside) = (0, 0);
    let line_end = |from: usize, until: usize| memchr::memrchr(b'\n', &block[from..until]).map(|at| from + at + 1);
    if let Some(delimiter) = quoted_after {
        while let Some(at) = memchr::memchr(b'"', &block[outside..]).map(|at| outside + at) {
            end = line_end(outside, at).unwrap_or(end);
            let line = block[end..].strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&block[end..]);
            let is_comment = comment.is_some() && line.first().copied() == comment;
            outside = at + 1;
            if !is_comment && starts_field(block, at, delimiter) {
                let Some(closed) = closing_quote(block, outside) else {
                    return Cut { end: (end > 0).then_some(end), quote_open: true };
                };
                outside = closed + 1;
            }
        }
    }
    let end = line_end(outside, block.len()).unwrap_or(end);
    Cut { end: (end > 0).then_some(end), quote_open: false }
}

/// Where the quote is that closes a field; a doubled one closes nothing.
fn closing_quote(block: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let at = from + memchr::memchr(b'"', &block[from..])?;
        if block.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        from = at + 2;
    }
}

fn starts_field(block: &[u8], at: usize, delimiter: u8) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| block.get(before)) else { return true };
    *before == delimiter || matches!(before, b'\n' | b'\r') || block[..at] == *b"\xEF\xBB\xBF"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv_block::{PieceReader, Then};
    use proptest::prelude::*;
    use std::io::Read;

    /// The blocks of a stream, until its end or an error.
    fn blocks(stream: impl Read, piece_bytes: usize, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        let (mut pieces, mut cutter) =
            (PieceReader::new(stream).with_bytes(piece_bytes), Cutter::new(true, b',', None));
        let mut memory = Block::default();
        loop {
            let (piece, then) = pieces.next_piece(memory);
            memory =
                cutter.cut(piece, matches!(then, Then::End))?.inspect(|block| each(block.text())).unwrap_or_default();
            match then {
                Then::More => {}
                Then::End => return Ok(()),
                Then::Failed(error) => return Err(error),
            }
        }
    }

    #[test]
    fn a_line_end_inside_quotes_does_not_end_a_record() {
        let cut = |block: &[u8], quoting: bool| {
            let cut = last_record_end(block, quoting.then_some(b','), None);
            (cut.end, cut.quote_open)
        };
        assert_eq!(cut(b"a,b\nc,\"d\ne", true), (Some(4), true));
        assert_eq!(cut(b"a,b\nc,\"d\ne", false), (Some(9), false));
        assert_eq!(cut(b"\"a\n", true), (None, true));
        assert_eq!(cut(b"a,b\"c\nd\n", true), (Some(8), false), "a quote within a field is a character");
        assert_eq!(cut(b"\"a\"\"\n\"\nb", true), (Some(7), false), "a doubled quote closes nothing");
        assert_eq!(cut(b"\"\"\nb", true), (Some(3), false), "an empty field in quotes");
        assert_eq!(cut(b"\xEF\xBB\xBF\"a\nb\"\nc", true), (Some(9), false), "after a byte-order mark");
    }

    #[test]
    fn quotes_of_a_comment_quote_nothing() {
        let cut = |block: &[u8]| last_record_end(block, Some(b','), Some(b'#'));
        assert_eq!(cut(b"#a,\"b\nc,d\n"), Cut { end: Some(10), quote_open: false });
        assert_eq!(cut(b"\xEF\xBB\xBF#,\"b\nc\n"), Cut { end: Some(10), quote_open: false });
        assert_eq!(cut(b"a,\"b\n#\n\",\"c\nd\""), Cut { end: None, quote_open: false }, "a line within quotes is none");
        assert_eq!(cut(b"a\n#,\"\nb,\"c\n"), Cut { end: Some(6), quote_open: true });
    }

    #[test]
    fn a_quote_never_closed_and_a_line_that_never_ends() {
        let said = |stream: &mut dyn Read| {
            blocks(stream, 1 << 20, |_| {}).err().map_or(String::new(), |error| error.to_string())
        };
        assert!(said(&mut &b"a,b\nc,\"d\ne,f\n"[..]).contains("never closed"));
        assert!(said(&mut io::repeat(b'x')).contains("16 MiB"));
        let mut long = vec![b'x'; (16 << 20) - 1];
        long.push(b'\n');
        assert_eq!(said(&mut &long[..]), "", "16 MiB is not too long");
    }

    proptest! {
        /// The csv crate is the judge: parsed block by block, a stream gives the records it gives as a whole.
        #[test]
        fn blocks_parse_like_the_whole(stream in "[a\",\n]{0,60}", size in 1usize..20) {
            let records = |bytes: &[u8]| -> Vec<csv::ByteRecord> {
                let mut reader = csv::ReaderBuilder::new();
                let reader = reader.has_headers(false).flexible(true).from_reader(bytes);
                reader.into_byte_records().map(Result::unwrap).collect()
            };
            let mut parsed = Vec::new();
            let ended = blocks(stream.as_bytes(), size, |block| parsed.extend(records(block))).is_ok();
            if ended {
                prop_assert_eq!(parsed, records(stream.as_bytes()));
            }
        }
    }

    proptest! {
        #[test]
        fn blocks_are_the_stream_cut_at_record_ends(
            records in prop::collection::vec("[a-z]{0,9}(,\"[a-z\n]{0,9}\")?", 0..60), size in 1usize..40,
        ) {
            let stream = records.join("\n") + "\n";
            let mut joined = Vec::new();
            let mut whole = true;
            blocks(stream.as_bytes(), size, |block| {
                whole &= last_record_end(block, Some(b','), None).end == Some(block.len());
                joined.extend_from_slice(block);
            }).unwrap();
            prop_assert!(whole);
            prop_assert_eq!(joined, stream.into_bytes());
        }
    }
}
