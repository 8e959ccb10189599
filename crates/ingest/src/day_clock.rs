//! Which local day an instant falls in, fast: nearly all rows of a file are of one day.

use hexodus_model::{Calendar, DayWindow, LocalDay, UtcMicros};
use std::collections::BTreeMap;

/// Remembers the windows of the days it has seen, and tries the last one first.
pub struct DayClock<'a> {
    calendar: &'a Calendar,
    last: DayWindow,
    windows: BTreeMap<LocalDay, DayWindow>,
}

impl<'a> DayClock<'a> {
    /// A clock for this calendar.
    pub fn new(calendar: &'a Calendar) -> Self {
        Self { calendar, last: calendar.window(LocalDay(0)), windows: BTreeMap::new() }
    }

    /// The window of the day that holds the instant.
    #[inline]
    pub fn window_of(&mut self, at: UtcMicros) -> DayWindow {
        if !self.last.contains(at) {
            self.last = self.look_up(at);
        }
        self.last
    }

    fn look_up(&mut self, at: UtcMicros) -> DayWindow {
        let day = self.calendar.day_of(at);
        *self.windows.entry(day).or_insert_with(|| self.calendar.window(day))
    }
}
