//! What goes wrong with a row on its way to the file.

use crate::options::DirtRates;
use crate::row::Row;
use hexodus_model::LocalDay;
use std::collections::VecDeque;

/// Events from here on may be delivered with the next day's.
const LATE_EVENING_S: u32 = 23 * 3_600;
/// A late row is this many days late, at least and at most; one day late is the neighbouring day.
const LATE_DAYS: (usize, usize) = (2, 4);

/// The fate of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    None,
    Duplicate,
    /// Delivered so many days later.
    Late(usize),
    UnknownRadioCell,
    UnparsableTime,
}

/// Rates as thresholds of a uniform 32-bit number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mishaps {
    duplicate: u64,
    late: u64,
    unknown_radio_cell: u64,
    unparsable_time: u64,
    any: u64,
    neighbouring_day: u64,
}

impl Mishaps {
    pub(crate) fn new(rates: &DirtRates) -> Self {
        let threshold = |share: f64| (share * 4_294_967_296.0) as u64;
        let duplicate = threshold(rates.duplicate);
        let late = duplicate + threshold(rates.late);
        let unknown_radio_cell = late + threshold(rates.unknown_radio_cell);
        let unparsable_time = unknown_radio_cell + threshold(rates.unparsable_time);
        let neighbouring_day = unparsable_time + threshold(rates.neighbouring_day);
        Self { duplicate, late, unknown_radio_cell, unparsable_time, any: neighbouring_day, neighbouring_day }
    }

    /// What happens to an event of this second; `bits` is uniform in 32 bits.
    #[inline]
    pub(crate) fn of(&self, second: u32, bits: u32) -> Mishap {
        if u64::from(bits) >= self.any { Mishap::None } else { self.some(second, u64::from(bits)) }
    }

    #[cold]
    fn some(&self, second: u32, bits: u64) -> Mishap {
        if bits < self.duplicate {
            Mishap::Duplicate
        } else if bits < self.late {
            // The low bits are uniform, whatever the thresholds.
            Mishap::Late(LATE_DAYS.0 + bits as usize % (LATE_DAYS.1 - LATE_DAYS.0 + 1))
        } else if bits < self.unknown_radio_cell {
            Mishap::UnknownRadioCell
        } else if bits < self.unparsable_time {
            Mishap::UnparsableTime
        } else if second >= LATE_EVENING_S && bits < self.neighbouring_day {
            Mishap::Late(1)
        } else {
            Mishap::None
        }
    }
}

/// A row and the day it happened on, where that is not the day of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HeldRow {
    pub(crate) day: LocalDay,
    pub(crate) row: Row,
}

/// Rows held back for the next few days; never more than four days of them.
#[derive(Debug, Default)]
pub(crate) struct HeldBack {
    coming: VecDeque<Vec<HeldRow>>,
}

impl HeldBack {
    /// Holds a row of `day` back for `days` days, 1 at least.
    pub(crate) fn hold(&mut self, day: LocalDay, row: Row, days: usize) {
        if self.coming.len() < days {
            self.coming.resize_with(days, Vec::new);
        }
        self.coming[days - 1].push(HeldRow { day, row });
    }

    /// Ends a day: the rows to be delivered the day after, by the time they happened.
    pub(crate) fn next_day(&mut self) -> Vec<HeldRow> {
        let mut rows = self.coming.pop_front().unwrap_or_default();
        rows.sort_unstable();
        rows
    }

    /// Rows nobody has received yet.
    pub(crate) fn rows(&self) -> u64 {
        self.coming.iter().map(|rows| rows.len() as u64).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Flaw;

    #[test]
    fn rates_become_shares_of_the_numbers() {
        let mishaps = Mishaps::new(&DirtRates { duplicate: 0.25, neighbouring_day: 0.5, ..DirtRates::CLEAN });
        assert_eq!(mishaps.of(0, 0x3FFF_FFFF), Mishap::Duplicate);
        assert_eq!(mishaps.of(0, 0x4000_0000), Mishap::None);
        assert_eq!(mishaps.of(LATE_EVENING_S, 0x4000_0000), Mishap::Late(1));
        assert_eq!(mishaps.of(LATE_EVENING_S, 0xC000_0000), Mishap::None);
        assert_eq!(Mishaps::new(&DirtRates::CLEAN).of(LATE_EVENING_S, 0), Mishap::None);
    }

    #[test]
    fn a_row_comes_as_many_days_late_as_it_was_held() {
        let (mut held, row) = (HeldBack::default(), Row::new(1, 2, 3, 0, Flaw::None));
        held.hold(LocalDay(5), row, 2);
        assert!(held.next_day().is_empty());
        assert_eq!(held.rows(), 1);
        assert_eq!(held.next_day(), [HeldRow { day: LocalDay(5), row }]);
        assert_eq!(held.rows(), 0);
    }
}
