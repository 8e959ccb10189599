//! Configuration, plan, areas, key, folders: a clear message, the exit code, and nothing lost.

use crate::small::{KEY, country};
use crate::support::{Dir, Done, assert_same};
use hexodus_store::{Store, StoreIdentity};
use serde_json::Value;
use std::io::Write;

/// A run that must not get as far as a store.
#[track_caller]
fn refused(dir: &Dir, code: i32, words: &[&str]) -> Done {
    let done = dir.hexodus("run").exits(code).says(words);
    assert!(!dir.path("store/manifest.json").exists(), "nothing is stored");
    done
}

/// A run that must leave a store and tables as they were.
#[track_caller]
fn changes_nothing(dir: &Dir, arguments: &str, code: i32, words: &[&str]) {
    let (store, tables) = (dir.files("store"), dir.files("out"));
    dir.hexodus(arguments).exits(code).says(words);
    assert_same(&dir.files("store"), &store, "the store before and after");
    assert_same(&dir.files("out"), &tables, "the tables before and after");
}

#[test]
fn a_misspelt_key_of_the_configuration() {
    let dir = country();
    dir.edit("hexodus.toml", "user_id =", "user_ident =");
    refused(&dir, 2, &["hexodus.toml:11:1", "user_ident = \"sim\"", "did you mean `user_id`?"]);
}

#[test]
fn no_zone_of_the_times() {
    let dir = country();
    dir.edit("hexodus.toml", "tz = \"utc\"", "");
    refused(&dir, 2, &["source \"op1\": [source.time] tz is missing", "there is no default"]);
}

#[test]
fn no_such_zone() {
    let dir = country();
    dir.edit("hexodus.toml", "zone = \"UTC\"", "zone = \"Asia/Katmandou\"");
    refused(&dir, 2, &["[time] zone \"Asia/Katmandou\" is no IANA time zone"]);
}

#[test]
fn no_configuration() {
    Dir::new().hexodus("run").exits(2).says(&["cannot read hexodus.toml", "`hexodus init` writes a commented one"]);
}

#[test]
fn a_glob_that_finds_nothing() {
    let dir = country();
    dir.remove("dumps");
    refused(&dir, 2, &["source \"op1\": no file matches glob \"dumps/{date}*\""]);
}

#[test]
fn a_key_that_others_can_read() {
    let dir = country();
    dir.set_mode("hexodus.key", 0o644);
    refused(&dir, 2, &["hexodus.key", "mode 0644", "0600"]).never_says(&KEY[..16]);
}

#[test]
fn no_key() {
    let dir = country();
    dir.remove("hexodus.key");
    refused(&dir, 2, &["hexodus.key", "No such file", "`hexodus init` creates one, with mode 0600"]);
}

#[test]
fn a_key_that_is_none() {
    let dir = country();
    dir.write("hexodus.key", "secret!");
    refused(&dir, 2, &["hexodus.key", "expected 64 hexadecimal digits"]).never_says("secret!");
}

#[test]
fn a_lower_k_that_nobody_accepted() {
    let dir = country();
    dir.configure("[policy]\nmin_subscribers = 15");
    refused(&dir, 2, &["policy.min_subscribers = 15 is below 16", "--accept-lower-k"]);
    dir.hexodus("run --accept-lower-k").exits(0);
    let dir = country();
    dir.configure("[policy]\nmin_subscribers_h3 = 0");
    refused(&dir, 2, &["policy.min_subscribers_h3 = 0 is below 21", "--accept-lower-k"]);
    dir.hexodus("run --accept-lower-k").exits(0);
}

#[test]
fn validities_that_overlap_at_different_positions() {
    let dir = country();
    dir.write("radio_cells.csv", dir.read("radio_cells.csv") + "b,10.1507,20.0508,2031-02-01,2031-12-31\n");
    dir.hexodus("run").exits(0).says(&["warning: radio-cell plan", "1 radio cells", "(code 401)", "b"]);
    assert_eq!(dir.method()["network"]["radio_cells"]["overlaps"].as_array().map(Vec::len), Some(1), "counted");

    let strict = dir.inputs_again();
    strict.edit("hexodus.toml", "path = \"radio_cells.csv\"", "path = \"radio_cells.csv\"\nstrict = true");
    refused(&strict, 3, &["1 radio cells are at two positions at once (code 401): ", "strict = false"]);
}

#[test]
fn a_plan_without_coordinates() {
    let dir = country();
    dir.edit("radio_cells.csv", "lat,lon", "y,x");
    refused(&dir, 3, &["radio_cells.csv, row 1: expected a column `lat and lon`", "radio_cell_id, y, x, valid_from"]);
}

#[test]
fn areas_without_pcodes() {
    let dir = country();
    dir.edit("areas.geojson", "_PCODE", "_NR");
    refused(&dir, 3, &["areas.geojson: no column of P-codes: expected adm{N}_pcode", "ADM2_NR", "id_col"]);
}

#[test]
fn areas_with_the_pcodes_of_their_parents_only() {
    let dir = country();
    dir.edit("areas.geojson", "ADM2_PCODE", "ADM2_NR");
    refused(&dir, 3, &["areas.geojson: level: expected a column adm2_pcode", "ADM1_PCODE"]);
}

