//! Residence: the most frequent daily location of the last days.

use hexodus_model::{DailyLocation, LocalDay, Period};
use std::cmp::Reverse;

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

/// The place with most days; tie: the place with the latest day; then the smaller place. `FlowKit`'s `ModalLocation`:
/// days without a location do not count. `None` without any.
pub fn modal<P: Copy + Ord>(days: &[(LocalDay, P)]) -> Option<P> {
    // Most weeks are spent at one place: nothing to weigh.
    let (_, first) = *days.first()?;
    if days.iter().all(|own| own.1 == first) {
        return Some(first);
    }
    let rank = |&(_, place): &(LocalDay, P)| {
        let own = || days.iter().filter(move |other| other.1 == place);
        (own().count(), own().map(|&(day, _)| day).max(), Reverse(place))
    };
    days.iter().max_by_key(|day| rank(day)).map(|&(_, place)| place)
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
        self.located.retain(|(located, _)| located.0 >= first);
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
    let start = LocalDay(period.first.0 - i32::from(rule.window_days) + 1);
    let mut left = days[days.partition_point(|own| own.day < start)..].iter().peekable();
    let mut recent = RecentDays::default();
    let warm_up = Period { first: start, last: period.last }.days();
    warm_up.filter_map(move |day| {
        recent.advance(day, left.next_if(|own| own.day == day).map(|own| own.place), rule);
        period.contains(day).then(|| (day, recent.residence(rule)))
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
