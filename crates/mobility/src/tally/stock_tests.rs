use super::*;
use crate::subscriber::displacement::{DisplacementRule, SubscriberState, Surroundings, calendar};
use crate::subscriber::ground::HomeOutages;
use crate::subscriber::residence::ResidenceRule;
use crate::subscriber::revise::revise;
use crate::subscriber::samples::{Line, h3, letter, located_h3};
use crate::tally::accounting::{Identity, check_accounting};
use hexodus_model::Period;
use proptest::prelude::*;

const EVENT: i32 = 34;
const BASELINE: Period = Period { first: LocalDay(6), last: LocalDay(33) };
const DAYS: usize = 24;

/// Follows a subscriber of home `home`, silent or not, and counts it.
fn counted(people: &[(char, String)], rule: &DisplacementRule, dating: Dating) -> StockTally {
    let mut total = StockTally::default();
    for (home, after) in people {
        let days = located_h3(&format!("{}{after}", home.to_string().repeat(EVENT as usize)));
        let outages = HomeOutages::default();
        let around = Surroundings { rule, ground: &Line, outages: &outages };
        let mut state = SubscriberState::at_event(h3(*home), &days, BASELINE, &around);
        let followed = Period { first: LocalDay(EVENT), last: LocalDay(EVENT + DAYS as i32 - 1) };
        let mut own: Vec<ResidenceDay> = Vec::new();
        let mut hosts = Vec::new();
        for (day, place) in calendar(&days, followed) {
            own.push(state.step(day, place, &around));
            hosts.push(state.host());
        }
        if dating == Dating::Revised {
            revise(&mut own);
        }
        let mut one = StockTally::default();
        one.count(h3(*home), &own, &hosts, |_| false);
        total.merge(one);
    }
    total
}

fn checked(tables: &[StockTable]) {
    let mut before = None;
    for table in tables {
        assert_eq!(check_accounting(before, table), Ok(()));
        before = Some(table);
    }
}

/// Twelve letters an area: A to L | M to X | Y Z.
fn area(unit: UnitKey) -> UnitKey {
    UnitKey::area(hexodus_model::AreaKey((u32::from(letter(unit.as_h3().unwrap())) - 65) / 12))
}

fn fill(letters: String) -> String {
    let mut letters = letters;
    letters.extend(std::iter::repeat_n('.', DAYS));
    letters[..DAYS].to_owned()
}

