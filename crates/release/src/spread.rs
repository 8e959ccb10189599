//! Distributions of a panel, and the stock by week of onset, through the wall.

use crate::policy::DisclosurePolicy;
use crate::released::Released;
use crate::rows::{CountRow, sort_entries, sparse_rows};
use hexodus_model::{Level, LocalDay, OriginHost, SpreadKey};

/// A subscriber of the stock: the day, origin and host, and the Monday of the week of onset.
pub type CohortKey = (LocalDay, OriginHost, LocalDay);

/// Released distributions of one level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpreadTable {
    /// Level of the origins.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// Ascending by distribution, day, origin and bin; those that pass only.
    pub rows: Vec<CountRow<SpreadKey>>,
}

/// The released stock by week of onset of one level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CohortTable {
    /// Level of origins and hosts.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// Ascending by day, origin, host and week; those that pass only.
    pub rows: Vec<CountRow<CohortKey>>,
}

/// Releases distributions; each bin is tested by itself. *Rows* (sparse): bins that pass.
///
/// # Panics
/// When a bin is listed twice: a bug of the caller.
pub fn release_spread(
    level: Level,
    mut bins: Vec<(SpreadKey, u64)>,
    policy: &DisclosurePolicy,
) -> Released<SpreadTable> {
    let threshold = policy.threshold(level);
    sort_entries(&mut bins);
    Released::internal(SpreadTable { level, threshold, rows: sparse_rows(&bins, threshold) })
}

/// Releases the stock by week of onset; each figure is tested by itself. *Rows* (sparse): those that pass.
///
/// # Panics
/// When a figure is listed twice: a bug of the caller.
pub fn release_cohorts(
    level: Level,
    mut cohorts: Vec<(CohortKey, u64)>,
    policy: &DisclosurePolicy,
) -> Released<CohortTable> {
    let threshold = policy.threshold(level);
    sort_entries(&mut cohorts);
    Released::internal(CohortTable { level, threshold, rows: sparse_rows(&cohorts, threshold) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::{AreaKey, Spread, UnitKey};

    #[test]
    fn bins_below_k_have_no_row() {
        let key =
            |bin| SpreadKey { spread: Spread::Distance, day: LocalDay(1), origin: UnitKey::area(AreaKey(0)), bin };
        let bins = vec![(key(2), 16), (key(0), 15), (key(1), 300)];
        let released = release_spread(Level::Adm(1), bins, &DisclosurePolicy::default());
        let told: Vec<_> = released.rows.iter().map(|row| (row.key.bin, row.subscribers.published())).collect();
        assert_eq!(told, [(1, Some(300)), (2, Some(16))]);
    }

    #[test]
    fn cohorts_below_k_have_no_row() {
        let pair = OriginHost { origin: UnitKey::area(AreaKey(0)), host: UnitKey::area(AreaKey(1)) };
        let cohorts = vec![((LocalDay(9), pair, LocalDay(4)), 15), ((LocalDay(8), pair, LocalDay(4)), 17)];
        let released = release_cohorts(Level::Adm(1), cohorts, &DisclosurePolicy::default());
        assert_eq!(released.rows.iter().map(|row| row.key.0.0).collect::<Vec<_>>(), [8]);
    }
}
