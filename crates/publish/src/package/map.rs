//! `map/areas_<level>.geojson`, `map/flows_<level>.geojson`, `map/cells_h3.geojson`: the last released day, to be dragged onto a map (formats §4.9).

use super::Package;
use super::cells::FIGURES as CELL_FIGURES;
use crate::geo::geojson::{Feature, feature_collection, line_geometry, shape_geometry};
use crate::geo::hexagon::hexagon;
use crate::outgoing::told;
use crate::units::label;
use hexodus_model::area::AreaEntry;
use hexodus_model::{AreaKey, Level, UnitKey};
use hexodus_release::outgoing::{
    FigureKey, FigureUnit, OutgoingCell, OutgoingCells, OutgoingContent, OutgoingFigure, OutgoingFlows,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A file of a map layer: its name in the folder, its text, and what it is in a sentence.
pub(super) struct MapLayer {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) purpose: &'static str,
}

/// The figures of a day, by level and area.
type FiguresOfDay<'a> = BTreeMap<(u8, UnitKey), Vec<(OutgoingFigure, &'a OutgoingContent)>>;

impl Package<'_> {
    /// Areas with their figures where their shapes are told, and lines between areas; by level from 1.
    pub(super) fn map_layers(&self) -> Vec<MapLayer> {
        let figures = self.figures_of_last_day();
        let areas = self.shapes.iter().flat_map(|_| 1..=self.context.areas.deepest());
        let areas = areas.map(|level| self.areas_layer(level, &figures));
        let flows = self.flows.iter().filter_map(|flows| self.flows_layer(flows));
        areas.chain(flows).chain(self.cells.map(|cells| self.cells_layer(cells))).collect()
    }

    /// The H3 cells with their figures of the last released day.
    fn cells_layer(&self, cells: &OutgoingCells) -> MapLayer {
        let last = cells.rows.iter().filter(|row| row.day == self.context.reporting_date);
        let feature = |row: &OutgoingCell| -> Feature {
            let mut properties = Map::new();
            properties.insert("h3".into(), json!(row.h3.as_h3().map(|own| own.to_string())));
            properties.insert("reporting_date".into(), self.context.reporting_date.to_string().into());
            properties.insert("unit".into(), cells.unit.name().into());
            for (name, of) in CELL_FIGURES {
                self.put_figure(name, of(row), &mut properties);
            }
            (row.h3.as_h3().and_then(|own| shape_geometry(&hexagon(own))), properties)
        };
        MapLayer {
            path: "map/cells_h3.geojson".into(),
            text: feature_collection("cells_h3", last.map(feature)),
            purpose: "The H3 cells with their figures of the last day",
        }
    }

    fn areas_layer(&self, level: u8, figures: &FiguresOfDay<'_>) -> MapLayer {
        let shapes = self.shapes_of(level);
        let feature = |((at, (entry, facts)), key): ((usize, (&AreaEntry, super::AreaFacts)), AreaKey)| -> Feature {
            let mut properties = Map::new();
            properties.insert("adm_level".into(), level.into());
            properties.insert("area_id".into(), entry.pcode.0.as_str().into());
            properties.insert("area_name".into(), label(entry).into());
            properties.insert("population_ref".into(), facts.population.map(f64::round).into());
            properties.insert("reporting_date".into(), self.context.reporting_date.to_string().into());
            properties.insert("unit".into(), self.figures.unit.name().into());
            for (figure, content) in figures.get(&(level, UnitKey::area(key))).into_iter().flatten() {
                self.put_figure(short(*figure), content, &mut properties);
            }
            (shapes.get(at).and_then(shape_geometry), properties)
        };
        let areas = self.level_with_facts(level).enumerate().zip((0..).map(AreaKey));
        let name = format!("areas_{}", Level::Adm(level));
        MapLayer {
            path: format!("map/{name}.geojson"),
            text: feature_collection(&name, areas.map(feature)),
            purpose: "Shapes of the areas with their figures of the last day, for QGIS and others: drag it onto the map",
        }
    }

    /// Lines of the last released day between areas that have a place; one of people has an interval.
    fn flows_layer(&self, flows: &OutgoingFlows) -> Option<MapLayer> {
        let Level::Adm(level) = flows.level else { return None };
        let places: Vec<(&AreaEntry, Option<[f64; 2]>)> =
            self.level_with_facts(level).map(|(entry, facts)| (entry, facts.center)).collect();
        let place = |unit: UnitKey| {
            let (entry, center) = places.get(unit.as_area()?.0 as usize)?;
            Some((*entry, (*center)?))
        };
        let last = flows.rows.iter().filter(|row| row.period.last == self.context.reporting_date);
        let line = |row: &hexodus_release::outgoing::OutgoingRow<hexodus_model::OdPair>| -> Option<Feature> {
            let (from, to) = (place(row.key.origin)?, place(row.key.destination)?);
            told(&row.content).filter(|own| own[0] > 0 && from.0 != to.0)?;
            let mut properties = Map::new();
            for (end, entry) in [("origin", from.0), ("dest", to.0)] {
                properties.insert(format!("{end}_id"), entry.pcode.0.as_str().into());
                properties.insert(format!("{end}_name"), label(entry).into());
            }
            properties.insert("reporting_date".into(), self.context.reporting_date.to_string().into());
            properties.insert("unit".into(), flows.unit.name().into());
            self.put_figure("displaced", &row.content, &mut properties);
            Some((Some(line_geometry([from.1, to.1])), properties))
        };
        let name = format!("flows_{}", flows.level);
        Some(MapLayer {
            path: format!("map/{name}.geojson"),
            text: feature_collection(&name, last.filter_map(line)),
            purpose: "Lines from home to host of the last day, without withheld pairs and those inside one area",
        })
    }

    /// The number, its interval where there is one, and whether it is withheld.
    fn put_figure(&self, name: &str, content: &OutgoingContent, properties: &mut Map<String, Value>) {
        let numbers = told(content);
        properties.insert(name.into(), json!(numbers.map(|own| own[0])));
        if self.figures.unit == FigureUnit::People {
            properties.insert(format!("{name}_low"), json!(numbers.map(|own| own[1])));
            properties.insert(format!("{name}_high"), json!(numbers.map(|own| own[2])));
        }
        properties.insert(format!("{name}_suppressed"), content.reason().is_some().into());
    }

    fn figures_of_last_day(&self) -> FiguresOfDay<'_> {
        let mut figures = FiguresOfDay::new();
        for row in self.figures.rows.iter().filter(|row| row.period.last == self.context.reporting_date) {
            let FigureKey { figure, level, area } = row.key;
            if let Some(of) = level.zip(area) {
                figures.entry(of).or_default().push((figure, &row.content));
            }
        }
        figures
    }
}

/// `displacement.stock` as a property.
fn short(figure: OutgoingFigure) -> &'static str {
    figure.id().trim_start_matches("displacement.")
}
