//! Weights through a run, on a country whose every figure can be computed by hand: urban and rural homes, market shares,
//! the population present, and areas nobody speaks for.

use crate::small;
use crate::support::{Dir, Row, assert_same};
use std::fmt::Write;

/// Days of dumps; the event is on the day of this number, a fortnight before the last.
const DAYS: i32 = 44;
const EVENT: i32 = 34;

/// A town and a village 47 km apart in the west, likewise in the east, a town in the north; nothing in the far north.
const PLAN: &str = "radio_cell_id,lat,lon,valid_from,valid_to
west_town,10.1001,20.1002,2030-01-01,
west_village,10.4003,20.4004,2030-01-01,
east_town,10.1005,20.6006,2030-01-01,
east_village,10.4007,20.9008,2030-01-01,
north_town,10.7009,20.2010,2030-01-01,
";

/// What is set besides the network of [`small`].
const CONFIG: &str = r#"
[policy]
min_subscribers = 1
min_subscribers_h3 = 1

[[crisis]]
operation = "Flood"
event_time = "2031-02-04"

[population]
file = "population.csv"
year = 2030
deff = 1.0
columns = { id_col = "pcode", total_col = "people" }
"#;

/// Who lives where, and who of them flees to which town on the day of the event.
struct People {
    home: &'static str,
    subscribers: usize,
    flee: usize,
    to: &'static str,
}

const PEOPLE: [People; 5] = [
    People { home: "west_town", subscribers: 120, flee: 60, to: "east_town" },
    People { home: "west_village", subscribers: 40, flee: 10, to: "east_town" },
    People { home: "east_town", subscribers: 60, flee: 0, to: "" },
    People { home: "east_village", subscribers: 50, flee: 0, to: "" },
    People { home: "north_town", subscribers: 100, flee: 20, to: "west_town" },
];

/// Figures of the areas; XB0202 has people and no site.
const TOTALS: &str = "pcode,people\nXB0101,16000\nXB0102,11000\nXB0201,5000\nXB0202,777\n";

fn areas() -> String {
    let feature = |code: &str, parent: &str, [west, south, east, north]: [f64; 4]| {
        format!(
            "{{\"type\": \"Feature\", \"properties\": {{\"ADM2_PCODE\": \"{code}\", \"ADM2_EN\": \"{code}\", \"ADM1_PCODE\": \
             \"{parent}\", \"ADM1_EN\": \"{parent}\", \"ADM0_PCODE\": \"XB\", \"ADM0_EN\": \"Testland\"}}, \"geometry\": \
             {{\"type\": \"Polygon\", \"coordinates\": [[[{west}, {south}], [{east}, {south}], [{east}, {north}], [{west}, \
             {north}], [{west}, {south}]]]}}}}"
        )
    };
    let features = [
        feature("XB0101", "XB01", [20.0, 10.0, 20.5, 10.5]),
        feature("XB0102", "XB01", [20.5, 10.0, 21.0, 10.5]),
        feature("XB0201", "XB02", [20.0, 10.5, 20.5, 11.0]),
        feature("XB0202", "XB02", [20.5, 10.5, 21.0, 11.0]),
    ];
    format!("{{\"type\": \"FeatureCollection\", \"features\": [{}]}}", features.join(",\n"))
}

fn date(number: i32) -> String {
    let first: hexodus_model::LocalDay = "2031-01-01".parse().unwrap();
    hexodus_model::LocalDay(first.0 + number).to_string()
}

fn country() -> Dir {
    country_of(&PEOPLE)
}

/// Everybody is heard at their place every day, morning and evening.
fn country_of(people: &[People]) -> Dir {
    let dir = Dir::new();
    dir.write("hexodus.toml", format!("{}{CONFIG}", small::CONFIG));
    dir.write("radio_cells.csv", PLAN);
    dir.write("areas.geojson", areas());
    dir.write("population.csv", TOTALS);
    dir.write("hexodus.key", crate::small::KEY);
    dir.set_mode("hexodus.key", 0o600);
    for number in 0..DAYS {
        let day = date(number);
        let mut text = "sim,when,tower\n".to_owned();
        for (group, own) in people.iter().enumerate() {
            for subscriber in 0..own.subscribers {
                let place = if number >= EVENT && subscriber < own.flee { own.to } else { own.home };
                for hour in [8, 21] {
                    writeln!(text, "s{group}{subscriber:03},{day} {hour:02}:{:02}:00,{place}", subscriber % 60)
                        .unwrap();
                }
            }
        }
        dir.write(&format!("dumps/{day}.csv"), text);
    }
    dir
}

