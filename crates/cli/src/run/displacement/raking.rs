//! Residents weighted by urban and rural homes, besides their area: raking at each level (methods §7.2).

use super::super::Run;
use crate::crisis::Crisis;
use crate::failure::Failure;
use crate::home_classes::{HomeClasses, area_and_class};
use hexodus_estimate::{ByClass, ClassBlock, NotRaked, StandsFor, class_weights, replicate_class_weights};
use hexodus_locate::LevelArea;
use hexodus_mobility::{ReplicateFigure, ReplicateKey};
use hexodus_model::UnitKey;
use hexodus_store::CrisisCounts;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Class totals off the people of their areas by more than this are told.
const RESCALED_BEYOND: f64 = 0.01;

/// Why areas of one figure and one weight are not raked, besides [`NotRaked`].
const NOT_STATED: &str = "not_stated";

/// The areas that were raked together.
struct Block {
    areas: Vec<UnitKey>,
    people: Vec<f64>,
    totals: ByClass,
}

/// Weights at one level, as multiples of the mean of an area.
#[derive(Default)]
pub(in crate::run) struct LevelWeights {
    relative: BTreeMap<UnitKey, ByClass>,
    blocks: Vec<Block>,
    /// By what is to be said, the areas it is to be said of.
    told: BTreeMap<&'static str, Vec<UnitKey>>,
}

/// Weights of each replicate: by area and class, one a column.
pub(super) type ReplicateWeights = BTreeMap<UnitKey, [Vec<f64>; 2]>;

impl LevelWeights {
    /// Whether an area is raked.
    pub(super) fn holds(&self, area: UnitKey) -> bool {
        self.relative.contains_key(&area)
    }

    /// The weight of a resident.
    pub(super) fn of(&self, area: UnitKey, class: usize) -> f64 {
        self.relative.get(&area).map_or(1.0, |own| own[class])
    }

    /// The largest weight of a resident, or 1 where that is more.
    pub(in crate::run) fn heaviest(&self, area: UnitKey) -> f64 {
        self.relative.get(&area).map_or(1.0, |own| own.iter().copied().fold(1.0, f64::max))
    }

    /// Raked anew in every replicate of the panel, as its residents are others there. `upper` gives the area of the level.
    pub(super) fn of_replicates(
        &self,
        drawn: &BTreeMap<ReplicateKey, Vec<i32>>,
        upper: impl Fn(UnitKey) -> UnitKey,
    ) -> Result<ReplicateWeights, Failure> {
        let columns = drawn.values().next().map_or(0, Vec::len);
        let mut residents: BTreeMap<UnitKey, [Vec<f64>; 2]> = BTreeMap::new();
        for ((_, ends), counts) in drawn.iter().filter(|own| own.0.0 == ReplicateFigure::Panel) {
            let (area, class) = area_and_class(ends.origin);
            let sums = residents.entry(upper(area)).or_insert_with(|| [vec![0.0; columns], vec![0.0; columns]]);
            sums[class].iter_mut().zip(counts).for_each(|(sum, &count)| *sum += f64::from(count));
        }
        let mut weights = ReplicateWeights::new();
        for block in &self.blocks {
            let point: Vec<ByClass> = block.areas.iter().map(|area| self.relative[area]).collect();
            for column in 0..columns {
                let of = |area: &UnitKey| residents.get(area).map_or([0.0; 2], |own| [own[0][column], own[1][column]]);
                let drawn: Vec<ByClass> = block.areas.iter().map(of).collect();
                let block_drawn = ClassBlock { residents: &drawn, people: &block.people, totals: block.totals };
                let own = replicate_class_weights(&block_drawn, &point).map_err(Failure::estimate)?;
                for (&area, own) in block.areas.iter().zip(own) {
                    let of_area = weights.entry(area).or_insert_with(|| [Vec::new(), Vec::new()]);
                    of_area.iter_mut().zip(own).for_each(|(all, own)| all.push(own));
                }
            }
        }
        Ok(weights)
    }
}

