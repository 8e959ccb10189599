//! What the operator says about its radio cells.

use crate::time::UtcMicros;

/// One row of a radio-cell plan, checked: a radio cell, where it stands and when the row is valid.
#[derive(Clone, Debug, PartialEq)]
pub struct RadioCellRecord {
    /// The operator's id, as in the events: trimmed, case kept.
    pub radio_cell_id: String,
    /// The operator's site, if given; co-located radio cells share one.
    pub site_id: Option<String>,
    /// WGS 84 latitude and longitude in degrees; `None` when the plan has none (code 304 for its events).
    pub position: Option<SitePoint>,
    /// The area that is all that is known of its place, as the plan names it; only where there is no position.
    pub area_code: Option<String>,
    /// Valid from this instant (inclusive); `None` = since ever.
    pub valid_from: Option<UtcMicros>,
    /// Valid until this instant (exclusive); `None` = still valid.
    pub valid_until: Option<UtcMicros>,
    /// Version number of the row where the operator keeps one.
    pub version: Option<i32>,
    /// When the operator recorded the row: the snapshot it came in.
    pub recorded_at: Option<UtcMicros>,
}

/// A point in WGS 84 degrees.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct SitePoint {
    /// Latitude, -90 to 90.
    pub lat: f64,
    /// Longitude, -180 to 180.
    pub lon: f64,
}
