//! What the wall promises, for every table: threshold edges, no stand-ins, and that what is below k cannot be told
//! apart. Property tests: two inputs that differ below k only have the same rows.

use crate::*;
use hexodus_model::{AreaKey, Definition, FlowMatrix, H3Cell, Level, LocalDay, OdPair, Presence, Reserved, UnitKey};
use proptest::prelude::*;
use std::collections::BTreeMap;

const AREAS: u32 = 5;

fn area(number: u32) -> UnitKey {
    UnitKey::area(AreaKey(number))
}

fn h3(number: u64) -> UnitKey {
    UnitKey::h3(H3Cell::from_index(0x0882_8308_281f_ffff + number * (1 << 21)).unwrap())
}

fn other() -> OdPair {
    OdPair { origin: UnitKey::reserved(Reserved::Other), destination: UnitKey::reserved(Reserved::Other) }
}

fn matrix(definition: Definition, level: Level, day: i32, entries: &[(UnitKey, UnitKey, u64)]) -> FlowMatrix {
    let entries = entries.iter().map(|&(origin, destination, n)| (OdPair { origin, destination }, n)).collect();
    FlowMatrix { definition, level, first_day: LocalDay(day), last_day: LocalDay(day + 1), entries }
}

fn count(table: &FlowTable, origin: UnitKey, destination: UnitKey) -> Option<ReleasedCount> {
    let pair = OdPair { origin, destination };
    table.rows().find(|(_, row)| row.key == pair).map(|(_, row)| row.subscribers)
}

const BELOW: ReleasedCount = ReleasedCount::Suppressed(SuppressionReason::BelowK);

#[test]
fn flows_have_their_edge_at_sixteen_and_twenty_one() {
    let policy = DisclosurePolicy::default();
    let areas = matrix(Definition::DayToDay, Level::Adm(2), 0, &[(area(0), area(1), 15), (area(1), area(0), 16)]);
    let full = release_flows(vec![areas], Some(&[area(0), area(1)]), &policy);
    assert_eq!((full.row_policy, full.threshold), (RowPolicy::Full, 16));
    assert_eq!(count(&full, area(0), area(1)), Some(BELOW));
    assert_eq!(count(&full, area(0), area(0)), Some(BELOW), "nobody looks like fifteen");
    assert_eq!(count(&full, area(1), area(0)), Some(ReleasedCount::Published(16)));
    assert_eq!(full.rows().count(), 4 * 4 - 1, "2 areas, _UNKNOWN and one _NOT_SEEN a side, without nobody");

    let grid = matrix(Definition::DayToDay, Level::H3, 0, &[(h3(0), h3(1), 20), (h3(1), h3(0), 21)]);
    let sparse = release_flows(vec![grid.clone()], None, &policy);
    assert_eq!((sparse.row_policy, sparse.threshold), (RowPolicy::Sparse, 21));
    assert_eq!(count(&sparse, h3(0), h3(1)), None);
    assert_eq!(count(&sparse, h3(1), h3(0)), Some(ReleasedCount::Published(21)));
    let full = release_flows(vec![grid], Some(&[h3(0), h3(1)]), &policy);
    assert_eq!(count(&full, h3(0), h3(1)), Some(BELOW));
    assert_eq!(full.rows().count(), 3 * 3 - 1, "no _UNKNOWN on the grid");
}

