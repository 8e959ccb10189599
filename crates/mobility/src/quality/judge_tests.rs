//! Hand-made histories: each check on both sides of its threshold.

use super::*;
use crate::quality::rules::Rule;
use hexodus_model::LocationKey;

const PROFILE: [u64; 24] =
    [100, 60, 40, 30, 40, 80, 200, 400, 600, 750, 880, 950, 900, 840, 800, 780, 800, 860, 950, 980, 850, 600, 350, 180];

/// A day without fault: 10,000 rows, one source, 100 radio cells, from 00:05 to 23:50.
fn good(day: i32) -> DayRecord {
    DayRecord {
        rows_read: 10_000,
        events: 10_000,
        subscribers_active: 2_000,
        rows_by_source: BTreeMap::from([("op1".into(), 10_000)]),
        events_by_hour: PROFILE,
        radio_cells: (0..100).map(LocationKey).collect(),
        span_minutes: Some([5, 23 * 60 + 50]),
        ..DayRecord::new(LocalDay(day))
    }
}

/// Names of the checks that fail on day 100 after `history` and one `change`.
fn failed_after(history: &[DayRecord], change: impl Fn(&mut DayRecord)) -> String {
    let mut records = history.to_vec();
    let mut today = good(100);
    change(&mut today);
    records.push(today);
    judge_days(&records, &QualityRules::default())[&LocalDay(100)].names(Consequence::Ok)
}

fn failed(change: impl Fn(&mut DayRecord)) -> String {
    failed_after(&(86..100).map(good).collect::<Vec<_>>(), change)
}

#[test]
fn a_day_like_the_others_passes() {
    assert_eq!(failed(|_| ()), "");
}

#[test]
fn events_against_the_median() {
    assert_eq!(failed(|day| day.events = 5_000), "");
    assert_eq!(failed(|day| day.events = 4_999), "events_low");
    assert_eq!(failed(|day| day.events = 20_000), "");
    assert_eq!(failed(|day| day.events = 20_001), "events_high");
}

#[test]
fn subscribers_against_the_median() {
    assert_eq!(failed(|day| day.subscribers_active = 1_000), "");
    assert_eq!(failed(|day| day.subscribers_active = 999), "subscribers_low");
    assert_eq!(failed(|day| day.subscribers_active = 4_000), "");
    assert_eq!(failed(|day| day.subscribers_active = 4_001), "subscribers_high");
}

#[test]
fn radio_cells_gone_silent_and_newly_seen() {
    assert_eq!(failed(|day| day.radio_cells = (20..100).map(LocationKey).collect()), "");
    assert_eq!(failed(|day| day.radio_cells = (21..100).map(LocationKey).collect()), "radio_cells_silent");
    assert_eq!(failed(|day| day.radio_cells.extend((100..111).map(LocationKey))), "", "11 of 111");
    assert_eq!(failed(|day| day.radio_cells.extend((100..112).map(LocationKey))), "radio_cells_new", "12 of 112");
}

#[test]
fn a_radio_cell_seen_on_fewer_than_half_of_the_days_is_not_missed() {
    let history = |days_on: i32| -> Vec<DayRecord> {
        let with = |day: i32| {
            let mut record = good(day);
            if day < 86 + days_on {
                record.radio_cells.extend((100..200).map(LocationKey));
            }
            record
        };
        (86..100).map(with).collect()
    };
    assert_eq!(failed_after(&history(6), |_| ()), "");
    assert_eq!(failed_after(&history(7), |_| ()), "radio_cells_silent");
}

#[test]
fn the_ends_of_the_day() {
    assert_eq!(failed(|day| day.span_minutes = Some([0, 18 * 60])), "");
    assert_eq!(failed(|day| day.span_minutes = Some([0, 18 * 60 - 1])), "truncated");
    assert_eq!(failed(|day| day.span_minutes = Some([6 * 60 - 1, 1439])), "");
    assert_eq!(failed(|day| day.span_minutes = Some([6 * 60, 1439])), "late_start");
    assert_eq!(failed(|day| day.span_minutes = Some([4 * 60, 26 * 60])), "", "a day from 04:00 to 04:00");
}

#[test]
fn shares_of_the_day_itself() {
    assert_eq!(failed(|day| day.events_unlocated = 2_000), "");
    assert_eq!(failed(|day| day.events_unlocated = 2_001), "unlocated");
    assert_eq!(failed(|day| day.rows_quarantined = 500), "");
    assert_eq!(failed(|day| day.rows_quarantined = 501), "quarantined");
    assert_eq!(failed(|day| day.rows_duplicate = 2_000), "");
    assert_eq!(failed(|day| day.rows_duplicate = 2_001), "duplicates");
}

