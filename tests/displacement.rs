//! A crisis from dumps to tables: figures that add up, again = nothing, day by day = all at once, clear refusals.

use crate::support::{Dir, assert_same};
use hexodus_model::{Dating, LocalDay, StockCounts, UnitKey};
use hexodus_store::{CrisisCounts, Store};
use std::collections::{BTreeMap, BTreeSet};

/// Sixteen days before the event and fourteen since.
const COUNTRY: &str = "--subscribers 5000 --days 30 --crisis-day 16 --events 4";
const SLUG: &str = "earthquake";

fn counts(dir: &Dir) -> CrisisCounts {
    let manifest = dir.manifest();
    let store = Store::open(&dir.path("store"), &manifest.identity).unwrap();
    store.read_crisis(Dating::Live, &manifest.crises[SLUG]).unwrap()
}

/// The bytes of the counts; the number in the name depends on the runs before.
fn stored(dir: &Dir) -> Vec<Vec<u8>> {
    dir.files("store/crises").into_values().collect()
}

#[test]
fn figures_add_up_by_an_account_of_its_own() {
    let dir = Dir::synth(COUNTRY);
    dir.hexodus("run").exits(0).says(&["written: ./out/"]);
    let counts = counts(&dir);
    assert_eq!(counts.stock.len(), 14, "every day from the event on");
    let panel = counts.totals[0];
    assert!(panel > 4000, "{panel} of 5,000 have a home");
    let mut before = 0;
    for table in &counts.stock {
        let sum = |figure: fn(&StockCounts) -> u64| table.hosts.iter().map(|(_, own)| figure(own)).sum::<u64>();
        let stock = sum(|own| own.stock);
        let follows = before + sum(|own| own.entered) + sum(|own| own.reappeared);
        assert_eq!(stock + sum(|own| own.returned) + sum(|own| own.vanished), follows, "{}", table.day);
        before = stock;
        let states =
            table.origins.iter().map(|(_, own)| own.stayed() + own.displaced + own.returned + own.unobserved());
        assert_eq!(states.sum::<u64>(), panel);
        let present = counts.flows.iter().find(|own| own.first_day == table.day && own.last_day == table.day).unwrap();
        let mut homes: BTreeMap<UnitKey, u64> = BTreeMap::new();
        for (pair, count) in &present.entries {
            *homes.entry(pair.origin).or_default() += count;
        }
        assert!(table.origins.iter().all(|(home, own)| homes[home] == own.panel), "home to present holds the panel");
    }
    assert!(before > 100, "{before} displaced on the last day");

    for table in ["flows_adm2__home_to_present", "flows_adm2__stock_displaced", "flows_h3__stock_displaced"] {
        let rows = dir.table(&format!("{SLUG}/{table}"));
        assert!(rows.iter().any(|row| !row["subscribers_published"].is_empty()), "{table}");
        assert!(rows.iter().all(|row| row["measure"] == "stock" && row["operation"] == SLUG));
    }
    assert!(!dir.table(&format!("{SLUG}/flows_adm1__relocations_weekly")).is_empty());
    let rows = dir.table(&format!("{SLUG}/displacement_adm2"));
    assert_eq!(rows.len(), 14 * 31, "30 areas and _UNKNOWN, every day");
    let published = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<u64>().ok();
    assert!(rows.iter().any(|row| row["affected"] == "true" && published(row, "displaced").is_some()));
    for row in &rows {
        let states = ["at_home", "usual_place", "provisional", "displaced", "returned", "unobserved"];
        let told: Vec<u64> = states.iter().filter_map(|name| published(row, name)).collect();
        let (told, withheld) = (told.iter().sum::<u64>(), (states.len() - told.len()) as u64);
        if let Some(panel) = published(row, "panel") {
            assert!(told <= panel && panel <= told + 15 * withheld, "{row:?}");
        }
    }
    assert_eq!(dir.method()["crises"][0]["displacement"]["confirm_days"], 3);
}

