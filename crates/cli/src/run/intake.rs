//! Taking in what is new: delivery by delivery, each stored whole or not at all.

use super::closed_days::reject_rows_of_closed_days;
use super::settle::{ReadDelivery, WrittenDelivery, settle_and_write};
use super::{Run, accept, own_day, refused_files};
use crate::console::grouped;
use crate::failure::{Failure, pass};
use hexodus_failpoint::Point;
use hexodus_ingest::{FileOutcome, Ingester, KnownFiles, PseudonymKey, Refusal};
use hexodus_locate::h3_of_point;
use hexodus_model::{FaultCode, FileAudit, LocalDay, Locations};
use hexodus_store::{Manifest, read_seen_files};
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::path::Path;

/// What this run refused, and why.
#[derive(Debug, Default)]
pub struct Intake {
    /// The files that cannot be trusted.
    pub files: BTreeMap<String, String>,
    /// The days they are known to have rows of.
    pub days: BTreeMap<LocalDay, String>,
    /// For the quarantine: the refusals, by source.
    refusals: Vec<(String, Refusal)>,
}

impl Run<'_> {
    /// Reads every delivery that brings something new.
    pub fn take_in(&mut self, key: &PseudonymKey) -> Result<Intake, Failure> {
        let mut intake = Intake::default();
        let bar = self.console.progress(None, "reading");
        let progress = |rows| bar.inc(rows);
        let locations = self.known_locations()?;
        let (setup, options, console) = (self.setup, self.options, self.console);
        let accepted = |path: &Path, day| accept::reason(&options.accept, path, day);
        let ingester = Ingester::new(&setup.calendar, key, h3_of_point, locations, setup.holding(), &progress)
            .accepting(&accepted);
        let mut known = accepted_files(self.store.folder(), self.store.manifest());
        // While one delivery is read, the one before it is settled and written, and old days make room.
        let mut pending: Option<ReadDelivery> = None;
        let deliveries = self.setup.deliveries()?;
        for what in accept::unknown(&self.options.accept, &deliveries) {
            self.console.warn(&format!("--accept \"{what}\" is neither a date nor a file of this run"));
        }
        for delivery in deliveries {
            let source = setup.source(&delivery);
            let (stored, read) = rayon::join(
                || pending.take().map_or(Ok(()), |pending| self.store(pending, &bar)),
                || console.timed("read", || ingester.read(&delivery, source, &known)),
            );
            pass(Point::DeliveryRead)?;
            stored?;
            let manifest = self.store.manifest();
            match read?.and_then(|files| own_day::new_files(setup, manifest, &delivery, files, &options.accept)) {
                Err(refusal) => self.refuse(&mut intake, source.id.clone(), refusal),
                Ok(mut files) => {
                    for file in &files {
                        known.add(&file.audit.digest, file.audit.size_bytes);
                    }
                    reject_rows_of_closed_days(self.store.manifest(), &mut files, self.console);
                    if !files.is_empty() {
                        pending = Some(ReadDelivery { files, day: delivery.day, locations: ingester.locations() });
                        pass(Point::DeliverySettled)?;
                    }
                }
            }
        }
        if let Some(pending) = pending {
            self.store(pending, &bar)?;
        }
        bar.finish_and_clear();
        pass(Point::IntakeEnd)?;
        let site_file = self.store.write_sites(self.network.sites.as_deref())?;
        self.store.write_seen_files(&ingester.files_seen())?;
        let refused = refused_files::write(&mut self.store, &intake.refusals)?;
        self.store.commit(|manifest| {
            for (day, part) in refused {
                manifest.quarantine.entry(day).or_default().push(part);
            }
            manifest.refused = intake.days.clone();
            manifest.refused_files = intake.files.clone();
            (manifest.site_file, manifest.sites) = (site_file, serde_json::Value::Null);
        })?;
        Ok(intake)
    }

    /// Locations that have keys already; those of the plan get theirs first.
    pub(super) fn known_locations(&self) -> Result<Locations, Failure> {
        let mut locations = self.store.read_locations()?;
        if let Some(plan) = self.network.locator.plan() {
            for id in plan.radio_cell_ids() {
                locations.intern(hexodus_model::LocationId::RadioCell(id.into()));
            }
        }
        Ok(locations)
    }

    fn refuse(&self, intake: &mut Intake, source_id: String, refusal: Refusal) {
        let why = refusal.fault.to_string();
        let days: Vec<String> = refusal.days.iter().map(ToString::to_string).collect();
        let days_text = if days.is_empty() { "its day".into() } else { days.join(", ") };
        self.console.warn(&format!("{days_text} refused, nothing of this delivery is stored: {why}"));
        intake.days.extend(refusal.days.iter().map(|&day| (day, why.clone())));
        intake.files.insert(refusal.fault.file.display().to_string(), why);
        intake.refusals.push((source_id, refusal));
    }

    /// Settles, writes and commits a delivery, while the next is read.
    fn store(&mut self, read: ReadDelivery, bar: &ProgressBar) -> Result<(), Failure> {
        let written = self.settle(read)?;
        bar.suspend(|| self.commit(written))?;
        self.make_room()
    }

    pub(super) fn settle(&mut self, read: ReadDelivery) -> Result<WrittenDelivery, Failure> {
        let (store, held) = (&mut self.store, &mut self.held);
        self.console.timed("settle and store", || settle_and_write(read, self.setup, &self.network, store, held))
    }

    /// Parts, account and locations of a delivery become visible at once.
    pub(super) fn commit(&mut self, written: WrittenDelivery) -> Result<(), Failure> {
        let WrittenDelivery { files, parts, traits, quarantine, locations, delivered } = written;
        for file in &files {
            self.report(file);
        }
        pass(Point::DeliveryWritten)?;
        self.store.commit(|manifest| {
            manifest.files.extend(files.into_iter().map(|file| file.audit));
            for (day, part) in parts {
                manifest.days.entry(day).or_default().parts.push(part);
            }
            for (day, written) in traits {
                manifest.days.entry(day).or_default().traits.add(written);
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
        pass(Point::DeliveryCommitted)
    }

    /// When memory fills, the oldest days are reduced and leave it. If later rows come, they are reduced anew from the
    /// store, once all deliveries are in; a day that stays waits for its late rows and is reduced once.
    pub(super) fn make_room(&mut self) -> Result<(), Failure> {
        while self.held.is_filling()
            && let Some(oldest) = self.held.oldest()
        {
            if self.store.manifest().delivered_days().contains(&oldest) {
                self.reduce(oldest)?;
            }
            self.held.take(oldest);
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

/// The files a store has taken in, and how those that are there looked.
pub fn accepted_files(folder: &Path, manifest: &Manifest) -> KnownFiles {
    let mut known = KnownFiles::default().as_seen(read_seen_files(folder));
    manifest.files.iter().for_each(|file| known.add(&file.digest, file.size_bytes));
    known
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