#[test]
fn a_clock_that_is_wrong() {
    assert_eq!(failed(|day| day.events_by_hour.rotate_right(3)), "clock_skew");
    assert_eq!(failed(|day| day.events_by_hour = PROFILE.map(|events| events / 2 + 7)), "");
}

#[test]
fn a_source_that_brings_nothing() {
    let with_second = |from: i32| -> Vec<DayRecord> {
        let with = |day: i32| {
            let mut record = good(day);
            if day >= from {
                record.rows_by_source.insert("op2".into(), 5);
            }
            record
        };
        (86..100).map(with).collect()
    };
    assert_eq!(failed_after(&with_second(93), |_| ()), "source_missing", "7 of 14 days");
    assert_eq!(failed_after(&with_second(94), |_| ()), "", "6 of 14 days");
    assert_eq!(failed_after(&with_second(93), |day| day.rows_by_source.extend([("op2".into(), 1)])), "");
}

#[test]
fn missing_days_are_missing_and_not_zero() {
    // Fourteen present days among 28: as zeros they would halve the median, and 4,999 would pass.
    let history: Vec<DayRecord> = (72..100).step_by(2).map(good).collect();
    assert_eq!(failed_after(&history, |day| day.events = 4_999), "events_low");
    assert_eq!(failed_after(&history, |day| day.events = 5_000), "");
}

#[test]
fn without_history_only_the_day_itself_is_judged() {
    let history: Vec<DayRecord> = (94..100).map(good).collect();
    assert_eq!(failed_after(&history, |day| day.events = 1), "", "six days are no history");
    assert_eq!(failed_after(&history, |day| day.rows_quarantined = 501), "quarantined");
    let mut records = history;
    records.push(good(100));
    records.push(good(101));
    let verdicts = judge_days(&records, &QualityRules::default());
    assert!(verdicts[&LocalDay(94)].no_history && verdicts[&LocalDay(94)].history_days == 0);
    assert_eq!(verdicts[&LocalDay(94)].consequence(), Consequence::Ok);
    assert!(verdicts[&LocalDay(100)].no_history && !verdicts[&LocalDay(101)].no_history);
}

#[test]
fn the_window_forgets() {
    let old: Vec<DayRecord> = (0..20).map(good).collect();
    assert_eq!(failed_after(&old, |day| day.events = 1), "", "80 days ago is no history");
    let edge: Vec<DayRecord> = (72..79).map(good).collect();
    assert_eq!(failed_after(&edge, |day| day.events = 1), "events_low", "28 days before is");
    let beyond: Vec<DayRecord> = (71..78).map(good).collect();
    assert_eq!(failed_after(&beyond, |day| day.events = 1), "", "of seven days one is 29 days before");
}

#[test]
fn a_lasting_change_becomes_the_rule() {
    let mut records: Vec<DayRecord> = (0..28).map(good).collect();
    records.extend((28..56).map(|day| DayRecord { events: 4_000, ..good(day) }));
    let verdicts = judge_days(&records, &QualityRules::default());
    let refused: Vec<i32> =
        verdicts.iter().filter(|(_, verdict)| !verdict.is_usable(None)).map(|(day, _)| day.0).collect();
    assert_eq!(refused, (28..42).collect::<Vec<_>>());
}

#[test]
fn few_rows_are_not_judged_unless_many_were_expected() {
    let small = |day: i32| DayRecord { rows_read: 999, ..good(day) };
    let history: Vec<DayRecord> = (86..100).map(small).collect();
    assert_eq!(failed_after(&history, |day| (day.rows_read, day.events_unlocated) = (999, 9_000)), "");
    assert_eq!(failed_after(&history, |day| (day.rows_read, day.events_unlocated) = (1_000, 9_000)), "unlocated");
    assert_eq!(failed(|day| (day.rows_read, day.events) = (3, 3)), "events_low", "the median is 10,000 rows");
}

#[test]
fn the_configuration_moves_thresholds_and_consequences() {
    let mut rules = QualityRules::default();
    rules.checks.insert(Check::EventsLow, Rule { threshold: 0.9, consequence: Consequence::Warn });
    rules.checks.insert(Check::Unlocated, Rule { threshold: 0.2, consequence: Consequence::Ok });
    let mut records: Vec<DayRecord> = (86..100).map(good).collect();
    records.push(DayRecord { events: 8_999, events_unlocated: 8_000, ..good(100) });
    let verdict = &judge_days(&records, &rules)[&LocalDay(100)];
    assert_eq!(verdict.names(Consequence::Ok), "events_low");
    assert_eq!(verdict.consequence(), Consequence::Warn);
}