#[test]
fn presence_and_quality_have_the_same_edges() {
    let policy = DisclosurePolicy::default();
    for (level, unit, k) in [(Level::Adm(1), area as fn(u32) -> UnitKey, 16), (Level::H3, |n| h3(n.into()), 21)] {
        for hour in [None, Some(3)] {
            let entries = vec![(unit(0), k - 1), (unit(1), k)];
            let presence = Presence { level, day: LocalDay(7), hour, entries };
            let universe = [unit(0), unit(1), unit(2)];
            let full = release_presence(vec![presence.clone()], Some(&universe), &policy);
            let counts: Vec<_> = full.rows().map(|(_, row)| row.subscribers).collect();
            assert_eq!(counts, [BELOW, ReleasedCount::Published(k), BELOW]);
            let sparse = release_presence(vec![presence], None, &policy);
            let counts: Vec<_> = sparse.rows().map(|(_, row)| row.subscribers).collect();
            assert_eq!(counts, [ReleasedCount::Published(k)]);
        }
    }

    let quality = release_quality(vec![quality_day(16, 15), quality_day(15, 15), quality_day(16, 16)], &policy);
    let row = |position: usize| &quality.rows[position];
    assert_eq!(row(0).subscribers_active, BELOW);
    assert_eq!((row(0).facts.earliest_event, row(0).facts.latest_event), (None, None), "somebody's first event");
    assert_eq!(row(1).subscribers_active, ReleasedCount::Published(16));
    assert_eq!((row(1).subscribers_located, row(1).reason()), (BELOW, Some(SuppressionReason::BelowK)));
    assert!(row(1).facts.earliest_event.is_some());
    assert_eq!(row(2).reason(), None);
}

/// A day of the source named by its counts.
fn quality_day(subscribers_active: u64, subscribers_located: u64) -> QualityDay {
    let instant = Some(hexodus_model::UtcMicros(5));
    let facts = DayFacts {
        day: LocalDay(7),
        source_id: format!("op{subscribers_active}-{subscribers_located}"),
        area_id: "XA".into(),
        event_types: "voice".into(),
        files_received: 1,
        rows: hexodus_model::RowCounts::default(),
        rows_quarantined: 0,
        rows_left_out: 1,
        semantic: vec![("cell_non_existent", 2), ("incorrect_location", 1)],
        radio_cells_in_plan: None,
        radio_cells_active: None,
        sites_active: None,
        earliest_event: instant,
        latest_event: instant,
        hours_covered: 24,
        night_hours_covered: None,
        day_complete: true,
        day_used: true,
        baseline_used: false,
        verdict: hexodus_model::Consequence::Exclude,
        checks: "truncated;duplicates".into(),
        exclusion_reason: "truncated".into(),
        rows_suppressed: 0,
    };
    QualityDay { facts, subscribers_active, subscribers_located, suppressed_mass: None }
}

#[test]
fn the_pool_needs_two_pairs_k_subscribers_and_one_pair_each() {
    let policy = DisclosurePolicy::default();
    let pool = |definition, counts: &[u64]| {
        let entries: Vec<_> = counts.iter().zip(0..).map(|(&n, number)| (area(number), area(number), n)).collect();
        let table = release_flows(vec![matrix(definition, Level::Adm(2), 0, &entries)], None, &policy);
        let mass = table.periods[0].mass;
        assert_eq!(mass.subscribers_suppressed + mass.subscribers_published, counts.iter().sum::<u64>());
        (count(&table, other().origin, other().destination).unwrap(), mass.subscribers_pooled)
    };
    assert_eq!(pool(Definition::DayToDay, &[8, 8]), (ReleasedCount::Published(16), 16));
    assert_eq!(pool(Definition::DayToDay, &[8, 7, 99]), (BELOW, 0));
    assert_eq!(pool(Definition::DayToDay, &[15]), (BELOW, 0));
    assert_eq!(pool(Definition::DayToDay, &[]), (BELOW, 0), "listed even when it pools nothing");
    assert_eq!(pool(Definition::TripsConsecutive, &[15, 15, 15]), (BELOW, 0), "may be the same fifteen");
}

#[test]
fn full_until_the_limit_and_sparse_beyond() {
    let universe: Vec<_> = (0..2).map(area).collect();
    let row_policy = |limit| {
        let days = (0..3).map(|day| matrix(Definition::DayToDay, Level::Adm(2), day, &[])).collect();
        release_flows(days, Some(&universe), &DisclosurePolicy::new(16, 21, limit)).row_policy
    };
    assert_eq!(row_policy(3 * 16), RowPolicy::Full);
    assert_eq!(row_policy(3 * 16 - 1), RowPolicy::Sparse);
}

