//! How a time in a file becomes an instant: as written, then by the declared zone and rules.

use crate::same_minute::SameMinute;
use crate::spec::{DstGap, DstOverlap, Hour24, HourLabel, TimeSpec, column_of};
use crate::time_text::{Format, LastDate, WallTime, formats, iso_day, offset_us};
use hexodus_model::time::HOUR_US;
use hexodus_model::{Calendar, FaultCode, LocalDay, UtcMicros};
use jiff::civil::Time;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use rustc_hash::FxHashMap;

const DAY_US: i64 = 86_400_000_000;

/// Times further from 1970 than this (9,999 years) are no times; sums of smaller ones do not overflow.
const LIMIT_US: i64 = 9_999 * 366 * DAY_US;

/// Reads times of the declared formats, zone and rules.
#[derive(Clone, Debug)]
pub struct TimeReader {
    formats: Vec<Format>,
    zone: Zone,
    rules: TimeRules,
    last_date: LastDate,
    wall_day: i32,
    /// Where minutes are worth remembering: times in ISO alone, in one zone.
    same_minute: Option<SameMinute>,
}

/// What a time as written means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// This instant.
    At(UtcMicros),
    /// This instant, with something to tell: codes 203, 204, 207.
    Marked(UtcMicros, FaultCode),
    /// Nothing: codes 2, 4, 203, 204.
    Fault(FaultCode),
}

/// Decisions a source makes about odd times.
#[derive(Clone, Copy, Debug, Default)]
struct TimeRules {
    hour_24: Hour24,
    hour_label: HourLabel,
    overlap: DstOverlap,
    gap: DstGap,
}

#[derive(Clone, Debug)]
enum Zone {
    Utc,
    InValue,
    Local(ZoneClock),
    /// Each row names its own; the one in force is the last that was taken.
    ByRow(RowZones),
}

/// The zones and offsets that rows have named so far.
#[derive(Clone, Debug, Default)]
struct RowZones {
    known: FxHashMap<Vec<u8>, usize>,
    zones: Vec<RowZone>,
    current: usize,
}

/// Spellings of zones that are remembered.
const ROW_ZONES: usize = 4096;

#[derive(Clone, Debug)]
enum RowZone {
    Offset(i64),
    Local(ZoneClock),
}

impl TimeReader {
    /// For formats (`iso`, `epoch-…` or strftime patterns) and a zone (`utc`, `in-value` or an IANA name), with the
    /// default rules.
    ///
    /// # Errors
    /// The sentence to show, when the zone is not known or formats contradict each other.
    pub fn new(format: &str, zone: &str) -> Result<Self, String> {
        let zone =
            match zone {
                "utc" | "UTC" => Zone::Utc,
                "in-value" => Zone::InValue,
                name if column_of(name).is_some() => Zone::ByRow(RowZones::default()),
                name => Zone::Local(ZoneClock::new(TimeZone::get(name).map_err(|error| {
                    format!("tz \"{name}\" is no IANA time zone, \"utc\" or \"in-value\": {error}")
                })?)),
            };
        let formats = formats(format)?;
        let is_plain = matches!(formats[..], [Format::Iso]) && matches!(zone, Zone::Utc | Zone::Local(_));
        Ok(Self {
            formats,
            zone,
            rules: TimeRules::default(),
            last_date: LastDate::default(),
            wall_day: 0,
            same_minute: is_plain.then(SameMinute::default),
        })
    }

