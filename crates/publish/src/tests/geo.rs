//! Shapes that leave: read back byte by byte, and as features.

use super::package::{package, two_days};
use super::*;
use arrow_array::Array as _;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use geo_types::{LineString, MultiPolygon, Polygon};
use serde_json::{Value, json};

fn square(left: f64, bottom: f64, size: f64) -> LineString<f64> {
    let (right, top) = (left + size, bottom + size);
    LineString::from(vec![(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)])
}

/// By level, as the areas of [`World`]: a square, two of which one has a hole, and one of two parts and two that are nowhere.
pub(super) fn shapes() -> Vec<Vec<MultiPolygon<f64>>> {
    let plain = |left, size| Polygon::new(square(left, 28.0, size), Vec::new());
    let mut hole = square(86.25, 28.25, 0.5);
    hole.0.reverse();
    let holed = Polygon::new(square(86.0, 28.0, 1.0), vec![hole]);
    let nowhere = || MultiPolygon::new(Vec::new());
    vec![
        vec![MultiPolygon::new(vec![plain(84.0, 3.0)])],
        vec![MultiPolygon::new(vec![plain(84.0, 1.0)]), MultiPolygon::new(vec![holed])],
        vec![MultiPolygon::new(vec![plain(84.0, 0.5), plain(84.5, 0.25)]), nowhere(), nowhere()],
    ]
}

/// What a reader of well-known binary sees: rings of points, polygon by polygon.
fn decoded(bytes: &[u8]) -> Vec<Vec<Vec<[f64; 2]>>> {
    fn number(bytes: &mut &[u8]) -> u32 {
        let (own, rest) = bytes.split_at(4);
        *bytes = rest;
        u32::from_le_bytes(own.try_into().unwrap())
    }
    fn degrees(bytes: &mut &[u8]) -> f64 {
        let (own, rest) = bytes.split_at(8);
        *bytes = rest;
        f64::from_le_bytes(own.try_into().unwrap())
    }
    fn polygon(bytes: &mut &[u8]) -> Vec<Vec<[f64; 2]>> {
        let rings = number(bytes);
        let mut ring = |_| (0..number(bytes)).map(|_| [degrees(bytes), degrees(bytes)]).collect();
        (0..rings).map(&mut ring).collect()
    }
    fn kind(bytes: &mut &[u8]) -> u32 {
        assert_eq!(bytes[0], 1, "little-endian");
        *bytes = &bytes[1..];
        number(bytes)
    }
    let mut rest = bytes;
    let polygons = match kind(&mut rest) {
        3 => vec![polygon(&mut rest)],
        6 => (0..number(&mut rest))
            .map(|_| {
                assert_eq!(kind(&mut rest), 3);
                polygon(&mut rest)
            })
            .collect(),
        other => panic!("kind {other}"),
    };
    assert!(rest.is_empty());
    polygons
}

fn areas_geo() -> EncodedTable {
    package(&World::new(), &two_days(), |package| {
        package.tables().unwrap().into_iter().find(|own| own.name() == "areas_admin_geo").unwrap()
    })
}

#[test]
fn a_shape_reads_back_from_well_known_binary() {
    let table = areas_geo();
    let geometry = table.batch.column_by_name("geometry").unwrap().as_binary::<i32>();
    let points = |own: &LineString<f64>| own.coords().map(|own| [own.x, own.y]).collect::<Vec<_>>();
    let rings =
        |own: &Polygon<f64>| std::iter::once(own.exterior()).chain(own.interiors()).map(points).collect::<Vec<_>>();
    for (row, shape) in shapes().iter().flatten().enumerate() {
        let expected: Vec<_> = shape.iter().map(rings).collect();
        let found = if geometry.is_valid(row) { decoded(geometry.value(row)) } else { Vec::new() };
        assert_eq!(found, expected, "row {row}");
    }
    assert_eq!(geometry.null_count(), 2, "an empty shape is null, and no empty geometry");
}

#[test]
fn boxes_and_the_geo_key_are_those_of_the_standard() {
    let table = areas_geo();
    let boxes = table.batch.column_by_name("bbox").unwrap().as_struct();
    let side = |name: &str| boxes.column_by_name(name).unwrap().as_primitive::<Float64Type>().value(3).to_string();
    assert_eq!(["xmin", "ymin", "xmax", "ymax"].map(side), ["84", "28", "84.75", "28.5"]);
    assert!(boxes.is_null(4) && boxes.is_null(5));
    let key: Value = serde_json::from_str(table.geo.as_deref().unwrap()).unwrap();
    let expected = json!({
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {
            "encoding": "WKB",
            "geometry_types": ["Polygon", "MultiPolygon"],
            "orientation": "counterclockwise",
            "bbox": [84.0, 28.0, 87.0, 31.0],
            "covering": {"bbox": {
                "xmin": ["bbox", "xmin"], "ymin": ["bbox", "ymin"], "xmax": ["bbox", "xmax"], "ymax": ["bbox", "ymax"],
            }},
        }},
    });
    assert_eq!(key, expected);
}

