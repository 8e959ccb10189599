//! The rows as operators deliver them: a folder a day, a few files in it, each a part of the day.

mod csv;
mod parquet;
mod row_text;

use crate::day::DayDraw;
use crate::dirt::HeldRow;
use crate::error::{SynthError, at};
use crate::options::{DumpFormat, SynthOptions};
use crate::row::Row;
use crate::summary::Summary;
use crate::world::World;
use csv::CsvDump;
use hexodus_model::LocalDay;
use parquet::ParquetDump;
use row_text::RowText;
use std::path::{Path, PathBuf};

/// Columns of every dump; all of them hold text.
pub(crate) const COLUMNS: [&str; 4] = ["sim", "when", "tower", "kind"];

/// Writes `dumps/<day>/events-<nn>`: file `nn` holds an equal part of the day. Rows held back from earlier days come
/// first, in the first file; all are in order of time, subscribers interleaved.
pub(crate) struct Dumps {
    folder: PathBuf,
    format: DumpFormat,
    files_per_day: u32,
    text: RowText,
}

impl Dumps {
    pub(crate) fn new(folder: &Path, options: &SynthOptions, world: &World) -> Self {
        let text = RowText::new(world.id_key, world.network.radio_cells);
        Self { folder: folder.to_owned(), format: options.format, files_per_day: options.files_per_day, text }
    }

    /// Delivers a day, `held` being the rows of earlier days that are due, and counts what was delivered.
    pub(crate) fn deliver(
        &mut self,
        day: LocalDay,
        draw: &DayDraw,
        held: &[HeldRow],
        summary: &mut Summary,
    ) -> Result<(), SynthError> {
        let folder = self.folder.join(day.to_string());
        std::fs::create_dir_all(&folder).map_err(at(&folder))?;
        let mut rest = draw.rows.as_slice();
        for number in 0..self.files_per_day {
            let until_s = 86_400 * (number + 1) / self.files_per_day;
            let (part, later) = rest.split_at(rest.partition_point(|row| row.second() < until_s));
            rest = later;
            let path = folder.join(format!("events-{number:02}.{}", self.format.extension()));
            let due = if number == 0 { held } else { &[] };
            self.write(&path, day, due, part)?;
        }
        count(day, draw, held, summary);
        summary.files += u64::from(self.files_per_day);
        Ok(())
    }

    fn write(&mut self, path: &Path, day: LocalDay, held: &[HeldRow], rows: &[Row]) -> Result<(), SynthError> {
        let mut file = match self.format {
            DumpFormat::CsvGz => DumpFile::Csv(Box::new(CsvDump::create(path)?)),
            DumpFormat::Parquet => DumpFile::Parquet(Box::new(ParquetDump::create(path)?)),
        };
        for late in held {
            file.row(&mut self.text, late.day, late.row)?;
        }
        for &row in rows {
            file.row(&mut self.text, day, row)?;
        }
        file.finish()
    }
}

fn count(day: LocalDay, draw: &DayDraw, held: &[HeldRow], summary: &mut Summary) {
    let neighbouring_day = held.iter().filter(|late| late.day.next() == day).count() as u64;
    summary.rows += (held.len() + draw.rows.len()) as u64;
    summary.silent_events += draw.silent_events;
    summary.dirt.duplicates += draw.dirt.duplicates;
    summary.dirt.unknown_radio_cell += draw.dirt.unknown_radio_cell;
    summary.dirt.unparsable_time += draw.dirt.unparsable_time;
    summary.dirt.neighbouring_day += neighbouring_day;
    summary.dirt.late += held.len() as u64 - neighbouring_day;
}

enum DumpFile {
    Csv(Box<CsvDump>),
    Parquet(Box<ParquetDump>),
}

impl DumpFile {
    #[inline]
    fn row(&mut self, text: &mut RowText, day: LocalDay, row: Row) -> Result<(), SynthError> {
        match self {
            Self::Csv(file) => file.row(text, day, row),
            Self::Parquet(file) => file.row(text, day, row),
        }
    }

    fn finish(self) -> Result<(), SynthError> {
        match self {
            Self::Csv(file) => file.finish(),
            Self::Parquet(file) => file.finish(),
        }
    }
}
