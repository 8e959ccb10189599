use super::*;
use crate::network_changes::NetworkChanges;
use crate::subscriber::ground::HomeOutages;
use crate::subscriber::home::home;
use crate::subscriber::home::{HomeRule, within};
use crate::subscriber::home_windows::HomeWindows;
use crate::subscriber::samples::{Line, h3, letter, located, located_h3};
use proptest::prelude::*;
use std::collections::BTreeSet;

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

/// State letter; host, onset and back-dated onset of the displaced.
type Told = (char, Option<(char, i32, i32)>);

/// A state of one subscriber written once more: the definitions of methods §3.1 looked up in whole arrays, no memory
/// but the standing.
struct Twin<'a> {
    letters: Vec<char>,
    outage: &'a BTreeSet<i32>,
    rule: DisplacementRule,
}

impl Twin<'_> {
    fn located(&self, day: i32) -> Option<char> {
        self.letters.get(usize::try_from(day).ok()?).copied().filter(|&letter| letter != '.')
    }

    fn km(a: char, b: char) -> i32 {
        (a as i32 - b as i32).abs()
    }

    /// The plain mode: what baseline stays are counted by.
    fn plain(&self, day: i32) -> Option<char> {
        let days: Vec<(i32, char)> = (day - 6..=day).filter_map(|day| Some((day, self.located(day)?))).collect();
        let count = |place| days.iter().filter(|own| own.1 == place).count();
        let best = days.iter().max_by_key(|own| (count(own.1), days.iter().rfind(|other| other.1 == own.1).unwrap().0));
        best.map(|own| own.1).filter(|_| days.len() >= 2)
    }

    /// The located days of the window, what is near home taken for home.
    fn window(&self, day: i32) -> Vec<(i32, char)> {
        let own = |place| if Self::km('A', place) < 2 { 'A' } else { place };
        (day - 6..=day).filter_map(|day| Some((day, own(self.located(day)?)))).collect()
    }

    fn residence(&self, day: i32) -> Option<char> {
        let days = self.window(day);
        let near = |a: char, b: char| a == b || (a != 'A' && b != 'A' && Self::km(a, b) < 4);
        let rank = |place: char| {
            let beside: Vec<i32> = days.iter().filter(|own| near(own.1, place)).map(|own| own.0).collect();
            let there: Vec<i32> = days.iter().filter(|own| own.1 == place).map(|own| own.0).collect();
            (beside.len(), beside.last().copied(), there.len(), there.last().copied())
        };
        // Home and what is within its reach, all together, against each place beyond.
        let of_home: Vec<i32> = days.iter().filter(|own| Self::in_reach(own.1)).map(|own| own.0).collect();
        let votes = |place: char| (rank(place).0, rank(place).1);
        let beyond = days.iter().filter(|own| !Self::in_reach(own.1)).map(|own| votes(own.1)).max();
        let stays = beyond.is_none_or(|beyond| (of_home.len(), of_home.last().copied()) > beyond);
        let places = days.iter().map(|own| own.1).filter(|&place| Self::in_reach(place) == stays);
        places.max_by_key(|&place| rank(place)).filter(|_| days.len() >= 2)
    }

    fn in_reach(place: char) -> bool {
        Self::km('A', place) < 10
    }

    /// Days of the window on which nothing was heard and nothing could have been heard at home.
    fn silent(&self, day: i32) -> Vec<i32> {
        (day - 6..=day).filter(|day| self.outage.contains(day) && self.located(*day).is_none()).collect()
    }

    fn is_out_of_sight(&self, day: i32) -> bool {
        let (days, silent) = (self.window(day), self.silent(day));
        let beyond = days.iter().filter(|own| !Self::in_reach(own.1)).count();
        let is_since = silent.last() > days.last().map(|own| &own.0);
        !silent.is_empty() && (is_since || silent.len() >= beyond)
    }

    /// Whether most located days of the window are away from home and its routine, three of them with none between that
    /// is not, and from the first of such three four nights could be spent there before the next that is not, or that is
    /// silent while home is out.
    fn is_seen_away(&self, day: i32) -> bool {
        let days = self.window(day);
        let is_far = self.residence(day).is_some_and(|residence| !Self::in_reach(residence));
        let speaks = |place| {
            let is_home = place == 'A' || (is_far && Self::in_reach(place));
            !is_home && (Some(place) == self.residence(day) || !self.in_routine(place))
        };
        let away = days.iter().filter(|own| speaks(own.1)).count();
        let is_stay = (0..days.len()).any(|first| {
            let stay = days[first..].iter().take_while(|own| speaks(own.1)).count();
            let next = days.get(first + stay).map_or(day + 1, |next| next.0);
            let silent = self.silent(day).into_iter().find(|&silent| stay > 0 && silent > days[first + stay - 1].0);
            stay >= 3 && silent.map_or(next, |silent| silent.min(next)) - days[first].0 >= 4
        });
        is_stay && 2 * away > days.len()
    }

    fn masked(&self, day: i32, place: char) -> bool {
        self.outage.contains(&day) && Self::km('A', place) <= 5
    }

    fn longest(&self, place: char) -> i32 {
        let run = |at: &dyn Fn(i32) -> bool| {
            (6..34).map(|first| (first..34).take_while(|&day| at(day)).count()).max().unwrap_or(0)
        };
        run(&|day| self.plain(day) == Some(place)).max(run(&|day| self.located(day) == Some(place))) as i32
    }

    fn in_routine(&self, place: char) -> bool {
        let all = (6..34).filter(|&day| self.located(day).is_some()).count();
        let there = (6..34).filter(|&day| self.located(day) == Some(place)).count();
        10 * there >= all && there > 0
    }

    fn is_usual(&self, place: char, day: i32) -> bool {
        // Residence starts to be followed with the window of the first baseline day.
        let stay = (0..=day).rev().take_while(|&day| self.residence(day) == Some(place)).count() as i32;
        self.in_routine(place) && stay < self.longest(place) + i32::from(self.rule.outlast_days)
    }

    fn class(&self, day: i32, host: Option<char>) -> char {
        let Some(place) = self.residence(day) else { return '.' };
        if Self::km('A', place) < 2 {
            return 'h';
        }
        let (out, sound): (Vec<i32>, Vec<i32>) =
            (day - 6..=day).filter(|&day| self.located(day) == Some(place)).partition(|&day| self.masked(day, place));
        if host != Some(place) && !out.is_empty() && sound.len() < 2 {
            return 'o';
        }
        if self.is_usual(place, day) {
            return 'u';
        }
        if self.is_out_of_sight(day) { 'o' } else { 'a' }
    }

    fn left(&self, since: i32) -> i32 {
        let mut first = None;
        for day in (0..=since).rev() {
            match self.located(day) {
                Some(place) if Self::km('A', place) < 2 => break,
                Some(place) if !self.masked(day, place) => first = Some(day),
                _ => {}
            }
        }
        first.unwrap_or(since)
    }

    /// The state letter of each day, with host, onset and back-dated onset of the displaced.
    fn states(&self) -> Vec<Told> {
        let mut classes: Vec<char> = Vec::new();
        let (mut host, mut onset, mut moved, mut returned, mut moved_on) = (None, (0, 0), false, false, EVENT - 1);
        let mut states = Vec::new();
        for day in EVENT..self.letters.len() as i32 {
            classes.push(self.class(day, host));
            let last_three = |wanted: &dyn Fn(char) -> bool| {
                classes.len() >= 3 && classes[classes.len() - 3..].iter().all(|&class| wanted(class))
            };
            let place = self.residence(day).unwrap_or('.');
            let is_back = |host: char| {
                let fits = |at: &i32| match classes[(*at - EVENT) as usize] {
                    'h' => true,
                    'u' => Self::km(host, self.residence(*at).unwrap_or(host)) >= 2,
                    _ => false,
                };
                let days: Vec<i32> = (moved_on + 1..=day).rev().take_while(fits).collect();
                let first = days.into_iter().rfind(|&at| classes[(at - EVENT) as usize] == 'h');
                classes.last() == Some(&'h') && first.is_some_and(|first| day - first >= 2)
            };
            if let Some(own) = host {
                let one_place = (day - 2..=day).all(|day| self.residence(day) == Some(place));
                if is_back(own) {
                    (host, returned) = (None, true);
                } else if last_three(&|class| "ua".contains(class)) && one_place && Self::km(own, place) >= 2 {
                    (host, moved, moved_on) = (Some(place), true, day);
                }
            } else if last_three(&|class| class == 'a') && self.is_seen_away(day) {
                let since = day + 1 - classes.iter().rev().take_while(|&&class| class == 'a').count() as i32;
                (host, moved, onset) = (Some(place), false, (since, self.left(since)));
            }
            let state = match (*classes.last().unwrap(), host) {
                (silent @ ('.' | 'o'), _) => silent,
                (_, Some(_)) if moved => 'M',
                (_, Some(_)) => 'D',
                _ if returned => 'R',
                ('a', None) => 'p',
                (class, None) => class,
            };
            states.push((state, host.filter(|_| "DM".contains(state)).map(|host| (host, onset.0, onset.1))));
        }
        states
    }
}

