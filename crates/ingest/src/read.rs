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
use crate::rejected::RejectedBlocks;
use crate::row_rules::RowRules;
use crate::scatter::{Scatter, Scattered, keep_first};
use crate::spec::{RawIdentifiers, SourceSpec};
use crate::spill::SpillFile;
use crate::steady::Steady;
use crate::timestamp::TimeReader;
use crate::traits::DeliveryTraits;
use crate::waiting::{Place, Room, WaitingRows};
use hexodus_model::{Calendar, DayTraits, FaultCode, FileAudit, FileState, LocalDay, Locations, Rejections};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Blocks of one CSV file that may wait to be parsed; more are parsed by the thread that reads.
const BLOCKS_IN_FLIGHT: usize = 8;

/// Room is made in advance for at most this many rows: a footer may lie.
const ROWS_EXPECTED_LIMIT: usize = 1 << 22;

/// Rows of a CSV file that are collected before they are handed on as a part.
const PART_ROWS: usize = 1 << 20;

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
    room: Arc<Room>,
    holding: Holding,
    workers: Mutex<BTreeMap<usize, Vec<Worker>>>,
    progress: &'a (dyn Fn(u64) + Sync),
    accepted: &'a Accepted<'a>,
}

/// How accepted rows are held until they are settled.
#[derive(Clone, Debug)]
pub struct Holding {
    /// Ranges of subscribers they are split in.
    pub buckets: usize,
    /// Rows that may wait in memory; the others wait on disk.
    pub rows_in_memory: usize,
    /// Where they wait on disk: a confidential folder.
    pub spill_folder: PathBuf,
}
/// The reason for which a file (by path, and by the date it was delivered for) is taken in as far as it can be read,
/// though it cannot be trusted; `None` as a rule.
pub type Accepted<'a> = dyn Fn(&Path, Option<LocalDay>) -> Option<String> + Sync + 'a;

/// What could be read of a file, and whether it stopped before its end.
type PartsRead = (Vec<Scattered>, bool);

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
    /// Accepted rows by day.
    pub days: BTreeMap<LocalDay, WaitingRows>,
    /// The room in memory they take, until this is dropped.
    pub places: Vec<Place>,
    /// The first row of each fault, for messages.
    pub examples: BTreeMap<FaultCode, Example>,
    /// Rejected rows, for the quarantine.
    pub rejected: Rejections,
    /// What the accepted rows of the whole delivery say of their subscribers, by day, whole on its first new file: files
    /// share subscribers, so one set is smaller than many.
    pub traits: BTreeMap<LocalDay, DayTraits>,
}

impl<'a> Ingester<'a> {
    /// For one run: days by `calendar`, pseudonyms by `key`. `progress` is called with the number of rows just read.
    pub fn new(
        calendar: &'a Calendar,
        key: &'a PseudonymKey,
        h3_of_point: PointToH3,
        locations: Locations,
        holding: Holding,
        progress: &'a (dyn Fn(u64) + Sync),
    ) -> Self {
        Self {
            calendar,
            key,
            h3_of_point,
            locations: SharedLocations::new(locations),
            room: Arc::new(Room::new(holding.rows_in_memory)),
            holding: Holding { buckets: holding.buckets.max(1), ..holding },
            workers: Mutex::default(),
            progress,
            accepted: &|_, _| None,
        }
    }

    /// The same, for a run in which somebody said which files are good enough.
    #[must_use]
    pub fn accepting(self, accepted: &'a Accepted<'a>) -> Self {
        Self { accepted, ..self }
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
        let mut files: Result<Vec<FileRead>, Refusal> = files.into_iter().collect();
        let new =
            files.iter_mut().flatten().find_map(|file| if let FileRead::New(new) = file { Some(new) } else { None });
        if let Some(first) = new {
            first.traits = source.traits.finish(&source.rows.groups);
        }
        Ok(files)
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
    spill: SpillFile,
    traits: DeliveryTraits,
}

impl<'a> Source<'a> {
    fn new(ingester: &'a Ingester<'a>, spec: &'a SourceSpec, delivery: &Delivery) -> Result<Self, IngestError> {
        let mistake = |message: String| IngestError::Specification { source_id: spec.id.clone(), message };
        let time = TimeReader::of(&spec.time).map_err(mistake)?;
        let rows = RowRules::of(spec, ingester.calendar, delivery.day).map_err(mistake)?;
        Ok(Self {
            ingester,
            spec,
            number: delivery.source,
            file_day: delivery.day,
            time,
            rows,
            spill: SpillFile::new(&ingester.holding.spill_folder),
            traits: DeliveryTraits::default(),
        })
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
        Scatter::new(DayClock::new(self.ingester.calendar), self.file_day, self.ingester.holding.buckets, rows_expected)
    }

    fn finish_part(&self, scatter: Scatter<'_>, path: &Path) -> Result<Scattered, FileFault> {
        let mut part = scatter.finish();
        self.traits.absorb(std::mem::take(&mut part.traits));
        self.ingester.room.admit(&mut part, &self.spill).map_err(|error| {
            FileFault::of_file(path, "room for its rows in memory or in the store's folder", error.to_string())
        })?;
        Ok(part)
    }

