//! One subscriber less changes each table, before noise, by no more than the bound that the noise is scaled to: on the
//! project's own reductions, at every level.

use super::contributions::ContributionBound;
use super::key::NoiseKey;
use hexodus_mobility::subscriber::displacement::calendar;
use hexodus_mobility::subscriber::trips::adjacent_pairs;
use hexodus_mobility::{
    DisplacementRule, Ground, HomeOutages, ResidenceRule, StockTally, SubscriberState, Surroundings, count_day_to_day,
    roll_up, roll_up_stock, stock_matrix,
};
use hexodus_model::{
    AreaKey, DailyLocation, Dating, H3Cell, Level, LocalDay, OdPair, Period, StockCounts, StockTable, SubscriberId,
    Tally, UnitKey,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::num::NonZeroU32;

/// Twelve H3 cells on a line, 5 km apart; four to an area of level 2, eight to one of level 1, the last in none.
const CELLS: u64 = 12;
const BASELINE_DAYS: i32 = 28;
const DAYS: i32 = 20;

fn h3(number: u64) -> H3Cell {
    H3Cell::from_index(H3Cell::MIN_INDEX + number).unwrap()
}

fn area(h3: H3Cell, level: u8) -> Option<AreaKey> {
    let number = h3.index() - H3Cell::MIN_INDEX;
    (number != CELLS - 1).then_some(AreaKey((number / if level == 2 { 4 } else { 8 }) as u32))
}

fn unit_of(level: Level) -> impl Fn(UnitKey) -> UnitKey {
    move |unit| match (level, unit.as_h3()) {
        (Level::Adm(level), Some(h3)) => area(h3, level).map_or(unit, UnitKey::area),
        _ => unit,
    }
}

struct Line;

impl Ground for Line {
    fn metres(&self, a: H3Cell, b: H3Cell) -> Option<f64> {
        Some(a.index().abs_diff(b.index()) as f64 * 5000.0)
    }
}

/// A place or none for each day, in stretches.
type Life = Vec<Option<u64>>;

fn lives() -> impl Strategy<Value = Vec<Life>> {
    let stretch = (prop::option::weighted(0.85, 0..CELLS), 1_usize..9);
    let life = prop::collection::vec(stretch, 3..9).prop_map(|stretches| {
        let days = stretches.into_iter().flat_map(|(place, days)| std::iter::repeat_n(place, days));
        days.chain(std::iter::repeat(None)).take(DAYS as usize).collect()
    });
    prop::collection::vec(life, 1..12)
}

fn subscriber(index: usize) -> SubscriberId {
    SubscriberId::from_pseudonym((index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// Largest number of rows that differ, and the sum of all differences.
fn change<K: Ord + Copy>(with: &[(K, u64)], without: &[(K, u64)]) -> (usize, u64) {
    let mut counts: BTreeMap<K, (u64, u64)> = BTreeMap::new();
    for &(row, count) in with {
        counts.entry(row).or_default().0 += count;
    }
    for &(row, count) in without {
        counts.entry(row).or_default().1 += count;
    }
    let changes = counts.values().map(|(left, right)| left.abs_diff(*right)).filter(|&change| change > 0);
    (changes.clone().count(), changes.sum())
}

fn at_most<K: Ord + Copy + Debug>(
    bound: u64,
    with: &[(K, u64)],
    without: &[(K, u64)],
    what: &str,
) -> Result<(), TestCaseError> {
    let (rows, sum) = change(with, without);
    prop_assert!(rows as u64 <= bound && sum <= bound, "{what}: {rows} rows by {sum}, bound {bound}");
    Ok(())
}

fn without(lives: &[Life], who: usize) -> Vec<(SubscriberId, &Life)> {
    let all = lives.iter().enumerate().map(|(index, life)| (subscriber(index), life));
    all.enumerate().filter(|(index, _)| *index != who).map(|(_, own)| own).collect()
}

/// Displacement of everybody by the project's own states, from homes at which each spent the baseline.
fn stocks(people: &[(SubscriberId, &Life)]) -> Vec<StockTable> {
    let rule = DisplacementRule {
        confirm_days: 2,
        return_days: 2,
        move_days: 2,
        confirm_located_days: 1,
        residence: ResidenceRule { window_days: 3, min_located_days: 1 },
        ..DisplacementRule::default()
    };
    let outages = HomeOutages::default();
    let around = Surroundings { rule: &rule, ground: &Line, outages: &outages };
    let mut total = StockTally::default();
    for (who, life) in people {
        let home = h3(who.bits() % CELLS);
        let before = (0..BASELINE_DAYS).map(|day| DailyLocation { day: LocalDay(day), place: home });
        let after = life.iter().zip(BASELINE_DAYS..);
        let after = after.filter_map(|(place, day)| Some(DailyLocation { day: LocalDay(day), place: h3((*place)?) }));
        let days: Vec<DailyLocation> = before.chain(after).collect();
        let baseline = Period { first: LocalDay(0), last: LocalDay(BASELINE_DAYS - 1) };
        let followed = Period { first: LocalDay(BASELINE_DAYS), last: LocalDay(BASELINE_DAYS + DAYS - 1) };
        let mut state = SubscriberState::at_event(home, &days, baseline, &around);
        let (mut own, mut hosts) = (Vec::new(), Vec::new());
        for (day, place) in calendar(&days, followed) {
            own.push(state.step(day, place, &around));
            hosts.push(state.host());
        }
        let mut one = StockTally::default();
        one.count(home, &own, &hosts, |_| false);
        total.merge(one);
    }
    total.tables(Dating::Live)
}

type Measure = fn(&StockCounts) -> u64;

/// The measures of a stock table by origin and host.
const MEASURES: [(&str, Measure); 7] = [
    ("stock", |counts| counts.stock),
    ("entered", |counts| counts.entered),
    ("returned", |counts| counts.returned),
    ("moved_in", |counts| counts.moved_in),
    ("moved_out", |counts| counts.moved_out),
    ("reappeared", |counts| counts.reappeared),
    ("vanished", |counts| counts.vanished),
];

fn check_stock(with: &StockTable, without: &StockTable) -> Result<(), TestCaseError> {
    for (name, of) in MEASURES {
        let column =
            |table: &StockTable| -> Vec<_> { table.hosts.iter().map(|(row, counts)| (*row, of(counts))).collect() };
        at_most(1, &column(with), &column(without), name)?;
    }
    let panel = |table: &StockTable| -> Vec<_> { table.origins.iter().map(|(row, own)| (*row, own.panel)).collect() };
    at_most(1, &panel(with), &panel(without), "panel")?;
    at_most(1, &with.cohorts, &without.cohorts, "cohorts")?;
    at_most(1, &with.onward, &without.onward, "onward")?;
    at_most(1, &stock_matrix(with).entries, &stock_matrix(without).entries, "stock and unobserved")
}

proptest! {
    #[test]
    fn a_subscriber_is_in_one_row_of_each_measure_of_a_stock(lives in lives(), who: prop::sample::Index) {
        let who = who.index(lives.len());
        let everybody = stocks(&without(&lives, usize::MAX));
        let others: BTreeMap<LocalDay, StockTable> =
            stocks(&without(&lives, who)).into_iter().map(|table| (table.day, table)).collect();
        for table in &everybody {
            let empty = StockTable::empty(table.day, table.dating);
            let other = others.get(&table.day).unwrap_or(&empty);
            for level in [Level::H3, Level::Adm(2), Level::Adm(1)] {
                let unit = unit_of(level);
                check_stock(&roll_up_stock(table, &unit, &unit), &roll_up_stock(other, &unit, &unit))?;
            }
        }
    }

    #[test]
    fn a_subscriber_is_in_one_entry_of_day_to_day_flows(lives in lives(), who: prop::sample::Index) {
        let who = who.index(lives.len());
        for day in 0..DAYS as usize - 1 {
            let located = |who: usize, day: usize| -> Vec<(SubscriberId, H3Cell)> {
                let mut located: Vec<_> =
                    without(&lives, who).into_iter().filter_map(|(own, life)| Some((own, h3(life[day]?)))).collect();
                located.sort_unstable();
                located
            };
            let matrix = |who| count_day_to_day(LocalDay(day as i32), &located(who, day), &located(who, day + 1));
            let (with, without) = (matrix(usize::MAX), matrix(who));
            at_most(1, &with.entries, &without.entries, "h3")?;
            for level in [2, 1] {
                let roll_up = |matrix| roll_up(matrix, level, |h3| area(h3, level));
                at_most(1, &roll_up(&with).entries, &roll_up(&without).entries, "areas")?;
            }
        }
    }

    /// Trips: as many pairs as a subscriber makes, until they are bounded; each level for itself.
    #[test]
    fn a_subscriber_is_in_m_pairs_of_bounded_trips(lives in lives(), who: prop::sample::Index, m in 1_u32..5) {
        let who = who.index(lives.len());
        let bound = ContributionBound::new(&NoiseKey::for_tests(), NonZeroU32::new(m).unwrap());
        for level in [Level::H3, Level::Adm(2)] {
            let unit = unit_of(level);
            let counted = |who| {
                let mut counts: BTreeMap<OdPair, u64> = BTreeMap::new();
                for (own, life) in without(&lives, who) {
                    let mut pairs = Vec::new();
                    // A life of days stands for the places of one day.
                    adjacent_pairs(life.iter().flatten().map(|&place| unit(UnitKey::h3(h3(place)))), &mut pairs);
                    let mut pairs: Vec<OdPair> =
                        pairs.into_iter().map(|(origin, destination)| OdPair { origin, destination }).collect();
                    bound.keep_at_most(own, LocalDay(0), &mut pairs);
                    for pair in pairs {
                        *counts.entry(pair).or_default() += 1;
                    }
                }
                counts.into_iter().collect::<Vec<_>>()
            };
            at_most(u64::from(m), &counted(usize::MAX), &counted(who), "trips")?;
        }
    }
}

#[test]
fn the_measure_of_change_sees_what_it_should() {
    assert_eq!(change(&[('a', 3), ('b', 1)], &[('a', 3), ('b', 1)]), (0, 0));
    assert_eq!(change(&[('a', 3), ('b', 1)], &[('a', 2)]), (2, 2));
    // Stocks are there to be counted at all: someone is displaced, enters and returns.
    let away: Life = [Some(5); 8].into_iter().chain([Some(0); 12]).collect();
    let tables = stocks(&[(SubscriberId::from_pseudonym(0), &away)]);
    let sum = |of: Measure| -> u64 { tables.iter().flat_map(|table| &table.hosts).map(|(_, counts)| of(counts)).sum() };
    assert!(sum(|counts| counts.stock) > 3 && sum(|counts| counts.entered) == 1 && sum(|counts| counts.returned) == 1);
}
