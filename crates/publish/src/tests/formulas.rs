//! Names that a spreadsheet would run: in no CSV of a release, and in its Parquet as they are.

use super::package::{package, two_days};
use super::*;
use arrow_array::cast::AsArray;
use std::sync::Arc;

/// What a name, a P-code, a reason, an operation may begin with, in any of its cells.
const HOSTILE: &str = "=HYPERLINK(\"http://x\";\"y\")";

fn hostile_world() -> World {
    let mut world = World::new();
    world.areas.cod_version = "@xaa_v01".into();
    for (at, own) in world.areas.levels.iter_mut().flatten().enumerate() {
        own.name = [HOSTILE, "+1;=2", "-3", "@4", "\t=5", "\r\"=6"][at].into();
        own.pcode = Pcode(format!("={}", own.pcode.0));
    }
    world
}

/// Whether a spreadsheet would run one of the cells that it may see in a field, separated by comma or by semicolon.
fn is_run(field: &str) -> bool {
    let runs = |cell: &str| cell.trim_start_matches([' ', '"']).starts_with(['=', '+', '-', '@', '\t', '\r']);
    field.split([';', '\t', '\r', '\n']).any(runs) || field.starts_with(['\t', '\r'])
}

#[test]
fn no_csv_of_a_release_is_a_formula() {
    assert!(is_run(HOSTILE) && is_run("a;\"=b") && is_run("\ra") && !is_run("'=a") && !is_run("a-b"));
    let (mut apostrophes, mut tables_with) = (0, 0);
    package(&hostile_world(), &two_days(), |package| {
        let context = ReleaseContext { operation: Some("=cmd|' /C calc'!A0"), ..package.context };
        let operation = OperationFacts { reason: Some("-2+3"), iso3: Some("@xa"), ..package.operation };
        let package = Package { context, operation, ..*package };
        for table in package.tables().unwrap().into_iter().filter(|own| own.has_csv(true)) {
            let mut bytes = Vec::new();
            write_csv(&table, &mut bytes).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
            assert!(reader.headers().unwrap().iter().all(|own| !is_run(own)), "{}: {text}", table.name());
            let schema = table.csv_batch().schema();
            for row in reader.records().map(Result::unwrap) {
                for (field, cell) in schema.fields().iter().zip(&row) {
                    // Numbers below 0 are numbers.
                    let is_number = field.data_type().is_numeric() && cell.parse::<f64>().is_ok();
                    assert!(is_number || !is_run(cell), "{}.{}: {cell:?}", table.name(), field.name());
                    apostrophes += usize::from(cell.starts_with("'="));
                }
            }
            tables_with += usize::from(text.contains("'="));
            if table.name() == "areas_admin" {
                let names = table.batch.column_by_name("area_name").unwrap();
                let names = names.as_dictionary::<arrow_array::types::Int32Type>();
                assert_eq!(names.values().as_string::<i32>().value(0), HOSTILE, "Parquet holds what was given");
            }
        }
        let name_of = |own: &serde_json::Value| own["name"].as_str().unwrap().to_owned();
        assert!(tables_with >= 11 && apostrophes > 100, "{tables_with} tables, {apostrophes} cells");
        let folder = tempfile::tempdir().unwrap();
        let folder = ReleaseFolder::begin(folder.path(), "a", serde_json::json!({})).unwrap();
        package.write(&package.tables().unwrap(), &folder, true).unwrap();
        let folder = folder.finish().unwrap();
        let datapackage: serde_json::Value =
            serde_json::from_slice(&std::fs::read(folder.join("datapackage.json")).unwrap()).unwrap();
        let resources = datapackage["resources"].as_array().unwrap();
        let wide = resources.iter().find(|own| own["path"] == "od_wide_adm1__stock_displaced_IDP.csv").unwrap();
        let fields: Vec<String> = wide["schema"]["fields"].as_array().unwrap().iter().map(name_of).collect();
        assert_eq!(fields, ["origin_pcode", "'=XA01", "'=XA02", "_UNKNOWN"], "as the header has them");
    });
}

/// A difference below 0 stays a number.
#[test]
fn negative_numbers_are_numbers() {
    use arrow_array::{Float64Array, Int64Array, RecordBatch};
    let columns: [(&str, arrow_array::ArrayRef); 2] =
        [("a", Arc::new(Int64Array::from(vec![-40]))), ("b", Arc::new(Float64Array::from(vec![-0.5])))];
    package(&World::new(), &two_days(), |package| {
        let table = package.tables().unwrap().swap_remove(0);
        let table = EncodedTable { batch: RecordBatch::try_from_iter(columns).unwrap(), ..table };
        let mut bytes = Vec::new();
        write_csv(&table, &mut bytes).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), "a,b\n-40,-0.5\n");
    });
}