#[test]
fn again_is_nothing_and_another_rule_is_another_count() {
    let dir = Dir::synth(COUNTRY);
    dir.hexodus("run").exits(0);
    let (before, released) = (stored(&dir), dir.released());
    dir.hexodus("run --threads 1").exits(0).says(&["nothing to do"]);
    assert_eq!(stored(&dir), before);
    dir.hexodus("verify").exits(0);

    dir.edit("hexodus.toml", "[[crisis]]", "[[crisis]]\nconfirm_located_days = 5");
    dir.hexodus("status").exits(0).says(&["changed since the last run: crisis"]);
    dir.hexodus("run").exits(0).says(&["written:"]);
    assert_ne!(stored(&dir), before, "fewer are confirmed");
    dir.edit("hexodus.toml", "\nconfirm_located_days = 5", "");
    // A budget this small is read in ranges of subscribers.
    dir.edit("hexodus.toml", "key_file =", "buckets = 7\nmemory_budget = \"16 MiB\"\nkey_file =");
    dir.hexodus("run").exits(0);
    assert_eq!(stored(&dir), before, "there and back, in ranges");
    assert_same(&dir.released(), &released, "there and back");

    let text = dir.read("hexodus.toml");
    let (start, end) = (text.find("[[crisis]]").unwrap(), text.find("[output]").unwrap());
    dir.write("hexodus.toml", format!("{}{}", &text[..start], &text[end..]));
    dir.hexodus("run").exits(0);
    assert!(stored(&dir).is_empty() && dir.manifest().crises.is_empty(), "no crisis, no counts");
    assert!(!dir.path(&format!("{}/{SLUG}", dir.release())).exists());
}

#[test]
fn days_one_by_one_are_days_all_at_once() {
    let at_once = Dir::synth("--subscribers 2500 --days 24 --crisis-day 16 --events 4");
    at_once.hexodus("run").exits(0);
    let one_by_one = at_once.inputs_again();
    let days: Vec<String> = at_once.days();
    let late = &days[days.len() - 5..];
    for day in late {
        one_by_one.rename(&format!("dumps/{day}"), &format!("coming/{day}"));
    }
    one_by_one.hexodus("run").exits(0);
    for day in late {
        one_by_one.rename(&format!("coming/{day}"), &format!("dumps/{day}"));
        let before = one_by_one.manifest();
        one_by_one.hexodus("run").exits(0).says(&["written: ./out/", day]);
        let after = one_by_one.manifest();
        assert_ne!(before.crises[SLUG], after.crises[SLUG]);
        let reduced_anew = after.days.iter().filter(|(day, entry)| {
            let derived = |entry: &hexodus_store::DayEntry| entry.derived.get("subscriber_days").cloned();
            before.days.get(day).and_then(derived) != derived(entry)
        });
        // The generator delivers some rows up to four days late, and those days are reduced anew, too.
        assert!(reduced_anew.count() <= 6, "only the new day, and those it brought late rows of");
    }
    assert_eq!(counts(&one_by_one), counts(&at_once), "counts");
    assert_same(&one_by_one.released(), &at_once.released(), "one by one and all at once");
}

/// With a baseline of four weeks the stock of trips is known, and where nothing happens hardly anything is above it.
#[test]
fn where_nothing_happens_nothing_is_above_normal() {
    let dir = Dir::synth("--scenario quiet --subscribers 6000 --days 49 --crisis-day 35 --events 4");
    dir.hexodus("run").exits(0);
    let rows = dir.table("quiet/displacement_adm1");
    let last = rows.iter().map(|row| row["date"].clone()).max().unwrap();
    let sum = |name: &str| -> f64 {
        let own = rows.iter().filter(|row| row["date"] == last && !row["displaced_above_normal"].is_empty());
        own.map(|row| row[name].parse::<f64>().unwrap()).sum()
    };
    let (panel, displaced, normal, above) =
        (sum("panel"), sum("displaced"), sum("displaced_normal"), sum("displaced_above_normal"));
    assert!(normal > 0.01 * panel && normal < 0.05 * panel, "{normal} of {panel}");
    assert!((displaced - normal - above).abs() < 1.0, "{displaced} − {normal} = {above}");
    assert!(above.abs() < 0.01 * panel, "{above} above normal of {panel}");
}

