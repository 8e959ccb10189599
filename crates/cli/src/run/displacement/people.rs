//! From subscribers to people: the figures of each day, and the tables.

use super::super::Run;
use super::basis::{on_day, quiet_day};
use super::by_areas::ByAreas;
use super::raking::LevelWeights;
use crate::console::grouped;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_estimate::people::estimates::{Basis, PeopleEstimate, corrected_people, weighted_people_estimates};
use hexodus_estimate::{DayFigures, IntervalMethod, StandsFor, WeightedStock, fastest_changes};
use hexodus_locate::PopulationReference;
use hexodus_model::{AreaKey, Dating, Level, LocalDay, PeopleOf, StockTable, UnitKey};
use hexodus_publish::{ReleaseContext, ReleaseFolder, encode_people};
use hexodus_release::{PeopleDay, PeopleFigures, PeopleTable, PeopleTableKind, release_people};
use hexodus_store::CrisisCounts;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Of a day: its stock, plain and weighted; its figures; how fast they change.
type DayParts<'a> = (((&'a StockTable, &'a WeightedStock), &'a (LocalDay, DayFigures)), &'a DayFigures);

/// `qa_flags` of an origin whose residents are weighted by urban and rural homes, too.
const RAKED: &str = "raked";

/// For so many days what was seen after a day may change the correction of it (revised dating).
pub(in crate::run) const PROVISIONAL_DAYS: i32 = hexodus_mobility::subscriber::last_known::KNOWN_DAYS;

/// For so many days it may change the figure of a live table: its states, where home was out of service on the next day,
/// and its interval, by how fast the figure changes.
const PROVISIONAL_DAYS_LIVE: i32 = hexodus_estimate::people::dating::REACH_DAYS;

/// What people of a level are figured from, besides the counts.
#[derive(Clone, Copy)]
pub(in crate::run) struct LevelPeople<'a> {
    /// What was counted.
    pub(in crate::run) counted: &'a ByAreas,
    /// How sure the population is.
    pub(in crate::run) reference: PopulationReference,
    /// How many people stand behind the panel of each area.
    pub(in crate::run) stands_for: &'a StandsFor,
    /// Weights by urban and rural homes, where they are told apart.
    pub(in crate::run) weights: Option<&'a LevelWeights>,
    /// Areas of which on a day too little can be seen.
    pub(in crate::run) out_of_sight: &'a BTreeSet<(LocalDay, AreaKey)>,
}

