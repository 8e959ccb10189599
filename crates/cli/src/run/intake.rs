//! Taking in what is new: delivery by delivery, each stored whole or not at all.

use super::Run;
use crate::console::grouped;
use crate::failure::Failure;
use hexodus_ingest::scatter::DayBuckets;
use hexodus_ingest::{Delivery, FileOutcome, FileRead, Ingester, KnownFiles, PseudonymKey, Refusal, settle_files};
use hexodus_locate::h3_of_point;
use hexodus_model::{DayWindow, EventRow, FaultCode, FileAudit, LocalDay, Locations, Rejections, RowCounts, UtcMicros};
use hexodus_store::{Part, Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows of days just taken in that stay in memory to be reduced: half a gigabyte.
const ROWS_HELD: usize = 1 << 25;

/// What this run refused, and why.
#[derive(Debug, Default)]
pub struct Intake {
    /// The files that cannot be trusted.
    pub files: BTreeMap<String, String>,
    /// The days they are known to have rows of.
    pub days: BTreeMap<LocalDay, String>,
}

/// A delivery that was read and settled: its account is complete, its new rows are to be written.
struct PendingDelivery {
    files: Vec<FileAudit>,
    /// Rejected rows of each file.
    rejected: Vec<Rejections>,
    intake_day: LocalDay,
    new: Vec<(DayWindow, Arc<DayBuckets>)>,
    locations: Option<Locations>,
    delivered: BTreeSet<LocalDay>,
}

/// A delivery whose parts are on disk, to be named by the manifest.
struct WrittenDelivery {
    files: Vec<FileAudit>,
    parts: Vec<(LocalDay, Part)>,
    quarantine: Option<(LocalDay, Part)>,
    locations: Option<Part>,
    delivered: BTreeSet<LocalDay>,
}

impl PendingDelivery {
    fn write(self, store: &mut Store) -> Result<WrittenDelivery, StoreError> {
        let mut parts = Vec::with_capacity(self.new.len());
        for (window, rows) in &self.new {
            parts.push((window.day, store.write_events(window, rows)?));
        }
        let locations = self.locations.map(|locations| store.write_locations(&locations)).transpose()?;
        let rejected: Vec<_> = self.files.iter().zip(&self.rejected).collect();
        let quarantine = store.write_quarantine(self.intake_day, &rejected)?.map(|part| (self.intake_day, part));
        Ok(WrittenDelivery { files: self.files, parts, quarantine, locations, delivered: self.delivered })
    }
}

impl Run<'_> {
    /// Reads every delivery that brings something new.
    pub fn take_in(&mut self, key: &PseudonymKey) -> Result<Intake, Failure> {
        let mut intake = Intake::default();
        let bar = self.console.progress(None, "reading");
        let progress = |rows| bar.inc(rows);
        let locations = self.known_locations()?;
        let buckets = self.setup.config.store.buckets.clamp(1, 4096);
        let ingester = Ingester::new(&self.setup.calendar, key, h3_of_point, locations, buckets, &progress);
        let mut known = KnownFiles::default();
        for file in &self.store.manifest().files {
            known.add(&file.digest, file.size_bytes);
        }
        // While one delivery is read, the one before it is written.
        let mut pending: Option<PendingDelivery> = None;
        for delivery in self.setup.deliveries()? {
            let source = self.setup.source(&delivery);
            let (console, store) = (self.console, &mut self.store);
            let (written, read) = rayon::join(
                || pending.take().map(|pending| console.timed("store events", || pending.write(store))).transpose(),
                || console.timed("read", || ingester.read(&delivery, source, &known)),
            );
            if let Some(written) = written? {
                self.commit(written)?;
                self.reduce_days_left_behind(delivery.day)?;
            }
            match read? {
                Err(refusal) => self.refuse(&mut intake, &refusal),
                Ok(files) => {
                    let new = new_files(files);
                    for file in &new {
                        known.add(&file.audit.digest, file.audit.size_bytes);
                    }
                    if !new.is_empty() {
                        pending = Some(bar.suspend(|| self.settle_delivery(&delivery, new, &ingester))?);
                    }
                }
            }
        }
        if let Some(pending) = pending {
            let written = pending.write(&mut self.store)?;
            self.commit(written)?;
        }
        bar.finish_and_clear();
        let sites = self.network.locator.plan().map_or(serde_json::Value::Null, |plan| serde_json::json!(plan.sites()));
        self.store.commit(|manifest| {
            manifest.refused = intake.days.clone();
            manifest.refused_files = intake.files.clone();
            manifest.sites = sites;
        })?;
        Ok(intake)
    }

    /// The local date by the machine's clock: names the folder of the quarantine, and nothing else depends on it.
    fn today(&self) -> LocalDay {
        let now = UtcMicros(jiff::Timestamp::now().as_microsecond());
        LocalDay::from_date(self.setup.calendar.local(now).date())
    }

    /// Locations that have keys already; those of the plan get theirs first.
    fn known_locations(&self) -> Result<Locations, Failure> {
        let mut locations = self.store.read_locations()?;
        if let Some(plan) = self.network.locator.plan() {
            for id in plan.radio_cell_ids() {
                locations.intern(hexodus_model::LocationId::RadioCell(id.into()));
            }
        }
        Ok(locations)
    }

    fn refuse(&self, intake: &mut Intake, refusal: &Refusal) {
        let why = refusal.fault.to_string();
        let days: Vec<String> = refusal.days.iter().map(ToString::to_string).collect();
        let days_text = if days.is_empty() { "its day".into() } else { days.join(", ") };
        self.console.warn(&format!("{days_text} refused, nothing of this delivery is stored: {why}"));
        intake.days.extend(refusal.days.iter().map(|&day| (day, why.clone())));
        intake.files.insert(refusal.fault.file.display().to_string(), why);
    }

    /// Settles one delivery; what is new of it is still to be written and committed.
    fn settle_delivery(
        &mut self,
        delivery: &Delivery,
        mut files: Vec<FileOutcome>,
        ingester: &Ingester<'_>,
    ) -> Result<PendingDelivery, Failure> {
        let locations = ingester.locations();
        let days: BTreeSet<LocalDay> = files.iter().flat_map(|file| file.days.keys().copied()).collect();
        let mut new = Vec::with_capacity(days.len());
        for &day in &days {
            let rows = self.settle(day, &mut files, &locations)?;
            if rows.iter().any(|bucket| !bucket.is_empty()) {
                new.push((self.setup.calendar.window(day), rows));
            }
        }
        for file in &files {
            check_account(&file.audit)?;
            self.report(file);
        }
        let known = self.store.manifest().locations.as_ref().map_or(0, |part| part.rows);
        Ok(PendingDelivery {
            locations: (known < locations.ids().len() as u64).then_some(locations),
            delivered: delivery.day.map_or(days, |day| BTreeSet::from([day])),
            intake_day: self.today(),
            rejected: files.iter_mut().map(|file| std::mem::take(&mut file.rejected)).collect(),
            files: files.into_iter().map(|file| file.audit).collect(),
            new,
        })
    }

    /// Parts, account and locations of a delivery become visible at once.
    fn commit(&mut self, written: WrittenDelivery) -> Result<(), Failure> {
        let WrittenDelivery { files, parts, quarantine, locations, delivered } = written;
        self.store.commit(|manifest| {
            manifest.files.extend(files);
            for (day, part) in parts {
                manifest.days.entry(day).or_default().parts.push(part);
            }
            if let Some((intake_day, part)) = quarantine {
                manifest.quarantine.entry(intake_day).or_default().push(part);
            }
            for day in delivered {
                manifest.days.entry(day).or_default().delivered = true;
            }
            if locations.is_some() {
                manifest.locations = locations;
            }
        })?;
        Ok(())
    }

    /// Settles one day's rows against what is stored, completes the account, and returns what is new.
    fn settle(
        &mut self,
        day: LocalDay,
        files: &mut [FileOutcome],
        locations: &Locations,
    ) -> Result<Arc<DayBuckets>, Failure> {
        let window = self.setup.calendar.window(day);
        let places = self.network.locator.day_places(locations, &window);
        let stored = match self.recent.remove(&day) {
            Some(rows) => rows,
            None => Arc::new(self.read_buckets(day)?),
        };
        let settled = self.console.timed("settle", || settle_files(files, day, &stored, &places));
        let new = Arc::new(settled);
        self.recent.insert(day, merge_buckets(stored, &new));
        Ok(new)
    }

    /// A stored day, split into buckets.
    pub(super) fn read_buckets(&self, day: LocalDay) -> Result<Vec<Vec<EventRow>>, Failure> {
        let buckets = self.setup.config.store.buckets.clamp(1, 4096);
        let rows = self.store.read_events(&self.setup.calendar.window(day))?;
        let start = |bucket: usize| rows.partition_point(|row| row.subscriber.bucket(buckets) < bucket);
        Ok((0..buckets).map(|bucket| rows[start(bucket)..start(bucket + 1)].to_vec()).collect())
    }

    /// Once deliveries have moved two days on, or too many rows are held, the oldest days are reduced and leave memory;
    /// a later row takes them up again from the store.
    fn reduce_days_left_behind(&mut self, delivered: Option<LocalDay>) -> Result<(), Failure> {
        while let Some(&oldest) = self.recent.keys().next() {
            let rows: usize = self.recent.values().flat_map(|day| day.iter()).map(Vec::len).sum();
            let behind = delivered.is_some_and(|day| oldest.next() < day);
            if !behind && (rows <= ROWS_HELD || self.recent.len() == 1) {
                return Ok(());
            }
            if self.store.manifest().delivered_days().contains(&oldest) {
                self.reduce(oldest)?;
            }
            self.recent.remove(&oldest);
        }
        Ok(())
    }

    fn report(&self, file: &FileOutcome) {
        self.console.step(&audit_line(&file.audit));
        for (code, example) in &file.examples {
            self.console.step(&format!(
                "  {} (code {}), first at row {}, column `{}`: expected {}, found {}",
                code.name(),
                code.number(),
                example.row,
                example.column,
                example.expected,
                example.found
            ));
        }
    }
}

