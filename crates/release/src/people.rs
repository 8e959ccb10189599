//! People through the wall: estimates with their intervals, tested on the subscribers behind them.

use crate::count::{ReleasedCount, SuppressionReason};
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use hexodus_model::{Level, LocalDay, PeopleOf};

/// People displaced on one day, as estimated. CONFIDENTIAL until released.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeopleDay {
    /// The local day.
    pub day: LocalDay,
    /// Of whom.
    pub of: PeopleOf,
    /// Displaced subscribers behind it.
    pub subscribers: u64,
    /// Observed subscribers that they are a part of.
    pub observed: u64,
    /// Whether what can be seen of its area is too little for any figure (methods §4.5).
    pub low_coverage: bool,
    /// What is published if all passes.
    pub figures: PeopleFigures,
}

/// Figures of one row. People.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeopleFigures {
    /// Corrected for who can be observed where.
    pub estimate: f64,
    /// Ends of the 95 % interval.
    pub interval: [f64; 2],
    /// Where its sampling error came from.
    pub method: &'static str,
    /// Not corrected.
    pub uncorrected: f64,
    /// Corrected by stayers instead.
    pub by_stayers: Option<f64>,
    /// At least and at most, wherever the unseen are.
    pub bounds: [f64; 2],
    /// To expect without an event.
    pub normal: Option<f64>,
    /// Variances on the logit of the share: sampling, population, who is misplaced.
    pub variances: [f64; 3],
    /// Whether it may still change when later days are known.
    pub provisional: bool,
    /// What is special about the origin.
    pub remark: Option<&'static str>,
}

/// One released row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeopleRow {
    /// The local day.
    pub day: LocalDay,
    /// Of whom.
    pub of: PeopleOf,
    /// The figures, or why they are withheld: all of a row or none, as each gives the others away.
    pub figures: Result<PeopleFigures, SuppressionReason>,
}

/// Which figures a table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeopleTableKind {
    /// By home and host.
    Pairs,
    /// By home.
    From,
    /// By host.
    At,
    /// Everybody: apart, so that no sum counts them twice.
    All,
}

impl PeopleTableKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Pairs, Self::From, Self::At, Self::All];

    /// Whether a figure is in the table.
    pub const fn holds(self, of: PeopleOf) -> bool {
        matches!(
            (self, of),
            (Self::Pairs, PeopleOf::Pair(_))
                | (Self::From, PeopleOf::From(_))
                | (Self::At, PeopleOf::At(_))
                | (Self::All, PeopleOf::Everywhere)
        )
    }
}

/// The released figures of one kind at one level.
#[derive(Clone, Debug, PartialEq)]
pub struct PeopleTable {
    /// Which figures.
    pub kind: PeopleTableKind,
    /// Level of the areas.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// Ascending by day and key.
    pub rows: Vec<PeopleRow>,
}

/// Releases the estimates of one kind.
///
/// *Test*: the displaced subscribers behind a figure, and those observed that they are a part of (formats §5.2: a share
/// needs both). No subscriber count and no weight stands beside the people.
/// *Rows* (sparse): those that pass. Those of which too little can be seen are listed with that reason where they would
/// pass otherwise.
pub fn release_people(
    kind: PeopleTableKind,
    level: Level,
    days: &[PeopleDay],
    policy: &DisclosurePolicy,
) -> Released<PeopleTable> {
    let threshold = policy.threshold(level);
    let passes = |count: u64| ReleasedCount::tested(count, threshold).published().is_some();
    let row = |own: &PeopleDay| {
        let figures = if own.low_coverage { Err(SuppressionReason::LowCoverage) } else { Ok(own.figures) };
        PeopleRow { day: own.day, of: own.of, figures }
    };
    let days = days.iter().filter(|own| kind.holds(own.of) && passes(own.subscribers) && passes(own.observed));
    let mut rows: Vec<PeopleRow> = days.map(row).collect();
    rows.sort_by_key(|row| (row.day, row.of));
    Released::internal(PeopleTable { kind, level, threshold, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{AreaKey, OriginHost, UnitKey};

    #[test]
    fn a_share_needs_both_sides_and_something_to_be_seen() {
        let unit = |area| UnitKey::area(AreaKey(area));
        let figures = PeopleFigures {
            estimate: 50.0,
            interval: [20.0, 100.0],
            method: "bootstrap",
            uncorrected: 60.0,
            by_stayers: None,
            bounds: [10.0, 200.0],
            normal: Some(7.0),
            variances: [0.1, 0.0, 0.0],
            provisional: true,
            remark: None,
        };
        let day = |host, subscribers, observed, low_coverage| {
            let of = PeopleOf::Pair(OriginHost { origin: unit(1), host: unit(host) });
            PeopleDay { day: LocalDay(3), of, subscribers, observed, low_coverage, figures }
        };
        let days = [
            day(5, 16, 16, true),
            day(4, 15, 900, false),
            day(3, 16, 16, false),
            day(2, 15, 900, true),
            PeopleDay { of: PeopleOf::At(unit(3)), ..day(3, 99, 99, false) },
        ];
        let policy = DisclosurePolicy::default();
        let released = release_people(PeopleTableKind::Pairs, Level::Adm(2), &days, &policy);
        let told: Vec<_> = released.rows.iter().map(|row| (row.of, row.figures.map(|_| ()))).collect();
        let of = |host| PeopleOf::Pair(OriginHost { origin: unit(1), host: unit(host) });
        assert_eq!(told, [(of(3), Ok(())), (of(5), Err(SuppressionReason::LowCoverage))]);
        assert_eq!(release_people(PeopleTableKind::At, Level::Adm(2), &days, &policy).rows.len(), 1);
    }
}
