//! Days that cannot be trusted are not used; rejected rows are found again; impossible events are left out.

use crate::small::{DAYS, country, dump};
use crate::support::{Dir, Row, assert_same, gunzipped, gzipped};
use std::fmt::Write;

/// Two days of history are enough, and eighty rows are many.
const STRICT: &str = "[quality]\nhistory_min_days = 2\nmin_rows = 10";

fn strict() -> Dir {
    let dir = country();
    dir.configure(STRICT);
    dir
}

/// The first rows of a day, header included.
fn beginning(number: usize, rows: usize) -> String {
    dump(number).lines().take(1 + rows).fold(String::new(), |text, line| text + line + "\n")
}

fn quality_of(dir: &Dir, day: &str) -> Row {
    dir.table("quality_daily").into_iter().find(|row| row["date"] == day).expect("the day")
}

#[test]
fn a_day_with_few_events_is_not_used_until_it_is_accepted() {
    let dir = strict();
    dir.write("dumps/2031-03-03.csv", beginning(2, 39));
    dir.hexodus("run").exits(1).says(&[
        "2031-03-03 events_low (refuse): 39 events, 0.49 of the median of 2 days",
        "2031-03-03 is not used: events_low; `hexodus run --accept \"2031-03-03=REASON\"` uses it all the same",
    ]);
    assert_eq!(dir.days(), DAYS[..2]);
    assert_eq!(dir.release(), "out/2031-03-02");
    let row = quality_of(&dir, DAYS[2]);
    assert_eq!([&*row["verdict"], &*row["day_used"], &*row["baseline_used"]], ["refuse", "false", "false"]);
    assert_eq!(row["exclusion_reason"], "events_low;late_start", "the first event of a small day is at 08:00");
    dir.hexodus("status").exits(1).says(&["2031-03-03  refused", "events_low (refuse): 39 events"]);
    dir.hexodus("run").exits(1).says(&["nothing to do"]);

    dir.hexodus("run --accept 2031-03-03=").exits(2).says(&["with a reason"]);
    dir.hexodus("run --accept 3.3.=why").exits(1).says(&["--accept \"3.3.\" is neither a date nor a file of this run"]);
    dir.hexodus("run --accept 2031-03-02=why").exits(1).says(&["no check refuses that day"]);
    dir.hexodus("run --accept 2031-03-03=half-holiday").exits(0).says(&["written: ./out/2031-03-03"]);
    assert_eq!(dir.days(), DAYS);
    assert_eq!(dir.method()["quality"]["days_accepted"]["2031-03-03"], "half-holiday");
    let row = quality_of(&dir, DAYS[2]);
    assert_eq!([&*row["verdict"], &*row["day_used"], &*row["baseline_used"]], ["refuse", "true", "false"]);
    dir.hexodus("status").exits(0).says(&["2031-03-03  accepted: half-holiday"]);
    dir.hexodus("run").exits(0).says(&["nothing to do"]);
}

#[test]
fn an_acceptance_does_not_cover_another_check() {
    let dir = strict();
    dir.write("dumps/2031-03-03.csv", beginning(2, 39));
    dir.hexodus("run --accept 2031-03-03=half-holiday").exits(0);
    dir.edit(
        "hexodus.toml",
        "min_rows = 10",
        "min_rows = 10\nchecks = { subscribers_low = { threshold = 0.9, consequence = \"refuse\" } }",
    );
    dir.hexodus("run").exits(1).says(&["2031-03-03 is not used: events_low;subscribers_low"]);
    assert_eq!(dir.days(), DAYS[..2]);
}

#[test]
fn late_rows_make_a_refused_day_good_again() {
    let whole = strict();
    whole.hexodus("run").exits(0);
    let late = strict();
    late.write("dumps/2031-03-03.csv", beginning(2, 30));
    late.hexodus("run").exits(1);
    assert_eq!(late.days(), DAYS[..2]);
    let rest: Vec<String> = dump(2).lines().skip(31).map(str::to_owned).collect();
    late.write("dumps/2031-03-03-late.csv", format!("sim,when,tower\n{}\n", rest.join("\n")));
    late.hexodus("run").exits(0);
    assert_eq!(late.days(), DAYS);
    let tables = |dir: &Dir| {
        let mut tables = dir.released();
        // Two files instead of one: their number and digests are told.
        tables.retain(|name, _| !name.starts_with("quality") && name != "method.json" && name != "SHA256SUMS");
        tables.retain(|name, _| crate::support::is(name, "csv"));
        tables
    };
    assert_same(&tables(&late), &tables(&whole), "a day in two pieces and at once");
}

