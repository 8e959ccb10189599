use super::*;
use crate::subscriber::daily_location::Located;
use crate::subscriber::displacement::DisplacementRule;
use crate::subscriber::ground::HomeOutages;
use crate::subscriber::samples::{Line, h3};
use crate::tally::accounting::check_accounting;
use hexodus_model::{Definition, Level, Reserved, UnitKey};
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
    let stored: Vec<_> = (0..shares).map(|share| stored(people, share, shares)).collect();
    let slice = |(day, located): (usize, &'_ Located)| (LocalDay(day as i32), located.clone());
    let owned: Vec<Vec<(LocalDay, Located)>> =
        stored.iter().map(|days| days.iter().enumerate().map(slice).collect()).collect();
    let buckets: Vec<Vec<DaySlice<'_>>> =
        owned.iter().map(|days| days.iter().map(|(day, located)| DaySlice { day: *day, located }).collect()).collect();
    let last = LocalDay(people.iter().map(String::len).max().unwrap_or(35) as i32 - 1);
    let baseline = Period::before(EVENT, 28);
    let usable: Vec<LocalDay> = (0..=last.0).map(LocalDay).collect();
    let rule = DisplacementRule::default();
    let rules = CrisisRules {
        days: CrisisDays { event: EVENT, baseline, last },
        homes: Homes::ByRule(HomeRule::HEXODUS),
        windows: &HomeWindows::new(baseline, &usable, 7),
        around: Surroundings { rule: &rule, ground: &Line, outages },
        dating,
        rolling: true,
        by_dates: &[],
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| fold_crisis(&buckets, &rules))
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
}
