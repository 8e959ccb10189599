//! Displaced people as estimated, with their intervals, beside what the definition says of everybody's true nights, and
//! beside what was true at that instant.

use crate::console::{Console, grouped};
use crate::failure::Failure;
use std::collections::BTreeMap;
use std::path::Path;

/// Origins to print.
const TOP: usize = 10;

/// People of one area of home on the last day.
struct Row {
    origin: String,
    people: u64,
    interval: [u64; 2],
    rule: u64,
    instant: u64,
}

/// Prints the people displaced on the last day of `release/operation`. Nothing where there is no such table.
pub fn compare(folder: &Path, release: &Path, operation: &str, console: &Console) -> Result<(), Failure> {
    let tables = release.join(operation);
    if !tables.join("people_from_adm2.csv").exists() {
        return Ok(());
    }
    let estimated =
        |name: &str| figures(&tables.join(name), ["date", "origin_id"], &["people", "people_low", "people_high"]);
    let truth = |name: &str| figures(&folder.join("truth").join(name), ["day", "origin_pcode"], &["stock"]);
    let (of_homes, of_all) = (estimated("people_from_adm2.csv")?, estimated("people_all_adm2.csv")?);
    let (rule, instant) = (truth("rule_stock_adm2.csv")?, truth("stock_adm2.csv")?);
    let Some(last) = of_all.keys().next_back().map(|own| own.0.clone()) else {
        console.result("\nno figure of displaced people: fewer than 16 subscribers are behind any");
        return Ok(());
    };

    let on_last = |figures: &Figures| -> BTreeMap<String, Vec<u64>> {
        let own = figures.iter().filter(|(key, _)| key.0 == last);
        own.map(|(key, figures)| (key.1.clone(), figures.clone())).collect()
    };
    let (rule, instant) = (on_last(&rule), on_last(&instant));
    let of = |truth: &BTreeMap<String, Vec<u64>>, origin: &str| truth.get(origin).map_or(0, |own| own[0]);
    let row = |(origin, own): (String, Vec<u64>)| {
        let (rule, instant) = (of(&rule, &origin), of(&instant, &origin));
        Row { origin, people: own[0], interval: [own[1], own[2]], rule, instant }
    };
    let mut rows: Vec<Row> = on_last(&of_homes).into_iter().map(row).collect();
    rows.sort_by(|left, right| right.rule.cmp(&left.rule).then_with(|| left.origin.cmp(&right.origin)));

    console.result(&format!("\ndisplaced people by area of home (adm2) on {last}:"));
    console.result("origin     people  95 % interval        rule truth    error  instant truth");
    rows.iter().take(TOP).for_each(|row| console.result(&row.line()));
    let sum = |truth: &BTreeMap<String, Vec<u64>>| truth.values().map(|own| own[0]).sum();
    for own in on_last(&of_all).into_values() {
        let all = Row {
            origin: "all".to_owned(),
            people: own[0],
            interval: [own[1], own[2]],
            rule: sum(&rule),
            instant: sum(&instant),
        };
        console.result(&all.line());
    }
    let held = rows.iter().filter(|row| row.holds_truth()).count();
    console.result(&format!(
        "{held} of {} intervals of areas hold the rule truth (* outside). Rule truth: the same definition applied to where\n\
         all people really slept, whether or not they have a SIM. Instant truth: who was displaced that night; the definition\n\
         follows it by 6 to 7 days. Areas of which fewer than 16 displaced subscribers are known are withheld; all is of\n\
         every area.",
        rows.len()
    ));
    Ok(())
}

impl Row {
    const fn holds_truth(&self) -> bool {
        self.interval[0] <= self.rule && self.rule <= self.interval[1]
    }

    fn line(&self) -> String {
        let error = if self.rule > 0 {
            format!("{:+.1} %", 100.0 * (self.people as f64 - self.rule as f64) / self.rule as f64)
        } else {
            "-".to_owned()
        };
        let [low, high] = self.interval.map(grouped);
        format!(
            "{:<9}{:>8}  {:<18}{:>12} {}{error:>8}{:>15}",
            self.origin,
            grouped(self.people),
            format!("{low} to {high}"),
            grouped(self.rule),
            if self.holds_truth() { ' ' } else { '*' },
            grouped(self.instant)
        )
    }
}

/// By (day, origin), where origin may be empty.
type Figures = BTreeMap<(String, String), Vec<u64>>;

/// Sums the columns of a CSV by day and origin, to the nearest whole; rows without the first of them are left out.
fn figures(path: &Path, keys: [&str; 2], columns: &[&str]) -> Result<Figures, Failure> {
    let unreadable = |error: csv::Error| Failure::usage(format!("cannot read {}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(unreadable)?;
    let headers = reader.headers().map_err(unreadable)?.clone();
    let position = |column: &str| headers.iter().position(|name| name == column).unwrap_or(usize::MAX);
    let (keys, columns) = (keys.map(position), columns.iter().map(|name| position(name)).collect::<Vec<_>>());
    let mut sums = Figures::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let [day, origin] = keys.map(|at| record.get(at).unwrap_or("").to_owned());
        let figure =
            |&at: &usize| record.get(at).and_then(|text| text.parse::<f64>().ok()).map(|own| own.round() as u64);
        let Some(figures) = columns.iter().map(figure).collect::<Option<Vec<u64>>>() else { continue };
        let own = sums.entry((day, origin)).or_insert_with(|| vec![0; columns.len()]);
        own.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure);
    }
    Ok(sums)
}
