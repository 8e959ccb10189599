use super::*;
use crate::subscriber::samples::located;
use proptest::prelude::*;
use std::collections::BTreeMap;

const BASELINE: Period = Period { first: LocalDay(34), last: LocalDay(61) };

fn windows(days: std::ops::Range<i32>) -> HomeWindows {
    let usable: Vec<LocalDay> = days.map(LocalDay).collect();
    HomeWindows::new(BASELINE, &usable, 7)
}

/// A home written as place, days there, days.
fn told(home: Home<char>) -> Option<(char, u16, u16, bool)> {
    match home {
        Home::Settled { place, days_there, days, by_look_back, .. } => Some((place, days_there, days, by_look_back)),
        Home::Unlocatable => None,
    }
}

#[test]
fn a_month_at_one_place_is_a_home() {
    let days = located(&"A".repeat(62));
    let found = home(&days, HomeRule::HEXODUS, &windows(28..62));
    assert_eq!(told(found), Some(('A', 28, 28, false)));
    assert_eq!(found.confidence(), Some(29.0 / 30.0));
}

#[test]
fn seven_located_days_are_too_few_for_the_project_and_enough_for_flowbot() {
    let letters = |located: usize| ".".repeat(62 - 2 * located) + &"A.".repeat(located);
    let found = |located, rule| told(home(&self::located(&letters(located)), rule, &windows(28..62)));
    assert_eq!(found(7, HomeRule::HEXODUS), None);
    assert!(found(8, HomeRule::HEXODUS).is_some());
    assert!(found(7, HomeRule::FLOWBOT).is_some());
}

#[test]
fn half_of_the_residence_days_is_no_home() {
    // Residence flips on the fourth day at the new place: 14 + 14 residence days.
    let days = located(&("A".repeat(45) + &"B".repeat(17)));
    assert_eq!(told(home(&days, HomeRule::HEXODUS, &windows(28..62))), None);
    let days = located(&("A".repeat(46) + &"B".repeat(16)));
    assert_eq!(told(home(&days, HomeRule::HEXODUS, &windows(28..62))), Some(('A', 15, 28, false)));
}

/// T21: 30 windows, A 10, B 14, C 6; the month before has A in the majority.
#[test]
fn t21_the_majority_of_the_month_before_needs_a_third_of_the_windows() {
    let month = Period { first: LocalDay(36), last: LocalDay(65) };
    // Residence flips on the fourth day at a new place: A is residence to day 45, B on 46 to 59, C on 60 to 65.
    let days = located(&("A".repeat(43) + &"B".repeat(14) + &"C".repeat(9)));
    let usable: Vec<LocalDay> = (0..66).map(LocalDay).collect();
    let windows = HomeWindows::new(month, &usable, 7);
    let visits = visits(&days, ResidenceRule::FLOWMINDER, month);
    let counts = ['A', 'B', 'C'].map(|place| days_at(&visits, place));
    assert_eq!((windows.windows, counts), (30, [10, 14, 6]));
    let found = home(&days, HomeRule::FLOWBOT, &windows);
    assert_eq!(told(found), Some(('A', 10, 30, true)));
    assert_eq!(home(&days, HomeRule::FLOWBOT, &HomeWindows { look_back: None, ..windows }), Home::Unlocatable);
    assert_eq!(
        home(&days, HomeRule::FLOWBOT, &HomeWindows { windows: 31, ..windows }),
        Home::Unlocatable,
        "⌈31/3⌉ = 11"
    );
}

#[test]
fn sites_beside_each_other_are_one_home_where_none_has_most_days() {
    let windows = windows(28..62);
    let near = |a: char, b: char| (a as i32 - b as i32).abs() < 2;
    let found = |letters: &str, rule| {
        let days = located(letters);
        assert_eq!(home(&days, rule, &windows), Home::Unlocatable, "{letters}");
        told(home_among_neighbours(&days, rule, &windows, near))
    };
    // Residence: A on 14 days, B, beside it, on 8, K on 6.
    let split = "A".repeat(45) + &"B".repeat(8) + &"K".repeat(9);
    assert_eq!(found(&split, HomeRule::HEXODUS), Some(('A', 22, 28, false)), "most days of its own");
    assert_eq!(found(&split, HomeRule::FLOWBOT), None, "reproduced as it is");
    assert_eq!(found(&("A".repeat(45) + &"K".repeat(17)), HomeRule::HEXODUS), None, "two homes far apart");
    assert_eq!(found(&(".".repeat(55) + "ABABABA"), HomeRule::HEXODUS), None, "7 located days");
}