/// Adds a table by classes, and which H3 cells are towns.
fn with_classes(table: &str) -> Dir {
    classes_of(country(), table)
}

fn classes_of(dir: Dir, table: &str) -> Dir {
    let towns = [(10.1001, 20.1002), (10.1005, 20.6006), (10.7009, 20.2010)];
    let towns = towns.map(|(lat, lon)| hexodus_locate::h3_of_point(lat, lon).unwrap().to_string());
    dir.write("urban.csv", format!("h3\n{}\n", towns.join("\n")));
    dir.write("population.csv", table);
    dir.edit(
        "hexodus.toml",
        "total_col = \"people\" }",
        "total_col = \"people\", urban_col = \"urban\" }\nurban = \"urban.csv\"",
    );
    dir
}

fn run(dir: &Dir) -> String {
    dir.hexodus("run --accept-lower-k").exits(0).text
}

/// The row of the last day of a table of the crisis, by one of its columns.
fn last(dir: &Dir, table: &str, column: &str, value: &str) -> Row {
    let rows = dir.table(&format!("flood/{table}"));
    let day = date(DAYS - 1);
    let is = |row: &&Row| row["date"] == day && row[column] == value;
    rows.iter().find(is).unwrap_or_else(|| panic!("{table}: no {value} on {day}: {rows:?}")).clone()
}

fn figure(row: &Row, name: &str) -> f64 {
    row[name].parse().unwrap_or_else(|_| panic!("{name} of {row:?}"))
}

#[track_caller]
fn is(row: &Row, name: &str, expected: f64) {
    let found = figure(row, name);
    assert!((found - expected).abs() <= 0.500_1, "{name}: {found} is not {expected} in {row:?}");
}

#[test]
fn without_classes_everybody_of_an_area_is_the_same() {
    let dir = country();
    run(&dir);
    let west = last(&dir, "people_from_adm2", "origin_id", "XB0101");
    is(&west, "people", 16_000.0 * 70.0 / 160.0);
    assert_eq!(west["qa_flags"], "");
    assert!(dir.method().get("raking").is_none());
}

/// Of the west 4,000 people are urban and 12,000 rural: 60 of 120 and 10 of 40 subscribers are 2,000 and 3,000 people.
#[test]
fn classes_of_an_area_are_weighted_by_its_own_totals() {
    let dir = with_classes(
        "pcode,urban,people\nXB0101,urban,4000\nXB0101,rural,12000\nXB0102,,11000\nXB0201,,5000\nXB0202,,777\n",
    );
    let said = run(&dir);
    assert!(said.contains("Flood: adm2: 1 areas weighted by urban and rural homes, too"), "{said}");
    assert!(said.contains("Flood: adm2: raking: not_stated: XB0102, XB0201"), "{said}");
    for (table, column) in [("people_from_adm2", "origin_id"), ("people_adm2", "origin_id")] {
        let west = last(&dir, table, column, "XB0101");
        for name in ["people", "people_uncorrected", "people_at_least", "people_at_most"] {
            is(&west, name, 5000.0);
        }
        assert_eq!(west["qa_flags"], "raked");
        assert!(figure(&west, "people_low") < 4600.0 && figure(&west, "people_high") > 5400.0, "{west:?}");
    }
    // Unequal weights tell less than as many equal ones: 70 of 160 subscribers.
    let plain = country();
    run(&plain);
    let wide = |dir: &Dir| figure(&last(dir, "people_from_adm2", "origin_id", "XB0101"), "variance_sampling");
    let (own, without) = (wide(&dir), wide(&plain));
    assert!(own > 1.2 * without, "{own} {without}");
    // East: 5,000 of the west, nobody of its own, and 20 of 100 of the north go west.
    is(&last(&dir, "people_at_adm2", "host_id", "XB0102"), "people", 5000.0);
    is(&last(&dir, "people_all_adm2", "source_method", "MPD"), "people", 6000.0);
    let raking = dir.method()["raking"].clone();
    let adm2 = raking.as_array().unwrap().iter().find(|own| own["adm_level"] == 2).unwrap().clone();
    assert_eq!(adm2["raked"], serde_json::json!(["XB0101"]));
    assert_eq!(adm2["areas"]["not_stated"], serde_json::json!(["XB0102", "XB0201"]));
}

