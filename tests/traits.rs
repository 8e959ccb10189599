//! Population groups and countries of SIMs: kept with subscriber and day, in any order the same, and in no table.

use crate::bad_files_parquet::{texts, written};
use crate::small::{DAYS, country, dump, network};
use crate::support::{Dir, assert_same, is};
use arrow_array::Int64Array;
use hexodus_model::FaultCode::{GroupUnknown, OutOfRange};
use hexodus_model::LocalDay;
use hexodus_store::{Store, TraitParts};
use std::collections::BTreeSet;
use std::sync::Arc;

const HEADER: &str = "sim,when,tower,sim_mcc,segment";

/// A day, whose, group, country code.
pub type Saying = (String, u64, Option<String>, Option<u16>);

fn with_columns(dir: Dir) -> Dir {
    let mapped = "radio_cell_id = \"tower\"\nmcc = \"sim_mcc\"\npopulation_group = \"segment\"\n\n[source.identity]\n\
                  population_groups = [\"refugee\", \"other\"]";
    dir.edit("hexodus.toml", "radio_cell_id = \"tower\"", mapped);
    dir
}

/// The rows of a day with both columns: every fourth subscriber in a group, the next in the other, the rest in none.
fn rows(number: usize) -> Vec<String> {
    let told = |line: &str| {
        let subscriber: usize = line[1..4].parse().unwrap();
        let mcc = if subscriber.is_multiple_of(2) { "286" } else { "001" };
        format!("{line},{mcc},{}", ["refugee", "other", "", ""][subscriber % 4])
    };
    dump(number).lines().skip(1).map(told).collect()
}

fn csv(rows: &[String]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

/// The same rows, country codes as numbers.
fn parquet(rows: &[String]) -> Vec<u8> {
    let column = |at: usize| rows.iter().map(|row| row.split(',').nth(at).unwrap()).collect::<Vec<_>>();
    let codes: Int64Array = column(3).iter().map(|code| code.parse::<i64>().ok()).collect();
    let text = |at| texts(&column(at));
    written(&[
        ("sim", text(0)),
        ("when", text(1)),
        ("tower", text(2)),
        ("sim_mcc", Arc::new(codes)),
        ("segment", text(4)),
    ])
}

fn told(dir: &Dir) -> BTreeSet<Saying> {
    told_by(dir, "store")
}

/// What the store in a folder knows of its subscribers.
pub fn told_by(dir: &Dir, folder: &str) -> BTreeSet<Saying> {
    let manifest = Store::read_manifest(&dir.path(folder)).unwrap().unwrap();
    let store = Store::open(&dir.path(folder), &manifest.identity).unwrap();
    let of_day = |&day: &LocalDay| {
        let said = store.read_traits(day).unwrap();
        let rows = said.rows().map(|(who, group, mcc)| (day.to_string(), who.bits(), group.map(str::to_owned), mcc));
        rows.collect::<Vec<_>>()
    };
    manifest.days.keys().flat_map(of_day).collect()
}

fn of_day(dir: &Dir, day: &str) -> TraitParts {
    dir.manifest().days[&day.parse().unwrap()].traits.clone()
}

pub fn in_order() -> Dir {
    let dir = with_columns(network());
    for (number, day) in DAYS.iter().enumerate() {
        dir.write(&format!("dumps/{day}.csv"), csv(&rows(number)));
    }
    dir.hexodus("run").exits(0);
    dir
}

#[test]
fn any_order_of_files_gives_the_same_union() {
    let all = in_order();
    let said = told(&all);
    assert_eq!(said.len(), 3 * 40, "everybody's SIM has a country, once a day");
    let count =
        |group: Option<&str>, mcc| said.iter().filter(|row| row.2.as_deref() == group && row.3 == Some(mcc)).count();
    assert_eq!([count(Some("refugee"), 286), count(Some("other"), 1), count(None, 286), count(None, 1)], [30; 4]);

    // The last day first; each day in halves, one of them Parquet; a row of the first day in a file of the second; then
    // a file again, with other bytes.
    let late = with_columns(network());
    let mut stray = None;
    for number in [2, 0, 1] {
        let mut rows = rows(number);
        if number == 0 {
            stray = rows.pop();
        } else if number == 1 {
            rows.extend(stray.take());
        }
        let (first, second) = rows.split_at(37);
        late.write(&format!("dumps/{}-x.csv", DAYS[number]), csv(second));
        late.hexodus("run").exits(0);
        late.write(&format!("dumps/{}-y.parquet", DAYS[number]), parquet(first));
        late.hexodus("run").exits(0);
    }
    let before = of_day(&late, DAYS[0]);
    let mut again = rows(0);
    again.reverse();
    late.write(&format!("dumps/{}-z.csv", DAYS[0]), csv(&again));
    late.hexodus("run").exits(0);
    assert_eq!(of_day(&late, DAYS[0]), before, "nothing new, no part");
    assert_eq!(told(&late), said);
    for day in DAYS {
        let (late, all) = (of_day(&late, day), of_day(&all, day));
        assert!(late.parts.len() > all.parts.len());
        assert_eq!((late.subscribers, late.ambiguous), (all.subscribers, all.ambiguous));
        assert_eq!((all.subscribers, all.ambiguous), (40, 0));
    }
    late.hexodus("verify").exits(0);
}

#[test]
fn no_table_has_anything_of_them() {
    let with = in_order();
    let without = network();
    for (number, day) in DAYS.iter().enumerate() {
        without.write(&format!("dumps/{day}.csv"), csv(&rows(number)));
    }
    without.hexodus("run").exits(0);
    without.hexodus("status").exits(0).never_says("population group");
    assert!(without.files("store").keys().all(|name| !name.starts_with("traits")));
    assert!(!without.read("store/manifest.json").contains("traits"));
    let tables = |dir: &Dir| dir.released().into_iter().filter(|(name, _)| is(name, "csv")).collect();
    assert_same(&tables(&with), &tables(&without), "with and without");
    for (name, bytes) in with.released() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("refugee") && !text.contains("home_mcc"), "{name}");
    }
    with.hexodus("status")
        .exits(0)
        .says(&["kept for 3 days (2031-03-01 to 2031-03-03), 120 subscriber days, 0 of them"]);
}

