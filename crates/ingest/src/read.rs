//! One delivery, all files, all cores: from files to scattered rows and their account.

use crate::batch::{Example, FileFacts, PointToH3, Rules, Worker};
use crate::columns::Columns;
use crate::csv_block::BlockReader;
use crate::csv_layout::{CsvStart, delimiter_of, start_of};
use crate::csv_rows::parse_block;
use crate::day_clock::DayClock;
use crate::digest::digest_file;
use crate::discover::{Delivery, Encoding, InputFile};
use crate::error::{FileFault, IngestError};
use crate::id_rules::{IdReader, IdRules};
use crate::intern::{Interner, SharedLocations};
use crate::key::PseudonymKey;
use crate::parquet_rows::ParquetFile;
use crate::pseudonym::Pseudonymiser;
use crate::row_rules::RowRules;
use crate::scatter::{DayBuckets, Scatter, Scattered, keep_first};
use crate::spec::{RawIdentifiers, SourceSpec};
use crate::timestamp::TimeReader;
use hexodus_model::{Calendar, FaultCode, FileAudit, LocalDay, Locations};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Blocks of one CSV file that may wait to be parsed; more are parsed by the thread that reads.
const BLOCKS_IN_FLIGHT: usize = 8;

/// Room is made in advance for at most this many rows: a footer may lie.
const ROWS_EXPECTED_LIMIT: usize = 1 << 22;

/// Files accepted before, by what recognises them.
#[derive(Clone, Debug, Default)]
pub struct KnownFiles {
    digests: HashSet<String>,
    sizes: HashSet<u64>,
}

impl KnownFiles {
    /// Adds a file by its digest and size in bytes.
    pub fn add(&mut self, digest: &str, size_bytes: u64) {
        self.digests.insert(digest.to_owned());
        self.sizes.insert(size_bytes);
    }

    /// Whether a file with this digest was accepted.
    pub fn contains(&self, digest: &str) -> bool {
        self.digests.contains(digest)
    }

    /// Whether a file of this size may have been accepted.
    fn may_contain(&self, size_bytes: u64) -> bool {
        self.sizes.contains(&size_bytes)
    }
}

/// Reads deliveries. Lives as long as a run, so that locations and hashed ids are remembered from file to file.
pub struct Ingester<'a> {
    calendar: &'a Calendar,
    key: &'a PseudonymKey,
    h3_of_point: PointToH3,
    locations: SharedLocations,
    buckets: usize,
    workers: Mutex<BTreeMap<usize, Vec<Worker>>>,
    progress: &'a (dyn Fn(u64) + Sync),
}

/// What came of one file of a delivery.
#[derive(Debug)]
pub enum FileRead {
    /// Its bytes were accepted before, under whatever name: nothing to do.
    Known,
    /// Read.
    New(Box<FileOutcome>),
}

/// A file that cannot be trusted: its delivery is not stored.
#[derive(Debug)]
pub struct Refusal {
    /// Why.
    pub fault: Box<FileFault>,
    /// The local days the file is known to have rows of: its own by name, else those of the part that could be read.
    pub days: BTreeSet<LocalDay>,
}

/// One file, read: its account (located, unlocated and duplicates still to be told apart) and its rows.
#[derive(Debug)]
pub struct FileOutcome {
    /// The account so far.
    pub audit: FileAudit,
    /// Accepted rows by day; one entry a part of the file, each split in buckets.
    pub days: BTreeMap<LocalDay, Vec<DayBuckets>>,
    /// The first row of each fault, for messages.
    pub examples: BTreeMap<FaultCode, Example>,
}

impl<'a> Ingester<'a> {
    /// For one run: days by `calendar`, pseudonyms by `key`, rows split in `buckets` ranges of subscribers. `progress`
    /// is called with the number of rows just read.
    pub fn new(
        calendar: &'a Calendar,
        key: &'a PseudonymKey,
        h3_of_point: PointToH3,
        locations: Locations,
        buckets: usize,
        progress: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        Self {
            calendar,
            key,
            h3_of_point,
            locations: SharedLocations::new(locations),
            buckets: buckets.max(1),
            workers: Mutex::default(),
            progress,
        }
    }

