//! What goes into, out of and stays in each unit: sums of published pairs, and of nothing else.

use crate::flows::FlowTable;
use crate::released::Released;
use crate::rows::CountRow;
use hexodus_model::{Definition, Level, LocalDay, OdPair, UnitKey};
use std::collections::BTreeMap;

/// Margins of the matrices of one definition at one level, over published pairs: a margin over withheld ones next to the
/// published ones would give them away (methods §8.1). So each is a lower bound, and null is "nothing was published".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InOutTable {
    /// Which matrices.
    pub definition: Definition,
    /// The unit.
    pub level: Level,
    /// The k of the pairs.
    pub threshold: u64,
    /// Ascending by first day and unit.
    pub rows: Vec<InOutRow>,
}

/// One unit in one period; `None` where no pair was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InOutRow {
    /// First and last local day.
    pub period: [LocalDay; 2],
    /// The unit.
    pub unit: UnitKey,
    /// From other units.
    pub inflow: Option<u64>,
    /// To other units.
    pub outflow: Option<u64>,
    /// The diagonal.
    pub within: Option<u64>,
    /// From reserved origins, such as `_NOT_SEEN_BEFORE`.
    pub from_nowhere: Option<u64>,
    /// To reserved destinations, such as `_NOT_SEEN_AFTER` and `_UNOBSERVED`.
    pub to_nowhere: Option<u64>,
}

impl InOutRow {
    /// Inflow less outflow, where both are told.
    pub fn net(&self) -> Option<i64> {
        Some(self.inflow?.cast_signed() - self.outflow?.cast_signed())
    }
}

/// The margins of released matrices; `None` where a subscriber may be in several pairs, so that sums mean nothing.
pub fn in_out(flows: &Released<FlowTable>) -> Option<Released<InOutTable>> {
    if !flows.definition.one_entry_each() {
        return None;
    }
    let mut rows = Vec::new();
    for period in &flows.periods {
        let days = [period.first_day, period.last_day];
        let mut units: BTreeMap<UnitKey, InOutRow> = BTreeMap::new();
        for row in &period.rows {
            add(row, days, &mut units);
        }
        rows.extend(units.into_values());
    }
    let FlowTable { definition, level, threshold, .. } = **flows;
    Some(Released::internal(InOutTable { definition, level, threshold, rows }))
}

fn add(row: &CountRow<OdPair>, period: [LocalDay; 2], units: &mut BTreeMap<UnitKey, InOutRow>) {
    let Some(subscribers) = row.subscribers.published() else { return };
    let OdPair { origin, destination } = row.key;
    let mut count = |unit: UnitKey, figure: fn(&mut InOutRow) -> &mut Option<u64>| {
        let empty =
            InOutRow { period, unit, inflow: None, outflow: None, within: None, from_nowhere: None, to_nowhere: None };
        *figure(units.entry(unit).or_insert(empty)).get_or_insert(0) += subscribers;
    };
    match (is_nowhere(origin), is_nowhere(destination)) {
        (false, false) if origin == destination => count(origin, |own| &mut own.within),
        (false, false) => {
            count(origin, |own| &mut own.outflow);
            count(destination, |own| &mut own.inflow);
        }
        (true, false) => count(destination, |own| &mut own.from_nowhere),
        (false, true) => count(origin, |own| &mut own.to_nowhere),
        (true, true) => {}
    }
}

/// Reserved values are no unit.
const fn is_nowhere(unit: UnitKey) -> bool {
    unit.as_reserved().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flows::release_flows;
    use crate::policy::DisclosurePolicy;
    use hexodus_model::{AreaKey, FlowMatrix, Reserved};

    fn matrix(definition: Definition) -> FlowMatrix {
        let unit = |area| UnitKey::area(AreaKey(area));
        let (before, after) = (UnitKey::reserved(Reserved::NotSeenBefore), UnitKey::reserved(Reserved::NotSeenAfter));
        let entry = |origin, destination, count| (OdPair { origin, destination }, count);
        let entries = vec![
            entry(unit(0), unit(0), 100),
            entry(unit(0), unit(1), 40),
            entry(unit(0), unit(2), 15),
            entry(unit(0), after, 20),
            entry(unit(1), unit(0), 16),
            entry(unit(2), unit(0), 3),
            entry(before, unit(1), 30),
        ];
        FlowMatrix { definition, level: Level::Adm(2), first_day: LocalDay(5), last_day: LocalDay(6), entries }
    }

    #[test]
    fn margins_are_sums_of_what_is_published() {
        let universe: Vec<UnitKey> = (0..3).map(|area| UnitKey::area(AreaKey(area))).collect();
        for listed in [None, Some(universe.as_slice())] {
            let flows = release_flows(vec![matrix(Definition::DayToDay)], listed, &DisclosurePolicy::default());
            let margins = in_out(&flows).unwrap();
            let told: Vec<_> = margins
                .rows
                .iter()
                .map(|own| (own.unit.bits(), own.inflow, own.outflow, own.within, own.from_nowhere, own.to_nowhere))
                .collect();
            let expected =
                [(0, Some(16), Some(40), Some(100), None, Some(20)), (1, Some(40), Some(16), None, Some(30), None)];
            assert_eq!(told, expected, "nothing of area 2 was published");
            assert_eq!(margins.rows[0].net(), Some(-24));
        }
    }

    #[test]
    fn sums_of_trips_mean_nothing() {
        let flows = release_flows(vec![matrix(Definition::TripsAllPairs)], None, &DisclosurePolicy::default());
        assert_eq!(in_out(&flows), None);
    }
}
