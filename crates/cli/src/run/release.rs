//! From tallies through the privacy wall to a folder of tables.

use super::days::{TALLIES, fingerprint};
use super::flows::FLOWS;
use super::on_request::PAIRS;
use super::{Run, accept};
use crate::console::grouped;
use crate::failure::{Failure, pass};
use crate::population::KnownPopulation;
use crate::setup::Setup;
use hexodus_failpoint::Point;
use hexodus_locate::{RESOLUTION, h3_area_km2};
use hexodus_model::{AreaKey, Consequence, Definition, FlowMatrix, H3Cell, Level, LocalDay, Presence, UnitKey};
use hexodus_publish::{
    H3Facts, ReleaseContext, ReleaseFolder, encode_cells_h3, encode_flows, encode_in_out, encode_presence_area,
    encode_presence_hourly, encode_quality,
};
use hexodus_release::{SuppressedMass, in_out, release_flows, release_presence, release_quality};
use hexodus_store::{DayTallies, Wanted};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The matrices of days, in the order they are written.
const RELEASED_FLOWS: [Definition; 4] =
    [Definition::DayToDay, Definition::TripsConsecutive, Definition::TripsAllPairs, Definition::TripsAllPairsInclusive];

/// A release folder, just written or up to date.
#[derive(Debug)]
pub enum Written {
    /// Written by this run.
    New(PathBuf),
    /// Nothing it depends on has changed.
    Unchanged(PathBuf),
}