/// Of 120 townspeople 110 flee, of 40 villagers none. How many of either happen to be drawn says nothing: their people are
/// known. So the variance is that of the townspeople among themselves, ¼²·(11/12)(1/12)/120; with the weights of the panel
/// in every replicate it would be 25 times that.
#[test]
fn replicates_are_raked_by_their_own_residents() {
    let mut people = PEOPLE;
    (people[0].flee, people[1].flee) = (110, 0);
    let table = "pcode,urban,people\nXB0101,urban,4000\nXB0101,rural,12000\nXB0102,,11000\nXB0201,,5000\nXB0202,,777\n";
    let dir = classes_of(country_of(&people), table);
    run(&dir);
    let west = last(&dir, "people_from_adm2", "origin_id", "XB0101");
    let share: f64 = 0.25 * 110.0 / 120.0;
    is(&west, "people", 16_000.0 * share);
    assert_eq!(west["interval_method"], "bootstrap");
    let variance = 0.25_f64.powi(2) * (110.0 / 120.0) * (10.0 / 120.0) / 120.0;
    let expected = variance / (share * (1.0 - share)).powi(2) * (1.0 - 160.0 / 16_000.0);
    let ratio = figure(&west, "variance_sampling") / expected;
    assert!((0.6..1.6).contains(&ratio), "{ratio}");
}

/// Class totals of XB01 alone: rows 16,000 and 11,000, columns 9,000 and 18,000, fitted here by a program of its own.
#[test]
fn totals_of_a_level_above_are_shared_by_raking_and_met() {
    let table = "pcode,urban,sex,people\nXB0101,,,16000\nXB0102,,,11000\nXB0201,,,5000\nXB0202,,,777\nXB01,urban,,9000\n\
                 XB01,rural,,18000\nXB02,,f,2000\nXB02,,m,3777\n";
    let dir = with_classes(table);
    dir.edit("hexodus.toml", "urban_col = \"urban\"", "urban_col = \"urban\", sex_col = \"sex\"");
    let said = run(&dir);
    assert!(said.contains("population: sex are stated and used for nothing but sums"), "{said}");
    assert!(said.contains("adm2: 2 areas weighted by urban and rural homes, too"), "{said}");
    let mut fitted = [[120.0, 40.0], [60.0, 50.0]];
    for _ in 0..200 {
        for (row, total) in fitted.iter_mut().zip([16_000.0, 11_000.0]) {
            let sum: f64 = row.iter().sum();
            *row = row.map(|own| own * total / sum);
        }
        for (class, total) in [9000.0, 18_000.0].into_iter().enumerate() {
            let sum: f64 = fitted.iter().map(|row| row[class]).sum();
            for row in &mut fitted {
                row[class] *= total / sum;
            }
        }
    }
    let [urban, rural] = fitted[0];
    let expected = urban * 60.0 / 120.0 + rural * 10.0 / 40.0;
    assert!((expected - 7000.0).abs() > 500.0, "{expected} is told apart from an area without classes");
    is(&last(&dir, "people_from_adm2", "origin_id", "XB0101"), "people", expected);
    // At adm1 XB01 is one area with totals of its own: 180 urban and 90 rural residents.
    is(&last(&dir, "people_from_adm1", "origin_id", "XB01"), "people", 60.0 * 9000.0 / 180.0 + 10.0 * 18_000.0 / 90.0);
}

