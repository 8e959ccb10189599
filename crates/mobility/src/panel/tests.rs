use super::*;
use crate::subscriber::daily_location::Located;
use crate::subscriber::displacement::DisplacementRule;
use crate::subscriber::ground::HomeOutages;
use crate::subscriber::samples::{Line, h3, letter};
use crate::subscriber::stay_lengths::MobilityClass;
use crate::tally::accounting::check_accounting;
use crate::tally::poisson_weights::poisson_weight;
use crate::tally::replicates::{ReplicateFigure, ReplicateKey};
use crate::tally::stock::roll_up_stock;
use hexodus_model::{
    AreaKey, Definition, FlowMatrix, H3Cell, Level, OriginHost, Period, Reserved, Spread, SpreadKey, StockTable,
    SubscriberId, UnitKey,
};
use proptest::prelude::*;

const EVENT: LocalDay = LocalDay(34);

/// Located days of the subscribers whose number leaves `share` when divided by `shares`.
fn stored(people: &[String], share: usize, shares: usize) -> Vec<Located> {
    let days = people.iter().map(String::len).max().unwrap_or(0);
    let rows = |day: usize| {
        let own = people.iter().enumerate().filter(|(who, _)| who % shares == share);
        let seen = own.filter_map(|(who, life)| Some((who as u64, life.chars().nth(day).filter(|&at| at != '.')?)));
        seen.map(|(who, place)| (SubscriberId::from_pseudonym(who), h3(place))).collect()
    };
    (0..days).map(rows).collect()
}

fn counted(people: &[String], shares: usize, dating: Dating, threads: usize) -> CrisisTally {
    counted_in(people, shares, dating, threads, &HomeOutages::default())
}

fn counted_in(people: &[String], shares: usize, dating: Dating, threads: usize, outages: &HomeOutages) -> CrisisTally {
    let stored: Vec<_> = (0..shares).map(|share| dated(stored(people, share, shares))).collect();
    let buckets: Vec<Bucket<'_>> = stored.iter().map(|days| bucket(days, None)).collect();
    let last = last_day(people);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| with_rules(last, dating, outages, &[], |rules| fold_crisis(&buckets, None, rules)))
}

/// Counted up to each of these evenings in turn, each time from what was kept on the one before.
fn counted_night_by_night(people: &[String], evenings: &[LocalDay], outages: &HomeOutages) -> Told {
    let days = dated(stored(people, 0, 1));
    let until = |last: LocalDay, after: Option<LocalDay>| -> Vec<(LocalDay, Located)> {
        days.iter().filter(|own| own.0 <= last && after.is_none_or(|after| own.0 > after)).cloned().collect()
    };
    let (mut told, mut kept): (Told, Option<(LocalDay, KeptRows)>) = Default::default();
    for &last in evenings {
        let keep = last.previous();
        let kept_on = kept.as_ref().map(|own| own.0);
        let days = until(last, kept_on);
        let buckets = [bucket(&days, kept.as_ref().map(|own| &own.1))];
        let keep_here: &[LocalDay] = if kept_on == Some(keep) { &[] } else { &[keep] };
        let mut tally =
            with_rules(last, Dating::Live, outages, keep_here, |rules| fold_crisis(&buckets, kept_on, rules));
        assert_eq!(tally.unreadable, 0);
        told = joined(told, told_of(&tally), kept_on);
        kept = tally.kept.remove(&(keep, 0)).map(|rows| (keep, rows)).or(kept);
    }
    told
}

fn dated(days: Vec<Located>) -> Vec<(LocalDay, Located)> {
    days.into_iter().enumerate().map(|(day, located)| (LocalDay(day as i32), located)).collect()
}

fn bucket<'a>(days: &'a [(LocalDay, Located)], kept: Option<&'a KeptRows>) -> Bucket<'a> {
    Bucket { slices: days.iter().map(|(day, located)| DaySlice { day: *day, located }).collect(), kept }
}

fn last_day(people: &[String]) -> LocalDay {
    LocalDay(people.iter().map(String::len).max().unwrap_or(35) as i32 - 1)
}

