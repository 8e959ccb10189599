//! A CSV stream, cut into blocks of whole records, so that blocks can be parsed on all cores.

use std::io::{self, Read};

/// Bytes read at a time.
pub const BLOCK_BYTES: usize = 4 << 20;
/// A single record longer than this is no record: a quote was opened and never closed.
const RECORD_LIMIT: usize = 64 << 20;

/// Cuts a stream at record ends. Each block starts at a record and holds whole records; the last one may lack its
/// final line end.
pub struct BlockReader<R> {
    stream: R,
    quoting: bool,
    carry: Vec<u8>,
    ended: bool,
    /// What ended the stream, once the whole records before it are handed out.
    failed: Option<io::Error>,
    block_bytes: usize,
}

impl<R: Read> BlockReader<R> {
    /// A reader for a stream in which `"` quotes fields, or does not.
    pub fn new(stream: R, quoting: bool) -> Self {
        Self { stream, quoting, carry: Vec::new(), ended: false, failed: None, block_bytes: BLOCK_BYTES }
    }

    #[cfg(test)]
    fn with_block_bytes(mut self, block_bytes: usize) -> Self {
        self.block_bytes = block_bytes;
        self
    }

    /// The next block; `None` at the end. Whole records that came before an error are handed out before it.
    ///
    /// # Errors
    /// Those of the stream; [`io::ErrorKind::InvalidData`] for a record longer than 64 MiB.
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
                        let Some(end) = last_record_end(&block, self.quoting) else { return Err(error) };
                        block.truncate(end);
                        self.failed = Some(error);
                        return Ok(Some(block));
                    }
                }
            }
            if self.ended {
                return Ok((!block.is_empty()).then_some(block));
            }
            if let Some(end) = last_record_end(&block, self.quoting) {
                self.carry = block.split_off(end);
                return Ok(Some(block));
            }
            target *= 2;
            if target > RECORD_LIMIT {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "one record is longer than 64 MiB: a quote is opened and never closed, or lines do not end",
                ));
            }
        }
    }
}

/// One past the last line end that is not inside quotes. The block starts outside quotes.
fn last_record_end(block: &[u8], quoting: bool) -> Option<usize> {
    if !quoting || memchr::memchr(b'"', block).is_none() {
        return memchr::memrchr(b'\n', block).map(|at| at + 1);
    }
    let (mut inside, mut end) = (false, None);
    for at in memchr::memchr2_iter(b'"', b'\n', block) {
        match block[at] {
            b'"' => inside = !inside,
            _ if !inside => end = Some(at + 1),
            _ => {}
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_end_inside_quotes_does_not_end_a_record() {
        assert_eq!(last_record_end(b"a,b\nc,\"d\ne", true), Some(4));
        assert_eq!(last_record_end(b"a,b\nc,\"d\ne", false), Some(9));
        assert_eq!(last_record_end(b"\"a\n", true), None);
    }

    proptest! {
        #[test]
        fn blocks_are_the_stream_cut_at_record_ends(
            records in prop::collection::vec("[a-z]{0,9}(,\"[a-z\n]{0,9}\")?", 0..60), size in 1usize..40,
        ) {
            let stream = records.join("\n") + "\n";
            let mut blocks = BlockReader::new(stream.as_bytes(), true).with_block_bytes(size);
            let mut joined = Vec::new();
            while let Some(block) = blocks.next_block().unwrap() {
                prop_assert_eq!(last_record_end(&block, true), Some(block.len()));
                joined.extend(block);
            }
            prop_assert_eq!(joined, stream.into_bytes());
        }
    }
}
