//! The released folder as analysts open it: which files, the same rows in every reader, the questions of docs/analysts.md.

use crate::outgoing::country;
use crate::support::{Dir, Row, python, skip};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const FOLDER: &str = "released/earthquake_2031-04-12";

fn released() -> Dir {
    let dir = country();
    dir.edit("hexodus.toml", "[output]", "[release]\nlicense = \"CC-BY-4.0\"\n\n[output]");
    dir.hexodus("release").exits(0);
    dir
}

#[test]
fn a_release_holds_these_files_and_sums_them_up() {
    let dir = released();
    let files = dir.files(FOLDER);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = [
        "README.md",
        "SHA256SUMS",
        "areas_admin.csv",
        "areas_admin.parquet",
        "areas_admin_geo.parquet",
        "coverage_daily.csv",
        "coverage_daily.parquet",
        "datapackage.json",
        "flowmap/flows.csv",
        "flowmap/locations.csv",
        "flows_adm1__stock_displaced.csv",
        "flows_adm1__stock_displaced.parquet",
        "flows_adm2__stock_displaced.csv",
        "flows_adm2__stock_displaced.parquet",
        "hapi_idps.csv",
        "hdx.yaml",
        "idps_admin.csv",
        "idps_admin.parquet",
        "indicators_admin.csv",
        "indicators_admin.parquet",
        "map/areas_adm1.geojson",
        "map/areas_adm2.geojson",
        "map/flows_adm1.geojson",
        "map/flows_adm2.geojson",
        "method.json",
        "od_wide_adm1__stock_displaced_IDP.csv",
        "od_wide_adm2__stock_displaced_IDP.csv",
        "quality_daily.csv",
        "quality_daily.parquet",
        "report.html",
    ];
    assert_eq!(names, expected);
    let sums = dir.read(&format!("{FOLDER}/SHA256SUMS"));
    let summed: Vec<&str> = sums.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    assert_eq!(summed, expected.iter().copied().filter(|name| *name != "SHA256SUMS").collect::<Vec<_>>());
}

/// What is told of the network is that of the run, of sites of k, in steps, and no count.
#[test]
fn coverage_and_quality_follow_from_the_run_in_steps() {
    let dir = released();
    let table = |name: &str| dir.rows(&format!("{FOLDER}/{name}.csv"));
    let kappa = |row: &Row| row["kappa"].parse::<f64>().ok();
    let (mut told, mut withheld) = (0, 0);
    for level in 1..=2 {
        let of_run = dir.table(&format!("earthquake/coverage_daily_adm{level}"));
        let of_run: BTreeMap<(String, String), &Row> =
            of_run.iter().map(|row| ((row["date"].clone(), row["area_id"].clone()), row)).collect();
        for row in table("coverage_daily").iter().filter(|row| row["adm_level"] == level.to_string()) {
            assert!(row["date"].as_str() <= "2031-04-12", "nothing of a day that is not settled: {row:?}");
            let of_run = of_run[&(row["date"].clone(), row["area_id"].clone())];
            if let Some(own) = kappa(row) {
                assert!((own * 20.0 - (own * 20.0).round()).abs() < 1e-9, "{row:?}");
                let flag = if own < 0.5 {
                    "withhold"
                } else if own < 0.8 {
                    "low"
                } else {
                    ""
                };
                assert_eq!((row["coverage_flag"].as_str(), row["suppressed"].as_str()), (flag, "false"));
                // Of all sites it may be another, where some are of few.
                assert!((kappa(of_run).unwrap() - own).abs() < 0.2, "{row:?} {of_run:?}");
                told += 1;
            } else {
                withheld += usize::from(row["suppressed"] == "true");
            }
        }
    }
    assert!(told > 500, "{told} told, {withheld} withheld");
    let quality = table("quality_daily");
    let days: Vec<&str> = quality.iter().map(|row| row["date"].as_str()).collect();
    assert!(days.windows(2).all(|pair| pair[0] < pair[1]) && days.last() == Some(&"2031-04-12"), "{days:?}");
    let of_run = dir.table("quality_daily");
    for row in &quality {
        let of_run = of_run.iter().find(|own| own["date"] == row["date"]).unwrap();
        let [told, exact] = [row, of_run].map(|own| own["events_located_pct"].parse::<f64>().unwrap());
        assert!((told - exact).abs() <= 0.55 && told.fract().abs() < 1e-9, "{row:?}");
        assert_eq!([&row["day_complete"], &row["baseline_used"]], [&of_run["day_complete"], &of_run["baseline_used"]]);
        let is_released = ["2031-04-05", "2031-04-12"].contains(&row["date"].as_str());
        assert_eq!(
            [&row["rows_suppressed"], &row["suppressed_persons_pct"]].map(|own| !own.is_empty()),
            [is_released; 2]
        );
    }
    // As a reader adds it up.
    let flows = table("flows_adm2__stock_displaced");
    let withheld = |row: &&Row| row["reference_period_start"] == "2031-04-12" && row["suppressed"] == "true";
    assert_eq!(quality.last().unwrap()["rows_suppressed"], flows.iter().filter(withheld).count().to_string());
}

