use super::*;
use crate::network_changes::NetworkChanges;
use crate::subscriber::ground::HomeOutages;
use crate::subscriber::home::home;
use crate::subscriber::home::{HomeRule, within};
use crate::subscriber::home_windows::HomeWindows;
use crate::subscriber::samples::{Line, h3, located, located_h3};

#[path = "displacement_twin_tests.rs"]
mod twin;

/// The day of the event; 34 days come before it.
const EVENT: i32 = 34;
const BASELINE: Period = Period { first: LocalDay(6), last: LocalDay(33) };

struct Scene {
    rule: DisplacementRule,
    outages: HomeOutages,
}

impl Scene {
    fn plain() -> Self {
        Self { rule: DisplacementRule::default(), outages: HomeOutages::default() }
    }

    /// Home A out of service on these days after the event, heard up to 5 km away.
    fn outage(days: impl IntoIterator<Item = i32>) -> Self {
        let outages = days.into_iter().map(|day| ((h3('A'), LocalDay(EVENT + day)), 5000)).collect();
        Self { outages, ..Self::plain() }
    }

    /// Follows a subscriber with home A from the event on.
    fn follow(&self, before: &str, after: &str) -> Vec<ResidenceDay> {
        assert_eq!(before.len(), EVENT as usize);
        let days = located_h3(&format!("{before}{after}"));
        let around = Surroundings { rule: &self.rule, ground: &Line, outages: &self.outages };
        let mut state = SubscriberState::at_event(h3('A'), &days, BASELINE, &around);
        let last = LocalDay(EVENT + after.len() as i32 - 1);
        let followed = Period { first: LocalDay(EVENT), last };
        calendar(&days, followed).map(|(day, place)| state.step(day, place, &around)).collect()
    }

    /// One letter a day: `h` at home, `u` usual place, `p` provisional, `D` displaced, `M` moved on, `R` returned, a dot
    /// unobserved, `o` unobserved for an outage.
    fn states(&self, before: &str, after: &str) -> String {
        self.follow(before, after).iter().map(|day| state_letter(day.residence)).collect()
    }
}

fn state_letter(residence: Residence) -> char {
    match residence {
        Residence::AtHome => 'h',
        Residence::UsualPlace { .. } => 'u',
        Residence::Provisional { .. } => 'p',
        Residence::Displaced(_) => 'D',
        Residence::MovedOn { .. } => 'M',
        Residence::Returned { .. } => 'R',
        Residence::Unobserved(Silence::NotLocated) => '.',
        Residence::Unobserved(Silence::Outage) => 'o',
    }
}

fn at_home() -> String {
    "A".repeat(34)
}

#[test]
fn who_flees_is_provisional_on_day_4_and_displaced_on_day_6() {
    let days = Scene::plain().follow(&at_home(), "KKKKKKKK");
    let states: String = days.iter().map(|day| state_letter(day.residence)).collect();
    assert_eq!(states, "hhhppDDD");
    let displacement = Displacement { host: h3('K'), since: LocalDay(EVENT + 3), left: LocalDay(EVENT) };
    assert_eq!(days[5].residence, Residence::Displaced(displacement), "onset on day 4, back-dated to the first");
    assert_eq!(days[5].changes, Changes { entered: Some(h3('K')), ..Changes::default() });
    assert_eq!(days[4].residence, Residence::Provisional { at: h3('K'), since: LocalDay(EVENT + 3) });
    assert_eq!(days[6].changes, Changes::default());
}

#[test]
fn one_kilometre_away_is_at_home_and_two_are_not() {
    assert_eq!(Scene::plain().states(&at_home(), "BBBBBBBB"), "hhhhhhhh");
    assert_eq!(Scene::plain().states(&at_home(), "CCCCCCCC"), "hhhppDDD");
}

#[test]
fn three_days_home_are_a_return_and_silence_is_not() {
    let scene = Scene::plain();
    let days = scene.follow(&at_home(), "KKKKKKAAAAAAAA");
    let states: String = days.iter().map(|day| state_letter(day.residence)).collect();
    assert_eq!(states, "hhhppDDDDDDRRR", "home from day 10 on, confirmed on day 12");
    assert_eq!(days[11].changes.returned, Some(h3('K')));
    assert_eq!(days[13].residence, Residence::Returned { from: h3('K'), since: LocalDay(EVENT + 9) });
    assert_eq!(scene.states(&at_home(), "KKKKKK.........."), "hhhppDDDDDD.....", "still seen 5 days in the window");
}

#[test]
fn the_routine_does_not_undo_a_return() {
    let works_at_u = "AUAUAAA".repeat(4) + "AUAUAA";
    let states = |after: &str| Scene::plain().states(&works_at_u, after);
    assert_eq!(states("KKKKKKKAUAUAUAUAUA"), "hhppDDDDDDDDDRRRRR", "home and work have the mode by turns");
    assert!(!states("KKKKKKKAZAZAZAZAZA").contains('R'), "Z is no place of the routine");
}