#[test]
fn areas_in_a_projected_crs() {
    let dir = country();
    let utm = r#""crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32645"}}, "features""#;
    dir.edit("areas.geojson", "\"features\"", utm);
    refused(&dir, 3, &["areas.geojson: expected longitude and latitude (EPSG:4326), found", "32645", "ogr2ogr -t_srs"]);
    let dir = country();
    dir.edit("areas.geojson", "[20.0, 10.0]", "[500000.0, 1105000.0]");
    refused(&dir, 3, &["areas.geojson: expected longitude and latitude", "500000", "reproject"]);
}

#[test]
fn a_file_in_the_place_of_the_output_folder() {
    let dir = country();
    dir.write("out", "not a folder");
    refused(&dir, 2, &["cannot write to [output] folder ./out"]);
    assert!(!dir.path("store").exists(), "noticed before any work");
    assert_eq!(dir.read("out"), "not a folder");
}

#[test]
fn a_store_of_another_zone_or_key() {
    let dir = country();
    dir.hexodus("run").exits(0);
    dir.edit("hexodus.toml", "zone = \"UTC\"", "zone = \"Asia/Kathmandu\"");
    changes_nothing(
        &dir,
        "run",
        4,
        &["was made with zone UTC, the configuration says Asia/Kathmandu", "another store folder"],
    );
    dir.edit("hexodus.toml", "zone = \"Asia/Kathmandu\"", "zone = \"UTC\"");
    dir.write("hexodus.key", KEY.replace("00", "01"));
    changes_nothing(&dir, "run", 4, &["was made with key", "use the key that made it"]);
}

#[test]
fn two_runs_at_once() {
    let dir = country();
    dir.hexodus("run").exits(0);
    let identity: StoreIdentity = dir.manifest().identity;
    let other = Store::open(&dir.path("store"), &identity).unwrap();
    changes_nothing(&dir, "run", 4, &["is in use by another hexodus run"]);
    dir.hexodus("status").exits(0).says(&["2031-03-02  ready"]);
    drop(other);
    dir.hexodus("run").exits(0).says(&["nothing to do"]);
}

#[test]
fn a_newer_and_a_damaged_store() {
    let dir = country();
    dir.hexodus("run").exits(0);
    let whole = dir.read("store/manifest.json");
    let mut newer: Value = serde_json::from_str(&whole).unwrap();
    newer["format"] = 99.into();
    dir.write("store/manifest.json", newer.to_string());
    changes_nothing(&dir, "run", 4, &["has format 99", "use the version that made it"]);
    dir.write("store/manifest.json", &whole[..whole.len() / 2]);
    changes_nothing(&dir, "run", 4, &["manifest.json is damaged"]);
}

#[test]
fn a_command_that_is_none() {
    Dir::new().hexodus("rnu").exits(2).says(&["unrecognized subcommand 'rnu'", "--help"]);
}

#[test]
fn settings_of_a_source_that_make_no_sense() {
    const GLOB: &str = "glob = \"dumps/{date}*\"";
    for (from, to, words) in [
        (GLOB, format!("{GLOB}\ncomment_prefix = \"//\""), "comment_prefix must be one ASCII character"),
        (
            "tz = \"utc\"",
            "tz = \"utc\"\n[source.location]\nlocal_mcc = \"21\"".into(),
            "local_mcc: expected three digits",
        ),
        (
            "tz = \"utc\"",
            "tz = \"utc\"\n[source.location]\ncountry_bbox = [25.0, 5.0, 15.0, 15.0]".into(),
            "country_bbox: expected [min_lon, min_lat, max_lon, max_lat]",
        ),
        (
            "tz = \"utc\"",
            "tz = \"utc\"\n[source.identity]\nmachine_tacs = [\"356938\"]".into(),
            "tac and [source.identity] machine_tacs",
        ),
        ("tz = \"utc\"", "tz = \"column:3\"".into(), "columns by position need header = false"),
    ] {
        let dir = country();
        dir.edit("hexodus.toml", from, &to);
        refused(&dir, 2, &["source \"op1\"", words]);
    }
}

#[test]
fn a_small_compressed_plan_that_unpacks_to_more_than_memory() {
    let dir = country();
    let rows = "a,10.0501,20.0502,2031-01-01,\n".repeat(10_000);
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(b"radio_cell_id,lat,lon,valid_from,valid_to\n").unwrap();
    (0..1000).for_each(|_| writer.write_all(rows.as_bytes()).unwrap());
    dir.write("plan.csv.gz", writer.finish().unwrap());
    dir.edit("hexodus.toml", "path = \"radio_cells.csv\"", "path = \"plan.csv.gz\"");
    let words = ["plan.csv.gz: expected a radio-cell plan of at most 256 MiB a file, unpacked, found a longer one"];
    refused(&dir, 3, &words);
}

#[test]
fn areas_longer_than_any_layer() {
    let dir = country();
    std::fs::File::create(dir.path("areas.geojson")).unwrap().set_len((512 << 20) + 1).unwrap();
    refused(&dir, 3, &["areas.geojson: expected a layer of areas of at most 512 MiB, found a longer one"]);
}
