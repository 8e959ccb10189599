//! One checked record in 16 bytes.

use crate::subscriber::SubscriberId;
use crate::time::{DayWindow, UtcMicros};

/// Bits of a [`Moment`] that hold the location.
const LOCATION_BITS: u32 = 27;
const LOCATION_MASK: u64 = (1 << LOCATION_BITS) - 1;

/// A location as delivered, interned: a radio cell of the network or the H3 cell of a record's own position.
/// What it stands for is said by [`crate::Locations`]. Keys are dense, below 2^27.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct LocationKey(pub u32);

impl LocationKey {
    /// One past the largest key that fits in a [`Moment`].
    pub const LIMIT: u32 = 1 << Self::BITS;
    /// Bits of the largest key.
    pub const BITS: u32 = LOCATION_BITS;
}

/// When and where, packed in 64 bits: microseconds since the start of the local day (37 bits: up to 38 hours) above
/// the [`LocationKey`] (27 bits). Ordered by time, then location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Moment(u64);

impl Moment {
    /// Bits of the microsecond of the day.
    pub const TIME_BITS: u32 = u64::BITS - LOCATION_BITS;

    /// Packs an instant of the day `window` with a location. The instant must lie in the window.
    #[inline]
    pub fn new(at: UtcMicros, window: &DayWindow, location: LocationKey) -> Self {
        debug_assert!(window.contains(at) && location.0 < LocationKey::LIMIT);
        Self::of_day(at.0 - window.start.0, location)
    }

    /// Packs a microsecond of the local day, not negative and below 2^37, with a location.
    #[inline]
    pub const fn of_day(micros: i64, location: LocationKey) -> Self {
        Self(((micros as u64) << LOCATION_BITS) | location.0 as u64)
    }

    /// The 64 bits, for storage.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The moment with these bits.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Microseconds since the start of the local day.
    #[inline]
    pub const fn micros_of_day(self) -> i64 {
        (self.0 >> LOCATION_BITS) as i64
    }

    /// The location.
    #[inline]
    pub const fn location(self) -> LocationKey {
        LocationKey((self.0 & LOCATION_MASK) as u32)
    }
}

/// One accepted event of a known local day. Ordered by subscriber, time, location: equal rows are duplicates
/// (formats §3 rule 8: the event type is no part of the key), so one sort groups, orders and finds duplicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(C)]
pub struct EventRow<S = SubscriberId> {
    /// Who; something that stands for a subscriber until there is a pseudonym.
    pub subscriber: S,
    /// When and where.
    pub moment: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Calendar, LocalDay};

    #[test]
    fn an_event_is_sixteen_bytes_and_keeps_what_it_packs() {
        assert_eq!(size_of::<EventRow>(), 16);
        let window = Calendar::utc().window(LocalDay(20_000));
        let last = UtcMicros(window.end.0 - 1);
        let moment = Moment::new(last, &window, LocationKey(LocationKey::LIMIT - 1));
        assert_eq!(moment.micros_of_day(), 86_399_999_999);
        assert_eq!(moment.location(), LocationKey(LocationKey::LIMIT - 1));
        assert!(Moment::new(window.start, &window, LocationKey(9)) < moment);
    }
}