#[test]
fn thresholds_are_checked_when_the_configuration_is_read() {
    let dir = country();
    dir.configure("[quality]\nchecks = { event_low = { threshold = 0.5 } }");
    dir.hexodus("run").exits(2).says(&["event_low"]);
    let dir = country();
    dir.configure("[quality]\nchecks = { events_low = { threshold = -1 } }");
    dir.hexodus("run").exits(2).says(&["expected a threshold from 0"]);
    let dir = country();
    dir.configure("[checks]\nspeed_max_m_s = 0");
    dir.hexodus("run").exits(2).says(&["speed_max_m_s: expected a number above 0"]);
}

#[test]
fn rejected_rows_are_found_again_and_hold_nothing_individual() {
    let dir = country();
    let mut lines: Vec<String> = dump(1).lines().map(str::to_owned).collect();
    // Row 1 is the header: line n is row n + 1.
    lines[4] = "secret777,not a time,a".into();
    lines[9] = ",2031-03-02 09:00:00,a".into();
    lines[20] = "secret778,2031-03-02 09:00:00,".into();
    lines[30] = "secret779,2031-03-02 09:00:00,a,extra".into();
    dir.write("dumps/2031-03-02.csv", lines.join("\n"));
    dir.hexodus("run").exits(0);
    let done = dir.hexodus("quarantine").exits(0).says(&[
        "dumps/2031-03-02.csv row 5: cannot_parse (code 4), column `when`: expected a time written %Y-%m-%d %H:%M:%S",
        "dumps/2031-03-02.csv row 10: null_value (code 1), column `sim`: expected a subscriber id",
        "dumps/2031-03-02.csv row 21: no_location_info (code 6), column `tower`: expected a radio cell or coordinates",
        "dumps/2031-03-02.csv row 31: field_count (code 201), column `(all)`: expected 3 fields",
        "4 rows found; 4 were rejected in all",
    ]);
    done.never_says("secret");
    dir.hexodus("quarantine --code 4").exits(0).says(&["1 rows found"]).never_says("row 10");
    dir.hexodus("quarantine --code null_value --file 2031-03-02").exits(0).says(&["row 10", "1 rows found"]);
    dir.hexodus("quarantine --file 2031-03-01").exits(0).says(&["0 rows found"]);
    dir.hexodus("quarantine --limit 1").exits(0).says(&["row 5", "3 more; --limit 4 lists them"]).never_says("row 10");
    assert_eq!(quality_of(&dir, DAYS[1])["rows_quarantined"], "4");
    assert_eq!(quality_of(&dir, DAYS[1])["rows_rejected"], "4");
    assert_eq!(quality_of(&dir, DAYS[0])["rows_quarantined"], "0");
    let parts = dir.files("store/quarantine");
    assert_eq!(parts.len(), 1);
    assert!(parts.values().all(|bytes| !bytes.windows(6).any(|window| window == b"secret")));
}

#[test]
fn row_numbers_hold_across_the_blocks_of_a_large_file() {
    let dir = country();
    let (mut text, mut bad) = ("sim,when,tower\n".to_owned(), Vec::new());
    // Six megabytes in one file; every 9,973rd row is bad.
    for row in 2..160_000_u32 {
        let (hour, minute, second) = (row / 7_000, row / 60 % 60, row % 60);
        if row % 9_973 == 0 {
            bad.push(row);
            writeln!(text, "s{:03},{row} is no time but long,a", row % 500).unwrap();
        } else {
            writeln!(text, "s{:03},2031-03-02 {hour:02}:{minute:02}:{second:02},a", row % 500).unwrap();
        }
    }
    dir.write("dumps/2031-03-02.csv", text);
    dir.hexodus("run").exits(0);
    let done = dir.hexodus("quarantine --limit 1000").exits(0);
    let listed: Vec<u32> =
        done.text.lines().filter_map(|line| line.split_once(".csv row ")?.1.split_once(':')?.0.parse().ok()).collect();
    assert_eq!(listed, bad);
}

