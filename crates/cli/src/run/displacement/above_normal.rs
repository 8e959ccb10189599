//! What each day of a crisis has above normal: presence, day-to-day flows and home → present, area by area.

use super::super::Run;
use super::super::days::TALLIES;
use super::super::flows::FLOWS;
use super::by_areas::ByAreas;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_estimate::{AboveNormal, History, above_normal};
use hexodus_model::{FlowMatrix, Level, LocalDay, UnitKey};
use hexodus_publish::{ReleaseContext, ReleaseFolder, encode_above_normal};
use hexodus_release::{AboveNormalFigures, SeriesDay, SeriesKind, release_above_normal};
use hexodus_store::{DayTallies, Part, Wanted};
use rayon::prelude::*;

/// The longest past that tells what is normal: 13 weeks (methods §6.1).
const PAST_DAYS: i32 = 91;

/// An area, or a pair of areas.
type Key = (UnitKey, Option<UnitKey>);

impl Run<'_> {
    /// Writes the tables of a crisis at every level of areas.
    pub(super) fn write_above_normal(
        &self,
        crisis: &Crisis,
        by_areas: &[ByAreas],
        writer: &ReleaseFolder,
        context: &ReleaseContext<'_>,
    ) -> Result<(), Failure> {
        let presence = self.past_and_present(crisis, TALLIES, Wanted::Presence)?;
        let day_to_day = self.past_and_present(crisis, FLOWS, Wanted::All)?;
        for own in by_areas {
            let level = Level::Adm(own.level);
            let series = [
                (SeriesKind::Presence, presence_history(crisis, level, &presence)),
                (SeriesKind::DayToDay, self.flow_history(crisis, level, &day_to_day)),
                (SeriesKind::HomeToPresent, self.home_history(crisis, &own.home_to_present)),
            ];
            for (kind, history) in series {
                let judged: Vec<SeriesDay> = above_normal(&history).into_iter().map(series_day).collect();
                if judged.is_empty() {
                    continue;
                }
                let policy = &self.setup.policy;
                let table = release_above_normal(kind, level, history.baseline.len(), &judged, policy);
                let phase = |day| crisis.phase(day).map(str::to_owned);
                self.write_below(crisis, &encode_above_normal(&table, context, &phase)?, writer)?;
            }
        }
        Ok(())
    }

    /// Stored counts of the days since 13 weeks before the event that may be learnt from, or are to be judged.
    pub(super) fn past_and_present(
        &self,
        crisis: &Crisis,
        kind: &str,
        wanted: Wanted,
    ) -> Result<Vec<(LocalDay, DayTallies)>, Failure> {
        let first = LocalDay(crisis.event.0 - PAST_DAYS);
        let mut days = self.store.manifest().usable_days();
        days.retain(|&day| day >= first && (day >= crisis.event || self.teaches(crisis, day)));
        let part = |day: &LocalDay| Some((*day, &self.store.manifest().days.get(day)?.derived.get(kind)?.part));
        let parts: Vec<(LocalDay, &Part)> = days.iter().filter_map(part).collect();
        parts.into_par_iter().map(|(day, part)| Ok((day, self.store.read_tallies(day, part, wanted)?))).collect()
    }

    fn flow_history(&self, crisis: &Crisis, level: Level, days: &[(LocalDay, DayTallies)]) -> History<Key> {
        let rolled = |matrix: &FlowMatrix| match level {
            Level::Adm(level) => self.at_level(matrix, level),
            Level::H3 => matrix.clone(),
        };
        let rolled: Vec<FlowMatrix> =
            days.par_iter().flat_map_iter(|(_, tallies)| tallies.flows.iter().map(&rolled)).collect();
        let mut history = History::default();
        for matrix in &rolled {
            // A pair of days is of the event as soon as its second day is.
            note(&mut history, crisis, matrix.first_day, matrix.last_day);
            add(&mut history, matrix);
        }
        history
    }

    fn home_history(&self, crisis: &Crisis, matrices: &[FlowMatrix]) -> History<Key> {
        let mut history = History::default();
        for matrix in matrices {
            let day = matrix.first_day;
            if day >= crisis.event || self.teaches(crisis, day) {
                note(&mut history, crisis, day, day);
                add(&mut history, matrix);
            }
        }
        history
    }
}

fn presence_history(crisis: &Crisis, level: Level, days: &[(LocalDay, DayTallies)]) -> History<Key> {
    let mut history = History::default();
    for (day, tallies) in days {
        note(&mut history, crisis, *day, *day);
        let own = tallies.presence.iter().find(|own| own.level == level && own.hour.is_none());
        for &(unit, count) in own.iter().flat_map(|own| &own.entries) {
            history.counts.entry((unit, None)).or_default().insert(*day, count);
        }
    }
    history
}

/// Whether a day tells what is normal, or is judged.
fn note(history: &mut History<Key>, crisis: &Crisis, first: LocalDay, last: LocalDay) {
    let days = if last < crisis.event { &mut history.baseline } else { &mut history.days };
    days.push(first);
}

fn add(history: &mut History<Key>, matrix: &FlowMatrix) {
    for (pair, count) in &matrix.entries {
        let key = (pair.origin, Some(pair.destination));
        history.counts.entry(key).or_default().insert(matrix.first_day, *count);
    }
}

fn series_day(own: AboveNormal<Key>) -> SeriesDay {
    let AboveNormal { key: (origin, destination), day, value, excess, significant, alert } = own;
    let figures = AboveNormalFigures {
        normal: excess.normal,
        excess: excess.size,
        interval: excess.interval,
        z: excess.z,
        significant,
        alert,
    };
    SeriesDay { day, origin, destination, subscribers: value, figures }
}
