//! Many series at once: what each day has above normal, and which days are alerts (methods §6.1).

use crate::detect::{FALSE_DISCOVERY_RATE, alerts, benjamini_hochberg, two_sided_p};
use crate::excess::{Excess, excess};
use crate::weekday::{DayValue, WeekdayBaseline, weekday_ratios};
use hexodus_model::LocalDay;
use std::collections::BTreeMap;

/// Fewer days of history are no baseline: two weeks.
pub const MIN_BASELINE_DAYS: usize = 14;

/// One day of one series, beside what is normal for it. Subscribers. CONFIDENTIAL.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AboveNormal<K> {
    /// What the series counts: an area, a pair of areas.
    pub key: K,
    /// The local day.
    pub day: LocalDay,
    /// The count.
    pub value: u64,
    /// Normal, size, interval and z.
    pub excess: Excess,
    /// Whether z is significant among all series of the day (Benjamini–Hochberg, q = 0.05).
    pub significant: bool,
    /// Whether |z| ≥ 3 on this day and the day before, on one side.
    pub alert: bool,
}

/// What is known of the days of all series: the same days for each, because a count that is missing on a day with data
/// is 0, and a day without data is missing for all.
#[derive(Clone, Debug)]
pub struct History<K> {
    /// Days before the event that tell what is normal, ascending.
    pub baseline: Vec<LocalDay>,
    /// Days to be judged, ascending.
    pub days: Vec<LocalDay>,
    /// Counts by series and day; those that are not there are 0.
    pub counts: BTreeMap<K, BTreeMap<LocalDay, u64>>,
}

impl<K> Default for History<K> {
    fn default() -> Self {
        Self { baseline: Vec::new(), days: Vec::new(), counts: BTreeMap::new() }
    }
}