#[test]
fn what_cannot_be_raked_is_named_and_weighted_as_a_whole() {
    // The north has rural people and no rural resident; the urban people of the east are nobody.
    let dir = with_classes(
        "pcode,urban,people\nXB0101,,16000\nXB0102,urban,0\nXB0102,rural,11000\nXB0201,urban,3000\nXB0201,rural,2000\nXB0202,,777\n",
    );
    let said = run(&dir);
    assert!(said.contains("Flood: adm2: raking: class_without_people: XB0102"), "{said}");
    assert!(said.contains("Flood: adm2: raking: few_residents: XB0201"), "{said}");
    let north = last(&dir, "people_from_adm2", "origin_id", "XB0201");
    is(&north, "people", 1000.0);
    assert_eq!(north["qa_flags"], "");
}

#[test]
fn threads_and_nights_do_not_change_a_raked_byte() {
    let table = "pcode,urban,people\nXB0101,,16000\nXB0102,,11000\nXB0201,,5000\nXB0202,,777\nXB01,urban,9000\nXB01,rural,18000\n";
    let dir = with_classes(table);
    run(&dir);
    let nights = dir.inputs_again();
    let days = nights.days_of_dumps();
    for day in &days[40..] {
        nights.rename(&format!("dumps/{day}"), &format!("coming/{day}"));
    }
    nights.hexodus("run --accept-lower-k --threads 1").exits(0);
    for day in &days[40..] {
        nights.rename(&format!("coming/{day}"), &format!("dumps/{day}"));
        nights.hexodus("run --accept-lower-k --threads 1").exits(0);
    }
    assert_same(&nights.released(), &dir.released(), "night by night on one thread");
    // The same classes the other way round are other weights, and are counted anew.
    dir.edit("population.csv", "urban,9000\nXB01,rural,18000", "urban,21000\nXB01,rural,6000");
    run(&dir);
    let west = figure(&last(&dir, "people_from_adm2", "origin_id", "XB0101"), "people");
    assert!(west > 7000.0, "{west}: now urban residents weigh more");
}

#[test]
fn a_section_by_classes_that_makes_no_sense_is_refused() {
    let dir = country();
    dir.edit("hexodus.toml", "deff = 1.0", "deff = 1.0\nurban = \"urban.csv\"");
    dir.hexodus("run --accept-lower-k")
        .exits(2)
        .says(&["[population] urban: expected urban_col in [population.columns]"]);
    let dir = with_classes("pcode,urban,people\nXB0101,,16000\n");
    dir.hexodus("run --accept-lower-k").exits(3).says(&["expected urban and rural people of an area, found none"]);
    let dir = with_classes("pcode,urban,people\nXB0101,town,16000\n");
    dir.hexodus("run --accept-lower-k")
        .exits(3)
        .says(&["row 2, column `urban`: expected urban, rural, or nothing for both"]);
    let dir = with_classes("pcode,urban,people\nXB0101,u,16000\nXB0101,r,1\n");
    dir.write("radio_cells.csv", "radio_cell_id,area_id,valid_from,valid_to\nwest_town,XB0101,2030-01-01,\n");
    dir.hexodus("run --accept-lower-k").exits(2).says(&["known by their area only: their homes have no H3 cell"]);
    dir.remove("urban.csv");
    dir.write("population.csv", "pcode,urban,people\nXB0101,u,16000\nXB0101,r,1\n");
    dir.hexodus("run --accept-lower-k").exits(3).says(&["urban H3 cells: ", "urban.csv: expected a readable file"]);
}