/// A night that is given a new day reads neither the days before the newest evening that holds nor counts them again.
#[test]
fn a_night_goes_on_from_an_evening_that_holds() {
    let dir = Dir::synth("--subscribers 1500 --days 38 --crisis-day 16 --events 4");
    let days = dir.days_of_dumps();
    for day in &days[30..] {
        dir.rename(&format!("dumps/{day}"), &format!("coming/{day}"));
    }
    dir.hexodus("run").exits(0);
    let evenings = |dir: &Dir| -> BTreeMap<String, String> {
        let evenings = dir.manifest().crises[SLUG].evenings.clone();
        evenings.into_iter().map(|own| (own.day.to_string(), own.parts[0].name.clone())).collect()
    };
    let before = evenings(&dir);
    assert_eq!(before.keys().last(), Some(&days[28]), "the evening before the last day");
    assert!(before.len() >= 2, "and one a week: {before:?}");
    let mut kept_on = 0;
    for day in &days[30..] {
        dir.rename(&format!("coming/{day}"), &format!("dumps/{day}"));
        let before = evenings(&dir);
        dir.hexodus("run").exits(0);
        let after = evenings(&dir);
        assert!(after.len() <= 9, "{after:?}");
        // The generator's late rows are up to four days old, so older evenings hold, and their files stay.
        kept_on += after.iter().filter(|(evening, name)| before.get(*evening) == Some(name)).count();
    }
    assert!(kept_on >= days.len() - 31, "{kept_on} evenings held");

    let at_once = dir.inputs_again();
    at_once.hexodus("run").exits(0);
    assert_eq!(counts(&dir), counts(&at_once));
    assert_same(&dir.released(), &at_once.released(), "night by night and all at once");
    assert!(counts(&dir).replicates.iter().any(|own| own.billionths.len() == 200), "of Sundays");
    for name in ["people", "recovery", "forecast"] {
        assert!(!dir.table(&format!("{SLUG}/{name}_all_adm1")).is_empty(), "{name} was compared");
    }

    dir.hexodus("prune --keep-days 3 --crises-too").exits(0);
    assert!(dir.files("store/kept").is_empty() && dir.manifest().crises[SLUG].evenings.is_empty());
}

#[test]
fn where_nothing_happens_few_are_displaced() {
    let dir = Dir::synth("--scenario quiet --subscribers 3000 --days 30 --crisis-day 20 --events 8");
    dir.hexodus("run").exits(0);
    let manifest = dir.manifest();
    let store = Store::open(&dir.path("store"), &manifest.identity).unwrap();
    let counts = store.read_crisis(Dating::Live, &manifest.crises["quiet"]).unwrap();
    let displaced: u64 = counts.stock.last().unwrap().origins.iter().map(|(_, own)| own.displaced).sum();
    // The rule itself finds 1.8 % on ordinary trips (docs/synthetic.md).
    assert!(displaced * 20 < counts.totals[0], "{displaced} of {}", counts.totals[0]);
}