fn new_files(files: Vec<FileRead>) -> Vec<FileOutcome> {
    let new = |file| if let FileRead::New(outcome) = file { Some(*outcome) } else { None };
    files.into_iter().filter_map(new).collect()
}

fn merge_buckets(stored: Arc<DayBuckets>, new: &Arc<DayBuckets>) -> Arc<DayBuckets> {
    if stored.iter().all(Vec::is_empty) {
        return Arc::clone(new);
    }
    if new.is_empty() {
        return stored;
    }
    let merge = |(stored, new): (&Vec<EventRow>, &Vec<EventRow>)| hexodus_ingest::settle::merge(stored, new);
    Arc::new(stored.iter().zip(new.iter()).map(merge).collect())
}

/// `read = located + unlocated + duplicates + rejected`, for the file and for each day.
fn check_account(audit: &FileAudit) -> Result<(), Failure> {
    let unbalanced = |what: &str, counts: &RowCounts| {
        Failure::identity(format!(
            "{}: {what}: read {} ≠ located {} + unlocated {} + duplicates {} + rejected {}",
            audit.file_name,
            counts.read,
            counts.located,
            counts.unlocated,
            counts.duplicates,
            counts.rejected_rows()
        ))
    };
    for (day, counts) in &audit.days {
        if !counts.balances() {
            return Err(unbalanced(&day.to_string(), counts));
        }
    }
    Ok(())
}

/// One file's account in one line.
pub fn audit_line(audit: &FileAudit) -> String {
    let total = audit.total();
    let mut reasons: Vec<String> =
        total.rejected.iter().map(|(code, &rows)| format!("{} {}", grouped(rows), code.name())).collect();
    if let Some(&rows) = total.flagged.get(&FaultCode::OutsideFileDay) {
        reasons.push(format!("{} of other days", grouped(rows)));
    }
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    format!(
        "{}: {} rows = {} located + {} unlocated + {} duplicates + {} rejected{reasons}",
        audit.file_name,
        grouped(total.read),
        grouped(total.located),
        grouped(total.unlocated),
        grouped(total.duplicates),
        grouped(total.rejected_rows())
    )
}
