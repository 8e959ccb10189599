//! What is in the tables: the documented columns, the keys in order, and the rules of suppression.

use super::*;
use std::collections::BTreeMap;

/// The layout that a file name stands for.
fn layout_of(table: &EncodedTable) -> &'static Layout {
    let name = match table.name() {
        "flows_adm2__day_to_day" => "flows_<level>__<definition>",
        "flows_h3__day_to_day" => "flows_h3__<definition>",
        "presence_adm2" => "presence_<level>",
        "displacement_adm2" => "displacement_<level>",
        "people_adm2" => "people[_from|_at|_all]_<level>",
        "population_adm2" => "population_<level>",
        "recovery_adm2" => "recovery[_all]_<level>",
        "forecast_adm2" => "forecast[_all]_<level>",
        "in_out_adm2__day_to_day" => "in_out_<level>__<definition>",
        "cohorts_adm2" => "cohorts_<level>",
        "spread_adm2" => "spread_<level>",
        "coverage_daily_adm2" => "coverage_daily_<level>",
        "above_normal_adm2__day_to_day" => "above_normal_<level>__<series>",
        own => own,
    };
    documented_layouts().into_iter().find(|layout| layout.name == name).unwrap()
}

/// The rows by column name.
fn records(table: &EncodedTable) -> Vec<BTreeMap<String, String>> {
    let (header, rows) = parsed(table);
    rows.into_iter().map(|row| header.iter().cloned().zip(row).collect()).collect()
}

#[test]
fn every_table_has_the_documented_columns() {
    let world = World::new();
    let tables = world.tables(false);
    assert_eq!(
        tables.len() + 7,
        documented_columns().len(),
        "two in the shape of others, the grid, two of shapes, two of the network: see `package`, `geo`"
    );
    for table in &tables {
        let layout = layout_of(table);
        let names: Vec<_> = layout.columns.iter().map(|column| column.name).collect();
        assert_eq!(parsed(table).0, names, "{}", table.name());
        assert!(layout.key.iter().all(|key| names.contains(key)));
        assert!(layout.columns.iter().all(|column| !column.description.is_empty()));
    }
}

#[test]
fn keys_ascend_without_repeats_and_reserved_values_come_last() {
    for table in World::new().tables(false) {
        let key = layout_of(&table).key;
        let keys: Vec<Vec<String>> =
            records(&table).iter().map(|row| key.iter().map(|name| row[*name].clone()).collect()).collect();
        assert!(!keys.is_empty());
        // '_' sorts after digits and capital letters; of hexadecimal digits only reserved values begin with it.
        let order = |text: &String| (text.starts_with('_'), text.clone());
        let ascending = |pair: &[Vec<String>]| pair[0].iter().map(order).lt(pair[1].iter().map(order));
        assert!(keys.windows(2).all(ascending), "{}: {keys:?}", table.name());
    }
}

#[test]
fn a_number_is_published_from_k_on_and_nothing_stands_for_one_that_is_not() {
    // Of displacement some figures have no meaning in a row, so an empty one is not always withheld: see below.
    // Coverage counts sites.
    let sparse = [
        "areas",
        "coverage",
        "indicators",
        "displacement",
        "people",
        "population",
        "recovery",
        "forecast",
        "in_out",
        "cohorts",
        "spread",
        "above_normal",
    ];
    let is_of_one_number = |table: &EncodedTable| !sparse.iter().any(|name| table.name().starts_with(name));
    for table in World::new().tables(false).into_iter().filter(is_of_one_number) {
        let k = if table.name().contains("h3") { 21 } else { 16 };
        let counts: Vec<_> = parsed(&table).0.into_iter().filter(|name| name.starts_with("subscribers")).collect();
        let mut edges = Vec::new();
        for row in records(&table) {
            let withheld = counts.iter().any(|name| row[name].is_empty());
            assert_eq!(row["suppressed"], withheld.to_string());
            assert_eq!(row["suppression_reason"].is_empty(), !withheld, "suppressed iff a reason");
            for count in counts.iter().filter_map(|name| row[name].parse::<i64>().ok()) {
                assert!(count >= k, "{}: {count}", table.name());
                edges.push(count);
            }
        }
        assert!(edges.contains(&k), "{}: {k} is published", table.name());
        let suppressed = records(&table).iter().filter(|row| row["suppressed"] == "true").count() as u64;
        assert_eq!((suppressed, parsed(&table).1.len() as u64), (table.suppressed(), table.rows()));
    }
}

