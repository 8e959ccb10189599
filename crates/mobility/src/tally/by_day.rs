//! Counts of consecutive days under one key: a subscriber's days are added with one look-up.

use hexodus_model::LocalDay;
use std::ops::AddAssign;

/// A count for each day from the first to the last that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByDay<T> {
    first: LocalDay,
    counts: Vec<T>,
}

impl<T> Default for ByDay<T> {
    fn default() -> Self {
        Self { first: LocalDay(0), counts: Vec::new() }
    }
}

impl<T: Copy + Default + AddAssign> ByDay<T> {
    /// The count of a day.
    #[inline]
    pub fn at(&mut self, day: LocalDay) -> &mut T {
        if self.counts.is_empty() {
            self.first = day;
        }
        if day < self.first {
            let missing = (self.first.0 - day.0) as usize;
            self.counts.splice(0..0, std::iter::repeat_n(T::default(), missing));
            self.first = day;
        }
        let index = (day.0 - self.first.0) as usize;
        if index >= self.counts.len() {
            self.counts.resize(index + 1, T::default());
        }
        &mut self.counts[index]
    }

    /// Every day between the first and the last, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (LocalDay, T)> + '_ {
        (self.first.0..).map(LocalDay).zip(self.counts.iter().copied())
    }
}

impl<T: Copy + Default + AddAssign> AddAssign for ByDay<T> {
    fn add_assign(&mut self, other: Self) {
        for (day, count) in other.iter() {
            *self.at(day) += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn counts_like_a_map(days in prop::collection::vec(-9i32..9, 1..20), others in prop::collection::vec(-9i32..9, 1..9)) {
            let count = |days: &[i32]| {
                let mut counts = ByDay::default();
                for &day in days {
                    *counts.at(LocalDay(day)) += 1_u64;
                }
                counts
            };
            let mut sum = count(&days);
            sum += count(&others);
            let mut expected: BTreeMap<i32, u64> = BTreeMap::new();
            for &day in days.iter().chain(&others) {
                *expected.entry(day).or_default() += 1;
            }
            let found: BTreeMap<i32, u64> =
                sum.iter().map(|(day, count)| (day.0, count)).filter(|own| own.1 > 0).collect();
            prop_assert_eq!(found, expected);
            let all: Vec<i32> = days.into_iter().chain(others).collect();
            prop_assert_eq!(sum, count(&all), "however it came about");
        }
    }
}
