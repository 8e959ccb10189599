//! `[population]`: people by area from three kinds of table, what does not fit, and what is wrong with a table.

use crate::small::{country, network};
use crate::support::{Dir, assert_same, shared};
use serde_json::json;

const SECTION: &str = "[population]\nfile = \"population.csv\"\nyear = 2030";
const COD_PS: &str =
    "ADM2_PCODE,ADM2_EN,ADM1_PCODE,M_TL,F_TL,T_TL\nXB0101,West,XB01,600,634,1234\nXB0201,North,XB02,0,0,0\n";

/// The small country with a table of people.
fn with(table: &str) -> Dir {
    let dir = country();
    dir.configure(SECTION);
    dir.write("population.csv", table);
    dir
}

#[test]
fn check_run_and_status_tell_how_many_people_there_are_and_where_nobody_knows() {
    let dir = with(&(COD_PS.to_owned() + "XB0909,Gone,XB09,5,5,10\n"));
    let line = "population 2030: 2 of 3 areas, 1,234 people";
    let odd = [
        line,
        "warning: population: 1 areas have no figure, which is not nobody: XB0102",
        "warning: population: 1 P-codes are of no area (10 people): XB0909",
    ];
    dir.hexodus("check").exits(0).says(&odd);
    assert!(!dir.path("store").exists(), "a check stores nothing");
    dir.hexodus("run").exits(0).says(&odd);
    dir.hexodus("status").exits(0).says(&[line, "nothing is stale"]);

    let inputs = dir.method()["inputs"].clone();
    let own = inputs.as_array().unwrap().iter().find(|input| input["role"] == "population").unwrap();
    assert_eq!(own["blake3"].as_str().map(str::len), Some(64));
    for (key, value) in [
        ("year", json!(2030)),
        ("cv", json!(0.0)),
        ("deff", json!(2.0)),
        ("areas", json!(2)),
        ("people", json!(1234.0)),
        ("areas_without_figure", json!(["XB0102"])),
        ("figures_without_area", json!(1)),
        ("people_without_area", json!(10.0)),
    ] {
        assert_eq!(own[key], value, "{key}");
    }
}

#[test]
fn another_table_makes_the_tables_anew_and_no_day() {
    let dir = with(COD_PS);
    dir.hexodus("run").exits(0);
    dir.hexodus("run").exits(0).says(&["nothing to do"]);
    let days = dir.files("store/subscriber_days");
    dir.edit("population.csv", "634,1234", "635,1235");
    dir.hexodus("status")
        .exits(0)
        .says(&["changed since the last run: population: the tables are made anew", "1,235 people"]);
    dir.hexodus("run").exits(0).says(&["written:"]);
    assert_same(&dir.files("store/subscriber_days"), &days, "days before and after");
    dir.edit("population.csv", "XB0201", "XB0201,");
    dir.hexodus("status")
        .exits(0)
        .says(&["population cannot be used: population: ./population.csv, row 3: expected 6 fields"]);
}

#[test]
fn any_table_by_p_code_and_one_by_h3_cell() {
    let dir = with("code;people\nXB0101;10\nXB0102;20.5\nXB0201;0\n");
    dir.configure("columns = { id_col = \"CODE\", total_col = \"people\" }");
    dir.hexodus("check").exits(0).says(&["population 2030: 3 of 3 areas, 31 people"]).never_says("warning");

    // The centres of two areas, and a point in none.
    let cell = |lat, lon| hexodus_locate::h3_of_point(lat, lon).unwrap().to_string().to_uppercase();
    let cells = [cell(10.05, 20.05), cell(10.05, 20.15), cell(40.0, 20.0)];
    let dir = with(&format!("h3,population\n{},7\n{},8.25\n{},100\n", cells[0], cells[1], cells[2]));
    dir.hexodus("check").exits(0).says(&[
        "population 2030: 2 of 3 areas, 15 people",
        "1 areas have no figure, which is not nobody: XB0201",
        &format!("1 H3 cells are in no area (100 people): {}", cells[2].to_lowercase()),
    ]);
}