impl Run<'_> {
    /// The weights of a level; `None` where urban and rural homes are not told apart. The panel is the same on every day.
    pub(in crate::run) fn level_weights(
        &self,
        level: u8,
        counts: &CrisisCounts,
        stands_for: &StandsFor,
    ) -> Result<Option<LevelWeights>, Failure> {
        let Some(classes) = self.network.population.as_ref().and_then(|own| own.classes.as_ref()) else {
            return Ok(None);
        };
        let mut residents: BTreeMap<UnitKey, ByClass> = BTreeMap::new();
        for (home, own) in counts.stock.last().iter().flat_map(|table| &table.origins) {
            residents.entry(self.area_of(*home, level)).or_default()[classes.class_of(*home)] += own.panel as f64;
        }
        let mut weights = LevelWeights::default();
        for (block, areas) in self.areas_by_block(level, classes, stands_for, &mut weights.told) {
            let Some(totals) = classes.totals.of_rest(&self.network.areas, block, level) else {
                weights.told.entry(NOT_STATED).or_default().extend(areas);
                continue;
            };
            let people: Vec<f64> = areas.iter().map(|area| stands_for.people[area]).collect();
            let own: Vec<ByClass> = areas.iter().map(|area| residents.get(area).copied().unwrap_or_default()).collect();
            let raked = class_weights(&ClassBlock { residents: &own, people: &people, totals });
            match raked.map_err(Failure::estimate)? {
                Ok(found) => {
                    weights.relative.extend(areas.iter().copied().zip(found.relative));
                    let outside = found.outside_clamp.iter().map(|&at| areas[at]);
                    weights.told.entry("outside_clamp").or_default().extend(outside);
                    if (found.rescaled - 1.0).abs() > RESCALED_BEYOND {
                        weights.told.entry("class_totals_rescaled").or_default().extend(&areas);
                    }
                    weights.blocks.push(Block { areas, people, totals });
                }
                Err(why) => weights.told.entry(why.name()).or_default().extend(areas),
            }
        }
        weights.told.retain(|_, areas| !areas.is_empty());
        weights.told.values_mut().for_each(|areas| areas.sort_unstable());
        Ok(Some(weights))
    }

    /// Areas of one figure and one weight, by the area whose class totals are theirs. Areas pooled with others have no
    /// weight of their own to be raked.
    fn areas_by_block(
        &self,
        level: u8,
        classes: &HomeClasses,
        stands_for: &StandsFor,
        told: &mut BTreeMap<&'static str, Vec<UnitKey>>,
    ) -> BTreeMap<LevelArea, Vec<UnitKey>> {
        let mut blocks: BTreeMap<LevelArea, Vec<UnitKey>> = BTreeMap::new();
        for &unit in stands_for.people.keys() {
            let block = unit.as_area().and_then(|own| classes.totals.block_of(&self.network.areas, (level, own)));
            if let Some(remark) = stands_for.remarks.get(&unit) {
                told.entry(remark.name()).or_default().push(unit);
                continue;
            }
            match block {
                Some(block) => blocks.entry(block).or_default().push(unit),
                None => told.entry(NOT_STATED).or_default().push(unit),
            }
        }
        blocks
    }

    /// Says which areas are raked, and names those that are not.
    pub(super) fn tell_raking(&self, crisis: &Crisis, level: u8, weights: &LevelWeights) {
        let name = |unit: &UnitKey| self.network.areas.code(level, *unit).unwrap_or_default().to_owned();
        let operation = &crisis.operation;
        let raked = weights.relative.len();
        self.console.step(&format!("{operation}: adm{level}: {raked} areas weighted by urban and rural homes, too"));
        for (what, areas) in weights.told.iter().filter(|own| *own.0 != NotRaked::OneClass.name()) {
            let names: Vec<String> = areas.iter().map(name).collect();
            self.console.warn(&format!("{operation}: adm{level}: raking: {what}: {}", names.join(", ")));
        }
    }

    /// What was raked of every crisis at every level, for `method.json`; `None` where classes of homes are not told apart.
    pub(in crate::run) fn raking_method(&self) -> Result<Option<Value>, Failure> {
        if self.network.population.as_ref().is_none_or(|own| own.classes.is_none()) {
            return Ok(None);
        }
        let mut all = Vec::new();
        for crisis in &self.setup.crises {
            let Some(counts) = self.crisis_counts(crisis)? else { continue };
            for level in 1..=self.network.areas.deepest() {
                let stands_for = self.stands_for(level, &counts)?;
                let Some(weights) = self.level_weights(level, &counts, &stands_for)? else { continue };
                let names = |areas: &[UnitKey]| -> Vec<&str> {
                    areas.iter().filter_map(|&own| self.network.areas.code(level, own)).collect()
                };
                let told: BTreeMap<&str, Vec<&str>> =
                    weights.told.iter().map(|(&what, own)| (what, names(own))).collect();
                let raked: Vec<UnitKey> = weights.relative.keys().copied().collect();
                all.push(json!({"crisis": crisis.slug, "adm_level": level, "raked": names(&raked), "areas": told}));
            }
        }
        Ok(Some(Value::Array(all)))
    }
}
