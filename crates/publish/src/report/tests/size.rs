//! How large a page is, and what it leaves out where that is too large.

use super::super::{Report, ReportOptions, make_report};
use super::{MadeUp, blocks, column, released};
use serde_json::json;

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

#[test]
fn less_room_is_fewer_days_then_fewer_rows_then_fewer_tables() {
    let dir = released(LARGE);
    let whole = made(&dir, usize::MAX);
    let mut before = whole.html.len();
    let steps =
        ["h3_earlier_days", "flows_earlier_days", "flows_withheld", "h3", "flows_deepest", "boundaries", "too_large"];
    for count in 1..=steps.len() {
        // A byte less than what the steps before need.
        let room = (0..).map(|own| 2_usize.pow(own)).take_while(|own| *own < before).last().unwrap();
        let mut page = made(&dir, room);
        for room in (0..room).rev().step_by((room / 200).max(1)) {
            if page.left_out.len() >= count {
                break;
            }
            page = made(&dir, room);
        }
        assert_eq!(page.left_out, steps[..page.left_out.len()], "{room}");
        assert!(page.html.len() < before || page.left_out.contains(&"too_large"));
        assert_eq!(blocks(&page.html)["head"]["left_out"], json!(page.left_out));
        before = page.html.len();
    }
}

#[test]
fn what_is_left_is_as_released() {
    let dir = released(LARGE);
    let whole = blocks(&made(&dir, usize::MAX).html);
    let page = made(&dir, 60_000);
    assert!(
        page.left_out.starts_with(&["h3_earlier_days", "flows_earlier_days", "flows_withheld"]),
        "{:?}",
        page.left_out
    );
    let fewer = blocks(&page.html);
    let name = "flows_adm1__stock_displaced";
    let rows = |table: &serde_json::Value| {
        let columns = ["reference_period_start", "origin_id", "dest_id", "persons_est", "persons_low"];
        let columns = columns.map(|own| column(table, own));
        (0..columns[0].len()).map(|row| columns.each_ref().map(|own| own[row].clone())).collect::<Vec<_>>()
    };
    let last = Some("2031-05-24".to_owned());
    let expected: Vec<_> = rows(&whole[name]).into_iter().filter(|row| row[0] == last && row[3].is_some()).collect();
    assert!(!expected.is_empty());
    assert_eq!(rows(&fewer[name]), expected);
    assert_eq!(fewer["indicators_admin"], whole["indicators_admin"], "figures are never left out");
}
