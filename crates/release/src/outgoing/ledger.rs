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
    /// It is too near to a day that left of an operation with another event or baseline: the same people, counted otherwise.
    OtherOperation(LocalDay),
}

impl DayVerdict {
    /// Whether the day leaves.
    pub const fn leaves(self) -> bool {
        matches!(self, Self::New | Self::Same)
    }
}

/// What days that leave must keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayRules {
    /// The least number of days between two released days.
    pub every: u16,
    /// Under noise numbers that changed leave anew, with other noise, and days as near as they like: both are paid for by the budget.
    pub noised: bool,
    /// Whether somebody answers for days near to those of another operation.
    pub accepts_overlap: bool,
}

/// The verdict on each candidate, against what left of the same event and baseline, against what left of others (the
/// difference of two counts of the same people tells what a few did), and against each other.
pub fn audit_days(
    ledger: &[ReleasedDay],
    (event, baseline): (LocalDay, Period),
    candidates: &[Candidate],
    DayRules { every, noised, accepts_overlap }: DayRules,
) -> Vec<DayVerdict> {
    let is_own = |own: &&ReleasedDay| own.event == event && own.baseline == [baseline.first, baseline.last];
    let (released, others): (Vec<&ReleasedDay>, Vec<&ReleasedDay>) = ledger.iter().partition(is_own);
    let mut left: Vec<LocalDay> = released.iter().map(|own| own.period[1]).collect();
    let mut verdicts = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let Candidate { period, content } = candidate;
        let before = released.iter().rfind(|own| own.period[1] == period.last);
        let near = |day: &&LocalDay| (day.0 - period.last.0).unsigned_abs() < u32::from(every);
        let other = others.iter().map(|own| own.period[1]).filter(|_| !accepts_overlap).find(|day| near(&day));
        let verdict = match (before, other) {
            (Some(own), _) if own.content == *content && own.period[0] == period.first => DayVerdict::Same,
            (Some(_), _) if !noised => DayVerdict::Changed,
            _ if noised => DayVerdict::New,
            (_, Some(day)) => DayVerdict::OtherOperation(day),
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

    const WEEKLY: DayRules = DayRules { every: 7, noised: false, accepts_overlap: false };

    #[test]
    fn a_day_leaves_once_and_others_keep_their_distance() {
        let ledger = [released(37, "a"), released(44, "b")];
        let ask = [candidate(37, "a"), candidate(44, "late rows"), candidate(47, "c"), candidate(51, "d")];
        let verdicts = audit_days(&ledger, (LocalDay(30), BASELINE), &ask, WEEKLY);
        let expected = [DayVerdict::Same, DayVerdict::Changed, DayVerdict::TooNear(LocalDay(44)), DayVerdict::New];
        assert_eq!(verdicts, expected);
    }

    #[test]
    fn noise_pays_for_changes_and_for_near_days() {
        let ledger = [released(37, "a")];
        let ask = [candidate(37, "late rows"), candidate(38, "b")];
        let rules = DayRules { every: 1, noised: true, accepts_overlap: false };
        assert_eq!(audit_days(&ledger, (LocalDay(30), BASELINE), &ask, rules), [DayVerdict::New; 2]);
    }

    #[test]
    fn another_name_for_the_operation_opens_no_back_door() {
        let renamed = ReleasedDay { operation: "Other".into(), ..released(37, "a") };
        let ask = [candidate(38, "a")];
        let verdicts = audit_days(&[renamed], (LocalDay(30), BASELINE), &ask, WEEKLY);
        assert_eq!(verdicts, [DayVerdict::TooNear(LocalDay(37))]);
    }

    #[test]
    fn another_event_or_baseline_on_near_days_takes_somebody_who_answers_for_it() {
        let (ledger, longer) = ([released(37, "a")], Period { first: LocalDay(-1), last: LocalDay(27) });
        let ask = [candidate(38, "a"), candidate(44, "b")];
        let expected = [DayVerdict::OtherOperation(LocalDay(37)), DayVerdict::New];
        for of in [(LocalDay(31), BASELINE), (LocalDay(30), longer)] {
            assert_eq!(audit_days(&ledger, of, &ask, WEEKLY), expected);
            let accepted = DayRules { accepts_overlap: true, ..WEEKLY };
            assert_eq!(audit_days(&ledger, of, &ask[..1], accepted), [DayVerdict::New]);
            assert_eq!(audit_days(&ledger, of, &ask, DayRules { noised: true, ..WEEKLY }), [DayVerdict::New; 2]);
        }
    }

    #[test]
    fn candidates_keep_their_distance_from_each_other() {
        let verdicts = audit_days(&[], (LocalDay(30), BASELINE), &[candidate(37, "a"), candidate(40, "b")], WEEKLY);
        assert_eq!(verdicts, [DayVerdict::New, DayVerdict::TooNear(LocalDay(37))]);
    }
}
