use super::*;
use crate::{CountsUntil, StoreIdentity};
use hexodus_model::H3Cell;

#[test]
fn counts_of_a_crisis_read_back_as_written() {
    let folder = tempfile::tempdir().unwrap();
    let identity = StoreIdentity { zone: "UTC".into(), day_start: "00:00".into(), key_fingerprint: "k".into() };
    let mut store = Store::open(folder.path(), &identity).unwrap();
    let unit = |number: u64| UnitKey::h3(H3Cell::from_index(H3Cell::MIN_INDEX + number).unwrap());
    let pair = |origin, host| OriginHost { origin: unit(origin), host: unit(host) };
    let day = LocalDay(22_000);
    let table = StockTable {
        origins: vec![
            (unit(1), OriginCounts { panel: 9, displaced: 4, outage: 5, ..OriginCounts::default() }),
            (
                unit(2),
                OriginCounts { panel: 1, displaced_when_last_seen: 1, not_located: 1, ..OriginCounts::default() },
            ),
        ],
        hosts: vec![
            (pair(1, 2), StockCounts { stock: 3, moved_in: 1, near: 2, ..StockCounts::default() }),
            (pair(1, 3), StockCounts { stock: 1, vanished: 2, ..StockCounts::default() }),
        ],
        onward: vec![((unit(1), pair(3, 2)), 1)],
        cohorts: vec![((pair(1, 2), LocalDay(21_996)), 3), ((pair(1, 3), LocalDay(21_996)), 1)],
        last_known: vec![
            (unit(1), LastKnown { known: 9, observed: 8 }),
            (unit(2), LastKnown { known: 2, observed: 0 }),
        ],
        ..StockTable::empty(day, Dating::Revised)
    };
    let matrix = |definition, level, first_day, last_day| FlowMatrix {
        definition,
        level,
        first_day,
        last_day,
        entries: vec![(OdPair { origin: unit(1), destination: unit(2) }, 7)],
    };
    let variance = |level, of, variance| ShareVariance { level, day, of, variance };
    let replicates = |level, of, billionths| ShareReplicates { level, day, of, billionths };
    let written = CrisisCounts {
        totals: [10, 0, 2, 0],
        without_event: WithoutEvent { days: 140, displaced: 3, near: 2 },
        near_without_event: vec![(day.previous(), unit(1), 2)],
        quiet_days: {
            let mut days = QuietDays::default();
            days.0[20] = WithoutEvent { days: 10, displaced: 3, near: 1 };
            days
        },
        stock: vec![
            StockTable::empty(day.previous(), Dating::Revised),
            table,
            StockTable::empty(day.next(), Dating::Revised),
        ],
        spread: vec![
            (SpreadKey { spread: Spread::Distance, day, origin: unit(1), bin: 7 }, 3),
            (SpreadKey { spread: Spread::MobilityClass, day, origin: unit(2), bin: 0 }, 1),
        ],
        flows: vec![
            matrix(Definition::HomeToPresent, Level::Adm(1), day, day),
            matrix(Definition::HomeToPresent, Level::Adm(2), day, day),
            matrix(Definition::HomeToPresent, Level::H3, LocalDay(day.0 - 9), LocalDay(day.0 - 9)),
            matrix(Definition::HomeToPresent, Level::H3, day, day),
            matrix(Definition::HomeToPresent, Level::H3, day.next(), day.next()),
            matrix(Definition::RelocationsWeekly, Level::H3, LocalDay(day.0 - 7), day),
        ],
        replicates: vec![
            replicates(Level::Adm(1), PeopleOf::Everywhere, vec![0, 7, 1_000_000_000]),
            replicates(Level::Adm(2), PeopleOf::Everywhere, vec![5]),
            replicates(Level::Adm(2), PeopleOf::From(unit(1)), vec![0, 0]),
        ],
        variances: vec![
            variance(Level::Adm(1), PeopleOf::Everywhere, 0.25),
            variance(Level::Adm(2), PeopleOf::From(unit(1)), 1e-9),
            variance(Level::Adm(2), PeopleOf::At(unit(2)), 0.1),
            variance(Level::Adm(2), PeopleOf::Pair(pair(1, 2)), 0.125),
        ],
    };
    let mut written_of = |first: i32, last: i32| {
        let days = Period { first: LocalDay(first), last: LocalDay(last) };
        store.write_crisis("flood", &written, days).unwrap()
    };
    let whole = written_of(i32::MIN, i32::MAX);
    let until = |day, part| CountsUntil { day: LocalDay(day), part };
    // Before anything is followed, the day before, the rest.
    let before =
        vec![until(day.0 - 2, written_of(i32::MIN, day.0 - 2)), until(day.0 - 1, written_of(day.0 - 1, day.0 - 1))];
    let part = written_of(day.0, i32::MAX);
    for (before, part) in [(vec![], whole), (before, part)] {
        let entry = CrisisEntry { before, part, inputs: String::new(), evenings: vec![], replicates: None };
        assert_eq!(store.read_crisis(Dating::Revised, &entry).unwrap(), written);
    }
}