/// The first day with an event at `b`, 11 km away, between two at `a` within a minute, for everybody.
fn jumping() -> String {
    let mut text = dump(0);
    for subscriber in 0..40 {
        for (second, tower) in [(20, "b"), (40, "a")] {
            writeln!(text, "s{subscriber:03},2031-03-01 08:{subscriber:02}:{second:02},{tower}").unwrap();
        }
    }
    text
}

fn present_east(dir: &Dir) -> String {
    let table = dir.table("presence_adm2");
    let row = table.iter().find(|row| row["date"] == DAYS[0] && row["area_id"] == "XB0102").expect("the area");
    row["subscribers_published"].clone()
}

#[test]
fn impossible_events_are_left_out_or_flagged() {
    let dir = country();
    dir.write("dumps/2031-03-01.csv", jumping());
    dir.hexodus("run").exits(0);
    assert_eq!(present_east(&dir), "20", "those who are there in the evening");
    let row = quality_of(&dir, DAYS[0]);
    assert_eq!(row["rows_left_out"], "40");
    assert_eq!(row["semantic_codes"], "incorrect_location=40;suspicious_location=80");
    assert_eq!(row["rows_located"], "160", "they are located all the same");

    let flagging = country();
    flagging.configure("[checks]\nincorrect_location = \"flag\"");
    flagging.write("dumps/2031-03-01.csv", jumping());
    flagging.hexodus("run").exits(0);
    assert_eq!(present_east(&flagging), "40");
    assert_eq!(quality_of(&flagging, DAYS[0])["rows_left_out"], "0");
    flagging.edit("hexodus.toml", "\"flag\"", "\"reject\"");
    flagging.hexodus("run").exits(0).says(&["written"]);
    assert_eq!(present_east(&flagging), "20", "the rule is changed afterwards, and the day is made anew");
}

#[test]
fn a_neighbour_that_comes_late_changes_the_verdict() {
    let at_once = country();
    at_once.write("dumps/2031-03-01.csv", jumping());
    at_once.hexodus("run").exits(0);
    let late = country();
    let rows = jumping();
    let (first, second): (Vec<&str>, Vec<&str>) = rows.lines().skip(1).partition(|line| !line.ends_with(":20,b"));
    late.write("dumps/2031-03-01.csv", format!("sim,when,tower\n{}\n", second.join("\n")));
    late.hexodus("run").exits(0);
    assert_eq!(present_east(&late), "40", "alone, nothing is impossible");
    late.write("dumps/2031-03-01-b.csv", format!("sim,when,tower\n{}\n", first.join("\n")));
    late.hexodus("run").exits(0);
    for name in ["presence_adm2", "flows_adm2__day_to_day", "flows_adm2__trips_consecutive", "cells_h3"] {
        assert_eq!(late.table(name), at_once.table(name), "{name}");
    }
    assert_eq!(quality_of(&late, DAYS[0])["semantic_codes"], quality_of(&at_once, DAYS[0])["semantic_codes"]);
}

#[test]
fn radio_cells_the_plan_does_not_place_are_told_apart_and_named_for_crowds_only() {
    let dir = country();
    dir.write(
        "radio_cells.csv",
        dir.read("radio_cells.csv") + "old,10.05,20.05,2020-01-01,2020-12-31\nbare,,,2020-01-01,\n",
    );
    let mut text = dump(0);
    for subscriber in 0..30 {
        let mut row =
            |tower: &str| writeln!(text, "s{subscriber:03},2031-03-01 12:{subscriber:02}:00,{tower}").unwrap();
        row("crowd");
        if subscriber < 20 {
            row("few");
            row("bare");
        }
        if subscriber < 25 {
            row("old");
        }
    }
    dir.write("dumps/2031-03-01.csv", text);
    let done = dir.hexodus("run").exits(0).says(&[
        "2031-03-01 cell_non_existent (code 1): 50 events at 2 radio cells: crowd (30) and 1 more",
        "2031-03-01 cell_not_valid (code 2): 25 events at 1 radio cells: old (25)",
        "2031-03-01 cell_without_coordinates (code 304): 20 events at 1 radio cells: none with 21 subscribers or more",
    ]);
    done.never_says("few (");
    let codes = quality_of(&dir, DAYS[0])["semantic_codes"].clone();
    assert_eq!(codes, "cell_non_existent=50;cell_not_valid=25;cell_without_coordinates=20");
    assert_eq!(quality_of(&dir, DAYS[0])["rows_unlocated"], "95");
}

