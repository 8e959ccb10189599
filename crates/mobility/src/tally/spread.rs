//! How far, how long, how settled: distributions by origin.

use crate::subscriber::stay_lengths::MobilityClass;
use crate::tally::add;
use hexodus_model::spread::{DISTANCE_KM, DURATION_DAYS};
use hexodus_model::{H3Cell, LocalDay, Spread, SpreadKey, Tally, UnitKey};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Counts of subscribers by day, origin and bin. Additive over subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpreadTally(FxHashMap<(Spread, LocalDay, H3Cell, u8), u64>);

impl Tally for SpreadTally {
    fn merge(&mut self, other: Self) {
        add(&mut self.0, other.0);
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

    /// The counts by H3 cell of home, ascending.
    pub fn rows(&self) -> BTreeMap<SpreadKey, u64> {
        let key = |&(spread, day, home, bin)| SpreadKey { spread, day, origin: UnitKey::h3(home), bin };
        self.0.iter().map(|(own, &subscribers)| (key(own), subscribers)).collect()
    }
}

/// The same counts at a coarser level: `origin` gives the unit that holds a unit.
pub fn roll_up_spread(rows: &[(SpreadKey, u64)], origin: impl Fn(UnitKey) -> UnitKey) -> Vec<(SpreadKey, u64)> {
    let mut rolled: BTreeMap<SpreadKey, u64> = BTreeMap::new();
    for &(key, subscribers) in rows {
        *rolled.entry(SpreadKey { origin: origin(key.origin), ..key }).or_default() += subscribers;
    }
    rolled.into_iter().collect()
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
        let rows: Vec<(SpreadKey, u64)> = tally.rows().into_iter().collect();
        let rows = roll_up_spread(&rows, |_| UnitKey::h3(h3('Z')));
        let rows: Vec<_> = rows.into_iter().map(|(key, count)| (key.spread, key.bin, count)).collect();
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
        assert_eq!(MobilityClass::ALL.map(MobilityClass::id), hexodus_model::spread::MOBILITY_CLASSES);
    }
}