#[test]
fn idps_admin_adds_up_to_the_figures_of_the_release() {
    let dir = released();
    let table = |name: &str| dir.rows(&format!("{FOLDER}/{name}.csv"));
    let figures = table("indicators_admin");
    let idps = table("idps_admin");
    let mut hosts = 0;
    for row in figures.iter().filter(|row| {
        row["indicator"] == "displacement.stock"
            && row["reference_period_end"] == "2031-04-12"
            && !row["area_id"].starts_with('_')
    }) {
        let own = |idps: &&crate::support::Row| {
            let code = ["admin0Pcode", "admin1Pcode", "admin2Pcode"][row["adm_level"].parse::<usize>().unwrap()];
            idps["adminLevel"] == row["adm_level"] && (row["adm_level"] == "0" || idps[code] == row["area_id"])
        };
        let rows: Vec<u64> = idps.iter().filter(own).map(|own| own["numPresentIdpInd"].parse().unwrap()).collect();
        assert_eq!(rows.is_empty(), row["value"].is_empty(), "{row:?}");
        if !rows.is_empty() {
            assert_eq!(rows.iter().sum::<u64>(), row["value"].parse::<u64>().unwrap(), "{row:?}");
            hosts += 1;
        }
    }
    assert!(hosts > 6 && idps.len() > hosts, "{hosts} hosts in {} rows: some are split by home", idps.len());
}

#[test]
fn every_reader_sees_the_same_rows_sums_nulls_and_types() {
    let dir = released();
    let folder = dir.path(FOLDER).display().to_string();
    let Some(found) = python("every_reader_sees_the_same", "readers.py", &["agree", &folder]) else { return };
    assert_eq!(found["differences"], serde_json::json!([]));
    assert_eq!(found["tables"], 7);
    assert!(found["columns"].as_u64().unwrap() > 80 && found["sums"].as_u64().unwrap() > 10, "{found}");
}

#[test]
fn frictionless_finds_the_package_valid() {
    let dir = released();
    let folder = dir.path(FOLDER).display().to_string();
    let Some(found) = python("frictionless_finds_the_package_valid", "readers.py", &["frictionless", &folder]) else {
        return;
    };
    assert_eq!(found["errors"], serde_json::json!([]));
    assert_eq!((found["csv"].as_u64(), found["files"].as_u64()), (Some(12), Some(24)), "CSV to the cell, all by hash");
    // The test of the test: a number that was changed afterwards is found.
    dir.edit(&format!("{FOLDER}/flowmap/flows.csv"), "2031-04-12", "2031-04-13");
    let found = python("frictionless", "readers.py", &["frictionless", &folder]).unwrap();
    assert!(!found["errors"].as_array().unwrap().is_empty());
}

#[test]
fn a_package_with_hashtags_is_valid_too() {
    let dir = country();
    dir.edit("hexodus.toml", "[output]", "[release]\nhxl_row = true\n\n[output]");
    dir.hexodus("release").exits(0);
    let second = dir.read(&format!("{FOLDER}/idps_admin.csv")).lines().nth(1).unwrap().to_owned();
    assert!(second.starts_with("#id+code,#operation+name"), "{second}");
    let folder = dir.path(FOLDER).display().to_string();
    let Some(found) = python("a_package_with_hashtags", "readers.py", &["frictionless", &folder]) else { return };
    assert_eq!(found["errors"], serde_json::json!([]));
}

#[test]
fn shapes_and_map_layers_are_those_of_the_tables() {
    let dir = released();
    let folder = dir.path(FOLDER).display().to_string();
    let Some(found) = python("shapes_and_map_layers", "readers.py", &["shapes", &folder]) else { return };
    assert_eq!(found["differences"], serde_json::json!([]));
    assert_eq!(found["areas"], 37, "a country, 6 provinces, 30 districts");
    assert!(found["figures"].as_u64() > Some(200) && found["lines"].as_u64() > Some(4), "{found}");
    assert_eq!(found["h3_cells"], 0, "on request only");
}

