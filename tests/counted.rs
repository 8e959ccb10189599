//! What a release is judged by: the counts in the store, added up here by area and day. CONFIDENTIAL, and so for tests only.

use crate::support::{Dir, Row};
use hexodus_model::{Dating, LocalDay, StockTable, UnitKey};
use hexodus_store::Store;
use std::collections::{BTreeMap, BTreeSet};

/// Subscribers by number, above 0. A number is named `day|figure|level|area` or `day|pair|level|home|host`; the country has
/// level 0 and no area.
pub type Counted = BTreeMap<String, u64>;

/// Country (no code), areas of level 1 and 2, by H3 cell.
type Areas = BTreeMap<u64, [String; 3]>;

/// All numbers of the days that end the periods of `every` days after `event`.
pub fn counted(dir: &Dir, crisis: &str, ends: &[LocalDay], every: i32) -> Counted {
    let manifest = dir.manifest();
    let store = Store::open(&dir.path("store"), &manifest.identity).unwrap();
    let tables = store.read_crisis(Dating::Live, &manifest.crises[crisis]).unwrap().stock;
    let areas = areas_of_h3(dir);
    let mut counted = Counted::new();
    for &end in ends {
        for table in tables.iter().filter(|own| own.day > LocalDay(end.0 - every) && own.day <= end) {
            let mut add = |figure: &str, unit: UnitKey, count: u64| {
                for (level, area) in places(&areas, unit).iter().enumerate() {
                    let is_of_country = level == 0 && ["arrived", "departed"].contains(&figure);
                    if count > 0 && !is_of_country {
                        *counted.entry(format!("{end}|{figure}|{level}|{area}")).or_default() += count;
                    }
                }
            };
            figures(table, table.day == end, &mut add);
            moved(table, end, &areas, &mut counted);
        }
        let Some(table) = tables.iter().find(|own| own.day == end) else { continue };
        for (ends, own) in table.hosts.iter().filter(|own| own.1.stock > 0) {
            for (figure, cell) in [("displaced_from", ends.origin), ("displaced_in", ends.host)] {
                if let Some(h3) = cell.as_h3() {
                    *counted.entry(format!("{end}|{figure}|h3|{h3}")).or_default() += own.stock;
                }
            }
        }
        for (ends, own) in table.hosts.iter().filter(|own| own.1.stock > 0) {
            let (homes, hosts) = (places(&areas, ends.origin), places(&areas, ends.host));
            for level in 1..=2 {
                let name = format!("{end}|pair|{level}|{}|{}", homes[level], hosts[level]);
                *counted.entry(name).or_default() += own.stock;
            }
        }
    }
    counted
}

fn figures(table: &StockTable, is_last: bool, add: &mut impl FnMut(&str, UnitKey, u64)) {
    for (ends, own) in &table.hosts {
        add("new", ends.origin, own.entered);
        add("arrived", ends.host, own.entered);
        add("departed", ends.host, own.returned);
        if is_last {
            add("stock", ends.host, own.stock);
            add("from", ends.origin, own.stock);
        }
    }
    for (origin, own) in table.origins.iter().filter(|_| is_last) {
        add("residents", *origin, own.panel);
        add("returned", *origin, own.returned);
        add("stayed", *origin, own.stayed());
        add("unobserved", *origin, own.unobserved());
    }
}

/// Who moves on comes to one area and leaves another; inside an area, neither.
fn moved(table: &StockTable, end: LocalDay, areas: &Areas, counted: &mut Counted) {
    for ((_, ends), count) in &table.onward {
        let (from, to) = (places(areas, ends.origin), places(areas, ends.host));
        for level in (1..=2).filter(|&level| from[level] != to[level]) {
            *counted.entry(format!("{end}|departed|{level}|{}", from[level])).or_default() += count;
            *counted.entry(format!("{end}|arrived|{level}|{}", to[level])).or_default() += count;
        }
    }
}

/// Country, level 1, level 2 of a unit of the grid.
fn places(areas: &Areas, unit: UnitKey) -> [String; 3] {
    let reserved = || {
        let code = unit.as_reserved().map_or("_UNKNOWN", hexodus_model::Reserved::code);
        [String::new(), code.into(), code.into()]
    };
    unit.as_h3().and_then(|h3| areas.get(&h3.index()).cloned()).unwrap_or_else(reserved)
}

fn areas_of_h3(dir: &Dir) -> Areas {
    let area = |code: &str| if code.is_empty() { "_UNKNOWN".to_owned() } else { code.to_owned() };
    let entry = |row: &Row| {
        let areas = [String::new(), area(&row["adm1_pcode"]), area(&row["adm2_pcode"])];
        (u64::from_str_radix(&row["h3"], 16).unwrap(), areas)
    };
    dir.table("cells_h3").iter().map(entry).collect()
}

/// What folders tell: numbers of subscribers, or `None` where withheld, by folder and name.
pub fn told(dir: &Dir, folder: &str) -> BTreeMap<String, Option<u64>> {
    let mut told = BTreeMap::new();
    let table = |name: &str| dir.rows(&format!("released/{folder}/{name}.csv"));
    for level in 1..=2 {
        for row in table(&format!("flows_adm{level}__stock_displaced")) {
            let name =
                format!("{}|pair|{level}|{}|{}", row["reference_period_start"], row["origin_id"], row["dest_id"]);
            told.insert(name, row["subscribers_published"].parse().ok());
        }
    }
    // Residents follow from these: the Python attacker takes them as sums, `tests/outgoing.rs` does them again.
    for row in table("indicators_admin").into_iter().filter(|row| row["category"] == "displacement") {
        let figure = row["indicator"].trim_start_matches("displacement.");
        let area = if row["adm_level"] == "0" { "" } else { row["area_id"].as_str() };
        told.insert(
            format!("{}|{figure}|{}|{area}", row["reference_period_end"], row["adm_level"]),
            row["value"].parse().ok(),
        );
    }
    if dir.files(&format!("released/{folder}")).contains_key("cells_h3.csv") {
        for row in table("cells_h3") {
            for figure in ["displaced_from", "displaced_in"] {
                told.insert(format!("{}|{figure}|h3|{}", row["date"], row["h3"]), row[figure].parse().ok());
            }
        }
    }
    told
}

/// The folders of a release, by name.
pub fn folders(dir: &Dir) -> Vec<String> {
    let names: BTreeSet<String> =
        dir.files("released").keys().filter_map(|name| Some(name.split_once('/')?.0.to_owned())).collect();
    names.into_iter().collect()
}
