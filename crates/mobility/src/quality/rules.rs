//! `[quality]`: the threshold of each check, and what follows when it is passed.

use hexodus_model::{Check, Consequence};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One check's threshold and consequence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// In the unit of the check: a ratio, a share, hours, or a clock hour.
    pub threshold: f64,
    /// What follows.
    pub consequence: Consequence,
}

/// How days are judged. Every check has a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "QualitySpec")]
pub struct QualityRules {
    /// Calendar days before a day that it is compared with; those that are not there are missing, not zero.
    pub history_days: u32,
    /// With fewer present days than this there is nothing to compare with.
    pub history_min_days: u32,
    /// Days with fewer rows than this, and a median below it, are not judged: a share of few rows says nothing.
    pub min_rows: u64,
    /// By check.
    pub checks: BTreeMap<Check, Rule>,
}

/// As written: what is left out has its default.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QualitySpec {
    history_days: Option<u32>,
    history_min_days: Option<u32>,
    min_rows: Option<u64>,
    #[serde(default)]
    checks: BTreeMap<Check, RuleSpec>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleSpec {
    threshold: Option<f64>,
    consequence: Option<Consequence>,
}

impl Default for QualityRules {
    fn default() -> Self {
        let checks = Check::ALL.into_iter().map(|check| (check, default_rule(check))).collect();
        Self { history_days: 28, history_min_days: 7, min_rows: 1000, checks }
    }
}

impl QualityRules {
    /// The rule of a check.
    pub fn rule(&self, check: Check) -> Rule {
        self.checks.get(&check).copied().unwrap_or_else(|| default_rule(check))
    }
}

/// Half the median, 5 % and 20 % are the stop rule of formats §2; 18:00 is Flowminder's and formats §3 rule 13; the
/// others are ours.
const fn default_rule(check: Check) -> Rule {
    use Consequence::{Exclude, Refuse, Warn};
    let (threshold, consequence) = match check {
        Check::EventsLow => (0.5, Refuse),
        Check::EventsHigh | Check::SubscribersHigh => (2.0, Warn),
        Check::SubscribersLow | Check::SourceMissing => (0.5, Exclude),
        Check::RadioCellsSilent => (0.2, Exclude),
        Check::RadioCellsNew => (0.1, Warn),
        Check::Truncated => (18.0, Exclude),
        Check::LateStart => (6.0, Exclude),
        Check::Duplicates => (0.2, Warn),
        Check::ClockSkew => (1.0, Exclude),
        Check::Unlocated => (0.2, Refuse),
        Check::Quarantined => (0.05, Refuse),
    };
    Rule { threshold, consequence }
}

impl TryFrom<QualitySpec> for QualityRules {
    type Error = String;

    fn try_from(spec: QualitySpec) -> Result<Self, String> {
        let mut rules = Self::default();
        rules.history_days = spec.history_days.unwrap_or(rules.history_days);
        rules.history_min_days = spec.history_min_days.unwrap_or(rules.history_min_days).max(1);
        rules.min_rows = spec.min_rows.unwrap_or(rules.min_rows);
        if rules.history_days > 366 {
            return Err(format!("[quality] history_days: expected at most 366, found {}", rules.history_days));
        }
        for (check, given) in spec.checks {
            let mut rule = default_rule(check);
            rule.threshold = given.threshold.unwrap_or(rule.threshold);
            rule.consequence = given.consequence.unwrap_or(rule.consequence);
            if !rule.threshold.is_finite() || rule.threshold < 0.0 {
                let name = check.name();
                return Err(format!("[quality] {name}: expected a threshold from 0, found {}", rule.threshold));
            }
            rules.checks.insert(check, rule);
        }
        Ok(rules)
    }
}
