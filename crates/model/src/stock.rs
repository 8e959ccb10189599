//! Displacement of a population on one day: who of each origin is where, and what changed. CONFIDENTIAL until released.

use crate::time::LocalDay;
use crate::unit::{Level, UnitKey};
use std::ops::AddAssign;

/// Displaced subscribers of one origin at one host on one day, and the changes that led there (methods §3.2).
///
/// S(t) = S(t−1) + entered − returned + `moved_in` − `moved_out` + reappeared − vanished, at every level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StockCounts {
    /// S: displaced and observed on the day.
    pub stock: u64,
    /// Newly displaced.
    pub entered: u64,
    /// Returned home from this host.
    pub returned: u64,
    /// Moved on to this host from another unit.
    pub moved_in: u64,
    /// Moved on from this host to another unit.
    pub moved_out: u64,
    /// Displaced before, silent the day before, seen again.
    pub reappeared: u64,
    /// Displaced the day before, silent now.
    pub vanished: u64,
    /// Of the stock, those at a host that a phone at home may be heard at.
    pub near: u64,
}

impl AddAssign for StockCounts {
    fn add_assign(&mut self, other: Self) {
        self.stock += other.stock;
        self.entered += other.entered;
        self.returned += other.returned;
        self.moved_in += other.moved_in;
        self.moved_out += other.moved_out;
        self.reappeared += other.reappeared;
        self.vanished += other.vanished;
        self.near += other.near;
    }
}

/// The whole panel of one origin on one day: panel = `at_home` + `usual_place` + provisional + returned + displaced +
/// `not_located` + outage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OriginCounts {
    /// Subscribers whose reference home is here, counted for itself.
    pub panel: u64,
    /// At home, never displaced.
    pub at_home: u64,
    /// At another place of their routine, never displaced.
    pub usual_place: u64,
    /// Away for fewer days than confirm, never displaced.
    pub provisional: u64,
    /// Displaced before and back since.
    pub returned: u64,
    /// Displaced, wherever they are; counted for itself.
    pub displaced: u64,
    /// Unobserved for want of located days.
    pub not_located: u64,
    /// Unobserved because the home is out of service.
    pub outage: u64,
    /// Of the unobserved, those who were displaced when last seen.
    pub displaced_when_last_seen: u64,
}

impl OriginCounts {
    /// Never displaced, provisional and usual-place days included (methods §3.2).
    pub const fn stayed(&self) -> u64 {
        self.at_home + self.usual_place + self.provisional
    }

    /// Silent, for either reason.
    pub const fn unobserved(&self) -> u64 {
        self.not_located + self.outage
    }
}

impl AddAssign for OriginCounts {
    fn add_assign(&mut self, other: Self) {
        self.panel += other.panel;
        self.at_home += other.at_home;
        self.usual_place += other.usual_place;
        self.provisional += other.provisional;
        self.returned += other.returned;
        self.displaced += other.displaced;
        self.not_located += other.not_located;
        self.outage += other.outage;
        self.displaced_when_last_seen += other.displaced_when_last_seen;
    }
}

/// Subscribers of the panel whose place is known from the days before, and what can still be seen of them (methods §7.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastKnown {
    /// Residing there (at home, or at their host) when last observed, not long ago.
    pub known: u64,
    /// Of them, those observed on the day, wherever they are.
    pub observed: u64,
}

impl AddAssign for LastKnown {
    fn add_assign(&mut self, other: Self) {
        self.known += other.known;
        self.observed += other.observed;
    }
}

/// The two ends of a displacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginHost {
    /// Unit of the reference home.
    pub origin: UnitKey,
    /// Unit of the host.
    pub host: UnitKey,
}

/// Which movements a table dates by which day. Never mixed in one table (methods §3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dating {
    /// By the day a movement was confirmed: what could be known on the day.
    #[default]
    Live,
    /// By the first residence day of the run that confirmed it: revised afterwards.
    Revised,
}

/// Displacement on one day. All lists are ascending by key, without repeats or rows of zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockTable {
    /// The local day.
    pub day: LocalDay,
    /// How movements are dated.
    pub dating: Dating,
    /// Unit of origins.
    pub origin_level: Level,
    /// Unit of hosts.
    pub host_level: Level,
    /// Every origin of the panel.
    pub origins: Vec<(UnitKey, OriginCounts)>,
    /// Origin × host.
    pub hosts: Vec<(OriginHost, StockCounts)>,
    /// Secondary displacement by origin, host before and host after; hosts may be in one unit.
    pub onward: Vec<((UnitKey, OriginHost), u64)>,
    /// The stock by origin, host and the Monday of the week of onset.
    pub cohorts: Vec<((OriginHost, LocalDay), u64)>,
    /// Who was last known to be in a unit, at the level of hosts.
    pub last_known: Vec<(UnitKey, LastKnown)>,
}

impl StockTable {
    /// A day on which nobody has a home yet, on the grid at both ends.
    pub const fn empty(day: LocalDay, dating: Dating) -> Self {
        Self {
            day,
            dating,
            origin_level: Level::H3,
            host_level: Level::H3,
            origins: Vec::new(),
            hosts: Vec::new(),
            onward: Vec::new(),
            cohorts: Vec::new(),
            last_known: Vec::new(),
        }
    }
}
