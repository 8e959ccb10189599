//! Displacement as estimated, beside what the definition says of the true nights, and what was true at that instant.

use crate::console::{Console, grouped};
use crate::failure::Failure;
use std::collections::BTreeMap;
use std::path::Path;

/// Origins to print.
const TOP: usize = 10;

/// By (day, origin): summed figures.
type Figures = BTreeMap<(String, String), BTreeMap<String, Option<u64>>>;

/// Prints stock and returns by origin on the last day of `release/operation`. Nothing where there is no such table.
pub fn compare(folder: &Path, release: &Path, operation: &str, console: &Console) -> Result<(), Failure> {
    let table = release.join(operation).join("displacement_adm2.csv");
    if !table.exists() {
        return Ok(());
    }
    let figures = ["displaced", "displaced_normal", "returns", "panel"];
    let estimate = read(&table, ["date", "area_id"], &figures)?;
    let truth = |name: &str| read(&folder.join("truth").join(name), ["day", "origin_pcode"], &["stock", "returned"]);
    let (rule, instant) = (truth("rule_stock_adm2.csv")?, truth("stock_adm2.csv")?);
    let Some((last, _)) = estimate.keys().next_back().cloned() else { return Ok(()) };

    console.result(&format!("\ndisplaced by area of home (adm2) on {last}, subscribers:"));
    console.result("origin   estimate  rule truth   error  above normal  instant truth   returns (*)  rule truth");
    let mut rows: Vec<Row> = estimate
        .keys()
        .filter(|(day, _)| *day == last)
        .map(|(_, origin)| Row::of(origin, &last, &estimate, &rule, &instant))
        .collect();
    rows.sort_by(|left, right| right.rule.cmp(&left.rule).then_with(|| left.origin.cmp(&right.origin)));
    rows.iter().take(TOP).for_each(|row| console.result(&row.line()));
    let published: Vec<&Row> = rows.iter().filter(|row| row.estimate.is_some()).collect();
    console.result(&Row::sum("published", &published).line());
    console.result(&Row::sum("all", &rows.iter().collect::<Vec<_>>()).line());
    let false_ones: u64 = rows.iter().filter(|row| row.rule == 0).filter_map(|row| row.estimate).sum();
    let panel: u64 = estimate.iter().filter(|((day, _), _)| *day == last).filter_map(|(_, own)| own["panel"]).sum();
    let stock: u64 = rows.iter().filter_map(|row| row.estimate).sum();
    console.result(&format!(
        "displaced in all {} of a panel of {} ({:.2} %); in areas of which the rule has none: {}\n\
         Rule truth: the same definition applied to where people really slept. Instant truth: who was displaced that night;\n\
         the definition follows it by 6 to 7 days. Estimates are of subscribers with a home and a record in the last week,\n\
         and numbers below 16 are withheld (-), so sums of the estimate are sums of what is published.\n\
         (*) On the days and areas with 16 or more.",
        grouped(stock),
        grouped(panel),
        100.0 * stock as f64 / panel.max(1) as f64,
        grouped(false_ones)
    ));
    Ok(())
}

/// One origin on the last day.
struct Row {
    origin: String,
    estimate: Option<u64>,
    /// The estimate less what there is without an event, where the baseline is long enough to tell.
    above_normal: Option<i64>,
    rule: u64,
    instant: u64,
    returns: u64,
    rule_returns: u64,
}

impl Row {
    fn of(origin: &str, last: &str, estimate: &Figures, rule: &Figures, instant: &Figures) -> Self {
        let key = (last.to_owned(), origin.to_owned());
        let at = |figures: &Figures, name: &str| figures.get(&key).and_then(|own| own[name]);
        // Returns are compared on the days on which the estimate is published: of the others nothing is known.
        let published = |(day, own): &&(String, String)| {
            own == origin && estimate.get(&(day.clone(), own.clone())).is_some_and(|own| own["returns"].is_some())
        };
        let days: Vec<&(String, String)> = estimate.keys().filter(published).collect();
        let on_days = |figures: &Figures, name: &str| -> u64 {
            days.iter().filter_map(|&key| figures.get(key).and_then(|own| own[name])).sum()
        };
        let found = at(estimate, "displaced");
        let normal = at(estimate, "displaced_normal");
        Self {
            origin: origin.to_owned(),
            estimate: found,
            above_normal: found.zip(normal).map(|(found, normal)| found as i64 - normal as i64),
            rule: at(rule, "stock").unwrap_or(0),
            instant: at(instant, "stock").unwrap_or(0),
            returns: on_days(estimate, "returns"),
            rule_returns: on_days(rule, "returned"),
        }
    }

    fn sum(name: &str, rows: &[&Self]) -> Self {
        let sum = |figure: fn(&Self) -> u64| -> u64 { rows.iter().map(|row| figure(row)).sum() };
        Self {
            origin: name.to_owned(),
            estimate: Some(sum(|row| row.estimate.unwrap_or(0))),
            above_normal: rows.iter().filter_map(|row| row.above_normal).reduce(|sum, own| sum + own),
            rule: sum(|row| row.rule),
            instant: sum(|row| row.instant),
            returns: sum(|row| row.returns),
            rule_returns: sum(|row| row.rule_returns),
        }
    }

    fn line(&self) -> String {
        let error = self.estimate.filter(|_| self.rule > 0).map_or("-".to_owned(), |estimate| {
            format!("{:+.1} %", 100.0 * (estimate as f64 - self.rule as f64) / self.rule as f64)
        });
        let above = self.above_normal.map_or("-".to_owned(), |above| above.to_string());
        format!(
            "{:<9}{:>8}{:>12}{error:>9}{above:>13}{:>15}{:>14}{:>12}",
            self.origin,
            self.estimate.map_or("-".to_owned(), grouped),
            grouped(self.rule),
            grouped(self.instant),
            grouped(self.returns),
            grouped(self.rule_returns)
        )
    }
}

/// Sums the figures of a CSV by day and origin, to the nearest whole; a figure that is empty in all rows is none.
fn read(path: &Path, keys: [&str; 2], figures: &[&str]) -> Result<Figures, Failure> {
    let unreadable = |error: csv::Error| Failure::usage(format!("cannot read {}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(unreadable)?;
    let headers = reader.headers().map_err(unreadable)?.clone();
    let position = |column: &str| headers.iter().position(|name| name == column).unwrap_or(usize::MAX);
    let (keys, columns) = (keys.map(position), figures.iter().map(|name| (*name, position(name))).collect::<Vec<_>>());
    let mut sums = Figures::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let [day, origin] = keys.map(|at| record.get(at).unwrap_or("").to_owned());
        let own = sums.entry((day, origin)).or_default();
        for &(name, at) in &columns {
            let value = record.get(at).and_then(|text| text.parse::<f64>().ok()).map(|value| value.round() as u64);
            let sum = own.entry(name.to_owned()).or_default();
            *sum = value.map_or(*sum, |value| Some(sum.unwrap_or(0) + value));
        }
    }
    Ok(sums)
}