#[test]
fn h3_cells_leave_on_request_with_their_shapes() {
    let dir = country();
    dir.edit("hexodus.toml", "[output]", "[release]\nh3 = true\n\n[output]");
    dir.hexodus("release").exits(0);
    let names: Vec<String> = dir.files(FOLDER).into_keys().filter(|name| name.contains("cells_")).collect();
    let expected =
        ["cells_h3.csv", "cells_h3.parquet", "cells_h3_geo.parquet", "cells_kepler.csv", "map/cells_h3.geojson"];
    assert_eq!(names, expected);
    let folder = dir.path(FOLDER).display().to_string();
    let Some(found) = python("h3_cells_leave_on_request", "readers.py", &["shapes", &folder]) else { return };
    assert_eq!(found["differences"], serde_json::json!([]));
    assert!(found["h3_cells"].as_u64() > Some(200), "{found}");
    let found = python("h3_cells_leave_on_request", "readers.py", &["frictionless", &folder]).unwrap();
    assert_eq!((&found["errors"], found["csv"].as_u64()), (&serde_json::json!([]), Some(14)));
}

#[test]
fn h3_indexes_leave_as_numbers_on_request() {
    let dir = country();
    dir.edit("hexodus.toml", "[output]", "[release]\nh3 = true\n\n[output]");
    dir.hexodus("release").exits(0);
    assert!(!dir.rows(&format!("{FOLDER}/cells_h3.csv"))[0].contains_key("h3_u64"), "on request only");
    fs::remove_dir_all(dir.path("released")).unwrap();
    dir.edit("hexodus.toml", "h3 = true\n", "h3 = true\nh3_u64 = true\n");
    dir.hexodus("release").exits(0);
    let rows = dir.rows(&format!("{FOLDER}/cells_h3.csv"));
    assert!(rows.len() > 200);
    for row in &rows {
        assert_eq!(u64::from_str_radix(&row["h3"], 16).unwrap(), row["h3_u64"].parse::<u64>().unwrap());
    }
    let folder = dir.path(FOLDER).display().to_string();
    let Some(found) = python("h3_indexes_leave_as_numbers", "readers.py", &["shapes", &folder]) else { return };
    assert_eq!(found["differences"], serde_json::json!([]));
    let found = python("h3_indexes_leave_as_numbers", "readers.py", &["frictionless", &folder]).unwrap();
    assert_eq!(found["errors"], serde_json::json!([]));
}

#[test]
fn shapes_stay_where_the_configuration_says_so() {
    let dir = country();
    dir.edit("hexodus.toml", "[output]", "[release]\nboundaries = false\n\n[output]");
    dir.hexodus("release").exits(0);
    let names: Vec<String> = dir.files(FOLDER).into_keys().collect();
    assert!(names.iter().all(|name| !name.contains("geo.parquet") && !name.starts_with("map/areas")), "{names:?}");
    assert!(names.iter().any(|name| name == "map/flows_adm2.geojson"));
}

#[test]
fn the_questions_of_the_analysts_page_have_answers() {
    let dir = released();
    let (folder, output) = (dir.path(FOLDER).display().to_string(), dir.path(".").display().to_string());
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/analysts.md").display().to_string();
    let arguments = ["questions", &page, &folder, &output];
    let Some(found) = python("the_questions_of_the_analysts_page", "readers.py", &arguments) else { return };
    let answers = found["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 11);
    for (number, answer) in (1..).zip(answers) {
        // No R, no GeoPandas or no GDAL on this machine: said, and not passed over in silence.
        match answer.as_array() {
            None => skip("the_questions_of_the_analysts_page", &format!("no reader for question {number}")),
            Some(rows) => assert!(!rows.is_empty(), "question {number}: {found}"),
        }
    }
    let rows = |at: usize| answers[at].as_array().unwrap();
    assert!(rows(0).len() == 5 && rows(0)[0][0] == "XA0103", "{found}");
    assert!(rows(1)[0][2].as_u64() > Some(0), "{found}");
}

#[test]
fn summary_tells_the_headline_from_the_folder_alone() {
    let dir = released();
    dir.hexodus("summary").exits(0).says(&[
        "earthquake, 2031-04-12, persons",
        "displaced now",
        "suppressed)",
        "XA0103",
    ]);
    dir.rename(FOLDER, "elsewhere");
    dir.hexodus("summary").exits(2).says(&["`hexodus release` first"]);
    dir.hexodus("summary elsewhere").exits(0).says(&["not observed"]);
    dir.write("elsewhere/indicators_admin.parquet", "no table");
    dir.hexodus("summary elsewhere").exits(3).says(&["Parquet"]);
}

#[test]
fn a_country_code_is_three_letters() {
    let dir = country();
    dir.edit("hexodus.toml", "[[crisis]]", "[[crisis]]\nadmin0_iso3 = \"Alba\"");
    dir.hexodus("release").exits(2).says(&["admin0_iso3: expected three capital letters"]);
}
