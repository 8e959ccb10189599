//! How large a page is, and what it leaves out where that is too large.

use super::super::{Report, ReportOptions, make_report};
use super::{MadeUp, blocks, column, released};
use serde_json::json;
use std::collections::BTreeSet;

/// A country of 150 areas and 3,000 H3 cells, on eight released days.
const LARGE: MadeUp = MadeUp {
    areas: 150,
    h3_cells: 3000,
    days: 8,
    is_bare: false,
    is_hostile: false,
    is_subscribers: false,
    is_noised: false,
};

fn made(dir: &tempfile::TempDir, max_embed_bytes: usize) -> Report {
    make_report(dir.path(), ReportOptions { max_embed_bytes, ..ReportOptions::default() }).unwrap()
}

#[test]
fn a_large_country_is_below_three_megabytes() {
    let dir = released(LARGE);
    let page = made(&dir, ReportOptions::default().max_embed_bytes);
    let blocks = blocks(&page.html);
    assert_eq!(blocks["hexagons"]["ids"].as_array().unwrap().len(), 3000);
    assert_eq!(blocks["flows_adm2__stock_displaced"]["rows"], 8 * 150 * 150);
    assert_eq!(page.left_out, Vec::<&str>::new(), "all of it");
    assert!(page.html.len() < 3_000_000, "{}", page.html.len());
}

/// Bytes of the blocks but the first, which is what the room is for.
fn data_size(page: &Report) -> usize {
    let blocks = page.html.split("data-block=\"").skip(2);
    blocks.map(|own| own.split_once("\">").unwrap().1.split_once("</script>").unwrap().0.len()).sum()
}

/// Pages of a folder with less and less room.
fn ever_smaller(dir: &tempfile::TempDir) -> Vec<(usize, Report)> {
    let all = data_size(&made(dir, usize::MAX));
    (0..=60).rev().map(|part| all * part / 60).map(|room| (room, made(dir, room))).collect()
}

#[test]
fn less_room_is_fewer_days_then_fewer_rows_then_fewer_tables() {
    let steps =
        ["h3_earlier_days", "flows_earlier_days", "flows_withheld", "h3", "flows_deepest", "boundaries", "too_large"];
    let dir = released(MadeUp::default());
    let mut seen = BTreeSet::new();
    for (room, page) in ever_smaller(&dir) {
        assert_eq!(page.left_out, steps[..page.left_out.len()], "{room}");
        assert_eq!(data_size(&page) > room, page.left_out.contains(&"too_large"), "{room}");
        assert_eq!(blocks(&page.html)["head"]["left_out"], json!(page.left_out));
        seen.insert(page.left_out.len());
    }
    assert!(seen.contains(&0) && seen.contains(&steps.len()) && seen.len() > 4, "{seen:?}");
}

#[test]
fn what_is_left_is_as_released() {
    let dir = released(MadeUp::default());
    let whole = blocks(&made(&dir, usize::MAX).html);
    let (_, page) = ever_smaller(&dir).into_iter().find(|own| own.1.left_out.contains(&"flows_withheld")).unwrap();
    let fewer = blocks(&page.html);
    let name = "flows_adm1__stock_displaced";
    let rows = |table: &serde_json::Value| {
        let columns = ["reference_period_start", "origin_id", "dest_id", "persons_est", "persons_low"];
        let columns = columns.map(|own| column(table, own));
        (0..columns[0].len()).map(|row| columns.each_ref().map(|own| own[row].clone())).collect::<Vec<_>>()
    };
    let last = Some("2031-04-19".to_owned());
    let expected: Vec<_> = rows(&whole[name]).into_iter().filter(|row| row[0] == last && row[3].is_some()).collect();
    assert!(!expected.is_empty() && expected.len() < rows(&whole[name]).len());
    assert_eq!(rows(&fewer[name]), expected);
    assert_eq!(fewer["indicators_admin"], whole["indicators_admin"], "figures are never left out");
}
