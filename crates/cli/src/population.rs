//! The reference population, by area: read, given to areas, and what was odd about it.

use crate::console::{Console, grouped};
use crate::failure::{Exit, Failure};
use crate::home_classes::HomeClasses;
use crate::market_shares::MarketShares;
use crate::network::read_areas_of;
use crate::setup::Setup;
use hexodus_estimate::StandsFor;
use hexodus_estimate::people::stands_for::AreaAtLevel;
use hexodus_ingest::population_file::{PopulationColumns, PopulationFile, read_population};
use hexodus_locate::population::some_of;
use hexodus_locate::{H3Areas, Population, PopulationGaps};
use hexodus_model::{AreaTree, Pcode, PopulationFigures, UnitKey};
use miette::miette;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// People by area, with what is said of them.
#[derive(Clone, Debug)]
pub struct KnownPopulation {
    /// People by area.
    pub people: Population,
    /// Digest of the file.
    pub digest: String,
    /// Urban and rural homes, where they are told apart.
    pub classes: Option<HomeClasses>,
    /// What is known of the operator.
    pub shares: MarketShares,
    /// λ of the population present.
    pub anchor_per_month: f64,
    /// As written.
    market_share: Value,
    columns: PopulationColumns,
    gaps: PopulationGaps,
    file: PopulationFile,
}

impl KnownPopulation {
    /// Reads the table of `[population]`; `None` where there is no such section.
    ///
    /// # Errors
    /// Exit 3 when it cannot be read or is of other areas.
    pub fn read(setup: &Setup, areas: Option<(&AreaTree, &H3Areas)>) -> Result<Option<Self>, Failure> {
        // Without areas the section is refused before.
        let Some((config, (tree, tiling))) = setup.config.population.as_ref().zip(areas) else { return Ok(None) };
        let path = setup.path(&config.file);
        let mut file = read_population(&path, &config.columns, tree.deepest())?;
        leave_out_upper_areas(&mut file.figures, &config.columns, tree);
        let (people, gaps) = Population::of_areas(&file.figures, tree, tiling, config.reference())
            .map_err(|error| Failure::new(Exit::Unreadable, miette!("population: {}: {error}", path.display())))?;
        let classes = HomeClasses::read(setup, &file, tree, &people)?;
        if config.urban.is_some() && classes.as_ref().is_none_or(|own| own.totals.is_empty()) {
            let message = "population: {}: expected urban and rural people of an area, found none";
            return Err(Failure::new(
                Exit::Unreadable,
                miette!("{}", message.replace("{}", &path.display().to_string())),
            ));
        }
        let columns = config.columns.clone();
        let shares = MarketShares::of_areas(&config.market_share, tree)?;
        Ok(Some(Self {
            people,
            digest: file.digest.clone(),
            classes,
            shares,
            anchor_per_month: config.anchor_per_month,
            market_share: json!(config.market_share),
            columns,
            gaps,
            file,
        }))
    }

    /// How many people stand behind the panel of each area of a level, by its residents.
    pub fn stands_for(
        &self,
        areas: &AreaTree,
        level: u8,
        residents: &BTreeMap<UnitKey, u64>,
    ) -> Result<StandsFor, Failure> {
        let parent =
            |(level, area): AreaAtLevel| Some((level - 1, areas.ancestor(level, area, level.checked_sub(1)?)?));
        StandsFor::of(level, &self.people.at_level(areas, level), residents, parent).map_err(Failure::estimate)
    }

    /// In a line: `population 2030: 41 of 43 areas, 1,234,567 people`.
    pub fn line(&self) -> String {
        let areas = self.people.by_area().len() as u64;
        format!(
            "population {}: {} of {} areas, {} people",
            self.people.reference.year,
            grouped(self.people.covered() as u64),
            grouped(areas),
            grouped(self.people.total().round() as u64)
        )
    }

    /// Says the line, and what is odd.
    pub fn tell(&self, console: &Console) {
        console.step(&self.line());
        for warning in self.warnings() {
            console.warn(&format!("population: {warning}"));
        }
    }

