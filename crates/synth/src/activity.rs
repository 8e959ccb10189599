//! How many events a day has, and when in the day they fall.

use rand::Rng;
use rand_distr::{Distribution, Poisson};
use rand_pcg::Pcg64Mcg;

/// Relative activity by hour of the day: asleep at 3, busy from 9, busiest at 19.
const DIURNAL: [u32; 24] = [12, 8, 5, 4, 5, 10, 22, 38, 50, 58, 62, 62, 60, 58, 58, 60, 64, 72, 82, 86, 76, 56, 36, 20];
/// No subscriber makes more events in a day.
const MOST_EVENTS: f64 = 3_000.0;
/// Slots of the hour table; the profile is exact to a thousandth.
const SLOTS: usize = 1_024;

/// The diurnal profile, ready to draw from.
#[derive(Clone, Debug)]
pub(crate) struct Activity {
    hour_of_slot: Vec<u8>,
}

impl Activity {
    pub(crate) fn diurnal() -> Self {
        let total: u32 = DIURNAL.iter().sum();
        let mut hour_of_slot = Vec::with_capacity(SLOTS);
        let mut sum = 0;
        for (hour, weight) in (0u8..).zip(DIURNAL) {
            sum += weight;
            hour_of_slot.resize(SLOTS * sum as usize / total as usize, hour);
        }
        Self { hour_of_slot }
    }

    /// A second of the day.
    #[inline]
    pub(crate) fn second(&self, rng: &mut Pcg64Mcg) -> u32 {
        let bits = rng.next_u64();
        let hour = self.hour_of_slot[(bits as usize) & (SLOTS - 1)];
        u32::from(hour) * 3_600 + (((bits >> 32) * 3_600) >> 32) as u32
    }
}

/// Number of events of a day with the expected number `mean`. Over subscribers with Gamma rates this is negative
/// binomial.
#[inline]
pub(crate) fn events(mean: f64, rng: &mut Pcg64Mcg) -> usize {
    Poisson::new(mean).map_or(0, |poisson| poisson.sample(rng).min(MOST_EVENTS) as usize)
}

/// Sorts the seconds and moves equal ones apart: nobody makes two events in one second, so that a repeated row is
/// always a delivered duplicate. There must be fewer than 86 400.
pub(crate) fn spread(seconds: &mut [u32]) {
    seconds.sort_unstable();
    let mut earliest = 0;
    for second in seconds.iter_mut() {
        *second = (*second).max(earliest);
        earliest = *second + 1;
    }
    let mut latest = 86_399;
    for second in seconds.iter_mut().rev() {
        if *second <= latest {
            break;
        }
        *second = latest;
        latest -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::{Purpose, stream};

    #[test]
    fn equal_seconds_move_apart_and_stay_in_the_day() {
        let mut seconds = vec![5, 5, 7, 6, 86_399, 86_399, 86_398];
        spread(&mut seconds);
        assert_eq!(seconds, [5, 6, 7, 8, 86_397, 86_398, 86_399]);
    }

    #[test]
    fn hours_follow_the_profile() {
        let (activity, mut rng) = (Activity::diurnal(), stream(1, Purpose::Day, 0, 0));
        let mut hours = [0u32; 24];
        for _ in 0..200_000 {
            hours[activity.second(&mut rng) as usize / 3_600] += 1;
        }
        let total = f64::from(DIURNAL.iter().sum::<u32>());
        for (hour, weight) in DIURNAL.into_iter().enumerate() {
            let (seen, expected) = (f64::from(hours[hour]) / 200_000.0, f64::from(weight) / total);
            assert!((seen - expected).abs() < 0.003, "hour {hour}: {seen} of {expected}");
        }
    }

    #[test]
    fn the_mean_number_of_events_is_the_mean() {
        let mut rng = stream(1, Purpose::Day, 0, 0);
        let sum: usize = (0..50_000).map(|_| events(8.0, &mut rng)).sum();
        assert!((sum as f64 / 50_000.0 - 8.0).abs() < 0.1);
    }
}