#[test]
fn ages_that_do_not_add_up_are_a_warning() {
    let dir = with(&COD_PS.replace("600,634", "600,600"));
    dir.hexodus("check").exits(0).says(&["warning: population: 1 rows have M + F that are not T (first: row 2)"]);
}

#[test]
fn a_section_that_makes_no_sense_stops_before_reading() {
    for (from, to, words) in [
        ("year = 2030", "yaer = 2030", "did you mean `year`?"),
        ("year = 2030", "", "missing field `year`"),
        ("year = 2030", "year = 30", "[population] year: expected the year of the figures, 1900 to 2199, found 30"),
        ("year = 2030", "year = 2030\ncv = 1.0", "[population] cv: expected 0 or more and less than 1, found 1"),
        ("year = 2030", "year = 2030\ncv = nan", "[population] cv: expected"),
        ("year = 2030", "year = 2030\ndeff = 0.0", "[population] deff: expected a number above 0, found 0"),
        ("year = 2030", "year = 2030\ncolumns = { id = \"a\" }", "did you mean `id_col`?"),
        ("year = 2030", "year = 2030\ncolumns = { id_col = \"a\", h3_col = \"b\" }", "expected id_col or h3_col"),
        ("[areas]\npath = \"areas.geojson\"\ncolumns = { cod_version = \"xb_v01\" }", "", "[population] needs [areas]"),
    ] {
        let dir = with(COD_PS);
        dir.edit("hexodus.toml", from, to);
        dir.hexodus("run").exits(2).says(&[words]);
        assert!(!dir.path("store").exists(), "{words}");
    }
}

#[test]
fn a_table_that_cannot_be_used_stops_before_reading_dumps() {
    for (table, words) in [
        ("ADM2_PCODE,T_TL\nXB0101,-1\n", "population.csv, row 2, column `T_TL`: expected a number of people"),
        ("ADM2_PCODE,T_TL\nXB0101,\"1,000\"\n", "expected a number without thousands separators"),
        ("ADM2_PCODE,T_TL\nXB0101,1,000\n", "row 2: expected 2 fields as in the header"),
        ("ADM2_PCODE,T_TL\nXB0101,1\nXB0101,2\n", "row 3, column `ADM2_PCODE`: expected each place once"),
        ("ADM1_PCODE,T_TL\nXB01,1\n", "expected a column ADM2_PCODE (the level of [areas]) or h3"),
        ("ADM2_PCODE,T_TL\nXC0101,1\n", "none of 1 figures is of one of the 3 areas of level 2"),
        ("h3,population\n8928308280fffff,1\n", "an H3 cell of resolution 8, found one of resolution 9"),
        ("SQLite format 3\0", "found a GeoPackage; write it as CSV, for example with `ogr2ogr"),
        ("", "expected a column ADM2_PCODE"),
    ] {
        let dir = network();
        dir.configure(SECTION);
        dir.write("population.csv", table);
        dir.hexodus("run").exits(3).says(&["population", words]);
        assert!(!dir.path("store/manifest.json").exists(), "{words}");
    }
    let dir = network();
    dir.configure(SECTION);
    dir.hexodus("run").exits(3).says(&["population.csv: expected a readable file, found No such file"]);
}

#[test]
fn a_real_table_of_another_grid_is_refused_by_its_resolution() {
    let name = "h3_population_res10/population-841fa8bffffffff.parquet";
    let Some(path) = shared("a_real_table_of_another_grid_is_refused_by_its_resolution", name) else { return };
    let dir = network();
    dir.configure(&SECTION.replace(".csv", ".parquet"));
    dir.configure("columns = { h3_col = \"h3index\", total_col = \"pop_general\" }");
    dir.write("population.parquet", std::fs::read(path).unwrap());
    let words = [
        "population.parquet, row 2, column `h3index`: expected an H3 cell of resolution 8, found one of resolution 10",
    ];
    dir.hexodus("run").exits(3).says(&words);
}
