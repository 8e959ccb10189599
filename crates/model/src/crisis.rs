//! When a crisis began, and what counts as before.

use crate::time::LocalDay;
use crate::without_event::WithoutEventDays;

/// A run of local days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// First day.
    pub first: LocalDay,
    /// Last day.
    pub last: LocalDay,
}

impl Period {
    /// The `days` days that end the day before `event` (methods §0: 28).
    pub const fn before(event: LocalDay, days: i32) -> Self {
        Self { first: LocalDay(event.0 - days), last: event.previous() }
    }

    /// Number of days; 0 when the ends are reversed.
    pub const fn len(&self) -> usize {
        if self.last.0 < self.first.0 { 0 } else { (self.last.0 - self.first.0 + 1) as usize }
    }

    /// Whether there is no day in it.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the day is one of them.
    pub const fn contains(&self, day: LocalDay) -> bool {
        self.first.0 <= day.0 && day.0 <= self.last.0
    }

    /// The days, ascending.
    pub fn days(&self) -> impl Iterator<Item = LocalDay> + use<> {
        (self.first.0..=self.last.0).map(LocalDay)
    }

    /// The period of the same length that ends `periods` lengths earlier.
    #[must_use]
    pub const fn earlier(&self, periods: i32) -> Self {
        let shift = self.len() as i32 * periods;
        Self { first: LocalDay(self.first.0 - shift), last: LocalDay(self.last.0 - shift) }
    }
}

/// The days of one crisis: the baseline that fixes homes, and the days that are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrisisDays {
    /// The day of the event: the first day that is followed.
    pub event: LocalDay,
    /// The days whose residences fix the home; ends before the event.
    pub baseline: Period,
    /// The last day that is followed.
    pub last: LocalDay,
}

impl CrisisDays {
    /// Records are read from this day: residence of the first day of the baseline looks back `window_days` − 1 days,
    /// and a home may be decided by the period before (methods §2.1, §2.3).
    pub const fn first_record(&self, window_days: u8, look_back: i32) -> LocalDay {
        LocalDay(self.baseline.earlier(look_back).first.0 - window_days as i32 + 1)
    }

    /// The days of a time without an event: of the last 28 of the baseline the first seven to learn the routine from, the
    /// others to follow, and the last fourteen to count, when stays have had the time to be confirmed. `None` where the
    /// baseline is shorter.
    pub fn without_event(&self) -> Option<WithoutEventDays> {
        let last = self.baseline.last;
        let from = |days_ago: i32| LocalDay(last.0 - days_ago + 1);
        if from(28).0 < self.baseline.first.0 {
            return None;
        }
        let learnt = Period { first: from(28), last: from(22) };
        Some(WithoutEventDays {
            learnt,
            followed: Period { first: from(21), last },
            counted: Period { first: from(14), last },
        })
    }

    /// The days from the first of the baseline to the last that is followed.
    pub const fn known(&self) -> Period {
        Period { first: self.baseline.first, last: self.last }
    }

    /// The days that are followed, from the event on.
    pub const fn followed(&self) -> Period {
        Period { first: self.event, last: self.last }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_of_28_residences_reads_34_days() {
        let event: LocalDay = "2031-03-05".parse().unwrap();
        let days = CrisisDays { event, baseline: Period::before(event, 28), last: event };
        assert_eq!((days.baseline.len(), days.baseline.last), (28, "2031-03-04".parse().unwrap()));
        assert_eq!(event.0 - days.first_record(7, 0).0, 34);
        assert_eq!(event.0 - days.first_record(7, 1).0, 62);
        assert_eq!(days.baseline.earlier(1).last.next(), days.baseline.first);
        assert!(Period { first: event, last: event.previous() }.is_empty());
    }
}