fn told(day: &ResidenceDay) -> Told {
    let displacement = day.residence.displacement();
    (state_letter(day.residence), displacement.map(|own| (letter(own.host), own.since.0, own.left.0)))
}

/// A life in stretches, so that runs are long enough to confirm something.
fn stretches(places: &'static str, length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let letters: Vec<char> = places.chars().collect();
    prop::collection::vec((prop::sample::select(letters), 1_usize..8), length)
        .prop_map(|runs| runs.into_iter().map(|(letter, days)| letter.to_string().repeat(days)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn agrees_with_the_definitions_looked_up_in_arrays(
        mut before in stretches("AAAAABCK.", 12..20), after in stretches("AABEKLZ..", 1..12),
        outage in prop::collection::btree_set(EVENT..EVENT + 20, 0..12),
    ) {
        before.extend(std::iter::repeat_n('A', 34));
        before.truncate(34);
        let scene = Scene::outage(outage.iter().map(|day| day - EVENT));
        let found = scene.follow(&before, &after);
        let twin = Twin { letters: format!("{before}{after}").chars().collect(), outage: &outage, rule: scene.rule };
        prop_assert_eq!(found.iter().map(told).collect::<Vec<_>>(), twin.states(), "{} {}", before, after);
    }

    /// Changes tell the whole story: from day to day the visible host follows from them alone.
    #[test]
    fn changes_add_up_to_the_host(after in stretches("AAKLZ..", 1..14), confirm in 1u16..4, back in 1u16..4, on in 1u16..4) {
        let mut scene = Scene::plain();
        (scene.rule.confirm_days, scene.rule.return_days, scene.rule.move_days) = (confirm, back, on);
        let mut host = None;
        for day in scene.follow(&at_home(), &after) {
            let Changes { entered, reappeared, onward, returned, vanished } = day.changes;
            for gained in [entered, reappeared].into_iter().flatten() {
                prop_assert_eq!(host.replace(gained), None);
            }
            if let Some((from, to)) = onward {
                prop_assert_eq!(host.replace(to), Some(from));
            }
            for lost in [returned, vanished].into_iter().flatten() {
                prop_assert_eq!(host.take(), Some(lost));
            }
            prop_assert_eq!(host, day.residence.displacement().map(|own| own.host));
        }
    }

    /// Who never moves is never displaced, whatever the parameters and however patchy the record.
    #[test]
    fn who_never_moves_is_never_displaced(
        before in "[A.]{34}", after in "[A.]{0,40}", near in 0u32..5000, runs in prop::array::uniform4(0u16..5),
        window in 1u8..15, minimum in 0u8..5, share in 0u32..1001, by_weekday: bool,
        outage in prop::collection::vec(0i32..40, 0..10),
    ) {
        let mut scene = Scene::outage(outage);
        scene.rule = DisplacementRule {
            residence: ResidenceRule { window_days: window, min_located_days: minimum },
            routine: RoutineRule { usual_share_permille: share, by_weekday },
            near_m: near, confirm_days: runs[0], confirm_located_days: minimum, return_days: runs[1], move_days: runs[2], outlast_days: runs[3],
        };
        for state in scene.states(&before, &after).chars() {
            prop_assert!("h.".contains(state), "{}", state);
        }
    }

    /// One step a night needs the state and the new day only: the same as following everything from the event again.
    #[test]
    fn a_step_a_night_equals_recomputing_from_scratch(after in stretches("AABKLZ..", 4..12)) {
        let scene = Scene::outage(3..6);
        let around = Surroundings { rule: &scene.rule, ground: &Line, outages: &scene.outages };
        let mut kept = SubscriberState::at_event(h3('A'), &located_h3(&at_home()), BASELINE, &around);
        for (night, place) in after.char_indices() {
            let place = (place != '.').then(|| h3(place));
            let stepped = kept.step(LocalDay(EVENT + night as i32), place, &around);
            prop_assert_eq!(Some(stepped), scene.follow(&at_home(), &after[..=night]).pop());
        }
    }
}

#[test]
fn home_and_displacement_fit_together() {
    let days = located(&("A".repeat(34) + "KKKKKKK"));
    let usable: Vec<LocalDay> = (0..41).map(LocalDay).collect();
    let found = home(&days, HomeRule::HEXODUS, &HomeWindows::new(BASELINE, &usable, 7));
    assert_eq!(found.place(), Some('A'), "what comes after the event does not change the home");
    assert_eq!(within(&days, BASELINE).len(), 28);
}
