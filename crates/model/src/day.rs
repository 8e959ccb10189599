//! What is kept of one subscriber's day.

use crate::place::H3Cell;
use crate::subscriber::SubscriberId;

/// One subscriber's day, reduced: the daily locations under every rule, and how much was seen.
///
/// Exists only for a day with at least one located event, so `last` and `most_events` are always known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriberDay {
    /// Who.
    pub subscriber: SubscriberId,
    /// H3 cell of the last located event of the day (methods §1; ties: most events that day, then smaller H3).
    pub last: H3Cell,
    /// H3 cell with most located events (ties: latest event, then most, then smaller H3).
    pub most_events: H3Cell,
    /// H3 cell of the last located event in the part of this date's night that lies in this day.
    pub night: Option<H3Cell>,
    /// H3 cell of the last located event of this day that belongs to the night of the date before.
    pub night_before: Option<H3Cell>,
    /// Distinct local hours with a located event.
    pub hours_observed: u8,
    /// Located events, duplicates removed.
    pub located_events: u32,
}

/// The clock hours one subscriber spent at one place on one local day (methods §2.6). INDIVIDUAL: never leaves the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoursAt {
    /// Who.
    pub subscriber: SubscriberId,
    /// Where.
    pub place: H3Cell,
    /// One bit for each clock hour, 0 lowest.
    pub hours: u32,
}
