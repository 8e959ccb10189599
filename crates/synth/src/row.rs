//! One event of a known day in 8 bytes.

/// When, who, at which radio cell, and in what form: second of the day (17 bits), subscriber (26), radio cell (17),
/// form (4). Ordered by time, then subscriber, so that sorting the integers gives the order of delivery and puts
/// copies side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub(crate) struct Row(u64);

const SUBSCRIBER_BITS: u32 = 26;
const RADIO_CELL_BITS: u32 = 17;
const FORM_BITS: u32 = 4;

/// Kinds of events, as delivered.
pub(crate) const KINDS: [&str; 3] = ["voice", "sms", "data"];

/// What is wrong with the text of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    None,
    UnknownRadioCell,
    UnparsableTime,
}

impl Row {
    /// Most subscribers a row can tell apart.
    pub(crate) const MAX_SUBSCRIBERS: u32 = 1 << SUBSCRIBER_BITS;

    /// Packs a row; `kind` is an index of [`KINDS`].
    #[inline]
    pub(crate) fn new(second: u32, subscriber: u32, radio_cell: u32, kind: u32, flaw: Flaw) -> Self {
        debug_assert!(subscriber < Self::MAX_SUBSCRIBERS && radio_cell < 1 << RADIO_CELL_BITS && kind < 3);
        let when_and_who = (u64::from(second) << SUBSCRIBER_BITS) | u64::from(subscriber);
        let form = kind + 3 * flaw as u32;
        Self((((when_and_who << RADIO_CELL_BITS) | u64::from(radio_cell)) << FORM_BITS) | u64::from(form))
    }

    /// Second of the day.
    #[inline]
    pub(crate) const fn second(self) -> u32 {
        (self.0 >> (SUBSCRIBER_BITS + RADIO_CELL_BITS + FORM_BITS)) as u32
    }

    /// Number of the subscriber.
    #[inline]
    pub(crate) const fn subscriber(self) -> u32 {
        (self.0 >> (RADIO_CELL_BITS + FORM_BITS)) as u32 & ((1 << SUBSCRIBER_BITS) - 1)
    }

    /// Key of the radio cell; with [`Flaw::UnknownRadioCell`] the number of one that is in no plan.
    #[inline]
    pub(crate) const fn radio_cell(self) -> u32 {
        (self.0 >> FORM_BITS) as u32 & ((1 << RADIO_CELL_BITS) - 1)
    }

    /// Index of [`KINDS`].
    #[inline]
    pub(crate) const fn kind(self) -> usize {
        (self.0 & ((1 << FORM_BITS) - 1)) as usize % 3
    }

    /// What is wrong with it.
    #[inline]
    pub(crate) const fn flaw(self) -> Flaw {
        match (self.0 & ((1 << FORM_BITS) - 1)) / 3 {
            0 => Flaw::None,
            1 => Flaw::UnknownRadioCell,
            _ => Flaw::UnparsableTime,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_eight_bytes_and_keeps_what_it_packs() {
        assert_eq!(size_of::<Row>(), 8);
        for flaw in [Flaw::None, Flaw::UnknownRadioCell, Flaw::UnparsableTime] {
            let row = Row::new(86_399, Row::MAX_SUBSCRIBERS - 1, (1 << RADIO_CELL_BITS) - 1, 2, flaw);
            assert_eq!((row.second(), row.subscriber()), (86_399, Row::MAX_SUBSCRIBERS - 1));
            assert_eq!((row.radio_cell(), row.kind(), row.flaw()), ((1 << RADIO_CELL_BITS) - 1, 2, flaw));
        }
        assert!(Row::new(1, 9, 9, 0, Flaw::None) < Row::new(2, 0, 0, 0, Flaw::None));
    }
}