#[test]
fn coordinates_are_told_to_a_tenth_of_a_metre_and_rings_stay_closed() {
    let ring = vec![(0.0, 0.0), (1.000_000_04, 0.0), (1.000_000_01, 1.0), (1.000_000_02, 1.000_000_03), (0.0, 0.0)];
    let speck = square(5.0, 5.0, 1e-8);
    let shape =
        MultiPolygon::new(vec![Polygon::new(ring.into(), vec![speck.clone()]), Polygon::new(speck, Vec::new())]);
    let rounded = rounded_shape(&shape);
    assert_eq!(rounded.0, [Polygon::new(vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)].into(), Vec::new())]);
}

/// The text of a layer of the map, as features.
fn features(path: &str, days: &[OutgoingDay]) -> Vec<Value> {
    let parent = tempfile::tempdir().unwrap();
    let folder = package(&World::new(), days, |package| {
        let folder = ReleaseFolder::begin(parent.path(), "map", json!({})).unwrap();
        package.write(&package.tables().unwrap(), &folder, true).unwrap();
        folder.finish().unwrap()
    });
    let text = std::fs::read_to_string(folder.join(path)).unwrap();
    let mut collection: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(collection["type"], "FeatureCollection");
    serde_json::from_value(collection["features"].take()).unwrap()
}

#[test]
fn areas_of_the_map_have_the_figures_of_the_last_day() {
    let areas = features("map/areas_adm2.geojson", &two_days());
    assert_eq!(areas.len(), 3);
    assert_eq!(areas[0]["geometry"]["type"], "MultiPolygon");
    assert_eq!((&areas[1]["geometry"], &areas[1]["properties"]["stock_suppressed"]), (&Value::Null, &json!(true)));
    assert_eq!(areas[1]["properties"]["stock"], Value::Null, "withheld");
    let told = ["area_id", "area_name", "stock", "stock_low", "stock_high", "stock_suppressed", "unit"];
    let told = told.map(|own| areas[0]["properties"][own].clone());
    let by_table = figures_of("displacement.stock", "XA0101");
    let expected = [json!("XA0101"), json!("Ox"), by_table[0].clone(), by_table[1].clone(), by_table[2].clone()];
    assert_eq!((&told[..5], &told[5], &told[6]), (&expected[..], &json!(false), &json!("persons")));
    let north = &features("map/areas_adm1.geojson", &two_days())[1]["geometry"];
    assert_eq!(north["coordinates"].as_array().unwrap().len(), 2, "a ring and its hole");
}

#[test]
fn lines_of_the_map_join_places_and_leave_out_what_is_withheld() {
    let lines = features("map/flows_adm1.geojson", &two_days());
    // 60 subscribers from South to North; 5 the other way are withheld; one's own area is no line, nor is nowhere.
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["geometry"]["coordinates"], json!([[85.5, 28.0], [84.5, 28.0]]), "longitude first");
    let properties = &lines[0]["properties"];
    assert_eq!(
        [&properties["origin_id"], &properties["dest_id"], &properties["displaced"]],
        ["XA02", "XA01", "120"]
            .map(|own| { own.parse::<u64>().map_or_else(|_| json!(own), |own| json!(own)) })
            .each_ref()
    );
}

#[test]
fn counts_of_subscribers_have_no_interval_on_the_map() {
    let day = OutgoingDay { unit: FigureUnit::Subscribers, ..two_days()[1].clone() };
    let areas = features("map/areas_adm1.geojson", &[day]);
    let properties = areas[0]["properties"].as_object().unwrap();
    assert!(properties.contains_key("stock") && !properties.contains_key("stock_low"), "{properties:?}");
    assert_eq!(properties["unit"], "subscribers");
}

/// Value and interval in the table of figures, on the last day.
fn figures_of(indicator: &str, area: &str) -> [Value; 3] {
    let text = super::package::csv_of("indicators_admin");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let row = rows.iter().rfind(|row| row["indicator"] == indicator && row["area_id"] == area).unwrap();
    ["value", "value_low", "value_high"].map(|own| json!(row[own].parse::<u64>().unwrap()))
}
