//! The areas and the radio-cell plan, ready to place events.

use crate::console::{Console, grouped};
use crate::failure::Failure;
use crate::named_places::place_by_area;
use crate::population::KnownPopulation;
use crate::setup::Setup;
use hexodus_ingest::plan_file::{PlanFiles, read_plan};
use hexodus_locate::{AreaLayer, CellPlan, H3Areas, Locator, Site, read_areas};
use hexodus_model::AreaTree;
use serde::Serialize;
use std::path::PathBuf;

/// What events are placed with, and what was found on the way.
pub struct Network {
    /// Places events.
    pub locator: Locator,
    /// The areas; without any when none are configured.
    pub areas: AreaTree,
    /// Whether some radio cells are known by their area only: then no table is finer than areas.
    pub areas_only: bool,
    /// The sites of the plan, as JSON.
    pub sites: Option<String>,
    /// Fingerprint of plan, areas and rules: what placing depends on.
    pub fingerprint: String,
    /// For `method.json`.
    pub report: NetworkReport,
    /// People by area, where the configuration names a table of them.
    pub population: Option<KnownPopulation>,
}

/// Inputs and oddities of areas and plan.
#[derive(Debug, Default, Serialize)]
pub struct NetworkReport {
    /// Digest of the boundary file.
    pub areas_digest: Option<String>,
    /// Areas that would have had no H3 cell of their own.
    pub small_areas: Vec<String>,
    /// Warnings about codes and names.
    pub area_warnings: Vec<String>,
    /// Digests of the plan's files.
    pub radio_cell_digests: Vec<String>,
    /// Rows of the plan, and those set aside.
    pub radio_cell_rows: u64,
    /// Rows set aside.
    pub radio_cell_rows_rejected: u64,
    /// Rows of the plan that are placed by the P-code of their area.
    pub radio_cells_by_area: u64,
    /// What resolving the plan found.
    pub radio_cells: Option<serde_json::Value>,
}

impl Network {
    /// Reads and resolves both. Known sites keep their keys.
    ///
    /// # Errors
    /// Exit 3 when either cannot be read, exit 2 when the configuration of either is wrong.
    pub fn read(setup: &Setup, known_sites: &[Site], console: &Console) -> Result<Self, Failure> {
        let mut report = NetworkReport::default();
        let mut hasher = blake3::Hasher::new();
        let areas = read_area_layer(setup, &mut report, console)?;
        hasher.update(serde_json::json!([report.areas_digest, setup.config.areas]).to_string().as_bytes());
        let plan = resolve_plan(setup, known_sites, areas.as_ref(), &mut report, console)?;
        hasher.update(serde_json::json!([report.radio_cell_digests, setup.config.radio_cells]).to_string().as_bytes());
        let sites = plan.as_ref().and_then(|plan| serde_json::to_string(plan.sites()).ok());
        hasher.update(sites.as_deref().unwrap_or_default().as_bytes());
        let population = KnownPopulation::read(setup, areas.as_ref().map(|(tree, tiling)| (tree, tiling)))?;
        if let Some(known) = &population {
            known.tell(console);
        }
        let tree = areas.as_ref().map(|(tree, _)| tree.clone()).unwrap_or_default();
        let (areas_only, locator) = (report.radio_cells_by_area > 0, Locator::new(plan, areas));
        if areas_only && population.as_ref().is_some_and(|own| own.classes.is_some()) {
            let message =
                "[population] urban: some radio cells are known by their area only: their homes have no H3 cell";
            return Err(Failure::usage(message));
        }
        Ok(Self {
            locator: if areas_only { locator.without_distances() } else { locator },
            areas: tree,
            areas_only,
            sites,
            fingerprint: hasher.finalize().to_hex().to_string(),
            report,
            population,
        })
    }

    /// Whether every affected area of the configuration exists.
    ///
    /// # Errors
    /// Exit 2 with the P-code that no area has.
    pub fn check_crises(&self, setup: &Setup) -> Result<(), Failure> {
        setup.crises.iter().try_for_each(|crisis| crisis.affected_areas(self).map(drop))
    }
}

/// The areas of the configuration and their H3 cells, if it has any.
///
/// # Errors
/// Exit 3 when they cannot be read.
pub fn read_areas_of(setup: &Setup) -> Result<Option<(AreaLayer, H3Areas)>, Failure> {
    let Some(config) = &setup.config.areas else { return Ok(None) };
    let layer = read_areas(&setup.path(&config.path), &config.columns)?;
    let tiling = H3Areas::tile(&layer)?;
    Ok(Some((layer, tiling)))
}