/// Of the north 100 subscribers are 3.2 people each, and nobody knows how many live there.
#[test]
fn a_market_share_stands_in_for_a_missing_figure_as_of_the_baseline() {
    let dir = country();
    dir.edit("population.csv", "XB0201,5000\n", "");
    run(&dir);
    let without = last(&dir, "people_from_adm2", "origin_id", "XB0201");
    assert_eq!((without["people"].as_str(), without["qa_flags"].as_str()), ("", "no_population"));
    let share = |from: i32, area: &str, penetration: f64| {
        let from = date(from);
        format!(
            "[[population.market_share]]\nfrom = \"{from}\"\narea = \"{area}\"\npenetration = {penetration}\nshare = 0.5\n\
             devices_per_person = 1.25\n"
        )
    };
    dir.configure(&share(0, "XB", 0.5));
    run(&dir);
    let north = last(&dir, "people_from_adm2", "origin_id", "XB0201");
    is(&north, "people", 20.0 * 3.2);
    is(&north, "people_at_least", 20.0 * 3.2);
    assert_eq!(north["qa_flags"], "market_share");
    is(&last(&dir, "people_from_adm2", "origin_id", "XB0101"), "people", 7000.0);
    is(&last(&dir, "people_all_adm2", "source_method", "MPD"), "people", 7000.0 + 64.0);
    is(&last(&dir, "population_adm2", "area_id", "XB0201"), "people_reference", 320.0);

    // What the market does since the event, and in areas with a figure at any time, is nothing to a panel.
    let of_panel = |dir: &Dir| {
        let is_of_panel = |name: &String| name.contains("people") && crate::support::is(name, "csv");
        dir.released().into_iter().filter(|own| is_of_panel(&own.0)).collect()
    };
    let before: crate::support::Files = of_panel(&dir);
    assert!(before.len() >= 8);
    dir.configure(&[share(EVENT, "XB", 0.25), share(0, "XB0101", 0.4)].concat());
    run(&dir);
    assert_same(&of_panel(&dir), &before, "a market that changes later, or where people are known");
    // As of the eve it is one more entry that counts.
    dir.configure(&share(EVENT - 1, "XB0201", 0.25));
    run(&dir);
    is(&last(&dir, "people_from_adm2", "origin_id", "XB0201"), "people", 20.0 * 6.4);
    dir.configure(&share(0, "XZ", 0.5));
    dir.hexodus("run --accept-lower-k").exits(2).says(&["[[population.market_share]] area \"XZ\" is no area"]);
}

/// Everybody is seen every day: presence tells how many, whatever share of them came since.
#[test]
fn later_subscribers_count_for_as_many_people_as_on_their_day() {
    let dir = country();
    // From the day after the event on the operator has twice the share in the east, and twice the subscribers.
    for number in EVENT + 1..DAYS {
        let day = date(number);
        let name = format!("dumps/{day}.csv");
        let mut text = dir.read(&name);
        for subscriber in 0..110 {
            for hour in [8, 21] {
                writeln!(text, "new{subscriber:03},{day} {hour:02}:00:00,east_village").unwrap();
            }
        }
        dir.write(&name, text);
    }
    let east = |dir: &Dir| {
        dir.hexodus("run --accept-lower-k").exits(0);
        last(dir, "population_adm2", "area_id", "XB0102")
    };
    // 110 residents, 70 from the west, 110 new ones.
    let naive = east(&dir);
    is(&naive, "people_direct", 11_000.0 * 290.0 / 110.0);
    for (from, penetration) in [(0, 0.2), (EVENT + 1, 0.4)] {
        let from = date(from);
        dir.configure(&format!(
            "[[population.market_share]]\nfrom = \"{from}\"\narea = \"XB0102\"\npenetration = {penetration}\nshare = 0.5"
        ));
    }
    let known = east(&dir);
    is(&known, "people_direct", 11_000.0 * 145.0 / 110.0);
    assert_eq!(known["people_present"], naive["people_present"], "the panel is weighted once");
    is(&known, "people_present", 11_000.0 + 7000.0);
}