#[test]
fn formats_md_lists_the_columns_of_the_quarantine_and_every_check() {
    let formats = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats.md")).unwrap();
    let section = |from: &str, until: &str| -> Vec<String> {
        let text = formats.split_once(from).unwrap().1.split_once(until).unwrap().0;
        text.lines().filter(|line| line.starts_with("| `")).map(str::to_owned).collect()
    };
    let quarantine = section("**Quarantine.**", "\nA message shows");
    let expected = hexodus_store::quarantine::COLUMNS.map(|(name, kind)| {
        let kind = match kind.to_string().as_str() {
            "Utf8" => "str",
            "UInt64" => "u64",
            "Int32" => "i32",
            "Date32" => "date?",
            other => panic!("{other}"),
        };
        format!("| `{name}` | {kind} |")
    });
    assert_eq!(quarantine.len(), expected.len());
    for (line, expected) in quarantine.iter().zip(expected) {
        assert!(line.starts_with(&expected), "{line}: expected {expected}");
    }
    let checks = section("### 2.5 Checks of a day", "\n## 3.");
    let rules = hexodus_mobility::quality::QualityRules::default();
    assert_eq!(checks.len(), hexodus_model::Check::ALL.len());
    for (line, check) in checks.iter().zip(hexodus_model::Check::ALL) {
        let rule = rules.rule(check);
        let expected = format!("| `{}` | {} | `{}` |", check.name(), rule.threshold, rule.consequence.name());
        assert!(line.starts_with(&expected), "{line}: expected {expected}");
    }
}

#[test]
fn a_day_cut_off_at_noon_is_kept_out_of_baselines_although_late_rows_come_with_other_files() {
    let dir = country();
    dir.configure("[quality]\nmin_rows = 10");
    let morning = dump(1).lines().filter(|line| !line.contains(" 20:")).collect::<Vec<_>>().join("\n");
    dir.write("dumps/2031-03-02.csv", &morning);
    dir.hexodus("run").exits(0).says(&["2031-03-02 truncated (exclude): hardly any event after 08:39 local"]);
    let row = quality_of(&dir, DAYS[1]);
    assert_eq!([&*row["day_used"], &*row["baseline_used"], &*row["day_complete"]], ["true", "false", "false"]);
    assert_eq!(dir.method()["quality"]["days_excluded_from_baselines"]["2031-03-02"], "truncated;late_start");
    assert_eq!(quality_of(&dir, DAYS[0])["exclusion_reason"], "late_start");

    let mut rows = dump(2);
    rows.push_str("s001,2031-03-02 23:00:00,a\n");
    let mut crowd = morning.replace("sim,when,tower\n", "");
    for hour in [9, 10] {
        crowd = format!("{crowd}\n{}", crowd.replace(" 08:", &format!(" {hour:02}:")));
    }
    dir.write("dumps/2031-03-02-b.csv", format!("sim,when,tower\n{crowd}\n"));
    dir.write("dumps/2031-03-03.csv", rows);
    dir.hexodus("run").exits(0).says(&["2031-03-02 truncated (exclude): hardly any event after 10:59 local"]);
}

/// The dump of a synthetic day, changed row by row; `None` drops the row.
fn change(dir: &Dir, day: &str, row: impl Fn(&str) -> Option<String>) {
    let name = format!("dumps/{day}/events-00.csv.gz");
    let text = gunzipped(&std::fs::read(dir.path(&name)).unwrap());
    let (header, rows) = text.split_once('\n').unwrap();
    let rows: Vec<String> = rows.lines().filter_map(row).collect();
    dir.write(&name, gzipped(&format!("{header}\n{}\n", rows.join("\n"))));
}

