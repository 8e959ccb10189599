//! Flow matrices through the wall.

use crate::count::{ReleasedCount, SuppressedMass, SuppressionReason};
use crate::policy::DisclosurePolicy;
use crate::released::Released;
use crate::rows::{CountRow, RowPolicy, full_rows, sort_entries, sparse_rows};
use hexodus_model::{Definition, FlowMatrix, Level, LocalDay, OdPair, Reserved, UnitKey};

/// The released matrices of one definition at one level. Shape: periods ascending, without repeats; may be empty of
/// rows, never of periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowTable {
    /// What is counted.
    pub definition: Definition,
    /// The unit of both ends.
    pub level: Level,
    /// The k of the test.
    pub threshold: u64,
    /// Which rows are listed.
    pub row_policy: RowPolicy,
    /// One matrix each.
    pub periods: Vec<FlowPeriod>,
}

/// The released matrix of one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowPeriod {
    /// First local day.
    pub first_day: LocalDay,
    /// Last local day (inclusive).
    pub last_day: LocalDay,
    /// Ascending by pair, without repeats.
    pub rows: Vec<CountRow<OdPair>>,
    /// What the test let through; internal.
    pub mass: SuppressedMass,
}

impl FlowTable {
    /// All rows with their periods, in the order of the table.
    pub fn rows(&self) -> impl Iterator<Item = (&FlowPeriod, &CountRow<OdPair>)> + Clone {
        self.periods.iter().flat_map(|period| period.rows.iter().map(move |row| (period, row)))
    }
}

/// Releases the matrices of one definition and one level, any number of periods.
///
/// *Rows*: full when a universe is given and all periods together have at most `full_rows_limit` possible pairs, else
/// sparse (see [`RowPolicy`]). Full lists every pair of the universe and of the reserved values that the definition can
/// use. Sparse adds exactly one row `_OTHER` → `_OTHER` to each period, the pool of all pairs below k. Its count is
/// published iff it pools at least 2 pairs and at least k subscribers **and** no subscriber can be in two pairs: the
/// sum of `trips_consecutive` counts some subscribers several times and proves nothing, so there it is always withheld.
///
/// *Not done yet*: where the pool is too small, the smallest published pair should join it (formats §5.3). That, and
/// every other complementary suppression, is to come; until then the class is internal.
///
/// `universe` may be unsorted and may repeat.
///
/// # Panics
/// When `matrices` is empty, mixes definitions or levels, repeats a period, lists a pair twice or uses `_OTHER`: all
/// of these are bugs of the caller.
pub fn release_flows(
    mut matrices: Vec<FlowMatrix>,
    universe: Option<&[UnitKey]>,
    policy: &DisclosurePolicy,
) -> Released<FlowTable> {
    matrices.sort_by_key(|matrix| matrix.first_day);
    let Some((definition, level)) = matrices.first().map(|first| (first.definition, first.level)) else {
        panic!("a table needs at least one matrix to know its definition");
    };
    assert!(matrices.iter().all(|m| m.definition == definition && m.level == level), "a table mixes two matrices");
    assert!(matrices.windows(2).all(|pair| pair[0].first_day < pair[1].first_day), "a table repeats a period");

    let listed = universe
        .map(|units| ListedPairs::of(definition, level, units))
        .filter(|pairs| pairs.len().saturating_mul(matrices.len() as u64) <= policy.full_rows_limit());
    let threshold = policy.threshold(level);
    let row_policy = if listed.is_some() { RowPolicy::Full } else { RowPolicy::Sparse };
    let periods = matrices.into_iter().map(|matrix| release_period(matrix, listed.as_ref(), threshold)).collect();
    Released::internal(FlowTable { definition, level, threshold, row_policy, periods })
}

fn release_period(matrix: FlowMatrix, listed: Option<&ListedPairs>, k: u64) -> FlowPeriod {
    let FlowMatrix { definition, first_day, last_day, mut entries, .. } = matrix;
    sort_entries(&mut entries);
    let other = OdPair { origin: UnitKey::reserved(Reserved::Other), destination: UnitKey::reserved(Reserved::Other) };
    assert!(entries.iter().all(|&(pair, _)| pair != other), "_OTHER is made here and nowhere else");

    let mut mass = SuppressedMass::of(entries.iter().map(|&(_, subscribers)| subscribers), k);
    let rows = if let Some(listed) = listed {
        full_rows(listed.pairs(), &entries, k)
    } else {
        let mut rows = sparse_rows(&entries, k);
        let subscribers = pool(definition, &mass, k);
        mass.subscribers_pooled = subscribers.published().unwrap_or(0);
        let position = rows.partition_point(|row| row.key < other);
        rows.insert(position, CountRow { key: other, subscribers });
        rows
    };
    FlowPeriod { first_day, last_day, rows, mass }
}

/// The count of the `_OTHER` row: of at least 2 pairs and at least k subscribers, each in one pair.
fn pool(definition: Definition, mass: &SuppressedMass, k: u64) -> ReleasedCount {
    if definition.one_entry_each() && mass.pairs_suppressed >= 2 {
        ReleasedCount::tested(mass.subscribers_suppressed, k)
    } else {
        ReleasedCount::Suppressed(SuppressionReason::BelowK)
    }
}

/// Every pair that a matrix can hold, ascending.
struct ListedPairs {
    origins: Vec<UnitKey>,
    destinations: Vec<UnitKey>,
}

impl ListedPairs {
    /// The units and the reserved values of either end. `_UNKNOWN` exists at area levels only: an H3 cell may be in no
    /// area, but a located subscriber is always in an H3 cell.
    fn of(definition: Definition, level: Level, universe: &[UnitKey]) -> Self {
        let (before, after) = definition.reserved_ends();
        let unknown: &[Reserved] = if level == Level::H3 { &[] } else { &[Reserved::Unknown] };
        let end = |reserved: &[Reserved]| {
            let reserved = reserved.iter().chain(unknown).map(|&value| UnitKey::reserved(value));
            let mut units: Vec<UnitKey> = universe.iter().copied().chain(reserved).collect();
            units.sort_unstable();
            units.dedup();
            units
        };
        Self { origins: end(before), destinations: end(after) }
    }

    fn len(&self) -> u64 {
        (self.origins.len() as u64).saturating_mul(self.destinations.len() as u64)
    }

    /// Without the pair "not seen before, not seen after", which nobody can be in.
    fn pairs(&self) -> impl Iterator<Item = OdPair> {
        let nobody = OdPair {
            origin: UnitKey::reserved(Reserved::NotSeenBefore),
            destination: UnitKey::reserved(Reserved::NotSeenAfter),
        };
        self.origins
            .iter()
            .flat_map(|&origin| self.destinations.iter().map(move |&destination| OdPair { origin, destination }))
            .filter(move |&pair| pair != nobody)
    }
}