fn read_area_layer(
    setup: &Setup,
    report: &mut NetworkReport,
    console: &Console,
) -> Result<Option<(AreaTree, H3Areas)>, Failure> {
    let (Some(config), Some((layer, tiling))) = (&setup.config.areas, read_areas_of(setup)?) else {
        console.step("no [areas]: H3 tables only");
        return Ok(None);
    };
    let path = setup.path(&config.path);
    let (digest, _) =
        hexodus_ingest::digest::digest_file(&path).map_err(|error| Failure::system("read", &path, &error))?;
    report.areas_digest = Some(digest);
    for warning in &layer.warnings {
        console.warn(&format!("areas: {warning}"));
        report.area_warnings.push(warning.to_string());
    }
    report.small_areas =
        tiling.small_areas().iter().map(|area| layer.areas[area.0 as usize].pcode.to_string()).collect();
    console.step(&format!(
        "areas: {} at level {}, {} H3 cells, {}",
        layer.areas.len(),
        layer.tree.deepest(),
        grouped(tiling.len() as u64),
        layer.tree.cod_version
    ));
    Ok(Some((layer.tree, tiling)))
}

fn resolve_plan(
    setup: &Setup,
    known_sites: &[Site],
    areas: Option<&(AreaTree, H3Areas)>,
    report: &mut NetworkReport,
    console: &Console,
) -> Result<Option<CellPlan>, Failure> {
    let Some(config) = &setup.config.radio_cells else { return Ok(None) };
    let paths = plan_paths(setup, &config.path)?;
    let PlanFiles { mut records, rows, rejected, first_rejected, files } =
        read_plan(&paths, &config.columns, &setup.calendar)?;
    report.radio_cell_digests = files.into_iter().map(|(_, digest)| digest).collect();
    (report.radio_cell_rows, report.radio_cell_rows_rejected) = (rows, rejected);
    if let Some(first) = first_rejected {
        console.warn(&format!("radio-cell plan: {rejected} of {rows} rows set aside, first: {first}"));
    }
    report.radio_cells_by_area = place_by_area(&mut records, areas, console);
    let plan = CellPlan::resolve(records, &config.rules(), known_sites)?;
    let found = plan.report();
    for (flag, count) in &found.flags {
        console.warn(&format!("radio-cell plan: {count} radio cells: {} (code {})", flag.text(), flag.number()));
    }
    for overlap in &found.overlaps {
        console.warn(&format!("radio-cell plan: {overlap}"));
    }
    console.step(&format!(
        "radio-cell plan: {} radio cells, {} sites",
        grouped(found.radio_cells),
        grouped(found.sites)
    ));
    report.radio_cells = serde_json::to_value(found).ok();
    if let Some(found) = report.radio_cells.as_mut().and_then(serde_json::Value::as_object_mut) {
        // How many sites are new depends on the runs before, and tables must not.
        found.remove("new_sites");
        found.remove("moved_sites");
    }
    Ok(Some(plan))
}

fn plan_paths(setup: &Setup, pattern: &str) -> Result<Vec<PathBuf>, Failure> {
    let full = setup.path(pattern);
    let mistake = |message: String| Failure::usage(format!("[radio_cells] path \"{pattern}\": {message}"));
    let text = full.to_str().ok_or_else(|| mistake("not UTF-8".into()))?;
    let mut paths: Vec<PathBuf> =
        glob::glob(text).map_err(|error| mistake(error.to_string()))?.filter_map(Result::ok).collect();
    if paths.is_empty() {
        return Err(mistake(format!("no such file below {}", setup.base.display())));
    }
    paths.sort_unstable();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use hexodus_locate::plan::{Site, SiteKey, SiteMember};

    #[test]
    fn sites_are_written_as_stores_made_before_have_them() {
        let member = SiteMember { lat: 1.0, lon: -2.5e-7, radio_cell_id: "a\"b".into() };
        let site = |site_id, members| Site { key: SiteKey(3), lat: 0.1, lon: 179.999_999_9, members, site_id };
        let sites = [site(Some("S1".to_owned()), vec![]), site(None, vec![member.clone(), member])];
        // Their keys were sorted.
        assert_eq!(serde_json::to_string(&sites).unwrap(), serde_json::json!(sites).to_string());
    }
}
