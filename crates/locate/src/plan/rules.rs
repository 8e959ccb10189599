//! The settings of `[radio_cells]` that say how a plan is resolved.

use crate::h3::on_the_globe;
use crate::plan::PlanError;
use serde::{Deserialize, Serialize};

/// How a plan is resolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlanRules {
    /// Radio cells within this distance (metres) of a leader share its site; 0 = every radio cell is its own site.
    /// Has no say where the operator gives a `site_id`. Default 500, so that members are at most 1 km apart.
    pub site_radius_m: f64,
    /// Stop when one radio cell is said to be at two positions at once (code 401) instead of deciding and counting.
    pub strict: bool,
    /// `[min_lon, min_lat, max_lon, max_lat]` in degrees; `min_lon > max_lon` = across the antimeridian. Without a box
    /// swapped coordinates cannot be told from others and nothing is repaired.
    pub country_bbox: Option<[f64; 4]>,
}

impl Default for PlanRules {
    fn default() -> Self {
        Self { site_radius_m: 500.0, strict: false, country_bbox: None }
    }
}

impl PlanRules {
    /// Refuses settings without meaning.
    pub(crate) fn check(&self) -> Result<(), PlanError> {
        if !(0.0..=50_000.0).contains(&self.site_radius_m) {
            return Err(PlanError::SiteRadius { found: self.site_radius_m });
        }
        match self.country_bbox {
            Some(bounds @ [west, south, east, north])
                if !(on_the_globe(south, west) && on_the_globe(north, east) && south <= north) =>
            {
                Err(PlanError::CountryBox { found: bounds })
            }
            _ => Ok(()),
        }
    }

    /// The country box, if configured.
    pub(crate) fn country_box(&self) -> Option<CountryBox> {
        self.country_bbox.map(|[west, south, east, north]| CountryBox { west, south, east, north })
    }
}

/// A box of degrees around a country, edges included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountryBox {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl CountryBox {
    pub(crate) fn contains(&self, lat: f64, lon: f64) -> bool {
        let in_longitude = if self.west <= self.east {
            (self.west..=self.east).contains(&lon)
        } else {
            // The box runs across the antimeridian (Fiji, Kiribati).
            lon >= self.west || lon <= self.east
        };
        in_longitude && (self.south..=self.north).contains(&lat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_box(bounds: [f64; 4]) -> PlanRules {
        PlanRules { country_bbox: Some(bounds), ..PlanRules::default() }
    }

    #[test]
    fn a_box_may_cross_the_antimeridian() {
        let fiji = with_box([176.0, -21.0, -178.0, -12.0]);
        fiji.check().unwrap();
        let fiji = fiji.country_box().unwrap();
        assert!(fiji.contains(-18.1, 178.4) && fiji.contains(-16.8, -179.9));
        assert!(!fiji.contains(-18.1, 0.0));
    }

    #[test]
    fn settings_without_meaning_are_refused() {
        let radius = |site_radius_m| PlanRules { site_radius_m, ..PlanRules::default() }.check().is_ok();
        assert_eq!([radius(0.0), radius(500.0), radius(-1.0), radius(f64::NAN)], [true, true, false, false]);
        assert!(with_box([-75.0, 21.0, -71.0, 17.0]).check().is_err(), "south above north");
        assert!(with_box([17.0, -275.0, 21.0, -71.0]).check().is_err());
    }

    #[test]
    fn unknown_settings_are_refused() {
        assert!(serde_json::from_str::<PlanRules>(r#"{"site_radius": 500}"#).is_err());
        assert_eq!(serde_json::from_str::<PlanRules>("{}").unwrap(), PlanRules::default());
    }
}
