//! Usual other places (methods §3.1): where a person was often before the event is no refuge at first.

/// A place is usual from this share of the nights of the baseline: a tenth.
const TENTH: usize = 10;
/// Days by which a residence must outlast the longest stay of the baseline to be more than a visit.
const BEYOND: usize = 3;

/// Whether a residence that has lasted `run` days is still a usual stay.
pub(super) fn is_usual(cell: u32, run: usize, baseline: &[u32]) -> bool {
    let nights = baseline.iter().filter(|&&night| night == cell).count();
    nights * TENTH >= baseline.len() && run < longest_stay(cell, baseline) + BEYOND
}

/// Longest unbroken row of nights at the cell.
fn longest_stay(cell: u32, nights: &[u32]) -> usize {
    let stays = nights.chunk_by(|one, next| one == next).filter(|stay| stay[0] == cell);
    stays.map(<[u32]>::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_of_a_tenth_of_the_nights_is_usual_until_three_days_past_the_longest_stay() {
        // 28 nights: 3 of them are a tenth, 2 are not.
        let baseline = |visits: usize| [vec![5; 28 - visits], vec![6; visits]].concat();
        assert!(!is_usual(6, 1, &baseline(2)));
        assert!((1..=5).all(|run| is_usual(6, run, &baseline(3))));
        assert!(!is_usual(6, 6, &baseline(3)));
        let weekends: Vec<u32> = (0..28).map(|day| if day % 7 < 2 { 6 } else { 5 }).collect();
        assert!(is_usual(6, 4, &weekends) && !is_usual(6, 5, &weekends));
        assert!(!is_usual(7, 1, &weekends));
    }
}
