//! One delivery, all files, all cores: from files to scattered rows and their account.

use crate::batch::{Example, FileFacts, PointToH3, Rules, Worker};
use crate::columns::Columns;
use crate::csv_block::SpareBlocks;
use crate::day_clock::DayClock;
use crate::digest::digest_file;
use crate::discover::{Delivery, Encoding, InputFile};
use crate::error::{FileFault, IngestError};
use crate::id_rules::{IdReader, IdRules};
use crate::intern::{Interner, SharedLocations};
use crate::key::PseudonymKey;
use crate::keyed_hash::KeyedHash;
use crate::known_files::{FilesSeen, KnownFiles, Recognised};
use crate::parquet_rows::ParquetFile;
use crate::pseudonym::Pseudonymiser;
use crate::rejected::RejectedBlocks;
use crate::row_rules::RowRules;
use crate::scatter::{Scatter, Scattered};
use crate::spec::SourceSpec;
use crate::spill::SpillFile;
use crate::steady::Steady;
use crate::timestamp::TimeReader;
use crate::traits::{DeliveryTraits, TooMany};
use crate::waiting::{Place, Room, WaitingRows};
use hexodus_model::{Calendar, DayTraits, FaultCode, FileAudit, FileState, LocalDay, Locations, Rejections, SeenFile};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Room is made in advance for at most this many rows: a footer may lie.
const ROWS_EXPECTED_LIMIT: usize = 1 << 22;

/// Reads deliveries. Lives as long as a run, so that locations and hashed ids are remembered from file to file.
pub struct Ingester<'a> {
    calendar: &'a Calendar,
    key: &'a PseudonymKey,
    h3_of_point: PointToH3,
    locations: SharedLocations,
    room: Arc<Room>,
    holding: Holding,
    workers: Mutex<BTreeMap<usize, Vec<Worker>>>,
    /// Blocks of CSV that are parsed: their memory is for the next ones.
    pub(crate) spare_blocks: SpareBlocks,
    pub(crate) progress: &'a (dyn Fn(u64) + Sync),
    accepted: &'a Accepted<'a>,
    seen: FilesSeen,
}

/// How accepted rows are held until they are settled.
#[derive(Clone, Debug)]
pub struct Holding {
    /// Ranges of subscribers they are split in.
    pub buckets: usize,
    /// Rows that may wait in memory; the others wait on disk.
    pub rows_in_memory: usize,
    /// Distinct sayings of subscribers (group, country) that a delivery may have.
    pub traits_in_memory: usize,
    /// Where they wait on disk: a confidential folder.
    pub spill_folder: PathBuf,
}
/// The reason for which a file (by path, and by the date it was delivered for) is taken in as far as it can be read,
/// though it cannot be trusted; `None` as a rule.
pub type Accepted<'a> = dyn Fn(&Path, Option<LocalDay>) -> Option<String> + Sync + 'a;

/// What could be read of a file, and whether it stopped before its end.
pub(crate) type PartsRead = (Vec<Scattered>, bool);

/// What came of one file of a delivery.
#[derive(Debug)]
pub enum FileRead {
    /// Its bytes were accepted before, under whatever name: nothing to do.
    Known,
    /// Read.
    New(Box<FileOutcome>),
}

impl FileRead {
    /// Of several files those that were read, in order.
    pub fn new_ones(files: Vec<Self>) -> Vec<FileOutcome> {
        let new = |file| if let Self::New(outcome) = file { Some(*outcome) } else { None };
        files.into_iter().filter_map(new).collect()
    }
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
    /// What names those whose ids wait for their pseudonyms.
    pub hash: KeyedHash,
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
            spare_blocks: SpareBlocks::default(),
            progress,
            accepted: &|_, _| None,
            seen: FilesSeen::default(),
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

    /// How the files read so far looked, by path, for [`KnownFiles::as_seen`] of the next run.
    pub fn files_seen(&self) -> BTreeMap<String, SeenFile> {
        self.seen.all()
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
            match source.traits.finish(&source.rows.groups) {
                Ok(traits) => first.traits = traits,
                Err(too_many) => {
                    let path = PathBuf::from(&first.audit.file_name);
                    return Ok(Err(source.refuse(no_room_for_traits(&path, too_many))));
                }
            }
        }
        Ok(files)
    }
}

fn no_room_for_traits(path: &Path, TooMany { limit }: TooMany) -> FileFault {
    let expected = format!(
        "at most {limit} subscribers with a group or a country in a delivery (a third of [store] memory_budget)"
    );
    FileFault::of_file(path, expected, "more; raise memory_budget, or map neither mcc nor a population group")
}

