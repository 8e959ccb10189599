//! A CSV stream, cut into blocks of whole records, so that blocks can be parsed on all cores.

use std::io::{self, Read};

/// Bytes read at a time.
pub const BLOCK_BYTES: usize = 4 << 20;
/// A single record longer than this is no record: lines do not end, or a quote was opened and never closed. It also
/// bounds what a small compressed file can grow to at a time.
const RECORD_LIMIT: usize = 16 << 20;

/// Cuts a stream at record ends. Each block starts at a record and holds whole records; the last one may lack its
/// final line end.
pub struct BlockReader<R> {
    stream: R,
    /// The byte between fields, where `"` quotes them.
    quoted_after: Option<u8>,
    /// The byte with which lines begin that are no records.
    comment: Option<u8>,
    carry: Vec<u8>,
    ended: bool,
    /// What ended the stream, once the whole records before it are handed out.
    failed: Option<io::Error>,
    block_bytes: usize,
}

impl<R: Read> BlockReader<R> {
    /// A reader for a stream in which `"` quotes fields, or does not.
    pub fn new(stream: R, quoting: bool, delimiter: u8) -> Self {
        let quoted_after = quoting.then_some(delimiter);
        Self {
            stream,
            quoted_after,
            comment: None,
            carry: Vec::new(),
            ended: false,
            failed: None,
            block_bytes: BLOCK_BYTES,
        }
    }

    /// The same for a stream with lines that are no records: their quotes quote nothing.
    #[must_use]
    pub fn with_comments(self, comment: Option<u8>) -> Self {
        Self { comment, ..self }
    }

    #[cfg(test)]
    fn with_block_bytes(mut self, block_bytes: usize) -> Self {
        self.block_bytes = block_bytes;
        self
    }

    /// The next block; `None` at the end. Whole records that came before an error are handed out before it.
    ///
    /// # Errors
    /// Those of the stream; [`io::ErrorKind::InvalidData`] for a record longer than 16 MiB, and for a quote that is never closed.
    pub fn next_block(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut block = std::mem::take(&mut self.carry);
        let mut target = self.block_bytes;
        loop {
            if !self.ended {
                block.reserve(target.saturating_sub(block.len()));
                let wanted = target.saturating_sub(block.len()) as u64;
                match (&mut self.stream).take(wanted).read_to_end(&mut block) {
                    Ok(read) => self.ended = (read as u64) < wanted,
                    Err(error) => {
                        let Some(end) = last_record_end(&block, self.quoted_after, self.comment).end else {
                            return Err(error);
                        };
                        block.truncate(end);
                        self.failed = Some(error);
                        return Ok(Some(block));
                    }
                }
            }
            let cut = last_record_end(&block, self.quoted_after, self.comment);
            if self.ended {
                return match cut {
                    Cut { quote_open: true, .. } => Err(invalid("a quote that is opened and never closed")),
                    Cut { .. } => Ok((!block.is_empty()).then_some(block)),
                };
            }
            if let Some(end) = cut.end {
                self.carry = block.split_off(end);
                return Ok(Some(block));
            }
            target *= 2;
            if target > RECORD_LIMIT {
                return Err(invalid(
                    "a record longer than 16 MiB: lines do not end, or a quote is opened and never closed",
                ));
            }
        }
    }
}

fn invalid(found: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, found)
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
fn last_record_end(block: &[u8], quoted_after: Option<u8>, comment: Option<u8>) -> Cut {
    let Some(delimiter) = quoted_after.filter(|_| memchr::memchr(b'"', block).is_some()) else {
        return Cut { end: memchr::memrchr(b'\n', block).map(|at| at + 1), quote_open: false };
    };
    let (mut inside, mut end, mut escaped) = (false, None, None);
    for at in memchr::memchr2_iter(b'"', b'\n', block) {
        match block[at] {
            _ if escaped == Some(at) => {}
            b'"' if inside && block.get(at + 1) == Some(&b'"') => escaped = Some(at + 1),
            b'"' if inside => inside = false,
            b'"' => {
                let line = &block[end.unwrap_or(0)..];
                let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
                let is_comment = comment.is_some() && line.first().copied() == comment;
                inside = !is_comment && starts_field(block, at, delimiter);
            }
            _ if !inside => end = Some(at + 1),
            _ => {}
        }
    }
    Cut { end, quote_open: inside }
}

fn starts_field(block: &[u8], at: usize, delimiter: u8) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| block.get(before)) else { return true };
    *before == delimiter || matches!(before, b'\n' | b'\r') || block[..at] == *b"\xEF\xBB\xBF"
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            let mut blocks = BlockReader::new(stream, true, b',');
            loop {
                match blocks.next_block() {
                    Ok(Some(_)) => {}
                    Ok(None) => return String::new(),
                    Err(error) => return error.to_string(),
                }
            }
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
            let mut blocks = BlockReader::new(stream.as_bytes(), true, b',').with_block_bytes(size);
            let mut parsed = Vec::new();
            let ended = loop {
                match blocks.next_block() {
                    Ok(Some(block)) => parsed.extend(records(&block)),
                    other => break other.is_ok(),
                }
            };
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
            let mut blocks = BlockReader::new(stream.as_bytes(), true, b',').with_block_bytes(size);
            let mut joined = Vec::new();
            while let Some(block) = blocks.next_block().unwrap() {
                prop_assert_eq!(last_record_end(&block, Some(b','), None).end, Some(block.len()));
                joined.extend(block);
            }
            prop_assert_eq!(joined, stream.into_bytes());
        }
    }
}
