//! What a release says besides its numbers: the areas, and what the operator says of the operation.

use super::super::Run;
use crate::config::crisis::OperationStatus;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_locate::areas::measure::{AreaMeasure, measure_areas};
use hexodus_locate::areas::shapes::{AreaShapes, drawn_shapes, shapes_in_parts};
use hexodus_locate::{H3Areas, RESOLUTION, read_areas};
use hexodus_model::LocalDay;
use hexodus_publish::{AreaFacts, OperationFacts, Package, ReleaseContext, rounded_shape};
use hexodus_release::outgoing::{BudgetReport, OutgoingNetwork, OutgoingTables};

/// What is public of every area, parallel to the area tree.
#[derive(Default)]
pub(super) struct PublicAreas {
    facts: Vec<Vec<AreaFacts>>,
    /// Where `[release] boundaries` lets them leave.
    shapes: Option<AreaShapes>,
}

impl Run<'_> {
    /// The release as one thing to be written.
    pub(super) fn package<'a>(
        &'a self,
        crisis: &'a Crisis,
        (tables, noise, network): (&'a OutgoingTables, Option<&'a BudgetReport>, Option<&'a OutgoingNetwork>),
        last: LocalDay,
        areas: &'a PublicAreas,
    ) -> Package<'a> {
        Package {
            flows: &tables.flows,
            figures: &tables.figures,
            cells: tables.cells.as_ref(),
            h3_u64: self.setup.config.release.h3_u64,
            network,
            noise,
            context: ReleaseContext {
                operation: Some(&crisis.operation),
                round_number: crisis.round_number,
                reporting_date: last,
                areas: &self.network.areas,
                calendar: &self.setup.calendar,
                h3_res: RESOLUTION,
            },
            areas: &areas.facts,
            population_cv: self.network.population.as_ref().map_or(0.0, |own| own.people.reference.cv),
            shapes: areas.shapes.as_deref(),
            operation: OperationFacts {
                active: crisis.told.status == OperationStatus::Active,
                reason: crisis.told.reason.as_deref(),
                iso3: crisis.told.iso3.as_deref(),
                has_hrp: crisis.told.has_hrp,
                in_gho: crisis.told.in_gho,
                license: self.setup.config.release.license.as_deref(),
            },
        }
    }

    /// What is public of every area. The network keeps no boundaries, so they are read again.
    ///
    /// # Errors
    /// Exit 3 when they cannot be read.
    pub(super) fn public_areas(&self) -> Result<PublicAreas, Failure> {
        let Some(config) = &self.setup.config.areas else { return Ok(PublicAreas::default()) };
        let tree = &self.network.areas;
        let layer = read_areas(&self.setup.path(&config.path), &config.columns)?;
        if layer.tree != *tree {
            return Err(Failure::usage("[areas] path: the file was changed while it was in use".to_owned()));
        }
        let known = self.network.population.as_ref();
        let h3_cells = self.h3_cells_by_area();
        let of_level = |(level, measures): (u8, Vec<AreaMeasure>)| {
            let people = known.map(|own| own.people.at_level(tree, level)).unwrap_or_default();
            let facts = |(at, own): (usize, AreaMeasure)| AreaFacts {
                center: own.inner_point.map(|own| [own.lat, own.lon]),
                km2: own.km2,
                population: people.get(at).copied().flatten(),
                h3_cells: h3_cells[usize::from(level)][at],
            };
            measures.into_iter().enumerate().map(facts).collect()
        };
        let parts = shapes_in_parts(&layer);
        let facts = (0..).zip(measure_areas(&parts)).map(of_level).collect();
        let rounded = |own: &Vec<_>| own.iter().map(rounded_shape).collect();
        let shapes = self.setup.config.release.boundaries.then(|| drawn_shapes(&parts).iter().map(rounded).collect());
        Ok(PublicAreas { facts, shapes })
    }

    /// How many H3 cells belong to each area, by level.
    fn h3_cells_by_area(&self) -> Vec<Vec<u32>> {
        let tree = &self.network.areas;
        let mut counts: Vec<Vec<u32>> = tree.levels.iter().map(|own| vec![0; own.len()]).collect();
        for (_, key) in self.network.locator.h3_areas().into_iter().flat_map(H3Areas::iter) {
            for level in 0..=tree.deepest() {
                if let Some(above) = tree.ancestor(tree.deepest(), key, level) {
                    counts[usize::from(level)][above.0 as usize] += 1;
                }
            }
        }
        counts
    }
}