#[test]
fn who_falls_silent_resumes_and_an_unconfirmed_return_keeps_the_host() {
    let days = Scene::plain().follow(&at_home(), "KKKKKK.......AAAAA");
    let states: String = days.iter().map(|day| state_letter(day.residence)).collect();
    assert_eq!(states, "hhhppDDDDDD...DDRR");
    assert_eq!(days[11].changes.vanished, Some(h3('K')));
    assert_eq!(days[14].changes.reappeared, Some(h3('K')));
    assert_eq!(days[15].residence.displacement().unwrap().host, h3('K'), "at home, not yet returned");
    assert_eq!(days[16].changes.returned, Some(h3('K')));
}

#[test]
fn one_stray_location_of_a_sparse_record_does_not_displace() {
    let mut scene = Scene::plain();
    scene.rule.confirm_located_days = 1;
    assert_eq!(scene.states(&at_home(), "A....A.K...A.A.A"), "hhhhhhhpppphhhhh", "one day against one is no majority");
}

#[test]
fn as_many_located_days_away_as_asked_for_confirm() {
    let mut scene = Scene::plain();
    assert_eq!(scene.states(&at_home(), "A......KK......AAA"), "hhhhhh..pppppp..hh");
    scene.rule.confirm_located_days = 2;
    assert_eq!(scene.states(&at_home(), "A......KK......AAA"), "hhhhhh..ppDDDD..DD");
    assert_eq!(Scene::plain().states(&at_home(), "KKKKKKKK"), "hhhppDDD", "who is seen there daily is found as ever");
}

#[test]
fn days_at_a_neighbouring_site_between_days_at_home_do_not_displace() {
    let scene = Scene::plain();
    assert_eq!(scene.states(&at_home(), "CAACACACCACCAAA"), "hhhhhhhhpppppph", "never three in a row");
    assert_eq!(scene.states(&at_home(), "CACCCACAAAAA"), "hhhhppppphhh", "three in a row, and no fourth night");
    assert_eq!(scene.states(&at_home(), "CACC.CACAAAAA"), "hhhhppDDDDDRR", "the silent night was spent there, too");
}

#[test]
fn silence_breaks_the_run_that_would_confirm() {
    let mut scene = Scene::plain();
    scene.rule.residence = ResidenceRule { window_days: 1, min_located_days: 1 };
    scene.rule.confirm_located_days = 1;
    assert_eq!(scene.states(&at_home(), "KK.KK.KKK.AA.AAA"), "pp.pp.ppD.DD.DDR");
}

#[test]
fn sites_beside_each_other_are_one_place() {
    // Three days at home, heard from A and B; three at K, heard from one site; a plain mode would say K.
    assert_eq!(Scene::plain().states(&at_home(), "KKKABABAB"), "hhhhhhhhh");
    // Two sites of a host share its days, and neither has most.
    assert_eq!(Scene::plain().states(&at_home(), "KLKLKKLK"), "hhhppDDD");
    // Both hear a phone half-way between them, as far as 2 km from it; four kilometres apart they are two places.
    assert_eq!(Scene::plain().states(&at_home(), "KNKNAAAA"), "hhhppDDD");
    assert_eq!(Scene::plain().states(&at_home(), "KOKOAAAA"), "hhhhhhhh");
}

#[test]
fn places_within_reach_of_home_speak_for_home_against_those_beyond() {
    // Four nights at K, and home before and after: who is heard from E at home is away no longer than who is not.
    assert_eq!(Scene::plain().states(&at_home(), "AAAKKKKAAAAAAA"), "hhhhhhppDDDDRR");
    assert_eq!(Scene::plain().states(&at_home(), "AEAKKKKEAEAAAA"), "hhhhhhppDDDDRR");
    assert_eq!(Scene::plain().states(&at_home(), "AAEKKKAAAAAAAA"), "hhhhhhhhhhhhhh", "four days against three");
    assert_eq!(Scene::plain().states(&at_home(), "AAZKKKAAAAAAAA"), "hhhhhphhhhhhhh", "Z is no home");
}

#[test]
fn silence_while_home_is_out_is_not_being_away() {
    assert_eq!(Scene::plain().states(&at_home(), "KKKKKK..AAAAAA"), "hhhppDDDDDDDRR");
    // Who fell silent may be at home, where nothing is heard.
    assert_eq!(Scene::outage(6..8).states(&at_home(), "KKKKKK..AAAAAA"), "hhhppDooDDDDRR");
    assert_eq!(Scene::outage(1..9).states(&at_home(), "K..KK...AAA"), "hhhhpoooohh", "silent as often as seen away");
    // Who is seen there every day is there.
    assert_eq!(Scene::outage(0..9).states(&at_home(), "KKKKKKKKKKK"), "hhhppDDDDDD");
}

