//! Other people's dumps, and a crisis settled in a real country; counted independently.

use crate::small::KEY;
use crate::support::{Dir, independent, shared};
use hexodus_locate::{AreaColumns, H3Areas, read_areas};
use hexodus_model::{AreaKey, FaultCode, RowCounts};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

const HAITI: &str = "haiti_codab/hti_admbnda_adm2_cnigs_20181129.geojson";

fn configured(lines: &str, data: &Path) -> Dir {
    let dir = Dir::new();
    dir.write("hexodus.toml", lines.replace("DATA", data.to_str().unwrap()));
    dir.write("hexodus.key", KEY);
    dir.set_mode("hexodus.key", 0o600);
    dir
}

/// The account of all files of the store.
fn account(dir: &Dir) -> RowCounts {
    let mut total = RowCounts::default();
    for file in &dir.manifest().files {
        assert!(file.days.values().all(RowCounts::balances), "{}", file.file_name);
        total.add(&file.total());
    }
    total
}

/// A column of `quality_daily`, summed.
fn quality(dir: &Dir, column: &str) -> u64 {
    dir.table("quality_daily").iter().map(|row| row[column].parse::<u64>().unwrap()).sum()
}

/// No place and no pair has a number of subscribers, and each row says why. What may be told is a whole that reaches its
/// k: the pool of all pairs of a day that are below k (21), and the subscribers of a whole day (16).
#[track_caller]
fn nothing_is_published(dir: &Dir, tables: &[&str]) {
    let names: Vec<String> =
        dir.released().into_keys().filter_map(|name| Some(name.strip_suffix(".csv")?.to_owned())).collect();
    assert_eq!(names, tables);
    for name in names {
        for row in dir.table(&name) {
            let numbers: Vec<&String> =
                row.iter().filter(|(name, _)| name.starts_with("subscribers")).map(|(_, value)| value).collect();
            let pool = row.get("origin_h3").is_some_and(|origin| origin == "_OTHER");
            let whole = if name == "quality_daily" { Some(16) } else { pool.then_some(21) };
            if let Some(k) = whole.filter(|_| row["suppressed"] == "false") {
                assert!(numbers.iter().all(|number| number.parse::<u64>().unwrap() >= k), "{name}: {row:?}");
                continue;
            }
            assert!(!numbers.is_empty() && numbers.iter().all(|number| number.is_empty()), "{name}: {row:?}");
            assert_eq!(
                (&*row["suppressed"], row["suppression_reason"].ends_with("below_k")),
                ("true", true),
                "{name}: {row:?}"
            );
        }
    }
}

#[test]
fn five_days_of_multimno() {
    let Some(data) = shared("five_days_of_multimno", "multimno_sample") else { return };
    let dir = configured(
        r#"
        time = { zone = "UTC" }
        [[source]]
        id = "mno"
        preset = "multimno"
        file = { glob = "DATA/mno_events/year=*/month=*/day=*/*.parquet" }
        [radio_cells]
        path = "DATA/mno_network/year=*/month=*/day=*/*.parquet"
        "#,
        &data,
    );
    dir.hexodus("run").exits(0).says(&["30 radio cells", "written: ./out/2023-01-11"]);
    assert_eq!(dir.days(), ["2023-01-07", "2023-01-08", "2023-01-09", "2023-01-10", "2023-01-11"]);

    let total = account(&dir);
    assert_eq!((total.read, total.located, total.unlocated, total.duplicates), (1823, 620, 0, 200));
    let rejected = [(FaultCode::NullValue, 594), (FaultCode::OutOfRange, 409)];
    assert_eq!(total.rejected.into_iter().collect::<Vec<_>>(), rejected);
    let columns = ["rows_read", "rows_located", "rows_unlocated", "rows_duplicate", "rows_rejected"];
    assert_eq!(columns.map(|column| quality(&dir, column)), [1823, 620, 0, 200, 594 + 409]);
    let network = &dir.method()["network"];
    assert_eq!((&network["radio_cell_rows"], &network["radio_cells"]["radio_cells"]), (&json!(150), &json!(30)));

    nothing_is_published(&dir, &["cells_h3", "flows_h3__day_to_day", "flows_h3__trips_consecutive", "quality_daily"]);
    let Some(counted) = independent("five_days_of_multimno", &["multimno", data.to_str().unwrap()]) else { return };
    let expected = json!({"read": 1823, "null_value": 594, "out_of_range": 409, "good": 820, "accepted": 620});
    assert_eq!(counted, expected);
}

