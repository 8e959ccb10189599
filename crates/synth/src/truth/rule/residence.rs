//! Residence (methods §2.1).

/// Days of the window that ends on the day.
const WINDOW: usize = 7;
/// Located days that a window needs.
const LEAST: usize = 2;

/// For each day the mode of the nights of the trailing seven days; of equals, the one seen last.
pub(super) fn residences(nights: &[u32]) -> Vec<Option<u32>> {
    (1..=nights.len()).map(|end| mode(&nights[end.saturating_sub(WINDOW)..end])).collect()
}

fn mode(window: &[u32]) -> Option<u32> {
    let times = |cell: u32| window.iter().filter(|&&other| other == cell).count();
    // The greatest of (times, day): a cell competes with its last day.
    let best = window.iter().enumerate().max_by_key(|&(day, &cell)| (times(cell), day));
    best.filter(|_| window.len() >= LEAST).map(|(_, &cell)| cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_moves_changes_residence_on_the_fourth_day() {
        let mut nights = vec![1; 10];
        nights.extend([2; 5]);
        let residences = residences(&nights);
        assert_eq!(residences[0], None);
        assert!(residences[1..13].iter().all(|&cell| cell == Some(1)));
        assert_eq!(residences[13..], [Some(2), Some(2)]);
    }

    #[test]
    fn of_equals_the_one_of_the_most_recent_day() {
        assert_eq!(mode(&[1, 2, 2, 1]), Some(1));
        assert_eq!(mode(&[1, 2, 3, 3, 2, 1, 4]), Some(1));
        assert_eq!(mode(&[1]), None);
    }
}
