//! `[checks]`: which speed, which distance, and what follows.

use serde::{Deserialize, Serialize};

/// What becomes of an event that is impossibly far from both its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IncorrectLocation {
    /// It takes no part in presence, flows and daily locations.
    #[default]
    Reject,
    /// It is counted, and used.
    Flag,
}

/// Parameters of the semantic checks. Defaults are multimno's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SemanticRules {
    /// What becomes of code 3.
    pub incorrect_location: IncorrectLocation,
    /// Faster than this is impossible. Metres a second.
    pub speed_max_m_s: f64,
    /// Nearer than this nothing is impossible: radio cells overlap. Kilometres.
    pub distance_min_km: f64,
    /// To how many seconds the times of the dumps are rounded: two events may be that much further apart than they
    /// say.
    pub ts_precision_s: u32,
}

impl Default for SemanticRules {
    fn default() -> Self {
        Self {
            incorrect_location: IncorrectLocation::Reject,
            speed_max_m_s: 55.0,
            distance_min_km: 10.0,
            ts_precision_s: 0,
        }
    }
}

impl SemanticRules {
    /// Whether somebody can have gone `metres` in `micros`, under the longest interval that the times allow.
    pub fn is_possible(&self, metres: f64, micros: i64) -> bool {
        let seconds = micros as f64 / 1e6 + f64::from(self.ts_precision_s);
        metres <= self.distance_min_km * 1000.0 || metres <= self.speed_max_m_s * seconds
    }

    /// What is wrong with them, for a message.
    ///
    /// # Errors
    /// A speed or a distance that is no positive number.
    pub fn check(&self) -> Result<(), String> {
        for (name, value) in [("speed_max_m_s", self.speed_max_m_s), ("distance_min_km", self.distance_min_km)] {
            if !value.is_finite() || value <= 0.0 {
                return Err(format!("[checks] {name}: expected a number above 0, found {value}"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_distance_and_speed_must_be_passed() {
        let rules = SemanticRules::default();
        assert!(rules.is_possible(10_000.0, 0), "10 km at once: overlapping radio cells");
        assert!(!rules.is_possible(10_001.0, 0));
        assert!(rules.is_possible(55_000.0, 1_000_000_000), "55 m/s");
        assert!(!rules.is_possible(55_001.0, 1_000_000_000));
        let rounded = SemanticRules { ts_precision_s: 600, ..rules };
        assert!(rounded.is_possible(33_000.0, 0) && !rounded.is_possible(33_001.0, 0), "ten minutes may lie between");
    }

    #[test]
    fn a_speed_must_be_a_speed() {
        assert!(SemanticRules::default().check().is_ok());
        for speed_max_m_s in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(SemanticRules { speed_max_m_s, ..SemanticRules::default() }.check().is_err());
        }
    }
}