#[test]
fn faults_planted_in_a_synthetic_country_are_found_and_no_others() {
    let dir = Dir::synth("--subscribers 2000 --days 12 --events 10");
    dir.hexodus("run").exits(0).never_says("warning: 2031").never_says("is not used");
    let good = dir.inputs_again();

    // Wall-clock times of row 2031-03-03 05:00 become 09:00; those that would leave the day come round.
    change(&good, "2031-03-03", |row| {
        let at = row.find("2031-03-03 ")? + 11;
        let hour: u32 = row.get(at..at + 2)?.parse().ok()?;
        Some(format!("{}{:02}{}", &row[..at], (hour + 4) % 24, &row[at + 2..]))
    });
    // Radio cells whose number ends in an odd digit are silent.
    change(&good, "2031-03-05", |row| {
        let tower = row.split(',').nth(2)?;
        tower.ends_with(['0', '2', '4', '6', '8']).then(|| row.to_owned())
    });
    good.hexodus("run").says(&[
        "2031-03-03 clock_skew (exclude): the hourly profile is the usual one, +4 hours",
        "2031-03-05 radio_cells_silent (exclude)",
    ]);
    let excluded = good.method()["quality"]["days_excluded_from_baselines"].clone();
    let mut days: Vec<String> = excluded.as_object().unwrap().keys().cloned().collect();
    days.extend(good.method()["quality"]["days_refused"].as_object().unwrap().keys().cloned());
    days.sort_unstable();
    assert_eq!(days, ["2031-03-03", "2031-03-05"], "{excluded}");
}

#[test]
fn a_refused_file_leaves_one_line_in_the_quarantine() {
    let dir = country();
    dir.remove("dumps/2031-03-02.csv");
    let whole = gzipped(&dump(1).replace("s001", "secret001"));
    dir.write("dumps/2031-03-02.csv.gz", &whole[..whole.len() * 2 / 3]);
    dir.write("dumps/2031-03-03.csv", "sim,when,radio_cell\nsecret002,2031-03-03 08:00:00,a\n");
    dir.hexodus("run").exits(1);
    let told = [
        "dumps/2031-03-02.csv.gz row ",
        "unreadable_file (code 215), column `(all)`: expected a whole gzip stream, found the end of the file",
        "dumps/2031-03-03.csv row 1: unreadable_file (code 215)",
        "expected a column named `tower` (mapped to radio_cell_id)",
        "2 rows found; 0 were rejected in all",
    ];
    dir.hexodus("quarantine").exits(0).says(&told).never_says("secret");
    let parts = dir.files("store/quarantine");
    assert!(parts.values().all(|bytes| !bytes.windows(6).any(|window| window == b"secret")));
    dir.hexodus("run").exits(1);
    assert_eq!(dir.files("store/quarantine"), parts, "refused again for the same reason: no further line");
    dir.write("dumps/2031-03-03.csv", "sim,time,radio_cell\n");
    dir.hexodus("run").exits(1);
    dir.hexodus("quarantine").exits(0).says(&["3 rows found"]);
    dir.write("dumps/2031-03-02.csv.gz", &whole);
    dir.write("dumps/2031-03-03.csv", dump(2));
    dir.hexodus("run").exits(0);
    dir.hexodus("quarantine --code unreadable_file").exits(0).says(&["3 rows found"]);
    dir.hexodus("prune --keep-days 1").exits(0);
    dir.hexodus("quarantine").exits(0).says(&["2 rows found; 0 were rejected in all"]).never_says("no longer listed");
}

#[test]
fn a_machine_takes_no_part_in_its_day() {
    let dir = country();
    let mut text = dump(0);
    (0..10).for_each(|minute| writeln!(text, "s001,2031-03-01 10:{minute:02}:00,a").unwrap());
    dir.write("dumps/2031-03-01.csv", text);
    dir.configure("[checks]\nmachine_events_per_day = 11");
    dir.hexodus("run").exits(0);
    let row = quality_of(&dir, DAYS[0]);
    assert_eq!([&*row["rows_left_out"], &*row["semantic_codes"]], ["12", "machine_device=12"]);
    assert_eq!(row["subscribers_located"], "39");
    dir.edit("hexodus.toml", "machine_events_per_day = 11", "machine_events_per_day = 12");
    dir.hexodus("run").exits(0);
    assert_eq!(quality_of(&dir, DAYS[0])["rows_left_out"], "0");
}
