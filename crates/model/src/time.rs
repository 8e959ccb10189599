//! Instants, local days and nights.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Disambiguation, TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Microseconds in one hour.
pub const HOUR_US: i64 = 3_600_000_000;

/// The hour begun at a microsecond of the local day, which is not negative; the first is 0.
#[inline]
pub const fn hour_of(micros_of_day: i64) -> u32 {
    (micros_of_day as u64 / HOUR_US as u64) as u32
}

/// An instant: microseconds since 1970-01-01T00:00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcMicros(pub i64);

/// A local calendar date, counted in days since 1970-01-01. Which instants it covers is said by a [`Calendar`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LocalDay(pub i32);

impl LocalDay {
    /// The day after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The day before.
    #[must_use]
    pub const fn previous(self) -> Self {
        Self(self.0 - 1)
    }

    /// The day as a calendar date. Days outside years -9999..=9999 are clamped to that range.
    pub fn date(self) -> Date {
        let epoch = Date::constant(1970, 1, 1);
        epoch.saturating_add(jiff::Span::new().days(self.0.clamp(-4_000_000, 2_900_000)))
    }

    /// The day of a calendar date.
    pub fn from_date(date: Date) -> Self {
        let epoch = Date::constant(1970, 1, 1);
        Self((date - epoch).get_days())
    }
}

impl fmt::Display for LocalDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl fmt::Debug for LocalDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalDay({self})")
    }
}

impl From<LocalDay> for String {
    fn from(day: LocalDay) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for LocalDay {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self::from_date(text.parse::<Date>()?))
    }
}

impl std::str::FromStr for LocalDay {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from_date(text.parse::<Date>()?))
    }
}

/// The instants of one local day: `[start, end)`. 23, 24 or 25 hours long where clocks change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayWindow {
    /// The local date.
    pub day: LocalDay,
    /// First instant of the day.
    pub start: UtcMicros,
    /// First instant of the next day.
    pub end: UtcMicros,
}

impl DayWindow {
    /// Whether the instant falls in this day.
    #[inline]
    pub const fn contains(&self, at: UtcMicros) -> bool {
        self.start.0 <= at.0 && at.0 < self.end.0
    }

    /// Hours begun in this day: 24, or 23 and 25 where clocks change by an hour.
    pub const fn hours(&self) -> usize {
        ((self.end.0 - self.start.0 + HOUR_US - 1) / HOUR_US) as usize
    }
}

/// How instants become local days: an IANA zone and the hour at which a day begins (default 00:00).
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
    day_start: Time,
}

impl Calendar {
    /// A calendar whose days run from `day_start` to the next `day_start`, local time in `zone`.
    pub const fn new(zone: TimeZone, day_start: Time) -> Self {
        Self { zone, day_start }
    }

    /// When days begin.
    pub const fn day_start(&self) -> Time {
        self.day_start
    }

    /// Days from midnight to midnight UTC.
    pub const fn utc() -> Self {
        Self::new(TimeZone::UTC, Time::midnight())
    }

    /// The IANA zone.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The instants of `day`.
    pub fn window(&self, day: LocalDay) -> DayWindow {
        DayWindow { day, start: self.at(day, self.day_start), end: self.at(day.next(), self.day_start) }
    }

    /// The local day that holds the instant.
    pub fn day_of(&self, at: UtcMicros) -> LocalDay {
        let local = self.local(at);
        let day = LocalDay::from_date(local.date());
        if local.time() < self.day_start { day.previous() } else { day }
    }

    /// The instant of a wall-clock time. A time that clocks skip is moved forward by the gap; of a time that occurs
    /// twice the first is taken.
    pub fn at(&self, day: LocalDay, time: Time) -> UtcMicros {
        let wall = day.date().to_datetime(time);
        self.zone
            .to_ambiguous_zoned(wall)
            .disambiguate(Disambiguation::Compatible)
            .map_or(UtcMicros(i64::from(day.0) * 24 * HOUR_US), |zoned| UtcMicros(zoned.timestamp().as_microsecond()))
    }

    /// Wall-clock time at the instant; instants jiff cannot express are clamped to the nearest it can.
    pub fn local(&self, at: UtcMicros) -> DateTime {
        let stamp = jiff::Timestamp::from_microsecond(at.0).unwrap_or(if at.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        self.zone.to_datetime(stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(zone: &str, day_start: Time) -> Calendar {
        Calendar::new(TimeZone::get(zone).unwrap(), day_start)
    }

    #[test]
    fn midnight_belongs_to_the_day_it_starts() {
        let kathmandu = calendar("Asia/Kathmandu", Time::midnight());
        let window = kathmandu.window("2015-04-25".parse().unwrap());
        assert_eq!(window.start.0, 1_429_899_300_000_000, "2015-04-24T18:15:00Z");
        assert_eq!(kathmandu.day_of(window.start), window.day);
        assert_eq!(kathmandu.day_of(UtcMicros(window.start.0 - 1)), window.day.previous());
    }

    #[test]
    fn days_are_23_and_25_hours_where_clocks_change() {
        let madrid = calendar("Europe/Madrid", Time::midnight());
        assert_eq!(madrid.window("2023-03-26".parse().unwrap()).hours(), 23);
        assert_eq!(madrid.window("2023-10-29".parse().unwrap()).hours(), 25);
    }

    #[test]
    fn a_later_day_start_moves_the_small_hours_to_the_day_before() {
        let calendar = calendar("UTC", Time::constant(4, 0, 0, 0));
        let day: LocalDay = "2031-03-02".parse().unwrap();
        let at = |hour: i64| UtcMicros(i64::from(day.0) * 24 * HOUR_US + hour * HOUR_US);
        assert_eq!(calendar.day_of(at(3)), day.previous());
        assert_eq!(calendar.day_of(at(4)), day);
    }
}