#[test]
fn a_crisis_that_cannot_be_followed_is_told() {
    let dir = Dir::synth("--subscribers 300 --days 20 --crisis-day 16 --events 2");
    let config = dir.read("hexodus.toml");
    let refused = |from: &str, to: &str, words: &[&str]| {
        dir.write("hexodus.toml", config.replace(from, to));
        dir.hexodus("run").exits(2).says(words);
    };
    refused(
        "affected = [\"",
        "affected = [\"XX99\", \"",
        &["\"earthquake\": affected: no area has the P-code \"XX99\""],
    );
    refused("event_time = \"", "event_time = \"around ", &["event_time: expected a local date", "around 2031"]);
    refused("baseline =", "base_line =", &["did you mean `baseline`?"]);
    refused("[time]", "[time]\nholidays = \"none.csv\"", &["cannot read", "none.csv"]);
    refused("[[crisis]]", "[[crisis]]\nprofile = \"multimno-ue\"", &["begin at 04:00"]);
    dir.write("hexodus.toml", config.replace("[time]", "[time]\nholidays = [\"2031-02-28\"]"));
    dir.hexodus("explain").exits(0).says(&["[[crisis]]", "holidays = [", "\"2031-02-28\"", "confirm_located_days = 3"]);
    dir.hexodus("run").exits(0);
    assert_eq!(dir.method()["crises"][0]["baseline"]["left_out"][0], "2031-02-28");
}

/// The tables beside the account: what they hold follows from other tables, and nothing below k is in them.
#[test]
fn distributions_cohorts_margins_and_what_is_above_normal() {
    let dir = Dir::synth(COUNTRY);
    let text = dir.read("hexodus.toml");
    let event = text.lines().find_map(|line| line.strip_prefix("event_time = ")).unwrap().trim_matches('"');
    let event: LocalDay = event.parse().unwrap();
    let phase = format!("[[crisis]]\nphases = [{{ name = \"emergency\", start = \"{event}\" }}]");
    dir.edit("hexodus.toml", "[[crisis]]", &phase);
    dir.edit("hexodus.toml", "[output]", "[output]\nin_out = true\nrelocations_rolling = true\ntrips_all_pairs = true");
    dir.edit("hexodus.toml", "[output]", "[policy]\nmin_subscribers = 1\nmin_subscribers_h3 = 1\n[output]");
    dir.hexodus("run --accept-lower-k").exits(0);
    let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<f64>().unwrap_or(f64::NAN);
    let table = |name: &str| dir.table(&format!("{SLUG}/{name}"));
    let (last, stock) = (dir.days().pop().unwrap(), counts(&dir).stock.pop().unwrap());
    let displaced: u64 = stock.hosts.iter().map(|(_, own)| own.stock).sum();
    let panel = counts(&dir).totals[0];

    let spread = table("spread_adm2");
    let published = |row: &BTreeMap<String, String>| row["subscribers_published"].parse::<u64>().unwrap();
    let of = |statistic: &str| -> u64 {
        let own = spread.iter().filter(|row| row["statistic"] == statistic && row["date"] == last);
        own.map(published).sum()
    };
    assert_eq!([of("distance"), of("duration"), of("mobility_class")], [displaced, displaced, panel]);
    let cohorts = table("cohorts_adm1");
    let own = cohorts.iter().filter(|row| row["date"] == last);
    assert_eq!(own.map(published).sum::<u64>(), displaced);

    let flows = table("flows_adm2__relocations_rolling");
    assert!(flows.iter().any(|row| row["reference_period_end"] == last));
    assert!(!dir.table("flows_adm2__trips_all_pairs").is_empty());
    let margins = dir.table("in_out_adm2__day_to_day");
    let sum = |name: &str| margins.iter().filter_map(|row| row[name].parse::<u64>().ok()).sum::<u64>();
    assert!(sum("inflow_published") > 100);
    assert_eq!(sum("inflow_published"), sum("outflow_published"), "what leaves one area comes to another");

    let rows = table("above_normal_adm2__presence");
    assert!(rows.iter().all(|row| row["date"] >= event.to_string() && row["phase"] == "emergency"));
    for row in rows.iter().filter(|row| row["suppressed"] == "false") {
        let size = number(row, "subscribers_published") - number(row, "normal");
        assert!((size - number(row, "excess")).abs() < 1e-9, "{row:?}");
        assert!(number(row, "excess_low") <= size && size <= number(row, "excess_high"));
    }
    let affected: BTreeSet<String> = table("displacement_adm2")
        .into_iter()
        .filter(|row| row["affected"] == "true")
        .map(|row| row["area_id"].clone())
        .collect();
    let deficit = |row: &&BTreeMap<String, String>| row["alert"] == "true" && number(row, "z_score") < -3.0;
    let emptied: BTreeSet<String> = rows.iter().filter(deficit).map(|row| row["origin_id"].clone()).collect();
    assert!(!affected.is_disjoint(&emptied), "{affected:?} were left, alerts for {emptied:?}");
    for series in ["day_to_day", "home_to_present"] {
        let rows = table(&format!("above_normal_adm2__{series}"));
        assert!(rows.iter().any(|row| row["alert"] == "true" && !row["dest_id"].is_empty()), "{series}");
    }
}

