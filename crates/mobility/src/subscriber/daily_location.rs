//! Which of a subscriber's reduced days says where the subscriber was, under each rule.

use hexodus_model::{H3Cell, LocalDay, SubscriberDay, SubscriberId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How a day becomes one place (methods §1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DailyLocationRule {
    /// The last located event of the day.
    #[default]
    Last,
    /// The H3 cell with most located events of the day.
    MostEvents,
    /// The last located event of the night that starts on the day; needs the next day's early hours.
    Night,
}

/// Where each subscriber was on a day, ascending by subscriber.
pub type Located = Vec<(SubscriberId, H3Cell)>;

/// The daily locations of several days, ascending by day. A night that begins on a day that is not among them and ends on
/// one that is belongs to the day it begins on, all the same.
pub fn locations_over_days(
    rule: DailyLocationRule,
    days: &[(LocalDay, Vec<SubscriberDay>)],
) -> Vec<(LocalDay, Located)> {
    let rows = |day: LocalDay| days.iter().find(|own| own.0 == day).map_or(&[][..], |own| &own.1);
    let mut dates: BTreeSet<LocalDay> = days.iter().map(|own| own.0).collect();
    if rule == DailyLocationRule::Night {
        dates.extend(days.iter().map(|own| own.0.previous()));
    }
    dates.into_iter().map(|day| (day, daily_locations(rule, rows(day), rows(day.next())))).collect()
}

/// The daily location of every subscriber that has one, ascending by subscriber.
///
/// `day` and `next_day` are ascending by subscriber. Only `Night` looks at the next day: a night across midnight ends
/// there, so the night of the last stored day is provisional.
pub fn daily_locations(rule: DailyLocationRule, day: &[SubscriberDay], next_day: &[SubscriberDay]) -> Located {
    match rule {
        DailyLocationRule::Last => day.iter().map(|own| (own.subscriber, own.last)).collect(),
        DailyLocationRule::MostEvents => day.iter().map(|own| (own.subscriber, own.most_events)).collect(),
        DailyLocationRule::Night => nights(day, next_day),
    }
}

/// Evening and small hours put together: the later one wins.
fn nights(day: &[SubscriberDay], next_day: &[SubscriberDay]) -> Located {
    let mut evenings = day.iter().filter_map(|own| Some((own.subscriber, own.night?))).peekable();
    let mut mornings = next_day.iter().filter_map(|own| Some((own.subscriber, own.night_before?))).peekable();
    let mut nights = Vec::new();
    loop {
        match (evenings.peek(), mornings.peek()) {
            (Some(&evening), Some(&morning)) if evening.0 < morning.0 => {
                nights.push(evening);
                evenings.next();
            }
            (Some(&evening), Some(&morning)) => {
                nights.push(morning);
                mornings.next();
                if evening.0 == morning.0 {
                    evenings.next();
                }
            }
            (Some(_), None) => nights.extend(evenings.by_ref()),
            (None, Some(_)) => nights.extend(mornings.by_ref()),
            (None, None) => return nights,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn h3(number: u64) -> H3Cell {
        H3Cell::from_index(0x0880_0000_0000_0000 + number).unwrap()
    }

    fn day(entries: &BTreeMap<u64, (Option<u64>, Option<u64>)>) -> Vec<SubscriberDay> {
        let row = |(&subscriber, &(night, before)): (&u64, &(Option<u64>, Option<u64>))| SubscriberDay {
            subscriber: SubscriberId::from_pseudonym(subscriber),
            last: h3(0),
            most_events: h3(1),
            night: night.map(h3),
            night_before: before.map(h3),
            hours_observed: 1,
            located_events: 1,
        };
        entries.iter().map(row).collect()
    }

    #[test]
    fn small_hours_belong_to_the_night_before() {
        let row = |night: Option<u64>, before: Option<u64>| day(&BTreeMap::from([(7, (night, before))]));
        let days = [(3, row(Some(1), None)), (4, row(None, Some(2))), (6, row(Some(3), Some(4)))];
        let days: Vec<_> = days.map(|(day, rows)| (LocalDay(day), rows)).into();
        let told = |rule| -> Vec<(i32, u64)> {
            let located = locations_over_days(rule, &days).into_iter();
            located.flat_map(|(day, own)| own.into_iter().map(move |(_, at)| (day.0, at.index() & 0xF))).collect()
        };
        assert_eq!(told(DailyLocationRule::Night), [(3, 2), (5, 4), (6, 3)], "day 5 is known from day 6 alone");
        assert_eq!(told(DailyLocationRule::Last), [(3, 0), (4, 0), (6, 0)]);
        assert_eq!(told(DailyLocationRule::MostEvents), [(3, 1), (4, 1), (6, 1)]);
    }

    proptest! {
        #[test]
        fn the_small_hours_override_the_evening(
            today in prop::collection::btree_map(0u64..20, (prop::option::of(0u64..9), prop::option::of(0u64..9)), 0..12),
            next in prop::collection::btree_map(0u64..20, (prop::option::of(0u64..9), prop::option::of(0u64..9)), 0..12),
        ) {
            let mut expected: BTreeMap<u64, u64> =
                today.iter().filter_map(|(&who, nights)| Some((who, nights.0?))).collect();
            expected.extend(next.iter().filter_map(|(&who, nights)| Some((who, nights.1?))));
            let found = daily_locations(DailyLocationRule::Night, &day(&today), &day(&next));
            let expected: Vec<_> =
                expected.into_iter().map(|(who, place)| (SubscriberId::from_pseudonym(who), h3(place))).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
