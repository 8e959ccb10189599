//! How many people the numbers of a released day are. CONFIDENTIAL.

use super::super::Run;
use super::super::displacement::LevelPeople;
use super::group::{OutOfSight, PeriodTables, counts_of};
use crate::crisis::Crisis;
use crate::failure::Failure;
use crate::population::KnownPopulation;
use hexodus_estimate::{CountedErrors, CountedOrigin, StandsFor, counted_people};
use hexodus_model::{LocalDay, OdPair, OriginCounts, OriginHost, PeopleOf, StockTable, UnitKey};
use hexodus_release::PeopleDay;
use hexodus_release::outgoing::{OutgoingDay, OutgoingFigure, OutgoingKey, PeopleNumber, Side};
use hexodus_store::CrisisCounts;
use std::collections::BTreeMap;

/// Figures that are no stock of the displaced.
const COUNTED: [OutgoingFigure; 5] = [
    OutgoingFigure::Arrived,
    OutgoingFigure::Departed,
    OutgoingFigure::New,
    OutgoingFigure::Returned,
    OutgoingFigure::Unobserved,
];

impl Run<'_> {
    /// Adds people to every number of the days, and how many people one subscriber stands for at most.
    pub(super) fn add_people(
        &self,
        crisis: &Crisis,
        counts: &CrisisCounts,
        out_of_sight: &OutOfSight,
        (days, tables): (&mut [OutgoingDay], &[PeriodTables]),
    ) -> Result<(), Failure> {
        let Some(known) = &self.network.population else { return Ok(()) };
        for (at, level) in (1..=self.deepest_outgoing()).enumerate() {
            let stands_for = self.stands_for(level, counts)?;
            let weights = self.level_weights(level, counts, &stands_for)?;
            let counted = self.by_areas(counts, level);
            let of = LevelPeople {
                counted: &counted,
                reference: known.people.reference,
                stands_for: &stands_for,
                weights: weights.as_ref(),
                out_of_sight: &out_of_sight[at],
            };
            let mut stocks: BTreeMap<LocalDay, Vec<PeopleDay>> = BTreeMap::new();
            for own in self.people_at(crisis, counts, of)? {
                stocks.entry(own.day).or_default().push(own);
            }
            for (day, tables) in days.iter_mut().zip(tables) {
                let tables = &tables[at];
                let is_deepest = level == self.deepest_outgoing();
                let stock = stocks.remove(&day.period.last).unwrap_or_default();
                add_stock(day, at, &stock, is_deepest);
                add_counted(day, at, tables, (known, &stands_for), is_deepest)?;
                if is_deepest {
                    let of_day = counts.stock.iter().find(|own| own.day == day.period.last);
                    let area_of = |unit: UnitKey| self.area_of(unit, level);
                    self.add_cells(day, (of_day, tables), (known, &stands_for), &area_of)?;
                }
                day.levels[at].missing = stands_for.without_figure();
                // Whom nobody sees is counted nowhere: those who are seen stand for the whole area, where they are k.
                let k = self.setup.policy.threshold(day.levels[at].level);
                let standing = |unit: UnitKey| {
                    let own = tables.last().and_then(|table| panel_of(table, unit))?;
                    let seen = own.panel - own.unobserved();
                    Some(if seen >= k { seen } else { own.panel }).filter(|own| *own > 0)
                };
                // Where residents of an area differ in weight, the heaviest of them counts.
                let heaviest = |unit: UnitKey| weights.as_ref().map_or(1.0, |own| own.heaviest(unit));
                let of_areas = stands_for
                    .people
                    .iter()
                    .filter_map(|(&unit, people)| Some(people / standing(unit)? as f64 * heaviest(unit)));
                let own = &day.levels[at];
                let counts = own.people.iter().map(|(&key, number)| (own.count(key), number.people[0]));
                let of_numbers = counts.filter(|own| own.0 >= k).map(|(count, people)| people / count as f64);
                day.largest_weight = of_areas.chain(of_numbers).fold(day.largest_weight, f64::max);
            }
        }
        Ok(())
    }
}