/// Judges every series on every day, ascending by day and key. Empty where the baseline has fewer than two weeks of days.
pub fn above_normal<K: Copy + Ord>(history: &History<K>) -> Vec<AboveNormal<K>> {
    if history.baseline.len() < MIN_BASELINE_DAYS {
        return Vec::new();
    }
    let values = |own: &BTreeMap<LocalDay, u64>, days: &[LocalDay]| -> Vec<DayValue> {
        let value = |&day: &LocalDay| own.get(&day).copied().unwrap_or(0) as f64;
        days.iter().map(|day| DayValue { day: *day, value: value(day), holiday: false }).collect()
    };
    let before: Vec<Vec<DayValue>> = history.counts.values().map(|own| values(own, &history.baseline)).collect();
    let ratios = weekday_ratios(&before);
    let mut judged = Vec::new();
    for ((&key, own), before) in history.counts.iter().zip(&before) {
        let Some(baseline) = WeekdayBaseline::of(before, &ratios) else { continue };
        let series = values(own, &history.days);
        let alerts = alerts(&baseline, &series);
        judged.extend(series.iter().map(|&DayValue { day, value, .. }| {
            let excess = excess(&baseline, day, value);
            let alert = alerts.binary_search(&day).is_ok();
            let own = AboveNormal { key, day, value: value as u64, excess, significant: false, alert };
            (two_sided_p(excess.z / baseline.sd_of_z(day)), own)
        }));
    }
    judged.sort_by_key(|(_, own)| (own.day, own.key));
    for day in judged.chunk_by_mut(|left, right| left.1.day == right.1.day) {
        let p: Vec<f64> = day.iter().map(|own| own.0).collect();
        for ((_, own), significant) in day.iter_mut().zip(benjamini_hochberg(&p, FALSE_DISCOVERY_RATE)) {
            own.significant = significant;
        }
    }
    judged.into_iter().map(|(_, own)| own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// 56 days of 100, then three days: area 1 stays, area 2 doubles, area 3 is empty on the second day.
    fn history(baseline: i32) -> History<u8> {
        let counts = |after: [u64; 3]| {
            let before = (0..56).map(|day| (LocalDay(day), 100));
            before.chain((56..).map(LocalDay).zip(after).filter(|own| own.1 > 0)).collect()
        };
        History {
            baseline: (56 - baseline..56).map(LocalDay).collect(),
            days: (56..59).map(LocalDay).collect(),
            counts: [(1, counts([101, 99, 100])), (2, counts([200, 210, 100])), (3, counts([100, 0, 0]))].into(),
        }
    }

    #[test]
    fn two_days_running_are_an_alert_and_a_missing_count_is_a_zero() {
        let judged = above_normal(&history(56));
        let told: Vec<_> = judged
            .iter()
            .map(|own| (own.day.0, own.key, own.value, own.excess.size as i64, own.significant, own.alert))
            .collect();
        let expected = [
            (56, 1, 101, 1, false, false),
            (56, 2, 200, 100, true, false),
            (56, 3, 100, 0, false, false),
            (57, 1, 99, -1, false, false),
            (57, 2, 210, 110, true, true),
            (57, 3, 0, -100, true, false),
            (58, 1, 100, 0, false, false),
            (58, 2, 100, 0, false, false),
            (58, 3, 0, -100, true, true),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn less_than_two_weeks_tell_nothing() {
        assert_eq!(above_normal(&history(13)), []);
        assert_eq!(above_normal(&history(14)).len(), 9);
    }

    /// Poisson with a mean of as many as there are subscribers: each counts Poisson(1) times.
    fn poisson(subscribers: u64, series: u64, day: i32) -> u64 {
        let own = (0..subscribers).map(|who| hexodus_mobility::poisson_weight(series, who, day as u16));
        own.map(u64::from).sum()
    }

    /// Of 200 areas of 100 on weekdays and 70 on weekends, a third of a year as before it, or two weeks with 30 % more in
    /// some.
    #[test]
    fn few_false_alarms_and_most_rises_of_thirty_in_a_hundred_are_found() {
        const RISEN: u64 = 60;
        let is_risen = |area: &u64| *area < RISEN;
        let mean = |day: i32| if day % 7 < 5 { 100 } else { 70 };
        let counts_of = |area: u64, rise: u64, days: i32| -> BTreeMap<LocalDay, u64> {
            let before = (0..56).map(|day| (LocalDay(day), poisson(mean(day), area, day)));
            let after =
                (56..56 + days).map(|day| (LocalDay(day), poisson(mean(day) + mean(day) * rise / 100, area, day)));
            before.chain(after).collect()
        };
        let judged = |rise: u64, days: i32| {
            let history = History {
                baseline: (0..56).map(LocalDay).collect(),
                days: (56..56 + days).map(LocalDay).collect(),
                counts: (0..200)
                    .map(|area| (area, counts_of(area, if is_risen(&area) { rise } else { 0 }, days)))
                    .collect(),
            };
            above_normal(&history)
        };
        let quiet = judged(0, 122);
        let false_ones = quiet.iter().filter(|own| own.alert).count() as f64;
        let area_years = 200.0 * 122.0 / 365.0;
        assert!(false_ones / area_years <= 1.0, "{false_ones} alerts in {area_years} area-years");
        let significant = quiet.iter().filter(|own| own.significant).count() as f64;
        assert!(significant / area_years <= 1.0, "{significant} significant days in {area_years} area-years");

        let found = |days: i32, is: fn(&AboveNormal<u64>) -> bool| -> usize {
            judged(30, days)
                .iter()
                .filter(|own| is(own))
                .map(|own| own.key)
                .filter(is_risen)
                .collect::<BTreeSet<_>>()
                .len()
        };
        let week = found(7, |own| own.significant);
        assert!(week * 10 >= RISEN as usize * 8, "{week} of {RISEN} are significant on a day of a week");
        let two_weeks = found(14, |own| own.alert);
        assert!(two_weeks * 10 >= RISEN as usize * 8, "{two_weeks} of {RISEN} have an alert within two weeks");
        let calls = judged(30, 14).into_iter().filter(|own| own.significant).map(|own| own.key);
        let (risen, other): (Vec<u64>, Vec<u64>) = calls.partition(is_risen);
        assert!(
            other.len() * 20 <= risen.len() + other.len(),
            "{} false of {}",
            other.len(),
            risen.len() + other.len()
        );
    }
}
