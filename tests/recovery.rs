//! How the displaced return and the next weeks, from dumps to tables: against the truth of the rule, on any number of
//! Polars threads, night by night.

use crate::support::{Dir, Row, assert_same};
use hexodus_estimate::{Recovery, WeekShare, fit_recovery};
use hexodus_model::LocalDay;
use std::collections::BTreeMap;
use std::process::Command;

/// Five weeks before the event and twelve since.
const COUNTRY: &str = "--subscribers 9000 --days 118 --crisis-day 34 --events 8 --seed 2";

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} is {:?}", row[column]))
}

/// The same curve through what the definition of displacement says of the true nights of an origin. Its stock has ordinary
/// trips, too: `normal` people.
fn curve_of_truth(dir: &Dir, row: &Row, normal: f64) -> Recovery {
    let sunday = |column: &str| row[column].parse::<LocalDay>().unwrap().0;
    let (first, last) = (sunday("peak_week") - 6, sunday("last_week"));
    let mut weeks: BTreeMap<i32, f64> = BTreeMap::new();
    for line in dir.read("truth/rule_stock_adm1.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let day = fields[0].parse::<LocalDay>().unwrap().0;
        if (first..=last).contains(&day) && fields[1] == row["origin_id"] {
            *weeks.entry((day - first) / 7).or_default() += fields[3].parse::<f64>().unwrap() / 7.0;
        }
    }
    let largest = weeks[&0] - normal;
    let share = |(&week, &stock): (&i32, &f64)| WeekShare { weeks: f64::from(week), share: (stock - normal) / largest };
    fit_recovery(&weeks.iter().map(share).collect::<Vec<_>>()).unwrap()
}

fn run_with_polars_threads(dir: &Dir, threads: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hexodus"));
    let done = command.arg("run").current_dir(dir.path("")).env("POLARS_MAX_THREADS", threads).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn the_displaced_return_as_in_truth_night_by_night_on_any_threads() {
    let dir = Dir::synth(COUNTRY);
    let again = dir.inputs_again();
    run_with_polars_threads(&dir, "1");

    let people = dir.table("earthquake/people_from_adm1");
    let origins = dir.table("earthquake/recovery_adm1");
    let struck = origins.iter().max_by_key(|row| number(row, "peak_people") as u64).unwrap();
    let of_struck = people.iter().rfind(|row| row["origin_id"] == struck["origin_id"]).unwrap();
    let truth = curve_of_truth(&dir, struck, number(of_struck, "people_normal"));
    let weeks = number(struck, "weeks_since_peak");
    assert!((9.0..12.0).contains(&weeks), "{weeks}");
    let [half_life, low, high] =
        ["half_life_weeks", "half_life_low", "half_life_high"].map(|name| number(struck, name));
    let expected = truth.half_life_weeks.unwrap();
    assert!((half_life / expected - 1.0).abs() < 0.1, "{half_life} is not {expected}");
    assert!(low < half_life && half_life < high && high - low < 3.0, "{half_life} from {low} to {high}");
    assert!((number(struck, "still_displaced") - truth.share_at(weeks)).abs() < 0.06);
    let all = dir.table("earthquake/recovery_all_adm1");
    assert_eq!(
        all.iter().map(|row| (row["origin_id"].as_str(), row["suppressed"].as_str())).collect::<Vec<_>>(),
        [("", "false")]
    );

    let forecasts = dir.table("earthquake/forecast_all_adm1");
    assert_eq!(forecasts.iter().map(|row| row["weeks_ahead"].as_str()).collect::<Vec<_>>(), ["1", "2", "4"]);
    let now = dir.table("earthquake/people_all_adm1").pop().unwrap();
    for row in &forecasts {
        assert_eq!((&row["persistence"], &row["date"]), (&now["people"], &now["date"]));
        assert!(number(row, "damped_return") < number(row, "persistence"));
        assert!(number(row, "damped_return") >= number(row, "people_remaining"));
        assert!(number(row, "skill_weeks") > 6.0 && number(row, "skill") < 1.0);
    }
    // What is in a table of origins is published among the people of its day, and the other way round.
    let of_day = |row: &&Row| row["date"] == now["date"];
    let published: Vec<&str> = people.iter().filter(of_day).map(|row| row["origin_id"].as_str()).collect();
    let mut told: Vec<String> =
        dir.table("earthquake/forecast_adm1").iter().map(|row| row["origin_id"].clone()).collect();
    told.dedup();
    assert_eq!(told, published);

    let coming: Vec<String> = again.days_of_dumps().split_off(116);
    for day in &coming {
        again.rename(&format!("dumps/{day}"), &format!("coming/{day}"));
    }
    run_with_polars_threads(&again, "8");
    for day in &coming {
        again.rename(&format!("coming/{day}"), &format!("dumps/{day}"));
        run_with_polars_threads(&again, "8");
    }
    assert_same(&again.released(), &dir.released(), "night by night on 8 threads and at once on one");
}
