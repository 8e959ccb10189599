//! The accepted rows of one delivery, dealt out to shards: one file, so that a thousand shards are no thousand files.
//!
//! ```text
//! file  = chunk*                       rows as they came, some four million a chunk
//! chunk = block of shard 0, of shard 1, …, of shard N-1
//! block = (file: u32, day: i32, rows: u64, row*)*
//! row   = pseudonym: u64, value: u64   little-endian; the value is a moment, or traits where `file` is TRAITS
//! ```
//!
//! A task of a shard reads its blocks and no others; each has a digest, which the record of the delivery keeps.

use crate::error::StoreError;
use hexodus_model::{LocalDay, SubscriberId};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Rows gathered before they are written: 64 MiB.
const CHUNK_ROWS: usize = 1 << 22;
/// In place of the number of a file: what the whole delivery says of its subscribers.
pub const TRAITS: u32 = u32::MAX;
const HEADER: usize = 16;
const ROW: usize = 16;

/// Where the blocks of each shard are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedRows {
    chunks: Vec<Chunk>,
}

/// By shard, where its block ends and the BLAKE3 of its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Chunk {
    start: u64,
    ends: Vec<u64>,
    digests: Vec<String>,
}

/// Rows of one file and day: a pseudonym, and a moment or traits.
pub struct RowBlock {
    /// Number of the file in its delivery, or [`TRAITS`].
    pub file: u32,
    /// Local day.
    pub day: LocalDay,
    /// Unsorted.
    pub rows: Vec<(SubscriberId, u64)>,
}

/// Deals rows out to shards.
pub struct RowsWriter {
    file: File,
    end: u64,
    shards: Vec<Vec<RowBlock>>,
    held: usize,
    written: StagedRows,
}

impl RowsWriter {
    /// Into a new file, for so many shards.
    pub fn new(file: File, shards: u16) -> Self {
        let shards = (0..shards).map(|_| Vec::new()).collect();
        Self { file, end: 0, shards, held: 0, written: StagedRows::default() }
    }

    /// Adds rows of a file and day; `shard` says whose a row is.
    ///
    /// # Errors
    /// When a chunk cannot be written.
    pub fn add(
        &mut self,
        (file, day): (u32, LocalDay),
        rows: impl IntoIterator<Item = (SubscriberId, u64)>,
        shard: impl Fn(SubscriberId) -> u16,
    ) -> io::Result<()> {
        for row in rows {
            let blocks = &mut self.shards[usize::from(shard(row.0))];
            match blocks.last_mut().filter(|own| (own.file, own.day) == (file, day)) {
                Some(block) => block.rows.push(row),
                None => blocks.push(RowBlock { file, day, rows: vec![row] }),
            }
            self.held += 1;
        }
        if self.held >= CHUNK_ROWS { self.flush() } else { Ok(()) }
    }

    /// Writes what is left, brings it to the disk, and tells where everything is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<StagedRows> {
        self.flush()?;
        self.file.sync_all()?;
        Ok(self.written)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held == 0 {
            return Ok(());
        }
        let mut chunk = Chunk { start: self.end, ..Chunk::default() };
        for blocks in &mut self.shards {
            let bytes = encode(&std::mem::take(blocks));
            self.file.write_all(&bytes)?;
            self.end += bytes.len() as u64;
            chunk.ends.push(self.end);
            chunk.digests.push(blake3::hash(&bytes).to_hex().to_string());
        }
        self.written.chunks.push(chunk);
        self.held = 0;
        Ok(())
    }
}

fn encode(blocks: &[RowBlock]) -> Vec<u8> {
    let rows: usize = blocks.iter().map(|block| block.rows.len()).sum();
    let mut bytes = Vec::with_capacity(blocks.len() * HEADER + rows * ROW);
    for block in blocks {
        bytes.extend(block.file.to_le_bytes());
        bytes.extend(block.day.0.to_le_bytes());
        bytes.extend((block.rows.len() as u64).to_le_bytes());
        for (subscriber, value) in &block.rows {
            bytes.extend(subscriber.bits().to_le_bytes());
            bytes.extend(value.to_le_bytes());
        }
    }
    bytes
}

