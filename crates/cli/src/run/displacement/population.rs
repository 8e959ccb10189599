//! The population present in each area on every day since the event: the reference, with those displaced to it and from it.

use super::super::Run;
use super::super::days::TALLIES;
use crate::crisis::Crisis;
use crate::failure::Failure;
use crate::population::KnownPopulation;
use hexodus_estimate::people::present::{Present, Reference, Stock, present};
use hexodus_estimate::{AreaRemark, StandsFor, median};
use hexodus_model::{AreaKey, Level, LocalDay, PeopleOf, Presence, Reserved, UnitKey};
use hexodus_publish::{ReleaseContext, ReleaseFolder, encode_population};
use hexodus_release::{PeopleDay, PopulationDay, PopulationFigures, release_population};
use hexodus_store::{CrisisCounts, Wanted};
use std::collections::{BTreeMap, BTreeSet};

/// Share of all people by which sums may be off: rounding, and nothing else (methods §7.3).
const CONSERVED_WITHIN: f64 = 1e-9;

/// A month of the anchor, in days.
const MONTH: f64 = 30.0;

/// Fewer days of a baseline tell no usual presence.
const FEWEST_DAYS: usize = 7;

/// By day and area, people by who is seen there, and on how many subscribers that rests.
type Direct = BTreeMap<LocalDay, BTreeMap<UnitKey, (f64, u64)>>;

/// Subscribers seen by day, level and area: of the days of the baseline that may be learnt from, and those since the event.
pub(super) type Seen = Vec<(LocalDay, Vec<(u8, Vec<(UnitKey, u64)>)>)>;

/// What a level is computed from besides its figures of people.
struct LevelPeople<'a> {
    level: u8,
    people: BTreeMap<UnitKey, f64>,
    not_followed: BTreeSet<UnitKey>,
    stands_for: &'a StandsFor,
    direct: Direct,
    out_of_sight: &'a BTreeSet<(LocalDay, AreaKey)>,
}

