//! How a time in a file becomes an instant: a compiled pattern, then the declared zone.

use hexodus_model::{Calendar, LocalDay, UtcMicros};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

const DAY_US: i64 = 86_400_000_000;

/// Reads times of one declared format and zone.
///
/// Wall-clock times that occur twice (clocks go back) are taken as the first; times that do not exist (clocks go
/// forward) are moved on by the gap.
#[derive(Clone, Debug)]
pub struct TimeReader {
    format: Format,
    zone: Zone,
}

#[derive(Clone, Debug)]
enum Format {
    /// `YYYY-MM-DD[T ]HH:MM[:SS[.fraction]][Z|±hh[[:]mm]]`
    Iso,
    /// Fixed-width pieces.
    Pieces(Vec<Piece>),
    /// Anything else strftime knows.
    Strptime(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Literal(u8),
}

#[derive(Clone, Debug)]
enum Zone {
    Utc,
    InValue,
    Local(ZoneClock),
}

/// A wall-clock time with the offset its text carried, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct WallTime {
    day: i32,
    micros: i64,
    offset_us: Option<i64>,
}

impl TimeReader {
    /// For a strftime pattern (or `iso`) and a zone (`utc`, `in-value` or an IANA name).
    ///
    /// # Errors
    /// The sentence to show, when the zone is not known.
    pub fn new(format: &str, zone: &str) -> Result<Self, String> {
        let zone =
            match zone {
                "utc" | "UTC" => Zone::Utc,
                "in-value" => Zone::InValue,
                name => Zone::Local(ZoneClock::new(TimeZone::get(name).map_err(|error| {
                    format!("tz \"{name}\" is no IANA time zone, \"utc\" or \"in-value\": {error}")
                })?)),
            };
        let format = match format {
            "iso" => Format::Iso,
            pattern => compile(pattern).map_or_else(|| Format::Strptime(pattern.into()), Format::Pieces),
        };
        Ok(Self { format, zone })
    }

    /// The instant of a time as written; `None` when it is not of the declared format, or has no offset where each
    /// value must carry its own.
    #[inline]
    pub fn parse(&mut self, text: &[u8]) -> Option<UtcMicros> {
        let wall = match &self.format {
            Format::Iso => parse_iso(text),
            Format::Pieces(pieces) => parse_pieces(pieces, text),
            Format::Strptime(pattern) => parse_strptime(pattern, text),
        }?;
        self.instant(wall)
    }

    /// Whether a time without offset is UTC.
    pub const fn is_utc(&self) -> bool {
        matches!(self.zone, Zone::Utc)
    }

    /// The instant of a wall-clock time given in microseconds since 1970 as if it were UTC (Parquet timestamps
    /// without a zone).
    #[inline]
    pub fn from_wall_micros(&mut self, micros: i64) -> Option<UtcMicros> {
        if self.is_utc() {
            return Some(UtcMicros(micros));
        }
        let day = i32::try_from(micros.div_euclid(DAY_US)).ok()?;
        self.instant(WallTime { day, micros: micros.rem_euclid(DAY_US), offset_us: None })
    }