/// One source of one run: its rules, and workers to borrow.
pub(crate) struct Source<'a> {
    pub(crate) ingester: &'a Ingester<'a>,
    pub(crate) spec: &'a SourceSpec,
    pub(crate) number: usize,
    pub(crate) file_day: Option<LocalDay>,
    pub(crate) hash: KeyedHash,
    pub(crate) time: TimeReader,
    pub(crate) rows: RowRules,
    pub(crate) spill: SpillFile,
    pub(crate) traits: DeliveryTraits,
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
            hash: KeyedHash::new(ingester.key, IdRules::shared_epoch(&spec.identity)),
            time,
            rows,
            spill: SpillFile::new(&ingester.holding.spill_folder),
            traits: DeliveryTraits::new(ingester.holding.traits_in_memory),
        })
    }

    pub(crate) fn rules<'r>(&'r self, file: &'r FileFacts) -> Rules<'r> {
        let Ingester { locations, h3_of_point, .. } = self.ingester;
        Rules { locations, h3_of_point: *h3_of_point, rows: &self.rows, file }
    }

    pub(crate) fn with_worker<T>(&self, work: impl FnOnce(&mut Worker) -> T) -> T {
        let pool = || self.ingester.workers.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = pool().entry(self.number).or_default().pop();
        let mut worker = idle.unwrap_or_else(|| Worker {
            pseudonyms: Pseudonymiser::new(self.hash.clone()),
            interner: Interner::default(),
            time: self.time.clone(),
            ids: IdReader::default(),
        });
        let result = work(&mut worker);
        pool().entry(self.number).or_default().push(worker);
        result
    }

    pub(crate) fn scatter(&self, rows_expected: usize) -> Scatter<'_> {
        Scatter::new(DayClock::new(self.ingester.calendar), self.file_day, self.ingester.holding.buckets, rows_expected)
    }

    pub(crate) fn finish_part(&self, scatter: Scatter<'_>, path: &Path) -> Result<Scattered, FileFault> {
        let mut part = scatter.finish();
        self.traits.absorb(std::mem::take(&mut part.traits)).map_err(|too_many| no_room_for_traits(path, too_many))?;
        let room = &self.ingester.room;
        self.with_worker(|worker| room.admit(&mut part, &mut worker.pseudonyms, &self.spill)).map_err(|error| {
            FileFault::of_file(path, "room for its rows in memory or in the store's folder", error.to_string())
        })?;
        Ok(part)
    }

    /// Why the file cannot be trusted, and the day it was delivered for.
    pub(crate) fn refuse(&self, fault: FileFault) -> Refusal {
        Refusal { fault: Box::new(fault), days: self.file_day.into_iter().collect() }
    }

    fn read_file(&self, file: &InputFile, known: &KnownFiles) -> Result<FileRead, Refusal> {
        let refuse = |fault| self.refuse(fault);
        let unreadable =
            |error: io::Error| refuse(FileFault::of_file(&file.path, "a readable file", error.to_string()));
        let accept_reason = (self.ingester.accepted)(&file.path, self.file_day);
        let accepted = accept_reason.is_some();
        let facts = FileFacts::of(&file.path, self.spec);
        let before = Steady::of(&file.path).map_err(unreadable)?;
        let size = before.size();
        if size == 0 {
            return Err(refuse(FileFault::of_file(&file.path, "events", "an empty file (0 bytes)")));
        }
        let read = || match file.encoding {
            Encoding::Parquet => self.read_parquet(&file.path, &facts, accepted).map_err(refuse),
            _ => self.read_csv(file, size, &facts, accepted),
        };
        let (digest, parts) = match known.recognise(&file.path, &before) {
            Recognised::Known(digest) => {
                self.ingester.seen.note(&file.path, &before, &digest, known);
                return Ok(FileRead::Known);
            }
            Recognised::New(digest) => (digest, read()),
            Recognised::NewSize => rayon::join(|| digest_file(&file.path), read),
        };
        before.check(&file.path).map_err(refuse)?;
        let (digest, size_bytes) = digest.map_err(unreadable)?;
        let (parts, in_part) = parts?;
        self.ingester.seen.note(&file.path, &before, &digest, known);
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
                // The decoder is guarded by itself; a defect of ours must cost this file, not the run.
                catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
                    let found = format!("what hexodus fails at, in row group {group}");
                    Err(FileFault::of_file(path, "a whole Parquet file", found))
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
}
