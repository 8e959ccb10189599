//! Of whom a figure in people tells.

use crate::stock::OriginHost;
use crate::unit::UnitKey;

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
