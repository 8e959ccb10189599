//! Where a subscriber used to be besides home: the places that are not yet displacement.

use crate::subscriber::home::within;
use crate::subscriber::residence::{ResidenceRule, residences};
use hexodus_model::{DailyLocation, H3Cell, LocalDay, Period};

/// A place of the baseline routine: a commuting place, a second home, kin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualPlace {
    /// The place.
    pub place: H3Cell,
    /// Weekdays on which it is usual, one bit each, Monday lowest; all seven where weekdays are pooled.
    pub weekdays: u8,
    /// Longest unbroken stay there in the baseline, in days: of residence or of daily location, whichever was longer.
    /// (Residence days alone miss stays of less than four days, daily locations alone are broken by one night away.)
    pub longest_stay: u16,
}

/// The usual places of one subscriber besides home.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routine {
    /// Ascending by place.
    pub places: Vec<UsualPlace>,
}

/// What makes a place usual (methods §3.1, commuter rule).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoutineRule {
    /// Share of baseline daily locations from which a place is usual, in thousandths.
    pub usual_share_permille: u32,
    /// Whether the share is taken among the same weekday: with four of each in 28 days, "ever there on that weekday".
    pub by_weekday: bool,
}

const EVERY_DAY: u8 = 0b111_1111;

impl Routine {
    /// The routine of a subscriber who lived at `home`. `days` is ascending by day.
    pub fn of(
        days: &[DailyLocation],
        home: H3Cell,
        baseline: Period,
        rule: RoutineRule,
        residence: ResidenceRule,
    ) -> Self {
        let own = within(days, baseline);
        let mut places: Vec<H3Cell> = own.iter().map(|day| day.place).filter(|&place| place != home).collect();
        places.sort_unstable();
        places.dedup();
        let usual = places.into_iter().map(|place| (place, usual_weekdays(own, place, rule)));
        let usual: Vec<(H3Cell, u8)> = usual.filter(|own| own.1 > 0).collect();
        if usual.is_empty() {
            return Self::default();
        }
        let residences: Vec<_> = residences(days, residence, baseline).collect();
        let usual = usual.into_iter().map(|(place, weekdays)| {
            let longest_stay = longest_stay(own, &residences, place);
            UsualPlace { place, weekdays, longest_stay }
        });
        Self { places: usual.collect() }
    }

    /// The usual place that `place` is on this day, if it is one.
    pub fn usual(&self, place: H3Cell, day: LocalDay) -> Option<&UsualPlace> {
        let at = self.places.binary_search_by_key(&place, |usual| usual.place).ok()?;
        Some(&self.places[at]).filter(|usual| usual.weekdays & weekday_bit(day) != 0)
    }
}

fn usual_weekdays(days: &[DailyLocation], place: H3Cell, rule: RoutineRule) -> u8 {
    let is_usual = |days: &mut dyn Iterator<Item = &DailyLocation>| {
        let (there, all) = days.fold((0, 0), |(there, all), day| (there + u64::from(day.place == place), all + 1));
        there > 0 && there * 1000 >= u64::from(rule.usual_share_permille) * all
    };
    if !rule.by_weekday {
        return if is_usual(&mut days.iter()) { EVERY_DAY } else { 0 };
    }
    let bits = (0..7).map(|weekday| 1_u8 << weekday);
    bits.filter(|&bit| is_usual(&mut days.iter().filter(|own| weekday_bit(own.day) == bit))).sum()
}

fn longest_stay(days: &[DailyLocation], residences: &[(LocalDay, Option<H3Cell>)], place: H3Cell) -> u16 {
    let resided = residences.iter().filter(|own| own.1 == Some(place)).map(|own| own.0);
    let located = days.iter().filter(|own| own.place == place).map(|own| own.day);
    longest_run(resided).max(longest_run(located))
}

/// The longest run of consecutive days among ascending days.
fn longest_run(days: impl Iterator<Item = LocalDay>) -> u16 {
    let (mut longest, mut current, mut last) = (0, 0, None);
    for day in days {
        current = if last == Some(day.previous()) { current + 1 } else { 1 };
        longest = longest.max(current);
        last = Some(day);
    }
    longest
}

/// Monday is the lowest bit. (1970-01-01 was a Thursday.)
const fn weekday_bit(day: LocalDay) -> u8 {
    1 << (day.0 + 3).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::samples::{h3, located_h3};

    fn routine(letters: &str, by_weekday: bool) -> Vec<(char, u8, u16)> {
        let baseline = Period { first: LocalDay(0), last: LocalDay(27) };
        let rule = RoutineRule { usual_share_permille: 100, by_weekday };
        let routine = Routine::of(&located_h3(letters), h3('A'), baseline, rule, ResidenceRule::HEXODUS);
        let letter = |usual: &UsualPlace| crate::subscriber::samples::letter(usual.place);
        routine.places.iter().map(|usual| (letter(usual), usual.weekdays, usual.longest_stay)).collect()
    }

    #[test]
    fn a_tenth_of_the_located_days_makes_a_place_usual() {
        assert_eq!(routine("AAAAAABAAAAAABAAAAAABAAAAAAA", false), [('B', EVERY_DAY, 1)], "3 of 28");
        assert_eq!(routine("AAAAAABAAAAAABAAAAAAAAAAAAAA", false), [], "2 of 28");
        assert_eq!(routine("AAAAAAAAAB..................", false), [('B', EVERY_DAY, 1)], "1 of 10 located");
        assert_eq!(routine("AAAAAAAAAAB.................", false), [], "1 of 11 located");
    }

    #[test]
    fn the_longest_stay_is_of_residence_or_of_days_whichever_is_longer() {
        assert_eq!(routine("AAAAAABBAAAAABBAAAAAAAAAAAAA", false), [('B', EVERY_DAY, 2)], "never the residence");
        assert_eq!(routine("AAAAAABBBBBBBBBBAAAAAAAAAAAA", false), [('B', EVERY_DAY, 10)]);
        assert_eq!(routine("AAAAAAAABABBABBABBAAAAAAAAAA", false), [('B', EVERY_DAY, 7)], "nights at home between");
    }

    #[test]
    fn by_weekday_a_place_is_usual_where_it_was_seen_on_that_weekday() {
        // Day 0 is a Thursday: day 6 a Wednesday, bit 2.
        assert_eq!(routine("AAAAAABAAAAAAAAAAAAAAAAAAAAA", true), [('B', 0b100, 1)]);
        assert_eq!(routine("AAAAAABAAAAAAAAAAAAAAAAAAAAA", false), []);
    }
}
