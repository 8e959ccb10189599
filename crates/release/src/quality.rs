//! The daily account of a source through the wall.

use crate::count::{ReleasedCount, SuppressedMass, SuppressionReason};
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use hexodus_model::{Consequence, Level, LocalDay, RowCounts, UtcMicros};

/// What is known of one source's day that counts no people: rows, radio cells, hours. Commercially sensitive, not
/// personal (formats §5.2); it passes the wall as it is, except the two instants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayFacts {
    /// The local day.
    pub day: LocalDay,
    /// The `[[source]]`.
    pub source_id: String,
    /// The country: P-code of level 0.
    pub area_id: String,
    /// Event types delivered, joined by `;`.
    pub event_types: String,
    /// Files that held rows of the day.
    pub files_received: u32,
    /// Where the rows of the day went.
    pub rows: RowCounts,
    /// Rejected rows noted in quarantine; part of the rejected.
    pub rows_quarantined: u64,
    /// Of the located rows, those that presence and flows are not made from: impossibly far from their neighbours.
    pub rows_left_out: u64,
    /// Rows by name of their semantic code, ascending by code; of the day over all sources.
    pub semantic: Vec<(&'static str, u64)>,
    /// Radio cells valid on that day.
    pub radio_cells_in_plan: Option<u64>,
    /// Radio cells with at least one event.
    pub radio_cells_active: Option<u64>,
    /// Sites with at least one event.
    pub sites_active: Option<u64>,
    /// Earliest accepted instant; withheld together with `subscribers_active`.
    pub earliest_event: Option<UtcMicros>,
    /// Latest accepted instant; withheld together with `subscribers_active`.
    pub latest_event: Option<UtcMicros>,
    /// Local hours of the day with at least one event.
    pub hours_covered: u32,
    /// Of these, hours of the night.
    pub night_hours_covered: Option<u32>,
    /// Whether the day is believed to be complete.
    pub day_complete: bool,
    /// Whether the day is in the tables of presence and flows.
    pub day_used: bool,
    /// Whether baselines may be made from it.
    pub baseline_used: bool,
    /// The gravest consequence of the checks.
    pub verdict: Consequence,
    /// Checks that failed, joined by `;`.
    pub checks: String,
    /// Those that keep the day out of baselines, joined by `;`.
    pub exclusion_reason: String,
    /// Listed rows with `suppressed = true` of the day in the tables of this release. Not the pairs behind them: a
    /// number of pairs below k would tell what the rows hide.
    pub rows_suppressed: u64,
}

/// One source's day. CONFIDENTIAL until released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityDay {
    /// What counts no people.
    pub facts: DayFacts,
    /// Distinct subscribers with an accepted event.
    pub subscribers_active: u64,
    /// Distinct subscribers with a located event.
    pub subscribers_located: u64,
    /// Mass of the day in the table that `suppressed_persons_pct` is about: one in which a subscriber is in one pair.
    pub suppressed_mass: Option<SuppressedMass>,
}

/// One released source's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityRow {
    /// What counts no people; the two instants are `None` where `subscribers_active` is withheld.
    pub facts: DayFacts,
    /// Distinct subscribers with an accepted event.
    pub subscribers_active: ReleasedCount,
    /// Distinct subscribers with a located event.
    pub subscribers_located: ReleasedCount,
    /// Share of the persons that fell below k, whole percent; `None` where they were fewer than k.
    pub suppressed_persons_pct: Option<u64>,
}

impl QualityRow {
    /// The reason, if any number of the row is withheld.
    pub fn reason(&self) -> Option<SuppressionReason> {
        self.subscribers_active.reason().or(self.subscribers_located.reason())
    }
}

/// The released account. Shape: ascending by (day, source, area), one row each; may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityTable {
    /// The k of the test: that of areas.
    pub threshold: u64,
    /// One row per day and source.
    pub rows: Vec<QualityRow>,
}

/// Releases the daily account. Every row is listed; subscribers are tested with the k of areas.
///
/// # Panics
/// When a day, source and area occurs twice: a bug of the caller.
pub fn release_quality(mut days: Vec<QualityDay>, policy: &DisclosurePolicy) -> Released<QualityTable> {
    days.sort_by(|a, b| key(a).cmp(&key(b)));
    assert!(days.windows(2).all(|pair| key(&pair[0]) < key(&pair[1])), "a source's day is listed twice");

    let threshold = policy.threshold(Level::Adm(0));
    let rows = days.into_iter().map(|day| release_day(day, threshold)).collect();
    Released::internal(QualityTable { threshold, rows })
}

fn key(day: &QualityDay) -> (LocalDay, &str, &str) {
    (day.facts.day, &day.facts.source_id, &day.facts.area_id)
}

fn release_day(day: QualityDay, k: u64) -> QualityRow {
    let mut facts = day.facts;
    let subscribers_active = ReleasedCount::tested(day.subscribers_active, k);
    if subscribers_active.published().is_none() {
        // The first and last event of a handful of subscribers are somebody's events.
        (facts.earliest_event, facts.latest_event) = (None, None);
    }
    QualityRow {
        facts,
        subscribers_active,
        subscribers_located: ReleasedCount::tested(day.subscribers_located, k),
        suppressed_persons_pct: day.suppressed_mass.and_then(|mass| mass.suppressed_percent(k)),
    }
}
