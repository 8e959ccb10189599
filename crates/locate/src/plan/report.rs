//! What was found in a plan.

use hexodus_model::{Calendar, UtcMicros};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What can be wrong with a row of the plan (formats §2, `net_flag`); 0 to 4 are eurostat/multimno's `NetworkErrorType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NetFlag {
    /// 2: coordinates off the globe (nulled), or a validity that ends before it starts (row dropped).
    OutOfRange,
    /// 401: two positions at one time; decided by latest `valid_from`, highest version, latest `recorded_at`.
    Overlap,
    /// 402: a gap between two validities; up to 7 days on either side are bridged.
    Gap,
    /// 403: position (0, 0), nulled; with a country box also one coordinate of exactly 0 outside it.
    ZeroCoordinates,
    /// 404: latitude and longitude were swapped; repaired. Only with a country box.
    Swapped,
    /// 405: moved by more than 500 m within one validity.
    MovedFar,
    /// 406: one version number given twice in one snapshot.
    DuplicateVersion,
    /// 407: on a point shared by so many radio cells that it is no site (head office, country centroid).
    DefaultPoint,
    /// 408: fewer than 3 decimals (about 100 m): too coarse for resolution 8.
    LowPrecision,
}

impl NetFlag {
    /// What it means, as a clause about radio cells.
    pub const fn text(self) -> &'static str {
        match self {
            Self::OutOfRange => {
                "have coordinates off the globe (nulled) or a validity that ends before it starts (dropped)"
            }
            Self::Overlap => "are at two positions at once; latest valid_from, version, recorded_at decide",
            Self::Gap => "have a gap between two validities; bridged for up to 7 days on either side",
            Self::ZeroCoordinates => "have zero coordinates (nulled)",
            Self::Swapped => "have latitude and longitude swapped (repaired)",
            Self::MovedFar => "moved by more than 500 m within one validity",
            Self::DuplicateVersion => "have one version number twice in one snapshot",
            Self::DefaultPoint => "share one point with 99 or more others, which is no site",
            Self::LowPrecision => "have fewer than 3 decimals in their coordinates: too coarse for resolution 8",
        }
    }

    /// The number of formats §2.
    pub const fn number(self) -> i32 {
        match self {
            Self::OutOfRange => 2,
            Self::Overlap => 401,
            Self::Gap => 402,
            Self::ZeroCoordinates => 403,
            Self::Swapped => 404,
            Self::MovedFar => 405,
            Self::DuplicateVersion => 406,
            Self::DefaultPoint => 407,
            Self::LowPrecision => 408,
        }
    }
}

/// Two rows that put one radio cell at two positions at once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanOverlap {
    /// The radio cell.
    pub radio_cell_id: String,
    /// First instant both rows are valid; `None` = since ever.
    pub from: Option<UtcMicros>,
    /// First instant they no longer are; `None` = still.
    pub until: Option<UtcMicros>,
    /// Position of the row that is used, latitude and longitude in degrees.
    pub kept_lat_lon: [f64; 2],
    /// Position of the row that is not.
    pub dropped_lat_lon: [f64; 2],
}

impl PlanOverlap {
    /// How many overlaps a report or an error lists; the counts are always complete.
    pub const MOST_LISTED: usize = 10;
}

impl fmt::Display for PlanOverlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = Calendar::utc();
        let instant = |at: Option<UtcMicros>| at.map_or("open".to_owned(), |at| format!("{}Z", utc.local(at)));
        let ([lat, lon], [other_lat, other_lon]) = (self.kept_lat_lon, self.dropped_lat_lon);
        let (id, from, until) = (&self.radio_cell_id, instant(self.from), instant(self.until));
        write!(f, "{id} from {from} until {until} at both {lat}, {lon} and {other_lat}, {other_lon}")
    }
}

/// What was found while resolving a plan. Counts are of distinct radio cells unless they say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PlanReport {
    /// Rows given.
    pub records: u64,
    /// Rows that repeat another one: same radio cell, same position, overlapping validity.
    pub repeated_records: u64,
    /// Radio cells.
    pub radio_cells: u64,
    /// Radio cells without any usable position: their events stay unlocated (code 304).
    pub radio_cells_without_position: u64,
    /// Radio cells by what is wrong with them.
    pub flags: BTreeMap<NetFlag, u64>,
    /// Radio cells whose open validity was ended by a later snapshot that has them elsewhere from a later day on. A
    /// move told in snapshots; no overlap.
    pub moved_between_snapshots: u64,
    /// Radio cells outside the configured country box that no swap explains.
    pub outside_country: u64,
    /// Sites that radio cells of this plan stand at.
    pub sites: u64,
    /// Those of them that no earlier plan had. Depends on what ran before, so it is no part of a release.
    #[serde(skip)]
    pub new_sites: u64,
    /// Sites of the operator with a radio cell more than 1 km from the site's point.
    pub spread_sites: u64,
    /// Known sites of the operator whose point changed, because no radio cell stands at the old point any more. Not
    /// part of a release either.
    #[serde(skip)]
    pub moved_sites: u64,
    /// The first overlaps, in order of radio cell.
    pub overlaps: Vec<PlanOverlap>,
}

impl PlanReport {
    /// Radio cells with this flag.
    pub fn flagged(&self, flag: NetFlag) -> u64 {
        self.flags.get(&flag).copied().unwrap_or(0)
    }
}

/// Collects flags by radio cell, so that five daily snapshots of one fault count once.
#[derive(Default)]
pub(crate) struct FlagTally {
    raised: BTreeMap<NetFlag, BTreeSet<Box<str>>>,
}

impl FlagTally {
    pub(crate) fn raise(&mut self, flag: NetFlag, radio_cell_id: &str) {
        let ids = self.raised.entry(flag).or_default();
        if !ids.contains(radio_cell_id) {
            ids.insert(radio_cell_id.into());
        }
    }

    pub(crate) fn counts(&self) -> BTreeMap<NetFlag, u64> {
        self.raised.iter().map(|(&flag, ids)| (flag, ids.len() as u64)).collect()
    }
}
