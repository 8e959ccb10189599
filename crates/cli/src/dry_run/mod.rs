//! What a run would make of the dumps: which rows, which days, which of them would have to be accepted. Nothing is
//! stored.

mod distinct;
mod new_rows;

use crate::console::Console;
use crate::failure::Failure;
use crate::network::Network;
use crate::run::closed_days::reject_rows_of_closed_days;
use crate::run::quality_checks::{acceptances, stored_record};
use crate::setup::Setup;
use hexodus_ingest::{Delivery, FileOutcome, Refusal};
use hexodus_mobility::quality::judge_days;
use hexodus_model::{Consequence, DayVerdict, LocalDay, Locations};
use hexodus_store::Manifest;
use new_rows::NewRows;
use std::collections::{BTreeMap, BTreeSet};

/// The days of the store and of the dumps, as far as they were read.
pub struct DryRun<'a> {
    setup: &'a Setup,
    network: &'a Network,
    manifest: &'a Manifest,
    days: BTreeMap<LocalDay, NewRows>,
    delivered: BTreeSet<LocalDay>,
    refused: BTreeSet<LocalDay>,
}

impl<'a> DryRun<'a> {
    /// Of a store as its manifest tells it.
    pub fn new(setup: &'a Setup, network: &'a Network, manifest: &'a Manifest) -> Self {
        let delivered = manifest.days.iter().filter(|(_, entry)| entry.delivered && !entry.outdated);
        let delivered = delivered.map(|(&day, _)| day).collect();
        Self { setup, network, manifest, days: BTreeMap::new(), delivered, refused: BTreeSet::new() }
    }

    /// Notes a delivery that a run would refuse.
    pub fn refuse(&mut self, refusal: &Refusal) {
        self.refused.extend(&refusal.days);
    }

    /// Settles the new files of a delivery and completes their accounts.
    pub fn take_in(
        &mut self,
        files: &mut [FileOutcome],
        delivery: &Delivery,
        locations: &Locations,
        console: &Console,
    ) -> Result<(), Failure> {
        reject_rows_of_closed_days(self.manifest, files, console);
        let days: BTreeSet<LocalDay> = files.iter().flat_map(|file| file.days.keys().copied()).collect();
        for &day in &days {
            let window = self.setup.calendar.window(day);
            let places = self.network.locator.day_places(locations, &window);
            let rows = self.days.entry(day).or_default();
            rows.settle(files, &window, &places, self.setup.buckets())
                .map_err(|error| Failure::system("read back rows spilled to", &std::env::temp_dir(), &error))?;
        }
        self.delivered.extend(delivery.day.map_or(days, |day| BTreeSet::from([day])));
        Ok(())
    }

    /// Judges all days as a run would and says what it would say; `accepted` maps days to reasons. Returns how many days
    /// could be used, and how many a check refuses.
    pub fn judge(
        &self,
        accepted: &BTreeMap<LocalDay, String>,
        locations: &Locations,
        console: &Console,
    ) -> Result<(u64, u64), Failure> {
        let verdicts = self.verdicts(locations)?;
        let acceptances = acceptances(accepted, &verdicts, console);
        let (mut usable, mut unusable) = (0, 0);
        for (day, verdict) in &verdicts {
            let stored = self.manifest.days.get(day);
            if stored.and_then(|entry| entry.verdict.as_ref()) != Some(verdict) {
                verdict.findings.iter().for_each(|finding| console.warn(&format!("{day} {finding}")));
            }
            let acceptance = acceptances.get(day).or_else(|| stored.and_then(|entry| entry.acceptance.as_ref()));
            if verdict.is_usable(acceptance) {
                usable += 1;
                continue;
            }
            unusable += 1;
            console.warn(&format!(
                "{day} would not be used: {}; `hexodus run --accept \"{day}=REASON\"` uses it all the same",
                verdict.names(Consequence::Refuse)
            ));
        }
        Ok((usable, unusable))
    }

    fn verdicts(&self, locations: &Locations) -> Result<BTreeMap<LocalDay, DayVerdict>, Failure> {
        let has_events = |day: &&LocalDay| {
            self.days.contains_key(day) || self.manifest.days.get(day).is_some_and(|entry| !entry.parts.is_empty())
        };
        let days = self.delivered.difference(&self.refused).filter(has_events);
        let mut records = Vec::new();
        for &day in days {
            let mut record = stored_record(self.manifest, &self.setup.store_folder(), &self.setup.calendar, day)?;
            if let Some(rows) = self.days.get(&day) {
                rows.add_to(&mut record, &self.setup.calendar.window(day), locations, &self.setup.calendar);
            }
            records.push(record);
        }
        Ok(judge_days(&records, &self.setup.config.quality))
    }
}