    /// All locations seen so far.
    pub fn locations(&self) -> Locations {
        self.locations.snapshot()
    }

    /// Reads all files of a delivery, in path order; those in `known` are not read again.
    ///
    /// # Errors
    /// Outer: the source itself cannot be followed. Inner: the first file (in path order) that cannot be trusted, so
    /// the delivery must not be stored.
    pub fn read(
        &self,
        delivery: &Delivery,
        spec: &SourceSpec,
        known: &KnownFiles,
    ) -> Result<Result<Vec<FileRead>, Refusal>, IngestError> {
        let source = Source::new(self, spec, delivery)?;
        let files: Vec<_> = delivery.files.par_iter().map(|file| source.read_file(file, known)).collect();
        Ok(files.into_iter().collect())
    }
}

/// One source of one run: its rules, and workers to borrow.
struct Source<'a> {
    ingester: &'a Ingester<'a>,
    spec: &'a SourceSpec,
    number: usize,
    file_day: Option<LocalDay>,
    time: TimeReader,
    rows: RowRules,
}

impl<'a> Source<'a> {
    fn new(ingester: &'a Ingester<'a>, spec: &'a SourceSpec, delivery: &Delivery) -> Result<Self, IngestError> {
        let mistake = |message: String| IngestError::Specification { source_id: spec.id.clone(), message };
        let time = TimeReader::of(&spec.time).map_err(mistake)?;
        let rows = RowRules::of(spec, ingester.calendar, delivery.day).map_err(mistake)?;
        Ok(Self { ingester, spec, number: delivery.source, file_day: delivery.day, time, rows })
    }

    fn rules<'r>(&'r self, file: &'r FileFacts) -> Rules<'r> {
        let Ingester { locations, h3_of_point, .. } = self.ingester;
        Rules { locations, h3_of_point: *h3_of_point, rows: &self.rows, file }
    }

    fn with_worker<T>(&self, work: impl FnOnce(&mut Worker) -> T) -> T {
        let pool = || self.ingester.workers.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = pool().entry(self.number).or_default().pop();
        let mut worker = idle.unwrap_or_else(|| Worker {
            pseudonyms: Pseudonymiser::new(self.ingester.key, IdRules::shared_epoch(&self.spec.identity)),
            interner: Interner::default(),
            time: self.time.clone(),
            ids: IdReader::default(),
        });
        let result = work(&mut worker);
        pool().entry(self.number).or_default().push(worker);
        result
    }

