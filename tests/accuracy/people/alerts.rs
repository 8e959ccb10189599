//! Alerts of `above_normal_adm2__*`, on days and series that would be published at the default k.

use super::released::{Release, date, figure};
use super::settings::Setting;
use crate::Failed;
use hexodus_model::LocalDay;
use std::collections::{BTreeMap, BTreeSet};

/// Series by name of the table.
pub const SERIES: [&str; 3] = ["presence", "home_to_present", "day_to_day"];
/// The default k of areas.
const K: f64 = 16.0;

/// By series: days of an area or pair, of these with an alert, and alerts that begin (the day before has none).
pub type Alerts = BTreeMap<String, [u64; 3]>;

/// Where nothing happens; nothing elsewhere.
pub fn alerts(release: &Release, setting: &Setting) -> Result<Alerts, Failed> {
    let mut all = Alerts::new();
    if setting.scenario != "quiet" {
        return Ok(all);
    }
    for series in SERIES {
        let mut alerts: BTreeSet<(String, String, LocalDay)> = BTreeSet::new();
        let own = all.entry(series.to_owned()).or_default();
        for row in release.rows(&format!("above_normal_adm2__{series}"))? {
            let passes = |column| -> Result<bool, Failed> { Ok(figure(&row, column)?.is_some_and(|own| own >= K)) };
            if !passes("subscribers_published")? || !passes("normal")? {
                continue;
            }
            own[0] += 1;
            if row["alert"] == "true" {
                alerts.insert((row["origin_id"].clone(), row["dest_id"].clone(), date(&row)?));
            }
        }
        let begins = alerts
            .iter()
            .filter(|(origin, dest, day)| !alerts.contains(&(origin.clone(), dest.clone(), LocalDay(day.0 - 1))));
        own[1] = alerts.len() as u64;
        own[2] = begins.count() as u64;
    }
    Ok(all)
}