#[test]
fn gowalla_check_ins_with_their_own_coordinates() {
    let Some(data) = shared("gowalla", "gowalla_sample/gowalla_events.csv") else { return };
    let dir = configured(
        r#"
        time = { zone = "UTC" }
        [[source]]
        id = "gowalla"
        preset = "lat-lon"
        file = { glob = "DATA", delimiter = "\t", header = false }
        "#,
        &data,
    );
    dir.hexodus("run").exits(0).says(&["no [areas]: H3 tables only", "10,000 rows = 10,000 located"]);

    let total = account(&dir);
    assert_eq!((total.read, total.located, total.duplicates, total.rejected_rows()), (10_000, 10_000, 0, 0));
    assert_eq!(quality(&dir, "rows_located"), 10_000);
    nothing_is_published(&dir, &["cells_h3", "flows_h3__day_to_day", "flows_h3__trips_consecutive", "quality_daily"]);

    let active = dir.manifest().days.values().map(|day| day.facts.as_ref().unwrap().subscribers_active).max();
    let Some(counted) = independent("gowalla", &["gowalla", data.to_str().unwrap()]) else { return };
    assert_eq!((&counted["rows"], &counted["people"], &counted["repeated"]), (&json!(10_000), &json!(48), &json!(0)));
    assert_eq!(counted["days"], json!(dir.days()));
    assert!(active > Some(1) && active <= counted["people"].as_u64());
}

#[test]
fn calls_of_two_people_of_bandicoot() {
    let Some(data) = shared("calls_of_two_people_of_bandicoot", "bandicoot_demo") else { return };
    let dir = configured(
        r#"
        time = { zone = "America/New_York" }
        [[source]]
        id = "bandicoot"
        file = { glob = "DATA/[Ae][g.]*csv" }
        columns = { timestamp = "datetime", radio_cell_id = "antenna_id" }
        identity = { from_file_name = true }
        time = { tz = "America/New_York" }
        [radio_cells]
        path = "DATA/antennas.csv"
        "#,
        &data,
    );
    dir.hexodus("run").exits(0).says(&["27 radio cells"]);
    let total = account(&dir);
    let Some(counted) = independent("calls_of_two_people_of_bandicoot", &["bandicoot", data.to_str().unwrap()]) else {
        return;
    };
    let no_place = total.rejected.get(&FaultCode::NoLocation).copied().unwrap_or(0);
    assert_eq!(no_place, total.rejected_rows());
    let read =
        json!({"read": total.read, "no_place": no_place, "located": total.located, "unlocated": total.unlocated});
    assert_eq!(read, counted);
    assert!(total.located > 200, "{total:?}");
}

#[test]
fn calls_of_bandicoot_under_numbers_like_those_of_phones() {
    let Some(data) = shared("calls_of_bandicoot_under_numbers", "bandicoot_demo/u_test.csv") else { return };
    let dir = configured(
        r#"
        time = { zone = "America/New_York" }
        [[source]]
        id = "bandicoot"
        file = { glob = "DATA", delimiter = ";", header = false }
        columns = { user_id = 3, timestamp = 5, lat = 7, lon = 8 }
        time = { tz = "America/New_York" }
        "#,
        &data,
    );
    dir.hexodus("run").exits(0).says(&["raw_identifier (code 208)", "like phone numbers"]).never_says("770000000");
    let total = account(&dir);
    assert_eq!(total.flagged[&FaultCode::RawIdentifier], total.read, "and every one of them is reported");
    assert_eq!(total.rejected_rows(), 0);
    dir.configure("[output]");
    dir.edit("hexodus.toml", "[[source]]", "[[source]]\n        identity = { raw_identifiers = \"error\" }");
    // A check looks at what is new only.
    std::fs::remove_dir_all(dir.path("store")).unwrap();
    dir.hexodus("check").exits(3).says(&["would refuse", "ids that are pseudonyms"]).never_says("770000000");

    let arguments = ["bandicoot_numbers", data.to_str().unwrap()];
    let Some(counted) = independent("calls_of_bandicoot_under_numbers", &arguments) else { return };
    assert_eq!((&counted["read"], &counted["zero"]), (&json!(total.read), &json!(0)));
    assert_eq!(json!(total.located), counted["moments"], "one place at a time");
}

