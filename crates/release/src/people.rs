//! People through the wall: estimates with their intervals, tested on the subscribers behind them.

use crate::count::{ReleasedCount, SuppressionReason};
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use hexodus_model::{Level, LocalDay, PeopleOf, UnitKey};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Variances on the logit of the share: sampling, population, wrong states.
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
    /// All figures of a row or none, as each gives the others away.
    pub content: PeopleContent,
}

/// What there is to say of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PeopleContent {
    /// The figures.
    Figures(PeopleFigures),
    /// Why they are withheld.
    Withheld(SuppressionReason),
    /// Why there are none.
    Missing(&'static str),
}

impl PeopleContent {
    /// The figures, if there are any.
    pub const fn figures(&self) -> Option<&PeopleFigures> {
        if let Self::Figures(figures) = self { Some(figures) } else { None }
    }

    /// The reason, if they are withheld.
    pub const fn reason(&self) -> Option<SuppressionReason> {
        if let Self::Withheld(reason) = *self { Some(reason) } else { None }
    }
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
/// pass otherwise; and of homes the areas without any figure, with why, on every day: `missing` says which, by what is
/// the same on all days and tells of fewer than 30 subscribers only that they are.
pub fn release_people(
    kind: PeopleTableKind,
    level: Level,
    days: &[PeopleDay],
    missing: &BTreeMap<UnitKey, &'static str>,
    policy: &DisclosurePolicy,
) -> Released<PeopleTable> {
    let threshold = policy.threshold(level);
    let passes = |count: u64| ReleasedCount::tested(count, threshold).published().is_some();
    let row = |own: &PeopleDay| {
        let withheld = PeopleContent::Withheld(SuppressionReason::LowCoverage);
        let content = if own.low_coverage { withheld } else { PeopleContent::Figures(own.figures) };
        PeopleRow { day: own.day, of: own.of, content }
    };
    let own = days.iter().filter(|own| kind.holds(own.of) && passes(own.subscribers) && passes(own.observed));
    let mut rows: Vec<PeopleRow> = own.map(row).collect();
    if kind == PeopleTableKind::From {
        let dates: BTreeSet<LocalDay> = days.iter().map(|own| own.day).collect();
        rows.extend(dates.into_iter().flat_map(|day| {
            let row = move |(&area, &why): (&UnitKey, &&'static str)| PeopleRow {
                day,
                of: PeopleOf::From(area),
                content: PeopleContent::Missing(why),
            };
            missing.iter().map(row)
        }));
    }
    rows.sort_by_key(|row| (row.day, row.of));
    Released::internal(PeopleTable { kind, level, threshold, rows })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{AreaKey, OriginHost};

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
        let missing = [(unit(9), "not_covered")].into();
        let of_kind = |kind| release_people(kind, Level::Adm(2), &days, &missing, &policy);
        let released = of_kind(PeopleTableKind::Pairs);
        let told: Vec<_> = released.rows.iter().map(|row| (row.of, row.content.reason())).collect();
        let of = |host| PeopleOf::Pair(OriginHost { origin: unit(1), host: unit(host) });
        assert_eq!(told, [(of(3), None), (of(5), Some(SuppressionReason::LowCoverage))]);
        assert_eq!(of_kind(PeopleTableKind::At).rows.len(), 1);
        let from = of_kind(PeopleTableKind::From);
        assert_eq!(
            from.rows.iter().map(|row| row.content).collect::<Vec<_>>(),
            [PeopleContent::Missing("not_covered")]
        );
    }
}
