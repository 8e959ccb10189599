//! `coverage_daily`: sites known and alive, and κ, against the truth of an outage in which nobody moves.

use crate::support::{Dir, Row};
use hexodus_locate::{AreaColumns, AreaLayer, H3Areas, h3_of_point, read_areas};
use std::collections::{BTreeMap, BTreeSet};

const COUNTRY: &str = "--scenario outage --subscribers 10000 --days 44 --crisis-day 34 --events-per-day 4";

/// What the plan and the truth say of the sites of each area, apart from the pipeline.
struct Truth {
    layer: AreaLayer,
    tiling: H3Areas,
    plan: Vec<Row>,
    /// By site: from when and until when it is silent.
    silences: BTreeMap<String, (String, String)>,
}

impl Truth {
    fn of(dir: &Dir) -> Self {
        let layer = read_areas(&dir.path("areas.geojson"), &AreaColumns::default()).unwrap();
        let tiling = H3Areas::tile(&layer).unwrap();
        let silences = dir.rows("truth/outages.csv").into_iter();
        let silences =
            silences.map(|own| (own["site_id"].clone(), (own["silent_from"].clone(), own["silent_until"].clone())));
        Self { layer, tiling, plan: dir.rows("radio_cells.csv"), silences: silences.collect() }
    }

    fn area_of(&self, row: &Row) -> String {
        let [lat, lon] = ["lat", "lon"].map(|name| row[name].parse().unwrap());
        let area = self.tiling.area_of(h3_of_point(lat, lon).unwrap()).unwrap();
        self.layer.areas[area.0 as usize].pcode.to_string()
    }

    /// Areas in which no radio cell comes, goes or moves: what the plan has there on one day it has on all.
    fn unchanged(&self, since: &str) -> BTreeSet<String> {
        let is_changed = |row: &&Row| row["valid_from"].as_str() > since || !row["valid_to"].is_empty();
        let changed: BTreeSet<String> = self.plan.iter().filter(is_changed).map(|row| self.area_of(row)).collect();
        self.layer.areas.iter().map(|area| area.pcode.to_string()).filter(|code| !changed.contains(code)).collect()
    }

    /// Sites of an area, and how many of them are silent for the whole of a day, and for any of it.
    fn sites(&self, area: &str, day: &str) -> (usize, usize, usize) {
        let sites: BTreeSet<&String> =
            self.plan.iter().filter(|row| self.area_of(row) == area).map(|row| &row["site_id"]).collect();
        let (first, last) = (format!("{day} 00:00:00"), format!("{day} 23:59:59"));
        let silences: Vec<_> = sites.iter().filter_map(|site| self.silences.get(*site)).collect();
        let whole = silences.iter().filter(|(from, until)| *from <= first && *until > last).count();
        let some = silences.iter().filter(|(from, until)| *from <= last && *until > first).count();
        (sites.len(), whole, some)
    }
}

fn kappa(row: &Row) -> Option<f64> {
    row["kappa"].parse().ok()
}

