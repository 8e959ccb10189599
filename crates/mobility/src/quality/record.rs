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
    /// Earliest event, and the last one or the end of the [last busy hour](last_busy_hour), whichever is earlier; local
    /// clock minutes since the midnight of the day, beyond 1440 where the day begins later than midnight.
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

/// Events that may be stray: one in so many.
const STRAY: u64 = 50;

/// The last hour of the day from which on there are more than 2 % of its events; `None` without events. A day that ends
/// at noon still has a few later rows, which came in the files of other days: they do not make it whole.
pub fn last_busy_hour(events_by_hour: &[u64]) -> Option<usize> {
    let all: u64 = events_by_hour.iter().sum();
    let mut later = 0;
    let hours = events_by_hour.iter().enumerate().rev();
    let mut busy = hours.skip_while(|&(_, events)| {
        later += events;
        later * STRAY <= all
    });
    busy.next().filter(|_| all > 0).map(|(hour, _)| hour)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stray_rows_do_not_make_a_day_whole() {
        assert_eq!(last_busy_hour(&[]), None);
        assert_eq!(last_busy_hour(&[0; 24]), None);
        assert_eq!(last_busy_hour(&[5; 24]), Some(23));
        let mut noon = [0; 24];
        noon[..12].fill(100);
        assert_eq!(last_busy_hour(&noon), Some(11));
        noon[20] = 24;
        assert_eq!(last_busy_hour(&noon), Some(11), "24 of 1,224 is less than 2 %");
        noon[19] = 1;
        assert_eq!(last_busy_hour(&noon), Some(19), "25 of 1,225 is more");
    }
}
