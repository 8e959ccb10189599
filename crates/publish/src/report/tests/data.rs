//! What is in a page: the rows of the tables, nothing else, and the same bytes each time.

use super::super::{ReportLanguage, ReportOptions, make_report};
use super::{MadeUp, blocks, column, released, report};
use crate::error::PublishError;
use std::fs;

/// The rows of a CSV as written beside the Parquet by another writer: text by column.
fn csv_column(dir: &tempfile::TempDir, table: &str, name: &str) -> Vec<Option<String>> {
    let mut reader = csv::Reader::from_path(dir.path().join(format!("{table}.csv"))).unwrap();
    let at = reader.headers().unwrap().iter().position(|own| own == name).unwrap();
    let whole = |own: &str| own.strip_suffix(".0").unwrap_or(own).to_owned();
    reader.records().map(|row| Some(whole(&row.unwrap()[at])).filter(|own| !own.is_empty())).collect()
}

#[test]
fn a_page_holds_the_rows_of_the_tables_and_nothing_else() {
    for is_subscribers in [false, true] {
        let dir = released(MadeUp { is_subscribers, ..MadeUp::default() });
        let page = report(&dir);
        assert_eq!(page.left_out, Vec::<&str>::new());
        let blocks = blocks(&page.html);
        for (name, table) in &blocks {
            if ["head", "boundaries", "hexagons"].contains(&name.as_str()) {
                continue;
            }
            let columns = table["columns"].as_object().unwrap();
            assert!(columns.len() > 3, "{name}");
            for own in columns.keys() {
                assert_eq!(column(table, own), csv_column(&dir, name, own), "{name}.{own}");
            }
        }
        assert_eq!(blocks.len(), 10, "{:?}", blocks.keys());
        let method: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(dir.path().join("method.json")).unwrap()).unwrap();
        assert_eq!(blocks["head"]["method"], method);
    }
}

/// A number is withheld by a null. Nothing else of the row says how large it is: its columns are those listed.
#[test]
fn a_withheld_number_is_null_wherever_it_stands() {
    let dir = released(MadeUp::default());
    let blocks = blocks(&report(&dir).html);
    let numbers = [
        ("indicators_admin", &["value", "value_low", "value_high"][..]),
        ("flows_adm2__stock_displaced", &["subscribers_published", "persons_est", "persons_low", "persons_high"][..]),
    ];
    for (name, numbers) in numbers {
        let withheld = column(&blocks[name], "suppressed");
        let rows: Vec<usize> = (0..withheld.len()).filter(|row| withheld[*row].as_deref() == Some("true")).collect();
        assert!(rows.len() > 50, "{name}: {}", rows.len());
        for number in numbers {
            let values = column(&blocks[name], number);
            assert!(rows.iter().all(|row| values[*row].is_none()), "{name}.{number}");
        }
    }
    let known = [
        "adm_level",
        "dest_id",
        "origin_id",
        "persons_est",
        "persons_high",
        "persons_low",
        "reference_period_start",
        "subscribers_published",
        "suppressed",
        "suppression_reason",
    ];
    let columns = blocks["flows_adm2__stock_displaced"]["columns"].as_object().unwrap();
    assert_eq!(columns.keys().collect::<Vec<_>>(), known);
}

/// A planted column with an unmistakable number: a table that one day has more columns does not put them into the page.
#[test]
fn columns_that_a_page_does_not_show_are_not_in_it() {
    let dir = released(MadeUp::default());
    let page = report(&dir).html;
    // `cod_version` of coverage_daily and of the method is one text; in the block of the table it is not.
    assert!(blocks(&page)["coverage_daily"]["columns"].get("cod_version").is_none());
}

#[test]
fn the_same_folder_is_the_same_bytes_and_languages_share_the_data() {
    let (one, other) = (released(MadeUp::default()), released(MadeUp::default()));
    assert_eq!(report(&one), report(&other));
    let french = ReportOptions { language: ReportLanguage::French, ..ReportOptions::default() };
    let french = make_report(one.path(), french).unwrap().html;
    assert!(french.contains("<html lang=\"fr\"") && french != report(&one).html);
    assert_eq!(french.replacen("lang=\"fr\"", "lang=\"en\"", 1), report(&one).html);
}

#[test]
fn what_a_release_lacks_is_told_and_no_error() {
    let dir = released(MadeUp { is_bare: true, ..MadeUp::default() });
    let head = blocks(&report(&dir).html).remove("head").unwrap();
    let absent = serde_json::json!(["coverage_daily", "quality_daily", "cells_h3", "areas_admin_geo"]);
    assert_eq!(head["absent"], absent);
    fs::remove_file(dir.path().join("areas_admin.parquet")).unwrap();
    fs::remove_file(dir.path().join("flows_adm2__stock_displaced.parquet")).unwrap();
    let blocks = blocks(&report(&dir).html);
    assert!(blocks.contains_key("flows_adm1__stock_displaced") && !blocks.contains_key("areas_admin"));
}

#[test]
fn what_is_no_release_is_refused_with_the_reason() {
    let empty = tempfile::tempdir().unwrap();
    let refused = |dir: &tempfile::TempDir| make_report(dir.path(), ReportOptions::default()).unwrap_err();
    assert!(matches!(refused(&empty), PublishError::Io { .. }), "no method.json");
    fs::write(empty.path().join("method.json"), "{\"tables\": []}").unwrap();
    assert!(refused(&empty).to_string().contains("expected a folder of `hexodus release`"), "a folder of a run");
    let dir = released(MadeUp::default());
    fs::remove_file(dir.path().join("indicators_admin.parquet")).unwrap();
    assert!(refused(&dir).to_string().contains("indicators_admin.parquet"));
    fs::write(dir.path().join("indicators_admin.parquet"), "PAR1, but no table").unwrap();
    assert!(matches!(refused(&dir), PublishError::Parquet(_)));
}

#[test]
fn a_noised_release_tells_zeros_as_zeros() {
    let dir = released(MadeUp { is_noised: true, ..MadeUp::default() });
    let blocks = blocks(&report(&dir).html);
    let told = column(&blocks["flows_adm2__stock_displaced"], "persons_est");
    assert!(told.contains(&Some("0".into())) && told.contains(&None));
    assert_eq!(blocks["head"]["method"]["privacy"]["dp"]["sigma"], 3.87);
}