impl Run<'_> {
    /// Writes the tables of people of a crisis at every level, if a population is known.
    pub(super) fn write_people(
        &self,
        crisis: &Crisis,
        (counts, by_areas): (&CrisisCounts, &[ByAreas]),
        writer: &ReleaseFolder,
        context: &ReleaseContext<'_>,
    ) -> Result<(), Failure> {
        let Some(known) = &self.network.population else { return Ok(()) };
        let seen = self.seen_in_areas(crisis)?;
        for (counted, out_of_sight) in by_areas.iter().zip(self.out_of_sight(crisis, 0)?) {
            let level = counted.level;
            let stands_for = self.stands_for(level, counts)?;
            let weights = self.level_weights(level, counts, &stands_for)?;
            let of = LevelPeople {
                counted,
                reference: known.people.reference,
                stands_for: &stands_for,
                weights: weights.as_ref(),
                out_of_sight: &out_of_sight,
            };
            let days = self.people_at(crisis, counts, of)?;
            if days.is_empty() {
                continue;
            }
            if let Some(weights) = &weights {
                self.tell_raking(crisis, level, weights);
            }
            let missing = stands_for.without_figure();
            for kind in PeopleTableKind::ALL {
                let table = release_people(kind, Level::Adm(level), &days, &missing, &self.setup.policy);
                if kind == PeopleTableKind::All && level == self.network.areas.deepest() {
                    self.tell_people(crisis, &table);
                    self.tell_revised(crisis, (counts, &counted.stock), &table)?;
                }
                let phase = |day| crisis.phase(day).map(str::to_owned);
                self.write_below(crisis, &encode_people(&table, context, &phase)?, writer)?;
            }
            let of_level = (days.as_slice(), &stands_for, &out_of_sight);
            self.write_population(crisis, counts, level, of_level, &seen, (writer, context))?;
            self.write_recovery(crisis, counts, level, (&days, &stands_for), (writer, context))?;
        }
        Ok(())
    }

    /// The headline: the last day, as released.
    fn tell_people(&self, crisis: &Crisis, table: &PeopleTable) {
        let Some((day, figures)) = table.rows.last().and_then(|row| Some((row.day, row.content.figures()?))) else {
            return;
        };
        let [people, low, high] =
            [figures.estimate, figures.interval[0], figures.interval[1]].map(|own| grouped(own.round() as u64));
        let normal = figures.normal.map_or(String::new(), |normal| {
            format!("; {} of them to expect without an event", grouped(normal.round() as u64))
        });
        let operation = &crisis.operation;
        self.console.step(&format!("{operation}: {people} people displaced on {day} ({low} to {high}){normal}"));
    }

    /// The figures of all days at a level, not yet released.
    pub(in crate::run) fn people_at(
        &self,
        crisis: &Crisis,
        counts: &CrisisCounts,
        LevelPeople { counted, reference, stands_for, weights, out_of_sight }: LevelPeople<'_>,
    ) -> Result<Vec<PeopleDay>, Failure> {
        let level = counted.level;
        let stayers = self.stayers(crisis, &counted.home_to_present);
        let misplaced = self.misplaced(level, counts);
        let last = counts.stock.last().map_or(crisis.event, |table| table.day);
        let variances: BTreeMap<(LocalDay, Level, PeopleOf), f64> =
            counts.variances.iter().map(|own| (own.key(), own.variance)).collect();
        let days = counts.stock.par_iter().zip(&counted.stock);
        let stocks: Vec<WeightedStock> =
            days.map(|(grid, table)| self.weighted_stock((grid, table), level, weights)).collect();
        // First the figures of all days, as how fast they change is a part of their intervals.
        let figures = |(table, stock): (&StockTable, &WeightedStock)| {
            let misplaced = on_day(&misplaced, quiet_day(counts, table.day).near);
            Ok((table.day, corrected_people(table, stock, stands_for, &misplaced)?))
        };
        let figures =
            counted.stock.par_iter().zip(&stocks).map(figures).collect::<Result<Vec<(LocalDay, DayFigures)>, _>>();
        let figures = figures.map_err(Failure::estimate)?;
        let changes = fastest_changes(&figures);
        let of_day = |(((table, stock), (_, corrected)), changes): DayParts<'_>| {
            let is_raked = |origin: UnitKey| weights.is_some_and(|own| own.holds(origin));
            let quiet = quiet_day(counts, table.day);
            let basis = Basis {
                stands_for,
                population_cv: reference.cv,
                deff: reference.deff,
                stayers: stayers.get(&table.day).unwrap_or(const { &BTreeMap::new() }),
                misplaced: &on_day(&misplaced, quiet.near),
                normal_share: quiet.far,
                corrected,
                changes,
            };
            let variance = |of| variances.get(&(table.day, Level::Adm(level), of)).copied();
            let estimates = weighted_people_estimates(table, stock, &basis, variance).map_err(Failure::estimate)?;
            let provisional = last.0 - table.day.0 < provisional_days(crisis.dating);
            let people = estimates.into_iter().map(|own| {
                let host = host_of(own.of).and_then(UnitKey::as_area);
                let low_coverage = host.is_some_and(|host| out_of_sight.contains(&(table.day, host)));
                let raked = origin_of(own.of).filter(|&origin| is_raked(origin)).map(|_| RAKED);
                let mut told = people_day(table.day, own, provisional, stands_for);
                told.figures.remark = told.figures.remark.or(raked);
                PeopleDay { low_coverage, ..told }
            });
            Ok(people.collect())
        };
        let parts = counted.stock.par_iter().zip(&stocks).zip(&figures).zip(&changes);
        let days: Vec<Vec<PeopleDay>> = parts.map(of_day).collect::<Result<_, Failure>>()?;
        Ok(days.concat())
    }

    /// The stock of a day, given on the grid and at a level, with residents weighted by classes of their homes where these
    /// are known.
    pub(super) fn weighted_stock(
        &self,
        (grid, table): (&StockTable, &StockTable),
        level: u8,
        weights: Option<&LevelWeights>,
    ) -> WeightedStock {
        let area_of = |unit| self.area_of(unit, level);
        let classes = self.network.population.as_ref().and_then(|own| own.classes.as_ref());
        match weights.zip(classes) {
            Some((own, classes)) => {
                WeightedStock::rolled_up(grid, area_of, |home| own.of(area_of(home), classes.class_of(home)))
            }
            None => WeightedStock::of(table),
        }
    }
}

const fn provisional_days(dating: Dating) -> i32 {
    match dating {
        Dating::Live => PROVISIONAL_DAYS_LIVE,
        Dating::Revised => PROVISIONAL_DAYS,
    }
}

const fn host_of(of: PeopleOf) -> Option<UnitKey> {
    match of {
        PeopleOf::At(host) => Some(host),
        PeopleOf::Pair(pair) => Some(pair.host),
        PeopleOf::From(_) | PeopleOf::Everywhere => None,
    }
}

const fn origin_of(of: PeopleOf) -> Option<UnitKey> {
    match of {
        PeopleOf::From(origin) => Some(origin),
        PeopleOf::Pair(pair) => Some(pair.origin),
        PeopleOf::At(_) | PeopleOf::Everywhere => None,
    }
}

fn people_day(day: LocalDay, own: PeopleEstimate, provisional: bool, stands_for: &StandsFor) -> PeopleDay {
    let origin = origin_of(own.of);
    let figures = PeopleFigures {
        estimate: own.interval.estimate,
        interval: [own.interval.low, own.interval.high],
        method: method_name(own.interval.method),
        uncorrected: own.uncorrected,
        by_stayers: own.by_stayers,
        bounds: own.bounds,
        normal: own.normal,
        variances: [
            own.interval.components.sampling,
            own.interval.components.population,
            own.interval.components.noise,
        ],
        provisional,
        remark: origin.and_then(|origin| stands_for.remarks.get(&origin)).map(|remark| remark.name()),
    };
    PeopleDay { day, of: own.of, subscribers: own.subscribers, observed: own.observed, low_coverage: false, figures }
}

const fn method_name(method: IntervalMethod) -> &'static str {
    match method {
        IntervalMethod::Bootstrap => "bootstrap",
        IntervalMethod::Jeffreys => "jeffreys",
        IntervalMethod::ClosedForm => "closed_form",
    }
}