#[test]
#[should_panic(expected = "repeats a period")]
fn a_period_twice_is_a_bug() {
    let day = matrix(Definition::DayToDay, Level::Adm(2), 0, &[]);
    release_flows(vec![day.clone(), day], None, &DisclosurePolicy::default());
}

type Entries = BTreeMap<(u32, u32), u64>;

/// Counts on both sides of the threshold, more than the universe of 4 areas holds.
fn entries() -> impl Strategy<Value = Entries> {
    prop::collection::btree_map((0..AREAS, 0..AREAS), 1u64..40, 0..25)
}

/// Another input with the same counts from k on and other ones below.
fn twins() -> impl Strategy<Value = (Entries, Entries)> {
    (entries(), entries()).prop_map(|(left, other)| {
        let large = left.iter().filter(|&(_, &n)| n >= 16);
        let small = other.iter().filter(|&(pair, &n)| n < 16 && left.get(pair).is_none_or(|&n| n < 16));
        let right = large.chain(small).map(|(&pair, &n)| (pair, n)).collect();
        (left, right)
    })
}

fn release(definition: Definition, entries: &Entries, full: bool) -> Released<FlowTable> {
    let universe: Vec<_> = (0..AREAS - 1).map(area).collect();
    let entries: Vec<_> = entries.iter().map(|(&(from, to), &n)| (area(from), area(to), n)).collect();
    let matrix = matrix(definition, Level::Adm(2), 0, &entries);
    release_flows(vec![matrix], full.then_some(universe.as_slice()), &DisclosurePolicy::default())
}

proptest! {
    #[test]
    fn what_is_below_k_cannot_be_told_apart((left, right) in twins(), full: bool, trips: bool) {
        let definition = if trips { Definition::TripsConsecutive } else { Definition::DayToDay };
        let rows = |entries| -> Vec<_> {
            let table = release(definition, entries, full);
            table.rows().filter(|(_, row)| row.key != other()).map(|(_, row)| *row).collect()
        };
        prop_assert_eq!(rows(&left), rows(&right));
    }

    #[test]
    fn presence_below_k_cannot_be_told_apart((left, right) in twins(), full: bool) {
        let universe: Vec<_> = (0..AREAS - 1).map(area).collect();
        let table = |entries: &Entries| {
            let entries = entries.iter().filter(|((from, _), _)| *from == 0).map(|(&(_, to), &n)| (area(to), n)).collect();
            let day = Presence { level: Level::Adm(2), day: LocalDay(0), hour: None, entries };
            release_presence(vec![day], full.then_some(universe.as_slice()), &DisclosurePolicy::default())
        };
        prop_assert_eq!(table(&left), table(&right));
    }

    #[test]
    fn rows_ascend_and_every_published_number_is_a_true_one_of_k_or_more(entries in entries(), full: bool) {
        let table = release(Definition::DayToDay, &entries, full);
        let rows: Vec<_> = table.rows().map(|(_, row)| *row).collect();
        prop_assert!(rows.windows(2).all(|pair| pair[0].key < pair[1].key));
        for row in &rows {
            prop_assert_eq!(row.subscribers.published().is_none(), row.subscribers.reason().is_some());
            if let Some(published) = row.subscribers.published() {
                prop_assert!(published >= 16);
                let truth = row.key.origin.as_area().zip(row.key.destination.as_area());
                let truth = truth.map_or(table.periods[0].mass.subscribers_pooled, |(from, to)| entries[&(from.0, to.0)]);
                prop_assert_eq!(published, truth);
            }
        }
        let published = entries.values().filter(|&&n| n >= 16).count();
        let pool = rows.iter().filter(|row| row.key == other()).count();
        prop_assert_eq!(pool, usize::from(!full));
        let own = rows.iter().filter(|row| row.key != other() && row.subscribers.published().is_some()).count();
        prop_assert_eq!(own, published, "outside the universe too");
    }
}
