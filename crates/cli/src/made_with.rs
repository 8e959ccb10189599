//! What a run depends on besides the dumps, each with a fingerprint: so that `status` can tell what has changed without
//! resolving the plan or the areas.

use crate::setup::Setup;
use hexodus_ingest::digest::digest_file;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Names and fingerprints; see [`depends`] for what hangs on each.
pub fn made_with(setup: &Setup) -> BTreeMap<String, String> {
    let config = &setup.config;
    let areas = config.areas.as_ref().map(|areas| digests(setup, &areas.path));
    let plan = config.radio_cells.as_ref().map(|plan| digests(setup, &plan.path));
    let population = config.population.as_ref().map(|population| {
        let urban = population.urban.as_ref().map(|urban| digests(setup, urban));
        let mut files = digests(setup, &population.file);
        files.extend(urban.into_iter().flatten());
        files
    });
    let entries = [
        ("version", json!(env!("CARGO_PKG_VERSION"))),
        ("areas", json!([config.areas, areas])),
        ("population", json!([config.population, population])),
        ("radio_cells", json!([config.radio_cells, plan])),
        ("night", json!(config.mobility.night)),
        ("daily_location", json!(config.mobility.daily_location)),
        ("crisis", json!(setup.crises.iter().map(crate::crisis::Crisis::method).collect::<Vec<_>>())),
        ("policy", json!(setup.policy)),
        ("output", json!(config.output)),
    ];
    let fingerprint = |value: Value| blake3::hash(value.to_string().as_bytes()).to_hex()[..16].to_owned();
    entries.into_iter().map(|(name, value)| (name.to_owned(), fingerprint(value))).collect()
}

/// What is made anew when one of them changes.
pub fn depends(name: &str) -> &'static str {
    match name {
        "areas" | "radio_cells" => "every day is placed and reduced anew, with its flows and the tables",
        "night" => "every day is reduced anew, with its flows and the tables",
        "crisis" => "displacement is counted anew where its days or rules differ, with the tables",
        "daily_location" => "the flows are counted anew, with the tables",
        _ => "the tables are made anew (and days where they hold what is asked for now)",
    }
}

/// Digests of the files a pattern finds, ascending by path; a file that cannot be read has none.
fn digests(setup: &Setup, pattern: &str) -> Vec<Option<String>> {
    let paths = setup.path(pattern).to_str().and_then(|pattern| glob::glob(pattern).ok());
    let mut paths: Vec<_> = paths.into_iter().flatten().filter_map(Result::ok).collect();
    paths.sort_unstable();
    paths.iter().map(|path| digest_file(path).ok().map(|(digest, _)| digest)).collect()
}
