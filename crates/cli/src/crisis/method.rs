//! The parameters of a crisis, for people and for fingerprints.

use super::{Crisis, HomesBy};
use crate::footprint::Footprint;
use hexodus_mobility::HomeRule;
use hexodus_model::Dating;
use serde_json::json;

impl Crisis {
    fn home_method(&self) -> serde_json::Value {
        match self.homes {
            HomesBy::Days(HomeRule::MajorityOfResidence { min_located_days, neighbours, .. }) => json!({
                "rule": "majority of residence days, look-back of a third",
                "min_located_days": min_located_days,
                "else_majority_with_near_places": neighbours,
            }),
            HomesBy::Days(HomeRule::MostDates) => json!({"rule": "most dates, tie: the latest"}),
            HomesBy::Hours(rule) => json!({
                "rule": "usual environment: most hours among home places",
                "min_hours": rule.min_score,
                "min_days": rule.min_days,
                "gap_percent": rule.gap_percent,
                "usual_percent": rule.usual_percent,
                "label_percent": rule.label_percent,
            }),
        }
    }

    /// The parameters in force, for `method.json` and for fingerprints.
    pub fn method(&self) -> serde_json::Value {
        let rule = &self.rule;
        json!({
            "operation": self.operation,
            "folder": self.slug,
            "round_number": self.round_number,
            "event_date": self.event,
            "affected": self.affected,
            "affected_file": self.footprint.as_ref().map(Footprint::method),
            "phases": self.phases,
            "daily_location": self.location,
            "baseline": {
                "start": self.baseline.first,
                "end": self.baseline.last,
                "left_out": self.left_out,
            },
            "profile": self.profile.id(),
            "dating": match self.dating { Dating::Live => "live", Dating::Revised => "revised" },
            "residence": {
                "window_days": rule.residence.window_days,
                "min_located_days": rule.residence.min_located_days,
            },
            "home": self.home_method(),
            "homes_and_flows_counted_in": if self.profile.counts_areas() {
                "home_to_present and home_to_week in the units of each level, displacement on the H3 grid"
            } else {
                "H3 cells, areas are sums"
            },
            "displacement": {
                "near_m": rule.near_m,
                "confirm_days": rule.confirm_days,
                "confirm_located_days": rule.confirm_located_days,
                "return_days": rule.return_days,
                "move_days": rule.move_days,
                "outlast_days": rule.outlast_days,
                "usual_share_permille": rule.routine.usual_share_permille,
                "usual_by_weekday": rule.routine.by_weekday,
            },
        })
    }
}
