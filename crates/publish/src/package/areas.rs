//! `areas_admin`: the areas that keys refer to (formats §4.8).

use super::layouts::AREAS;
use super::{AreaFacts, Package};
use crate::batch::BatchBuilder;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::units::label;
use arrow_array::{Float64Array, Int32Array};
use hexodus_model::area::AreaEntry;
use std::sync::Arc;

/// Decimals of degrees: a tenth of a metre.
const DEGREES: f64 = 1e6;
/// Decimals of km²: a square of 30 m.
const KM2: f64 = 1e3;

impl Package<'_> {
    pub(super) fn areas(&self) -> Result<EncodedTable, PublishError> {
        let tree = self.context.areas;
        let rows: Vec<(u8, &AreaEntry, AreaFacts)> = (0..=tree.deepest())
            .flat_map(|level| self.level_with_facts(level).map(move |own| (level, own.0, own.1)))
            .collect();
        let mut batch = BatchBuilder::new(&AREAS, rows.len());
        batch.set("adm_level", Arc::new(rows.iter().map(|row| i32::from(row.0)).collect::<Int32Array>()));
        batch.set_text("area_id", rows.iter().map(|row| Some(row.1.pcode.0.as_str())))?;
        batch.set_text("area_name", rows.iter().map(|row| label(row.1)))?;
        let parent = |&(level, own, _): &(u8, &AreaEntry, AreaFacts)| tree.entry(level.checked_sub(1)?, own.parent?);
        let parents: Vec<Option<&AreaEntry>> = rows.iter().map(parent).collect();
        batch.set_text("parent_id", parents.iter().map(|own| own.map(|own| own.pcode.0.as_str())))?;
        batch.set_constant("cod_version", &tree.cod_version)?;
        let mut set = |column: &str, number: &dyn Fn(&AreaFacts) -> Option<f64>| {
            batch.set(column, Arc::new(rows.iter().map(|row| number(&row.2)).collect::<Float64Array>()));
        };
        set("center_lat", &|own| Some(own.center?[0]));
        set("center_lon", &|own| Some(own.center?[1]));
        set("area_km2", &|own| Some(rounded(own.km2?, KM2)));
        set("population_ref", &|own| Some(own.population?.round()));
        batch.set("h3_cells", Arc::new(rows.iter().map(|row| row.2.h3_cells as i32).collect::<Int32Array>()));
        let table = EncodedTable::new(self.figures, AREAS.name.into(), self.figures.threshold, batch.finish()?);
        Ok(EncodedTable { key: AREAS.key, ..table })
    }

    /// The areas of a level with what is known of them, ascending by P-code.
    pub(super) fn level_with_facts(&self, level: u8) -> impl Iterator<Item = (&AreaEntry, AreaFacts)> {
        let facts = self.areas.get(usize::from(level)).map_or(&[][..], Vec::as_slice);
        self.context.areas.level(level).iter().enumerate().map(|(at, own)| {
            let facts = facts.get(at).copied().unwrap_or_default();
            (own, AreaFacts { center: facts.center.map(|own| own.map(|own| rounded(own, DEGREES))), ..facts })
        })
    }
}

fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}
