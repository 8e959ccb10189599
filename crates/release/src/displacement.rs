//! The account of displacement by origin through the wall.

use crate::count::{ReleasedCount, SuppressionReason};
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use crate::rows::RowPolicy;
use hexodus_model::{Level, LocalDay, OriginCounts, Reserved, StockCounts, StockTable, UnitKey, WithoutEvent};
use std::collections::BTreeMap;

/// The figures of an origin on a day, in the order of the columns. All are distinct subscribers with their home there.
pub const DISPLACEMENT_FIGURES: [&str; 15] = [
    "panel",
    "at_home",
    "usual_place",
    "provisional",
    "displaced",
    "returned",
    "unobserved",
    "unobserved_outage",
    "displaced_when_last_seen",
    "new",
    "returns",
    "onward",
    "reappeared",
    "vanished",
    "unlocatable",
];

/// One day, at the level of the table. CONFIDENTIAL until released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplacementDay {
    /// Stock and panel by origin.
    pub table: StockTable,
    /// Subscribers seen in the baseline whose home cannot be told; told of in the row `_UNKNOWN`.
    pub unlocatable: u64,
}

/// Released figures of origins by day.
#[derive(Clone, Debug, PartialEq)]
pub struct DisplacementTable {
    /// Level of the origins.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// Which rows are listed.
    pub row_policy: RowPolicy,
    /// Share of the panel that is displaced on a day without an event; `None` where fewer subscribers than the k of the
    /// test are behind it on average, or the baseline is too short to tell.
    pub normal_share: Option<f64>,
    /// Ascending by day and origin.
    pub rows: Vec<DisplacementRow>,
}

/// One origin on one day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DisplacementRow {
    /// The local day.
    pub day: LocalDay,
    /// Where home is.
    pub origin: UnitKey,
    /// By [`DISPLACEMENT_FIGURES`]; `None` where a figure has no meaning for the row.
    pub figures: [Option<ReleasedCount>; DISPLACEMENT_FIGURES.len()],
    /// Displaced to expect without an event; `None` where the panel is withheld, or the baseline tells nothing.
    pub normal: Option<f64>,
}

impl DisplacementRow {
    /// Displaced less those to expect without an event, of published figures.
    pub fn above_normal(&self) -> Option<f64> {
        Some(published(&self.figures, "displaced")? as f64 - self.normal?)
    }

    /// The figures that are withheld, with the reason.
    pub fn withheld(&self) -> impl Iterator<Item = (&'static str, SuppressionReason)> {
        DISPLACEMENT_FIGURES.into_iter().zip(self.figures).filter_map(|(name, figure)| Some((name, figure?.reason()?)))
    }
}

/// Releases the figures of all days; each is tested by itself.
///
/// *Normal*: the panel of an origin times the share of the whole panel that was displaced on the days of `quiet`, so that
/// it tells nothing but the published panel and one figure of everybody.
///
/// *Rows*: every origin of `universe` and every other of which some figure passes, where the table then has at most
/// `full_rows_limit` rows; else only origins of which some figure passes.
pub fn release_displacement(
    level: Level,
    days: Vec<DisplacementDay>,
    quiet: WithoutEvent,
    universe: &[UnitKey],
    policy: &DisclosurePolicy,
) -> Released<DisplacementTable> {
    let threshold = policy.threshold(level);
    let panel = days.first().map_or(0, |day| day.table.origins.iter().map(|(_, own)| own.panel).sum());
    let normal_share = normal_share(quiet, panel, threshold);
    let full = (universe.len() as u64).saturating_mul(days.len() as u64) <= policy.full_rows_limit();
    let mut rows = Vec::new();
    for day in days {
        let mut figures = figures(&day);
        if full {
            for &unit in universe {
                figures.entry(unit).or_default();
            }
        }
        for (origin, counts) in figures {
            let is_unknown = origin.as_reserved() == Some(Reserved::Unknown);
            let mut tested = counts.map(|count| Some(ReleasedCount::tested(count, threshold)));
            if !is_unknown {
                tested[DISPLACEMENT_FIGURES.len() - 1] = None;
            }
            let passes = tested.iter().flatten().any(|count| count.published().is_some());
            if passes || full && universe.contains(&origin) {
                let normal = published(&tested, "panel").zip(normal_share).map(|(panel, share)| panel as f64 * share);
                rows.push(DisplacementRow { day: day.table.day, origin, figures: tested, normal });
            }
        }
    }
    rows.sort_by_key(|row| (row.day, row.origin));
    let row_policy = if full { RowPolicy::Full } else { RowPolicy::Sparse };
    Released::internal(DisplacementTable { level, threshold, row_policy, normal_share, rows })
}

