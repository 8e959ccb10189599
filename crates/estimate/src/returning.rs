//! How the displaced of an origin return, as of its last week: the largest stock, what is left of it, the curve through
//! it, and how sure its half-life is (methods §14).

use crate::people::estimates::LARGEST_FRACTION;
use crate::recovery::{NoRecovery, Recovery, WeekShare, fit_recovery, half_life_interval};
use crate::sum::ordered_sum;
use crate::weekly::WeekStock;
use hexodus_model::LocalDay;
use std::collections::BTreeMap;

/// Displaced subscribers of the largest week below which a half-life has no interval, and a stock teaches no error.
pub const ENOUGH_BEHIND: u64 = 30;

/// The shares of the displaced in each replicate, on the last days of weeks.
pub type WeekReplicates<'a> = BTreeMap<LocalDay, &'a [u32]>;

/// Replicates are whole billionths of the people they are a share of.
const BILLION: f64 = 1e9;

/// The return of one series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Returning {
    /// The week with the most displaced above normal; of equal ones the first.
    pub peak: WeekStock,
    /// The last week.
    pub last: WeekStock,
    /// From the one to the other.
    pub weeks: u32,
    /// Displaced of the last week / of the largest.
    pub still_displaced: f64,
    /// The curve since the largest week, or why there is none.
    pub curve: Result<Recovery, NoRecovery>,
    /// 95 % interval of its half-life; the upper end is infinite where it may be longer than the series. `None` without
    /// a half-life, without replicates, and where fewer than [`ENOUGH_BEHIND`] are behind the largest week.
    pub half_life: Option<[f64; 2]>,
}

/// By how much the variance of a replicate is to be multiplied, as of every figure in people: (1 − f)·deff, f of `whole`
/// people being `observed` subscribers.
pub fn design(observed: f64, whole: f64, deff: f64) -> f64 {
    (1.0 - (observed / whole).min(LARGEST_FRACTION)) * deff
}

/// The curve since the largest week.
///
/// # Errors
/// [`NoRecovery`], also where the interval of the largest week reaches down to what is normal.
pub fn curve_since(peak: &WeekStock, series: &[WeekShare]) -> Result<Recovery, NoRecovery> {
    if peak.low > 0.0 { fit_recovery(series) } else { Err(NoRecovery::NotAboveNormal) }
}

/// The largest week of a series, ascending by week, and what is left of it since; `None` where nobody is displaced above
/// normal.
pub fn since_peak(weeks: &[WeekStock]) -> Option<(WeekStock, Vec<WeekShare>)> {
    let largest =
        |own: &WeekStock, other: &WeekStock| own.people.total_cmp(&other.people).then(other.sunday.cmp(&own.sunday));
    let peak = *weeks.iter().max_by(|own, other| largest(own, other)).filter(|own| own.people > 0.0)?;
    let since = weeks.iter().filter(|own| own.sunday >= peak.sunday);
    let share = |own: &WeekStock| WeekShare { weeks: weeks_between(&peak, own), share: own.people / peak.people };
    Some((peak, since.map(share).collect()))
}

/// The return of a series, ascending by week; `None` where nobody is displaced above normal. `design` is by how much the
/// variance of a replicate is multiplied: see [`design`].
pub fn returning(weeks: &[WeekStock], replicates: &WeekReplicates<'_>, design: f64) -> Option<Returning> {
    let (peak, series) = since_peak(weeks)?;
    let last = *weeks.last()?;
    let curve = curve_since(&peak, &series);
    let told = curve.is_ok_and(|own| own.half_life_weeks.is_some()) && peak.fewest >= ENOUGH_BEHIND;
    let half_life = told.then(|| half_life_interval(&replicate_series(weeks, &peak, replicates, design)?)).flatten();
    let weeks = (last.sunday.0 - peak.sunday.0) as u32 / 7;
    Some(Returning { peak, last, weeks, still_displaced: last.people / peak.people, curve, half_life })
}

/// The series of each replicate: the week's figure and, added to it, by how much the replicate of its last day is off
/// the mean of all, times √`design`. Weeks without replicates are left out; `None` where that is the largest.
fn replicate_series(
    weeks: &[WeekStock],
    peak: &WeekStock,
    replicates: &WeekReplicates<'_>,
    design: f64,
) -> Option<Vec<Vec<WeekShare>>> {
    let of_peak = replicates.get(&peak.sunday)?;
    let by_week: Vec<(&WeekStock, Vec<f64>)> = weeks
        .iter()
        .filter(|own| own.sunday >= peak.sunday)
        .filter_map(|own| Some((own, replicates.get(&own.sunday).filter(|shares| shares.len() == of_peak.len())?)))
        .map(|(own, shares)| (own, of_replicates(own, shares, design)))
        .collect();
    let (_, largest) = by_week.first()?;
    let series = |replicate: usize| -> Vec<WeekShare> {
        let share = |(own, people): &(&WeekStock, Vec<f64>)| WeekShare {
            weeks: weeks_between(peak, own),
            share: people[replicate] / largest[replicate],
        };
        // Nobody at the peak: a series that cannot be, and so without a half-life.
        by_week.iter().map(share).collect()
    };
    Some((0..of_peak.len()).map(series).collect())
}

