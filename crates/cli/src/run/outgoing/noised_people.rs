//! People of noised counts: weights from noised panels and the public population, intervals in closed form with the noise
//! in them. No subscriber is looked at again.

use super::people::{errors, people_of};
use crate::failure::Failure;
use crate::population::KnownPopulation;
use hexodus_estimate::{CountedOrigin, StandsFor};
use hexodus_model::{AreaTree, Level, UnitKey};
use hexodus_release::outgoing::{NoisedLevel, OutgoingFigure, OutgoingKey, PeopleNumber};
use std::collections::BTreeMap;

/// People of a level.
#[derive(Debug, Default)]
pub(super) struct NoisedLevelPeople {
    pub(super) people: BTreeMap<OutgoingKey, PeopleNumber>,
    pub(super) stands_for: StandsFor,
    pub(super) largest_weight: f64,
}

/// Of every pair and figure of a level that has a population.
pub(super) fn level_people(
    level: &NoisedLevel,
    (known, areas): (&KnownPopulation, &AreaTree),
    variance: f64,
) -> Result<NoisedLevelPeople, Failure> {
    let Level::Adm(adm) = level.level else { return Ok(NoisedLevelPeople::default()) };
    let residents: BTreeMap<UnitKey, u64> =
        level.figures[&OutgoingFigure::Residents].iter().map(|(&unit, &count)| (unit, floored(count))).collect();
    let stands_for = known.stands_for(areas, adm, &residents)?;
    let errors = errors(known, variance);
    let mut people = BTreeMap::new();
    let mut add = |key: OutgoingKey, origin: CountedOrigin, whole: f64| -> Result<(), Failure> {
        people.extend(people_of(&[origin], whole, &errors)?.map(|own| (key, own)));
        Ok(())
    };
    for (&pair, &count) in &level.pairs {
        if let Some(origin) = counted(level, &stands_for, (OutgoingFigure::From, pair.origin), count) {
            add(OutgoingKey::Pair(pair), origin, origin.people)?;
        }
    }
    for figure in [OutgoingFigure::From, OutgoingFigure::Returned, OutgoingFigure::Unobserved] {
        for (&unit, &count) in &level.figures[&figure] {
            if let Some(origin) = counted(level, &stands_for, (figure, unit), count) {
                add(OutgoingKey::Figure(figure, unit), origin, origin.people)?;
            }
        }
    }
    // Hosts: where their guests come from is noised pair by pair, so all guests stand for as many people as the displaced do
    // on average.
    let (from, displaced) = displaced_people(level, &stands_for);
    let everybody = stands_for.everybody();
    if from > 0.0 && displaced > 0.0 {
        let observed = (everybody * displaced / from).round() as u64;
        for (&unit, &count) in &level.figures[&OutgoingFigure::Stock] {
            let count = floored(count).min(observed);
            let origin = CountedOrigin { people: everybody, count, observed };
            add(OutgoingKey::Figure(OutgoingFigure::Stock, unit), origin, everybody)?;
        }
    }
    let weight = |(unit, people): (&UnitKey, &f64)| people / (residents.get(unit).copied().unwrap_or(0).max(1) as f64);
    let largest_weight = stands_for.people.iter().map(weight).fold(1.0, f64::max);
    Ok(NoisedLevelPeople { people, stands_for, largest_weight })
}

/// Of the country: the displaced, wherever they are.
pub(super) fn country_people(
    level: &NoisedLevel,
    (known, stands_for): (&KnownPopulation, &StandsFor),
    variance: f64,
) -> Result<BTreeMap<OutgoingFigure, PeopleNumber>, Failure> {
    let (from, _) = displaced_people(level, stands_for);
    let observed: u64 = stands_for.people.keys().map(|&unit| observed(level, unit)).sum();
    let everybody = stands_for.everybody();
    let count = (from.max(0.0) / everybody * observed as f64).round() as u64;
    let origin = CountedOrigin { people: everybody, count: count.min(observed), observed };
    // The sum of as many noised counts as there are areas.
    let errors = errors(known, variance * stands_for.people.len() as f64);
    let number = people_of(&[origin], everybody, &errors)?;
    let figures = [OutgoingFigure::From, OutgoingFigure::Stock].into_iter();
    Ok(figures.filter_map(|figure| Some((figure, number?))).collect())
}

const fn floored(count: i64) -> u64 {
    if count > 0 { count.unsigned_abs() } else { 0 }
}

fn figure(level: &NoisedLevel, figure: OutgoingFigure, unit: UnitKey) -> i64 {
    level.figures[&figure].get(&unit).copied().unwrap_or(0)
}

/// Of the panel of a home, those who were observed.
fn observed(level: &NoisedLevel, unit: UnitKey) -> u64 {
    floored(figure(level, OutgoingFigure::Residents, unit) - figure(level, OutgoingFigure::Unobserved, unit))
}

/// A count of a home as a part of those observed; of the unobserved, as a part of the panel.
fn counted(
    level: &NoisedLevel,
    stands_for: &StandsFor,
    (of, unit): (OutgoingFigure, UnitKey),
    count: i64,
) -> Option<CountedOrigin> {
    let people = *stands_for.people.get(&unit)?;
    let observed = match of {
        OutgoingFigure::Unobserved => floored(figure(level, OutgoingFigure::Residents, unit)),
        _ => observed(level, unit),
    };
    Some(CountedOrigin { people, count: floored(count).min(observed), observed })
}

/// People displaced from all homes, and the subscribers behind them; negative counts are part of both sums.
fn displaced_people(level: &NoisedLevel, stands_for: &StandsFor) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    for (&unit, people) in &stands_for.people {
        let count = figure(level, OutgoingFigure::From, unit) as f64;
        let observed = observed(level, unit);
        if observed > 0 {
            sums.0 += people * count / observed as f64;
            sums.1 += count;
        }
    }
    sums
}