/// West 16,000 − 7,000 + 1,000, east 11,000 + 7,000, north 5,000 − 1,000; the far north has no site and keeps its reference.
#[test]
fn the_population_present_by_hand() {
    let dir = country();
    run(&dir);
    let row = |area: &str| last(&dir, "population_adm2", "area_id", area);
    for (area, reference, inflow, outflow) in
        [("XB0101", 16_000.0, 1000.0, 7000.0), ("XB0102", 11_000.0, 7000.0, 0.0), ("XB0201", 5000.0, 0.0, 1000.0)]
    {
        let own = row(area);
        is(&own, "people_reference", reference);
        is(&own, "people_present", reference + inflow - outflow);
        let [low, people, high] = ["people_low", "people_present", "people_high"].map(|name| figure(&own, name));
        assert!(low < people && people < high, "{own:?}");
        if inflow > 0.0 && outflow > 0.0 {
            is(&own, "inflow", inflow);
            is(&own, "outflow", outflow);
            is(&own, "adjustment", 0.0);
        } else {
            assert!(own["inflow"].is_empty() && own["outflow"].is_empty() && own["suppressed"] == "true", "{own:?}");
        }
    }
    let far = row("XB0202");
    assert_eq!((far["people_reference"].as_str(), far["qa_flags"].as_str()), ("777.0", "not_covered"));
    for name in ["inflow", "outflow", "people_present", "people_low", "people_direct"] {
        assert!(far[name].is_empty(), "{name}: nobody speaks for it: {far:?}");
    }
    // All people are somewhere, on every day: 10⁻⁹ of them are 3 · 10⁻⁵, a table has 10⁻⁶.
    let rows = dir.table("flood/population_adm2");
    for number in EVENT..DAYS {
        let of_day: Vec<&Row> = rows.iter().filter(|row| row["date"] == date(number)).collect();
        assert_eq!(of_day.len(), 5, "four areas and outside of them");
        let displaced = of_day.iter().filter(|row| !row["people_present"].is_empty()).count();
        if displaced == 3 {
            let sum: f64 = of_day.iter().filter_map(|row| row["people_present"].parse::<f64>().ok()).sum();
            assert!((sum - 32_000.0).abs() < 3.3e-5, "{sum}");
        }
    }
}

/// An anchor of everything a month is, after ten days, a way of 1 − 0^⅓: all of it.
#[test]
fn an_anchor_pulls_to_who_is_seen_and_keeps_the_sum() {
    let dir = country();
    dir.edit("hexodus.toml", "year = 2030", "year = 2030\nanchor_per_month = 1.0");
    run(&dir);
    let areas = ["XB0101", "XB0102", "XB0201"].map(|area| last(&dir, "population_adm2", "area_id", area));
    // Seen: 160 − 70 + 20, 110 + 70, 100 − 20, against 160, 110 and 100.
    let direct = [16_000.0 * 110.0 / 160.0, 11_000.0 * 180.0 / 110.0, 5000.0 * 80.0 / 100.0];
    let all: f64 = direct.iter().sum();
    for (row, direct) in areas.iter().zip(direct) {
        is(row, "people_direct", direct);
        is(row, "people_present", direct / all * 32_000.0);
    }
    let adjusted: f64 = areas.iter().map(|row| figure(row, "adjustment")).sum();
    assert!(adjusted.abs() < 1e-5, "{adjusted}");
    dir.edit("hexodus.toml", "anchor_per_month = 1.0", "anchor_per_month = 1.1");
    dir.hexodus("run --accept-lower-k").exits(2).says(&["[population] anchor_per_month: expected 0 to 1, found 1.1"]);
}

/// The far north has 777 people and no site: no table of people fills it, and nobody else's figure has it.
#[test]
fn areas_nobody_speaks_for_are_told_and_never_filled() {
    for dir in [
        country(),
        with_classes(
            "pcode,urban,people\nXB0101,,16000\nXB0102,,11000\nXB0201,,5000\nXB0202,,777\nXB,urban,12777\nXB,rural,20000\n",
        ),
    ] {
        let said = run(&dir);
        let far = last(&dir, "people_from_adm2", "origin_id", "XB0202");
        assert_eq!((far["people"].as_str(), far["qa_flags"].as_str()), ("", "not_covered"));
        let other = country();
        other.edit("population.csv", "XB0202,777", "XB0202,999777");
        run(&other);
        let plain = country();
        run(&plain);
        // However many live there, nobody else is more or fewer.
        for name in ["people_adm2", "people_from_adm2", "people_at_adm2", "people_all_adm2"] {
            let name = format!("{}/flood/{name}.csv", plain.release());
            assert_eq!(plain.read(&name), other.read(&name), "{name}");
        }
        let rows = ["people_adm2", "people_at_adm2"].map(|name| dir.table(&format!("flood/{name}")));
        let all_rows = rows.iter().flatten();
        assert!(all_rows.clone().all(|row| row["origin_id"] != "XB0202" && row["host_id"] != "XB0202"));
        // Class totals of the country are those of its people who are followed: the weights of areas keep their sums.
        let all = figure(&last(&dir, "people_all_adm2", "source_method", "MPD"), "people_at_most");
        assert!(all < 32_000.0, "{all} {said}");
    }
}