#[test]
fn what_leaves_is_rounded_and_a_lone_hidden_part_takes_another_with_it() {
    let world = World::new();
    let tables = world.tables(false);
    let rows = records(tables.last().unwrap());
    let told = |level: &str| -> Vec<String> {
        let own = rows.iter().filter(|row| row["indicator"] == "displacement.stock" && row["adm_level"] == level);
        own.map(|row| format!("{} {}{}", row["area_id"], row["value"], row["suppression_reason"])).collect()
    };
    assert_eq!(told("0"), ["XA 55"]);
    assert_eq!(told("1"), ["XA01 55", "XA02 confidential"], "57 to the nearest 5; nobody looks like somebody");
    assert_eq!(told("2"), ["XA0101 confidential", "XA0102 confidential", "XA0201 confidential"], "57 − 50 would be 7");
    assert!(rows.iter().all(|row| row["unit"] == "subscribers" && row["value_low"].is_empty()));
    assert_eq!(tables.last().unwrap().class().name(), "restricted");
}

#[test]
fn the_population_present_adds_up_and_the_reference_is_always_told() {
    let tables = World::new().tables(false);
    let table = tables.iter().find(|table| table.name() == "population_adm2").unwrap();
    let rows = records(table);
    let told = |row: usize| {
        let names =
            ["area_id", "people_reference", "inflow", "outflow", "people_present", "people_direct", "suppressed"];
        names.map(|name| rows[row][name].as_str()).join(" ")
    };
    assert_eq!(told(0), "XA0101 1000.0 100.25 300.5 799.75 750.0 false");
    assert_eq!(told(1), "XA0102 1000.0    750.0 true", "11 subscribers moved");
}

#[test]
fn flows_name_both_ends_and_their_ancestors() {
    let world = World::new();
    let flows = &world.tables(false)[0];
    let rows = records(flows);
    assert_eq!(rows.len(), 2 * (5 * 5 - 1), "3 districts and 2 reserved values a side, two days");
    let row = |origin: &str, destination: &str| {
        let row = rows.iter().find(|row| row["origin_id"] == origin && row["dest_id"] == destination).unwrap();
        let show =
            ["origin_adm1_name", "origin_adm2_pcode", "dest_adm0_pcode", "dest_adm2_name", "subscribers_published"];
        show.map(|name| row[name].as_str()).join("|")
    };
    assert_eq!(row("XA0102", "XA0101"), "North, upper|XA0102|XA|Ox|16");
    assert_eq!(row("XA0201", "XA0102"), "South|XA0201|XA||", "suppressed; and a name that the file does not give");
    assert_eq!(row("XA0101", "_NOT_SEEN_AFTER"), "North, upper|XA0101|||40", "no P-code for a reserved value");
    assert!(rows.iter().all(|row| row["origin_adm3_pcode"].is_empty() && row["persons_est"].is_empty()));
    assert!(rows.iter().all(|row| row["measure"] == "flow" && row["population_group"] == "ALL"));
    assert_eq!(rows[0]["reference_period_end"], "2031-03-05");

    let grid = records(&world.tables(false)[1]);
    let other: Vec<_> = grid.iter().filter(|row| row["origin_h3"] == "_OTHER").collect();
    assert_eq!(other.len(), 2, "one a period, empty or not");
    assert_eq!(other[0]["subscribers_published"], "52", "15 + 16 + 20 + 1");
    assert_eq!((other[1]["subscribers_published"].as_str(), other[1]["suppressed"].as_str()), ("", "true"));
    assert_eq!(grid[0]["origin_h3"], "8828308281fffff");
}

