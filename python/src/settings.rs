//! How days are reduced, as Python says it.

use crate::fault::{Checked, Fault};
use crate::local_days::{LocalDays, calendar};
use crate::reduce::Rules;
use hexodus_mobility::NightHours;
use hexodus_mobility::semantic::{IncorrectLocation, SemanticRules};
use hexodus_model::LocalDay;
use pyo3::prelude::*;

/// How days are reduced.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Settings {
    zone: String,
    day_start: String,
    night: (u8, u8),
    reject_impossible: bool,
    speed_max_m_s: f64,
    distance_min_km: f64,
    machine_events_per_day: u32,
}

impl Settings {
    /// The local days.
    pub fn days(&self) -> Checked<LocalDays> {
        Ok(LocalDays::new(calendar(&self.zone, &self.day_start)?))
    }

    /// What to count of each.
    pub fn rules(&self, hourly: bool) -> Checked<Rules> {
        let (from, until) = self.night;
        if from > 23 || until > 23 {
            return Err(Fault::argument("night", "two hours of the clock, 0 to 23", &format!("({from}, {until})")));
        }
        let semantic = SemanticRules {
            incorrect_location: if self.reject_impossible {
                IncorrectLocation::Reject
            } else {
                IncorrectLocation::Flag
            },
            speed_max_m_s: self.speed_max_m_s,
            distance_min_km: self.distance_min_km,
            machine_events_per_day: self.machine_events_per_day,
            ..SemanticRules::default()
        };
        semantic.check().map_err(Fault)?;
        Ok(Rules { night: NightHours { from, until }, semantic, hourly })
    }
}

/// First and last day, in this order.
pub fn period((first, last): (i32, i32)) -> Checked<[LocalDay; 2]> {
    let days = [first, last].map(LocalDay);
    if first > last {
        return Err(Fault::argument("day_to", &format!("{} or later", days[0]), &days[1].to_string()));
    }
    Ok(days)
}
