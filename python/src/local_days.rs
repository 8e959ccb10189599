//! Which local day an instant is on, for many instants.

use crate::fault::{Checked, Fault};
use hexodus_model::{Calendar, DayWindow, LocalDay, UtcMicros};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

/// Offsets from UTC are multiples of it, nearly always.
const QUARTER_US: i64 = 900_000_000;
/// First and last local day that can be true: those of the command line where a source declares no period.
const PLAUSIBLE: [LocalDay; 2] = [LocalDay(7305), LocalDay(47_481)];

/// The calendar of a zone (an IANA name) whose days begin at a time of the clock (`HH:MM`).
pub fn calendar(zone: &str, day_start: &str) -> Checked<Calendar> {
    let unknown =
        |_| Fault::argument("zone", "the IANA name of a time zone, such as Asia/Kathmandu", &format!("\"{zone}\""));
    let zone = TimeZone::get(zone).map_err(unknown)?;
    let no_time = |_| Fault::argument("day_start", "a time of the clock, such as 04:00", &format!("\"{day_start}\""));
    let start: Time = day_start.parse().map_err(no_time)?;
    Ok(Calendar::new(zone, start))
}

/// Days of one calendar, remembered.
#[derive(Clone)]
pub struct LocalDays {
    calendar: Calendar,
    plausible: [UtcMicros; 2],
    last: DayWindow,
    known: FxHashMap<i64, DayWindow>,
}

impl LocalDays {
    /// With nothing remembered.
    pub fn new(calendar: Calendar) -> Self {
        let [first, last] = PLAUSIBLE.map(|day| calendar.window(day));
        Self { plausible: [first.start, last.end], last: first, known: FxHashMap::default(), calendar }
    }

    /// The calendar.
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The day of an instant; `None` where it cannot be true.
    pub fn of(&mut self, at: UtcMicros) -> Option<DayWindow> {
        if self.last.contains(at) {
            return Some(self.last);
        }
        if at < self.plausible[0] || at >= self.plausible[1] {
            return None;
        }
        let quarter = at.0.div_euclid(QUARTER_US);
        let known = self.known.get(&quarter).copied().filter(|window| window.contains(at));
        self.last = known.unwrap_or_else(|| {
            let window = self.calendar.window(self.calendar.day_of(at));
            self.known.insert(quarter, window);
            window
        });
        Some(self.last)
    }
}

/// What there is of each day that was met.
#[derive(Debug)]
pub struct ByDay<T> {
    days: Vec<(DayWindow, T)>,
    /// The position of the day asked for last: the next is likely the same.
    last: usize,
}

impl<T> Default for ByDay<T> {
    fn default() -> Self {
        Self { days: Vec::new(), last: 0 }
    }
}

impl<T> ByDay<T> {
    /// What there is of a day; `new` where it was not met yet.
    #[inline]
    pub fn of(&mut self, window: DayWindow, new: impl FnOnce() -> T) -> &mut T {
        if self.days.get(self.last).is_none_or(|own| own.0.day != window.day) {
            self.last = self.days.iter().position(|own| own.0.day == window.day).unwrap_or(self.days.len());
            if self.last == self.days.len() {
                self.days.push((window, new()));
            }
        }
        &mut self.days[self.last].1
    }

    /// Day by day, ascending.
    pub fn ascending(mut self) -> Vec<(DayWindow, T)> {
        self.days.sort_unstable_by_key(|own| own.0.day);
        self.days
    }
}
