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
    /// A subscriber with more events on a local day is a machine (code 218) and takes no part in the day; 0 = not looked
    /// for. Left out of the fingerprint of a day where it is 0, so that days reduced before it existed stay good.
    #[serde(skip_serializing_if = "is_off")]
    pub machine_events_per_day: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
const fn is_off(limit: &u32) -> bool {
    *limit == 0
}

impl Default for SemanticRules {
    fn default() -> Self {
        Self {
            incorrect_location: IncorrectLocation::Reject,
            speed_max_m_s: 55.0,
            distance_min_km: 10.0,
            ts_precision_s: 0,
            machine_events_per_day: 0,
        }
    }
}

impl SemanticRules {
    /// How far apart two successive visits may be, in metres: what can be travelled in that time at the highest speed,
    /// and always the distance at which radio cells may overlap.
    pub fn reach_m(&self, micros: i64) -> f64 {
        let seconds = micros as f64 / 1e6 + f64::from(self.ts_precision_s);
        (self.speed_max_m_s * seconds).max(self.distance_min_km * 1000.0)
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
        assert!(10_000.0 <= rules.reach_m(0), "10 km at once: overlapping radio cells");
        assert!(10_001.0 > rules.reach_m(0));
        assert!(55_000.0 <= rules.reach_m(1_000_000_000), "55 m/s");
        assert!(55_001.0 > rules.reach_m(1_000_000_000));
        let rounded = SemanticRules { ts_precision_s: 600, ..rules };
        assert!(33_000.0 <= rounded.reach_m(0) && 33_001.0 > rounded.reach_m(0), "ten minutes may lie between");
    }

    #[test]
    fn a_speed_must_be_a_speed() {
        assert!(SemanticRules::default().check().is_ok());
        for speed_max_m_s in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(SemanticRules { speed_max_m_s, ..SemanticRules::default() }.check().is_err());
        }
    }
}