/// Fails early, and plainly, where the tables could not be written at the end of a long run. Leaves nothing behind: where
/// the folder is not there yet, the one it will be made in is tried.
pub fn check_writable(setup: &Setup) -> Result<(), Failure> {
    let folder = setup.path(&setup.config.output.folder);
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(&folder);
    let probe = there.join(".hexodus-writable");
    std::fs::write(&probe, [])
        .and_then(|()| match std::fs::remove_file(&probe) {
            // Another run that starts at this moment probes with the same file.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        })
        .map_err(|error| Failure::system("write to [output] folder", &folder, &error))
}

impl Run<'_> {
    /// Writes all tables of all usable days, unless that was done from the same tallies and parameters.
    pub fn release(&mut self) -> Result<Option<Written>, Failure> {
        let days = self.store.manifest().usable_days();
        let Some(&reporting_date) = days.last() else { return Ok(None) };
        let root = self.setup.path(&self.setup.config.output.folder);
        let inputs = self.release_fingerprint(&days);
        let folder = root.join(reporting_date.to_string());
        if self.store.manifest().last_release.as_ref().is_some_and(|(last, _)| *last == inputs) && folder.is_dir() {
            return Ok(Some(Written::Unchanged(folder)));
        }
        let mut method = self.method(reporting_date, &days);
        if let Some(raking) = self.raking_method()? {
            method["raking"] = raking;
        }
        let writer = ReleaseFolder::begin(&root, &reporting_date.to_string(), method)?;
        let context = ReleaseContext {
            operation: None,
            round_number: None,
            reporting_date,
            areas: &self.network.areas,
            calendar: &self.setup.calendar,
            h3_res: RESOLUTION,
        };
        let coverage = || self.console.timed("coverage", || self.write_coverage(&days, &writer, &context));
        let ((suppressed, presence), (crises, coverage)) = rayon::join(
            || rayon::join(|| self.write_flows(&writer, &context), || self.write_presence(&days, &writer, &context)),
            || rayon::join(|| self.write_crises(&writer, &context), coverage),
        );
        let suppressed = suppressed?;
        presence.and(crises).and(coverage)?;
        let quality = release_quality(self.quality_days(&suppressed), &self.setup.policy);
        writer.write(&encode_quality(&quality)?, self.setup.config.output.csv)?;
        let folder = writer.finish()?;
        let name = folder.display().to_string();
        pass(Point::ReleaseShown)?;
        self.store.commit(|manifest| manifest.last_release = Some((inputs, name)))?;
        pass(Point::ReleaseRecorded)?;
        Ok(Some(Written::New(folder)))
    }

    /// Flow tables of every definition and level; returns the suppressed rows and mass of the deepest level by day.
    fn write_flows(
        &self,
        writer: &ReleaseFolder,
        context: &ReleaseContext<'_>,
    ) -> Result<BTreeMap<LocalDay, (u64, SuppressedMass)>, Failure> {
        let deepest =
            if self.network.areas.levels.is_empty() { Level::H3 } else { Level::Adm(self.network.areas.deepest()) };
        let mut suppressed = BTreeMap::new();
        let mut day_to_day = self.day_to_day()?;
        for level in self.levels() {
            for definition in RELEASED_FLOWS {
                let matrices = match (definition, level) {
                    (Definition::DayToDay, Level::Adm(adm)) => {
                        day_to_day.par_iter().map(|matrix| self.at_level(matrix, adm)).collect()
                    }
                    // The last of the levels.
                    (Definition::DayToDay, Level::H3) => std::mem::take(&mut day_to_day),
                    _ => self.trips(level, definition)?,
                };
                if matrices.is_empty() {
                    continue;
                }
                let universe = self.universe(level);
                let table = release_flows(matrices, universe.as_deref(), &self.setup.policy);
                let mass = table.periods.iter().map(|period| {
                    let rows = period.rows.iter().filter(|row| row.subscribers.published().is_none()).count() as u64;
                    (period.first_day, (rows, period.mass))
                });
                if definition == Definition::DayToDay && level == deepest {
                    suppressed = mass.collect();
                }
                writer.write(&encode_flows(&table, context)?, self.setup.config.output.csv)?;
                let margins = in_out(&table).filter(|_| level != Level::H3 && self.setup.config.output.in_out);
                if let Some(margins) = margins {
                    writer.write(&encode_in_out(&margins, context)?, self.setup.config.output.csv)?;
                }
            }
        }
        Ok(suppressed)
    }

    fn write_presence(
        &self,
        days: &[LocalDay],
        writer: &ReleaseFolder,
        context: &ReleaseContext<'_>,
    ) -> Result<(), Failure> {
        let locator = &self.network.locator;
        let area_of = |h3: H3Cell, level: u8| -> Option<AreaKey> { locator.area_at(h3, level) };
        let area_km2 = |h3: H3Cell| h3_area_km2(h3).unwrap_or(f64::NAN);
        let facts = H3Facts { area_km2: &area_km2, area_of: &area_of };
        let mut by_level: BTreeMap<Level, Vec<Presence>> = BTreeMap::new();
        let mut hourly = Vec::new();
        let stored = days.par_iter().map(|&day| self.presence_on(day)).collect::<Result<Vec<_>, _>>()?;
        for of_day in stored {
            let released = |own: &Presence| own.level != Level::H3 || !self.network.areas_only;
            for presence in of_day.into_iter().filter(released) {
                match presence.hour {
                    None => by_level.entry(presence.level).or_default().push(presence),
                    Some(_) => hourly.push(presence),
                }
            }
        }
        let with_csv = self.setup.config.output.csv;
        let write_daily = |(level, presence): (Level, Vec<Presence>)| -> Result<(), Failure> {
            let table = release_presence(presence, self.universe(level).as_deref(), &self.setup.policy);
            let encoded = match level {
                Level::H3 => encode_cells_h3(&table, context, &facts, self.setup.config.output.h3_u64)?,
                Level::Adm(_) => encode_presence_area(&table, context)?,
            };
            Ok(writer.write(&encoded, with_csv)?)
        };
        let write_hourly = || -> Result<(), Failure> {
            if hourly.is_empty() {
                return Ok(());
            }
            let table = release_presence(hourly, self.universe(Level::H3).as_deref(), &self.setup.policy);
            Ok(writer.write(&encode_presence_hourly(&table, context)?, with_csv)?)
        };
        let (daily, hourly) = rayon::join(|| by_level.into_iter().try_for_each(write_daily), write_hourly);
        daily.and(hourly)
    }

    /// Every presence table a day must have, empty ones included: a table that is missing says that nobody was there.
    fn presence_on(&self, day: LocalDay) -> Result<Vec<Presence>, Failure> {
        let mut tables: BTreeMap<(Level, Option<u8>), Presence> = BTreeMap::new();
        let mut expect = |level, hour| {
            tables.insert((level, hour), Presence { level, day, hour, entries: Vec::new() });
        };
        for level in self.levels() {
            expect(level, None);
        }
        if self.setup.config.output.presence_h3_hourly {
            for hour in 0..self.setup.calendar.window(day).hours() {
                expect(Level::H3, Some(hour as u8));
            }
        }
        for presence in self.stored(day, TALLIES, Wanted::Presence)?.presence {
            tables.insert((presence.level, presence.hour), presence);
        }
        Ok(tables.into_values().collect())
    }

    /// The matrix of each pair of days on the grid.
    fn day_to_day(&self) -> Result<Vec<FlowMatrix>, Failure> {
        let days: Vec<LocalDay> = self.day_pairs().into_iter().map(|(first, _)| first).collect();
        let stored = |day: LocalDay| Ok(self.stored(day, FLOWS, Wanted::All)?.flows);
        let stored = days.into_par_iter().map(stored).collect::<Result<Vec<_>, Failure>>()?;
        Ok(stored.into_iter().flatten().collect())
    }

    /// The counts of a kind that are kept of a day; none where there are none.
    fn stored(&self, day: LocalDay, kind: &str, wanted: Wanted) -> Result<DayTallies, Failure> {
        let derived = self.store.manifest().days.get(&day).and_then(|entry| entry.derived.get(kind));
        Ok(match derived {
            Some(derived) => self.store.read_tallies(day, &derived.part, wanted)?,
            None => DayTallies::default(),
        })
    }

    /// Trips of each day that was reduced to them, days without any included.
    fn trips(&self, level: Level, definition: Definition) -> Result<Vec<FlowMatrix>, Failure> {
        let output = &self.setup.config.output;
        let (kind, wanted) = match definition {
            Definition::TripsAllPairs => (PAIRS, output.trips_all_pairs),
            Definition::TripsAllPairsInclusive => (PAIRS, output.trips_all_pairs_inclusive),
            _ => (TALLIES, output.trips_consecutive),
        };
        if !wanted {
            return Ok(Vec::new());
        }
        let mut days = self.store.manifest().usable_days();
        days.retain(|&day| kind == TALLIES || self.is_requested_fresh(day, kind));
        let matrix = |day: LocalDay| {
            let empty = FlowMatrix { definition, level, first_day: day, last_day: day, entries: Vec::new() };
            Ok(self.stored(day, kind, Wanted::Flows(definition, level))?.flows.pop().unwrap_or(empty))
        };
        days.into_par_iter().map(matrix).collect()
    }

    /// The levels there are tables for: areas from the top, then H3.
    pub(super) fn levels(&self) -> Vec<Level> {
        let areas = (1..=self.network.areas.deepest()).map(Level::Adm);
        areas.chain((!self.network.areas_only).then_some(Level::H3)).collect()
    }

    /// All units a full table lists: every area, or every H3 cell of the plan; none where records carry positions.
    pub(super) fn universe(&self, level: Level) -> Option<Vec<UnitKey>> {
        match level {
            Level::Adm(level) => Some(
                (0..self.network.areas.level(level).len() as u32).map(|area| UnitKey::area(AreaKey(area))).collect(),
            ),
            Level::H3 => {
                let plan = self.network.locator.plan()?;
                Some(plan.h3_cells().into_iter().map(UnitKey::h3).collect())
            }
        }
    }

    fn release_fingerprint(&self, days: &[LocalDay]) -> String {
        let mut files: Vec<&str> = self.store.manifest().files.iter().map(|file| file.digest.as_str()).collect();
        files.sort_unstable();
        let derived: Vec<_> = days
            .iter()
            .filter_map(|day| self.store.manifest().days.get(day))
            .flat_map(|entry| entry.derived.values().map(|derived| derived.inputs.as_str()))
            .collect();
        let verdicts: Vec<_> =
            self.store.manifest().days.iter().map(|(day, entry)| (day, &entry.verdict, &entry.acceptance)).collect();
        fingerprint(&serde_json::json!([
            env!("CARGO_PKG_VERSION"),
            files,
            days,
            derived,
            verdicts,
            self.store.manifest().crises.values().map(|derived| derived.inputs.as_str()).collect::<Vec<_>>(),
            self.setup.crises.iter().map(crate::crisis::Crisis::method).collect::<Vec<_>>(),
            self.setup.policy,
            self.setup.holidays,
            self.setup.config.output,
            self.network.fingerprint,
            self.network.population.as_ref().map(KnownPopulation::method)
        ]))
    }

    /// `method.json`: no number without it (formats §4.10).
    fn method(&self, reporting_date: LocalDay, days: &[LocalDay]) -> serde_json::Value {
        let manifest = self.store.manifest();
        let mut digests: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut total = hexodus_model::RowCounts::default();
        for file in &manifest.files {
            digests.entry(&file.source_id).or_default().push(&file.digest);
            total.add(&file.total());
        }
        let events = digests.into_iter().map(|(source, mut digests)| {
            digests.sort_unstable();
            serde_json::json!({"role": "events", "source_id": source, "files": digests.len(), "blake3": digests})
        });
        let mut inputs: Vec<serde_json::Value> = events.collect();
        inputs.push(serde_json::json!({"role": "radio_cells", "blake3": self.network.report.radio_cell_digests}));
        inputs.push(serde_json::json!({"role": "areas", "blake3": self.network.report.areas_digest}));
        inputs.extend(self.network.population.as_ref().map(KnownPopulation::method));
        let rejected: BTreeMap<&str, u64> = total.rejected.iter().map(|(code, &rows)| (code.name(), rows)).collect();
        self.console.step(&format!("releasing {} days, {} rows read", days.len(), grouped(total.read)));
        serde_json::json!({
            "formats_version": hexodus_publish::FORMATS_VERSION,
            "software": {"name": "hexodus", "version": env!("CARGO_PKG_VERSION")},
            "reporting_date": reporting_date,
            "days": days,
            "source_method": hexodus_publish::SOURCE_METHOD,
            "dissemination_class": "internal",
            "time": self.setup.config.time,
            "daily_location": self.setup.config.mobility,
            "crises": self.setup.crises.iter().map(crate::crisis::Crisis::method).collect::<Vec<_>>(),
            "h3_res": RESOLUTION,
            "cod_version": self.network.areas.cod_version,
            "privacy": self.setup.policy,
            "quality": self.quality_method(),
            "counts": {
                "rows_read": total.read,
                "rows_duplicate_rejected": {"duplicates": total.duplicates, "rejected": rejected},
                "rows_accepted": total.located + total.unlocated,
            },
            "network": {
                "small_areas": self.network.report.small_areas,
                "area_warnings": self.network.report.area_warnings,
                "radio_cell_rows": self.network.report.radio_cell_rows,
                "radio_cell_rows_rejected": self.network.report.radio_cell_rows_rejected,
                "radio_cells": self.network.report.radio_cells,
            },
            "inputs": inputs,
            "key_epochs": self.key_epochs(days),
            "days_without_events": self.pruned_days(days),
            "accepted_in_part": accept::recorded(manifest),
            "limits": self.limits(),
        })
    }

    /// Which days the checks keep out, and which were accepted all the same.
    fn quality_method(&self) -> serde_json::Value {
        let (mut refused, mut excluded, mut accepted) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for (day, entry) in &self.store.manifest().days {
            let Some(verdict) = &entry.verdict else { continue };
            let names = verdict.names(Consequence::Exclude);
            match &entry.acceptance {
                _ if !entry.is_trusted() => drop(refused.insert(day, names)),
                Some(acceptance) if !verdict.refused_by().is_empty() => drop(accepted.insert(day, &acceptance.reason)),
                _ if names.is_empty() => {}
                _ => drop(excluded.insert(day, names)),
            }
        }
        serde_json::json!({
            "rules": self.setup.config.quality,
            "days_refused": refused,
            "days_excluded_from_baselines": excluded,
            "days_accepted": accepted,
        })
    }

    fn limits(&self) -> Vec<String> {
        let mut limits: Vec<String> = [
            "class internal: there is no complementary suppression yet, suppressed numbers can be found by differencing",
            "subscribers, not people: no scaling has run",
            "one SIM is not one person; SIM swaps are not detected",
            "a network outage is not displacement",
        ]
        .map(Into::into)
        .to_vec();
        if self.network.areas.levels.is_empty() {
            limits.push("no areas were configured: H3 tables only".into());
        }
        if self.network.areas_only {
            limits.push(
                "places are areas: an H3 cell stands for a whole one, so there are no H3 tables, and impossible \
                 locations are not looked for"
                    .into(),
            );
        }
        if self.setup.config.mobility.daily_location == hexodus_mobility::DailyLocationRule::Night {
            limits.push("the night of the last day is provisional until the next day is stored".into());
        }
        limits
    }
}
