//! The bytes of a CSV stream, piece by piece, in memory that is used again.

use std::io::{self, Read};
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes read at a time.
const PIECE_BYTES: usize = 1 << 20;
/// Room before a piece for what is left of the one before.
const HEAD_BYTES: usize = 1 << 16;

/// Text of a stream. Its memory is made once and read into again and again: new memory for every block costs zeroes and faults
/// of pages, some 4 % of a run.
#[derive(Debug, Default)]
pub struct Block {
    memory: Vec<u8>,
    text: Range<usize>,
}

impl Block {
    /// The text.
    pub fn text(&self) -> &[u8] {
        &self.memory[self.text.clone()]
    }

    /// Keeps the first so many bytes.
    pub(crate) fn truncate(&mut self, bytes: usize) {
        self.text.end = self.text.end.min(self.text.start + bytes);
    }

    /// Puts other text before its own.
    pub(crate) fn prepend(&mut self, before: &[u8]) {
        if let Some(start) = self.text.start.checked_sub(before.len()) {
            self.memory[start..self.text.start].copy_from_slice(before);
            self.text.start = start;
        } else {
            self.memory = [before, self.text()].concat();
            self.text = 0..self.memory.len();
        }
    }

    /// Reads so many bytes in place of its text, and fewer where the stream ends or fails.
    fn fill(&mut self, stream: &mut impl Read, bytes: usize) -> Then {
        let until = HEAD_BYTES + bytes;
        if self.memory.is_empty() {
            self.memory = vec![0; until]; // zeroes of the system: a small file touches little of it
        } else if self.memory.len() < until {
            self.memory.resize(until, 0);
        }
        self.text = HEAD_BYTES..HEAD_BYTES;
        while self.text.end < until {
            match stream.read(&mut self.memory[self.text.end..until]) {
                Ok(0) => return Then::End,
                Ok(read) => self.text.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Then::Failed(error),
            }
        }
        Then::More
    }
}

/// Blocks that are read no more, for whoever needs memory for the next.
#[derive(Debug, Default)]
pub struct SpareBlocks(Mutex<Vec<Block>>);

impl SpareBlocks {
    /// One of them, or a new one.
    pub fn take(&self) -> Block {
        self.blocks().pop().unwrap_or_default()
    }

    /// Adds one.
    pub fn give(&self, block: Block) {
        self.blocks().push(block);
    }

    fn blocks(&self) -> MutexGuard<'_, Vec<Block>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What comes after a piece.
#[derive(Debug)]
pub enum Then {
    /// Another one.
    More,
    /// The end of the stream.
    End,
    /// An error of the stream.
    Failed(io::Error),
}

/// Reads a stream piece by piece, wherever records end.
pub struct PieceReader<R> {
    stream: R,
    bytes: usize,
}

impl<R: Read> PieceReader<R> {
    /// For a stream.
    pub fn new(stream: R) -> Self {
        Self { stream, bytes: PIECE_BYTES }
    }

    #[cfg(test)]
    pub(crate) fn with_bytes(self, bytes: usize) -> Self {
        Self { bytes, ..self }
    }

    /// The next piece, in the memory of a block that is no longer needed; not to be asked after the end.
    pub fn next_piece(&mut self, mut block: Block) -> (Block, Then) {
        let then = block.fill(&mut self.stream, self.bytes);
        (block, then)
    }
}
