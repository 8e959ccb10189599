//! By how many hours a profile is shifted against the usual one.

/// Correlation that a shifted profile must have with the usual one to be called the same profile.
const SAME_PROFILE: f64 = 0.9;
/// What the shift must gain over no shift: less is weather, not a clock.
const GAIN: f64 = 0.1;

/// The shift in hours (1 to 23 as -11 to 12, later positive) under which `profile` looks like `usual`; 0 when it looks
/// best as it is, when the gain is below 0.1, or when it looks like the usual day under no shift (correlation below
/// 0.9). Of equally good shifts the smaller one, then the later one.
///
/// Circular Pearson correlation of the counts by local clock hour.
pub fn shift_hours(profile: &[u64; 24], usual: &[u64; 24]) -> i64 {
    let at = |shift: i64| correlation(profile, usual, shift);
    let unshifted = at(0);
    let mut best = (unshifted, 0);
    for hours in 1..=12 {
        for shift in [hours, -hours] {
            let found = at(shift);
            if shift > -12 && found > best.0 {
                best = (found, shift);
            }
        }
    }
    if best.0 >= SAME_PROFILE && best.0 - unshifted >= GAIN { best.1 } else { 0 }
}

/// Of `profile` moved back by `shift` hours with `usual`; 0 where either is flat.
fn correlation(profile: &[u64; 24], usual: &[u64; 24], shift: i64) -> f64 {
    let mean = |counts: &[u64; 24]| counts.iter().sum::<u64>() as f64 / 24.0;
    let (own_mean, usual_mean) = (mean(profile), mean(usual));
    let (mut both, mut own, mut other) = (0.0, 0.0, 0.0);
    for hour in 0..24_i64 {
        let left = profile[(hour + shift).rem_euclid(24) as usize] as f64 - own_mean;
        let right = usual[hour as usize] as f64 - usual_mean;
        both += left * right;
        own += left * left;
        other += right * right;
    }
    if own > 0.0 && other > 0.0 { both / (own * other).sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Low at night, peaks at 11 and 19.
    const USUAL: [u64; 24] =
        [10, 6, 4, 3, 4, 8, 20, 40, 60, 75, 88, 95, 90, 84, 80, 78, 80, 86, 95, 98, 85, 60, 35, 18];

    fn shifted(hours: usize) -> [u64; 24] {
        let mut profile = USUAL;
        profile.rotate_right(hours);
        profile
    }

    #[test]
    fn a_shifted_day_is_found_out_by_its_shift() {
        assert_eq!(shift_hours(&USUAL, &USUAL), 0);
        assert_eq!(shift_hours(&shifted(3), &USUAL), 3);
        assert_eq!(shift_hours(&shifted(21), &USUAL), -3);
        assert_eq!(shift_hours(&shifted(12), &USUAL), 12);
        assert_eq!(shift_hours(&shifted(6).map(|events| events / 3), &USUAL), 6, "the number of events has no say");
    }

    #[test]
    fn another_profile_is_no_clock() {
        assert_eq!(shift_hours(&[50; 24], &USUAL), 0, "flat");
        assert_eq!(shift_hours(&[0; 24], &USUAL), 0, "empty");
        let mut curfew = USUAL;
        curfew[17..].fill(5);
        assert_eq!(shift_hours(&curfew, &USUAL), 0, "an evening without calls");
        let mut noon = [0; 24];
        noon[3] = 100;
        assert_eq!(shift_hours(&noon, &USUAL), 0, "one peak at night");
    }
}