    /// For `[source.time]`.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of(spec: &TimeSpec) -> Result<Self, String> {
        let mut reader = Self::new(spec.format.as_deref().unwrap_or("iso"), spec.tz.as_deref().unwrap_or(""))?;
        reader.rules = TimeRules {
            hour_24: spec.hour_24.unwrap_or_default(),
            hour_label: spec.hour_label.unwrap_or_default(),
            overlap: spec.dst_overlap.unwrap_or_default(),
            gap: spec.dst_gap.unwrap_or_default(),
        };
        Ok(reader)
    }

    /// Takes the zone (an IANA name) or the offset (`Z`, `+05`, `+0545`, `+05:45`) of the times to come; false, and
    /// nothing taken, when it is neither. Only for `tz = "column:NAME"`.
    pub fn take_zone(&mut self, text: &[u8]) -> bool {
        let Zone::ByRow(zones) = &mut self.zone else { return false };
        if let Some(&known) = zones.known.get(text) {
            zones.current = known;
            return true;
        }
        let name = std::str::from_utf8(text).unwrap_or_default();
        let zone = if name.eq_ignore_ascii_case("utc") {
            Some(RowZone::Offset(0))
        } else if let Some(offset) = offset_us(text) {
            Some(RowZone::Offset(offset))
        } else {
            TimeZone::get(name).ok().map(|zone| RowZone::Local(ZoneClock::new(zone)))
        };
        let Some(zone) = zone else { return false };
        if zones.zones.len() == ROW_ZONES {
            *zones = RowZones::default();
        }
        zones.current = zones.zones.len();
        zones.zones.push(zone);
        zones.known.insert(text.to_vec(), zones.current);
        true
    }

    /// The instant of a time as written; `None` when it is not of a declared format, or has no offset where each
    /// value must carry its own.
    pub fn parse(&mut self, text: &[u8]) -> Option<UtcMicros> {
        match self.read(text) {
            Reading::At(at) | Reading::Marked(at, _) => Some(at),
            Reading::Fault(_) => None,
        }
    }

    /// What a time as written means.
    #[inline]
    pub fn read(&mut self, text: &[u8]) -> Reading {
        if let Some(at) = self.same_minute.as_ref().and_then(|minute| minute.instant(text)) {
            return Reading::At(at);
        }
        self.read_in_full(text)
    }

    fn read_in_full(&mut self, text: &[u8]) -> Reading {
        if let Some(mut minute) = self.same_minute.take() {
            minute.note(text, |other| self.parse_and_place(other));
            self.same_minute = Some(minute);
        }
        self.parse_and_place(text)
    }

    fn parse_and_place(&mut self, text: &[u8]) -> Reading {
        match self.formats.iter().find_map(|format| format.parse(text, &mut self.last_date)) {
            Some(wall) => self.instant(wall),
            None => Reading::Fault(FaultCode::CannotParse),
        }
    }

    /// What a wall-clock time means that is given in microseconds since 1970 as if it were UTC (Parquet timestamps
    /// without a zone).
    #[inline]
    pub fn read_wall_micros(&mut self, micros: i64) -> Reading {
        if micros.unsigned_abs() > LIMIT_US.unsigned_abs() {
            return Reading::Fault(FaultCode::OutOfRange);
        }
        let (day, micros) = (micros.div_euclid(DAY_US) as i32, micros.rem_euclid(DAY_US));
        self.instant(WallTime { day, micros, offset_us: None, hour_24: false })
    }

    /// Whether a time without offset is UTC, and taken as it is.
    pub const fn is_utc(&self) -> bool {
        matches!(self.zone, Zone::Utc) && matches!(self.rules.hour_label, HourLabel::Start)
    }

    /// Whether the time read last was written with this date (`YYYY-MM-DD`); `None` when it is no date.
    pub fn was_written_on(&self, date: &[u8]) -> Option<bool> {
        iso_day(date).map(|day| day == self.wall_day)
    }

    /// Whether an instant lies on this date (`YYYY-MM-DD`) of the source's zone; `None` when it is no date, or the zone
    /// is told by each value.
    pub fn is_on(&self, at: UtcMicros, date: &[u8]) -> Option<bool> {
        let date = iso_day(date)?;
        match &self.zone {
            Zone::Utc => Some(at.0.div_euclid(DAY_US) == i64::from(date)),
            Zone::InValue | Zone::ByRow(_) => None,
            Zone::Local(clock) => Some(LocalDay::from_date(clock.calendar.local(at).date()).0 == date),
        }
    }

    #[inline]
    fn instant(&mut self, mut wall: WallTime) -> Reading {
        self.wall_day = wall.day;
        let ending = self.rules.hour_label == HourLabel::Ending;
        if wall.hour_24 && !ending && self.rules.hour_24 == Hour24::Reject {
            return Reading::Fault(FaultCode::CannotParse);
        }
        if ending {
            wall.micros -= HOUR_US;
        }
        if !(0..DAY_US).contains(&wall.micros) {
            wall.day += wall.micros.div_euclid(DAY_US) as i32;
            wall.micros = wall.micros.rem_euclid(DAY_US);
        }
        let as_utc = i64::from(wall.day) * DAY_US + wall.micros;
        if as_utc.abs() > LIMIT_US {
            return Reading::Fault(FaultCode::OutOfRange);
        }
        let reading = match (&mut self.zone, wall.offset_us) {
            (_, Some(offset_us)) => Reading::At(UtcMicros(as_utc - offset_us)),
            (Zone::Utc, None) => Reading::At(UtcMicros(as_utc)),
            (Zone::InValue, None) => Reading::Fault(FaultCode::CannotParse),
            (Zone::Local(clock), None) => clock.instant(wall.day, wall.micros, self.rules),
            (Zone::ByRow(zones), None) => match zones.zones.get_mut(zones.current) {
                Some(RowZone::Offset(offset_us)) => Reading::At(UtcMicros(as_utc - *offset_us)),
                Some(RowZone::Local(clock)) => clock.instant(wall.day, wall.micros, self.rules),
                None => Reading::Fault(FaultCode::CannotParse),
            },
        };
        match reading {
            Reading::At(at) if wall.hour_24 && !ending => Reading::Marked(at, FaultCode::Hour24),
            other => other,
        }
    }
}