    fn warnings(&self) -> Vec<String> {
        let PopulationGaps { areas_without, figures_without, people_without } = &self.gaps;
        let mut warnings = Vec::new();
        if !areas_without.is_empty() {
            let count = grouped(areas_without.len() as u64);
            warnings.push(format!("{count} areas have no figure, which is not nobody: {}", some_of(areas_without)));
        }
        if !figures_without.is_empty() {
            let what = match self.file.figures {
                PopulationFigures::ByPcode(_) => "P-codes are of no area",
                PopulationFigures::ByH3(_) => "H3 cells are in no area",
            };
            let [count, people] = [figures_without.len() as u64, people_without.round() as u64].map(grouped);
            warnings.push(format!("{count} {what} ({people} people): {}", some_of(figures_without)));
        }
        if self.file.empty > 0 {
            warnings.push(format!("{} rows have no figure", grouped(self.file.empty)));
        }
        warnings.extend(self.file.class_warning.iter().map(ToString::to_string));
        warnings.extend(self.file.warnings.iter().map(ToString::to_string));
        let unused = self.unused_classes();
        if !unused.is_empty() {
            let why = "stated and used for nothing but sums, as nothing is known of a subscriber's";
            warnings.push(format!("{} are {why}", unused.join(", ")));
        }
        warnings
    }

    /// Class columns that weigh nobody.
    fn unused_classes(&self) -> Vec<&'static str> {
        let PopulationColumns { sex_col, age_col, urban_col, .. } = &self.columns;
        let named = [("sex", sex_col.is_some()), ("age", age_col.is_some())];
        let urban = ("urban and rural", urban_col.is_some() && self.classes.is_none());
        named.into_iter().chain([urban]).filter(|own| own.1).map(|own| own.0).collect()
    }

    /// What is known of the operator, as written; `None` where nothing is.
    pub fn market_share(&self) -> Option<&Value> {
        Some(&self.market_share).filter(|own| own.as_array().is_some_and(|own| !own.is_empty()))
    }

    /// Columns of a table by classes, where it is one: they decide what its figures are.
    pub fn class_columns(&self) -> Option<Value> {
        self.columns.is_by_class().then(|| json!(self.columns))
    }

    /// The file among the inputs of `method.json`, with what is said of it.
    pub fn method(&self) -> Value {
        let reference = self.people.reference;
        let mut method = json!({
            "role": "population",
            "blake3": self.digest,
            "year": reference.year,
            "cv": reference.cv,
            "deff": reference.deff,
            "areas": self.people.covered(),
            "people": self.people.total(),
            "areas_without_figure": self.gaps.areas_without.iter().map(|area| area.0.as_str()).collect::<Vec<_>>(),
            "figures_without_area": self.gaps.figures_without.len(),
            "people_without_area": self.gaps.people_without,
        });
        // Only what is given: else nothing here depends on whether this version knows it.
        if let Some(shares) = self.market_share() {
            method["market_share"] = shares.clone();
        }
        if self.anchor_per_month > 0.0 {
            method["anchor_per_month"] = json!(self.anchor_per_month);
        }
        if self.columns.is_by_class() {
            method["columns"] = json!(self.columns);
            method["classes_not_used"] = json!(self.unused_classes());
            method["urban"] = json!(self.classes.as_ref().map(HomeClasses::method));
        }
        method
    }
}

/// Totals of areas above the deepest level are no figures of areas: only their classes count.
fn leave_out_upper_areas(figures: &mut PopulationFigures, columns: &PopulationColumns, tree: &AreaTree) {
    if let PopulationFigures::ByPcode(figures) = figures
        && columns.is_by_class()
    {
        let is_upper = |level: u8, code: &Pcode| tree.level(level).binary_search_by(|own| own.pcode.cmp(code)).is_ok();
        figures.retain(|(code, _)| !(0..tree.deepest()).any(|level| is_upper(level, code)));
    }
}

/// What `status` says; none without the section. A table that cannot be used is a line, not the end.
pub fn status_lines(setup: &Setup) -> Vec<String> {
    if setup.config.population.is_none() {
        return Vec::new();
    }
    let read = || {
        let areas = read_areas_of(setup)?;
        KnownPopulation::read(setup, areas.as_ref().map(|(layer, tiling)| (&layer.tree, tiling)))
    };
    match read() {
        Ok(known) => known.iter().map(KnownPopulation::line).collect(),
        Err(failure) => vec![format!("population cannot be used: {}", failure.report())],
    }
}