    #[inline]
    fn instant(&mut self, wall: WallTime) -> Option<UtcMicros> {
        let as_utc = i64::from(wall.day) * DAY_US + wall.micros;
        match (&mut self.zone, wall.offset_us) {
            (_, Some(offset_us)) => Some(UtcMicros(as_utc - offset_us)),
            (Zone::Utc, None) => Some(UtcMicros(as_utc)),
            (Zone::InValue, None) => None,
            (Zone::Local(clock), None) => Some(clock.instant(wall.day, wall.micros)),
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
    fn instant(&mut self, day: i32, micros: i64) -> UtcMicros {
        let constant = match self.last {
            Some((last, constant)) if last == day => constant,
            _ => self.look_up(day),
        };
        match constant {
            Some(offset_us) => UtcMicros(i64::from(day) * DAY_US + micros - offset_us),
            None => self.instant_on_a_day_of_change(day, micros),
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
    fn instant_on_a_day_of_change(&self, day: i32, micros: i64) -> UtcMicros {
        let seconds = (micros / 1_000_000) as i32;
        let time = Time::new(
            (seconds / 3600) as i8,
            (seconds / 60 % 60) as i8,
            (seconds % 60) as i8,
            ((micros % 1_000_000) * 1000) as i32,
        )
        .unwrap_or(Time::midnight());
        self.calendar.at(LocalDay(day), time)
    }
}

/// The fixed-width pieces of a strftime pattern; `None` when it needs more than those.
fn compile(pattern: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut bytes = pattern.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => match bytes.next()? {
                b'Y' => pieces.push(Piece::Year),
                b'm' => pieces.push(Piece::Month),
                b'd' => pieces.push(Piece::Day),
                b'H' => pieces.push(Piece::Hour),
                b'M' => pieces.push(Piece::Minute),
                b'S' => pieces.push(Piece::Second),
                b'F' => {
                    pieces.extend([Piece::Year, Piece::Literal(b'-'), Piece::Month, Piece::Literal(b'-'), Piece::Day]);
                }
                b'T' => pieces.extend([
                    Piece::Hour,
                    Piece::Literal(b':'),
                    Piece::Minute,
                    Piece::Literal(b':'),
                    Piece::Second,
                ]),
                b'%' => pieces.push(Piece::Literal(b'%')),
                _ => return None,
            },
            literal => pieces.push(Piece::Literal(literal)),
        }
    }
    let needed = [Piece::Year, Piece::Month, Piece::Day, Piece::Hour];
    needed.iter().all(|piece| pieces.contains(piece)).then_some(pieces)
}

fn parse_pieces(pieces: &[Piece], text: &[u8]) -> Option<WallTime> {
    let (mut year, mut month, mut day, mut hour, mut minute, mut second) = (0, 0, 0, 0, 0, 0);
    let mut rest = text;
    for piece in pieces {
        let width = if *piece == Piece::Year {
            4
        } else if matches!(piece, Piece::Literal(_)) {
            1
        } else {
            2
        };
        let (head, tail) = rest.split_at_checked(width)?;
        rest = tail;
        match piece {
            Piece::Year => year = number(head)?,
            Piece::Month => month = number(head)?,
            Piece::Day => day = number(head)?,
            Piece::Hour => hour = number(head)?,
            Piece::Minute => minute = number(head)?,
            Piece::Second => second = number(head)?,
            Piece::Literal(byte) if head[0] == *byte => {}
            Piece::Literal(_) => return None,
        }
    }
    if !rest.is_empty() {
        return None;
    }
    Some(WallTime { day: days_of(year, month, day)?, micros: micros_of(hour, minute, second)?, offset_us: None })
}

fn parse_iso(text: &[u8]) -> Option<WallTime> {
    if text.len() < 16 || text[4] != b'-' || text[7] != b'-' || !matches!(text[10], b'T' | b' ') || text[13] != b':' {
        return None;
    }
    let day = days_of(number(&text[..4])?, number(&text[5..7])?, number(&text[8..10])?)?;
    let (hour, minute) = (number(&text[11..13])?, number(&text[14..16])?);
    let (second, rest) = match text.get(16) {
        Some(b':') => (number(text.get(17..19)?)?, &text[19..]),
        _ => (0, &text[16..]),
    };
    let (fraction_us, rest) = fraction(rest)?;
    let micros = micros_of(hour, minute, second)? + fraction_us;
    Some(WallTime { day, micros, offset_us: offset(rest)? })
}

/// `.123456…` to microseconds (further digits are cut), and what follows it.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some((b'.' | b',', digits)) = text.split_first() else { return Some((0, text)) };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(count);
    let mut micros = 0;
    for position in 0..6 {
        micros = micros * 10 + digits.get(position).map_or(0, |digit| i64::from(digit - b'0'));
    }
    (count > 0).then_some((micros, rest))
}

/// `Z`, `±hh`, `±hhmm`, `±hh:mm` or nothing.
#[expect(clippy::option_option, reason = "outer: is it well-formed; inner: is there one")]
fn offset(text: &[u8]) -> Option<Option<i64>> {
    let Some((&first, rest)) = text.split_first() else { return Some(None) };
    let sign = match first {
        b'Z' | b'z' if rest.is_empty() => return Some(Some(0)),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = match rest.len() {
        2 => (number(rest)?, 0),
        4 => (number(&rest[..2])?, number(&rest[2..])?),
        5 if rest[2] == b':' => (number(&rest[..2])?, number(&rest[3..])?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then(|| Some(sign * i64::from(hours * 60 + minutes) * 60_000_000))
}

fn parse_strptime(pattern: &str, text: &[u8]) -> Option<WallTime> {
    let parsed = jiff::fmt::strtime::parse(pattern, text).ok()?;
    let (wall, offset_us) = match parsed.to_timestamp() {
        Ok(stamp) => (jiff::tz::Offset::UTC.to_datetime(stamp), Some(0)),
        Err(_) => (parsed.to_datetime().ok()?, None),
    };
    let time = wall.time();
    let seconds = (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    let micros = seconds * 1_000_000 + i64::from(time.subsec_nanosecond()) / 1000;
    Some(WallTime { day: LocalDay::from_date(wall.date()).0, micros, offset_us })
}

#[inline]
fn number(digits: &[u8]) -> Option<i32> {
    digits.iter().try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + i32::from(digit - b'0')))
}

/// Days since 1970-01-01 of a proleptic Gregorian date (Hinnant, "chrono-compatible low-level date algorithms").
#[inline]
fn days_of(year: i32, month: i32, day: i32) -> Option<i32> {
    const LENGTHS: [i32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = LENGTHS.get(usize::try_from(month - 1).ok()?)? + i32::from(leap && month == 2);
    if !(1..=length).contains(&day) {
        return None;
    }
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

#[inline]
fn micros_of(hour: i32, minute: i32, second: i32) -> Option<i64> {
    // A leap second is the same instant as the second after it: 23:59:60 is accepted, and 24:00 is not.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some((i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
