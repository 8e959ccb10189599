//! The day on which a move is confirmed is not known exactly (methods §13).
//!
//! Who is heard three times a day is confirmed a day early or late now and then: a silent night is no night, the last
//! record may be from before the journey. While few move that evens out. Where many move within days, as at the end of a
//! holiday or after an earthquake, all errors go the same way and the stock of a day is partly that of the day beside it.

use hexodus_model::{LocalDay, PeopleOf};
use std::collections::{BTreeMap, BTreeSet};

/// How far the stock of a day is off in time, as one standard deviation: a quarter of a day, in the generator at three events
/// a day.
pub(crate) const DATING_SD_DAYS: f64 = 0.25;

/// Days on either side in which the fastest change is looked for: the errors of dating reach as far. So the interval of a
/// day may change for so many days more.
pub const REACH_DAYS: i32 = 2;

/// People of each figure on a day.
pub type DayFigures = BTreeMap<PeopleOf, f64>;

/// For each day, by how many people a day each figure changes at most from one day to the next within two days of it.
/// Days ascend; a pair or host that is missing on one of them has nobody, anything else no figure.
pub fn fastest_changes(days: &[(LocalDay, DayFigures)]) -> Vec<DayFigures> {
    let steps: Vec<DayFigures> = days.windows(2).map(|two| steps(&two[0], &two[1])).collect();
    let changes = days.iter().enumerate().map(|(index, (today, _))| {
        let near = |other: usize| (days[other].0.0 - today.0).abs() <= REACH_DAYS;
        let first = (0..=index).find(|&other| near(other)).unwrap_or(index);
        let last = (index..days.len()).rfind(|&other| near(other)).unwrap_or(index);
        let mut fastest = DayFigures::new();
        for (&of, &step) in steps[first.min(steps.len())..last.min(steps.len())].iter().flatten() {
            let own = fastest.entry(of).or_default();
            *own = step.max(*own);
        }
        fastest
    });
    changes.collect()
}

fn steps((day, figures): &(LocalDay, DayFigures), (next_day, next): &(LocalDay, DayFigures)) -> DayFigures {
    let all: BTreeSet<PeopleOf> = figures.keys().chain(next.keys()).copied().collect();
    let step = |of: PeopleOf| {
        let nobody = matches!(of, PeopleOf::Pair(_) | PeopleOf::At(_)).then_some(0.0);
        let on = |figures: &DayFigures| figures.get(&of).copied().or(nobody);
        Some((of, (on(next)? - on(figures)?).abs() / f64::from(next_day.0 - day.0)))
    };
    all.into_iter().filter_map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::tests::{pair, unit};

    fn told(days: &[(i32, &[(PeopleOf, f64)])]) -> Vec<DayFigures> {
        let days: Vec<(LocalDay, DayFigures)> =
            days.iter().map(|&(day, figures)| (LocalDay(day), figures.iter().copied().collect())).collect();
        fastest_changes(&days)
    }

    #[test]
    fn the_fastest_change_within_two_days() {
        let of = PeopleOf::From(unit(1));
        let days: Vec<(i32, [(PeopleOf, f64); 1])> = [0.0, 0.0, 10.0, 50.0, 52.0, 53.0, 53.0, 53.0]
            .into_iter()
            .zip(3..)
            .map(|(own, day)| (day, [(of, own)]))
            .collect();
        let days: Vec<(i32, &[(PeopleOf, f64)])> = days.iter().map(|own| (own.0, &own.1[..])).collect();
        let fastest: Vec<f64> = told(&days).iter().map(|own| own[&of]).collect();
        // Steps are 0, 10, 40, 2, 1, 0, 0; a day sees two before it and two after it.
        let expected = [10.0, 40.0, 40.0, 40.0, 40.0, 2.0, 1.0, 0.0];
        assert!(fastest.iter().zip(expected).all(|(own, expected)| (own - expected).abs() < 1e-12), "{fastest:?}");
    }

    #[test]
    fn a_gap_is_shared_by_its_days_and_one_that_is_too_long_tells_nothing() {
        let of = PeopleOf::Everywhere;
        let fastest = told(&[(1, &[(of, 10.0)]), (3, &[(of, 30.0)]), (6, &[(of, 90.0)])]);
        assert!((fastest[0][&of] - 10.0).abs() < 1e-12 && (fastest[1][&of] - 10.0).abs() < 1e-12);
        assert!(fastest[2].is_empty());
        assert!(told(&[(1, &[(of, 10.0)])])[0].is_empty() && told(&[]).is_empty());
    }

    #[test]
    fn a_pair_that_is_not_there_has_nobody_an_origin_no_figure() {
        let (of_pair, origin) = (PeopleOf::Pair(pair(1, 2)), PeopleOf::From(unit(1)));
        let fastest = told(&[(1, &[]), (2, &[(of_pair, 7.0), (origin, 7.0)])]);
        assert_eq!(fastest[1].get(&origin), None);
        assert!((fastest[1][&of_pair] - 7.0).abs() < 1e-12);
    }
}