#[test]
fn the_grid_knows_its_areas_and_hours_their_offset() {
    let tables = World::new().tables(false);
    let show = |table: &EncodedTable, names: [&str; 4]| -> Vec<String> {
        records(table).iter().map(|row| names.map(|name| row[name].as_str()).join(" ")).collect()
    };
    let grid = show(&tables[2], ["h3", "date", "adm2_pcode", "subscribers_published"]);
    assert_eq!(grid, ["8828308283fffff 2031-03-04  21", "8828308281fffff 2031-03-05 XA0101 1000"]);
    let hours = show(&tables[3], ["hour_start_utc", "hour_start_local", "h3", "subscribers"]);
    assert_eq!(
        hours,
        [
            "2031-03-03T18:15:00Z 2031-03-04T00:00:00+05:45 8828308283fffff 21",
            "2031-03-03T18:15:00Z 2031-03-04T00:00:00+05:45 8828308287fffff ",
            "2031-03-04T17:15:00Z 2031-03-04T23:00:00+05:45 8828308281fffff 1000",
            "2031-03-04T17:15:00Z 2031-03-04T23:00:00+05:45 8828308287fffff ",
        ],
        "what is outside the universe is listed when it is published, what is inside always"
    );
}

#[test]
fn quality_withholds_instants_and_shares_of_few() {
    let rows = records(&World::new().tables(false)[5]);
    let show = |row: &BTreeMap<String, String>| {
        ["earliest_event", "latest_event", "suppressed_persons_pct", "events_located_pct"].map(|name| row[name].clone())
    };
    assert_eq!(show(&rows[0]), ["", "", "", "77.8"]);
    assert_eq!(show(&rows[1]), ["2031-02-27T23:06:40.250Z", "2031-02-27T23:06:43Z", "14.0", "77.8"]);
}

#[test]
fn a_table_of_another_kind_is_refused() {
    let world = World::new();
    let policy = DisclosurePolicy::default();
    let release = |hourly| release_presence(presences(Level::H3, [h3(0), h3(1), h3(2)], hourly, false), None, &policy);
    let refused = |result: Result<EncodedTable, PublishError>| matches!(result, Err(PublishError::WrongTable { .. }));
    assert!(refused(encode_presence_hourly(&release(false), &world.context())));
    assert!(refused(encode_presence_area(&release(false), &world.context())));
    let facts = H3Facts { area_km2: &|_| 0.7, area_of: &area_of };
    assert!(refused(encode_cells_h3(&release(true), &world.context(), &facts, false)));
    let without = encode_cells_h3(&release(false), &world.context(), &facts, false).unwrap();
    assert!(!parsed(&without).0.contains(&"h3_u64".to_owned()), "on request only");

    let units = [area(0), area(1), area(7)];
    let unknown = release_flows(matrices(Level::Adm(2), units, false), Some(&units), &policy);
    assert!(matches!(encode_flows(&unknown, &world.context()), Err(PublishError::UnknownUnit { bits: 7, .. })));
}

#[test]
fn tables_of_a_crisis_hold_nothing_below_k() {
    let tables = World::new().tables(false);
    let rows = |name: &str| {
        let table = tables.iter().find(|table| table.name().starts_with(name)).unwrap();
        records(table)
    };
    let show = |name: &str, columns: &[&str]| -> Vec<String> {
        rows(name)
            .iter()
            .map(|row| columns.iter().map(|name| row[*name].clone()).collect::<Vec<_>>().join("|"))
            .collect()
    };
    let columns = ["statistic", "bin", "bin_from", "bin_until", "subscribers_published"];
    assert_eq!(show("spread", &columns), ["distance|500-|500.0||16", "mobility_class|stable|||20"]);
    assert_eq!(show("cohorts", &["origin_id", "host_id", "onset_week", "subscribers_published"]).len(), 1);
    let columns = ["area_id", "inflow_published", "outflow_published", "net_published", "within", "to_nowhere"];
    assert_eq!(show("in_out", &columns)[0], "XA0101|37||-|900|40".replace("|-|", "||"), "37 = 16 + 21");
    let columns =
        ["origin_id", "subscribers_published", "normal", "excess", "z_score", "significant", "alert", "suppressed"];
    assert_eq!(
        show("above_normal", &columns),
        ["XA0101|40|20.5|19.5|3.5|true|false|false", "XA0102||16.0|||||true"],
        "15 beside a median of 15 has no row"
    );
    let columns = ["origin_id", "host_id", "people", "people_high", "qa_flags", "suppressed", "suppression_reason"];
    assert_eq!(
        show("people", &columns),
        [
            "XA0101|XA0101|52.0|80.0|pooled|false|",
            "XA0101|XA0201|||||true|low_coverage".replace("|||||", "||||").as_str()
        ],
        "15 subscribers are no people"
    );
    assert_eq!(show("displacement", &["phase"])[0], "emergency");
}