fn with_rules<T>(
    last: LocalDay,
    dating: Dating,
    outages: &HomeOutages,
    keep: &[LocalDay],
    with: impl FnOnce(&CrisisRules<'_>) -> T,
) -> T {
    let baseline = Period::before(EVENT, 28);
    let usable: Vec<LocalDay> = (0..=last.0).map(LocalDay).collect();
    let rule = DisplacementRule::default();
    with(&CrisisRules {
        days: CrisisDays { event: EVENT, baseline, last },
        homes: Homes::ByRule(HomeRule::HEXODUS),
        windows: &HomeWindows::new(baseline, &usable, 7),
        around: Surroundings { rule: &rule, ground: &Line, outages },
        dating,
        rolling: true,
        by_dates: &[],
        keep,
        bootstrap: Some(Bootstrap { replicates: 5, seed: 1, area_of: &area, stratum_of: Some(&stratum) }),
    })
}

/// Two letters an area.
fn area(h3: H3Cell) -> UnitKey {
    UnitKey::area(AreaKey(u32::from(letter(h3)) / 2))
}

/// A letter a stratum.
fn stratum(h3: H3Cell) -> UnitKey {
    UnitKey::area(AreaKey(u32::from(letter(h3))))
}

/// Counts of each day in each replicate, without those of nobody.
type Replicates = Vec<(LocalDay, BTreeMap<ReplicateKey, Vec<i32>>)>;

fn replicates_of(tally: &CrisisTally, days: Period) -> Replicates {
    let mut all = Replicates::new();
    tally.replicates.clone().for_each_day(days, |day, counts| {
        let counts = counts.iter().filter(|(_, counts)| counts.iter().any(|&count| count != 0));
        all.push((day, counts.map(|(&key, counts)| (key, counts.clone())).collect()));
    });
    all
}

/// Everything that was counted: totals, tables and matrices by day, distributions, replicates.
type Told = ([u64; 4], Vec<StockTable>, Vec<FlowMatrix>, Vec<(SpreadKey, u64)>, Replicates);

fn told_of(tally: &CrisisTally) -> Told {
    let totals = [tally.panel, tally.by_look_back, tally.unlocatable, tally.newcomers];
    let matrices = tally.flows.clone().into_matrices(Level::H3);
    let stock = tally.stock.tables(Dating::Live);
    let days = stock.first().zip(stock.last()).map(|(first, last)| Period { first: first.day, last: last.day });
    let replicates = days.map_or_else(Vec::new, |days| replicates_of(tally, days));
    (totals, stock, matrices, tally.spread.rows().into_iter().collect(), replicates)
}

/// What was counted up to an evening, and what was counted after it.
fn joined(before: Told, after: Told, evening: Option<LocalDay>) -> Told {
    let old = |day: LocalDay| evening.is_some_and(|evening| day <= evening);
    let stock = before.1.into_iter().filter(|own| old(own.day)).chain(after.1).collect();
    let mut matrices: Vec<_> = before.2.into_iter().filter(|own| old(own.last_day)).chain(after.2).collect();
    matrices.sort_by_key(|own| (own.definition, own.first_day));
    let of_days = |key: &SpreadKey| old(key.day) && key.spread != Spread::MobilityClass;
    let mut spread: Vec<_> = before.3.into_iter().filter(|own| of_days(&own.0)).chain(after.3).collect();
    spread.sort_unstable();
    let replicates = before.4.into_iter().filter(|own| old(own.0)).chain(after.4).collect();
    (after.0, stock, matrices, spread, replicates)
}

fn life(before: &str, after: &str) -> String {
    format!("{}{after}", before.repeat(34 / before.len()))
}

#[test]
fn six_subscribers_six_fates() {
    let people = [
        life("A", "AAAAAAAAAAAAAA"),
        life("A", "KKKKKKKKKKKKKK"),
        life("A", "KKKKKKAAAAAAAA"),
        life("A", ".............."),
        life(".", "KKKKKKKKKKKKKK"),
        "AB.........".repeat(3) + "AKKKKKKKKKKKKKK",
    ];
    let tally = counted(&people, 2, Dating::Live, 2);
    assert_eq!((tally.panel, tally.unlocatable, tally.newcomers), (4, 1, 1));
    let tables = tally.stock.tables(Dating::Live);
    let last = &tables[13];
    let origin = last.origins[0].1;
    assert_eq!((origin.panel, origin.at_home, origin.displaced, origin.returned, origin.not_located), (4, 1, 1, 1, 1));
    assert_eq!(last.hosts.iter().map(|own| own.1.stock).collect::<Vec<_>>(), [1]);
    let matrices = tally.flows.clone().into_matrices(Level::H3);
    let present = matrices.iter().rfind(|own| own.definition == Definition::HomeToPresent).unwrap();
    assert_eq!(present.last_day, LocalDay(47));
    let unit = |letter| UnitKey::h3(h3(letter));
    let told: Vec<_> = present.entries.iter().map(|(pair, count)| (pair.origin, pair.destination, *count)).collect();
    let (unknown, unobserved) = (UnitKey::reserved(Reserved::Unknown), UnitKey::reserved(Reserved::Unobserved));
    let expected =
        [(unit('A'), unit('A'), 2), (unit('A'), unit('K'), 1), (unit('A'), unobserved, 1), (unknown, unit('K'), 2)];
    assert_eq!(told, expected);
    let rows: Vec<_> = tally.spread.rows().into_iter().collect();
    let rows = crate::tally::spread::roll_up_spread(&rows, |_| unit('Z')).into_iter();
    let classes = rows.filter(|row| row.0.spread == Spread::MobilityClass);
    let classes: Vec<_> = classes.map(|(key, count)| (MobilityClass::ALL[key.bin as usize].id(), count)).collect();
    assert_eq!(classes, [("not_active_in_latest_period", 1), ("mobile", 3)], "two weeks are no three");
}

/// Twelve days at K in the last three weeks of the baseline: residence from the fourth of them, confirmed on the sixth;
/// residence at home on the fourth day back, confirmed on the sixth. Ten of the last fourteen days are displaced.
#[test]
fn a_trip_before_the_event_is_the_stock_without_one() {
    for (host, near) in [("K", 0), ("F", 10)] {
        let trip = "A".repeat(13) + &host.repeat(12) + &"A".repeat(9);
        let people = [trip + "AAAAAAAAAAAAAA", life("A", "KKKKKKKKKKKKKK"), life(".", "KKKKKKKKKKKKKK")];
        let tally = counted(&people, 1, Dating::Live, 1);
        let expected = WithoutEvent { days: 28, displaced: 10, near };
        assert_eq!(tally.without_event, expected, "two with a home; after the event nothing counts");
        assert_eq!(tally.near_without_event.values().sum::<u64>(), near, "a phone at A may be heard at F, not at K");
    }
}

/// A residence that only an outage explains is unobserved in every table, though a place is known.
#[test]
fn who_is_heard_elsewhere_in_an_outage_is_unobserved_in_the_matrix_too() {
    let outages: HomeOutages = (34..44).map(|day| ((h3('A'), LocalDay(day)), 5000)).collect();
    let tally = counted_in(&[life("A", "EEEEEEEEEE")], 1, Dating::Live, 1, &outages);
    let matrices = tally.flows.clone().into_matrices(Level::H3);
    let present = matrices.iter().rfind(|own| own.definition == Definition::HomeToPresent).unwrap();
    assert_eq!(present.entries.len(), 1);
    assert_eq!(present.entries[0].0.destination, UnitKey::reserved(Reserved::Unobserved));
    assert_eq!(tally.stock.tables(Dating::Live)[9].origins[0].1.outage, 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any split, any number of threads: the same tally, and it closes.
    #[test]
    fn buckets_and_threads_do_not_matter(
        people in prop::collection::vec(
            (prop::sample::select(vec!["A", "B", ".", "AB"]), "[AAKKKZ.]{20}").prop_map(|(before, after)| life(before, &after)),
            1..12,
        ),
        revised: bool,
    ) {
        let dating = if revised { Dating::Revised } else { Dating::Live };
        let one = counted(&people, 1, dating, 1);
        prop_assert_eq!(&counted(&people, 3, dating, 1), &one);
        prop_assert_eq!(&counted(&people, 5, dating, 4), &one);
        prop_assert_eq!(one.panel + one.unlocatable + one.newcomers, people.iter().filter(|life| life.contains(|at| at != '.')).count() as u64);
        let tables = one.stock.tables(dating);
        let mut before = None;
        for table in &tables {
            prop_assert_eq!(check_accounting(before, table), Ok(()));
            before = Some(table);
        }
        // Home → present holds the whole panel of every day: diagonal + off-diagonal + unobserved.
        for matrix in one.flows.clone().into_matrices(Level::H3).iter().filter(|own| own.definition == Definition::HomeToPresent) {
            let homes = matrix.entries.iter().filter(|(pair, _)| pair.origin.as_h3().is_some());
            prop_assert_eq!(homes.map(|own| own.1).sum::<u64>(), one.panel);
        }
    }

    /// Each replicate is the sum of everybody's own counts, as often as drawn.
    #[test]
    fn replicates_are_sums_of_each_subscribers_own_tables(
        people in prop::collection::vec(
            (prop::sample::select(vec!["A", "B", ".", "AB"]), "[AABFFKKZ.]{24}|[AF.]{2}[.]{16}[AF.]{6}")
                .prop_map(|(before, after)| life(before, &after)),
            1..8,
        ),
        revised: bool,
    ) {
        let dating = if revised { Dating::Revised } else { Dating::Live };
        let mut expected: BTreeMap<LocalDay, BTreeMap<ReplicateKey, Vec<i32>>> = BTreeMap::new();
        for who in 0..people.len() {
            let alone: Vec<String> = (0..people.len()).map(|own| if own == who { people[who].clone() } else { String::new() }).collect();
            for table in counted(&alone, 1, dating, 1).stock.tables(dating) {
                let day = expected.entry(table.day).or_default();
                for (key, count) in figures(&table) {
                    let own = day.entry(key).or_insert_with(|| vec![0; 5]);
                    for (replicate, own) in (0..).zip(own) {
                        *own += (count * u64::from(poisson_weight(1, who as u64, replicate))) as i32;
                    }
                }
                day.retain(|_, counts| counts.iter().any(|&count| count != 0));
            }
        }
        let days = Period { first: EVENT, last: last_day(&people) };
        let told = replicates_of(&counted(&people, 1, dating, 1), days);
        let told: BTreeMap<_, _> = told.into_iter().filter(|own| !own.1.is_empty()).collect();
        expected.retain(|_, counts| !counts.is_empty());
        prop_assert_eq!(told, expected);
    }

    /// The panel, silence, newcomers, outages: whatever is kept on an evening, going on from it is as counting anew.
    #[test]
    fn night_by_night_is_as_all_nights_at_once(
        people in prop::collection::vec(
            (prop::sample::select(vec!["A", "B", ".", "AB", "AAAAAK"]), "[AAABKKKZ.]{24}|[AK.]{2}[.]{14}[AK.]{8}|[.]{9}[AK.]{15}")
                .prop_map(|(before, after)| format!("{}{after}", before.repeat(34).split_at(34).0)),
            1..12,
        ),
        nights in prop::collection::btree_set(34i32..57, 0..6),
        out in prop::collection::btree_set(34i32..57, 0..4),
    ) {
        let outages: HomeOutages = out.into_iter().map(|day| ((h3('A'), LocalDay(day)), 5000)).collect();
        let evenings: Vec<LocalDay> = nights.into_iter().chain([57]).map(LocalDay).collect();
        let at_once = counted_in(&people, 1, Dating::Live, 1, &outages);
        prop_assert_eq!(counted_night_by_night(&people, &evenings, &outages), told_of(&at_once));
    }
}

/// The counts of one table that replicates have, too.
fn figures(table: &StockTable) -> Vec<(ReplicateKey, u64)> {
    let of = |by: fn(H3Cell) -> UnitKey| move |unit: UnitKey| unit.as_h3().map_or(unit, by);
    let table = roll_up_stock(table, &of(stratum), &of(area));
    let both = |unit| OriginHost { origin: unit, host: unit };
    let at_home = |unit: UnitKey| {
        let host = unit.as_area().map_or(unit, |own| UnitKey::area(AreaKey(own.0 / 2)));
        OriginHost { origin: unit, host }
    };
    let displaced = table.hosts.iter().map(|&(pair, own)| ((ReplicateFigure::Displaced, pair), own.stock));
    let near = table.hosts.iter().map(|&(pair, own)| ((ReplicateFigure::Near, pair), own.near));
    let stayed = table
        .origins
        .iter()
        .map(|&(unit, own)| ((ReplicateFigure::Stayed, at_home(unit)), own.panel - own.displaced - own.unobserved()));
    let panel = table.origins.iter().map(|&(unit, own)| ((ReplicateFigure::Panel, both(unit)), own.panel));
    let known = table.last_known.iter().map(|&(unit, own)| ((ReplicateFigure::Known, both(unit)), own.known));
    let observed = table.last_known.iter().map(|&(unit, own)| ((ReplicateFigure::Observed, both(unit)), own.observed));
    let all = displaced.chain(near).chain(stayed).chain(panel).chain(known).chain(observed);
    all.filter(|own| own.1 > 0).collect()
}
