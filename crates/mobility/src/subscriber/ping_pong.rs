//! Oscillation between radio cells: a phone that stays put and changes its mind (methods §4.3).

use crate::subscriber::stays::longest_dwell;

/// What is an oscillation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PingPongRule {
    /// Length of the sliding window, microseconds: 5 minutes; 30 for sparse records, where the rule is off by default.
    pub window_us: i64,
    /// Changes of place within a window that make an oscillation.
    pub min_switches: usize,
    /// Places it may take part between.
    pub max_places: usize,
}

impl Default for PingPongRule {
    fn default() -> Self {
        Self { window_us: 5 * 60_000_000, min_switches: 3, max_places: 3 }
    }
}

/// Replaces the places of each oscillation by the one of longest dwell in it; tie: larger `familiarity` (baseline
/// frequency), more events, later, smaller place. `instants` is ascending by time; `near` says whether two places are
/// close enough to be heard from one spot (3 km).
///
/// An oscillation is a run of events each of which ends or lies in a window with enough switches, between few places
/// that are all near each other.
pub fn calm_ping_pong<P: Copy + Ord>(
    instants: &mut [(i64, P)],
    rule: PingPongRule,
    near: impl Fn(P, P) -> bool,
    familiarity: impl Fn(P) -> u64,
) {
    let mut first = 0;
    while first < instants.len() {
        let end = first + oscillation(&instants[first..], rule, &near);
        if end > first {
            let settled = longest_dwell(&instants[first..end], &familiarity);
            instants[first..end].iter_mut().for_each(|instant| instant.1 = settled.unwrap_or(instant.1));
        }
        first = end.max(first + 1);
    }
}

/// The number of events of the oscillation that begins with the first event; 0 if none does.
fn oscillation<P: Copy + Eq>(instants: &[(i64, P)], rule: PingPongRule, near: &impl Fn(P, P) -> bool) -> usize {
    let mut places: Vec<P> = Vec::new();
    let mut end = 0;
    for (index, &(at, place)) in instants.iter().enumerate() {
        if !places.contains(&place) {
            if places.len() == rule.max_places || !places.iter().all(|&other| near(other, place)) {
                break;
            }
            places.push(place);
        }
        let window = &instants[..=index];
        let window = &window[window.partition_point(|&(other, _)| at - other > rule.window_us)..];
        if window.windows(2).filter(|pair| pair[0].1 != pair[1].1).count() >= rule.min_switches {
            end = index + 1;
        } else if end > 0 || at - instants[0].0 > rule.window_us {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn calmed(events: &[(i64, char)]) -> String {
        let mut instants: Vec<_> = events.iter().map(|&(second, place)| (second * 1_000_000, place)).collect();
        let near = |a: char, b: char| (a as i32 - b as i32).abs() <= 3;
        calm_ping_pong(&mut instants, PingPongRule::default(), near, |_| 0);
        instants.iter().map(|&(_, place)| place).collect()
    }

    #[test]
    fn three_switches_in_five_minutes_become_the_place_of_longest_dwell() {
        assert_eq!(calmed(&[(0, 'A'), (100, 'B'), (120, 'A'), (200, 'B')]), "AAAA");
        assert_eq!(calmed(&[(0, 'A'), (20, 'B'), (120, 'A'), (140, 'B')]), "BBBB");
        assert_eq!(calmed(&[(0, 'A'), (100, 'B'), (200, 'C'), (300, 'A')]), "AAAA", "equal dwell: more events");
    }

    #[test]
    fn what_is_slow_far_or_wide_is_movement() {
        assert_eq!(calmed(&[(0, 'A'), (100, 'B'), (200, 'A')]), "ABA", "two switches");
        assert_eq!(calmed(&[(0, 'A'), (100, 'B'), (200, 'A'), (301, 'B')]), "ABAB", "just over five minutes");
        assert_eq!(calmed(&[(0, 'A'), (50, 'K'), (100, 'A'), (150, 'K')]), "AKAK", "far apart");
        assert_eq!(calmed(&[(0, 'A'), (50, 'B'), (100, 'C'), (150, 'D')]), "ABCD", "four places");
    }

    #[test]
    fn the_last_event_of_the_day_is_calmed_and_the_journey_before_is_kept() {
        let events = [(0, 'K'), (4000, 'A'), (4100, 'B'), (4110, 'A'), (4200, 'B'), (4210, 'A'), (4300, 'B')];
        assert_eq!(calmed(&events), "KAAAAAA", "else the daily location would be B");
        let leaves = [(0, 'A'), (100, 'B'), (110, 'A'), (200, 'B'), (900, 'B'), (1800, 'B')];
        assert_eq!(calmed(&leaves), "AAAABB", "it ends when the switching does");
    }

    proptest! {
        #[test]
        fn nothing_is_invented_and_a_calm_phone_is_left_alone(
            steps in prop::collection::vec((1i64..200, prop::sample::select(vec!['A', 'B', 'C', 'K'])), 0..30),
        ) {
            let events: Vec<(i64, char)> = steps.iter().scan(0, |at, &(step, place)| {
                *at += step;
                Some((*at, place))
            }).collect();
            let found = calmed(&events);
            prop_assert_eq!(found.len(), events.len());
            for (index, place) in found.chars().enumerate() {
                let near = events.iter().any(|&(at, other)| other == place && (at - events[index].0).abs() <= 30 * 300);
                prop_assert!(near);
            }
            let slow: Vec<(i64, char)> = events.iter().enumerate().map(|(index, &(_, place))| (index as i64 * 101, place)).collect();
            let unchanged: String = slow.iter().map(|own| own.1).collect();
            prop_assert_eq!(calmed(&slow), unchanged, "at most two switches fit in five minutes");
        }
    }
}
