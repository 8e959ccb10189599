//! Accuracy against hidden truth.

mod compare;
mod country;
mod estimate;
mod truth;

use compare::{Measures, compare};
use country::{Country, Order};
use estimate::Store;
use hexodus_mobility::DisplacementRule;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use truth::Truth;

/// Any failure: the harness stops.
pub type Failed = Box<dyn Error>;

fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str, default: &str| -> String {
        let at = arguments.iter().position(|own| own == name);
        at.and_then(|at| arguments.get(at + 1)).cloned().unwrap_or_else(|| default.to_owned())
    };
    let names = value("--scenarios", "earthquake,quiet");
    let (first, last) = (value("--first", "1001").parse::<u64>()?, value("--last", "1002").parse::<u64>()?);
    let below = std::path::PathBuf::from(value("--folder", "/dev/shm"));
    let mut err = std::io::stderr();
    let mut variants: Vec<(String, DisplacementRule)> = vec![("default".into(), DisplacementRule::default())];
    for text in value("--variants", "").split(',').filter(|text| !text.is_empty()) {
        let mut rule = DisplacementRule::default();
        for part in text.split('+') {
            let (key, number) = part.split_once('=').ok_or("key=value")?;
            let number: u16 = number.parse()?;
            match key {
                "located" => rule.confirm_located_days = number as u8,
                "confirm" => rule.confirm_days = number,
                "return" => rule.return_days = number,
                "window" => rule.residence.min_located_days = number as u8,
                _ => return Err(key.to_owned().into()),
            }
        }
        variants.push((text.to_owned(), rule));
    }
    for scenario in country::scenario_names().into_iter().filter(|own| names.split(',').any(|name| name == *own)) {
        let mut all: BTreeMap<String, Measures> = BTreeMap::new();
        for seed in first..=last {
            let order = Order {
                scenario,
                seed,
                subscribers: value("--subscribers", "12000").parse()?,
                events_per_day: value("--events", "3").parse()?,
            };
            let begun = std::time::Instant::now();
            let country = Country::made(&order, &below, 2)?;
            let made = begun.elapsed();
            let truth = Truth::read(&country)?;
            let store = Store::read(&country)?;
            for (name, rule) in &variants {
                let followed = store.follow(rule);
                if name == "default" {
                    store.check(&followed)?;
                }
                let measures = compare(&store, &truth, &followed);
                let sums = all.entry(name.clone()).or_default();
                for (name, own) in measures.sums {
                    let sum = sums.sums.entry(name).or_default();
                    *sum = [sum[0] + own[0], sum[1] + own[1]];
                }
                for (name, own) in measures.by_day {
                    let sum = sums.by_day.entry(name).or_default();
                    sum.resize(own.len(), [0.0; 2]);
                    for (sum, own) in sum.iter_mut().zip(own) {
                        *sum = [sum[0] + own[0], sum[1] + own[1]];
                    }
                }
            }
            writeln!(err, "{scenario} {seed}: made {made:?}, all {:?}", begun.elapsed())?;
        }
        let keys: Vec<&'static str> = all["default"].sums.keys().copied().collect();
        writeln!(err, "{scenario}: {:?}", all.keys().collect::<Vec<_>>())?;
        for key in keys {
            let values: Vec<String> = all
                .values()
                .map(|own| own.sums.get(key).map_or("-".into(), |sum| format!("{:>9.4}", sum[0] / sum[1])))
                .collect();
            writeln!(err, "  {key:<30}{}  ({:.0})", values.join(" "), all["default"].sums[key][1])?;
        }
        let keys: Vec<&'static str> = all["default"].by_day.keys().copied().collect();
        for key in keys {
            for (name, own) in &all {
                let Some(days) = own.by_day.get(key) else { continue };
                let days: Vec<String> =
                    days.iter().map(|sum| format!("{:.2}", 100.0 * sum[0] / sum[1].max(1.0))).collect();
                writeln!(err, "  {key:<28}{name:<10}{}", days.join(" "))?;
            }
        }
    }
    Ok(())
}