fn people(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(char, String)>> {
    let stretch = (prop::sample::select("AAEKLMZ..".chars().collect::<Vec<_>>()), 2_usize..8);
    let life = prop::collection::vec(stretch, 1..8)
        .prop_map(|runs| fill(runs.into_iter().map(|(place, days)| place.to_string().repeat(days)).collect()));
    prop::collection::vec((prop::sample::select(vec!['A', 'B', 'E']), life), count)
}

fn rule() -> impl Strategy<Value = DisplacementRule> {
    (1u16..4, 1u16..4, 1u16..4, 1u8..8).prop_map(|(confirm_days, return_days, move_days, window_days)| {
        DisplacementRule {
            confirm_days,
            return_days,
            move_days,
            confirm_located_days: 1,
            residence: ResidenceRule { window_days, min_located_days: 1 },
            ..DisplacementRule::default()
        }
    })
}

#[test]
fn one_story_in_figures() {
    // Flees to K, moves on to Z, is silent, comes back seen at Z, and returns.
    let life = fill("KKKKKKZZZZZZZ.......ZAAA".to_owned());
    let daily = ResidenceRule { window_days: 1, min_located_days: 1 };
    let quick = DisplacementRule { residence: daily, confirm_located_days: 1, ..DisplacementRule::default() };
    let tables = counted(&[('A', life)], &quick, Dating::Live).tables(Dating::Live);
    checked(&tables);
    let told = |day: usize| {
        let hosts = tables[day].hosts.iter();
        let words = hosts.map(|(pair, own)| {
            let host = letter(pair.host.as_h3().unwrap());
            let figures =
                [own.stock, own.entered, own.returned, own.moved_in, own.moved_out, own.reappeared, own.vanished];
            format!("{host}{figures:?}")
        });
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(told(1), "");
    assert_eq!(told(2), "K[1, 1, 0, 0, 0, 0, 0]");
    assert_eq!(told(7), "K[1, 0, 0, 0, 0, 0, 0]", "second day at Z");
    assert_eq!(told(8), "K[0, 0, 0, 0, 1, 0, 0] Z[1, 0, 0, 1, 0, 0, 0]");
    assert_eq!(told(13), "Z[0, 0, 0, 0, 0, 0, 1]");
    assert_eq!(told(14), "");
    assert_eq!(told(20), "Z[1, 0, 0, 0, 0, 1, 0]");
    assert_eq!(told(23), "Z[0, 0, 1, 0, 0, 0, 0]");
    assert_eq!(tables[14].origins[0].1.displaced_when_last_seen, 1);
    assert_eq!(tables[8].cohorts[0].0.1, monday(LocalDay(EVENT)));
}

#[test]
fn a_move_between_hosts_of_one_area_is_a_move_on_the_grid_only() {
    let people = [('A', fill("KKKKKKKEEEEEEEEE".to_owned())), ('A', fill("KKKKKKKZZZZZZZZZ".to_owned()))];
    let tables = counted(&people, &DisplacementRule::default(), Dating::Live).tables(Dating::Live);
    let moves = |tables: &[StockTable]| -> [u64; 2] {
        let hosts = || tables.iter().flat_map(|table| &table.hosts);
        [hosts().map(|own| own.1.moved_in).sum(), hosts().map(|own| own.1.moved_out).sum()]
    };
    assert_eq!(moves(&tables), [2, 2]);
    let areas: Vec<StockTable> = tables.iter().map(|table| roll_up_stock(table, &area, &area)).collect();
    assert_eq!(moves(&areas), [1, 1]);
    checked(&areas);
}

#[test]
fn weeks_begin_on_monday() {
    let day = |text: &str| text.parse::<LocalDay>().unwrap();
    assert_eq!(monday(day("2031-03-05")), day("2031-03-03"), "a Wednesday");
    assert_eq!(monday(day("2031-03-03")), day("2031-03-03"));
    assert_eq!(monday(day("1969-12-28")), day("1969-12-22"), "a Sunday before 1970");
}

#[test]
fn a_lost_figure_is_named() {
    let life = fill("KKKKKKKKKK".to_owned());
    let mut tables = counted(&[('A', life)], &DisplacementRule::default(), Dating::Live).tables(Dating::Live);
    tables[6].hosts[0].1.stock += 1;
    let error = check_accounting(Some(&tables[5]), &tables[6]).unwrap_err();
    let identities: Vec<Identity> = error.broken.iter().map(|own| own.identity).collect();
    assert_eq!(identities, [Identity::StockByHost, Identity::HostsSumToOrigin, Identity::CohortsSumToStock]);
    assert_eq!((error.broken[0].expected, error.broken[0].counted), (1, 2));
    assert!(error.to_string().contains("expected 1, counted 2"), "{error}");
    tables[6].hosts[0].1.stock -= 1;
    tables[6].origins[0].1.at_home += 1;
    assert!(check_accounting(Some(&tables[5]), &tables[6]).is_err());
}

proptest! {
    /// The identities hold for any population, rule and dating, on the grid and for areas; and the sums agree.
    #[test]
    fn the_account_closes_at_every_level(people in people(0..12), rule in rule(), revised: bool) {
        let dating = if revised { Dating::Revised } else { Dating::Live };
        let tables = counted(&people, &rule, dating).tables(dating);
        checked(&tables);
        let areas: Vec<StockTable> = tables.iter().map(|table| roll_up_stock(table, &area, &area)).collect();
        checked(&areas);
        let mixed: Vec<StockTable> = tables.iter().map(|table| roll_up_stock(table, &area, &|unit| unit)).collect();
        checked(&mixed);
        for (table, areas) in tables.iter().zip(&areas) {
            // Merging areas is summing their rows, but for moves inside one.
            let sum = |table: &StockTable| table.hosts.iter().map(|own| own.1.stock).sum::<u64>();
            prop_assert_eq!(sum(table), sum(areas));
            for &(pair, counts) in &areas.hosts {
                let inside = table.hosts.iter().filter(|own| area(own.0.origin) == pair.origin && area(own.0.host) == pair.host);
                prop_assert_eq!(inside.map(|own| own.1.stock).sum::<u64>(), counts.stock);
            }
            prop_assert_eq!(table.onward.iter().map(|own| own.1).sum::<u64>(), areas.onward.iter().map(|own| own.1).sum::<u64>());
        }
    }

    #[test]
    fn order_does_not_matter(people in people(0..8), at in 0usize..8) {
        let rule = DisplacementRule::default();
        let mut turned = people.clone();
        turned.reverse();
        let middle = at.min(turned.len());
        turned.rotate_left(middle);
        let tables = |people: &[_]| counted(people, &rule, Dating::Live).tables(Dating::Live);
        prop_assert_eq!(tables(&people), tables(&turned));
    }

    /// One subscriber more that is silent from the event on: from the sixth day, when the window is past the last
    /// located day but one, it adds to the panel and to the unobserved, and to nothing else.
    #[test]
    fn a_silent_subscriber_changes_only_the_unobserved(people in people(0..8), home in prop::sample::select(vec!['A', 'E'])) {
        let rule = DisplacementRule::default();
        let mut more = people.clone();
        more.push((home, fill(String::new())));
        let tables = |people: &[_]| counted(people, &rule, Dating::Live).tables(Dating::Live);
        let (before, after) = (tables(&people), tables(&more));
        for (day, with) in after.iter().enumerate().skip(5) {
            let mut expected = before.get(day).map(|table| table.origins.clone()).unwrap_or_default();
            let unit = UnitKey::h3(h3(home));
            let at = expected.binary_search_by_key(&unit, |own| own.0).unwrap_or_else(|at| {
                expected.insert(at, (unit, OriginCounts::default()));
                at
            });
            expected[at].1.panel += 1;
            expected[at].1.not_located += 1;
            prop_assert_eq!(&with.origins, &expected);
            if let Some(without) = before.get(day) {
                prop_assert_eq!((&with.hosts, &with.onward, &with.cohorts), (&without.hosts, &without.onward, &without.cohorts));
            }
        }
    }
}