#[test]
fn two_values_are_counted_and_bad_ones_rejected() {
    let dir = in_order();
    let day = DAYS[1];
    let late = [
        format!("s000,{day} 10:00:00,a,286,other"),
        format!("s001,{day} 10:00:00,a,,"),
        format!("s002,{day} 10:00:00,a,1000,"),
        format!("s003,{day} 10:00:00,a,001,Refugee"),
        format!("s050,{day} 10:00:00,nowhere,,refugee"),
    ];
    dir.write(&format!("dumps/{day}-late.csv"), csv(&late));
    dir.hexodus("run").exits(0);
    let total = dir.manifest().files.last().unwrap().total();
    assert!(total.balances());
    assert_eq!(total.rejected, [(OutOfRange, 1), (GroupUnknown, 1)].into());
    let traits = of_day(&dir, day);
    assert_eq!((traits.subscribers, traits.ambiguous), (41, 1), "s050 is unlocated and a subscriber all the same");
    let added: u64 = traits.parts.last().unwrap().rows;
    assert_eq!(added, 2);
    dir.hexodus("status").exits(0).says(&["121 subscriber days, 1 of them with more than one"]);

    dir.hexodus("prune --keep-days 1").exits(0).says(&["removed 6 files"]);
    assert_eq!(
        dir.files("store/traits").into_keys().map(|name| name[..14].to_owned()).collect::<Vec<_>>(),
        ["day=2031-03-03"]
    );
    dir.hexodus("verify").exits(0);
    dir.hexodus("status").exits(0).says(&["kept for 1 days"]);
}

#[test]
fn a_group_is_declared_or_not_kept() {
    let dir = country();
    dir.edit("hexodus.toml", "user_id = \"sim\"", "user_id = \"sim\"\npopulation_group = \"tower\"");
    dir.hexodus("run").exits(2).says(&["population_groups", "go together"]);
}

#[test]
fn more_subscribers_with_a_group_than_memory_holds_refuse_the_delivery() {
    let dir = network();
    dir.edit("hexodus.toml", "radio_cell_id = \"tower\"", "radio_cell_id = \"tower\"\nmcc = \"mcc\"");
    dir.configure("[store]\nmemory_budget = \"1 MiB\"");
    let day = |subscribers: u32| {
        let row = |number| format!("s{number},2031-03-02 08:00:00,a,214\n");
        format!("sim,when,tower,mcc\n{}", (0..subscribers).map(row).collect::<Vec<_>>().concat())
    };
    // A third of 1 MiB, 32 bytes each.
    let words =
        ["2031-03-02 refused", "expected at most 10922 subscribers with a group or a country", "raise memory_budget"];
    dir.write("dumps/2031-03-02.csv", day(10_923));
    dir.hexodus("run").exits(3).says(&words);
    dir.write("dumps/2031-03-02.csv", day(60_000));
    dir.hexodus("run").exits(3).says(&words);
    dir.write("dumps/2031-03-02.csv", day(10_922));
    dir.hexodus("run").exits(0);
}
