//! What each table of a release is, in a sentence.

use super::layouts::{AREAS, AREAS_GEO, FLOWS, HAPI, IDPS, LOCATIONS};
use super::network_layouts::COVERAGE;
use crate::encoded::EncodedTable;
use crate::indicators_layout::INDICATORS;

/// For the README, the data package and HDX.
pub(super) fn purpose(table: &EncodedTable) -> &'static str {
    let name = table.name();
    if name.starts_with("flows_") {
        return "Displaced on each released day: a row is a home area and a host area on a day";
    }
    if name.starts_with("od_wide_") {
        return "The last day as a matrix, homes down, hosts across; blank = withheld, absent or zero";
    }
    match name {
        _ if name == INDICATORS.name => "Figures of areas and of the country: a row is a figure, an area and a day",
        _ if name == IDPS.name => {
            "The last day in the columns of DTM v3: a row is a host area, split by home at level 1"
        }
        _ if name == HAPI.name => "The last day in the columns of HDX HAPI: a row is a host area",
        _ if name == COVERAGE.name => "How much of the network worked: a row is an area and a day",
        "cells_h3_geo" => "The same with the shapes of the H3 cells: GeoParquet 1.1",
        "cells_kepler" => "The same for kepler.gl: all released days, told figures only",
        "cells_h3" => "Displaced by H3 cell: a row is an H3 cell of the network and a released day",
        "quality_daily" => "Which days can be trusted: a row is a day since the baseline began",
        _ if name == AREAS.name => "The areas: P-code, name, parent, a point inside, km², reference population",
        _ if name == AREAS_GEO.name => {
            "The same with their shapes: GeoParquet 1.1, for GeoPandas, DuckDB and newer GIS"
        }
        _ if name == LOCATIONS.name => "Places for flowmap.blue: a row is an area of the deepest level",
        _ if name == FLOWS.name => "Lines for flowmap.blue: the last day at the deepest level",
        _ => "A table of the release",
    }
}
