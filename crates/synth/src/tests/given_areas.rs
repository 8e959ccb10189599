//! People settle where the caller says.

use super::invented_areas::holds;
use super::{reader::rows, small, written};
use crate::{SynthError, SynthOptions, generate};
use geo_types::{MultiPolygon, polygon};
use hexodus_model::{Ancestor, Area, Pcode};

fn square(pcode: &str, west: f64) -> Area {
    let shape = polygon![
        (x: west, y: 10.0), (x: west + 0.4, y: 10.0), (x: west + 0.4, y: 10.4), (x: west, y: 10.4),
    ];
    let ancestor = |level, code: &str| Ancestor { level, pcode: Pcode(code.to_owned()), name: String::new() };
    Area {
        level: 3,
        pcode: Pcode(pcode.to_owned()),
        name: "A \"quoted\" name, with a comma".to_owned(),
        ancestors: vec![ancestor(0, "QQ"), ancestor(1, "QQ1"), ancestor(2, "QQ11")],
        shape: MultiPolygon(vec![shape]),
    }
}

pub(super) fn in_two_squares() -> SynthOptions {
    let areas = vec![square("QQ11-2", 20.6), square("QQ11-1", 20.0)];
    SynthOptions { areas: Some(areas), zone: "UTC".to_owned(), days: 4, ..small(51) }
}

#[test]
fn homes_and_sites_lie_in_the_given_areas() {
    let (folder, options) = (tempfile::tempdir().unwrap(), in_two_squares());
    let summary = written(&options, folder.path());
    assert_eq!((summary.areas, summary.towns), (2, 16));
    let areas = options.areas.unwrap();
    let people = rows(&folder.path().join("truth/subscribers.csv"));
    assert_eq!(people.len(), 3_000);
    for row in people {
        assert_eq!((row[2].as_str(), row[3].as_str()), ("QQ11", "QQ1"));
        let area = areas.iter().find(|area| area.pcode.0 == row[1]).unwrap();
        assert!(holds(area, row[5].parse().unwrap(), row[4].parse().unwrap()), "{row:?}");
    }
    for level in 1..=3 {
        assert!(!rows(&folder.path().join(format!("truth/flows_adm{level}.csv"))).is_empty());
    }
    let crisis = summary.crisis.unwrap();
    assert!(crisis.struck_areas.len() == 1 && crisis.left > 0, "{crisis:?}");
}

#[test]
fn the_areas_written_are_json_with_the_columns_of_the_level() {
    let folder = tempfile::tempdir().unwrap();
    written(&SynthOptions { days: 1, subscribers: 10, ..in_two_squares() }, folder.path());
    let text = std::fs::read_to_string(folder.path().join("areas.geojson")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let first = &json["features"][0];
    assert_eq!(first["properties"]["adm3_pcode"], "QQ11-1");
    assert_eq!(first["properties"]["adm3_name"], "A \"quoted\" name, with a comma");
    assert_eq!(first["properties"]["adm0_pcode"], "QQ");
    assert!(first["properties"]["valid_to"].is_null());
    let corner = &first["geometry"]["coordinates"][0][0][1];
    assert_eq!([corner[0].as_f64(), corner[1].as_f64()], [Some(20.4), Some(10.0)]);
}

#[test]
fn a_single_area_has_nowhere_to_flee_to() {
    let folder = tempfile::tempdir().unwrap();
    let options = SynthOptions { areas: Some(vec![square("QQ11-1", 20.0)]), ..in_two_squares() };
    let crisis = written(&options, folder.path()).crisis.unwrap();
    assert_eq!((crisis.struck_areas.len(), crisis.left), (1, 0));
}

#[test]
fn areas_without_parents_or_with_repeated_codes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |areas| {
        let options = SynthOptions { areas: Some(areas), ..in_two_squares() };
        let error: SynthError = generate(&options, folder.path(), &mut |_| ()).unwrap_err();
        error.to_string()
    };
    let orphan = Area { ancestors: Vec::new(), ..square("QQ1", 20.0) };
    assert_eq!(refused(vec![orphan]), "area QQ1: no ancestor of level 1");
    assert_eq!(refused(vec![square("QQ1", 20.0), square("QQ1", 21.0)]), "area QQ1: P-code occurs twice");
}
