//! Boundary files: three layouts, what refuses a layer and what only warns.

use geo::MultiPolygon;
use hexodus_locate::areas::AreaOddity;
use hexodus_locate::areas::measure::{area_km2, inner_point};
use hexodus_locate::{AreaColumns, AreaError, AreaLayer, read_areas};
use hexodus_model::AreaKey;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A file that is gone when the test is over.
struct TestFile(PathBuf);

impl TestFile {
    fn new(content: &str) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("hexodus-areas-{}-{}.geojson", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::write(&path, content).expect("a writable temporary directory");
        Self(path)
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

fn square(west: f64, south: f64) -> Value {
    let (east, north) = (west + 0.1, south + 0.1);
    json!({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]})
}

fn feature(properties: &Value, geometry: &Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

/// One square a row of properties, side by side.
fn collection(properties: &[Value]) -> Value {
    let features =
        properties.iter().enumerate().map(|(index, row)| feature(row, &square(20.0 + index as f64 * 0.1, 10.0)));
    json!({"type": "FeatureCollection", "features": features.collect::<Vec<_>>()})
}

fn read_with(content: &Value, columns: &AreaColumns) -> Result<AreaLayer, AreaError> {
    read_areas(&TestFile::new(&content.to_string()).0, columns)
}

fn read(content: &Value) -> Result<AreaLayer, AreaError> {
    read_with(content, &AreaColumns::default())
}

fn oddities(layer: &AreaLayer) -> Vec<AreaOddity> {
    layer.warnings.iter().map(|warning| warning.oddity).collect()
}

fn new_layout() -> Vec<Value> {
    let row = |code: &str, name: &str| {
        json!({"adm2_name": name, "adm2_name1": "Brume-fr", "adm2_pcode": code, "adm1_name": "Alba", "adm1_pcode": "XA01",
            "adm0_name": "Exampleland", "adm0_pcode": "XA", "valid_on": "2030-06-01", "valid_to": null, "version": "v01",
            "lang": "en", "iso3": "XAA"})
    };
    vec![row("XA0102", "Brume"), row("XA0101", "Corrie")]
}

#[test]
fn three_layouts_give_the_same_table() {
    let old = |code: &str, name: &str| {
        json!({"ADM2_EN": name, "ADM2_FR": "autre", "ADM2_HT": "", "ADM2_PCODE": code, "ADM2_REF": "", "ADM1_EN": "Alba",
            "ADM1_PCODE": "XA01", "ADM0_EN": "Exampleland", "ADM0_PCODE": "XA", "date": "2017-09-06T00:00:00.000Z",
            "validOn": "2018-11-29T00:00:00.000Z", "validTo": "1899-11-30T00:00:00.000Z", "Shape_Area": 0.01})
    };
    let older = |code: &str, name: &str| {
        json!({"admin2Name": name, "admin2Pcod": code, "admin2RefN": name, "admin2AltN": null, "admin1Name": "Alba",
            "admin1Pcod": "XA01", "admin0Name": "Exampleland", "admin0Pcod": "XA", "validOn": "2016-11-29", "validTo": "1899-11-30"})
    };
    let rows = |of: fn(&str, &str) -> Value| collection(&[of("XA0102", "Brume"), of("XA0101", "Corrie")]);
    let layers = [collection(&new_layout()), rows(old), rows(older)].map(|content| read(&content).unwrap());

    for layer in &layers {
        assert_eq!(layer.areas, layers[0].areas);
        assert_eq!(layer.tree.levels, layers[0].tree.levels);
        assert_eq!(layer.warnings, []);
    }
    let versions = layers.each_ref().map(|layer| layer.tree.cod_version.as_str());
    assert_eq!(versions, ["xaa_v01", "xa_20181129", "xa_20161129"]);

    let tree = &layers[0].tree;
    let codes = |level| tree.level(level).iter().map(|entry| entry.pcode.0.as_str()).collect::<Vec<_>>();
    assert_eq!((codes(0), codes(1), codes(2)), (vec!["XA"], vec!["XA01"], vec!["XA0101", "XA0102"]));
    assert_eq!(tree.level(2)[1].name, "Brume");
    assert_eq!(tree.ancestor(2, AreaKey(1), 0), Some(AreaKey(0)));
    assert_eq!(layers[0].areas[0].ancestors[1].name, "Alba");
}

#[test]
fn one_feature_a_line_is_read_like_a_collection() {
    let content = collection(&new_layout());
    let features = content["features"].as_array().unwrap();
    let lines = features.iter().map(|feature| format!("\u{1e}{feature}")).collect::<Vec<_>>().join("\n");
    let layer = read_areas(&TestFile::new(&format!("\u{feff}{lines}\n")).0, &AreaColumns::default()).unwrap();
    assert_eq!(layer, read(&content).unwrap());
}

#[test]
fn parents_come_from_the_prefix_where_no_column_names_them() {
    let layer = read(&collection(&[json!({"adm3_pcode": "XA010203"}), json!({"adm3_pcode": "XA020101"})])).unwrap();
    let codes = |level| layer.tree.level(level).iter().map(|entry| entry.pcode.0.as_str()).collect::<Vec<_>>();
    assert_eq!((codes(0), codes(1), codes(2)), (vec!["XA"], vec!["XA01", "XA02"], vec!["XA0102", "XA0201"]));
    assert_eq!(layer.tree.cod_version, "xa_undated");
    assert_eq!(oddities(&layer), [AreaOddity::ParentFromPrefix, AreaOddity::NoName, AreaOddity::Undated]);
}

#[test]
fn odd_codes_warn_and_never_refuse() {
    let row = |code: &str, parent: &str| {
        json!({"adm3_pcode": code, "adm3_name": code, "adm2_pcode": parent,
        "adm1_pcode": "HT01", "adm0_pcode": "HT", "version": "V_01"})
    };
    let layer = read(&collection(&[row("HT0121-10", "HT0121"), row("HT0122A", "HT0123")])).unwrap();
    assert_eq!(oddities(&layer), [AreaOddity::Delimiter, AreaOddity::LetterTail, AreaOddity::BrokenPrefix]);
    assert_eq!(layer.tree.cod_version, "ht_v01");
    assert_eq!(layer.warnings[0].to_string(), "1 areas have a delimiter in the P-code (first: HT0121-10)");
}

#[test]
fn one_area_with_two_parents_is_nested_once() {
    let row = |code: &str, parent: &str, country: &str| json!({"adm2_pcode": code, "adm2_name": code, "adm1_pcode": parent, "adm0_pcode": country, "version": "v1"});
    let layer = read(&collection(&[row("XA0102", "XA01", "XB"), row("XA0101", "XA01", "XA")])).unwrap();
    assert_eq!(oddities(&layer), [AreaOddity::TwoParents]);
    assert!(layer.areas.iter().all(|area| area.ancestors[0].pcode.0 == "XA"));
}

#[test]
fn columns_may_be_named_by_hand() {
    let rows = collection(&[
        json!({"state_code": "KD", "state_name": "Kaduna", "shapeGroup": "NGA"}),
        json!({"state_code": "KN", "state_name": "Kano", "shapeGroup": "NGA"}),
    ]);
    let by_hand = AreaColumns {
        id_col: Some("STATE_CODE".to_owned()),
        name_col: Some("state_name".to_owned()),
        ..AreaColumns::default()
    };
    let error = read_with(&rows, &by_hand).unwrap_err().to_string();
    assert!(error.contains("feature 1: no parent of KD") && error.contains("parent_col"), "{error}");

    let named = AreaColumns { parent_col: Some("shapeGroup".to_owned()), ..by_hand.clone() };
    let layer = read_with(&rows, &named).unwrap();
    assert_eq!((layer.tree.level(0)[0].pcode.0.as_str(), layer.tree.level(1)[1].name.as_str()), ("NGA", "Kano"));

    let versioned = AreaColumns { cod_version: Some("nga_2020".to_owned()), ..by_hand };
    let layer = read_with(&rows, &versioned).unwrap();
    assert_eq!((layer.tree.level(0)[0].pcode.0.as_str(), layer.tree.cod_version.as_str()), ("NGA", "nga_2020"));
}

#[test]
fn what_refuses_a_layer_says_where_and_what_was_expected() {
    let mut rows = new_layout();
    rows[1]["adm2_pcode"] = json!(" ");
    let null = read(&collection(&rows)).unwrap_err();
    assert!(matches!(&null, AreaError::NullCode { feature: 2, column, .. } if column == "adm2_pcode"));
    rows[1]["adm2_pcode"] = json!("XA0102");
    let twice = read(&collection(&rows)).unwrap_err();
    assert!(matches!(&twice, AreaError::DuplicateCode { feature: 2, first: 1, code, .. } if code == "XA0102"));
    let orphan = read(&collection(&[json!({"adm2_pcode": "12", "adm0_pcode": "XA"})])).unwrap_err();
    assert!(matches!(&orphan, AreaError::NoParent { feature: 1, level: 1, .. }));
    let plain = read(&collection(&[json!({"NAME_1": "Alba", "GID_1": "XAA.1_1"})])).unwrap_err().to_string();
    assert!(plain.contains("found GID_1, NAME_1; name the column with id_col"), "{plain}");
    let missing = AreaColumns { id_col: Some("pcode".to_owned()), ..AreaColumns::default() };
    let missing = read_with(&collection(&new_layout()), &missing).unwrap_err();
    assert!(matches!(missing, AreaError::MissingColumn { setting: "id_col", .. }));
    let level = AreaColumns { level: Some(3), ..AreaColumns::default() };
    let level = read_with(&collection(&new_layout()), &level).unwrap_err();
    assert!(matches!(level, AreaError::MissingColumn { setting: "level", column, .. } if column == "adm3_pcode"));
}

#[test]
fn files_that_are_no_areas_are_refused() {
    let row = &new_layout()[0];
    let refused = |geometry: Value| {
        read(&json!({"type": "FeatureCollection", "features": [feature(row, &geometry)]})).unwrap_err()
    };
    assert!(matches!(refused(json!({"type": "Point", "coordinates": [1, 2]})), AreaError::Geometry { .. }));
    assert!(matches!(
        refused(json!({"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]})),
        AreaError::Geometry { .. }
    ));
    assert!(matches!(
        refused(json!({"type": "Polygon", "coordinates": [[[1], [3, 4], [5, 6], [1]]]})),
        AreaError::Geometry { .. }
    ));
    assert!(matches!(refused(Value::Null), AreaError::Geometry { .. }));
    assert!(matches!(read(&json!({"type": "FeatureCollection", "features": []})), Err(AreaError::Empty { .. })));
    assert!(matches!(read(&json!([1, 2])), Err(AreaError::Json { .. })));
    let nowhere = PathBuf::from("/nonexistent/areas.geojson");
    assert!(matches!(read_areas(&nowhere, &AreaColumns::default()), Err(AreaError::Read { .. })));
}

#[test]
fn projected_coordinates_are_refused() {
    let with_crs = |name: &str| {
        let mut content = collection(&new_layout());
        content["crs"] = json!({"type": "name", "properties": {"name": name}});
        read(&content)
    };
    for degrees in [
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:EPSG::4326",
        "EPSG:4326",
        "http://www.opengis.net/def/crs/EPSG/0/4326",
    ] {
        assert!(with_crs(degrees).is_ok(), "{degrees}");
    }
    for projected in ["urn:ogc:def:crs:EPSG::32618", "EPSG:3857", "urn:ogc:def:crs:EPSG::4269"] {
        let message = with_crs(projected).unwrap_err().to_string();
        assert!(message.contains(projected) && message.contains("reproject the file to EPSG:4326"), "{message}");
    }
    let metres =
        json!({"type": "FeatureCollection", "features": [feature(&new_layout()[0], &square(780_000.0, 2_050_000.0))]});
    let message = read(&metres).unwrap_err().to_string();
    assert!(message.contains("position 780000, 2050000 in feature 1"), "{message}");
}

#[test]
fn sizes_and_inner_points_do_not_depend_on_the_direction_of_rings() {
    let ring = |reversed: bool| {
        let mut outline = vec![(20.0, 10.0), (20.1, 10.0), (20.1, 10.1), (20.0, 10.1), (20.0, 10.0)];
        if reversed {
            outline.reverse();
        }
        MultiPolygon::from(geo::Polygon::new(outline.into(), Vec::new()))
    };
    // 0.1 degrees of latitude is 11.06 km here, of longitude 10.96 km.
    assert!((area_km2(&ring(false)) - 121.3).abs() < 0.2, "{}", area_km2(&ring(false)));
    assert!((area_km2(&ring(false)) - area_km2(&ring(true))).abs() < 1e-9);
    assert_eq!(inner_point(&ring(true)), inner_point(&ring(false)));
}
