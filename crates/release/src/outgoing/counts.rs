//! What is known of a released day before the wall. CONFIDENTIAL.

use super::figure::{FigureUnit, OutgoingFigure};
use hexodus_model::{Level, OdPair, Period, UnitKey};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A number of one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutgoingKey {
    /// Displaced, from home to host.
    Pair(OdPair),
    /// A figure of an area.
    Figure(OutgoingFigure, UnitKey),
}

/// People behind a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeopleNumber {
    /// Estimate, lower and upper end of its 95 % interval.
    pub people: [f64; 3],
    /// What is special about it.
    pub remark: Option<&'static str>,
}

/// One level of areas.
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingLevel {
    /// The level.
    pub level: Level,
    /// Every unit there is, reserved ones included, with the unit of the level above; ascending.
    pub units: Vec<(UnitKey, Option<UnitKey>)>,
    /// Displaced subscribers by home and host, ascending, above 0.
    pub pairs: Vec<(OdPair, u64)>,
    /// Subscribers by figure and area, ascending, above 0.
    pub figures: BTreeMap<OutgoingFigure, Vec<(UnitKey, u64)>>,
    /// People of every number that can be estimated; empty where subscribers are told.
    pub people: BTreeMap<OutgoingKey, PeopleNumber>,
    /// Why there is no estimate of an area.
    pub missing: BTreeMap<UnitKey, &'static str>,
    /// Areas that the event struck; for the report on what was withheld.
    pub affected: BTreeSet<UnitKey>,
    /// Hosts of which too little can be seen on the day for any figure.
    pub out_of_sight: BTreeSet<UnitKey>,
}

impl OutgoingLevel {
    /// The count of a number.
    pub fn count(&self, key: OutgoingKey) -> u64 {
        let found = match key {
            OutgoingKey::Pair(pair) => self.pairs.binary_search_by_key(&pair, |own| own.0).map(|at| self.pairs[at].1),
            OutgoingKey::Figure(figure, unit) => {
                let entries = self.figures.get(&figure).map_or(&[][..], Vec::as_slice);
                entries.binary_search_by_key(&unit, |own| own.0).map(|at| entries[at].1)
            }
        };
        found.unwrap_or(0)
    }
}

/// The displaced by H3 cell: parts of the areas of the deepest level.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutgoingH3 {
    /// Every H3 cell there is, ascending, with its area of the deepest level: a public list that does not follow the crisis.
    pub cells: Vec<(UnitKey, UnitKey)>,
    /// Subscribers by figure ([`CELL_FIGURES`](super::figure::CELL_FIGURES)) and H3 cell, ascending, above 0. They sum to the
    /// figures of the areas.
    pub figures: BTreeMap<OutgoingFigure, Vec<(UnitKey, u64)>>,
    /// People of every number that can be estimated; empty where subscribers are told.
    pub people: BTreeMap<(OutgoingFigure, UnitKey), PeopleNumber>,
}

impl OutgoingH3 {
    /// The count of a figure of an H3 cell.
    pub fn count(&self, figure: OutgoingFigure, h3: UnitKey) -> u64 {
        let entries = self.figures.get(&figure).map_or(&[][..], Vec::as_slice);
        entries.binary_search_by_key(&h3, |own| own.0).map_or(0, |at| entries[at].1)
    }

    fn content(&self) -> Value {
        let figures = self.figures.iter().map(|(figure, entries)| {
            let entries = entries.iter().map(|(unit, count)| [unit.bits(), *count]);
            json!([figure.id(), entries.collect::<Vec<_>>()])
        });
        let people = self
            .people
            .iter()
            .map(|((figure, unit), own)| json!([figure.id(), unit.bits(), own.people.map(f64::to_bits), own.remark]));
        json!({
            "cells": self.cells.iter().map(|own| [own.0.bits(), own.1.bits()]).collect::<Vec<_>>(),
            "figures": figures.collect::<Vec<_>>(),
            "people": people.collect::<Vec<_>>(),
        })
    }
}

/// One released day: the tables that are protected together.
#[derive(Clone, Debug, PartialEq)]
pub struct OutgoingDay {
    /// The days since the released day before, and this one.
    pub period: Period,
    /// In what numbers leave.
    pub unit: FigureUnit,
    /// From the top.
    pub levels: Vec<OutgoingLevel>,
    /// By H3 cell; `None` where nothing leaves on the grid.
    pub h3: Option<OutgoingH3>,
    /// Subscribers of the country, by figure.
    pub totals: BTreeMap<OutgoingFigure, u64>,
    /// People of the country, by figure.
    pub people: BTreeMap<OutgoingFigure, PeopleNumber>,
    /// How many people one subscriber stands for at most. Of this day alone: a day that leaves again with others must be
    /// rounded as before.
    pub largest_weight: f64,
}

impl OutgoingDay {
    /// The count of the country.
    pub fn total(&self, figure: OutgoingFigure) -> u64 {
        self.totals.get(&figure).copied().unwrap_or(0)
    }

    /// Everything that could be told of the day, for its fingerprint: by ids that later versions keep. CONFIDENTIAL.
    pub fn content(&self) -> Value {
        let number = |own: &PeopleNumber| json!([own.people.map(f64::to_bits), own.remark]);
        let level = |own: &OutgoingLevel| {
            let pairs = own.pairs.iter().map(|(pair, count)| [pair.origin.bits(), pair.destination.bits(), *count]);
            let figures = own.figures.iter().map(|(figure, entries)| {
                let entries = entries.iter().map(|(unit, count)| [unit.bits(), *count]);
                json!([figure.id(), entries.collect::<Vec<_>>()])
            });
            let people = own.people.iter().map(|(key, own)| match key {
                OutgoingKey::Pair(pair) => json!([pair.origin.bits(), pair.destination.bits(), number(own)]),
                OutgoingKey::Figure(figure, unit) => json!([figure.id(), unit.bits(), number(own)]),
            });
            json!({
                "level": own.level.to_string(),
                "units": own.units.iter().map(|own| [Some(own.0.bits()), own.1.map(UnitKey::bits)]).collect::<Vec<_>>(),
                "pairs": pairs.collect::<Vec<_>>(),
                "figures": figures.collect::<Vec<_>>(),
                "people": people.collect::<Vec<_>>(),
                "missing": own.missing.iter().map(|(unit, why)| json!([unit.bits(), why])).collect::<Vec<_>>(),
                "out_of_sight": own.out_of_sight.iter().map(|unit| unit.bits()).collect::<Vec<_>>(),
            })
        };
        json!({
            "period": [self.period.first, self.period.last],
            "unit": self.unit.name(),
            "largest_weight": self.largest_weight.to_bits(),
            "levels": self.levels.iter().map(level).collect::<Vec<_>>(),
            "h3": self.h3.as_ref().map(OutgoingH3::content),
            "people": self.people.iter().map(|(figure, own)| json!([figure.id(), number(own)])).collect::<Vec<_>>(),
        })
    }
}