#[test]
fn returns_and_forecasts_say_what_they_do_not_know() {
    let tables = World::new().tables(false);
    let show = |name: &str, columns: &[&str]| -> Vec<String> {
        let rows = records(tables.iter().find(|table| table.name().starts_with(name)).unwrap());
        let row = |row: &BTreeMap<String, String>| columns.iter().map(|name| row[*name].clone()).collect::<Vec<_>>();
        rows.iter().map(|own| row(own).join("|")).collect()
    };
    let columns = [
        "origin_id",
        "peak_week",
        "peak_people",
        "weeks_since_peak",
        "still_displaced",
        "fast_share",
        "half_life_weeks",
        "half_life_low",
        "half_life_high",
        "no_curve",
        "suppressed",
        "suppression_reason",
    ];
    assert_eq!(
        show("recovery", &columns),
        [
            "XA0101|2031-01-15|520.0|6|0.25|0.5|4.5|3.5|||false|",
            "XA0201|2031-01-15|520.0|6||||||too_few_weeks|true|below_k"
        ],
        "15 in the largest week have no row, 15 in the last no share of it"
    );
    let columns = [
        "weeks_ahead",
        "target_date",
        "persistence",
        "persistence_high",
        "damped_return",
        "damped_return_high",
        "half_life_weeks",
        "half_life_from",
        "skill",
        "skill_weeks",
    ];
    assert_eq!(
        show("forecast", &columns),
        ["1|2031-03-12|520.0|601.0|480.0||4.5|prior|-0.5|3", "2|2031-03-19|520.0|601.0|480.0|||no_return||3"]
    );
}

#[test]
fn displacement_tells_which_figures_are_withheld_and_which_areas_are_affected() {
    let tables = World::new().tables(false);
    let rows = records(tables.iter().find(|table| table.name().starts_with("displacement")).unwrap());
    let show = |row: &BTreeMap<String, String>| {
        ["area_id", "affected", "panel", "displaced", "returns", "unlocatable"].map(|name| row[name].clone()).join("|")
    };
    let shown: Vec<String> = rows.iter().map(show).collect();
    assert_eq!(shown, ["XA0101|true|40|16||", "XA0102|false||||", "XA0201|false||||", "_UNKNOWN|false||||20"]);
    assert!(rows.iter().all(|row| row["suppressed"] == "true"));
    assert!(rows[0]["suppression_reason"].starts_with("at_home:below_k;usual_place:below_k;"));
    assert!(!rows[0]["suppression_reason"].contains("unlocatable"), "it has no meaning there");
    assert!(rows[3]["suppression_reason"].contains("panel:below_k"));
}

#[test]
fn coverage_of_an_area_with_few_subscribers_is_withheld() {
    let tables = World::new().tables(false);
    let rows = records(tables.iter().find(|table| table.name() == "coverage_daily_adm2").unwrap());
    let columns = ["date", "area_id", "sites_known", "sites_alive", "kappa", "coverage_flag", "suppression_reason"];
    let shown: Vec<String> = rows.iter().map(|row| columns.map(|name| row[name].as_str()).join("|")).collect();
    let expected =
        ["2031-03-05|XA0101|4|2|0.25|withhold|", "2031-03-05|XA0102|3||||below_k", "2031-03-05|XA0201|0|0|||"];
    assert_eq!(shown, expected);
}
