//! Profiles of others end to end: `flowminder-covid19` against SQL, `multimno-ue` by hand.

use crate::support::{Dir, Lcg, independent};
use hexodus_model::LocalDay;
use std::collections::BTreeMap;
use std::fmt::Write;

const FIRST: &str = "2015-03-30";
const EVENT: &str = "2015-05-01";
const DAYS: i32 = 47;

/// Twelve radio cells 5 km apart in three areas, two of them in one level 1 area.
fn network(dir: &Dir, day_start: &str, crisis: &str) {
    let feature = |code: &str, parent: &str, west: f64, east: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"ADM2_PCODE":"{code}","ADM2_EN":"","ADM1_PCODE":"{parent}","ADM1_EN":"",
"ADM0_PCODE":"XB","ADM0_EN":""}},"geometry":{{"type":"Polygon","coordinates":[[[{west},27.4],[{east},27.4],
[{east},27.7],[{west},27.7],[{west},27.4]]]}}}}"#
        )
    };
    let areas = [
        feature("XB0101", "XB01", 84.9, 85.075),
        feature("XB0102", "XB01", 85.075, 85.175),
        feature("XB0201", "XB02", 85.175, 85.4),
    ];
    dir.write("areas.geojson", format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, areas.join(",\n")));
    let mut plan = "radio_cell_id,lat,lon\n".to_owned();
    for tower in 0..12 {
        writeln!(plan, "{tower},{},{}", 27.5 + 0.05 * f64::from(tower / 6), 85.0 + 0.05 * f64::from(tower % 6))
            .unwrap();
    }
    dir.write("radio_cells.csv", plan);
    dir.write("hexodus.key", crate::small::KEY);
    dir.set_mode("hexodus.key", 0o600);
    dir.write(
        "hexodus.toml",
        format!(
            r#"
[time]
zone = "UTC"
day_start = "{day_start}"
[[source]]
id = "op"
[source.file]
glob = "dumps/{{date}}.csv"
[source.columns]
user_id = "sim"
timestamp = "when"
radio_cell_id = "tower"
[source.time]
tz = "utc"
[radio_cells]
path = "radio_cells.csv"
site_radius_m = 0
[areas]
path = "areas.geojson"
columns = {{ cod_version = "xb_v01" }}
[checks]
incorrect_location = "flag"
[quality]
min_rows = 1000000
[policy]
min_subscribers = 1
min_subscribers_h3 = 1
full_rows_limit = 0
[[crisis]]
operation = "quake"
event_time = "{EVENT}"
{crisis}
"#
        ),
    );
}

fn day(number: i32) -> LocalDay {
    LocalDay(FIRST.parse::<LocalDay>().unwrap().0 + number)
}

/// Subscriber, second since midnight of the first day, radio cell; ascending by time.
type Event = (u64, i64, u32);

fn deliver(dir: &Dir, events: &[Event]) {
    let mut files: BTreeMap<LocalDay, String> = BTreeMap::new();
    for (subscriber, at, tower) in events {
        let date = day((at / 86_400) as i32);
        let second = at % 86_400;
        let text = files.entry(date).or_insert_with(|| "sim,when,tower\n".into());
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        writeln!(text, "s{subscriber},{date}T{hour:02}:{minute:02}:{second:02},{tower}").unwrap();
    }
    for (date, text) in files {
        dir.write(&format!("dumps/{date}.csv"), text);
    }
}

/// 400 people, about one event a day, who roam between a few radio cells and move now and then; none twice in a second.
fn roaming() -> Vec<Event> {
    let mut chance = Lcg(19);
    let mut events = Vec::new();
    for subscriber in 0..400 {
        let mut home = chance.below(12);
        for day in 0..i64::from(DAYS) {
            let mut seconds: Vec<u64> = (0..chance.below(4)).map(|_| chance.below(86_400)).collect();
            seconds.sort_unstable();
            seconds.dedup();
            for second in seconds {
                let tower = if chance.below(10) < 6 { home } else { (home + chance.below(4)) % 12 };
                events.push((subscriber, day * 86_400 + second as i64, tower as u32));
            }
            if chance.below(20) == 0 {
                home = chance.below(12);
            }
        }
    }
    events.sort_unstable_by_key(|event| (event.1, event.0));
    events
}

/// Day, origin, destination → subscribers.
type Matrix = BTreeMap<(String, String, String), u64>;

fn released(dir: &Dir, level: &str, definition: &str) -> Matrix {
    let (origin, destination) = if level == "h3" { ("origin_h3", "dest_h3") } else { ("origin_id", "dest_id") };
    let rows = dir.table(&format!("quake/flows_{level}__{definition}")).into_iter();
    let listed = rows.filter(|row| row[origin] != "_OTHER");
    let key = |row: &BTreeMap<String, String>| {
        (row["reference_period_start"].clone(), row[origin].clone(), row[destination].clone())
    };
    listed.map(|row| (key(&row), row["subscribers_published"].parse().unwrap())).collect()
}

