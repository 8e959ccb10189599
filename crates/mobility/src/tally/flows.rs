//! Matrices between places of residence, pairs of places visited, and their margins.

use crate::tally::add;
use crate::tally::by_day::ByDay;
use crate::tally::stock::monday;
use hexodus_model::{Definition, FlowMatrix, Level, LocalDay, OdPair, Period, Reserved, Tally, UnitKey};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Flow matrices of several definitions and periods, at one level. Additive over subscribers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowTally {
    /// Home → present: most pairs last for many days.
    present: FxHashMap<OdPair, ByDay<u64>>,
    others: FxHashMap<(Definition, Period, OdPair), u64>,
}

impl Tally for FlowTally {
    fn merge(&mut self, other: Self) {
        add(&mut self.present, other.present);
        add(&mut self.others, other.others);
    }
}

impl FlowTally {
    /// Counts one subscriber in one entry.
    pub fn count(&mut self, definition: Definition, period: Period, origin: UnitKey, destination: UnitKey) {
        *self.others.entry((definition, period, OdPair { origin, destination })).or_default() += 1;
    }

    /// Counts one subscriber's presence, home → residence, on each of these days. `home` = `None`: could not be
    /// determined; a residence that is `None`: unobserved. Who is neither is nowhere.
    pub fn count_present(&mut self, home: Option<UnitKey>, residences: &[(LocalDay, Option<UnitKey>)]) {
        for run in residences.chunk_by(|left, right| left.1 == right.1) {
            let residence = run[0].1;
            if home.is_none() && residence.is_none() {
                continue;
            }
            let destination = unit_or(residence, Reserved::Unobserved);
            let days =
                self.present.entry(OdPair { origin: unit_or(home, Reserved::Unknown), destination }).or_default();
            for &(day, _) in run {
                *days.at(day) += 1;
            }
        }
    }

    /// Counts one subscriber's relocation between the residences of two days: an outer join, `FlowKit`'s `flows` of
    /// method full outer. Nobody who has neither is counted.
    pub fn count_relocation(&mut self, definition: Definition, period: Period, ends: [Option<UnitKey>; 2]) {
        let [before, after] = ends;
        if before.is_some() || after.is_some() {
            let origin = unit_or(before, Reserved::NotSeenBefore);
            self.count(definition, period, origin, unit_or(after, Reserved::NotSeenAfter));
        }
    }

    /// Counts one subscriber's relocations from Sunday to Sunday, the last days of ISO weeks: weeks are disjoint, and a
    /// day more moves none of them. `residences` are those of consecutive days.
    pub fn count_weekly_relocations(&mut self, residences: &[(LocalDay, Option<UnitKey>)]) {
        for pair in residences.windows(8) {
            let [(first, before), .., (last, after)] = *pair else { continue };
            if monday(last.next()) == last.next() {
                self.count_relocation(Definition::RelocationsWeekly, Period { first, last }, [before, after]);
            }
        }
    }

    /// Counts one subscriber's relocations from each day to the next. `residences` are those of consecutive days.
    pub fn count_rolling_relocations(&mut self, residences: &[(LocalDay, Option<UnitKey>)]) {
        for pair in residences.windows(2) {
            let [(first, before), (last, after)] = *pair else { continue };
            self.count_relocation(Definition::RelocationsRolling, Period { first, last }, [before, after]);
        }
    }

    /// The matrices, ascending by definition and period.
    pub fn into_matrices(self, level: Level) -> Vec<FlowMatrix> {
        let mut matrices: BTreeMap<(Definition, Period), Vec<(OdPair, u64)>> = BTreeMap::new();
        for ((definition, period, pair), subscribers) in self.others {
            matrices.entry((definition, period)).or_default().push((pair, subscribers));
        }
        for (pair, days) in self.present {
            for (day, subscribers) in days.iter().filter(|own| own.1 > 0) {
                let key = (Definition::HomeToPresent, Period { first: day, last: day });
                matrices.entry(key).or_default().push((pair, subscribers));
            }
        }
        let matrix = |((definition, period), mut entries): ((Definition, Period), Vec<_>)| {
            entries.sort_unstable();
            FlowMatrix { definition, level, first_day: period.first, last_day: period.last, entries }
        };
        matrices.into_iter().map(matrix).collect()
    }
}

fn unit_or(unit: Option<UnitKey>, absent: Reserved) -> UnitKey {
    unit.unwrap_or(UnitKey::reserved(absent))
}

/// What goes into, out of and stays in one unit, over the unredacted matrix (methods §5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Margin {
    /// Column sum, the diagonal and reserved origins included: `FlowKit`'s inflow.
    pub inflow: u64,
    /// Row sum, the diagonal and reserved destinations included: `FlowKit`'s outflow.
    pub outflow: u64,
    /// The diagonal.
    pub within: u64,
}

impl Margin {
    /// Inflow less outflow; the diagonal cancels.
    pub const fn net(&self) -> i128 {
        self.inflow as i128 - self.outflow as i128
    }
}