    fn read_file(&self, file: &InputFile, known: &KnownFiles) -> Result<FileRead, Refusal> {
        let refuse = |fault: FileFault| Refusal { fault: Box::new(fault), days: self.file_day.into_iter().collect() };
        let unreadable =
            |error: io::Error| refuse(FileFault::of_file(&file.path, "a readable file", error.to_string()));
        let accept_reason = (self.ingester.accepted)(&file.path, self.file_day);
        let accepted = accept_reason.is_some();
        let facts = FileFacts::of(&file.path, self.spec);
        let read = || match file.encoding {
            Encoding::Parquet => self.read_parquet(&file.path, &facts, accepted).map_err(refuse),
            _ => self.read_csv(file, &facts, accepted),
        };
        let before = Steady::of(&file.path).map_err(unreadable)?;
        let size = before.size();
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
        before.check(&file.path).map_err(refuse)?;
        let (digest, size_bytes) = digest.map_err(unreadable)?;
        let (parts, in_part) = parts?;
        let audit = FileAudit {
            source_id: self.spec.id.clone(),
            file_name: file.path.display().to_string(),
            digest,
            size_bytes,
            state: if in_part { FileState::AcceptedInPart } else { FileState::Accepted },
            accept_reason: accept_reason.filter(|_| in_part),
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

    /// An `accepted` file that cannot be read to its end gives the row groups that can be read.
    fn read_parquet(&self, path: &Path, facts: &FileFacts, accepted: bool) -> Result<PartsRead, FileFault> {
        let named = self.spec.file.header != Some(false);
        let file = ParquetFile::open(path, |names| Columns::resolve(path, self.spec, names, named))?;
        let (rules, rejected) = (self.rules(facts), RejectedBlocks::default());
        let mut groups: Vec<Result<Scattered, FileFault>> = (0..file.row_groups())
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
                    rejected.keep(group, scatter.take_rejected());
                    self.finish_part(scatter, path)
                };
                // Some corrupt pages make the decoder panic; that must cost this file, not the run.
                catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
                    let found = format!("a corrupt page in row group {group}");
                    Err(FileFault::of_file(path, "readable Parquet pages", found))
                })
            })
            .collect();
        for (group, part) in groups.iter_mut().enumerate() {
            if let Ok(part) = part {
                part.rejected = rejected.take(group);
            }
        }
        if accepted && groups.iter().any(Result::is_ok) {
            let in_part = groups.iter().any(Result::is_err);
            return Ok((groups.into_iter().filter_map(Result::ok).collect(), in_part));
        }
        Ok((groups.into_iter().collect::<Result<_, _>>()?, false))
    }

    /// An `accepted` file that cannot be read to its end gives the whole records before that place.
    fn read_csv(&self, file: &InputFile, facts: &FileFacts, accepted: bool) -> Result<PartsRead, Refusal> {
        let refuse = |fault: FileFault| Refusal { fault: Box::new(fault), days: self.file_day.into_iter().collect() };
        let broken = |row: u64, error: &io::Error| refuse(stream_fault(&file.path, row, error));
        let stream = open_stream(&file.path).map_err(|error| broken(1, &error))?;
        let quoting = self.spec.file.quoting.unwrap_or(true);
        let mut blocks = BlockReader::new(stream, quoting, delimiter_of(&self.spec.file));
        let first = blocks.next_block().map_err(|error| broken(1, &error))?.unwrap_or_default();
        let CsvStart { layout, first_event: start, rows_before: header_rows } =
            start_of(&file.path, self.spec, &first).map_err(refuse)?;

        let collected = Collected::default();
        let (rules, waiting) = (self.rules(facts), AtomicUsize::new(0));
        let parse = |number: usize, block: &[u8]| {
            let mut batch = self.with_worker(|worker| parse_block(block, &layout, &rules, worker, 0));
            (self.ingester.progress)(batch.len() as u64);
            collected.note(number, batch.len() as u64, std::mem::take(&mut batch.examples));
            let mut scatter = collected.idle().pop().unwrap_or_else(|| self.scatter(0));
            scatter.push(batch);
            collected.rejected.keep(number, scatter.take_rejected());
            if scatter.rows() >= PART_ROWS {
                collected.parts().push(self.finish_part(scatter, &file.path));
            } else {
                collected.idle().push(scatter);
            }
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

    /// Puts the parts of a file together and refuses a file without any valid row.
    fn gather(&self, audit: FileAudit, parts: Vec<Scattered>, path: &Path) -> Result<FileOutcome, FileFault> {
        let mut outcome = FileOutcome {
            audit,
            days: BTreeMap::new(),
            places: Vec::new(),
            examples: BTreeMap::new(),
            rejected: Rejections::default(),
            traits: BTreeMap::new(),
        };
        let mut undated = hexodus_model::RowCounts::default();
        for part in parts {
            outcome.places.extend(part.place);
            for (day, buckets) in part.days {
                outcome.days.entry(day).or_default().add(buckets);
            }
            for (day, segments) in part.spilled {
                let waiting = outcome.days.entry(day).or_default();
                for (bucket, segment) in segments {
                    waiting.add_spilled(bucket, segment);
                }
            }
            for (day, counts) in part.counts {
                outcome.audit.days.entry(day).or_default().add(&counts);
            }
            undated.add(&part.undated);
            outcome.rejected.append(&part.rejected, 0);
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
            outcome.rejected.settle_day(day);
        }
        for day in outcome.rejected.rows().iter().filter_map(|(row, _)| row.day) {
            outcome.audit.days.entry(day).or_default().quarantined += 1;
        }
        Ok(outcome)
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