impl Run<'_> {
    /// Who was seen in areas, read once for all levels.
    pub(super) fn seen_in_areas(&self, crisis: &Crisis) -> Result<Seen, Failure> {
        let is_told = |day: LocalDay| day >= crisis.event || crisis.baseline.contains(day);
        let mut seen = Seen::new();
        for (day, tallies) in
            self.past_and_present(crisis, TALLIES, Wanted::Presence)?.into_iter().filter(|own| is_told(own.0))
        {
            let of_area = |own: Presence| match (own.level, own.hour) {
                (Level::Adm(level), None) => Some((level, own.entries)),
                _ => None,
            };
            seen.push((day, tallies.presence.into_iter().filter_map(of_area).collect()));
        }
        Ok(seen)
    }

    /// Writes the table of a level, `days` being its figures of people.
    pub(super) fn write_population(
        &self,
        crisis: &Crisis,
        counts: &CrisisCounts,
        level: u8,
        (days, stands_for, out_of_sight): (&[PeopleDay], &StandsFor, &BTreeSet<(LocalDay, AreaKey)>),
        seen: &Seen,
        (writer, context): (&ReleaseFolder, &ReleaseContext<'_>),
    ) -> Result<(), Failure> {
        let Some(known) = &self.network.population else { return Ok(()) };
        let people = self.reference_people(known, level, stands_for);
        let not_followed = people.keys().copied().filter(|own| !stands_for.people.contains_key(own)).collect();
        let direct = self.direct(crisis, known, seen, (level, &people));
        let of_level = LevelPeople { level, people, not_followed, stands_for, direct, out_of_sight };
        let mut by_day: BTreeMap<LocalDay, Vec<&PeopleDay>> = BTreeMap::new();
        for own in days {
            by_day.entry(own.day).or_default().push(own);
        }
        let mut rows = Vec::new();
        for day in counts.stock.iter().map(|table| table.day) {
            let figures = by_day.remove(&day).unwrap_or_default();
            rows.extend(self.population_on(crisis, known, day, &figures, &of_level)?);
        }
        let table = release_population(Level::Adm(level), rows, &self.setup.policy);
        let phase = |day| crisis.phase(day).map(str::to_owned);
        self.write_below(crisis, &encode_population(&table, context, &phase)?, writer)
    }

    /// People by area: by the population, else by the market share of its residents.
    fn reference_people(&self, known: &KnownPopulation, level: u8, stands_for: &StandsFor) -> BTreeMap<UnitKey, f64> {
        let figures = known.people.at_level(&self.network.areas, level);
        let of_area = |(area, own): (u32, Option<f64>)| {
            let unit = UnitKey::area(AreaKey(area));
            Some((unit, own.or_else(|| stands_for.people.get(&unit).copied())?))
        };
        (0..).zip(figures).filter_map(of_area).collect()
    }

    fn population_on(
        &self,
        crisis: &Crisis,
        known: &KnownPopulation,
        day: LocalDay,
        figures: &[&PeopleDay],
        of_level: &LevelPeople<'_>,
    ) -> Result<Vec<PopulationDay>, Failure> {
        let stock = |own: &&PeopleDay| {
            let (people, interval) = (own.figures.estimate, own.figures.interval);
            (own.of, Stock { people, interval, subscribers: own.subscribers })
        };
        let stocks: BTreeMap<PeopleOf, Stock> = figures.iter().map(stock).collect();
        let observed: BTreeMap<PeopleOf, u64> = figures.iter().map(|own| (own.of, own.observed)).collect();
        let is_hidden = |unit: UnitKey| unit.as_area().is_some_and(|own| of_level.out_of_sight.contains(&(day, own)));
        let none = BTreeMap::new();
        let direct = of_level.direct.get(&day).unwrap_or(&none);
        // Where too little can be seen, presence tells of the network.
        let pulls: BTreeMap<UnitKey, f64> =
            direct.iter().filter(|own| !is_hidden(*own.0)).map(|(&unit, own)| (unit, own.0)).collect();
        let months = f64::from(day.0 - crisis.event.0 + 1) / MONTH;
        let share = 1.0 - (1.0 - known.anchor_per_month).powf(months);
        let reference = Reference {
            people: &of_level.people,
            not_followed: &of_level.not_followed,
            cv: known.people.reference.cv,
            anchor: (share > 0.0).then_some((&pulls, share)),
        };
        let told = present(&stocks, &reference).map_err(Failure::estimate)?;
        check_sums(day, of_level.level, &told)?;
        let universe = self.universe(Level::Adm(of_level.level)).unwrap_or_default();
        let units: BTreeSet<UnitKey> =
            universe.into_iter().chain(told.keys().copied()).chain([UnitKey::reserved(Reserved::Unknown)]).collect();
        let everybody = observed.get(&PeopleOf::Everywhere).copied().unwrap_or(0);
        Ok(units
            .into_iter()
            .map(|area| {
                let own = told.get(&area);
                let direct = direct.get(&area);
                let remark = of_level.stands_for.remarks.get(&area).filter(|own| **own != AreaRemark::Pooled);
                let may_leave = of_level.stands_for.people.contains_key(&area);
                let figures = PopulationFigures {
                    reference: of_level.people.get(&area).copied(),
                    inflow: own.map(|own| own.inflow),
                    outflow: own.map(|own| own.outflow).filter(|_| may_leave),
                    adjustment: own.map(|own| own.adjustment),
                    people: own.and_then(|own| own.people),
                    interval: own.and_then(|own| own.interval),
                    direct: direct.map(|own| own.0),
                    remark: remark.map(|own| own.name()),
                };
                PopulationDay {
                    day,
                    area,
                    subscribers: own.map_or([0; 2], |own| [own.inflow_subscribers, own.outflow_subscribers]),
                    observed: observed.get(&PeopleOf::From(area)).copied().unwrap_or(everybody),
                    present: direct.map_or(0, |own| own.1),
                    low_coverage: is_hidden(area),
                    figures,
                }
            })
            .collect())
    }

    /// People of each area by how many subscribers were seen there on a day, those who came since among them: reference ×
    /// seen / the usual day of the baseline, each with the people a subscriber stood for on its day.
    fn direct(
        &self,
        crisis: &Crisis,
        known: &KnownPopulation,
        seen: &Seen,
        (level, reference): (u8, &BTreeMap<UnitKey, f64>),
    ) -> Direct {
        let mut usual: BTreeMap<UnitKey, Vec<(f64, u64)>> = BTreeMap::new();
        let mut since = Direct::new();
        let mut baseline = 0;
        for (day, levels) in seen {
            let day = *day;
            let seen = levels.iter().filter(|own| own.0 == level).flat_map(|own| &own.1);
            let people = |unit: UnitKey, seen: u64| {
                let each = unit.as_area().and_then(|own| known.shares.on(&self.network.areas, (level, own), day));
                (each.unwrap_or(1.0) * seen as f64, seen)
            };
            let seen = seen.map(|&(unit, seen)| (unit, people(unit, seen)));
            if day >= crisis.event {
                since.insert(day, seen.collect());
            } else {
                baseline += 1;
                seen.for_each(|(unit, own)| usual.entry(unit).or_default().push(own));
            }
        }
        // An area unseen on half of the days has no usual day.
        usual.retain(|_, days| baseline >= FEWEST_DAYS && 2 * days.len() > baseline);
        for today in since.values_mut() {
            today.retain(|unit, own| {
                let Some((days, people)) = usual.get(unit).zip(reference.get(unit)) else { return false };
                let Some(day) = median(&days.iter().map(|own| own.0).collect::<Vec<_>>()) else { return false };
                *own = (people * own.0 / day, own.1.min(days.iter().map(|own| own.1).min().unwrap_or(0)));
                day > 0.0
            });
        }
        since
    }
}

/// Exit 5 with the figures that do not add up.
fn check_sums(day: LocalDay, level: u8, told: &BTreeMap<UnitKey, Present>) -> Result<(), Failure> {
    let sum = |of: fn(&Present) -> f64| told.values().map(of).sum::<f64>();
    let reference = sum(|own| own.reference.unwrap_or(0.0));
    let present = sum(|own| own.reference.unwrap_or(0.0) + own.inflow - own.outflow + own.adjustment);
    let (inflow, outflow) = (sum(|own| own.inflow), sum(|own| own.outflow));
    let off = |left: f64, right: f64| (left - right).abs() > CONSERVED_WITHIN * reference.max(1.0);
    if off(inflow, outflow) || off(present, reference) {
        let what = format!("population_adm{level} on {day}");
        let sums = format!("reference {reference}, present {present}, inflow {inflow}, outflow {outflow}");
        return Err(Failure::identity(format!("{what} does not add up: {sums}")));
    }
    for own in told.values().filter(|own| own.people.is_some()) {
        let sum = own.reference.unwrap_or(0.0) + own.inflow - own.outflow + own.adjustment;
        if off(own.people.unwrap_or(0.0), sum) {
            return Err(Failure::identity(format!("population_adm{level} on {day}: an area does not add up: {own:?}")));
        }
    }
    Ok(())
}
