//! How far, how long, how settled: distributions by origin.

use crate::subscriber::stay_lengths::MobilityClass;
use hexodus_model::{H3Cell, LocalDay, Tally};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// What is distributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spread {
    /// Home to host of the displaced, in bins of [`DISTANCE_KM`].
    Distance,
    /// Days since onset of the displaced, in bins of [`DURATION_DAYS`].
    Duration,
    /// Days from onset to return of those who returned on the day, in bins of [`DURATION_DAYS`].
    DurationUntilReturn,
    /// Subscribers of the panel by [`MobilityClass`], in order of [`MobilityClass::ALL`].
    MobilityClass,
}

/// Lower edges of the bins of distance, km; the last is open.
pub const DISTANCE_KM: [f64; 8] = [0.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];
/// Lower edges of the bins of duration, days; the last is open.
pub const DURATION_DAYS: [i32; 8] = [0, 4, 8, 15, 29, 57, 92, 183];

/// Counts of subscribers by day, origin and bin. Additive over subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpreadTally(FxHashMap<(Spread, LocalDay, H3Cell, u8), u64>);

impl Tally for SpreadTally {
    fn merge(&mut self, other: Self) {
        for (key, subscribers) in other.0 {
            *self.0.entry(key).or_default() += subscribers;
        }
    }
}

impl SpreadTally {
    /// Counts the distance of one displaced subscriber.
    pub fn count_distance(&mut self, day: LocalDay, home: H3Cell, metres: f64) {
        let bin = DISTANCE_KM.partition_point(|&edge| edge * 1000.0 <= metres).saturating_sub(1);
        self.add(Spread::Distance, day, home, bin);
    }

    /// Counts a duration: `since` and `day` are the first and the last day of it.
    pub fn count_duration(&mut self, spread: Spread, day: LocalDay, home: H3Cell, since: LocalDay) {
        let bin = DURATION_DAYS.partition_point(|&edge| edge <= day.0 - since.0).saturating_sub(1);
        self.add(spread, day, home, bin);
    }

    /// Counts the mobility class of one subscriber over the periods that end on `day`.
    pub fn count_class(&mut self, day: LocalDay, home: H3Cell, class: MobilityClass) {
        self.add(Spread::MobilityClass, day, home, class as usize);
    }

    fn add(&mut self, spread: Spread, day: LocalDay, home: H3Cell, bin: usize) {
        *self.0.entry((spread, day, home, bin as u8)).or_default() += 1;
    }

    /// The counts at a level of origins: `origin` gives the unit of a home. Ascending.
    pub fn rows<U: Ord>(&self, origin: impl Fn(H3Cell) -> U) -> BTreeMap<(Spread, LocalDay, U, u8), u64> {
        let mut rows = BTreeMap::new();
        for (&(spread, day, home, bin), &subscribers) in &self.0 {
            *rows.entry((spread, day, origin(home), bin)).or_default() += subscribers;
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::samples::h3;

    #[test]
    fn bins_hold_their_lower_edge() {
        let mut tally = SpreadTally::default();
        let day = LocalDay(30);
        for metres in [2000.0, 4999.9, 5000.0, 1_000_000.0] {
            tally.count_distance(day, h3('A'), metres);
        }
        for since in [30, 27, 26, -400] {
            tally.count_duration(Spread::Duration, day, h3('B'), LocalDay(since));
        }
        tally.count_class(day, h3('A'), MobilityClass::Stable);
        let rows: Vec<_> =
            tally.rows(|_| ()).into_iter().map(|((spread, _, (), bin), count)| (spread, bin, count)).collect();
        let expected = [
            (Spread::Distance, 0, 2),
            (Spread::Distance, 1, 1),
            (Spread::Distance, 7, 1),
            (Spread::Duration, 0, 2),
            (Spread::Duration, 1, 1),
            (Spread::Duration, 7, 1),
            (Spread::MobilityClass, 5, 1),
        ];
        assert_eq!(rows, expected);
        assert_eq!(MobilityClass::ALL[5], MobilityClass::Stable);
    }
}
