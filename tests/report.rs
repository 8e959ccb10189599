//! `report.html` of a real release: exactly what the tables beside it hold, the same whenever it is made.

use crate::outgoing::country;
use crate::support::{Dir, assert_same, gunzipped};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const FOLDER: &str = "released/earthquake_2031-04-12";

fn released() -> Dir {
    let dir = country();
    dir.hexodus("release").exits(0);
    dir
}

/// What a reader of the page can get out of it, block by block.
fn blocks(html: &str) -> BTreeMap<String, Value> {
    let block = |text: &str| {
        let (name, rest) = text.split_once("\">").unwrap();
        let json = gunzipped(&STANDARD.decode(rest.split_once("</script>").unwrap().0).unwrap());
        (name.to_owned(), serde_json::from_str(&json).unwrap())
    };
    html.split("data-block=\"").skip(1).map(block).collect()
}

fn column(own: &Value) -> Vec<String> {
    let text = |own: &Value| match own {
        Value::Null => String::new(),
        Value::String(own) => own.clone(),
        own => own.to_string(),
    };
    match own["at"].as_array() {
        Some(at) => {
            at.iter().map(|at| at.as_u64().map_or_else(String::new, |at| text(&own["words"][at as usize]))).collect()
        }
        None => own["values"].as_array().unwrap().iter().map(text).collect(),
    }
}

/// The attackers of `attack_release` and `released_sums` read the CSV files. The page holds the same rows and columns of
/// them and nothing more, so what they cannot compute from those cannot be computed from it.
#[test]
fn a_page_tells_what_the_released_tables_tell_and_no_more() {
    let dir = released();
    let mut blocks = blocks(&dir.read(&format!("{FOLDER}/report.html")));
    let head = blocks.remove("head").unwrap();
    assert_eq!(head["method"], serde_json::from_str::<Value>(&dir.read(&format!("{FOLDER}/method.json"))).unwrap());
    let keys: Vec<&String> = head.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["absent", "format", "left_out", "method"]);
    let geometry = ["boundaries", "hexagons"].map(|name| blocks.remove(name));
    assert!(geometry.iter().flatten().all(|own| own.get("table").is_none()), "lines of areas and H3 cells only");
    let files = dir.files(FOLDER);
    let expected = [
        "areas_admin",
        "coverage_daily",
        "flows_adm1__stock_displaced",
        "flows_adm2__stock_displaced",
        "indicators_admin",
        "quality_daily",
    ];
    assert!(expected.iter().all(|name| blocks.contains_key(*name)), "{:?}", blocks.keys());
    let (mut told, mut withheld) = (0, 0);
    for (name, table) in &blocks {
        assert!(files.contains_key(&format!("{name}.csv")), "{name} is a table of the release");
        let mut rows = dir.rows(&format!("{FOLDER}/{name}.csv"));
        // Residents follow from what the page has.
        rows.retain(|row| row.get("category").is_none_or(|own| own != "residents"));
        assert_eq!(table["rows"], rows.len(), "{name}");
        let columns = table["columns"].as_object().unwrap();
        for (at, own) in columns {
            let whole = |own: &String| own.strip_suffix(".0").unwrap_or(own).to_owned();
            let expected: Vec<String> = rows.iter().map(|row| whole(&row[at])).collect();
            assert_eq!(column(own), expected, "{name}.{at}");
        }
        for row in 0..rows.len() {
            let Some(suppressed) = columns.get("suppressed") else { continue };
            let numbers = ["value", "persons_est", "subscribers_published"].iter().filter_map(|own| columns.get(*own));
            let number = numbers.map(|own| &own["values"][row]).find(|own| !own.is_null());
            assert!(number.is_none() || suppressed["values"][row] == false, "{name}, row {row}");
            told += u32::from(number.is_some());
            withheld += u32::from(suppressed["values"][row] == true);
        }
    }
    assert!(told > 50 && withheld > 1000, "{told} told, {withheld} withheld");
}

#[test]
fn a_page_is_part_of_the_release_and_the_same_when_made_again() {
    let dir = released();
    let before = dir.files(FOLDER);
    assert!(dir.read(&format!("{FOLDER}/SHA256SUMS")).contains("  report.html\n"));
    dir.hexodus(&format!("report {FOLDER}")).exits(0).says(&["report.html"]);
    assert_same(&dir.files(FOLDER), &before, "made again over itself");
    dir.hexodus(&format!("report {FOLDER} --output again.html --threads 1")).exits(0);
    assert_eq!(dir.read("again.html").as_bytes(), before["report.html"], "made again elsewhere");
    // Another language is another page: it does not take the place of one that SHA256SUMS lists.
    dir.hexodus(&format!("report {FOLDER} --language fr")).exits(2).says(&["--output"]);
    assert_same(&dir.files(FOLDER), &before, "refused");
    dir.hexodus(&format!("report {FOLDER} --language fr --output rapport.html")).exits(0);
    assert!(dir.read("rapport.html").contains("<html lang=\"fr\""));
    dir.hexodus(&format!("report {FOLDER} --max-embed-mb 0.001 --output small.html")).exits(0).says(&["left out"]);
    assert!(dir.read("small.html").len() < before["report.html"].len());
    let partial: BTreeSet<String> = dir.files("").into_keys().filter(|name| name.ends_with(".partial")).collect();
    assert_eq!(partial, BTreeSet::new());
}

#[test]
fn what_is_no_release_has_no_page() {
    let dir = released();
    dir.hexodus("report nowhere").exits(3).says(&["method.json"]);
    let internal = dir.release();
    dir.hexodus(&format!("report {internal}")).exits(3).says(&["expected a folder of `hexodus release`"]);
    assert!(!dir.path(&internal).join("report.html").exists(), "tables of a run are internal");
    dir.hexodus(&format!("report {FOLDER} --max-embed-mb -1")).exits(2);
    dir.hexodus(&format!("report {FOLDER} --output no/such/folder.html")).exits(2).says(&["no/such/folder.html"]);
}
