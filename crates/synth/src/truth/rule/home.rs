//! Reference home (methods §2.3).

use std::ops::Range;

/// Days of the baseline, which ends the day before the event, and of the earlier periods of the look-back.
pub(super) const BASELINE: usize = 28;
/// Located days that a period needs.
const LEAST: usize = 8;

/// The H3 cell of more than half of the residence days of the baseline. Else the look-back of §2.4: that of the period
/// before (or of the one before that, where the first has too few days), if it holds a third of this baseline.
pub(super) fn home(residences: &[Option<u32>], event: usize) -> Option<u32> {
    let baseline = &residences[period(event, 0)?];
    let look_back = || {
        let earlier = (1..=2).find_map(|back| period(event, back))?;
        majority(&residences[earlier]).filter(|&cell| 3 * days_at(cell, baseline) >= known(baseline))
    };
    majority(baseline).or_else(look_back)
}

/// The days of a period, if enough of them are in the run.
fn period(event: usize, back: usize) -> Option<Range<usize>> {
    let end = event.checked_sub(back * BASELINE)?;
    let days = end.saturating_sub(BASELINE)..end;
    (days.len() >= LEAST).then_some(days)
}

fn majority(days: &[Option<u32>]) -> Option<u32> {
    let mut candidates = days.iter().flatten().copied();
    candidates.find(|&cell| 2 * days_at(cell, days) > known(days))
}

fn known(days: &[Option<u32>]) -> usize {
    days.iter().flatten().count()
}

fn days_at(cell: u32, days: &[Option<u32>]) -> usize {
    days.iter().filter(|&&day| day == Some(cell)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(spells: &[(u32, usize)]) -> Vec<Option<u32>> {
        spells.iter().flat_map(|&(cell, days)| std::iter::repeat_n(Some(cell), days)).collect()
    }

    #[test]
    fn more_than_half_of_at_least_eight_days() {
        assert_eq!(home(&days(&[(1, 13), (2, 15)]), 28), Some(2));
        assert_eq!(home(&days(&[(1, 14), (2, 14)]), 28), None);
        assert_eq!(home(&days(&[(1, 8)]), 8), Some(1));
        assert_eq!(home(&days(&[(1, 20)]), 7), None);
    }

    #[test]
    fn an_earlier_majority_counts_if_it_holds_a_third_of_the_baseline() {
        // 28 days: a third is 9.33, so 10 days do and 9 do not.
        assert_eq!(home(&days(&[(1, 28), (2, 9), (3, 9), (1, 10)]), 56), Some(1));
        assert_eq!(home(&days(&[(1, 28), (2, 9), (3, 10), (1, 9)]), 56), None);
    }
}
