//! A dump as gzipped CSV.

use super::COLUMNS;
use super::row_text::{RowText, WHEN_BYTES};
use crate::error::SynthError;
use crate::row::{Flaw, Row};
use crate::text::TextFile;
use hexodus_model::LocalDay;
use std::path::Path;

/// Where the columns of a proper row begin; all but the last are of one width.
const WHEN_AT: usize = 17;
const TOWER_AT: usize = WHEN_AT + WHEN_BYTES + 1;
const KIND_AT: usize = TOWER_AT + 16;

/// One CSV file under construction.
pub(super) struct CsvDump {
    file: TextFile,
    /// A row with its commas in place.
    line: [u8; KIND_AT + 8],
}

impl CsvDump {
    pub(super) fn create(path: &Path) -> Result<Self, SynthError> {
        let file = TextFile::gzip(path, &COLUMNS.join(","))?;
        let mut line = [b','; KIND_AT + 8];
        line[KIND_AT..].fill(b'\n');
        Ok(Self { file, line })
    }

    #[inline]
    pub(super) fn row(&mut self, text: &mut RowText, day: LocalDay, row: Row) -> Result<(), SynthError> {
        if row.flaw() == Flaw::UnparsableTime {
            return self.broken_row(text, day, row);
        }
        let kind = RowText::kind(row).as_bytes();
        let end = KIND_AT + kind.len();
        self.line[..16].copy_from_slice(&text.sim(row));
        self.line[WHEN_AT..WHEN_AT + WHEN_BYTES].copy_from_slice(text.when(day, row));
        self.line[TOWER_AT..TOWER_AT + 15].copy_from_slice(&text.tower(row));
        self.line[KIND_AT..end].copy_from_slice(kind);
        self.line[end] = b'\n';
        self.file.bytes(&self.line[..=end])
    }

    #[cold]
    fn broken_row(&mut self, text: &mut RowText, day: LocalDay, row: Row) -> Result<(), SynthError> {
        let when = text.broken_when(day, row);
        let (sim, tower) = (text.sim(row), text.tower(row));
        let [sim, tower] = [sim.as_slice(), tower.as_slice()].map(String::from_utf8_lossy);
        self.file.line(format_args!("{sim},{when},{tower},{}", RowText::kind(row)))
    }

    pub(super) fn finish(self) -> Result<(), SynthError> {
        self.file.finish()
    }
}
