//! What left before, and whether a day may follow: a day leaves once, and days that follow each other are far enough apart.
//!
//! A number that leaves twice, before and after late data, tells by its difference what a few subscribers did; so does a
//! number of two days one after the other. The first release of a day therefore stands (methods §16, formats §5.3).

use crate::noise::Charge;
use hexodus_model::{LocalDay, Period};
use serde::{Deserialize, Serialize};

/// A released day, as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasedDay {
    /// Name of the operation, as it was then.
    pub operation: String,
    /// The event and the baseline: what makes two operations the same, whatever they are called.
    pub event: LocalDay,
    /// First and last day of the baseline.
    pub baseline: [LocalDay; 2],
    /// First and last day of the period; the numbers are of the last.
    pub period: [LocalDay; 2],
    /// Fingerprint of all numbers before the wall, and of the policy they went through.
    pub content: String,
    /// Folder it was first written to.
    pub folder: String,
    /// Who may see it.
    pub class: String,
    /// Distinct subscribers a number was tested on.
    pub k: u64,
    /// What its noise cost; empty where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charges: Vec<Charge>,
}

/// A day that asks to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// First and last day of the period.
    pub period: Period,
    /// Fingerprint, as [`ReleasedDay::content`].
    pub content: String,
}

/// Whether a day may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayVerdict {
    /// It never left.
    New,
    /// It left with the very same numbers.
    Same,
    /// It left with other numbers, or under another policy: the earlier ones stand.
    Changed,
    /// It is too near to a day that left.
    TooNear(LocalDay),
}

impl DayVerdict {
    /// Whether the day leaves.
    pub const fn leaves(self) -> bool {
        matches!(self, Self::New | Self::Same)
    }
}

/// The verdict on each candidate, against what left of the same event and baseline, and against each other. `every` is
/// the least number of days between two released days. `noised`: numbers that changed leave anew, with other noise, and days as near
/// as they like: both are paid for by the budget.
pub fn audit_days(
    ledger: &[ReleasedDay],
    (event, baseline): (LocalDay, Period),
    candidates: &[Candidate],
    (every, noised): (u16, bool),
) -> Vec<DayVerdict> {
    let is_own = |own: &&ReleasedDay| own.event == event && own.baseline == [baseline.first, baseline.last];
    let released: Vec<&ReleasedDay> = ledger.iter().filter(is_own).collect();
    let mut left: Vec<LocalDay> = released.iter().map(|own| own.period[1]).collect();
    let mut verdicts = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let Candidate { period, content } = candidate;
        let before = released.iter().rfind(|own| own.period[1] == period.last);
        let near = |day: &&LocalDay| (day.0 - period.last.0).unsigned_abs() < u32::from(every);
        let verdict = match before {
            Some(own) if own.content == *content && own.period[0] == period.first => DayVerdict::Same,
            Some(_) if !noised => DayVerdict::Changed,
            _ if noised => DayVerdict::New,
            _ => left.iter().find(near).map_or(DayVerdict::New, |&day| DayVerdict::TooNear(day)),
        };
        if verdict == DayVerdict::New {
            left.push(period.last);
        }
        verdicts.push(verdict);
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASELINE: Period = Period { first: LocalDay(0), last: LocalDay(27) };

    fn released(last: i32, content: &str) -> ReleasedDay {
        ReleasedDay {
            operation: "Quake".into(),
            event: LocalDay(30),
            baseline: [BASELINE.first, BASELINE.last],
            period: [LocalDay(last - 6), LocalDay(last)],
            content: content.into(),
            folder: String::new(),
            class: "restricted".into(),
            k: 16,
            charges: Vec::new(),
        }
    }

    fn candidate(last: i32, content: &str) -> Candidate {
        Candidate { period: Period { first: LocalDay(last - 6), last: LocalDay(last) }, content: content.into() }
    }

    #[test]
    fn a_day_leaves_once_and_others_keep_their_distance() {
        let ledger = [released(37, "a"), released(44, "b")];
        let ask = [candidate(37, "a"), candidate(44, "late rows"), candidate(47, "c"), candidate(51, "d")];
        let verdicts = audit_days(&ledger, (LocalDay(30), BASELINE), &ask, (7, false));
        let expected = [DayVerdict::Same, DayVerdict::Changed, DayVerdict::TooNear(LocalDay(44)), DayVerdict::New];
        assert_eq!(verdicts, expected);
    }

    #[test]
    fn noise_pays_for_changes_and_for_near_days() {
        let ledger = [released(37, "a")];
        let ask = [candidate(37, "late rows"), candidate(38, "b")];
        assert_eq!(audit_days(&ledger, (LocalDay(30), BASELINE), &ask, (1, true)), [DayVerdict::New; 2]);
    }

    #[test]
    fn another_name_for_the_operation_opens_no_back_door() {
        let renamed = ReleasedDay { operation: "Other".into(), ..released(37, "a") };
        let ask = [candidate(38, "a")];
        let verdicts = audit_days(&[renamed], (LocalDay(30), BASELINE), &ask, (7, false));
        assert_eq!(verdicts, [DayVerdict::TooNear(LocalDay(37))]);
        let other_event = audit_days(&[released(37, "a")], (LocalDay(31), BASELINE), &ask, (7, false));
        assert_eq!(other_event, [DayVerdict::New]);
    }

    #[test]
    fn candidates_keep_their_distance_from_each_other() {
        let verdicts = audit_days(&[], (LocalDay(30), BASELINE), &[candidate(37, "a"), candidate(40, "b")], (7, false));
        assert_eq!(verdicts, [DayVerdict::New, DayVerdict::TooNear(LocalDay(37))]);
    }
}
