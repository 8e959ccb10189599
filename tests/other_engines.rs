//! A small case, row by row: what DuckDB and a plain map say of the same dump.

use crate::support::{Dir, Lcg, independent};
use arrow_array::{ArrayRef, RecordBatch, TimestampMicrosecondArray, UInt64Array};
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

const K: u64 = 15;
const DAYS: [&str; 3] = ["2015-04-20", "2015-04-21", "2015-04-22"];
/// 2015-04-20T00:00:00Z.
const START_US: i64 = 1_429_488_000_000_000;
const DAY_US: i64 = 86_400_000_000;

const CONFIG: &str = r#"
[time]
zone = "UTC"
[[source]]
id = "op"
[source.file]
glob = "dumps/day={date}/*.FORMAT"
[source.columns]
user_id = "sim"
timestamp = "when"
radio_cell_id = "tower"
[source.time]
tz = "utc"
[radio_cells]
path = "radio_cells.csv"
site_radius_m = 0
[mobility]
daily_location = "most-events"
[policy]
min_subscribers = 15
min_subscribers_h3 = 15
[output]
folder = "out"
presence_h3_hourly = true
"#;

/// Subscriber, microseconds since 1970, radio cell.
type Event = (u64, i64, u64);
/// Day, origin, destination → subscribers; hour, H3 cell → subscribers.
type Flows = BTreeMap<(String, String, String), u64>;
type Presence = BTreeMap<(String, String), u64>;

/// 1,500 people around 12 radio cells, most events near home; a few move for good, some events come twice.
fn events() -> Vec<Event> {
    let mut chance = Lcg(2015);
    let mut events = Vec::new();
    for subscriber in 0..1500 {
        let mut home = chance.below(12);
        for day in 0..3 {
            for _ in 0..chance.below(12) {
                let at = START_US + day * DAY_US + (chance.below(86_400_000) * 1000) as i64;
                let tower = if chance.below(10) < 7 { home } else { (home + chance.below(3)) % 12 };
                let copies = 1 + u64::from(chance.below(20) == 0);
                events.extend((0..copies).map(|_| (7_000_000_000 + subscriber * 7919, at, tower)));
            }
            if chance.below(3) == 0 {
                home = (home + 1) % 12;
            }
        }
    }
    chance.shuffle(&mut events);
    events
}

/// Some radio cells share an H3 cell.
fn position(tower: u64) -> (f64, f64) {
    (27.5 + 0.003 * (tower / 6) as f64, 85.3 + 0.004 * (tower % 6) as f64)
}

fn h3_of(tower: u64) -> String {
    let (lat, lon) = position(tower);
    hexodus_locate::h3_of_point(lat, lon).unwrap().to_string()
}

/// A run over the events, written in one of the formats.
fn run(format: &str, write: fn(&[Event]) -> Vec<u8>) -> Dir {
    let dir = Dir::new();
    dir.write("hexodus.toml", CONFIG.replace("FORMAT", format));
    dir.write("hexodus.key", crate::small::KEY);
    dir.set_mode("hexodus.key", 0o600);
    let mut plan = "radio_cell_id,lat,lon\n".to_owned();
    for tower in 0..12 {
        let (lat, lon) = position(tower);
        writeln!(plan, "{tower},{lat},{lon}").unwrap();
    }
    dir.write("radio_cells.csv", plan);
    for (number, day) in DAYS.iter().enumerate() {
        let from = START_US + number as i64 * DAY_US;
        let own: Vec<Event> = events().into_iter().filter(|event| (from..from + DAY_US).contains(&event.1)).collect();
        dir.write(&format!("dumps/day={day}/events.{format}"), write(&own));
    }
    dir.hexodus("run --accept-lower-k").exits(0);
    dir
}

fn as_csv(events: &[Event]) -> Vec<u8> {
    let mut text = "sim,when,tower\n".to_owned();
    for (subscriber, at, tower) in events {
        let at = at - START_US;
        let (day, ms) = (at / DAY_US, at % DAY_US / 1000);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        writeln!(
            text,
            "{subscriber},2015-04-{:02}T{hour:02}:{minute:02}:{second:02}.{:03},{tower}",
            20 + day,
            ms % 1000
        )
        .unwrap();
    }
    text.into_bytes()
}