impl StagedRows {
    /// Reads the rows of a shard, chunk by chunk.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the file is missing, or its bytes are not those that were written.
    pub fn read(&self, path: &Path, shard: u16) -> Result<Vec<RowBlock>, StoreError> {
        if self.chunks.is_empty() {
            return Ok(Vec::new());
        }
        let file = File::open(path).map_err(|error| StoreError::damaged(path, error))?;
        let mut blocks = Vec::new();
        for chunk in &self.chunks {
            let own = chunk.range(usize::from(shard));
            let (start, end, digest) = own.ok_or_else(|| StoreError::damaged(path, "no such shard in its record"))?;
            let mut bytes = vec![0; usize::try_from(end - start).unwrap_or_default()];
            file.read_exact_at(&mut bytes, start).map_err(|error| StoreError::damaged(path, error))?;
            if blake3::hash(&bytes).to_hex().as_str() != digest {
                return Err(StoreError::damaged(path, "its bytes are not those that were written"));
            }
            decode(&bytes, &mut blocks).ok_or_else(|| StoreError::damaged(path, "not rows of a delivery"))?;
        }
        Ok(blocks)
    }
}

impl Chunk {
    fn range(&self, shard: usize) -> Option<(u64, u64, &str)> {
        let start = if shard == 0 { self.start } else { *self.ends.get(shard - 1)? };
        let end = *self.ends.get(shard)?;
        (start <= end).then_some((start, end, self.digests.get(shard)?.as_str()))
    }
}

fn decode(mut bytes: &[u8], blocks: &mut Vec<RowBlock>) -> Option<()> {
    let word = |pair: &[u8]| Some(u64::from_le_bytes(pair.try_into().ok()?));
    while let Some((header, rest)) = bytes.split_at_checked(HEADER) {
        let file = u32::from_le_bytes(header[..4].try_into().ok()?);
        let day = LocalDay(i32::from_le_bytes(header[4..8].try_into().ok()?));
        let rows = usize::try_from(word(&header[8..])?).ok()?;
        let (own, rest) = rest.split_at_checked(rows.checked_mul(ROW)?)?;
        let row = |pair: &[u8]| Some((SubscriberId::from_pseudonym(word(&pair[..8])?), word(&pair[8..])?));
        blocks.push(RowBlock { file, day, rows: own.chunks_exact(ROW).map(row).collect::<Option<_>>()? });
        bytes = rest;
    }
    bytes.is_empty().then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shard_reads_its_own_rows_and_notices_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.bin");
        let mut writer = RowsWriter::new(File::create(&path).unwrap(), 3);
        let who = SubscriberId::from_pseudonym;
        let shard = |own: SubscriberId| (own.bits() % 3) as u16;
        writer.add((0, LocalDay(7)), (0..6).map(|id| (who(id), id * 10)), shard).unwrap();
        writer.flush().unwrap();
        writer.add((1, LocalDay(8)), [(who(4), 1)], shard).unwrap();
        writer.add((TRAITS, LocalDay(8)), [(who(4), 2)], shard).unwrap();
        let rows = writer.finish().unwrap();
        let told = |shard| -> Vec<_> {
            let blocks = rows.read(&path, shard).unwrap().into_iter();
            blocks.map(|own| (own.file, own.day.0, own.rows.iter().map(|row| row.1).collect::<Vec<_>>())).collect()
        };
        assert_eq!(told(0), [(0, 7, vec![0, 30])]);
        assert_eq!(told(1), [(0, 7, vec![10, 40]), (1, 8, vec![1]), (TRAITS, 8, vec![2])]);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[20] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        assert!(rows.read(&path, 0).is_err() && rows.read(&path, 2).is_ok(), "who has other blocks goes on");
    }
}
