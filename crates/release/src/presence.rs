//! Presence by day and by hour through the wall.

use crate::policy::DisclosurePolicy;
use crate::released::Released;
use crate::rows::{CountRow, RowPolicy, full_rows, sort_entries, sparse_rows};
use hexodus_model::{Level, LocalDay, Presence, UnitKey};

/// Released presence at one level, all by day or all by hour. Shape: periods ascending by day and hour, without
/// repeats; never empty of periods. Additive over nothing: not units, not hours, not days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceTable {
    /// The unit.
    pub level: Level,
    /// Whether a period is an hour; else it is a day.
    pub hourly: bool,
    /// The k of the test.
    pub threshold: u64,
    /// Which rows are listed.
    pub row_policy: RowPolicy,
    /// One day or hour each.
    pub periods: Vec<PresencePeriod>,
}

/// Released presence of one day or hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresencePeriod {
    /// The local day.
    pub day: LocalDay,
    /// Hour begun of the local day, 0 = the first; `None` for the whole day.
    pub hour: Option<u8>,
    /// Ascending by unit, without repeats.
    pub rows: Vec<CountRow<UnitKey>>,
}

impl PresenceTable {
    /// All rows with their periods, in the order of the table.
    pub fn rows(&self) -> impl Iterator<Item = (&PresencePeriod, &CountRow<UnitKey>)> + Clone {
        self.periods.iter().flat_map(|period| period.rows.iter().map(move |row| (period, row)))
    }
}

/// Releases presence at one level, any number of days, or of hours.
///
/// *Rows*: full when a universe (all areas; all H3 cells of the radio-cell plan) is given and all periods together have
/// at most `full_rows_limit` possible rows, else sparse (see [`RowPolicy`]). There is no `_OTHER` row: presence is
/// additive over nothing, so a pool of units is no number. For the same reason no suppressed mass is reported.
///
/// A period that is not handed in has no rows, even in full: hand in every day or hour, those without anybody too.
///
/// `universe` may be unsorted and may repeat.
///
/// # Panics
/// When `periods` is empty, mixes levels or days with hours, repeats a period or lists a unit twice: all of these are
/// bugs of the caller.
pub fn release_presence(
    mut periods: Vec<Presence>,
    universe: Option<&[UnitKey]>,
    policy: &DisclosurePolicy,
) -> Released<PresenceTable> {
    periods.sort_by_key(|period| (period.day, period.hour));
    let Some((level, hourly)) = periods.first().map(|first| (first.level, first.hour.is_some())) else {
        panic!("a table needs at least one day of presence to know its level");
    };
    assert!(periods.iter().all(|p| p.level == level && p.hour.is_some() == hourly), "a table mixes two kinds");
    let ascending = |pair: &[Presence]| (pair[0].day, pair[0].hour) < (pair[1].day, pair[1].hour);
    assert!(periods.windows(2).all(ascending), "a table repeats a period");

    let listed = universe
        .filter(|units| (units.len() as u64).saturating_mul(periods.len() as u64) <= policy.full_rows_limit())
        .map(|units| {
            let mut units = units.to_vec();
            units.sort_unstable();
            units.dedup();
            units
        });
    let threshold = policy.threshold(level);
    let row_policy = if listed.is_some() { RowPolicy::Full } else { RowPolicy::Sparse };
    let periods = periods.into_iter().map(|period| release_period(period, listed.as_deref(), threshold)).collect();
    Released::internal(PresenceTable { level, hourly, threshold, row_policy, periods })
}

fn release_period(period: Presence, listed: Option<&[UnitKey]>, k: u64) -> PresencePeriod {
    let Presence { day, hour, mut entries, .. } = period;
    sort_entries(&mut entries);
    let rows = match listed {
        Some(units) => full_rows(units.iter().copied(), &entries, k),
        None => sparse_rows(&entries, k),
    };
    PresencePeriod { day, hour, rows }
}
