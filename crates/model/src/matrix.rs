//! Population-level counts: flow matrices and presence. CONFIDENTIAL until released.

use crate::time::LocalDay;
use crate::unit::{Level, Reserved, UnitKey};

/// What a flow matrix counts. A released matrix always names it (formats §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Definition {
    /// Daily location of a day × daily location of the next day; one subscriber is in exactly one entry, the diagonal
    /// included; subscribers located on one of the two days only are in a reserved row or column (methods §5.1).
    DayToDay,
    /// Adjacent located events of a day at (a, b); each subscriber counts once per ordered pair, a = b included
    /// (methods §5.1, FlowKit's `consecutive_trips_od`). Additive over nothing.
    TripsConsecutive,
    /// Reference home × residence of a day; the panel of the home once each, the unobserved in `_UNOBSERVED`, homes that
    /// could not be determined in `_UNKNOWN` (methods §3.2, §5.1).
    HomeToPresent,
    /// Residence of a day × residence of the next, rolled by one day; one entry a subscriber, margins as `DayToDay`
    /// (methods §3.7).
    RelocationsRolling,
    /// Residence of a day × residence seven days later, windows disjoint; one entry a subscriber, margins as `DayToDay`
    /// (methods §5.1).
    RelocationsWeekly,
    /// Reference home × home of an ISO week, both by most dates; who had no home in the reference period comes from
    /// `_NOT_SEEN_BEFORE` (methods §2.5, Flowminder COVID-19).
    HomeToWeek,
    /// Every ordered pair of different places with earliest(a) < latest(b) in a day, once a subscriber (methods §5.1,
    /// FlowKit's `trips_od`).
    TripsAllPairs,
    /// The same with earliest(a) ≤ latest(b), so a = b is counted (methods §5.1, Flowminder COVID-19).
    TripsAllPairsInclusive,
    /// Reference home × host of the displaced on a day; the panel's unobserved in `_UNOBSERVED`, for a stock without them
    /// is not released; one entry a subscriber (methods §3.3, formats §4.2).
    StockDisplaced,
}

impl Definition {
    /// The id in file names and in the `definition` column.
    pub const fn id(self) -> &'static str {
        match self {
            Self::DayToDay => "day_to_day",
            Self::TripsConsecutive => "trips_consecutive",
            Self::HomeToPresent => "home_to_present",
            Self::RelocationsRolling => "relocations_rolling",
            Self::RelocationsWeekly => "relocations_weekly",
            Self::HomeToWeek => "home_to_week",
            Self::TripsAllPairs => "trips_all_pairs",
            Self::TripsAllPairsInclusive => "trips_all_pairs_inclusive",
            Self::StockDisplaced => "stock_displaced",
        }
    }

    /// All of them. Their position here is stored: new ones go last.
    pub const ALL: [Self; 9] = [
        Self::DayToDay,
        Self::TripsConsecutive,
        Self::HomeToPresent,
        Self::RelocationsRolling,
        Self::RelocationsWeekly,
        Self::HomeToWeek,
        Self::TripsAllPairs,
        Self::TripsAllPairsInclusive,
        Self::StockDisplaced,
    ];

    /// Whether a subscriber is in exactly one entry, so that entries may be summed.
    pub const fn one_entry_each(self) -> bool {
        !matches!(self, Self::TripsConsecutive | Self::TripsAllPairs | Self::TripsAllPairsInclusive)
    }

    /// Whether it tells a state on a day and not what happened in a period (formats §4.2).
    pub const fn is_stock(self) -> bool {
        matches!(self, Self::HomeToPresent | Self::StockDisplaced)
    }

    /// The reserved values an origin and a destination may be, besides `_UNKNOWN`.
    pub const fn reserved_ends(self) -> (&'static [Reserved], &'static [Reserved]) {
        match self {
            Self::DayToDay | Self::RelocationsRolling | Self::RelocationsWeekly => {
                (&[Reserved::NotSeenBefore], &[Reserved::NotSeenAfter])
            }
            Self::HomeToPresent => (&[Reserved::Unknown], &[Reserved::Unobserved]),
            Self::StockDisplaced => (&[], &[Reserved::Unobserved]),
            Self::HomeToWeek => (&[Reserved::NotSeenBefore], &[]),
            Self::TripsConsecutive | Self::TripsAllPairs | Self::TripsAllPairsInclusive => (&[], &[]),
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