/// Polygons in place of P-codes: the same areas are marked.
#[test]
fn an_area_is_affected_when_a_polygon_holds_the_centre_of_one_of_its_h3_cells() {
    let dir = Dir::synth("--subscribers 600 --days 20 --crisis-day 16 --events 2");
    dir.hexodus("run").exits(0);
    let affected = |dir: &Dir| -> BTreeSet<String> {
        let rows = dir.table(&format!("{SLUG}/displacement_adm2")).into_iter();
        rows.filter(|row| row["affected"] == "true").map(|row| row["area_id"].clone()).collect()
    };
    let by_code = affected(&dir);
    let text = dir.read("hexodus.toml");
    let line = text.lines().find(|line| line.starts_with("affected = ")).unwrap().to_owned();
    let areas = dir.read("areas.geojson");
    let features: Vec<&str> =
        areas.lines().filter(|line| by_code.iter().any(|code| line.contains(&format!("\"{code}\"")))).collect();
    assert_eq!(features.len(), by_code.len());
    dir.write("struck.geojson", features.iter().map(|line| line.trim_end_matches(',')).collect::<Vec<_>>().join("\n"));
    dir.edit("hexodus.toml", &line, "affected_file = \"struck.geojson\"");
    dir.hexodus("run").exits(0).says(&["written:"]);
    assert_eq!(affected(&dir), by_code);
    assert!(dir.method()["crises"][0]["affected_file"]["h3_cells"].as_u64().unwrap() > 10);
    // The middle of the ocean.
    let ocean = r#"{"type":"Polygon","coordinates":[[[-30,0],[-29.9,0],[-29.9,0.1],[-30,0.1],[-30,0]]]}"#;
    dir.write("struck.geojson", ocean);
    dir.hexodus("run").exits(2).says(&["affected_file \"struck.geojson\": none of its", "lies in an area"]);
    dir.remove("struck.geojson");
    dir.hexodus("run").exits(3).says(&["struck.geojson: cannot be read"]);
}

/// A crisis that is followed keeps what it is counted from, unless it is told otherwise.
#[test]
fn pruning_spares_what_a_crisis_is_counted_from() {
    let dir = Dir::synth("--subscribers 400 --days 24 --crisis-day 16 --events 3");
    let last = dir.days_of_dumps().pop().unwrap();
    dir.rename(&format!("dumps/{last}"), &format!("coming/{last}"));
    dir.hexodus("run").exits(0);
    dir.hexodus("prune --keep-days 3").exits(0).says(&["events of 20 days, reduced days of 0", "of 18 old days stay"]);
    dir.rename(&format!("coming/{last}"), &format!("dumps/{last}"));
    dir.hexodus("run").exits(0);
    assert_eq!(counts(&dir).stock.last().unwrap().day.to_string(), last, "the crisis goes on");
    dir.hexodus("prune --keep-days 3 --crises-too")
        .exits(0)
        .says(&["its figures stay as of the last run", "reduced days of 19"]);
    let before = stored(&dir);
    dir.hexodus("run").exits(0);
    assert_eq!(stored(&dir), before);
}
