//! A released day under differential privacy: noise first, everything else on what comes out of it (methods §15).
//!
//! A subscriber of the panel is at each level in exactly one row of the states (displaced from a home to a host; or
//! returned, unobserved, stayed, by home), and in at most one of the displaced by home and of the displaced by host: three
//! tables of sensitivity 1 a level and day. What is counted over the days of a period may hold a subscriber several
//! times: it does not leave under noise.

use super::counts::{OutgoingDay, OutgoingKey, OutgoingLevel, PeopleNumber};
use super::figure::{FigureUnit, OutgoingFigure};
use crate::noise::{
    Charge, Mechanism, NoiseError, NoiseKey, Parameters, RatioError, Rho, RowKey, TableNoise, TableScope,
};
use hexodus_model::{Level, LocalDay, OdPair, UnitKey};
use std::collections::BTreeMap;
use std::num::NonZeroU32;

/// Tables of a level.
const TABLES: u32 = 3;

/// States of those who are not displaced.
const AT_HOME: [OutgoingFigure; 3] = [OutgoingFigure::Returned, OutgoingFigure::Unobserved, OutgoingFigure::Stayed];

/// The states of one level as noise knows them: a figure or a pair, by codes of areas that outlast their order in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row<'a> {
    state: &'static str,
    origin: &'a str,
    host: &'a str,
}

impl RowKey for Row<'_> {
    fn put(&self, out: &mut Vec<u8>) {
        (self.state, (self.origin, self.host)).put(out);
    }
}

/// The noise of a day, ready to be drawn once it is charged.
#[derive(Debug)]
pub struct DayNoise<'a> {
    day: &'a OutgoingDay,
    /// States, displaced by home, displaced by host, of each level.
    levels: Vec<[TableNoise<Row<'a>>; TABLES as usize]>,
    codes: &'a Codes,
    variance: f64,
}

/// What costs ρ: all tables of a day.
pub fn day_mechanism(levels: usize, rho: Rho) -> Result<Mechanism, RatioError> {
    let tables = NonZeroU32::new(TABLES * levels as u32).unwrap_or(NonZeroU32::MIN);
    Mechanism::gaussian(rho, tables, NonZeroU32::MIN)
}

/// Codes of the units of each level.
pub type Codes = Vec<BTreeMap<UnitKey, String>>;

impl<'a> DayNoise<'a> {
    /// The noise of `day`, released as `release` (a digest of its content); `codes` are of its levels.
    ///
    /// # Errors
    /// [`NoiseError::Repeated`] where two units have one code.
    pub fn of(
        day: &'a OutgoingDay,
        codes: &'a Codes,
        (key, release, mechanism): (&NoiseKey, &str, Mechanism),
    ) -> Result<Self, NoiseError> {
        let of_level = |(own, codes): (&'a OutgoingLevel, &'a BTreeMap<UnitKey, String>)| {
            let table = |table: &str, counts: &[(Row<'a>, u64)]| {
                let scope = TableScope { release, table, level: own.level, day: day.period.last };
                TableNoise::new(key, &scope, Parameters::one_row(mechanism), counts)
            };
            let code = |unit: UnitKey| codes.get(&unit).map_or("", String::as_str);
            let figure = |figure: OutgoingFigure| {
                let entries = own.figures.get(&figure).map_or(&[][..], Vec::as_slice);
                entries.iter().map(move |&(unit, count)| (row(figure, code(unit)), count))
            };
            let pairs =
                own.pairs.iter().map(|&(pair, count)| (pair_row(code(pair.origin), code(pair.destination)), count));
            let states: Vec<_> = pairs.chain(AT_HOME.into_iter().flat_map(figure)).collect();
            Ok([
                table("states", &states)?,
                table("from", &figure(OutgoingFigure::From).collect::<Vec<_>>())?,
                table("stock", &figure(OutgoingFigure::Stock).collect::<Vec<_>>())?,
            ])
        };
        let levels = day.levels.iter().zip(codes).map(of_level).collect::<Result<_, _>>()?;
        Ok(Self { day, levels, codes, variance: mechanism.noise_variance() })
    }

    /// What it costs.
    pub fn charges(&self) -> Vec<Charge> {
        self.levels.iter().flatten().map(|own| own.charge().clone()).collect()
    }

    /// Draws; `ledger` must hold the charges.
    ///
    /// # Errors
    /// [`NoiseError::NotCharged`], [`NoiseError::OutsideUniverse`].
    pub fn draw(&self, ledger: &[Charge]) -> Result<NoisedDay, NoiseError> {
        let mut levels = Vec::with_capacity(self.levels.len());
        for ((own, tables), codes) in self.day.levels.iter().zip(&self.levels).zip(self.codes) {
            levels.push(draw_level(own, tables, codes, ledger)?);
        }
        Ok(NoisedDay { day: self.day.period.last, levels, variance: self.variance })
    }
}

const fn row(figure: OutgoingFigure, code: &str) -> Row<'_> {
    Row { state: figure.id(), origin: code, host: "" }
}

const fn pair_row<'a>(origin: &'a str, host: &'a str) -> Row<'a> {
    Row { state: "displaced", origin, host }
}

/// Noised counts of a level, negative ones included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoisedLevel {
    /// The level.
    pub level: Level,
    /// By home and host: every pair.
    pub pairs: BTreeMap<OdPair, i64>,
    /// By figure and area: every area.
    pub figures: BTreeMap<OutgoingFigure, BTreeMap<UnitKey, i64>>,
}

