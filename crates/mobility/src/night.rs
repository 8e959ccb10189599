//! Which part of a day belongs to which night.

use hexodus_model::{Calendar, DayWindow};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

/// Local hours of a night, half-open, wrapping midnight when `until` is not after `from` (methods §1: default 19 to
/// 07). A night belongs to the date it starts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NightHours {
    /// First hour of the night, 0 to 23.
    pub from: u8,
    /// First hour after the night, 0 to 23.
    pub until: u8,
}

impl Default for NightHours {
    fn default() -> Self {
        Self { from: 19, until: 7 }
    }
}

/// The two nights that touch one day, in microseconds of the day, half-open; empty spans where there is no overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NightSpans {
    /// The part of this date's own night that lies in this day.
    pub own: [i64; 2],
    /// The part of this day that belongs to the night of the date before.
    pub before: [i64; 2],
}

impl NightHours {
    /// The nights that touch the day `window`, by the wall clock of `calendar`: exact on days of 23 and 25 hours.
    pub fn spans(self, calendar: &Calendar, window: &DayWindow) -> NightSpans {
        let hour = |hour: u8| Time::new(i8::try_from(hour % 24).unwrap_or(0), 0, 0, 0).unwrap_or(Time::midnight());
        let night_of = |day: hexodus_model::LocalDay| {
            let end_day = if self.until > self.from { day } else { day.next() };
            [calendar.at(day, hour(self.from)).0, calendar.at(end_day, hour(self.until)).0]
        };
        let clip = |[from, until]: [i64; 2]| {
            let from = from.max(window.start.0);
            [from - window.start.0, (until.min(window.end.0) - window.start.0).max(from - window.start.0)]
        };
        NightSpans { own: clip(night_of(window.day)), before: clip(night_of(window.day.previous())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::time::HOUR_US;

    fn spans(from: u8, until: u8) -> NightSpans {
        let calendar = Calendar::utc();
        NightHours { from, until }.spans(&calendar, &calendar.window("2031-03-02".parse().unwrap()))
    }

    #[test]
    fn a_night_across_midnight_touches_two_days() {
        let spans = spans(22, 6);
        assert_eq!(spans.own, [22 * HOUR_US, 24 * HOUR_US]);
        assert_eq!(spans.before, [0, 6 * HOUR_US], "05:59 belongs, 06:00 does not (methods T15)");
    }

    #[test]
    fn a_night_after_midnight_touches_one() {
        let spans = spans(1, 5);
        assert_eq!(spans.own, [HOUR_US, 5 * HOUR_US]);
        assert_eq!(spans.before[0], spans.before[1], "empty");
    }
}
