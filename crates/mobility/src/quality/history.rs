//! What the days before a day were like.

use super::record::DayRecord;
use super::rules::QualityRules;
use hexodus_model::{LocalDay, LocationKey};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// The delivered days of a trailing window, whatever is thought of them: a median bears bad days, and a lasting change
/// becomes the rule once it fills half the window. So a verdict follows from counts alone, not from other verdicts.
#[derive(Clone, Debug, Default)]
pub struct History<'a> {
    days: VecDeque<&'a DayRecord>,
    /// By radio cell: days of the window on which it had events.
    active_days: FxHashMap<LocationKey, u32>,
}

impl<'a> History<'a> {
    /// Leaves behind the days before the window of `day`: the `history_days` calendar days before it.
    pub fn move_to(&mut self, day: LocalDay, rules: &QualityRules) {
        let from = day.0.saturating_sub_unsigned(rules.history_days);
        while self.days.front().is_some_and(|oldest| oldest.day.0 < from) {
            for key in self.days.pop_front().into_iter().flat_map(|oldest| &oldest.radio_cells) {
                if let Some(days) = self.active_days.get_mut(key) {
                    *days -= 1;
                }
            }
        }
    }

    /// Adds a day, later than all before.
    pub fn push(&mut self, record: &'a DayRecord) {
        for &key in &record.radio_cells {
            *self.active_days.entry(key).or_default() += 1;
        }
        self.days.push_back(record);
    }

    /// Days in the window.
    pub fn len(&self) -> u32 {
        self.days.len() as u32
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty()
    }

    /// The lower median of a count over present days; `None` without any.
    pub fn median(&self, count: impl Fn(&DayRecord) -> u64) -> Option<u64> {
        let mut counts: Vec<u64> = self.days.iter().map(|day| count(day)).collect();
        counts.sort_unstable();
        counts.get(counts.len().checked_sub(1)? / 2).copied()
    }

    /// Events by local clock hour, summed over the window.
    pub fn hourly_profile(&self) -> [u64; 24] {
        let mut sum = [0; 24];
        for day in &self.days {
            sum.iter_mut().zip(day.events_by_hour).for_each(|(sum, events)| *sum += events);
        }
        sum
    }

    /// Radio cells with events on at least half of the days, and how many of them have none in `today` (ascending).
    pub fn silent(&self, today: &[LocationKey]) -> (u64, u64) {
        let usual = self.active_days.iter().filter(|&(_, &days)| 2 * days >= self.len().max(1));
        usual.fold((0, 0), |(usual, silent), (key, _)| {
            (usual + 1, silent + u64::from(today.binary_search(key).is_err()))
        })
    }

    /// How many of `today` had events on no day of the window.
    pub fn newly_seen(&self, today: &[LocationKey]) -> u64 {
        today.iter().filter(|key| self.active_days.get(key).is_none_or(|&days| days == 0)).count() as u64
    }

    /// Sources with rows on at least this share of the days, by name.
    pub fn usual_sources(&self, share: f64) -> Vec<&'a str> {
        let mut days_of: std::collections::BTreeMap<&str, u32> = std::collections::BTreeMap::new();
        for day in &self.days {
            for (source, &rows) in &day.rows_by_source {
                *days_of.entry(source).or_default() += u32::from(rows > 0);
            }
        }
        let least = share * f64::from(self.len());
        days_of
            .into_iter()
            .filter(|&(_, days)| days > 0 && f64::from(days) >= least)
            .map(|(source, _)| source)
            .collect()
    }
}