#[test]
fn three_days_of_nomad_with_offsets_in_the_values() {
    let Some(data) = shared("three_days_of_nomad", "nomad_gc") else { return };
    let dir = configured(
        r#"
        time = { zone = "Etc/GMT+4" }
        [[source]]
        id = "nomad"
        preset = "lat-lon"
        file = { glob = "DATA/{date}.csv" }
        columns = { user_id = "user_id", timestamp = "local_datetime", lat = "dev_lat", lon = "dev_lon" }
        time = { tz = "in-value" }
        "#,
        &data,
    );
    dir.hexodus("run").exits(0);
    let total = account(&dir);
    assert_eq!((total.unlocated, total.rejected_rows()), (0, 0));
    let Some(counted) = independent("three_days_of_nomad", &["nomad", data.to_str().unwrap()]) else { return };
    assert_eq!((&counted["read"], &counted["days"]), (&json!(total.read), &json!(dir.days())));
    assert_eq!(json!(total.located), counted["moments"], "no two places at one instant");
    let active = dir.manifest().days.values().map(|day| day.facts.as_ref().unwrap().subscribers_active).max();
    assert!(active > Some(1) && active <= counted["people"].as_u64());
}

#[test]
fn a_crisis_settled_in_haiti() {
    let Some(areas) = shared("a_crisis_settled_in_haiti", HAITI) else { return };
    let dir =
        Dir::synth(&format!("--areas {} --subscribers 3000 --days 4 --zone America/Port-au-Prince", areas.display()));
    dir.hexodus("run").exits(0).says(&["areas: 140 at level 2"]);

    let communes: BTreeSet<String> = dir.table("presence_adm2").into_iter().map(|row| row["area_id"].clone()).collect();
    assert_eq!(communes.len(), 140, "every commune is a row, seen or not");
    assert!(communes.iter().all(|pcode| pcode.starts_with("HT")), "P-codes stay strings: {communes:?}");
    let published: u64 =
        dir.table("presence_adm2").iter().filter_map(|row| row["subscribers_published"].parse::<u64>().ok()).sum();
    assert!(published > 3000, "3,000 people over 4 days: {published}");

    let total = account(&dir);
    let Some(counted) = independent("a_crisis_settled_in_haiti", &["synth", dir.path("").to_str().unwrap()]) else {
        return;
    };
    let rejected = total.rejected[&FaultCode::CannotParse];
    assert_eq!(rejected, total.rejected_rows());
    assert_eq!(
        counted,
        json!({"read": total.read, "unparsable": rejected, "accepted": total.located + total.unlocated})
    );
    assert_eq!(quality(&dir, "rows_read"), total.read);
}

#[test]
fn every_commune_has_h3_cells_and_no_h3_cell_has_two() {
    let Some(areas) = shared("every_commune_has_h3_cells", HAITI) else { return };
    let mut layer: Value = serde_json::from_slice(&std::fs::read(areas).unwrap()).unwrap();
    // Two invented areas of about 100 m, where the grid has one H3 cell for every 740,000 m²: an islet that no other
    // area reaches, and a hamlet in the middle of a commune.
    for (code, west, south) in [("98", -75.501, 17.500), ("99", -72.3010, 18.8010)] {
        let mut tiny = layer["features"][0].clone();
        tiny["properties"]["ADM2_PCODE"] =
            format!("{}{code}", tiny["properties"]["ADM1_PCODE"].as_str().unwrap()).into();
        let (east, north) = (west + 0.001, south + 0.001);
        let ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
        tiny["geometry"] = json!({"type": "Polygon", "coordinates": [ring]});
        layer["features"].as_array_mut().unwrap().push(tiny);
    }
    let dir = Dir::new();
    dir.write("areas.geojson", layer.to_string());

    let layer = read_areas(&dir.path("areas.geojson"), &AreaColumns::default()).unwrap();
    let tiling = H3Areas::tile(&layer).unwrap();
    assert_eq!(layer.areas.len(), 142);
    let h3: Vec<_> = tiling.iter().map(|(h3, _)| h3).collect();
    assert_eq!(h3.iter().collect::<BTreeSet<_>>().len(), h3.len(), "no H3 cell in two areas");
    let with_cells: BTreeSet<_> = tiling.iter().map(|(_, area)| area).collect();
    assert_eq!(with_cells.len(), 142, "no area without an H3 cell");
    for code in ["98", "99"] {
        let key = layer.areas.iter().position(|area| area.pcode.0.ends_with(code) && area.pcode.0.len() == 6).unwrap();
        assert_eq!(tiling.cells_of(AreaKey(key as u32)).len(), 1, "one H3 cell for area {code}");
    }
    assert_eq!(tiling.small_areas().len(), 1, "the hamlet took its H3 cell from the commune around it");
}
