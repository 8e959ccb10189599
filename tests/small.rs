//! A network of three radio cells and three days of forty subscribers, small enough to break by hand.

use crate::support::Dir;
use std::fmt::Write;

pub const DAYS: [&str; 3] = ["2031-03-01", "2031-03-02", "2031-03-03"];

/// Its sources, radio cells and areas; nothing of a policy.
pub const CONFIG: &str = r#"[time]
zone = "UTC"

[[source]]
id = "op1"

[source.file]
glob = "dumps/{date}*"

[source.columns]
user_id = "sim"
timestamp = "when"
radio_cell_id = "tower"

[source.time]
format = "%Y-%m-%d %H:%M:%S"
tz = "utc"

[radio_cells]
path = "radio_cells.csv"

[areas]
path = "areas.geojson"
columns = { cod_version = "xb_v01" }
"#;

const PLAN: &str = "radio_cell_id,lat,lon,valid_from,valid_to
a,10.0501,20.0502,2031-01-01,
b,10.0503,20.1504,2031-01-01,
c,10.1505,20.1506,2031-01-01,
";

/// Three areas of one country; areas 1 and 2 share an adm1.
const AREAS: &str = r#"{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"ADM2_PCODE": "XB0101", "ADM2_EN": "West", "ADM1_PCODE": "XB01", "ADM1_EN": "South", "ADM0_PCODE": "XB", "ADM0_EN": "Testland"},
 "geometry": {"type": "Polygon", "coordinates": [[[20.0, 10.0], [20.1, 10.0], [20.1, 10.1], [20.0, 10.1], [20.0, 10.0]]]}},
{"type": "Feature", "properties": {"ADM2_PCODE": "XB0102", "ADM2_EN": "East", "ADM1_PCODE": "XB01", "ADM1_EN": "South", "ADM0_PCODE": "XB", "ADM0_EN": "Testland"},
 "geometry": {"type": "Polygon", "coordinates": [[[20.1, 10.0], [20.2, 10.0], [20.2, 10.1], [20.1, 10.1], [20.1, 10.0]]]}},
{"type": "Feature", "properties": {"ADM2_PCODE": "XB0201", "ADM2_EN": "North", "ADM1_PCODE": "XB02", "ADM1_EN": "North", "ADM0_PCODE": "XB", "ADM0_EN": "Testland"},
 "geometry": {"type": "Polygon", "coordinates": [[[20.1, 10.1], [20.2, 10.1], [20.2, 10.2], [20.1, 10.2], [20.1, 10.1]]]}}
]}
"#;

pub const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";

/// Configuration, key, plan and areas; no dumps yet.
pub fn network() -> Dir {
    let dir = Dir::new();
    dir.write("hexodus.toml", CONFIG);
    dir.write("radio_cells.csv", PLAN);
    dir.write("areas.geojson", AREAS);
    dir.write("hexodus.key", KEY);
    dir.set_mode("hexodus.key", 0o600);
    dir
}

/// The same with a dump for each day.
pub fn country() -> Dir {
    let dir = network();
    for (number, day) in DAYS.iter().enumerate() {
        dir.write(&format!("dumps/{day}.csv"), dump(number));
    }
    dir
}

/// One day: everybody at `a` in the morning and, every other one, at `b` in the evening; one row twice.
pub fn dump(number: usize) -> String {
    let day = DAYS[number];
    let mut text = "sim,when,tower\n".to_owned();
    for subscriber in 0..40 {
        let evening = if (subscriber + number).is_multiple_of(2) { "a" } else { "b" };
        for (hour, tower) in [(8, "a"), (20, evening)] {
            writeln!(text, "s{subscriber:03},{day} {hour:02}:{subscriber:02}:00,{tower}").unwrap();
        }
    }
    text + &format!("s000,{day} 08:00:00,a\n")
}
