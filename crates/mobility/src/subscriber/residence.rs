//! Residence: the most frequent daily location of the last days.

use hexodus_model::{DailyLocation, LocalDay, Period};

/// How daily locations become a residence (methods §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResidenceRule {
    /// Length of the trailing window, in days, the day itself included.
    pub window_days: u8,
    /// Fewer located days in the window are no residence.
    pub min_located_days: u8,
}

impl ResidenceRule {
    /// The project's: 7 days, at least 2 of them located.
    pub const HEXODUS: Self = Self { window_days: 7, min_located_days: 2 };
    /// Flowminder's production rule: 7 days, `FlowKit` asks for no minimum.
    pub const FLOWMINDER: Self = Self { window_days: 7, min_located_days: 1 };
}

/// The place with most days; tie: the place with the latest day. `days` is ascending, each day at most once, so no two
/// places tie further. `FlowKit`'s `ModalLocation`: days without a location do not count. `None` without any.
pub fn modal<P: Copy + Ord>(days: &[(LocalDay, P)]) -> Option<P> {
    debug_assert!(days.is_sorted_by(|left, right| left.0 < right.0), "days ascend");
    most_days(days, |own| own.1)
}

fn most_days<T, P: Copy + Ord>(days: &[T], place_of: impl Fn(&T) -> P) -> Option<P> {
    let mut best: Option<(usize, P)> = None;
    // Backwards, so that of places with equally many days the one with the latest comes first and stays.
    for (index, own) in days.iter().enumerate().rev() {
        let (place, most) = (place_of(own), best.map_or(0, |own| own.0));
        if index < most {
            break;
        }
        if days[index + 1..].iter().any(|later| place_of(later) == place) {
            continue;
        }
        let there = days[..=index].iter().filter(|own| place_of(own) == place).count();
        if there > most {
            best = Some((there, place));
        }
    }
    best.map(|own| own.1)
}

/// The located days of a trailing window: all that must be kept of a subscriber to know tomorrow's residence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentDays<P> {
    /// Located days of the window, ascending by day, at most `window_days`.
    pub located: Vec<(LocalDay, P)>,
}

impl<P> Default for RecentDays<P> {
    fn default() -> Self {
        Self { located: Vec::new() }
    }
}

impl<P: Copy + Ord> RecentDays<P> {
    /// Moves the window on to `day`, which is later than every day before, and adds its daily location if it has one.
    pub fn advance(&mut self, day: LocalDay, place: Option<P>, rule: ResidenceRule) {
        let first = day.0 - i32::from(rule.window_days) + 1;
        let expired = self.located.iter().take_while(|own| own.0.0 < first).count();
        self.located.drain(..expired);
        self.located.extend(place.map(|place| (day, place)));
    }

    /// Residence on the day the window ends: its modal daily location, if enough days are located.
    pub fn residence(&self, rule: ResidenceRule) -> Option<P> {
        let enough = self.located.len() >= usize::from(rule.min_located_days.max(1));
        enough.then(|| modal(&self.located)).flatten()
    }
}

/// Residence on every day of a period, in order. `days` is ascending by day; the window of the first day of the period
/// reaches back before it.
pub fn residences<P: Copy + Ord>(
    days: &[DailyLocation<P>],
    rule: ResidenceRule,
    period: Period,
) -> impl Iterator<Item = (LocalDay, Option<P>)> {
    let enough = usize::from(rule.min_located_days.max(1));
    let (mut from, mut to) = (0, 0);
    period.days().map(move |day| {
        let first = LocalDay(day.0 - i32::from(rule.window_days) + 1);
        from += days[from..].iter().take_while(|own| own.day < first).count();
        to = to.max(from);
        to += days[to..].iter().take_while(|own| own.day <= day).count();
        let window = &days[from..to];
        (day, if window.len() >= enough { most_days(window, |own| own.place) } else { None })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::samples::located;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn residence_of(letters: &str, rule: ResidenceRule) -> String {
        let period = Period { first: LocalDay(0), last: LocalDay(letters.len() as i32 - 1) };
        residences(&located(letters), rule, period).map(|(_, place)| place.unwrap_or('.')).collect()
    }

    #[test]
    fn t8_a_tie_goes_to_the_most_recent_day() {
        assert_eq!(modal(&[(LocalDay(1), 'A'), (LocalDay(2), 'B'), (LocalDay(3), 'B'), (LocalDay(4), 'A')]), Some('A'));
        assert_eq!(modal::<char>(&[]), None);
    }

    #[test]
    fn a_subscriber_seen_daily_changes_residence_on_the_fourth_day() {
        assert_eq!(residence_of("AAAAAAABBBBB", ResidenceRule::HEXODUS), ".AAAAAAAAABB");
    }

    #[test]
    fn one_located_day_in_seven_is_a_residence_for_flowkit_only() {
        assert_eq!(residence_of("A.......", ResidenceRule::HEXODUS), "........");
        assert_eq!(residence_of("A.......", ResidenceRule::FLOWMINDER), "AAAAAAA.");
        assert_eq!(residence_of("A....B..", ResidenceRule::HEXODUS), ".....BB.", "1-1: the most recent");
    }

    proptest! {
        /// Against counting every window anew on a map, days before the period included.
        #[test]
        fn agrees_with_counting_every_window_anew(
            letters in "[ABC.]{1,40}", window in 1u8..10, minimum in 0u8..4, skip in 0i32..12,
        ) {
            let rule = ResidenceRule { window_days: window, min_located_days: minimum };
            let period = Period { first: LocalDay(skip), last: LocalDay(letters.len() as i32 - 1) };
            let found: Vec<_> = residences(&located(&letters), rule, period).collect();
            let expected: Vec<_> = period.days().map(|day| {
                let mut counts: BTreeMap<char, (usize, i32)> = BTreeMap::new();
                let mut days = 0;
                for (at, letter) in letters.chars().enumerate().filter(|&(_, letter)| letter != '.') {
                    if at as i32 <= day.0 && at as i32 > day.0 - i32::from(window) {
                        let own = counts.entry(letter).or_default();
                        *own = (own.0 + 1, at as i32);
                        days += 1;
                    }
                }
                let best = counts.into_iter().max_by_key(|&(_, rank)| rank).map(|(letter, _)| letter);
                (day, best.filter(|_| days >= usize::from(minimum)))
            }).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
