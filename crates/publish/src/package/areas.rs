//! `areas_admin` and `areas_admin_geo`: the areas that keys refer to, without and with their shapes (formats §4.8).

use super::layouts::{AREAS, AREAS_GEO};
use super::{AreaFacts, Package};
use crate::batch::BatchBuilder;
use crate::column::Layout;
use crate::encoded::{EncodedTable, Forms};
use crate::error::PublishError;
use crate::geo::geoparquet::set_shapes;
use crate::geo::shape::rounded_degrees;
use crate::units::label;
use arrow_array::{Float64Array, Int32Array};
use geo_types::MultiPolygon;
use hexodus_model::area::AreaEntry;
use std::sync::Arc;

/// Decimals of km²: a square of 30 m.
const KM2: f64 = 1e3;

impl Package<'_> {
    pub(super) fn areas(&self) -> Result<EncodedTable, PublishError> {
        let batch = self.areas_batch(&AREAS)?;
        let table = EncodedTable::new(self.figures, AREAS.name.into(), self.figures.threshold, batch.finish()?);
        Ok(EncodedTable { key: AREAS.key, ..table })
    }

    /// The same with shapes; `None` where they are not told.
    pub(super) fn areas_geo(&self) -> Result<Option<EncodedTable>, PublishError> {
        if self.shapes.is_none() {
            return Ok(None);
        }
        let mut batch = self.areas_batch(&AREAS_GEO)?;
        let levels = 0..=self.context.areas.deepest();
        let shapes: Vec<MultiPolygon<f64>> = levels.flat_map(|level| self.shapes_of(level)).collect();
        let geo = Some(set_shapes(&mut batch, &shapes));
        let table = EncodedTable::new(self.figures, AREAS_GEO.name.into(), self.figures.threshold, batch.finish()?);
        Ok(Some(EncodedTable { key: AREAS_GEO.key, forms: Forms::ParquetOnly, geo, ..table }))
    }

    fn areas_batch(&self, layout: &Layout) -> Result<BatchBuilder, PublishError> {
        let tree = self.context.areas;
        let rows: Vec<(u8, &AreaEntry, AreaFacts)> = (0..=tree.deepest())
            .flat_map(|level| self.level_with_facts(level).map(move |own| (level, own.0, own.1)))
            .collect();
        let mut batch = BatchBuilder::new(layout, rows.len());
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
        Ok(batch)
    }

    /// The shapes of a level, as many as it has areas; empty ones where a shape is not told.
    pub(super) fn shapes_of(&self, level: u8) -> Vec<MultiPolygon<f64>> {
        let known = self.shapes.and_then(|own| own.get(usize::from(level))).map_or(&[][..], Vec::as_slice);
        let missing = std::iter::repeat_with(|| MultiPolygon::new(Vec::new()));
        known.iter().cloned().chain(missing).take(self.context.areas.level(level).len()).collect()
    }

    /// The areas of a level with what is known of them, ascending by P-code.
    pub(super) fn level_with_facts(&self, level: u8) -> impl Iterator<Item = (&AreaEntry, AreaFacts)> {
        let facts = self.areas.get(usize::from(level)).map_or(&[][..], Vec::as_slice);
        self.context.areas.level(level).iter().enumerate().map(|(at, own)| {
            let facts = facts.get(at).copied().unwrap_or_default();
            (own, AreaFacts { center: facts.center.map(|own| own.map(rounded_degrees)), ..facts })
        })
    }
}

fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}
