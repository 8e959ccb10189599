//! Taking in what is new: delivery by delivery, each stored whole or not at all.

use super::Run;
use crate::console::grouped;
use crate::failure::Failure;
use hexodus_ingest::scatter::DayBuckets;
use hexodus_ingest::{Delivery, FileOutcome, FileRead, Ingester, PseudonymKey, Refusal, settle_day};
use hexodus_locate::h3_of_point;
use hexodus_model::{EventRow, FaultCode, FileAudit, LocalDay, Locations, RowCounts};
use hexodus_store::Part;
use std::collections::{BTreeMap, BTreeSet};

/// Days this run refused, and why.
#[derive(Debug, Default)]
pub struct Intake {
    /// By day; a refused file whose days are unknown is under the key `None`.
    pub refused: BTreeMap<Option<LocalDay>, String>,
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
        for delivery in self.setup.deliveries()? {
            let manifest = self.store.manifest();
            let known = |digest: &str| manifest.knows(digest);
            match ingester.read(&delivery, self.setup.source(&delivery), &known)? {
                Err(refusal) => self.refuse(&mut intake, &refusal),
                Ok(files) => {
                    let new: Vec<FileOutcome> = files
                        .into_iter()
                        .filter_map(|file| if let FileRead::New(outcome) = file { Some(*outcome) } else { None })
                        .collect();
                    if !new.is_empty() {
                        bar.suspend(|| self.store_delivery(&delivery, new, &ingester))?;
                    }
                }
            }
            self.reduce_days_left_behind(delivery.day)?;
        }
        bar.finish_and_clear();
        let refused: BTreeMap<LocalDay, String> =
            intake.refused.iter().filter_map(|(day, why)| Some(((*day)?, why.clone()))).collect();
        let sites = self.network.locator.plan().map_or(serde_json::Value::Null, |plan| serde_json::json!(plan.sites()));
        self.store.commit(|manifest| {
            manifest.refused = refused;
            manifest.sites = sites;
        })?;
        Ok(intake)
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
        if refusal.days.is_empty() {
            intake.refused.insert(None, why);
        } else {
            intake.refused.extend(refusal.days.iter().map(|&day| (Some(day), why.clone())));
        }
    }

    /// Settles and stores one delivery: parts, account and locations become visible in one commit.
    fn store_delivery(
        &mut self,
        delivery: &Delivery,
        mut files: Vec<FileOutcome>,
        ingester: &Ingester<'_>,
    ) -> Result<(), Failure> {
        let locations = ingester.locations();
        let days: BTreeSet<LocalDay> = files.iter().flat_map(|file| file.days.keys().copied()).collect();
        let mut parts: Vec<(LocalDay, Part)> = Vec::new();
        for &day in &days {
            parts.extend(self.settle(day, &mut files, &locations)?.map(|part| (day, part)));
        }
        for file in &files {
            check_account(&file.audit)?;
            self.report(file);
        }
        let grown = self.store.manifest().locations.as_ref().is_none_or(|part| part.rows < locations.ids().len() as u64);
        let locations = if grown { Some(self.store.write_locations(&locations)?) } else { None };
        let delivered: BTreeSet<LocalDay> = delivery.day.map_or(days, |day| BTreeSet::from([day]));
        self.store.commit(|manifest| {
            manifest.files.extend(files.into_iter().map(|file| file.audit));
            for (day, part) in parts {
                manifest.days.entry(day).or_default().parts.push(part);
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

    /// Settles one day's rows against what is stored, completes the account, and writes what is new.
    fn settle(
        &mut self,
        day: LocalDay,
        files: &mut [FileOutcome],
        locations: &Locations,
    ) -> Result<Option<Part>, Failure> {
        let window = self.setup.calendar.window(day);
        let places = self.network.locator.day_places(locations, &window);
        let stored = match self.recent.remove(&day) {
            Some(rows) => rows,
            None => self.read_buckets(day)?,
        };
        let delivered: Vec<Vec<DayBuckets>> =
            files.iter_mut().map(|file| file.days.remove(&day).unwrap_or_default()).collect();
        let settled = settle_day(delivered, &stored, &places);
        for (file, settled) in files.iter_mut().zip(&settled.files) {
            let counts = file.audit.days.entry(day).or_default();
            counts.located += settled.located;
            counts.unlocated += settled.unlocated;
            counts.duplicates += settled.duplicates;
        }
        let part = if settled.rows.iter().all(Vec::is_empty) {
            None
        } else {
            Some(self.store.write_events(&window, &settled.rows)?)
        };
        self.recent.insert(day, merge_buckets(stored, settled.rows));
        Ok(part)
    }

    /// A stored day, split into buckets.
    pub(super) fn read_buckets(&self, day: LocalDay) -> Result<Vec<Vec<EventRow>>, Failure> {
        let buckets = self.setup.config.store.buckets.clamp(1, 4096);
        let rows = self.store.read_events(&self.setup.calendar.window(day))?;
        let start = |bucket: usize| rows.partition_point(|row| row.subscriber.bucket(buckets) < bucket);
        Ok((0..buckets).map(|bucket| rows[start(bucket)..start(bucket + 1)].to_vec()).collect())
    }

    /// Once deliveries have moved two days on, a day is reduced and leaves memory; a later row takes it up again.
    fn reduce_days_left_behind(&mut self, delivered: Option<LocalDay>) -> Result<(), Failure> {
        let Some(day) = delivered else { return Ok(()) };
        let behind: Vec<LocalDay> = self.recent.keys().copied().take_while(|&recent| recent.next() < day).collect();
        for day in behind {
            if self.store.manifest().usable_days().contains(&day) {
                self.reduce(day)?;
            }
            self.recent.remove(&day);
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

fn merge_buckets(stored: Vec<Vec<EventRow>>, new: Vec<Vec<EventRow>>) -> Vec<Vec<EventRow>> {
    if stored.iter().all(Vec::is_empty) {
        return new;
    }
    if new.is_empty() {
        return stored;
    }
    stored.iter().zip(&new).map(|(stored, new)| hexodus_ingest::settle::merge(stored, new)).collect()
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

