//! True stocks of all people, subscribers or not, by the rule.

use crate::Failed;
use crate::country::Country;
use crate::truth::{day, rows};
use hexodus_model::LocalDay;
use std::collections::BTreeMap;
use std::fs::File;

/// People of each adm2 area, and those of them with a SIM.
pub fn people_of(country: &Country) -> Result<BTreeMap<String, [f64; 2]>, Failed> {
    let mut areas = BTreeMap::new();
    for row in rows(File::open(country.path("truth/ownership.csv"))?)? {
        let sum = |names: [&str; 2]| -> Result<f64, Failed> {
            Ok(row[names[0]].parse::<f64>()? + row[names[1]].parse::<f64>()?)
        };
        areas.insert(row["adm2_pcode"].clone(), [sum(["people_a", "people_b"])?, sum(["with_sim_a", "with_sim_b"])?]);
    }
    Ok(areas)
}

/// By day, home and host (adm2): people whom the rule has displaced. What is not in it is 0.
pub struct RuleStocks(BTreeMap<(LocalDay, String, String), f64>);

impl RuleStocks {
    pub fn read(country: &Country) -> Result<Self, Failed> {
        let mut stocks = BTreeMap::new();
        for row in rows(File::open(country.path("truth/rule_stock_adm2.csv"))?)? {
            let day = day(&row["day"])?.ok_or("a stock without a day")?;
            stocks.insert((day, row["origin_pcode"].clone(), row["host_pcode"].clone()), row["stock"].parse()?);
        }
        Ok(Self(stocks))
    }

    /// Of all homes whose P-code begins so: an area, one above, or everybody.
    pub fn of_homes(&self, day: LocalDay, home: &str) -> f64 {
        self.0.iter().filter(|own| own.0.0 == day && own.0.1.starts_with(home)).map(|own| own.1).sum()
    }

    /// Of the pairs of a day: home, host, people.
    pub fn pairs(&self, day: LocalDay) -> impl Iterator<Item = ([&str; 2], f64)> {
        let of_day = self.0.iter().filter(move |own| own.0.0 == day);
        of_day.map(|((_, home, host), &people)| ([home.as_str(), host.as_str()], people))
    }
}
