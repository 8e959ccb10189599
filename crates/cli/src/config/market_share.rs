//! `[[population.market_share]]`, as written.

use hexodus_estimate::MarketShare;
use hexodus_model::LocalDay;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is known of the operator from a day on, in an area or everywhere.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MarketShareConfig {
    /// The first local day it holds on; until the next entry of the same area.
    pub from: LocalDay,
    /// P-code of the area, of any level; without it, and as `all`, everywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// People who have a phone, per person.
    pub penetration: f64,
    /// The operator's share of SIMs in use.
    pub share: f64,
    /// SIMs in use for each person who has a phone.
    #[serde(default = "one")]
    pub devices_per_person: f64,
}

const fn one() -> f64 {
    1.0
}

impl MarketShareConfig {
    /// The area it is of; `None` everywhere.
    pub fn area(&self) -> Option<&str> {
        self.area.as_deref().filter(|area| *area != "all")
    }

    /// People for each subscriber.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn people_per_subscriber(&self) -> Result<f64, String> {
        let Self { penetration, share, devices_per_person, .. } = *self;
        let own = MarketShare { penetration, share, devices_per_person };
        own.people_per_subscriber().map_err(|error| format!("[[population.market_share]] {error}"))
    }

    /// Whether all of them make sense together.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(all: &[Self]) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        for own in all {
            own.people_per_subscriber()?;
            if !seen.insert((own.area(), own.from)) {
                let area = own.area().unwrap_or("all");
                return Err(format!("[[population.market_share]] expected one of {area} from {}, found two", own.from));
            }
        }
        Ok(())
    }
}
