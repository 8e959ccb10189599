//! Which tables and columns a page holds, and which of them a folder must have.

use super::boundaries::{Boundaries, boundaries};
use super::hexagons::{Hexagons, hexagons};
use crate::error::PublishError;
use crate::read_back::rows::Rows;
use crate::read_back::{read_geometry, read_rows};
use serde_json::Value;
use std::path::Path;

/// Figures of areas and of the country. The one table without which a folder is no release.
pub(super) const FIGURES: &str = "indicators_admin";
/// Names, places and levels of areas.
pub(super) const AREAS: &str = "areas_admin";
/// The same, with boundaries.
pub(super) const AREAS_GEO: &str = "areas_admin_geo";
/// Working share of the network.
pub(super) const COVERAGE: &str = "coverage_daily";
/// What was read, in percent.
pub(super) const QUALITY: &str = "quality_daily";
/// Figures of H3 cells.
pub(super) const H3_CELLS: &str = "cells_h3";

/// What is read of each table; of flows below.
const TABLES: [(&str, &[&str]); 5] = [
    (
        FIGURES,
        &[
            "indicator",
            "adm_level",
            "area_id",
            "area_name",
            "reference_period_start",
            "reference_period_end",
            "value",
            "value_low",
            "value_high",
            "suppressed",
            "suppression_reason",
            "qa_flags",
        ],
    ),
    (AREAS, &["adm_level", "area_id", "area_name", "parent_id", "center_lat", "center_lon", "population_ref"]),
    (COVERAGE, &["date", "adm_level", "area_id", "kappa", "coverage_flag", "suppressed", "suppression_reason"]),
    // Percentages of the country; whichever there are.
    (QUALITY, &[]),
    (
        H3_CELLS,
        &[
            "h3",
            "date",
            "displaced_in",
            "displaced_in_low",
            "displaced_in_high",
            "displaced_from",
            "displaced_from_low",
            "displaced_from_high",
            "suppressed",
            "suppression_reason",
            "qa_flags",
        ],
    ),
];

/// Of `flows_<level>__stock_displaced`.
const FLOWS: &[&str] = &[
    "reference_period_start",
    "adm_level",
    "origin_id",
    "dest_id",
    "subscribers_published",
    "persons_est",
    "persons_low",
    "persons_high",
    "suppressed",
    "suppression_reason",
    "qa_flags",
];
/// Levels that areas may have.
const LEVELS: std::ops::RangeInclusive<u8> = 1..=5;

/// What a folder has for a page.
#[derive(Clone, Debug)]
pub(super) struct Contents {
    pub method: Value,
    pub tables: Vec<Rows>,
    /// Tables that a release may have and this one has not.
    pub absent: Vec<&'static str>,
    pub boundaries: Option<Boundaries>,
    pub hexagons: Option<Hexagons>,
}

/// Reads a released folder.
///
/// # Errors
/// As [`super::make_report`].
pub(super) fn read_contents(folder: &Path) -> Result<Contents, PublishError> {
    let path = folder.join("method.json");
    let no_release = |expected| PublishError::NoRelease { path: path.clone(), expected };
    let text = std::fs::read_to_string(&path).map_err(PublishError::at(&path))?;
    let method: Value = serde_json::from_str(&text).ok().ok_or_else(|| no_release("expected JSON"))?;
    // A folder of a run has a method, too; what leaves says its unit.
    if !method["unit"].is_string() || !method["operation"].is_string() {
        return Err(no_release("expected a folder of `hexodus release`: the method names no unit and operation"));
    }
    let (mut tables, mut absent) = (Vec::new(), Vec::new());
    for (name, columns) in TABLES {
        match read_rows(folder, name, columns)? {
            // Residents follow from these and the areas.
            Some(rows) if name == FIGURES => tables.push(rows.beginning("indicator", "displacement.")),
            Some(rows) => tables.push(rows),
            None if name == FIGURES => {
                return Err(no_release("expected indicators_admin.parquet beside it"));
            }
            None => absent.push(name),
        }
    }
    for level in LEVELS {
        tables.extend(read_rows(folder, &format!("flows_adm{level}__stock_displaced"), FLOWS)?);
    }
    let boundaries = boundaries(&read_geometry(folder, AREAS_GEO)?);
    if boundaries.is_none() {
        absent.push(AREAS_GEO);
    }
    let hexagons = tables.iter().find(|own| own.name == H3_CELLS).and_then(hexagons);
    Ok(Contents { method, tables, absent, boundaries, hexagons })
}