#[test]
fn sql_gives_the_homes_relocations_and_presence_of_flowminder_covid19() {
    let dir = Dir::new();
    network(&dir, "00:00", "profile = \"flowminder-covid19\"");
    let events = roaming();
    deliver(&dir, &events);
    dir.hexodus("explain --accept-lower-k").exits(0).says(&["# \"rule\": \"most dates, tie: the latest\""]);
    dir.hexodus("run --accept-lower-k").exits(0);

    let mut rows = "sim,at_s,tower\n".to_owned();
    for (sim, at, tower) in &events {
        writeln!(rows, "{sim},{at},{tower}").unwrap();
    }
    dir.write("rows.csv", rows);
    let mut units = "tower,adm1,adm2,h3\n".to_owned();
    for tower in 0..12_u32 {
        let (lat, lon) = (27.5 + 0.05 * f64::from(tower / 6), 85.0 + 0.05 * f64::from(tower % 6));
        let (adm1, adm2) = [("XB01", "XB0101"), ("XB01", "XB0102"), ("XB02", "XB0201")][(tower % 6 / 2) as usize];
        writeln!(units, "{tower},{adm1},{adm2},{}", hexodus_locate::h3_of_point(lat, lon).unwrap()).unwrap();
    }
    dir.write("units.csv", units);
    let last = day(DAYS - 1).to_string();
    for level in ["adm1", "adm2", "h3"] {
        let ours = ["home_to_week", "home_to_present"].map(|definition| released(&dir, level, definition));
        assert!(ours.iter().all(|matrix| matrix.len() > 5), "{level}: a case with something in it");
        let folder = dir.path("").display().to_string();
        let Some(answer) = independent("covid19", &["covid19", &folder, level, FIRST, EVENT, &last]) else { return };
        for (ours, name) in ours.iter().zip(["home_to_week", "home_to_present"]) {
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            let rows = answer[name].as_array().unwrap().iter();
            let theirs: Matrix =
                rows.map(|row| ((text(&row[0]), text(&row[1]), text(&row[2])), row[3].as_u64().unwrap())).collect();
            assert_eq!(ours, &theirs, "{level} {name}");
        }
        let mut homes: BTreeMap<String, u64> = BTreeMap::new();
        for ((_, home, _), count) in ours[1].iter().filter(|(key, _)| key.0 == EVENT && key.1 != "_UNKNOWN") {
            *homes.entry(home.clone()).or_default() += count;
        }
        let theirs: BTreeMap<String, u64> = serde_json::from_value(answer["homes"].clone()).unwrap();
        assert_eq!(homes, theirs, "{level} homes");
    }
}

/// Nineteen days before the event, five since. All sleep at 0 and work at 5; those from 30 on make their last call of the
/// day, at half past three in the morning, at 2, and some are heard too little. After the event everybody is at 11.
fn shifts() -> Vec<Event> {
    let event = i64::from(EVENT.parse::<LocalDay>().unwrap().0 - day(0).0);
    let mut events = Vec::new();
    for subscriber in 0..50_u64 {
        for day in (event - 19)..(event + 5) {
            let at = |hour: i64, tower: u32| (subscriber, day * 86_400 + hour * 3600, tower);
            if day >= event {
                events.extend((4..27).step_by(2).map(|hour| at(hour, 11)));
            } else if subscriber < 40 {
                // From 04:00 to 03:00: hourly, at work from 9 to 17.
                events.extend((4..27).map(|hour| at(hour, if (9..17).contains(&hour) { 5 } else { 0 })));
                if subscriber >= 30 {
                    events.push((subscriber, day * 86_400 + 27 * 3600 + 1800, 2));
                }
            } else {
                events.push(at(12, 0));
            }
        }
    }
    events.sort_unstable_by_key(|event| (event.1, event.0));
    events
}

#[test]
fn homes_of_multimno_are_where_hours_are_spent() {
    let dir = Dir::new();
    let crisis = "profile = \"multimno-ue\"\nusual_environment = { min_hours = 100, min_days = 10 }";
    network(&dir, "04:00", crisis);
    deliver(&dir, &shifts());
    dir.hexodus("explain --accept-lower-k").exits(0).says(&["usual environment", "# \"min_hours\": 100"]);
    dir.hexodus("run --accept-lower-k").exits(0);
    let h3 = |tower: u32| {
        let point = hexodus_locate::h3_of_point(27.5 + 0.05 * f64::from(tower / 6), 85.0 + 0.05 * f64::from(tower % 6));
        point.unwrap().to_string()
    };
    let present = released(&dir, "h3", "home_to_present");
    let on = |day: LocalDay| -> Vec<(String, String, u64)> {
        let own = present.iter().filter(|(key, _)| key.0 == day.to_string());
        own.map(|((_, origin, destination), count)| (origin.clone(), destination.clone(), *count)).collect()
    };
    let event: LocalDay = EVENT.parse().unwrap();
    // On the eve residences are 0, and 2 for those who make their last call there; ten are heard too little for a home.
    let mut expected = vec![(h3(0), h3(0), 30), (h3(0), h3(2), 10), ("_UNKNOWN".into(), h3(0), 10)];
    expected.sort_unstable();
    assert_eq!(on(event), expected, "one of seven days is after the event");
    let mut expected = vec![(h3(0), h3(11), 40), ("_UNKNOWN".into(), h3(11), 10)];
    expected.sort_unstable();
    assert_eq!(on(LocalDay(event.0 + 4)), expected);
    assert_eq!(dir.manifest().days.values().filter(|entry| entry.derived.contains_key("hours")).count(), 19);
    dir.hexodus("run --accept-lower-k --threads 1").exits(0).says(&["nothing to do"]);

    dir.edit("hexodus.toml", "day_start = \"04:00\"", "day_start = \"00:00\"");
    dir.hexodus("run --accept-lower-k").exits(2).says(&["counts days that begin at 04:00; found [time] day_start"]);
}
