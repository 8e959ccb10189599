//! What comes in other ways than one whole file a day: corrected files, rows before their day, the wrong file, another
//! plan.

use crate::small::{DAYS, country, dump, network};
use crate::support::{Dir, assert_same};

fn sum(dir: &Dir, column: &str) -> u64 {
    dir.table("quality_daily").iter().map(|row| row[column].parse::<u64>().unwrap()).sum()
}

#[test]
fn a_file_again_with_other_bytes_adds_what_is_new_and_takes_nothing_away() {
    let dir = country();
    dir.hexodus("run").exits(0);
    let events = |dir: &Dir| sum(dir, "rows_located");
    assert_eq!(events(&dir), 240);
    // Corrected: two rows are gone, one is new.
    let mut lines: Vec<String> = dump(1).lines().map(str::to_owned).collect();
    lines.drain(1..3);
    lines.push("s003,2031-03-02 11:00:00,c".into());
    dir.write("dumps/2031-03-02.csv", lines.join("\n"));
    dir.hexodus("run").exits(0).says(&["80 rows = 1 located + 0 unlocated + 79 duplicates + 0 rejected"]);
    assert_eq!(events(&dir), 241, "rows that the new file no longer has stay");
}

#[test]
fn rows_of_a_day_wait_for_its_own_delivery() {
    let dir = country();
    dir.remove("dumps/2031-03-03.csv");
    dir.edit("dumps/2031-03-02.csv", "sim,when,tower\n", "sim,when,tower\ns005,2031-03-03 00:10:00,c\n");
    dir.hexodus("run").exits(0).says(&["1 of other days"]);
    assert_eq!(dir.days(), DAYS[..2]);
    assert!(dir.table("presence_adm2").iter().all(|row| row["date"] != DAYS[2]));
    dir.write("dumps/2031-03-03.csv", dump(2));
    dir.hexodus("run").exits(0);
    assert_eq!(dir.days(), DAYS);
    let at_once = dir.inputs_again();
    at_once.hexodus("run").exits(0);
    assert_same(&dir.released(), &at_once.released(), "one row before its day, and all at once");
}

#[test]
fn a_delivery_without_a_row_of_its_day_is_refused() {
    let dir = country();
    // The wrong file under the right name, made anew so that its bytes are not known.
    dir.write("dumps/2031-03-04.csv", dump(0).replace(":00,", ":01,"));
    let words =
        ["2031-03-04.csv: expected rows of 2031-03-04, the date it was delivered for, found rows of 2031-03-01 only"];
    dir.hexodus("check").exits(1).says(&words).says(&["1 would be refused"]);
    dir.hexodus("run").exits(1).says(&words).says(&["nothing of this delivery is stored"]);
    assert_eq!((dir.days(), sum(&dir, "rows_read")), (DAYS.map(String::from).to_vec(), 243));
    dir.hexodus("status").exits(1).says(&["2031-03-04"]);
    let accepted = dir.inputs_again();
    accepted.hexodus("run --accept 2031-03-04=late_rows_only").exits(0);
    assert_eq!(accepted.days(), DAYS, "accepted, its rows go to their own day, and there is no day without events");
    dir.write("dumps/2031-03-04.csv", dump(0).replace(DAYS[0], "2031-03-04"));
    dir.hexodus("run").exits(0);
    assert_eq!(dir.days().len(), 4, "mended");
}

#[test]
fn a_corrected_plan_places_stored_events_anew() {
    let plan = network().read("radio_cells.csv");
    let dir = country();
    dir.write("radio_cells.csv", plan.replace("b,10.0503", "b2,10.0503"));
    dir.hexodus("run").exits(0);
    assert_eq!((sum(&dir, "rows_located"), sum(&dir, "rows_unlocated")), (180, 60));
    dir.write("radio_cells.csv", &plan);
    dir.hexodus("run").exits(0);
    let at_once = country();
    at_once.hexodus("run").exits(0);
    for table in ["presence_adm2", "cells_h3", "flows_adm2__day_to_day"] {
        assert_eq!(dir.table(table), at_once.table(table), "{table}");
    }
}