/// The margins of every unit of a matrix, reserved values included, ascending. Released margins next to released pairs
/// give suppressed pairs away (methods §8.1): that is for the release to prevent.
pub fn margins(matrix: &FlowMatrix) -> Vec<(UnitKey, Margin)> {
    let mut margins: BTreeMap<UnitKey, Margin> = BTreeMap::new();
    for &(OdPair { origin, destination }, subscribers) in &matrix.entries {
        margins.entry(origin).or_default().outflow += subscribers;
        margins.entry(destination).or_default().inflow += subscribers;
        if origin == destination {
            margins.entry(origin).or_default().within += subscribers;
        }
    }
    margins.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subscriber::samples::h3;
    use proptest::prelude::*;

    /// From day 3 on, which is a Sunday (1970-01-04).
    fn residences(letters: &str) -> Vec<(LocalDay, Option<UnitKey>)> {
        let place = |letter| (letter != '.').then(|| UnitKey::h3(h3(letter)));
        letters.chars().enumerate().map(|(day, letter)| (LocalDay(day as i32 + 3), place(letter))).collect()
    }

    fn written(matrix: &FlowMatrix) -> String {
        let unit = |unit: UnitKey| match unit.as_h3() {
            Some(h3) => crate::subscriber::samples::letter(h3),
            None => '.',
        };
        let entries = matrix.entries.iter();
        let words = entries.map(|(pair, count)| format!("{}{}{count}", unit(pair.origin), unit(pair.destination)));
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn weeks_are_disjoint_and_days_roll() {
        let mut tally = FlowTally::default();
        tally.count_weekly_relocations(&residences("AAAABBBBBBBBBB."));
        tally.count_rolling_relocations(&residences("AAAABBBBBBBBBB."));
        let matrices = tally.into_matrices(Level::H3);
        let weekly: Vec<_> = matrices.iter().filter(|own| own.definition == Definition::RelocationsWeekly).collect();
        assert_eq!(weekly.iter().map(|own| written(own)).collect::<Vec<_>>(), ["AB1", "B.1"]);
        assert_eq!((weekly[0].first_day, weekly[0].last_day), (LocalDay(3), LocalDay(10)));
        let rolling: String =
            matrices.iter().filter(|own| own.definition == Definition::RelocationsRolling).map(written).collect();
        assert_eq!(rolling.matches("AB1").count(), 1);
        assert_eq!(rolling.matches("AA1").count(), 3);
        assert_eq!(matrices.len(), 14 + 2);
    }

    #[test]
    fn margins_hold_the_diagonal_and_the_reserved_ends() {
        let mut tally = FlowTally::default();
        for (home, residence) in [("A", "B"), ("A", "A"), ("B", "A"), ("A", "."), (".", "A"), (".", ".")] {
            let place = |letter: &str| residences(letter)[0].1;
            tally.count_present(place(home), &[(LocalDay(3), place(residence))]);
        }
        let matrix = tally.into_matrices(Level::H3).remove(0);
        let margin = |unit| margins(&matrix).into_iter().find(|own| own.0 == unit).unwrap().1;
        assert_eq!(margin(UnitKey::h3(h3('A'))), Margin { inflow: 3, outflow: 3, within: 1 });
        assert_eq!(margin(UnitKey::h3(h3('B'))).net(), 0);
        assert_eq!(margin(UnitKey::reserved(Reserved::Unobserved)).net(), 1);
        assert_eq!(margin(UnitKey::reserved(Reserved::Unknown)).net(), -1);
    }

    #[test]
    fn a_day_more_moves_no_earlier_week() {
        let weeks = |letters: &str| {
            let mut tally = FlowTally::default();
            tally.count_weekly_relocations(&residences(letters));
            tally.into_matrices(Level::H3)
        };
        let long = "AAAABBBBBBBBBBBBBBBCCCCCCCCCCC";
        let all = weeks(long);
        assert_eq!(all.len(), 4);
        for end in 8..long.len() {
            let known = weeks(&long[..end]);
            assert_eq!(known[..], all[..(end - 1) / 7], "{end} days");
        }
    }

    proptest! {
        /// Every subscriber located on either day is in exactly one entry, and net flows cancel.
        #[test]
        fn relocations_conserve(people in prop::collection::vec("[AB.]{9}", 0..20)) {
            let mut tally = FlowTally::default();
            for letters in &people {
                let mut one = FlowTally::default();
                one.count_weekly_relocations(&residences(letters));
                one.count_rolling_relocations(&residences(letters));
                tally.merge(one);
            }
            for matrix in tally.into_matrices(Level::H3) {
                let at = |letters: &str, day: LocalDay| letters.as_bytes()[day.0 as usize - 3] != b'.';
                let of = |day| people.iter().filter(|letters| at(letters, day)).count() as u64;
                let check = crate::check_conservation(&matrix, of(matrix.first_day), of(matrix.last_day));
                prop_assert!(check.is_ok(), "{check:?}");
                prop_assert_eq!(margins(&matrix).iter().map(|own| own.1.net()).sum::<i128>(), 0);
            }
        }
    }
}