/// People of a week in each replicate.
fn of_replicates(week: &WeekStock, shares: &[u32], design: f64) -> Vec<f64> {
    let mean = ordered_sum(shares.iter().map(|&own| f64::from(own))) / shares.len() as f64;
    let off = |own: u32| (f64::from(own) - mean) / BILLION * week.whole * design.sqrt();
    shares.iter().map(|&own| (week.people + off(own)).max(0.0)).collect()
}

fn weeks_between(peak: &WeekStock, own: &WeekStock) -> f64 {
    f64::from(own.sunday.0 - peak.sunday.0) / 7.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_mobility::poisson_weight;
    use hexodus_model::PeopleOf;
    use proptest::prelude::*;

    fn week(at: i32, people: f64) -> WeekStock {
        let sunday = LocalDay(3 + 7 * at);
        WeekStock { of: PeopleOf::Everywhere, sunday, days: 7, people, low: people - 10.0, whole: 10_000.0, fewest: 40 }
    }

    /// Rising for two weeks, then one exponential of 6 weeks.
    fn weeks(until: i32) -> Vec<WeekStock> {
        let people = |at: i32| if at < 2 { 100.0 * f64::from(at) } else { 800.0 * (-f64::from(at - 2) / 6.0).exp() };
        (0..=until).map(|at| week(at, people(at))).collect()
    }

    /// 200 replicates of about `people` of 10,000, by the mean of so many subscribers as there are people in ten.
    fn replicates(weeks: &[WeekStock]) -> Vec<Vec<u32>> {
        let drawn = |people: f64, replicate: u16| -> u32 {
            (0..(people / 10.0) as u64).map(|one| u32::from(poisson_weight(1, one, replicate))).sum()
        };
        let shares = |own: &WeekStock| (0..200).map(|at| drawn(own.people, at) * 1_000_000).collect();
        weeks.iter().map(shares).collect()
    }

    fn by_week<'a>(weeks: &[WeekStock], replicates: &'a [Vec<u32>]) -> WeekReplicates<'a> {
        weeks.iter().map(|own| own.sunday).zip(replicates.iter().map(Vec::as_slice)).collect()
    }

    #[test]
    fn a_curve_from_the_largest_week_on() {
        let weeks = weeks(14);
        let replicates = replicates(&weeks);
        let found = returning(&weeks, &by_week(&weeks, &replicates), 1.0).unwrap();
        assert_eq!((found.peak.sunday, found.last.sunday, found.weeks), (LocalDay(17), LocalDay(101), 12));
        assert!((found.still_displaced - (-2.0_f64).exp()).abs() < 1e-9);
        let half_life = found.curve.unwrap().half_life_weeks.unwrap();
        assert!((half_life - 6.0 * 2_f64.ln()).abs() < 1e-6);
        let [low, high] = found.half_life.unwrap();
        assert!(low < half_life && half_life < high && high - low < 4.0, "{low} {high}");

        let [wide_low, wide_high] = returning(&weeks, &by_week(&weeks, &replicates), 4.0).unwrap().half_life.unwrap();
        assert!(wide_high - wide_low > 1.5 * (high - low), "households: {wide_low} {wide_high}");
        let none = returning(&weeks, &WeekReplicates::new(), 1.0).unwrap();
        assert_eq!((none.curve, none.half_life), (found.curve, None));
        let few: Vec<WeekStock> = weeks.iter().map(|own| WeekStock { fewest: 29, ..*own }).collect();
        assert_eq!(returning(&few, &by_week(&weeks, &replicates), 1.0).unwrap().half_life, None);
    }

    #[test]
    fn what_cannot_be_told_yet() {
        let weeks = weeks(14);
        let found = |until: usize| returning(&weeks[..until], &WeekReplicates::new(), 1.0);
        assert_eq!(found(8).unwrap().curve, Err(NoRecovery::TooFewWeeks), "five weeks since the third");
        assert!(found(9).unwrap().curve.is_ok());
        assert_eq!(found(1), None, "nobody is displaced above normal");
        let same: Vec<WeekStock> = (0..9).map(|at| week(at, 50.0)).collect();
        let found = returning(&same, &WeekReplicates::new(), 1.0).unwrap();
        assert_eq!((found.peak.sunday, found.weeks, found.curve), (LocalDay(3), 8, Err(NoRecovery::NotBegun)));
        let noise: Vec<WeekStock> = weeks.iter().map(|own| WeekStock { low: -1.0, ..*own }).collect();
        let found = returning(&noise, &WeekReplicates::new(), 1.0).unwrap();
        assert_eq!((found.curve, found.half_life), (Err(NoRecovery::NotAboveNormal), None));
    }

    proptest! {
        #[test]
        fn whatever_the_stock_what_is_left_is_a_share(people in prop::collection::vec(0.0f64..1e6, 0..20)) {
            let weeks: Vec<WeekStock> = people.iter().enumerate().map(|(at, &people)| week(at as i32, people)).collect();
            if let Some(found) = returning(&weeks, &WeekReplicates::new(), 1.0) {
                prop_assert!((0.0..=1.0).contains(&found.still_displaced));
                prop_assert!(people.iter().all(|&own| own <= found.peak.people));
            } else {
                prop_assert!(people.iter().all(|&own| own <= 0.0));
            }
        }
    }
}
