//! `[population]`, as written.

use super::market_share::MarketShareConfig;
use hexodus_estimate::interval::MIN_REPLICATES;
use hexodus_ingest::population_file::PopulationColumns;
use hexodus_locate::PopulationReference;
use serde::{Deserialize, Serialize};

/// `[population]`: how many people live in each area (formats §1.5).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PopulationConfig {
    /// The table: CSV or Parquet.
    pub file: String,
    /// Year of the figures: it is not in the table.
    pub year: i16,
    /// Coefficient of variation of the figures: their error.
    #[serde(default)]
    pub cv: f64,
    /// Design effect of households that move together (methods §7.5).
    #[serde(default = "default_deff")]
    pub deff: f64,
    /// Replicates of the bootstrap; 0 for intervals in closed form, which are cheaper.
    #[serde(default = "default_replicates")]
    pub replicates: u16,
    /// What is known of the operator, by day and area; for areas without a figure, and for who came since the baseline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub market_share: Vec<MarketShareConfig>,
    /// λ: by what part a month the population present is pulled to who is seen there.
    #[serde(default, skip_serializing_if = "is_none")]
    pub anchor_per_month: f64,
    /// Column names, where the table is neither a COD-PS nor by H3 cell.
    #[serde(default)]
    pub columns: PopulationColumns,
    /// Which H3 cells are urban: homes there and elsewhere are weighted by the urban and rural people of the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urban: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
fn is_none(own: &f64) -> bool {
    *own <= 0.0
}

/// Their variance is known to 10 % (methods §7.5).
const fn default_replicates() -> u16 {
    200
}

const fn default_deff() -> f64 {
    2.0
}

impl PopulationConfig {
    /// What is known of the figures.
    pub const fn reference(&self) -> PopulationReference {
        PopulationReference { year: self.year, cv: self.cv, deff: self.deff }
    }

    /// Whether the numbers make sense, and there are areas.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self, has_areas: bool) -> Result<(), String> {
        let Self { year, cv, deff, replicates, .. } = self;
        if !has_areas {
            return Err("[population] needs [areas]: people are counted by area".into());
        }
        MarketShareConfig::check(&self.market_share)?;
        if !(0.0..=1.0).contains(&self.anchor_per_month) {
            let found = self.anchor_per_month;
            return Err(format!("[population] anchor_per_month: expected 0 to 1, found {found}"));
        }
        if self.columns.id_col.is_some() && self.columns.h3_col.is_some() {
            return Err("[population.columns] expected id_col or h3_col: a table is by area or by H3 cell".into());
        }
        if self.columns.is_by_class() && self.columns.h3_col.is_some() {
            return Err(
                "[population.columns] sex_col, age_col, urban_col: expected a table by P-code, not by H3 cell".into()
            );
        }
        if self.urban.is_some() && self.columns.urban_col.is_none() {
            return Err(
                "[population] urban: expected urban_col in [population.columns], too: how many people are urban".into(),
            );
        }
        if !(1900..=2199).contains(year) {
            return Err(format!("[population] year: expected the year of the figures, 1900 to 2199, found {year}"));
        }
        if !(0.0..1.0).contains(cv) {
            return Err(format!("[population] cv: expected 0 or more and less than 1, found {cv}"));
        }
        if !(*deff > 0.0 && deff.is_finite()) {
            return Err(format!("[population] deff: expected a number above 0, found {deff}"));
        }
        if (1..MIN_REPLICATES as u16).contains(replicates) {
            return Err(format!(
                "[population] replicates: expected {MIN_REPLICATES} or more, which tell a variance, or 0 for none, found \
                 {replicates}"
            ));
        }
        Ok(())
    }
}
