//! Of whom a figure in people tells.

use crate::stock::OriginHost;
use crate::time::LocalDay;
use crate::unit::{Level, UnitKey};

/// Displaced people of one day, at one level of areas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeopleOf {
    /// Everybody.
    Everywhere,
    /// With their home in an area, wherever they are.
    From(UnitKey),
    /// Hosted by an area, wherever their home is.
    At(UnitKey),
    /// With their home in one area, hosted by one area.
    Pair(OriginHost),
}

/// How much a share of people varies over replicates of the panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareVariance {
    /// Level of the areas.
    pub level: Level,
    /// The local day.
    pub day: LocalDay,
    /// Whose share.
    pub of: PeopleOf,
    /// Of the displaced among the people that stand behind the panel of the origins.
    pub variance: f64,
}

impl ShareVariance {
    /// What tells it from others, in the order they are kept in.
    pub const fn key(&self) -> (LocalDay, Level, PeopleOf) {
        (self.day, self.level, self.of)
    }
}

/// A share of people in each replicate of the panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareReplicates {
    /// Level of the areas.
    pub level: Level,
    /// The local day.
    pub day: LocalDay,
    /// Whose share.
    pub of: PeopleOf,
    /// Whole billionths, by replicate.
    pub billionths: Vec<u32>,
}

impl ShareReplicates {
    /// What tells it from others, in the order they are kept in.
    pub const fn key(&self) -> (LocalDay, Level, PeopleOf) {
        (self.day, self.level, self.of)
    }
}