    fn scatter(&self, rows_expected: usize) -> Scatter<'_> {
        Scatter::new(DayClock::new(self.ingester.calendar), self.file_day, self.ingester.buckets, rows_expected)
    }

    fn read_file(&self, file: &InputFile, known: &KnownFiles) -> Result<FileRead, Refusal> {
        let refuse = |fault: FileFault| Refusal { fault: Box::new(fault), days: self.file_day.into_iter().collect() };
        let unreadable =
            |error: io::Error| refuse(FileFault::of_file(&file.path, "a readable file", error.to_string()));
        let facts = FileFacts::of(&file.path, self.spec);
        let read = || match file.encoding {
            Encoding::Parquet => self.read_parquet(&file.path, &facts).map_err(refuse),
            _ => self.read_csv(file, &facts),
        };
        let size = file.path.metadata().map_err(unreadable)?.len();
        if size == 0 {
            return Err(refuse(FileFault::of_file(&file.path, "events", "an empty file (0 bytes)")));
        }
        // A size never seen is a file never seen: it is parsed while it is hashed.
        let (digest, parts) = if known.may_contain(size) {
            let digest = digest_file(&file.path);
            if digest.as_ref().is_ok_and(|(digest, _)| known.contains(digest)) {
                return Ok(FileRead::Known);
            }
            (digest, read())
        } else {
            rayon::join(|| digest_file(&file.path), read)
        };
        let (digest, size_bytes) = digest.map_err(unreadable)?;
        let parts = parts?;
        let audit = FileAudit {
            source_id: self.spec.id.clone(),
            file_name: file.path.display().to_string(),
            digest,
            size_bytes,
            ..FileAudit::default()
        };
        let outcome =
            self.gather(audit, parts, &file.path).and_then(|outcome| self.check_ids(outcome, &facts, &file.path));
        outcome.map(|outcome| FileRead::New(Box::new(outcome))).map_err(refuse)
    }

    /// Ids that look like phone or subscriber numbers (code 208): told, or the file refused. No id is ever shown.
    fn check_ids(&self, mut outcome: FileOutcome, facts: &FileFacts, path: &Path) -> Result<FileOutcome, FileFault> {
        let Some(rows) = facts.ids.alarming() else { return Ok(outcome) };
        let expected = "ids that are pseudonyms (numeric_pseudonyms = true of [source.identity] says that numbers are)";
        let found = "99 % or more of 8 to 15 digits, like phone numbers, IMSI or IMEI";
        if self.spec.identity.raw_identifiers == Some(RawIdentifiers::Error) {
            return Err(FileFault::of_file(path, expected, found).at_column("user_id"));
        }
        let day = self.file_day.unwrap_or_else(|| busiest_day(&outcome.audit));
        let counts = outcome.audit.days.entry(day).or_default();
        *counts.flagged.entry(FaultCode::RawIdentifier).or_default() += rows;
        let example = Example { row: 1, column: "user_id".into(), expected: expected.into(), found: found.into() };
        keep_first(&mut outcome.examples, FaultCode::RawIdentifier, example);
        Ok(outcome)
    }

    fn read_parquet(&self, path: &Path, facts: &FileFacts) -> Result<Vec<Scattered>, FileFault> {
        let named = self.spec.file.header != Some(false);
        let file = ParquetFile::open(path, |names| Columns::resolve(path, self.spec, names, named))?;
        let rules = self.rules(facts);
        (0..file.row_groups())
            .into_par_iter()
            .map(|group| {
                let read = || {
                    let mut scatter = self.scatter(file.rows_in(group).min(ROWS_EXPECTED_LIMIT));
                    self.with_worker(|worker| {
                        file.read_group(group, &rules, worker, |batch| {
                            (self.ingester.progress)(batch.len() as u64);
                            scatter.push(batch);
                        })
                    })?;
                    Ok(scatter.finish())
                };
                // Some corrupt pages make the decoder panic; that must cost this file, not the run.
                catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
                    let found = format!("a corrupt page in row group {group}");
                    Err(FileFault::of_file(path, "readable Parquet pages", found))
                })
            })
            .collect()
    }

    fn read_csv(&self, file: &InputFile, facts: &FileFacts) -> Result<Vec<Scattered>, Refusal> {
        let refuse = |fault: FileFault| Refusal { fault: Box::new(fault), days: self.file_day.into_iter().collect() };
        let broken = |row: u64, error: &io::Error| refuse(stream_fault(&file.path, row, error));
        let stream = open_stream(&file.path).map_err(|error| broken(1, &error))?;
        let quoting = self.spec.file.quoting.unwrap_or(true);
        let mut blocks = BlockReader::new(stream, quoting, delimiter_of(&self.spec.file));
        let first = blocks.next_block().map_err(|error| broken(1, &error))?.unwrap_or_default();
        let CsvStart { layout, first_event: start, rows_before: header_rows } =
            start_of(&file.path, self.spec, &first).map_err(refuse)?;

        let (rules, parts, waiting) = (self.rules(facts), Mutex::new(Vec::new()), AtomicUsize::new(0));
        let parse = |number: usize, block: &[u8]| {
            let batch = self.with_worker(|worker| parse_block(block, &layout, &rules, worker, 0));
            let rows = batch.len() as u64;
            (self.ingester.progress)(rows);
            let mut scatter = self.scatter(batch.len());
            scatter.push(batch);
            parts.lock().unwrap_or_else(PoisonError::into_inner).push((number, rows, scatter.finish()));
        };
        let parse = &parse;
        let waiting = &waiting;
        let ended: io::Result<()> = rayon::in_place_scope(|scope| {
            let mut next = Some(first[start..].to_vec());
            let mut number = 0;
            while let Some(block) = next {
                if waiting.load(Ordering::Acquire) < BLOCKS_IN_FLIGHT {
                    waiting.fetch_add(1, Ordering::AcqRel);
                    scope.spawn(move |_| {
                        parse(number, &block);
                        waiting.fetch_sub(1, Ordering::AcqRel);
                    });
                } else {
                    parse(number, &block);
                }
                number += 1;
                next = blocks.next_block()?;
            }
            Ok(())
        });
        let mut parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        parts.sort_unstable_by_key(|&(number, ..)| number);
        let mut row = header_rows + 1;
        let parts: Vec<Scattered> = parts
            .into_iter()
            .map(|(_, rows, mut part)| {
                part.examples.values_mut().for_each(|example| example.row += row);
                row += rows;
                part
            })
            .collect();
        ended.map_err(|error| {
            let mut refusal = broken(row, &error);
            if self.file_day.is_none() {
                refusal.days.extend(parts.iter().flat_map(|part| part.days.keys()));
            }
            refusal
        })?;
        Ok(parts)
    }

    /// Puts the parts of a file together and refuses a file without any valid row.
    fn gather(&self, audit: FileAudit, parts: Vec<Scattered>, path: &Path) -> Result<FileOutcome, FileFault> {
        let mut outcome = FileOutcome { audit, days: BTreeMap::new(), examples: BTreeMap::new() };
        let mut undated = hexodus_model::RowCounts::default();
        for part in parts {
            for (day, buckets) in part.days {
                outcome.days.entry(day).or_default().push(buckets);
            }
            for (day, counts) in part.counts {
                outcome.audit.days.entry(day).or_default().add(&counts);
            }
            undated.add(&part.undated);
            for (code, example) in part.examples {
                keep_first(&mut outcome.examples, code, example);
            }
            if let Some([first, last]) = part.span {
                let audit = &mut outcome.audit;
                audit.first_event = Some(audit.first_event.map_or(first, |before| before.min(first)));
                audit.last_event = Some(audit.last_event.map_or(last, |before| before.max(last)));
            }
        }
        if outcome.days.is_empty() {
            let mut total = outcome.audit.total();
            total.add(&undated);
            return Err(no_valid_row(path, &total, &outcome.examples));
        }
        if undated.read > 0 {
            let day = self.file_day.unwrap_or_else(|| busiest_day(&outcome.audit));
            outcome.audit.days.entry(day).or_default().add(&undated);
        }
        Ok(outcome)
    }
}

/// The day with most rows; the earliest of several.
fn busiest_day(audit: &FileAudit) -> LocalDay {
    let by_rows = audit.days.iter().max_by_key(|(day, counts)| (counts.read, std::cmp::Reverse(**day)));
    by_rows.map_or(LocalDay(0), |(day, _)| *day)
}

fn no_valid_row(path: &Path, total: &hexodus_model::RowCounts, examples: &BTreeMap<FaultCode, Example>) -> FileFault {
    if total.read == 0 {
        return FileFault::of_file(path, "events after the header", "no row");
    }
    let reasons: Vec<String> = total.rejected.iter().map(|(code, rows)| format!("{rows} {}", code.name())).collect();
    let found = format!("no valid row among {} ({})", total.read, reasons.join(", "));
    match examples.values().min_by_key(|example| example.row) {
        Some(example) => {
            let found = format!("{}; {found}", example.found);
            FileFault::of_file(path, &example.expected, found).at_row(example.row).at_column(&example.column)
        }
        None => FileFault::of_file(path, "events", found),
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
    let expected = match Encoding::of(path) {
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