/// T6: the first table that has a place counts.
#[test]
fn t6_combine_first() {
    let at = |place| Home::Settled { place, days_there: 1, days: 1, by_look_back: false };
    assert_eq!(Home::Unlocatable.or(at('b')), at('b'));
    assert_eq!(at('b').or(at('n')), at('b'));
}

/// Methods §2.5: dates by area, tie to the latest date.
#[test]
fn most_dates_counts_dates_and_not_residences() {
    let weeks = Period { first: LocalDay(0), last: LocalDay(27) };
    let windows = HomeWindows { period: weeks, windows: 28, look_back: None };
    let found = |letters: &str| told(home(&located(letters), HomeRule::MostDates, &windows));
    assert_eq!(found("AABBB"), Some(('B', 3, 5, false)));
    assert_eq!(found("BBAA"), Some(('A', 2, 4, false)), "tie: the latest date");
    assert_eq!(found("ABBA"), Some(('A', 2, 4, false)), "methods T8");
    assert_eq!(found("A"), Some(('A', 1, 1, false)), "no minimum");
    assert_eq!(found(""), None);
    let outside = ".".repeat(28) + "B";
    assert_eq!(found(&("A".to_owned() + &outside[1..])), Some(('A', 1, 1, false)), "later dates do not count");
}

proptest! {
    /// Neighbours give a home, and never another one.
    #[test]
    fn a_majority_at_one_place_is_one_among_neighbours(letters in "[ABCK.]{62}") {
        let near = |a: char, b: char| (a as i32 - b as i32).abs() < 2;
        let days = located(&letters);
        if let Some(place) = home(&days, HomeRule::HEXODUS, &windows(28..62)).place() {
            let found = home_among_neighbours(&days, HomeRule::HEXODUS, &windows(28..62), near);
            prop_assert_eq!(found.place(), Some(place));
        }
    }

    /// Against the rule applied to windows counted on maps; and a home is never invented.
    #[test]
    fn agrees_with_a_naive_twin(letters in "[ABC.]{62}", minimum in 1u8..20, looks_back: bool) {
        let days = located(&letters);
        let mut windows = windows(0..62);
        windows.look_back = looks_back.then(|| BASELINE.earlier(1));
        let rule = HomeRule::MajorityOfResidence {
            residence: ResidenceRule::HEXODUS,
            min_located_days: minimum,
            neighbours: false,
        };
        let letters: Vec<char> = letters.chars().collect();
        let residence = |day: i32| {
            let mut counts: BTreeMap<char, (i32, i32)> = BTreeMap::new();
            for at in (day - 6).max(0)..=day {
                let own = counts.entry(letters[at as usize]).or_default();
                *own = (own.0 + 1, at);
            }
            counts.remove(&'.');
            let located: i32 = counts.values().map(|own| own.0).sum();
            counts.into_iter().max_by_key(|own| own.1).filter(|_| located >= 2).map(|own| own.0)
        };
        let share = |first: i32, place: char| (first..first + 28).filter(|&day| residence(day) == Some(place)).count();
        let of = |first: i32| (first..first + 28).filter(|&day| residence(day).is_some()).count();
        let most = |first| ['A', 'B', 'C'].into_iter().find(|&place| 2 * share(first, place) > of(first));
        let located_days = letters[34..].iter().filter(|&&letter| letter != '.').count();
        let expected = most(34).or_else(|| most(6).filter(|&place| looks_back && 3 * share(34, place) >= 28));
        let expected = expected.filter(|_| located_days >= usize::from(minimum));
        let found = home(&days, rule, &windows);
        prop_assert_eq!(found.place(), expected);
        if let Some(place) = expected {
            prop_assert!(letters.contains(&place));
        }
    }
}