#[test]
fn days_at_places_of_the_routine_speak_for_home() {
    let works_at_u = "AUAUAAA".repeat(4) + "AUAUAA";
    // Two days at K, two at home, three at work: K is the residence where it was seen last, but no majority.
    assert!(!Scene::plain().states(&works_at_u, "KAKUKUAKUAKU").contains('D'));
}

#[test]
fn who_is_heard_from_a_new_site_beside_home_has_not_moved() {
    let days =
        |day: i32| if day < EVENT + 2 { vec![h3('A'), h3('D'), h3('Z')] } else { vec![h3('D'), h3('E'), h3('Z')] };
    let served: Vec<_> = (6..EVENT + 12).map(|day| (LocalDay(day), days(day))).collect();
    let changes = NetworkChanges::of(&served, BASELINE, &Line);
    let moved = Scene { outages: HomeOutages::default().in_network(changes), ..Scene::plain() };
    assert_eq!(Scene::plain().states(&at_home(), "AAEEEEEEEEEE"), "hhhhhppDDDDD", "the naive figure");
    assert_eq!(moved.states(&at_home(), "AAEEEEEEEEEE"), "hhhhhhhhhhhh");
    assert_eq!(moved.states(&at_home(), "AADDDDDDDDDD"), "hhhhhhhhhhhh", "the neighbour that takes over");
    assert_eq!(moved.states(&at_home(), "AAMMMMMMMMMM"), "hhhhhppDDDDD", "12 km away");
}

#[test]
fn moving_on_takes_three_days_at_one_other_place() {
    let days = Scene::plain().follow(&at_home(), "KKKKKKZZZZZZZZ");
    let states: String = days.iter().map(|day| state_letter(day.residence)).collect();
    assert_eq!(states, "hhhppDDDDDDMMM");
    assert_eq!(days[11].changes.onward, Some((h3('K'), h3('Z'))));
    let Residence::MovedOn { displacement, previous, moved } = days[13].residence else { panic!("moved on") };
    assert_eq!((displacement.host, previous, moved), (h3('Z'), h3('K'), LocalDay(EVENT + 9)));
    assert_eq!(displacement.since, LocalDay(EVENT + 3), "the onset of the whole displacement stays");
    assert_eq!(Scene::plain().states(&at_home(), "KKKKKKLLLLLLLL"), "hhhppDDDDDDDDD", "1 km from the host is no move");
}

#[test]
fn a_place_of_the_routine_is_away_once_the_stay_outlasts_the_longest_by_three_days() {
    let weekends = "AAAAAKKAAAAAKKAAAAAKKAAAAAKKAAAAAA";
    // Residence at K from day 4 on; longest baseline stay 2 days, so away from its fifth day, displaced on the seventh.
    assert_eq!(Scene::plain().states(weekends, "KKKKKKKKKKKK"), "hhhuuuuppDDD");
    assert_eq!(Scene::plain().states(weekends, "KKKKKKAAAAAAAA"), "hhhuuuupphhhhh", "six days are not enough");
    assert_eq!(Scene::plain().states(weekends, "KKKKKKKAAAAAAA"), "hhhuuuuppDDDRR", "seven are: 2 + 3 + 2");
    assert_eq!(Scene::plain().states(weekends, "ZZZZZZZZZZZZ"), "hhhppDDDDDDD", "elsewhere the rule is the same");
    let left = Scene::plain().follow(weekends, "KKKKKKKKKKKK")[11].residence.displacement().unwrap().left;
    assert_eq!(left, LocalDay(EVENT), "back-dated to the first day there");
}

#[test]
fn at_a_neighbouring_site_while_home_is_out_is_unobserved_and_not_displaced() {
    assert_eq!(Scene::outage(0..8).states(&at_home(), "EEEEEEEEAAAAAAA"), "hhhoooooooohhhh");
    assert_eq!(Scene::plain().states(&at_home(), "EEEEEEEEAAAAAAA"), "hhhppDDDDDDDDRR", "the naive figure");
    assert_eq!(Scene::outage(0..8).states(&at_home(), "KKKKKKKKKK"), "hhhppDDDDD", "10 km away is out of reach");
    // Who stays there after home is back in service has moved: two sound days speak for it.
    assert_eq!(Scene::outage(0..8).states(&at_home(), "EEEEEEEEEEEEEEE"), "hhhooooooppDDDD");
}

#[test]
fn a_known_host_stays_one_when_home_fails_later() {
    assert_eq!(Scene::outage(8..16).states(&at_home(), "EEEEEEEEEEEEEEEE"), "hhhppDDDDDDDDDDD");
}

#[test]
fn home_and_displacement_fit_together() {
    let days = located(&("A".repeat(34) + "KKKKKKK"));
    let usable: Vec<LocalDay> = (0..41).map(LocalDay).collect();
    let found = home(&days, HomeRule::HEXODUS, &HomeWindows::new(BASELINE, &usable, 7));
    assert_eq!(found.place(), Some('A'), "what comes after the event does not change the home");
    assert_eq!(within(&days, BASELINE).len(), 28);
}
