//! `cells_h3` of a release and the same for maps: the displaced by H3 cell (formats §4.5, §4.9).

use super::Package;
use super::network_layouts::{CELLS, CELLS_GEO, KEPLER};
use crate::batch::BatchBuilder;
use crate::cells_h3::set_h3_u64;
use crate::column::Layout;
use crate::encoded::{EncodedTable, Forms};
use crate::error::PublishError;
use crate::geo::geoparquet::set_shapes;
use crate::geo::hexagon::hexagon;
use crate::outgoing::{people, remark, told};
use crate::units::Units;
use arrow_array::{BooleanArray, UInt8Array};
use geo_types::MultiPolygon;
use hexodus_model::{Level, UnitKey};
use hexodus_release::Released;
use hexodus_release::outgoing::{OutgoingCell, OutgoingCells, OutgoingContent};
use std::sync::Arc;

/// A column and the figure it shows.
pub(super) type Of = (&'static str, fn(&OutgoingCell) -> &OutgoingContent);

/// The columns of figures.
pub(super) const FIGURES: [Of; 2] = [("displaced_in", |own| &own.stock), ("displaced_from", |own| &own.from)];

impl Package<'_> {
    /// Without shapes, with shapes, and for kepler.gl.
    pub(super) fn cells(&self, cells: &Released<OutgoingCells>) -> Result<[EncodedTable; 3], PublishError> {
        Ok([self.cells_h3(cells)?, self.cells_geo(cells)?, self.cells_kepler(cells)?])
    }

    fn cells_h3(&self, cells: &Released<OutgoingCells>) -> Result<EncodedTable, PublishError> {
        let batch = self.cells_batch(&CELLS, cells)?.finish()?;
        let table = EncodedTable::new(cells, "cells_h3".into(), cells.threshold, batch);
        Ok(EncodedTable { key: CELLS.key, row_policy: Some(cells.row_policy), ..table })
    }

    fn cells_geo(&self, cells: &Released<OutgoingCells>) -> Result<EncodedTable, PublishError> {
        let mut batch = self.cells_batch(&CELLS_GEO, cells)?;
        let shapes: Vec<MultiPolygon<f64>> = cells.rows.iter().map(|row| shape(row.h3)).collect();
        let geo = Some(set_shapes(&mut batch, &shapes));
        let table = EncodedTable::new(cells, CELLS_GEO.name.into(), cells.threshold, batch.finish()?);
        let forms = Forms::ParquetOnly;
        Ok(EncodedTable { key: CELLS_GEO.key, row_policy: Some(cells.row_policy), forms, geo, ..table })
    }

    fn cells_kepler(&self, cells: &Released<OutgoingCells>) -> Result<EncodedTable, PublishError> {
        let told_of = |row: &&OutgoingCell| FIGURES.iter().any(|(_, of)| told(of(row)).is_some());
        let rows: Vec<&OutgoingCell> = cells.rows.iter().filter(told_of).collect();
        let mut batch = BatchBuilder::new(&KEPLER, rows.len());
        let grid = Units { table: KEPLER.name, level: Level::H3, areas: self.context.areas };
        grid.set_ids(&mut batch, "hex_id", rows.iter().map(|row| row.h3))?;
        batch.set_days("date", rows.iter().map(|row| row.day));
        for (name, of) in FIGURES {
            batch.set_counts(name, rows.iter().map(|row| told(of(row)).map(|own| own[0])));
        }
        let table = EncodedTable::new(cells, KEPLER.name.into(), cells.threshold, batch.finish()?);
        Ok(EncodedTable { key: KEPLER.key, forms: Forms::CsvOnly { byte_order_mark: false }, ..table })
    }

    fn cells_batch(&self, layout: &Layout, cells: &OutgoingCells) -> Result<BatchBuilder, PublishError> {
        let rows = &cells.rows;
        let Level::Adm(deepest) = cells.level else {
            return Err(PublishError::WrongTable { expected: CELLS.name, found: cells.level.to_string() });
        };
        let mut batch = BatchBuilder::new(layout, rows.len());
        let grid = Units { table: CELLS.name, level: Level::H3, areas: self.context.areas };
        let areas = Units { level: cells.level, ..grid };
        batch.set_days("date", rows.iter().map(|row| row.day));
        grid.set_ids(&mut batch, "h3", rows.iter().map(|row| row.h3))?;
        batch.set("h3_res", Arc::new(UInt8Array::from_value(self.context.h3_res, rows.len())));
        set_h3_u64(&mut batch, self.h3_u64.then(|| rows.iter().map(|row| row.h3.as_h3())));
        for level in [1, 2] {
            let code = |row: &OutgoingCell| areas.area(row.area, level.min(deepest)).map(|own| own.pcode.0.as_str());
            batch.set_text(
                &format!("adm{level}_pcode"),
                rows.iter().map(|row| code(row).filter(|_| level <= deepest)),
            )?;
        }
        batch.set_constant("cod_version", &self.context.areas.cod_version)?;
        for (name, of) in FIGURES {
            batch.set_counts(name, rows.iter().map(|row| told(of(row)).map(|own| own[0])));
            for (at, end) in [(1, "low"), (2, "high")] {
                batch.set_counts(&format!("{name}_{end}"), rows.iter().map(|row| people(of(row)).map(|own| own[at])));
            }
        }
        batch.set_constant("unit", cells.unit.name())?;
        // As `metric:reason;metric:reason`, the few there can be.
        let withheld = |row: &OutgoingCell| {
            let reasons = FIGURES.iter().filter_map(|(name, of)| Some(format!("{name}:{}", of(row).reason()?.name())));
            Some(reasons.collect::<Vec<_>>().join(";")).filter(|own| !own.is_empty())
        };
        let withheld: Vec<Option<String>> = rows.iter().map(withheld).collect();
        batch.set("suppressed", Arc::new(withheld.iter().map(|own| Some(own.is_some())).collect::<BooleanArray>()));
        batch.set_text("suppression_reason", withheld.iter().map(Option::as_deref))?;
        let remark = |row: &OutgoingCell| {
            let remarks = FIGURES.iter().filter_map(|(name, of)| Some(format!("{name}:{}", remark(of(row))?)));
            Some(remarks.collect::<Vec<_>>().join(";")).filter(|own| !own.is_empty())
        };
        let remarks: Vec<Option<String>> = rows.iter().map(remark).collect();
        batch.set_text("qa_flags", remarks.iter().map(Option::as_deref))?;
        batch.set_constant("source_method", crate::SOURCE_METHOD)?;
        Ok(batch)
    }
}

fn shape(h3: UnitKey) -> MultiPolygon<f64> {
    h3.as_h3().map_or_else(|| MultiPolygon::new(Vec::new()), hexagon)
}
