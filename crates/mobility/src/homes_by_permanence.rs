//! Homes of all subscribers by hours spent at places over months: profile `multimno-ue` (methods §2.6).

use crate::subscriber::usual_environment::{Permanence, UsualEnvironmentRule, usual_environment};
use hexodus_model::{H3Cell, Home, HoursAt, LocalDay, SubscriberId};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Clock hours 18 to 07.
const NIGHT: u32 = 0b1111_1100_0000_0000_1111_1111;
/// Clock hours 08 to 16.
const WORKING: u32 = 0b1_1111_1111 << 8;

/// The days of hours, and what they are.
#[derive(Clone, Copy, Debug)]
pub struct HoursRules<'a> {
    /// Thresholds.
    pub rule: UsualEnvironmentRule,
    /// Days without working hours besides Saturdays and Sundays.
    pub holidays: &'a BTreeSet<LocalDay>,
    /// Clock hour at which a day begins: hours before it are those of the next date.
    pub first_hour: u8,
}

/// Homes by subscriber.
pub type FoundHomes = FxHashMap<SubscriberId, Home>;

/// The home of every subscriber that has one; `days` in any order, each day once. Of several home places the one with
/// most hours, then most hours at night, most nights, smaller H3 cell (ours: the rule labels any number of places, and
/// displacement is measured from one).
pub fn homes_by_permanence(days: &[(LocalDay, Vec<HoursAt>)], rules: &HoursRules<'_>) -> FoundHomes {
    let rows = days.iter().flat_map(|(day, rows)| rows.iter().map(|row| (row.subscriber, row.place, *day, row.hours)));
    let mut rows: Vec<(SubscriberId, H3Cell, LocalDay, u32)> = rows.collect();
    rows.sort_unstable();
    let of = |own: &[(SubscriberId, H3Cell, LocalDay, u32)]| Some((own[0].0, home_of(own, rules)?));
    rows.chunk_by(|left, right| left.0 == right.0).filter_map(of).collect()
}

/// The home of one subscriber; rows ascending by place and day.
fn home_of(rows: &[(SubscriberId, H3Cell, LocalDay, u32)], rules: &HoursRules<'_>) -> Option<Home> {
    let by_place = rows.chunk_by(|left, right| left.1 == right.1);
    let scored = |own: &[(SubscriberId, H3Cell, LocalDay, u32)]| {
        (own[0].1, score(own.iter().map(|&(.., day, hours)| (day, hours)), rules))
    };
    let places: Vec<(H3Cell, Permanence)> = by_place.map(scored).collect();
    let mut all: FxHashMap<LocalDay, u32> = FxHashMap::default();
    for &(.., day, hours) in rows {
        *all.entry(day).or_default() |= hours;
    }
    let total = score(all.into_iter(), rules);
    let labels = usual_environment(&places, total, rules.rule);
    let at = |place: &H3Cell| places.iter().find(|own| own.0 == *place).map(|own| own.1).unwrap_or_default();
    let rank = |place: &H3Cell| {
        let own = at(place);
        (own.all, own.night, own.nights, Reverse(*place))
    };
    let place = labels.home.iter().copied().max_by_key(rank)?;
    let days = |days: u64| u16::try_from(days).unwrap_or(u16::MAX);
    let (days_there, days) = (days(at(&place).days), days(total.days));
    Some(Home::Settled { place, days_there, days, by_look_back: false })
}

/// Sums hours by day, each day once. A night is that of the date it begins on: of a day that begins at 04:00 the hours
/// 04 to 07 belong to the night before.
fn score(days: impl Iterator<Item = (LocalDay, u32)>, rules: &HoursRules<'_>) -> Permanence {
    let before_start = (1_u32 << rules.first_hour) - 1;
    let morning = 0xFF & !before_start;
    let mut nights: BTreeSet<LocalDay> = BTreeSet::new();
    let mut sum = Permanence::default();
    for (day, hours) in days {
        let is_workday = (day.0 + 3).rem_euclid(7) < 5 && !rules.holidays.contains(&day);
        let work = if is_workday { (hours & WORKING).count_ones() } else { 0 };
        sum.all += u64::from(hours.count_ones());
        sum.night += u64::from((hours & NIGHT).count_ones());
        sum.work += u64::from(work);
        sum.days += u64::from(hours != 0);
        sum.workdays += u64::from(work > 0);
        nights.extend((hours & NIGHT & !morning != 0).then_some(day));
        nights.extend((hours & morning != 0).then(|| day.previous()));
    }
    Permanence { nights: nights.len() as u64, ..sum }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::samples::{h3, letter};

    fn hours(hours: impl IntoIterator<Item = u32>) -> u32 {
        hours.into_iter().fold(0, |mask, hour| mask | 1 << hour)
    }

    fn rules(holidays: &BTreeSet<LocalDay>) -> HoursRules<'_> {
        HoursRules { rule: UsualEnvironmentRule::default(), holidays, first_hour: 4 }
    }

    fn homes(lives: &[(u64, &[(char, u32)])], days: i32) -> Vec<(u64, char)> {
        let day = |day| {
            let rows = lives.iter().flat_map(|(who, places)| {
                let subscriber = SubscriberId::from_pseudonym(*who);
                places.iter().map(move |&(place, hours)| HoursAt { subscriber, place: h3(place), hours })
            });
            (LocalDay(day), rows.collect())
        };
        let days: Vec<_> = (0..days).map(day).collect();
        let found = homes_by_permanence(&days, &rules(&BTreeSet::new()));
        let mut found: Vec<_> =
            found.into_iter().map(|(who, home)| (who.bits(), letter(home.place().unwrap()))).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn a_commuter_lives_where_the_nights_are() {
        let night = hours((18..24).chain(0..8));
        let work = hours(8..17);
        let all_day = hours(0..24);
        let lives: [(u64, &[(char, u32)]); 3] =
            [(1, &[('H', night), ('W', work)]), (2, &[('K', all_day)]), (3, &[('S', hours(18..24))])];
        // 23 hours on 70 days are 1,610; 6 hours are 420: too few to tell. At 60 days the first has 1,380.
        assert_eq!(homes(&lives, 70), [(1, 'H'), (2, 'K')]);
        assert_eq!(homes(&lives, 64), [(2, 'K')]);
        assert_eq!(homes(&lives, 49), []);
    }

    #[test]
    fn a_night_is_that_of_the_date_it_begins_on() {
        let none = BTreeSet::new();
        // The evening of day 5, the small hours that follow (of the same local day), and the morning after (of day 6).
        let days = [(LocalDay(5), hours([22, 2])), (LocalDay(6), hours([6]))];
        let found = score(days.into_iter(), &rules(&none));
        assert_eq!((found.nights, found.night, found.days, found.all), (1, 3, 2, 3));
        let found = score([(LocalDay(5), hours([6, 22]))].into_iter(), &rules(&none));
        assert_eq!(found.nights, 2, "the end of one night and the beginning of the next");
    }

    #[test]
    fn holidays_and_weekends_have_no_working_hours() {
        // 1970-01-05 was a Monday.
        let week = (4..11).map(|day| (LocalDay(day), hours([7, 8, 16, 17])));
        let holidays = BTreeSet::from([LocalDay(5)]);
        let found = score(week, &rules(&holidays));
        assert_eq!((found.work, found.workdays, found.all), (8, 4, 28));
    }
}
