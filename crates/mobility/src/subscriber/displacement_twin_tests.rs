//! Any life, against the definitions written once more, and what must hold of every one.

use super::*;
use crate::subscriber::samples::letter;
use proptest::prelude::*;
use std::collections::BTreeSet;

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