/// The figure of a name, if it is published.
fn published(figures: &[Option<ReleasedCount>; DISPLACEMENT_FIGURES.len()], name: &str) -> Option<u64> {
    let at = DISPLACEMENT_FIGURES.iter().position(|&own| own == name)?;
    figures[at]?.published()
}

/// The share of the panel displaced on a day without an event, if at least `threshold` subscribers are, on average.
fn normal_share(quiet: WithoutEvent, panel: u64, threshold: u64) -> Option<f64> {
    let share = quiet.displaced as f64 / quiet.days as f64;
    (quiet.days > 0 && share * panel as f64 >= threshold as f64).then_some(share)
}

fn figures(day: &DisplacementDay) -> BTreeMap<UnitKey, [u64; DISPLACEMENT_FIGURES.len()]> {
    let table = &day.table;
    let mut changes: BTreeMap<UnitKey, (StockCounts, u64)> = BTreeMap::new();
    for &(pair, counts) in &table.hosts {
        changes.entry(pair.origin).or_default().0 += counts;
    }
    for &((origin, _), count) in &table.onward {
        changes.entry(origin).or_default().1 += count;
    }
    let mut figures = BTreeMap::new();
    for &(origin, own) in &table.origins {
        let (stock, onward) = changes.get(&origin).copied().unwrap_or_default();
        figures.insert(origin, row(own, stock, onward));
    }
    let unknown = figures.entry(UnitKey::reserved(Reserved::Unknown)).or_default();
    unknown[DISPLACEMENT_FIGURES.len() - 1] = day.unlocatable;
    figures
}

const fn row(own: OriginCounts, changes: StockCounts, onward: u64) -> [u64; DISPLACEMENT_FIGURES.len()] {
    [
        own.panel,
        own.at_home,
        own.usual_place,
        own.provisional,
        own.displaced,
        own.returned,
        own.unobserved(),
        own.outage,
        own.displaced_when_last_seen,
        changes.entered,
        changes.returned,
        onward,
        changes.reappeared,
        changes.vanished,
        0,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{AreaKey, Dating};

    #[test]
    fn normal_is_told_where_enough_are_behind_it() {
        assert_eq!(normal_share(WithoutEvent { days: 1400, displaced: 14, near: 0 }, 1600, 16), Some(0.01));
        assert_eq!(normal_share(WithoutEvent { days: 1400, displaced: 14, near: 0 }, 1599, 16), None, "15.99 a day");
        assert_eq!(normal_share(WithoutEvent::default(), 1_000_000, 16), None, "no baseline of four weeks");
    }

    #[test]
    fn each_figure_is_tested_by_itself_and_zero_looks_like_fifteen() {
        let unit = |area| UnitKey::area(AreaKey(area));
        let counts = OriginCounts { panel: 31, at_home: 16, not_located: 15, ..OriginCounts::default() };
        let table = StockTable {
            origin_level: Level::Adm(2),
            host_level: Level::Adm(2),
            origins: vec![(unit(1), counts)],
            ..StockTable::empty(LocalDay(9), Dating::Live)
        };
        let days = vec![DisplacementDay { table, unlocatable: 17 }];
        let unknown = UnitKey::reserved(Reserved::Unknown);
        let universe = [unit(0), unit(1), unknown];
        let quiet = WithoutEvent { days: 310, displaced: 160, near: 0 };
        let released = release_displacement(Level::Adm(2), days, quiet, &universe, &DisclosurePolicy::default());
        let shown: Vec<(UnitKey, Vec<u64>)> = released
            .rows
            .iter()
            .map(|row| (row.origin, row.figures.iter().flatten().filter_map(|count| count.published()).collect()))
            .collect();
        assert_eq!(shown, [(unit(0), vec![]), (unit(1), vec![31, 16]), (unknown, vec![17])]);
        let normal = released.rows.iter().map(|row| (row.normal, row.above_normal())).collect::<Vec<_>>();
        assert_eq!(normal, [(None, None), (Some(16.0), None), (None, None)], "16 of 31 a day; displaced is withheld");
        assert_eq!(released.rows[1].withheld().count(), 12, "all but two; unlocatable is none of its figures");
        assert_eq!(released.rows[2].withheld().count(), 14);
    }
}