/// What is uncertain about people besides who was seen; `noise_variance` of the counts, subscribers².
pub(super) fn errors(known: &KnownPopulation, noise_variance: f64) -> CountedErrors {
    let reference = known.people.reference;
    CountedErrors { population_cv: reference.cv, deff: reference.deff, noise_variance }
}

/// Counted subscribers as people, with their interval.
pub(super) fn people_of(
    origins: &[CountedOrigin],
    whole: f64,
    errors: &CountedErrors,
) -> Result<Option<PeopleNumber>, Failure> {
    let told = counted_people(origins, whole, errors).map_err(Failure::estimate)?;
    Ok(told.map(|own| PeopleNumber { people: [own.estimate, own.low, own.high], remark: None }))
}

pub(super) fn panel_of(table: &StockTable, unit: UnitKey) -> Option<&OriginCounts> {
    table.origins.binary_search_by_key(&unit, |own| own.0).ok().map(|at| &table.origins[at].1)
}

/// The displaced: as in the tables of a run.
fn add_stock(day: &mut OutgoingDay, at: usize, stock: &[PeopleDay], is_deepest: bool) {
    for own in stock {
        let [low, high] = own.figures.interval;
        let number = PeopleNumber { people: [own.figures.estimate, low, high], remark: own.figures.remark };
        let key = match own.of {
            PeopleOf::Pair(OriginHost { origin, host }) => OutgoingKey::Pair(OdPair { origin, destination: host }),
            PeopleOf::At(host) => OutgoingKey::Figure(OutgoingFigure::Stock, host),
            PeopleOf::From(origin) => OutgoingKey::Figure(OutgoingFigure::From, origin),
            PeopleOf::Everywhere => {
                if is_deepest {
                    day.people.insert(OutgoingFigure::Stock, number);
                    day.people.insert(OutgoingFigure::From, number);
                }
                continue;
            }
        };
        day.levels[at].people.insert(key, number);
    }
}

/// The others: by home, by host, and of the country.
fn add_counted(
    day: &mut OutgoingDay,
    at: usize,
    tables: &[StockTable],
    (known, stands_for): (&KnownPopulation, &StandsFor),
    is_deepest: bool,
) -> Result<(), Failure> {
    let errors = errors(known, 0.0);
    for figure in COUNTED {
        let mut areas: BTreeMap<UnitKey, BTreeMap<UnitKey, u64>> = BTreeMap::new();
        for (origin, host, count) in counts_of(figure, tables) {
            let area = if figure.side() == Side::Host { host } else { origin };
            *areas.entry(area).or_default().entry(origin).or_default() += count;
        }
        let origin = |unit: UnitKey, count: u64| {
            let panel = tables.last().and_then(|table| panel_of(table, unit))?;
            let observed =
                if figure == OutgoingFigure::Unobserved { panel.panel } else { panel.panel - panel.unobserved() };
            Some(CountedOrigin { people: *stands_for.people.get(&unit)?, count: count.min(observed), observed })
        };
        for (&area, counts) in &areas {
            let origins: Vec<CountedOrigin> = counts.iter().filter_map(|(&unit, &count)| origin(unit, count)).collect();
            let whole = match figure.side() {
                Side::Host => stands_for.everybody(),
                Side::Origin => stands_for.people.get(&area).copied().unwrap_or(0.0),
            };
            if let Some(number) = people_of(&origins, whole, &errors)? {
                let remark = stands_for.remarks.get(&area).filter(|_| figure.side() == Side::Origin);
                let number = PeopleNumber { remark: remark.map(|own| own.name()), ..number };
                day.levels[at].people.insert(OutgoingKey::Figure(figure, area), number);
            }
        }
        if is_deepest && figure.has_total() {
            let all = stands_for.people.keys().filter_map(|&unit| {
                origin(unit, areas.get(&unit).and_then(|own| own.get(&unit)).copied().unwrap_or(0))
            });
            if let Some(number) = people_of(&all.collect::<Vec<_>>(), stands_for.everybody(), &errors)? {
                day.people.insert(figure, number);
            }
        }
    }
    Ok(())
}