/// Wall clock to instant in one zone, remembering for each local date whether the offset is constant all day.
#[derive(Clone, Debug)]
struct ZoneClock {
    calendar: Calendar,
    last: Option<(i32, Option<i64>)>,
    offsets: FxHashMap<i32, Option<i64>>,
}

impl ZoneClock {
    fn new(zone: TimeZone) -> Self {
        Self { calendar: Calendar::new(zone, Time::midnight()), last: None, offsets: FxHashMap::default() }
    }

    #[inline]
    fn instant(&mut self, day: i32, micros: i64, rules: TimeRules) -> Reading {
        let constant = match self.last {
            Some((last, constant)) if last == day => constant,
            _ => self.look_up(day),
        };
        match constant {
            Some(offset_us) => Reading::At(UtcMicros(i64::from(day) * DAY_US + micros - offset_us)),
            None => self.instant_on_a_day_of_change(day, micros, rules),
        }
    }

    fn look_up(&mut self, day: i32) -> Option<i64> {
        let calendar = &self.calendar;
        let constant = *self.offsets.entry(day).or_insert_with(|| {
            let offset = |day: LocalDay| i64::from(day.0) * DAY_US - calendar.at(day, Time::midnight()).0;
            let today = offset(LocalDay(day));
            (today == offset(LocalDay(day + 1)) && today == offset(LocalDay(day - 1))).then_some(today)
        });
        self.last = Some((day, constant));
        constant
    }

