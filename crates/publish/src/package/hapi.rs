//! `hapi_idps`: the displaced by host in the shape of HDX HAPI (formats §4.4).

use super::Package;
use super::layouts::HAPI;
use crate::batch::BatchBuilder;
use crate::encoded::{EncodedTable, Forms};
use crate::error::PublishError;
use crate::outgoing::told;
use crate::units::label;
use arrow_array::Int32Array;
use hexodus_model::area::AreaEntry;
use std::sync::Arc;

/// HAPI knows three types of assessment, and this is none of them: it does not serve rows with an error.
const ERROR: &str = "assessment_type not in BA,ETT,SA";
/// Longest name that HAPI holds, in characters.
const LONGEST_NAME: usize = 512;

impl Package<'_> {
    /// One row per area whose figure is told.
    pub(super) fn hapi(&self) -> Result<EncodedTable, PublishError> {
        let told: Vec<_> = self.stocks().filter_map(|row| Some((row.key, told(&row.content)?[0]))).collect();
        let areas: Vec<[Option<&AreaEntry>; 3]> =
            told.iter().map(|own| self.lineage(own.0)).collect::<Result<_, _>>()?;
        let mut batch = BatchBuilder::new(&HAPI, told.len());
        batch.set_constant("location_code", &self.iso3())?;
        for (column, given) in [("has_hrp", self.operation.has_hrp), ("in_gho", self.operation.in_gho)] {
            if let Some(given) = given {
                batch.set_constant(column, if given { "Y" } else { "N" })?;
            }
        }
        for level in [1, 2] {
            let own = areas.iter().map(|own| own[level]);
            let names: Vec<Option<String>> = own.clone().map(|own| own.and_then(label).map(clipped)).collect();
            let codes = own.clone().map(|own| own.map(|own| own.pcode.0.as_str()));
            batch.set_text(&format!("admin{level}_code"), codes)?;
            batch.set_text(&format!("admin{level}_name"), names.iter().map(Option::as_deref))?;
            // HAPI writes a blank for an area of level 2 without a name.
            let provider = own.zip(&names).map(|(own, name)| own.and(name.as_deref().or((level == 2).then_some(" "))));
            batch.set_text(&format!("provider_admin{level}_name"), provider)?;
        }
        let levels = told.iter().map(|own| i32::from(own.0.level.unwrap_or(0)));
        batch.set("admin_level", Arc::new(levels.collect::<Int32Array>()));
        batch.set_constant("operation", self.context.operation.unwrap_or_default())?;
        batch.set_constant("assessment_type", crate::SOURCE_METHOD)?;
        batch.set_counts("population", told.iter().map(|own| Some(own.1)));
        let round = self.context.round_number;
        batch.set("reporting_round", Arc::new(told.iter().map(|_| round).collect::<Int32Array>()));
        for column in ["reference_period_start", "reference_period_end"] {
            batch.set_days(column, told.iter().map(|_| self.context.reporting_date));
        }
        let not_given = [("has_hrp", self.operation.has_hrp), ("in_gho", self.operation.in_gho)];
        let not_given = not_given.into_iter().filter(|own| own.1.is_none()).map(|own| format!("{} not given", own.0));
        let warning = not_given.collect::<Vec<_>>().join("|");
        if !warning.is_empty() {
            batch.set_constant("warning", &warning)?;
        }
        batch.set_constant("error", ERROR)?;
        let table = EncodedTable::new(self.figures, HAPI.name.into(), self.figures.threshold, batch.finish()?);
        Ok(EncodedTable { key: HAPI.key, forms: Forms::CsvOnly { byte_order_mark: true }, ..table })
    }
}

fn clipped(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}