/// A day after the noise: public from here on, but for the rule that small numbers are of no use.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct NoisedDay {
    /// The released day.
    pub day: LocalDay,
    /// From the top.
    pub levels: Vec<NoisedLevel>,
    /// Of the noise of each number, subscribers².
    pub variance: f64,
}

/// A noised day as it is told. Only [`NoisedDay::told`] makes one, so what is released as noised was noised.
#[derive(Clone, Debug, PartialEq)]
pub struct ToldDay(OutgoingDay);

impl ToldDay {
    pub(super) const fn day(&self) -> &OutgoingDay {
        &self.0
    }
}

fn draw_level(
    own: &OutgoingLevel,
    [states, from, stock]: &[TableNoise<Row<'_>>; 3],
    codes: &BTreeMap<UnitKey, String>,
    ledger: &[Charge],
) -> Result<NoisedLevel, NoiseError> {
    let units = || own.units.iter().filter_map(|&(unit, _)| Some((unit, codes.get(&unit)?.as_str())));
    let pairs: Vec<(OdPair, Row<'_>)> = units()
        .flat_map(|(origin, from)| {
            units().map(move |(destination, to)| (OdPair { origin, destination }, pair_row(from, to)))
        })
        .collect();
    let at_home = AT_HOME.into_iter().flat_map(|figure| units().map(move |(_, code)| row(figure, code)));
    let universe: Vec<Row<'_>> = pairs.iter().map(|own| own.1).chain(at_home).collect();
    let drawn: BTreeMap<Row<'_>, i64> = states.of_public_keys(&universe, ledger)?.into_iter().collect();
    let by_unit = |figure: OutgoingFigure, drawn: &BTreeMap<Row<'_>, i64>| {
        units().filter_map(|(unit, code)| Some((unit, *drawn.get(&row(figure, code))?))).collect()
    };
    let margin = |figure: OutgoingFigure, table: &TableNoise<Row<'_>>| {
        let universe: Vec<Row<'_>> = units().map(|(_, code)| row(figure, code)).collect();
        let drawn = table.of_public_keys(&universe, ledger)?.into_iter().collect();
        Ok::<_, NoiseError>(by_unit(figure, &drawn))
    };
    let mut figures: BTreeMap<OutgoingFigure, BTreeMap<UnitKey, i64>> =
        AT_HOME.into_iter().map(|figure| (figure, by_unit(figure, &drawn))).collect();
    figures.insert(OutgoingFigure::From, margin(OutgoingFigure::From, from)?);
    figures.insert(OutgoingFigure::Stock, margin(OutgoingFigure::Stock, stock)?);
    // The panel is the sum of its states, as noised: so it costs nothing.
    let residents = units().map(|(unit, _)| {
        let states =
            [OutgoingFigure::From, OutgoingFigure::Returned, OutgoingFigure::Unobserved, OutgoingFigure::Stayed];
        (unit, states.iter().map(|figure| figures[figure].get(&unit).copied().unwrap_or(0)).sum())
    });
    let residents = residents.collect();
    figures.insert(OutgoingFigure::Residents, residents);
    let pairs = pairs.into_iter().filter_map(|(pair, row)| Some((pair, *drawn.get(&row)?))).collect();
    Ok(NoisedLevel { level: own.level, pairs, figures })
}

/// People behind the numbers of a noised day, by level and of the country.
pub type NoisedPeople = (Vec<BTreeMap<OutgoingKey, PeopleNumber>>, BTreeMap<OutgoingFigure, PeopleNumber>);

impl NoisedDay {
    /// The day as it is told: negative counts are 0. `of` is the day before the noise, of which only what is public is
    /// taken: days, areas, which hosts are out of sight, which areas have no population.
    pub fn told(&self, of: &OutgoingDay, (people, largest_weight): (Option<NoisedPeople>, f64)) -> ToldDay {
        let floored = |count: i64| count.max(0).unsigned_abs();
        let unit = if people.is_some() { FigureUnit::People } else { FigureUnit::Subscribers };
        let (by_level, of_country) = people.unwrap_or_default();
        let mut by_level = by_level.into_iter();
        let levels = self.levels.iter().zip(&of.levels).map(|(own, of)| OutgoingLevel {
            level: own.level,
            units: of.units.clone(),
            pairs: own.pairs.iter().map(|(&pair, &count)| (pair, floored(count))).collect(),
            figures: own
                .figures
                .iter()
                .map(|(&figure, counts)| {
                    (figure, counts.iter().map(|(&unit, &count)| (unit, floored(count))).collect())
                })
                .collect(),
            people: by_level.next().unwrap_or_default(),
            missing: of.missing.clone(),
            affected: of.affected.clone(),
            out_of_sight: of.out_of_sight.clone(),
        });
        let total = |counts: &BTreeMap<UnitKey, i64>| floored(counts.values().sum());
        let totals =
            self.levels.first().map(|top| top.figures.iter().map(|(&figure, own)| (figure, total(own))).collect());
        ToldDay(OutgoingDay {
            period: of.period,
            unit,
            levels: levels.collect(),
            // Its counts are not noised.
            h3: None,
            totals: totals.unwrap_or_default(),
            people: of_country,
            largest_weight,
        })
    }
}
