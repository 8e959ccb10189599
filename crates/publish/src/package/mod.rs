//! Everything a release folder holds, from released tables and public facts of areas only.
//!
//! | module | answers |
//! |---|---|
//! | `idps` | the displaced by host as DTM v3 has them |
//! | `hapi` | the same as HDX HAPI has them |
//! | `areas` | the areas that keys refer to, and their shapes |
//! | `cells` | the displaced by H3 cell |
//! | `network` | coverage and quality of the days |
//! | `flowmap` | places and lines for flowmap.blue |
//! | `map` | areas and lines for a desktop GIS |
//! | `od_wide` | a matrix with P-codes on both axes |
//! | `layouts`, `network_layouts` | the columns of these |
//! | `purpose` | what each table is, in a sentence |
//! | `datapackage` | `datapackage.json` |
//! | `readme` | `README.md` for the analyst |
//! | `hdx` | `hdx.yaml`, to be completed by a person |

mod areas;
mod cells;
mod datapackage;
mod flowmap;
mod hapi;
mod hdx;
mod idps;
pub(crate) mod layouts;
mod map;
mod network;
pub(crate) mod network_layouts;
mod od_wide;
mod purpose;
mod readme;

use crate::context::ReleaseContext;
use crate::encoded::EncodedTable;
use crate::error::PublishError;
use crate::folder::ReleaseFolder;
use crate::indicators::encode_outgoing_figures;
use crate::outgoing::encode_outgoing_flows;
use crate::residents::ReferencePopulation;
use geo_types::MultiPolygon;
use hexodus_release::Released;
use hexodus_release::outgoing::{
    BudgetReport, FigureUnit, OutgoingCells, OutgoingFigures, OutgoingFlows, OutgoingNetwork,
};

/// What is public of an area besides its name.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AreaFacts {
    /// Latitude and longitude of a point inside, in degrees.
    pub center: Option<[f64; 2]>,
    /// True area.
    pub km2: Option<f64>,
    /// People of the reference population.
    pub population: Option<f64>,
    /// H3 cells that belong to it.
    pub h3_cells: u32,
}

/// What the operator of a crisis says about it; nothing of it is inferred.
#[derive(Clone, Copy, Debug)]
pub struct OperationFacts<'a> {
    /// Whether it goes on.
    pub active: bool,
    /// Why people are displaced.
    pub reason: Option<&'a str>,
    /// The country as ISO 3166-1 alpha-3; without it what the version of its boundaries begins with.
    pub iso3: Option<&'a str>,
    /// Whether the country has a humanitarian response plan.
    pub has_hrp: Option<bool>,
    /// Whether it is in the Global Humanitarian Overview.
    pub in_gho: Option<bool>,
    /// Identifier of the licence of the release, as in SPDX.
    pub license: Option<&'a str>,
}

/// A release to be written.
#[derive(Clone, Copy, Debug)]
pub struct Package<'a> {
    /// The displaced by home and host, by level from the top.
    pub flows: &'a [Released<OutgoingFlows>],
    /// Figures of areas and of the country.
    pub figures: &'a Released<OutgoingFigures>,
    /// By H3 cell, where that leaves.
    pub cells: Option<&'a Released<OutgoingCells>>,
    /// Whether H3 indexes are there as numbers, too.
    pub h3_u64: bool,
    /// Coverage and quality of the days; none under noise, as they are not noised.
    pub network: Option<&'a OutgoingNetwork>,
    /// What the noise cost, where there is noise.
    pub noise: Option<&'a BudgetReport>,
    /// The operation, the last released day, the areas.
    pub context: ReleaseContext<'a>,
    /// Facts of the areas, parallel to the levels of the area tree.
    pub areas: &'a [Vec<AreaFacts>],
    /// Standard error of their populations, as a share.
    pub population_cv: f64,
    /// Shapes of the areas, likewise parallel and rounded by [`rounded_shape`](crate::rounded_shape); `None` where they do not leave.
    pub shapes: Option<&'a [Vec<MultiPolygon<f64>>]>,
    /// What the operator says.
    pub operation: OperationFacts<'a>,
}

impl Package<'_> {
    /// Every table of the release.
    ///
    /// Accepts nothing but released content; a bare table does not compile:
    ///
    /// ```compile_fail,E0308
    /// # use hexodus_publish::Package;
    /// # use hexodus_release::outgoing::OutgoingFigures;
    /// fn smuggle<'a>(package: Package<'a>, figures: &'a OutgoingFigures) -> Package<'a> {
    ///     Package { figures, ..package }
    /// }
    /// ```
    ///
    /// # Errors
    /// [`PublishError::UnknownUnit`] for an area that the context's area tree does not hold.
    pub fn tables(&self) -> Result<Vec<EncodedTable>, PublishError> {
        let flows = self.flows.iter().map(|own| encode_outgoing_flows(own, &self.context, self.operation.reason));
        let mut tables: Vec<EncodedTable> = flows.collect::<Result<_, _>>()?;
        let population = ReferencePopulation { areas: self.areas, cv: self.population_cv };
        tables.push(encode_outgoing_figures(self.figures, &self.context, population)?);
        if self.figures.unit == FigureUnit::People {
            tables.push(self.idps()?);
            tables.push(self.hapi()?);
        }
        if let Some(cells) = self.cells {
            tables.extend(self.cells(cells)?);
        }
        if let Some(network) = self.network {
            tables.extend([self.coverage(&network.coverage)?, self.quality(&network.quality)?]);
        }
        tables.push(self.areas()?);
        tables.extend(self.areas_geo()?);
        for flows in self.flows {
            tables.push(self.od_wide(flows)?);
        }
        if let Some(deepest) = self.flows.last() {
            tables.extend([self.flowmap_locations()?, self.flowmap_flows(deepest)?]);
        }
        Ok(tables)
    }

    /// Writes the tables, and what describes them.
    ///
    /// # Errors
    /// [`PublishError::Io`] and others when it cannot be written.
    pub fn write(&self, tables: &[EncodedTable], folder: &ReleaseFolder, with_csv: bool) -> Result<(), PublishError> {
        tables.iter().try_for_each(|table| folder.write(table, with_csv))?;
        let layers = self.map_layers();
        layers.iter().try_for_each(|layer| folder.write_text(&layer.path, &layer.text))?;
        folder.write_text("README.md", &self.readme((tables, &layers), with_csv))?;
        folder.write_text("hdx.yaml", &self.hdx(tables))?;
        folder.write_text("datapackage.json", &self.datapackage((tables, &layers), folder))
    }

    /// The country, as given or as the version of its boundaries begins.
    fn iso3(&self) -> String {
        let version = self.context.areas.cod_version.split('_').next();
        self.operation.iso3.or(version).unwrap_or_default().to_uppercase()
    }
}
