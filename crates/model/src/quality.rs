//! What is thought of a local day, and what follows from it.

use crate::event::LocationKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// What a failed check does to its day, from nothing to most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// Nothing: the check is off, or it passed.
    #[default]
    Ok,
    /// It is said, and that is all.
    Warn,
    /// The day is used, but no baseline is made from it.
    Exclude,
    /// The day is not used, unless somebody accepts it with a reason.
    Refuse,
}

impl Consequence {
    /// As written in the configuration and in `quality_daily`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Exclude => "exclude",
            Self::Refuse => "refuse",
        }
    }
}

/// One question asked of every day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Accepted events, too few against the trailing median.
    EventsLow,
    /// Accepted events, too many against the trailing median.
    EventsHigh,
    /// Active subscribers, too few against the trailing median.
    SubscribersLow,
    /// Active subscribers, too many against the trailing median.
    SubscribersHigh,
    /// Radio cells that had events on most days before and have none.
    RadioCellsSilent,
    /// Radio cells that had no event on any day before.
    RadioCellsNew,
    /// The last event is early: the end of the day is missing.
    Truncated,
    /// The first event is late: the beginning of the day is missing.
    LateStart,
    /// A source that delivered on most days before brings nothing.
    SourceMissing,
    /// Rows that were known already.
    Duplicates,
    /// The hourly profile is that of the days before, shifted.
    ClockSkew,
    /// Accepted events without a place.
    Unlocated,
    /// Rows that could not be read as declared.
    Quarantined,
}

impl Check {
    /// All of them, in the order in which findings are listed.
    pub const ALL: [Self; 13] = [
        Self::EventsLow,
        Self::EventsHigh,
        Self::SubscribersLow,
        Self::SubscribersHigh,
        Self::RadioCellsSilent,
        Self::RadioCellsNew,
        Self::Truncated,
        Self::LateStart,
        Self::SourceMissing,
        Self::Duplicates,
        Self::ClockSkew,
        Self::Unlocated,
        Self::Quarantined,
    ];

    /// As written in the configuration and in `quality_daily`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EventsLow => "events_low",
            Self::EventsHigh => "events_high",
            Self::SubscribersLow => "subscribers_low",
            Self::SubscribersHigh => "subscribers_high",
            Self::RadioCellsSilent => "radio_cells_silent",
            Self::RadioCellsNew => "radio_cells_new",
            Self::Truncated => "truncated",
            Self::LateStart => "late_start",
            Self::SourceMissing => "source_missing",
            Self::Duplicates => "duplicates",
            Self::ClockSkew => "clock_skew",
            Self::Unlocated => "unlocated",
            Self::Quarantined => "quarantined",
        }
    }
}

/// A check that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which.
    pub check: Check,
    /// What follows.
    pub consequence: Consequence,
    /// What was found, against what: counts and shares of the whole day, for its owner's eyes.
    pub found: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.check.name(), self.consequence.name(), self.found)
    }
}

/// What the checks say of one day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayVerdict {
    /// Days of the trailing window that were there to compare with.
    pub history_days: u32,
    /// Whether these were too few: checks against the trailing window were not made.
    pub no_history: bool,
    /// The checks that failed, in the order of [`Check::ALL`].
    pub findings: Vec<Finding>,
}

impl DayVerdict {
    /// The gravest consequence.
    pub fn consequence(&self) -> Consequence {
        self.findings.iter().map(|finding| finding.consequence).max().unwrap_or_default()
    }

    /// Names of the failed checks with at least this consequence, joined by `;`.
    pub fn names(&self, at_least: Consequence) -> String {
        let names = self.findings.iter().filter(|finding| finding.consequence >= at_least.max(Consequence::Warn));
        names.map(|finding| finding.check.name()).collect::<Vec<_>>().join(";")
    }

    /// Checks that refuse the day.
    pub fn refused_by(&self) -> BTreeSet<Check> {
        let refusing = self.findings.iter().filter(|finding| finding.consequence == Consequence::Refuse);
        refusing.map(|finding| finding.check).collect()
    }

    /// Whether the day may be used: nothing refuses it but what was accepted.
    pub fn is_usable(&self, acceptance: Option<&Acceptance>) -> bool {
        let refused_by = self.refused_by();
        refused_by.is_empty() || acceptance.is_some_and(|accepted| refused_by.is_subset(&accepted.checks))
    }
}

/// Somebody's word that a refused day is to be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Why, as given.
    pub reason: String,
    /// What refused the day at that time; another check that comes to refuse it is not accepted by this.
    pub checks: BTreeSet<Check>,
}

/// What happened at one location on one day. CONFIDENTIAL: counts below k.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocationDay {
    /// Where.
    pub location: LocationKey,
    /// Events.
    pub events: u64,
    /// Of these, at an instant at which the location was nowhere.
    pub unlocated: u64,
    /// Distinct subscribers with an event.
    pub subscribers: u32,
}

/// Who was heard at one location in one hour. CONFIDENTIAL: counts below k.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocationHour {
    /// Where.
    pub location: LocationKey,
    /// Hours since the start of the local day, 0 to 23; the last has two where a day has 25.
    pub hour: u8,
    /// Distinct subscribers with an event.
    pub subscribers: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(findings: &[(Check, Consequence)]) -> DayVerdict {
        let finding = |&(check, consequence): &(Check, Consequence)| Finding { check, consequence, found: "-".into() };
        DayVerdict { findings: findings.iter().map(finding).collect(), ..DayVerdict::default() }
    }

    #[test]
    fn the_gravest_consequence_counts_and_ok_is_no_finding() {
        assert_eq!(verdict(&[]).consequence(), Consequence::Ok);
        let both = verdict(&[(Check::Truncated, Consequence::Exclude), (Check::RadioCellsNew, Consequence::Warn)]);
        assert_eq!(both.consequence(), Consequence::Exclude);
        assert_eq!(both.names(Consequence::Exclude), "truncated");
        assert_eq!(both.names(Consequence::Ok), "truncated;radio_cells_new");
    }

    #[test]
    fn an_acceptance_covers_what_was_accepted_and_no_more() {
        let accepted = Acceptance { reason: "checked".into(), checks: BTreeSet::from([Check::EventsLow]) };
        let low = verdict(&[(Check::EventsLow, Consequence::Refuse)]);
        assert!(!low.is_usable(None) && low.is_usable(Some(&accepted)));
        let worse = verdict(&[(Check::EventsLow, Consequence::Refuse), (Check::Unlocated, Consequence::Refuse)]);
        assert!(!worse.is_usable(Some(&accepted)));
        assert!(verdict(&[(Check::Truncated, Consequence::Exclude)]).is_usable(None));
    }

    #[test]
    fn names_are_those_of_the_configuration_and_each_once() {
        let names: BTreeSet<&str> = Check::ALL.iter().map(|check| check.name()).collect();
        assert_eq!(names.len(), Check::ALL.len());
        assert!(Check::ALL.is_sorted(), "findings are listed in the order of the checks");
    }
}
