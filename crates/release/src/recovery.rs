//! The return of the displaced through the wall: one row per origin, tested on the subscribers behind its largest week.

use crate::count::{ReleasedCount, SuppressionReason};
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use hexodus_model::{Level, LocalDay, PeopleOf};

/// The return of one series. CONFIDENTIAL until released.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecoveryOf {
    /// Of whom.
    pub of: PeopleOf,
    /// Fewest displaced subscribers, and fewest observed, behind a day of the largest week.
    pub behind_peak: [u64; 2],
    /// The same of the last week.
    pub behind_last: [u64; 2],
    /// What is published if all passes.
    pub figures: RecoveryFigures,
}

/// Figures of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecoveryFigures {
    /// Last day of the week with the most displaced above normal.
    pub peak_week: LocalDay,
    /// These, in the mean of that week. People.
    pub peak_people: f64,
    /// Last day of the last week.
    pub last_week: LocalDay,
    /// From the one to the other.
    pub weeks: u32,
    /// Of the largest, displaced above normal in the last week; `None` where it is withheld.
    pub still_displaced: Option<f64>,
    /// The curve, or why there is none.
    pub curve: Result<CurveFigures, &'static str>,
    /// Whether the people to expect without an event are known and taken away.
    pub normal_known: bool,
}

/// A fitted curve of return.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurveFigures {
    /// Share that returns fast.
    pub fast_share: f64,
    /// Weeks.
    pub fast_weeks: f64,
    /// Weeks.
    pub slow_weeks: f64,
    /// Weeks; `None` outside the series.
    pub half_life_weeks: Option<f64>,
    /// Ends of its 95 % interval; the upper one is infinite where it may be longer than the series.
    pub half_life: Option<[f64; 2]>,
}

/// One released row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RecoveryRow {
    /// Of whom.
    pub of: PeopleOf,
    /// The figures.
    pub figures: RecoveryFigures,
    /// Why what is left is withheld, if it is.
    pub withheld: Option<SuppressionReason>,
}

/// The released returns of one level: of origins, or of everybody.
#[derive(Clone, Debug, PartialEq)]
pub struct RecoveryTable {
    /// Whether it is the one of everybody: apart, so that no sum counts them twice.
    pub of_all: bool,
    /// Level of the areas.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// Ascending by origin.
    pub rows: Vec<RecoveryRow>,
}

/// Releases the returns of origins, or that of everybody.
///
/// *Test*: displaced and observed subscribers of every day of the largest week; of what is left of it also those of the
/// last week, since it gives the stock of that week away. The curve stands on all weeks together and tells of none.
/// *Rows* (sparse): those that pass.
pub fn release_recovery(
    of_all: bool,
    level: Level,
    returns: &[RecoveryOf],
    policy: &DisclosurePolicy,
) -> Released<RecoveryTable> {
    let threshold = policy.threshold(level);
    let passes = |behind: [u64; 2]| {
        let reason = |count| ReleasedCount::tested(count, threshold).reason();
        behind.into_iter().find_map(reason)
    };
    let row = |own: &RecoveryOf| {
        let withheld = passes(own.behind_last);
        let still_displaced = own.figures.still_displaced.filter(|_| withheld.is_none());
        RecoveryRow { of: own.of, figures: RecoveryFigures { still_displaced, ..own.figures }, withheld }
    };
    let own = |own: &&RecoveryOf| is_of_table(of_all, own.of) && passes(own.behind_peak).is_none();
    let mut rows: Vec<RecoveryRow> = returns.iter().filter(own).map(row).collect();
    rows.sort_by_key(|row| row.of);
    Released::internal(RecoveryTable { of_all, level, threshold, rows })
}

/// Whether a figure is in the table of origins, or of everybody.
pub(crate) const fn is_of_table(of_all: bool, of: PeopleOf) -> bool {
    matches!((of_all, of), (false, PeopleOf::From(_)) | (true, PeopleOf::Everywhere))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{AreaKey, UnitKey};

    #[test]
    fn what_is_left_is_tested_on_the_last_week_too() {
        let figures = RecoveryFigures {
            peak_week: LocalDay(3),
            peak_people: 900.0,
            last_week: LocalDay(24),
            weeks: 3,
            still_displaced: Some(0.25),
            curve: Err("too_few_weeks"),
            normal_known: true,
        };
        let from = |area| PeopleOf::From(UnitKey::area(AreaKey(area)));
        let of = |of, behind_peak, behind_last| RecoveryOf { of, behind_peak, behind_last, figures };
        let returns = [
            of(from(4), [16, 16], [15, 900]),
            of(from(3), [15, 900], [900, 900]),
            of(from(2), [900, 15], [900, 900]),
            of(from(1), [16, 16], [16, 16]),
            of(PeopleOf::Everywhere, [99, 99], [99, 99]),
            of(PeopleOf::At(UnitKey::FIRST), [99, 99], [99, 99]),
        ];
        let policy = DisclosurePolicy::default();
        let found = release_recovery(false, Level::Adm(2), &returns, &policy);
        let shown: Vec<_> = found.rows.iter().map(|row| (row.of, row.figures.still_displaced, row.withheld)).collect();
        assert_eq!(shown, [(from(1), Some(0.25), None), (from(4), None, Some(SuppressionReason::BelowK))]);
        assert_eq!(release_recovery(true, Level::Adm(2), &returns, &policy).rows.len(), 1);
    }
}