fn as_parquet(events: &[Event]) -> Vec<u8> {
    let sim: ArrayRef = Arc::new(events.iter().map(|event| event.0).collect::<UInt64Array>());
    let when: ArrayRef = Arc::new(events.iter().map(|event| Some(event.1)).collect::<TimestampMicrosecondArray>());
    let tower: ArrayRef = Arc::new(events.iter().map(|event| event.2).collect::<UInt64Array>());
    let batch = RecordBatch::try_from_iter([("sim", sim), ("when", when), ("tower", tower)]).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// The rows of the tables that carry a number.
fn released(dir: &Dir) -> (Flows, Presence) {
    let number = |text: &str| text.parse::<u64>().ok();
    let flows = dir.table("flows_h3__day_to_day").into_iter().filter_map(|row| {
        let key = ["reference_period_start", "origin_h3", "dest_h3"].map(|column| row[column].clone());
        Some((key.into(), number(&row["subscribers_published"])?))
    });
    let presence = dir
        .table("presence_h3_hourly")
        .into_iter()
        .filter_map(|row| Some(((row["hour_start_utc"].clone(), row["h3"].clone()), number(&row["subscribers"])?)));
    (flows.collect(), presence.collect())
}

/// The same from maps and sets.
fn plain() -> (Flows, Presence) {
    let distinct: BTreeSet<Event> = events().into_iter().collect();
    let mut tallies: BTreeMap<(i64, u64), BTreeMap<String, (u64, i64)>> = BTreeMap::new();
    let mut present: BTreeMap<(i64, String), BTreeSet<u64>> = BTreeMap::new();
    for &(subscriber, at, tower) in &distinct {
        let day = (at - START_US) / DAY_US;
        let own = tallies.entry((day, subscriber)).or_default().entry(h3_of(tower)).or_default();
        *own = (own.0 + 1, own.1.max(at));
        present.entry((at / 3_600_000_000, h3_of(tower))).or_default().insert(subscriber);
    }
    let best = |h3: BTreeMap<String, (u64, i64)>| {
        h3.into_iter().max_by_key(|(h3, own)| (*own, Reverse(h3.clone()))).unwrap().0
    };
    let daily: BTreeMap<(i64, u64), String> = tallies.into_iter().map(|(key, h3)| (key, best(h3))).collect();
    let mut flows = Flows::new();
    for first in 0..2 {
        let on = |day, who| daily.get(&(day, who)).cloned();
        for who in distinct.iter().map(|event| event.0).collect::<BTreeSet<_>>() {
            let (origin, destination) = (on(first, who), on(first + 1, who));
            if origin.is_some() || destination.is_some() {
                let origin = origin.unwrap_or("_NOT_SEEN_BEFORE".into());
                let destination = destination.unwrap_or("_NOT_SEEN_AFTER".into());
                *flows.entry((DAYS[first as usize].into(), origin, destination)).or_default() += 1;
            }
        }
    }
    flows.retain(|_, subscribers| *subscribers >= K);
    let hour_start = |hour: i64| {
        let hour = hour - START_US / 3_600_000_000;
        format!("2015-04-{:02}T{:02}:00:00Z", 20 + hour / 24, hour % 24)
    };
    let presence = present.into_iter().map(|((hour, h3), who)| ((hour_start(hour), h3), who.len() as u64));
    (flows, presence.filter(|(_, subscribers)| *subscribers >= K).collect())
}

#[test]
fn a_plain_map_gives_the_same_rows() {
    let (flows, presence) = plain();
    let moves =
        flows.keys().filter(|(_, origin, destination)| origin != destination && !origin.starts_with('_')).count();
    assert!(
        moves > 5 && presence.len() > 100,
        "a case with something in it: {moves} moves, {} presences",
        presence.len()
    );
    assert_eq!(released(&run("csv", as_csv)), (flows, presence));
}

#[test]
fn numbers_in_parquet_give_the_same_rows_as_text() {
    assert_eq!(released(&run("parquet", as_parquet)), plain());
}

#[test]
fn duckdb_gives_the_same_rows() {
    let dir = run("csv", as_csv);
    let (mut rows, mut h3) = ("sim,at_us,tower\n".to_owned(), "tower,h3\n".to_owned());
    for (sim, at, tower) in events() {
        writeln!(rows, "{sim},{at},{tower}").unwrap();
    }
    for tower in 0..12 {
        writeln!(h3, "{tower},{}", h3_of(tower)).unwrap();
    }
    dir.write("rows.csv", rows);
    dir.write("h3.csv", h3);
    let (folder, k) = (dir.path("").display().to_string(), K.to_string());
    let Some(answer) = independent("duckdb_gives_the_same_rows", &["engines", &folder, &k]) else { return };

    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = |name: &str| answer[name].as_array().unwrap().clone();
    let flows: Flows = rows("flows")
        .iter()
        .map(|row| ((text(&row[0]), text(&row[1]), text(&row[2])), row[3].as_u64().unwrap()))
        .collect();
    let presence: Presence =
        rows("presence").iter().map(|row| ((text(&row[0]), text(&row[1])), row[2].as_u64().unwrap())).collect();
    let (mut ours, our_presence) = released(&dir);
    ours.retain(|(_, origin, destination), _| !origin.starts_with('_') && !destination.starts_with('_'));
    assert_eq!((ours, our_presence), (flows, presence));
}
