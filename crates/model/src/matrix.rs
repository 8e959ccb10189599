//! Population-level counts: flow matrices and presence. CONFIDENTIAL until released.

use crate::time::LocalDay;
use crate::unit::{Level, UnitKey};

/// What a flow matrix counts. A released matrix always names it (formats §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Definition {
    /// Daily location of a day × daily location of the next day; one subscriber is in exactly one entry, the diagonal
    /// included; subscribers located on one of the two days only are in a reserved row or column (methods §5.1).
    DayToDay,
    /// Adjacent located events of a day at (a, b); each subscriber counts once per ordered pair, a = b included
    /// (methods §5.1, FlowKit's `consecutive_trips_od`). Additive over nothing.
    TripsConsecutive,
}

impl Definition {
    /// The id in file names and in the `definition` column.
    pub const fn id(self) -> &'static str {
        match self {
            Self::DayToDay => "day_to_day",
            Self::TripsConsecutive => "trips_consecutive",
        }
    }
}

/// Where from and where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OdPair {
    /// Origin.
    pub origin: UnitKey,
    /// Destination.
    pub destination: UnitKey,
}

/// Distinct subscribers by origin and destination at one level, for one period.
///
/// `entries` is ascending by pair, without repeats or zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowMatrix {
    /// What is counted.
    pub definition: Definition,
    /// The unit of both ends.
    pub level: Level,
    /// First local day of the period.
    pub first_day: LocalDay,
    /// Last local day of the period (inclusive).
    pub last_day: LocalDay,
    /// Distinct subscribers of each pair.
    pub entries: Vec<(OdPair, u64)>,
}

/// Distinct subscribers present in each unit during one day.
///
/// `entries` is ascending by unit, without repeats or zeros. Not additive: a subscriber seen in two units is in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The unit.
    pub level: Level,
    /// The local day.
    pub day: LocalDay,
    /// Hour begun of the local day (0 = the first), or `None` for the whole day.
    pub hour: Option<u8>,
    /// Distinct subscribers in each unit.
    pub entries: Vec<(UnitKey, u64)>,
}
