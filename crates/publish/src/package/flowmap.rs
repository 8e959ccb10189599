//! `flowmap/locations.csv` and `flowmap/flows.csv` for flowmap.blue (formats §4.9).

use super::Package;
use super::layouts::{FLOWS, LOCATIONS};
use crate::batch::BatchBuilder;
use crate::encoded::{EncodedTable, Forms};
use crate::error::PublishError;
use crate::outgoing::told;
use crate::units::label;
use arrow_array::Float64Array;
use hexodus_model::Level;
use hexodus_release::Released;
use hexodus_release::outgoing::OutgoingFlows;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Package<'_> {
    /// The areas of the deepest level that have a place on the map.
    pub(super) fn flowmap_locations(&self) -> Result<EncodedTable, PublishError> {
        let deepest = self.context.areas.deepest();
        let places: Vec<_> =
            self.level_with_facts(deepest).filter_map(|(own, facts)| Some((own, facts.center?))).collect();
        let mut batch = BatchBuilder::new(&LOCATIONS, places.len());
        batch.set_text("id", places.iter().map(|own| Some(own.0.pcode.0.as_str())))?;
        batch.set_text("name", places.iter().map(|own| Some(label(own.0).unwrap_or(&own.0.pcode.0))))?;
        for (at, column) in ["lat", "lon"].into_iter().enumerate() {
            batch.set(column, Arc::new(places.iter().map(|own| Some(own.1[at])).collect::<Float64Array>()));
        }
        let table = EncodedTable::new(self.figures, LOCATIONS.name.into(), self.figures.threshold, batch.finish()?);
        Ok(EncodedTable { key: LOCATIONS.key, forms: CSV, ..table })
    }

    /// The displaced of the last released day between these places. One day only: flowmap.blue adds up the rows of a pair,
    /// and the displaced of two days are mostly the same people.
    pub(super) fn flowmap_flows(&self, flows: &Released<OutgoingFlows>) -> Result<EncodedTable, PublishError> {
        let Level::Adm(level) = flows.level else {
            return Err(PublishError::WrongTable { expected: FLOWS.name, found: format!("flows_{}", flows.level) });
        };
        let on_map: BTreeSet<&str> = self
            .level_with_facts(level)
            .filter(|own| own.1.center.is_some())
            .map(|own| own.0.pcode.0.as_str())
            .collect();
        let code = |unit: hexodus_model::UnitKey| {
            let code = self.context.areas.entry(level, unit.as_area()?)?.pcode.0.as_str();
            on_map.contains(code).then_some(code)
        };
        let last = flows.rows.iter().filter(|row| row.period.last == self.context.reporting_date);
        let lines = last.filter_map(|row| {
            let count = told(&row.content)?[0];
            Some((code(row.key.origin)?, code(row.key.destination)?, count)).filter(|_| count > 0)
        });
        let lines: Vec<(&str, &str, u64)> = lines.collect();
        let mut batch = BatchBuilder::new(&FLOWS, lines.len());
        batch.set_text("origin", lines.iter().map(|own| Some(own.0)))?;
        batch.set_text("dest", lines.iter().map(|own| Some(own.1)))?;
        batch.set_counts("count", lines.iter().map(|own| Some(own.2)));
        batch.set_days("time", lines.iter().map(|_| self.context.reporting_date));
        let table = EncodedTable::new(flows, FLOWS.name.into(), flows.threshold, batch.finish()?);
        Ok(EncodedTable { key: FLOWS.key, forms: CSV, ..table })
    }
}

const CSV: Forms = Forms::CsvOnly { byte_order_mark: false };
