//! Urban and rural homes: which H3 cells are urban, and how many people of an area are.

use crate::failure::Failure;
use crate::setup::Setup;
use hexodus_ingest::population_file::PopulationFile;
use hexodus_ingest::urban_file::read_urban;
use hexodus_locate::{ClassTotals, Population};
use hexodus_model::{AreaKey, AreaTree, H3Cell, UnitKey};
use rustc_hash::FxHashSet;
use serde_json::{Value, json};

/// Number of a class; there are two.
pub const URBAN: usize = 0;
/// Number of the other class.
pub const RURAL: usize = 1;

/// Classes of homes.
#[derive(Clone, Debug)]
pub struct HomeClasses {
    urban: FxHashSet<H3Cell>,
    /// Urban and rural people.
    pub totals: ClassTotals,
    /// Digest of the file of urban H3 cells.
    pub digest: String,
}

impl HomeClasses {
    /// Reads the urban H3 cells; `None` without them.
    ///
    /// # Errors
    /// Exit 3 when they cannot be read.
    pub fn read(
        setup: &Setup,
        file: &PopulationFile,
        tree: &AreaTree,
        population: &Population,
    ) -> Result<Option<Self>, Failure> {
        let Some(path) = setup.config.population.as_ref().and_then(|own| own.urban.as_ref()) else { return Ok(None) };
        let own = read_urban(&setup.path(path))?;
        let totals = ClassTotals::of_areas(&file.urban, tree, population);
        Ok(Some(Self { urban: own.urban.into_iter().collect(), totals, digest: own.digest }))
    }

    /// The class of a home.
    pub fn class_of(&self, home: UnitKey) -> usize {
        if home.as_h3().is_some_and(|h3| self.urban.contains(&h3)) { URBAN } else { RURAL }
    }

    /// Area and class as one unit, as replicates are counted by.
    pub fn stratum(&self, h3: H3Cell, area: UnitKey) -> UnitKey {
        let class = self.class_of(UnitKey::h3(h3)) as u32;
        area.as_area().map_or(area, |own| UnitKey::area(AreaKey(own.0 * 2 + class)))
    }

    /// For `method.json`.
    pub fn method(&self) -> Value {
        json!({"blake3": self.digest, "urban_h3_cells": self.urban.len()})
    }
}

/// Area and class of a [`HomeClasses::stratum`].
pub fn area_and_class(stratum: UnitKey) -> (UnitKey, usize) {
    let split = |own: AreaKey| (UnitKey::area(AreaKey(own.0 / 2)), own.0 as usize % 2);
    stratum.as_area().map_or((stratum, RURAL), split)
}
