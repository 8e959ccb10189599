//! Cases worked out by hand. H3 cells lie on a line, one kilometre from number to number; home is 100.

use super::*;

fn of(spells: &[(u32, usize)]) -> Vec<u32> {
    spells.iter().flat_map(|&(cell, nights)| std::iter::repeat_n(cell, nights)).collect()
}

/// The event strikes on day 28.
fn judged(spells: &[(u32, usize)]) -> Verdict {
    verdict(&of(spells), 28, |from, to| f64::from(from.abs_diff(to)))
}

fn states(spells: &[(u32, usize)]) -> Vec<(State, usize)> {
    let days = judged(spells).days;
    days.chunk_by(|one, next| one.state == next.state).map(|spell| (spell[0].state, spell.len())).collect()
}

#[test]
fn who_leaves_on_the_event_day_is_displaced_six_days_later_and_back_six_days_after_the_return() {
    let spells = [(100, 28), (200, 10), (100, 10)];
    // Residence is 200 from day 31 (4th night), confirmed on day 33; nights at home from day 38, residence from 41,
    // confirmed on 43.
    let expected = [(State::AtHome, 3), (State::Provisional, 2), (State::Displaced, 10), (State::Returned, 5)];
    assert_eq!(states(&spells), expected);
    let verdict = judged(&spells);
    assert_eq!(verdict.home, Some(100));
    assert_eq!(verdict.days[5].episode, Some(Episode { host: 200, onset: 31, back_dated_onset: 28 }));
    assert_eq!(verdict.days[4].episode, None);
}

#[test]
fn three_nights_away_are_none_and_four_are_a_displacement() {
    assert_eq!(states(&[(100, 48)]), [(State::AtHome, 20)]);
    assert_eq!(states(&[(100, 28), (200, 3), (100, 17)]), [(State::AtHome, 20)]);
    // Four of seven nights are the mode of four windows, days 31 to 34: a trip of four nights meets the definition.
    let expected = [(State::AtHome, 3), (State::Provisional, 2), (State::Displaced, 4), (State::Returned, 11)];
    assert_eq!(states(&[(100, 28), (200, 4), (100, 16)]), expected);
}

#[test]
fn a_move_of_less_than_two_kilometres_is_none() {
    assert_eq!(states(&[(100, 28), (101, 20)]), [(State::AtHome, 20)]);
    let (state, days) = states(&[(100, 28), (102, 20)])[2];
    assert_eq!((state, days), (State::Displaced, 15));
}

#[test]
fn a_usual_place_is_no_refuge_until_the_stay_outlasts_the_longest_of_the_baseline_by_three_days() {
    // Three of 28 nights at 200, in one stay: usual while residence there has lasted for less than six days.
    let spells = [(100, 20), (200, 3), (100, 5), (200, 20)];
    let expected = [
        (State::AtHome, 3),      // days 28 to 30
        (State::UsualPlace, 5),  // 31 to 35: residence days 1 to 5
        (State::Provisional, 2), // 36, 37: the sixth day is away
        (State::Displaced, 10),  // from 38
    ];
    assert_eq!(states(&spells), expected);
    let episode = judged(&spells).days[19].episode.unwrap();
    assert_eq!((episode.onset, episode.back_dated_onset), (36, 28));
}

#[test]
fn three_residence_days_elsewhere_change_the_host_and_not_the_onset() {
    let spells = [(100, 28), (200, 10), (300, 10)];
    // Residence is 300 from day 41, confirmed on 43.
    let hosts: Vec<Option<u32>> = judged(&spells).days.iter().map(|day| day.episode.map(|one| one.host)).collect();
    assert_eq!(hosts[4..], [vec![None], vec![Some(200); 10], vec![Some(300); 5]].concat());
    assert!(judged(&spells).days[5..].iter().all(|day| day.episode.unwrap().onset == 31));
    // One kilometre farther is no move.
    let near = judged(&[(100, 28), (200, 10), (201, 10)]);
    assert!(near.days[5..].iter().all(|day| day.episode.unwrap().host == 200));
}

#[test]
fn three_nights_at_home_are_no_return() {
    assert_eq!(states(&[(100, 28), (200, 12), (100, 3), (200, 12)]).last(), Some(&(State::Displaced, 22)));
    let visit = states(&[(100, 28), (200, 12), (100, 4), (200, 12)]);
    assert!(visit.iter().any(|&(state, _)| state == State::Returned), "{visit:?}");
}

#[test]
fn who_leaves_again_is_displaced_again() {
    let spells = [(100, 28), (200, 10), (100, 14), (300, 10)];
    let expected = [
        (State::AtHome, 3),
        (State::Provisional, 2),
        (State::Displaced, 10),
        (State::Returned, 12),
        (State::Provisional, 2),
        (State::Displaced, 5),
    ];
    assert_eq!(states(&spells), expected);
    assert_eq!(judged(&spells).days.last().unwrap().episode.unwrap().onset, 55);
}

#[test]
fn without_a_home_there_is_no_state() {
    let spells = [(100, 10), (200, 9), (300, 14)];
    assert_eq!(judged(&spells).home, None);
    assert_eq!(states(&spells), [(State::Unlocatable, 5)]);
}

#[test]
fn the_onset_is_back_dated_through_nights_away_only() {
    // Away before the event already (days 26, 27), one night at home on the event day, then for good.
    let spells = [(100, 26), (200, 2), (100, 1), (200, 12)];
    let episode = judged(&spells).days.last().unwrap().episode.unwrap();
    assert_eq!(episode.back_dated_onset, 29);
    assert!(episode.onset > 29);
}
