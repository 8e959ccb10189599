//! What is known of a day, as counts.

use hexodus_model::{LocalDay, LocationKey};
use std::collections::BTreeMap;

/// One delivered day. Counts only: nothing of it belongs to one subscriber.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRecord {
    /// Which.
    pub day: LocalDay,
    /// Rows read, whatever became of them.
    pub rows_read: u64,
    /// Rows known before.
    pub rows_duplicate: u64,
    /// Rows rejected because they could not be read as declared. Not those that only name no place (code 6).
    pub rows_quarantined: u64,
    /// Accepted events.
    pub events: u64,
    /// Of these, without a place.
    pub events_unlocated: u64,
    /// Distinct subscribers with an accepted event.
    pub subscribers_active: u64,
    /// Rows by source.
    pub rows_by_source: BTreeMap<String, u64>,
    /// Events by local clock hour.
    pub events_by_hour: [u64; 24],
    /// Radio cells with an event, ascending.
    pub radio_cells: Vec<LocationKey>,
    /// Earliest and latest event, local clock minutes since the midnight of the day; beyond 1440 where the day begins
    /// later than midnight.
    pub span_minutes: Option<[i64; 2]>,
}

impl DayRecord {
    /// A day without anything.
    pub const fn new(day: LocalDay) -> Self {
        Self {
            day,
            rows_read: 0,
            rows_duplicate: 0,
            rows_quarantined: 0,
            events: 0,
            events_unlocated: 0,
            subscribers_active: 0,
            rows_by_source: BTreeMap::new(),
            events_by_hour: [0; 24],
            radio_cells: Vec::new(),
            span_minutes: None,
        }
    }
}
