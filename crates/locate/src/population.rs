//! How many people live in each area (formats §1.5, methods §7.1).
//!
//! Figures come by P-code or by H3 cell; an H3 cell counts to the area it belongs to. An area without a figure is not an
//! area without people.

use crate::tiling::H3Areas;
use hexodus_model::{AreaKey, AreaTree, Pcode, PopulationFigures};
use std::collections::BTreeMap;
use thiserror::Error;

/// What is known of a table of figures besides them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PopulationReference {
    /// The year the figures are of.
    pub year: i16,
    /// Coefficient of variation of the figures: their error, 0 to below 1.
    pub cv: f64,
    /// Design effect of households that move together, above 0 (methods §7.5).
    pub deff: f64,
}

/// People by area of the deepest level of one [`AreaTree`].
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// Year and errors of the figures.
    pub reference: PopulationReference,
    /// By [`AreaKey`]: finite, not negative; `None` = no figure.
    people: Vec<Option<f64>>,
}

/// What was left over where figures met areas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PopulationGaps {
    /// Areas without a figure, ascending.
    pub areas_without: Vec<Pcode>,
    /// Figures without an area: P-codes or H3 cells, ascending.
    pub figures_without: Vec<String>,
    /// People of these figures.
    pub people_without: f64,
}

/// No figure is of any area: the table is of another country, level or version.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error(
    "none of {figures} figures is of one of the {areas} areas of level {level}; the first are of {first}, the areas \
    begin with {first_area}"
)]
pub struct NoAreaInCommon {
    /// How many figures there are.
    pub figures: usize,
    /// How many areas.
    pub areas: usize,
    /// Their level.
    pub level: u8,
    /// Some of the figures.
    pub first: String,
    /// The first area.
    pub first_area: String,
}

impl Population {
    /// Gives each figure to its area. `tree` and `tiling` are of the same layer.
    ///
    /// # Errors
    /// [`NoAreaInCommon`] where nothing fits.
    pub fn of_areas(
        figures: &PopulationFigures,
        tree: &AreaTree,
        tiling: &H3Areas,
        reference: PopulationReference,
    ) -> Result<(Self, PopulationGaps), NoAreaInCommon> {
        let level = tree.deepest();
        let areas = tree.level(level);
        let mut people = vec![None; areas.len()];
        let mut gaps = PopulationGaps::default();
        // Figures ascend by key, so that sums are the same to the bit in any order of rows.
        let mut give = |area: Option<AreaKey>, name: &dyn ToString, figure: f64| {
            if let Some(area) = area {
                *people[area.0 as usize].get_or_insert(0.0) += figure;
            } else {
                gaps.figures_without.push(name.to_string());
                gaps.people_without += figure;
            }
        };
        match figures {
            PopulationFigures::ByPcode(figures) => {
                for (code, figure) in figures {
                    let area = areas.binary_search_by(|entry| entry.pcode.cmp(code)).ok();
                    give(area.map(|index| AreaKey(index as u32)), code, *figure);
                }
            }
            PopulationFigures::ByH3(figures) => {
                for (h3, figure) in figures {
                    give(tiling.area_of(*h3), h3, *figure);
                }
            }
        }
        if people.iter().all(Option::is_none) {
            return Err(NoAreaInCommon {
                figures: figures.len(),
                areas: areas.len(),
                level,
                first: some_of(&gaps.figures_without),
                first_area: areas.first().map(|area| area.pcode.to_string()).unwrap_or_default(),
            });
        }
        let without = areas.iter().zip(&people).filter(|(_, people)| people.is_none());
        gaps.areas_without = without.map(|(area, _)| area.pcode.clone()).collect();
        Ok((Self { reference, people }, gaps))
    }

    /// People of an area of the deepest level; `None` = no figure, which is not nobody.
    pub fn of_area(&self, area: AreaKey) -> Option<f64> {
        self.people.get(area.0 as usize).copied().flatten()
    }

    /// People by area of the deepest level, in order of [`AreaKey`].
    pub fn by_area(&self) -> &[Option<f64>] {
        &self.people
    }

    /// People by area of any level: the sum of its parts of the deepest level that have a figure; `None` where none has.
    pub fn at_level(&self, tree: &AreaTree, level: u8) -> Vec<Option<f64>> {
        let mut sums: BTreeMap<AreaKey, f64> = BTreeMap::new();
        for (index, figure) in self.people.iter().enumerate() {
            let area = tree.ancestor(tree.deepest(), AreaKey(index as u32), level);
            if let Some((area, figure)) = area.zip(*figure) {
                *sums.entry(area).or_default() += figure;
            }
        }
        (0..tree.level(level).len() as u32).map(|area| sums.get(&AreaKey(area)).copied()).collect()
    }

    /// Areas that have a figure.
    pub fn covered(&self) -> usize {
        self.people.iter().flatten().count()
    }

    /// People of all areas that have a figure.
    pub fn total(&self) -> f64 {
        self.people.iter().flatten().sum()
    }
}

/// The first few of many names, in words.
pub fn some_of<T: ToString>(names: &[T]) -> String {
    let some: Vec<String> = names.iter().take(3).map(ToString::to_string).collect();
    let more = if names.len() > some.len() { ", …" } else { "" };
    some.join(", ") + more
}
