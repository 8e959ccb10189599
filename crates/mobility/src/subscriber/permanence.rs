//! Profile `multimno-ue`: how long a subscriber stayed where, hour by hour of one day (methods §2.6).

/// Radius around an event that no neighbour in time extends, seconds.
const ALONE_S: i64 = 450;
/// Events at different places closer than this share the time between them.
const OTHER_PLACE_GAP_S: i64 = 900;
/// The same at one place, when either event is in the hours 09 to 22.
const SAME_PLACE_DAY_GAP_S: i64 = 7200;
/// The same when both are in the hours 23 to 08.
const SAME_PLACE_NIGHT_GAP_S: i64 = 28_800;
/// Faster than this an event is part of a move, metres a second.
const MOVE_M_PER_S: f64 = 13.889;
/// Least time at one place in an hour that scores it, seconds. The written rule leaves it open; half is ours.
const SCORED_S: i64 = 1800;

/// The places that score in each of the 24 hours of a day, ascending by hour and place.
///
/// `instants` are (second since the midnight before, place), ascending, one place an instant: of a day that begins at
/// `first_hour` they go on into the small hours, and hours past midnight score as 0, 1 … `metres` is the distance of two
/// places.
/// Each event owns the time half-way to its neighbours where they are close in time, else 450 s; an event with more than
/// 13.889 m/s on both sides is a move and owns nothing.
pub fn permanence<P: Copy + Ord>(
    instants: &[(i64, P)],
    first_hour: usize,
    metres: impl Fn(P, P) -> f64,
) -> Vec<(usize, P)> {
    let fast = |pair: &[(i64, P)]| metres(pair[0].1, pair[1].1) > MOVE_M_PER_S * (pair[1].0 - pair[0].0) as f64;
    let is_move =
        |at: usize| at > 0 && at + 1 < instants.len() && fast(&instants[at - 1..=at]) && fast(&instants[at..=at + 1]);
    let still: Vec<(i64, P)> = (0..instants.len()).filter(|&at| !is_move(at)).map(|at| instants[at]).collect();
    let mut seconds: Vec<(usize, P, i64)> = Vec::new();
    for (at, &(second, place)) in still.iter().enumerate() {
        let before = at.checked_sub(1).map_or(ALONE_S, |before| reach(still[before], still[at]));
        let after = still.get(at + 1).map_or(ALONE_S, |&after| reach(still[at], after));
        for hour in first_hour as i64..first_hour as i64 + 24 {
            let (from, until) = (hour * 3600, (hour + 1) * 3600);
            let held = until.min(second + after) - from.max(second - before);
            if held > 0 {
                seconds.push((hour as usize, place, held));
            }
        }
    }
    seconds.sort_unstable();
    let by_place = seconds.chunk_by(|left, right| (left.0, left.1) == (right.0, right.1));
    let scored = by_place.filter(|own| own.iter().map(|part| part.2).sum::<i64>() >= SCORED_S);
    scored.map(|own| (own[0].0 % 24, own[0].1)).collect()
}

/// How much of the time between two events belongs to each of them, seconds.
fn reach<P: Copy + Eq>(earlier: (i64, P), later: (i64, P)) -> i64 {
    let by_day = |second: i64| (9..23).contains(&(second.rem_euclid(86_400) / 3600));
    let limit = match earlier.1 == later.1 {
        false => OTHER_PLACE_GAP_S,
        true if by_day(earlier.0) || by_day(later.0) => SAME_PLACE_DAY_GAP_S,
        true => SAME_PLACE_NIGHT_GAP_S,
    };
    let gap = later.0 - earlier.0;
    if gap < limit { gap / 2 } else { ALONE_S.min(gap / 2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const H: i64 = 3600;

    fn scored(instants: &[(i64, char)]) -> Vec<(usize, char)> {
        permanence(instants, 0, |a, b| f64::from((a as i32 - b as i32).abs()) * 1000.0)
    }

    #[test]
    fn a_lone_event_holds_fifteen_minutes_which_is_too_little() {
        assert_eq!(scored(&[(12 * H, 'A')]), []);
        assert_eq!(scored(&[(12 * H + 900, 'A'), (12 * H + 2700, 'A')]), [(12, 'A')], "450 + 1800 + 450 s");
    }

    #[test]
    fn by_day_two_hours_are_bridged_and_by_night_eight() {
        assert_eq!(scored(&[(12 * H, 'A'), (14 * H - 1, 'A')]), [(12, 'A'), (13, 'A')]);
        assert_eq!(scored(&[(12 * H, 'A'), (14 * H, 'A')]), []);
        let night: Vec<_> = (0..7).map(|hour| (hour, 'A')).collect();
        assert_eq!(scored(&[(0, 'A'), (7 * H, 'A')]), night);
        assert_eq!(scored(&[(2 * H, 'A'), (10 * H - 1, 'A')]), [], "one end by day");
    }

    #[test]
    fn between_places_the_time_is_shared_up_to_fifteen_minutes() {
        let instants = [(12 * H, 'A'), (13 * H - 300, 'A'), (13 * H + 300, 'B'), (14 * H, 'B')];
        assert_eq!(scored(&instants), [(12, 'A'), (13, 'B')]);
    }

    #[test]
    fn a_day_that_begins_at_four_ends_at_four() {
        let instants = [(23 * H, 'A'), (24 * H + 1800, 'A'), (26 * H, 'A'), (27 * H + 3000, 'A')];
        let distance = |_, _| 0.0;
        assert_eq!(permanence(&instants, 4, distance), [(23, 'A'), (0, 'A'), (1, 'A'), (2, 'A'), (3, 'A')]);
        assert_eq!(permanence(&instants, 0, distance), [(23, 'A')], "of the calendar day there is no more");
    }

    #[test]
    fn what_is_passed_at_speed_is_no_stay() {
        // K is 10 km from A: there and back in 5 minutes each way is 33 m/s.
        let instants = [(12 * H, 'A'), (12 * H + 1500, 'A'), (12 * H + 1800, 'K'), (12 * H + 2100, 'A'), (13 * H, 'A')];
        assert_eq!(scored(&instants), [(12, 'A')]);
    }
}