#[test]
fn areas_struck_are_below_one_half_and_all_others_carry_everything() {
    let dir = Dir::synth(COUNTRY);
    dir.hexodus("run").exits(0);
    let truth = Truth::of(&dir);
    let unchanged = truth.unchanged("2031-02-23");
    let rows = dir.table("outage/coverage_daily_adm2");
    assert_eq!(rows.len(), 30 * 38, "30 areas on 28 days of the baseline and ten since");
    let (mut struck, mut sound, mut falling) = (0, 0, 0);
    let by_day: BTreeMap<(&str, &str), &Row> =
        rows.iter().map(|row| ((row["area_id"].as_str(), row["date"].as_str()), row)).collect();
    for row in rows.iter().filter(|row| row["suppressed"] == "false") {
        let (area, day) = (&row["area_id"], &row["date"]);
        let (sites, whole, some) = truth.sites(area, day);
        assert!(kappa(row).is_some_and(|kappa| (0.0..=1.0).contains(&kappa)), "{row:?}");
        if unchanged.contains(area) {
            assert_eq!(row["sites_known"], sites.to_string(), "{row:?}");
        }
        if whole * 10 > sites * 7 {
            assert!(kappa(row).is_some_and(|kappa| kappa < 0.5), "{row:?}");
            assert_eq!(row["coverage_flag"], "withhold");
            struck += 1;
            // On the day on which its sites fall silent, at different hours, it carries some of its traffic.
            let day_before: jiff::civil::Date = day.parse::<jiff::civil::Date>().unwrap().yesterday().unwrap();
            let day_before = day_before.to_string();
            let (_, whole, some) = truth.sites(area, &day_before);
            if whole == 0 && some * 10 > sites * 7 {
                let on_that_day = kappa(by_day[&(area.as_str(), day_before.as_str())]).unwrap();
                assert!(kappa(row).unwrap() + 0.1 < on_that_day && on_that_day < 0.9, "{on_that_day} {row:?}");
                falling += 1;
            }
        }
        if some == 0 && unchanged.contains(area) {
            assert_eq!((row["kappa"].as_str(), row["coverage_flag"].as_str()), ("1.0", ""), "{row:?}");
            assert_eq!(row["sites_alive"], row["sites_known"]);
            sound += 1;
        }
    }
    assert!(struck >= 10 && sound >= 300 && falling >= 1, "{struck} struck, {sound} sound, {falling} falling");
    let suppressed = rows.iter().filter(|row| row["suppressed"] == "true");
    assert!(suppressed.clone().count() * 10 < rows.len(), "most areas have a radio cell with 16 subscribers");
    assert!(suppressed.clone().all(|row| row["kappa"].is_empty() && row["sites_alive"].is_empty()));

    let mut by_parent: BTreeMap<(String, String), u64> = BTreeMap::new();
    for row in &rows {
        *by_parent.entry((row["date"].clone(), row["area_id"][..4].into())).or_default() +=
            row["sites_known"].parse::<u64>().unwrap();
    }
    let above = dir.table("outage/coverage_daily_adm1");
    let above =
        above.iter().map(|row| ((row["date"].clone(), row["area_id"].clone()), row["sites_known"].parse().unwrap()));
    assert_eq!(above.collect::<BTreeMap<_, u64>>(), by_parent);

    // Without a crisis the 28 days before the last week tell what is usual.
    let text = dir.read("hexodus.toml");
    let (start, end) = (text.find("[[crisis]]").unwrap(), text.find("[output]").unwrap());
    dir.write("hexodus.toml", format!("{}{}", &text[..start], &text[end..]));
    dir.hexodus("run").exits(0);
    let rows = dir.table("coverage_daily_adm2");
    assert_eq!(rows.len(), 30 * 44, "all usable days");
    let of =
        |area: &str, day: &str| rows.iter().find(|row| row["area_id"] == area && row["date"] == day).and_then(kappa);
    assert!(of("XA0103", "2031-04-03").is_some_and(|kappa| kappa < 0.5));
    assert!(!dir.path(&format!("{}/outage", dir.release())).exists());
}

#[test]
fn without_a_baseline_there_is_no_kappa_and_without_areas_no_table() {
    let dir = crate::small::country();
    dir.hexodus("run").exits(0);
    let rows = dir.table("coverage_daily_adm2");
    let shown: Vec<String> = rows
        .iter()
        .filter(|row| row["date"] == "2031-03-02")
        .map(|row| {
            ["area_id", "sites_known", "sites_alive", "kappa", "suppressed"].map(|name| row[name].as_str()).join("|")
        })
        .collect();
    assert_eq!(shown, ["XB0101|1|1||false", "XB0102|1|1||false", "XB0201|1|1||false"]);
    dir.edit("hexodus.toml", "[areas]\npath = \"areas.geojson\"\ncolumns = { cod_version = \"xb_v01\" }", "");
    dir.hexodus("run").exits(0);
    assert!(dir.released().keys().all(|name| !name.contains("coverage")));
}
