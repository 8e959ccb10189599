//! Which visits go to and fro between near places (methods §4.3).

use hexodus_model::{PlaceKey, Sighting};

/// Three switches must fit in this much time. Microseconds.
const SPAN_US: i64 = 5 * 60 * 1_000_000;
/// Between at most this many places.
const PLACES: usize = 3;
/// Of which no two are further apart. Metres.
const NEAR_M: f64 = 3_000.0;

/// Whether any four visits lie within five minutes: three switches take as many, so without them there is nothing to mark.
#[inline]
pub fn may_ping_pong(visits: &[Sighting]) -> bool {
    let spans = visits.array_windows().map(|[first, _, _, fourth]| fourth.micros - first.micros);
    spans.min().is_some_and(|shortest| shortest <= SPAN_US)
}

/// Marks the visits of every three successive switches, from the last visit before the first to the first visit after
/// the third, that lie within five minutes and between at most three places no two of which are more than 3 km apart.
///
/// `marks` is filled with one entry a visit. Linear in the visits.
pub fn mark_ping_pong(visits: &[Sighting], within: impl Fn(PlaceKey, PlaceKey, f64) -> bool, marks: &mut Vec<bool>) {
    marks.clear();
    marks.resize(visits.len(), false);
    let mut marked_until = 0;
    // Where the last three switches lead to: index of the first visit at the new place.
    let mut switches: [usize; 3] = [0; 3];
    for index in 1..visits.len() {
        if visits[index].place == visits[index - 1].place {
            continue;
        }
        switches = [switches[1], switches[2], index];
        let Some(from) = switches[0].checked_sub(1) else { continue };
        if visits[index].micros - visits[from].micros <= SPAN_US && are_near(visits, from, switches, &within) {
            marks[from.max(marked_until)..=index].fill(true);
            marked_until = index;
        }
    }
}

fn are_near(
    visits: &[Sighting],
    from: usize,
    switches: [usize; 3],
    within: &impl Fn(PlaceKey, PlaceKey, f64) -> bool,
) -> bool {
    let mut places = [from, switches[0], switches[1], switches[2]].map(|index| visits[index].place);
    places.sort_unstable();
    let distinct = 1 + places.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let near = |left: usize, right: usize| places[left] == places[right] || within(places[left], places[right], NEAR_M);
    distinct <= PLACES && (0..4).all(|left| (left + 1..4).all(|right| near(left, right)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Places stand on a line, one every kilometre.
    fn within(left: PlaceKey, right: PlaceKey, metres: f64) -> bool {
        f64::from(left.0.abs_diff(right.0)) * 1000.0 <= metres
    }

    fn marks(list: &[(i64, u32)]) -> String {
        let visits: Vec<Sighting> =
            list.iter().map(|&(second, place)| Sighting::new(second * 1_000_000, PlaceKey(place))).collect();
        let mut marks = Vec::new();
        mark_ping_pong(&visits, within, &mut marks);
        assert!(may_ping_pong(&visits) || !marks.contains(&true), "the short cut misses nothing");
        marks.iter().map(|&marked| if marked { 'x' } else { '.' }).collect()
    }

    #[test]
    fn three_switches_within_five_minutes_between_near_places() {
        assert_eq!(marks(&[(0, 1), (100, 2), (200, 1), (300, 2)]), "xxxx");
        assert_eq!(marks(&[(0, 1), (100, 2), (200, 1), (301, 2)]), "....", "a second too long");
        assert_eq!(marks(&[(0, 1), (100, 2), (200, 1)]), "...", "two switches");
        assert_eq!(marks(&[(0, 1), (50, 4), (100, 1), (150, 4)]), "xxxx", "3 km");
        assert_eq!(marks(&[(0, 1), (50, 5), (100, 1), (150, 5)]), "....", "4 km");
        assert_eq!(marks(&[(0, 1), (50, 2), (100, 3), (150, 1)]), "xxxx", "three places");
        assert_eq!(marks(&[(0, 1), (50, 2), (100, 3), (150, 4)]), "....", "four: a walk");
    }

    #[test]
    fn what_is_stayed_before_and_after_is_not_marked() {
        let list = [(0, 1), (10, 1), (20, 2), (30, 1), (35, 1), (40, 2), (50, 2)];
        assert_eq!(marks(&list), ".xxxxx.");
        assert_eq!(marks(&[]), "");
        assert_eq!(marks(&[(0, 1), (1, 1), (2, 1)]), "...");
    }

    #[test]
    fn long_oscillation_is_marked_throughout() {
        let list: Vec<(i64, u32)> = (0..50).map(|step| (step * 60, 1 + (step % 2) as u32)).collect();
        assert_eq!(marks(&list), "x".repeat(50));
    }
}