    #[cold]
    fn instant_on_a_day_of_change(&self, day: i32, micros: i64, rules: TimeRules) -> Reading {
        let seconds = (micros / 1_000_000) as i32;
        let time = Time::new(
            (seconds / 3600) as i8,
            (seconds / 60 % 60) as i8,
            (seconds % 60) as i8,
            ((micros % 1_000_000) * 1000) as i32,
        )
        .unwrap_or(Time::midnight());
        let wall = LocalDay(day).date().to_datetime(time);
        let as_utc = i64::from(day) * DAY_US + micros;
        let at = |offset: Offset| UtcMicros(as_utc - i64::from(offset.seconds()) * 1_000_000);
        match self.calendar.zone().to_ambiguous_timestamp(wall).offset() {
            AmbiguousOffset::Unambiguous { offset } => Reading::At(at(offset)),
            // Clocks go back: the first pass still has the offset from before. Forward: with the offset from before,
            // the time is moved on by the gap.
            AmbiguousOffset::Fold { before, after } => match rules.overlap {
                DstOverlap::First => Reading::At(at(before)),
                DstOverlap::Second => Reading::At(at(after)),
                DstOverlap::Flag => Reading::Marked(at(before), FaultCode::DstAmbiguous),
                DstOverlap::Reject => Reading::Fault(FaultCode::DstAmbiguous),
            },
            AmbiguousOffset::Gap { before, .. } => match rules.gap {
                DstGap::Shift => Reading::Marked(at(before), FaultCode::DstNonexistent),
                DstGap::Reject => Reading::Fault(FaultCode::DstNonexistent),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_date_after_others_is_read_as_if_alone() {
        let dates = [
            "2031-03-02",
            "2031-03-02",
            "2031-02-29",
            "2031-02-28",
            "0000-00-00",
            "2032-02-29",
            "2031-02-29",
            "2031-03-02",
        ];
        for format in ["iso", "%Y-%m-%d %H:%M:%S"] {
            let mut reader = TimeReader::new(format, "utc").unwrap();
            let read = dates.map(|date| reader.parse(format!("{date} 06:10:00").as_bytes()));
            let alone =
                dates.map(|date| TimeReader::new(format, "utc").unwrap().parse(format!("{date} 06:10:00").as_bytes()));
            assert_eq!(read, alone);
            assert_eq!(read.map(|at| at.is_some()), [true, true, false, true, false, true, false, true]);
        }
    }

    fn parse(format: &str, zone: &str, text: &str) -> Option<String> {
        let at = TimeReader::new(format, zone).unwrap().parse(text.as_bytes())?;
        Some(jiff::Timestamp::from_microsecond(at.0).unwrap().to_string())
    }

    #[test]
    fn iso_in_all_its_spellings() {
        for (text, instant) in [
            ("2031-03-02T06:10:00", "2031-03-02T06:10:00Z"),
            ("2031-03-02 06:10:00", "2031-03-02T06:10:00Z"),
            ("2031-03-02 06:10", "2031-03-02T06:10:00Z"),
            ("2031-03-02 06:10:00+0000", "2031-03-02T06:10:00Z"),
            ("2031-03-02 06:10:00+05:45", "2031-03-02T00:25:00Z"),
            ("2031-03-02T06:10:00-04", "2031-03-02T10:10:00Z"),
            ("2031-03-02T06:10:00.1234567Z", "2031-03-02T06:10:00.123456Z"),
        ] {
            assert_eq!(parse("iso", "utc", text).as_deref(), Some(instant), "{text}");
        }
        for text in
            ["2031-02-29T06:10:00", "2031-03-02", "02/03/2031 06:10", "2031-03-02T24:00:00", "2031-03-02T06:10:00 "]
        {
            assert_eq!(parse("iso", "utc", text), None, "{text}");
        }
    }

    #[test]
    fn a_declared_pattern_is_followed_to_the_letter() {
        assert_eq!(parse("%d-%m-%Y %H:%M", "utc", "03-04-2017 07:15").unwrap(), "2017-04-03T07:15:00Z");
        assert_eq!(parse("%Y%m%d%H%M%S", "utc", "20310302061000").unwrap(), "2031-03-02T06:10:00Z");
        assert_eq!(parse("%Y-%m-%d %H:%M:%S", "utc", "2031-03-02T06:10:00"), None);
        assert_eq!(parse("%s", "utc", "1929852600").unwrap(), "2031-02-26T06:10:00Z");
        assert_eq!(parse("%d %b %Y %I:%M %p", "utc", "02 Mar 2031 06:10 PM").unwrap(), "2031-03-02T18:10:00Z");
    }

    #[test]
    fn zones_with_odd_offsets_and_changing_clocks() {
        assert_eq!(parse("iso", "Asia/Kathmandu", "2031-03-02 06:10:00").unwrap(), "2031-03-02T00:25:00Z");
        assert_eq!(
            parse("iso", "Europe/Madrid", "2023-10-29 02:30:00").unwrap(),
            "2023-10-29T00:30:00Z",
            "first of two"
        );
        assert_eq!(parse("iso", "Europe/Madrid", "2023-03-26 02:30:00").unwrap(), "2023-03-26T01:30:00Z", "moved on");
        assert_eq!(parse("iso", "in-value", "2031-03-02 06:10:00"), None, "no offset in the value");
        assert!(TimeReader::new("iso", "Asia/Katmandoo").is_err());
    }

    #[test]
    fn the_source_decides_about_hour_24_and_changing_clocks() {
        use FaultCode::{CannotParse, DstAmbiguous, DstNonexistent, Hour24 as WasHour24};
        let read = |change: &dyn Fn(&mut TimeSpec), text: &str| {
            let mut spec = TimeSpec { tz: Some("Europe/Madrid".into()), ..TimeSpec::default() };
            change(&mut spec);
            let show = |at: UtcMicros| jiff::Timestamp::from_microsecond(at.0).unwrap().to_string();
            match TimeReader::of(&spec).unwrap().read(text.as_bytes()) {
                Reading::At(at) => (show(at), None),
                Reading::Marked(at, code) => (show(at), Some(code)),
                Reading::Fault(code) => (String::new(), Some(code)),
            }
        };
        let (overlap, gap) = ("2023-10-29 02:30:00", "2023-03-26 02:30:00");
        let told = |instant: &str, code| (instant.to_owned(), code);
        let first = "2023-10-29T00:30:00Z";
        assert_eq!(read(&|_| {}, overlap), told(first, Some(DstAmbiguous)));
        assert_eq!(read(&|spec| spec.dst_overlap = Some(DstOverlap::First), overlap), told(first, None));
        assert_eq!(
            read(&|spec| spec.dst_overlap = Some(DstOverlap::Second), overlap),
            told("2023-10-29T01:30:00Z", None)
        );
        assert_eq!(read(&|spec| spec.dst_overlap = Some(DstOverlap::Reject), overlap), told("", Some(DstAmbiguous)));
        assert_eq!(read(&|_| {}, gap), told("2023-03-26T01:30:00Z", Some(DstNonexistent)));
        assert_eq!(read(&|spec| spec.dst_gap = Some(DstGap::Reject), gap), told("", Some(DstNonexistent)));

        let midnight = "2017-03-02 24:00";
        assert_eq!(read(&|_| {}, midnight), told("", Some(CannotParse)));
        let next_day = |spec: &mut TimeSpec| spec.hour_24 = Some(Hour24::NextDay);
        assert_eq!(read(&next_day, midnight), told("2017-03-02T23:00:00Z", Some(WasHour24)));
        assert_eq!(read(&next_day, "2017-03-02 24:01"), told("", Some(CannotParse)), "there is no minute after it");
        let ending = |spec: &mut TimeSpec| spec.hour_label = Some(HourLabel::Ending);
        assert_eq!(read(&ending, midnight), told("2017-03-02T22:00:00Z", None), "23:00 of the same date");
        assert_eq!(read(&ending, "2017-03-02 00:30"), told("2017-03-01T22:30:00Z", None));
        assert_eq!(read(&|_| {}, "2017-03-02 23:59:60"), told("2017-03-02T23:00:00Z", None), "a leap second");
    }

    #[test]
    fn several_formats_where_none_can_be_mistaken() {
        let declared = "%d-%m-%Y %H:%M|%d-%m-%Y %H|%Y-%m-%d %H";
        assert_eq!(parse(declared, "utc", "03-04-2017 07:15").unwrap(), "2017-04-03T07:15:00Z");
        assert_eq!(parse(declared, "utc", "3-4-2017 7").unwrap(), "2017-04-03T07:00:00Z");
        assert_eq!(parse(declared, "utc", "2017-04-03 07").unwrap(), "2017-04-03T07:00:00Z");
        assert!(TimeReader::new("%d-%m-%Y %H|%m-%d-%Y %H", "utc").unwrap_err().contains("never guessed"));
    }

    #[test]
    fn seconds_and_their_parts_since_1970() {
        for (format, text) in
            [("epoch-s", "1929852600"), ("epoch-ms", "1929852600000"), ("epoch-us", "1929852600000000")]
        {
            assert_eq!(parse(format, "utc", text).unwrap(), "2031-02-26T06:10:00Z");
        }
        assert_eq!(parse("epoch-s", "utc", "9223372036854775807"), None, "no overflow");
    }

    #[test]
    fn instants_beyond_all_calendars_are_no_instants() {
        let mut reader = TimeReader::new("iso", "Asia/Kathmandu").unwrap();
        for micros in [i64::MIN, i64::MAX, 1 << 60, -(1 << 60)] {
            assert_eq!(reader.read_wall_micros(micros), Reading::Fault(FaultCode::OutOfRange));
        }
    }

    proptest! {
        #[test]
        fn dates_agree_with_jiff(days in -500_000i32..500_000, micros in 0i64..DAY_US) {
            let day = LocalDay(days);
            let seconds = micros / 1_000_000;
            let text = format!("{day}T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
            prop_assume!(text.len() == 19);
            let at = TimeReader::new("iso", "utc").unwrap().parse(text.as_bytes()).unwrap();
            prop_assert_eq!(at.0, i64::from(days) * DAY_US + seconds * 1_000_000);
        }
    }
}
