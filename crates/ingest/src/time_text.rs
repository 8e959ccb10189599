//! How a time is written: patterns compiled once, then followed byte by byte.

use crate::time_pieces::Pieces;
use hexodus_model::LocalDay;

const DAY_US: i64 = 86_400_000_000;

/// One of the declared ways of writing a time.
#[derive(Clone, Debug)]
pub enum Format {
    /// `YYYY-MM-DD[T ]HH:MM[:SS[.fraction]][Z|±hh[[:]mm]]`
    Iso,
    /// Pieces of known width.
    Pieces(Pieces),
    /// Anything else strftime knows.
    Strptime(String),
    /// Whole units since 1970 in UTC; the unit in microseconds.
    Epoch(i64),
}

/// A wall-clock time as written, with the offset its text carried, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallTime {
    pub day: i32,
    /// Since 00:00 of `day`; a day or more for a leap second at its end, and for hour 24.
    pub micros: i64,
    pub offset_us: Option<i64>,
    /// Whether the hour was written as 24.
    pub hour_24: bool,
}

/// The date read last: a dump is of one day, so nearly every row has the date of the row before.
#[derive(Clone, Copy, Debug, Default)]
pub struct LastDate {
    date: [i32; 3],
    /// Days since 1970-01-01, where there was a date.
    day: Option<i32>,
}

impl LastDate {
    /// [`days_of`] year, month and day.
    #[inline]
    pub fn days_of(&mut self, date: [i32; 3]) -> Option<i32> {
        if self.date != date {
            let [year, month, day] = date;
            *self = Self { date, day: days_of(year, month, day) };
        }
        self.day
    }
}

/// The formats of a declaration, `|` between them.
///
/// # Errors
/// The sentence to show, when one text could be of two of them with different meanings.
pub fn formats(declared: &str) -> Result<Vec<Format>, String> {
    let formats: Vec<Format> = declared.split('|').map(|format| Format::new(format.trim())).collect();
    for (number, format) in formats.iter().enumerate() {
        if let Format::Strptime(pattern) = format {
            check_pattern(pattern)?;
        }
        let twin = |other: &Format| matches!((format.shape(), other.shape()), (Some(one), Some(two)) if one == two);
        if formats[..number].iter().any(twin) {
            return Err(format!(
                "format \"{declared}\": a time could be of two of these; the order of day and month is declared, never guessed"
            ));
        }
    }
    Ok(formats)
}

/// A pattern that cannot write a time cannot read one.
fn check_pattern(pattern: &str) -> Result<(), String> {
    let example = jiff::civil::date(2031, 3, 2).at(6, 10, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    let example = example.map_err(|error| error.to_string())?;
    match jiff::fmt::strtime::format(pattern, &example) {
        Ok(text) if text != pattern => Ok(()),
        Ok(_) => Err(format!(
            "format \"{pattern}\" has no part of a time: expected iso, epoch-s, epoch-ms, epoch-us or a pattern as %Y-%m-%d %H:%M:%S"
        )),
        Err(error) => Err(format!("format \"{pattern}\" is no pattern of a time: {error}")),
    }
}

impl Format {
    fn new(declared: &str) -> Self {
        match declared {
            "iso" => Self::Iso,
            "epoch-s" => Self::Epoch(1_000_000),
            "epoch-ms" => Self::Epoch(1000),
            "epoch-us" => Self::Epoch(1),
            pattern => Pieces::compile(pattern).map_or_else(|| Self::Strptime(pattern.into()), Self::Pieces),
        }
    }

    /// The widths and literals of a pattern: two patterns of one shape can be mistaken for each other.
    fn shape(&self) -> Option<Vec<u8>> {
        if let Self::Pieces(pieces) = self { Some(pieces.shape()) } else { None }
    }

    /// The time as written; `None` when it is not written so.
    #[inline]
    pub fn parse(&self, text: &[u8], dates: &mut LastDate) -> Option<WallTime> {
        match self {
            Self::Iso => parse_iso(text, dates),
            Self::Pieces(pieces) => pieces.parse(text, dates),
            Self::Strptime(pattern) => parse_strptime(pattern, text),
            Self::Epoch(unit_us) => parse_epoch(*unit_us, text),
        }
    }
}

/// The day of a date written `YYYY-MM-DD`, whatever follows it.
pub fn iso_day(text: &[u8]) -> Option<i32> {
    let ten = text.get(..10).filter(|ten| ten[4] == b'-' && ten[7] == b'-')?;
    days_of(number(&ten[..4])?, number(&ten[5..7])?, number(&ten[8..])?)
}

fn parse_iso(text: &[u8], dates: &mut LastDate) -> Option<WallTime> {
    if text.len() < 16 || text[4] != b'-' || text[7] != b'-' || !matches!(text[10], b'T' | b' ') || text[13] != b':' {
        return None;
    }
    let day = dates.days_of([number(&text[..4])?, number(&text[5..7])?, number(&text[8..10])?])?;
    let (hour, minute) = (number(&text[11..13])?, number(&text[14..16])?);
    let (second, rest) = match text.get(16) {
        Some(b':') => (number(text.get(17..19)?)?, &text[19..]),
        _ => (0, &text[16..]),
    };
    let (fraction_us, rest) = fraction(rest)?;
    if hour == 24 && fraction_us > 0 {
        return None;
    }
    let micros = micros_of(hour, minute, second)? + fraction_us;
    Some(WallTime { day, micros, offset_us: offset(rest)?, hour_24: hour == 24 })
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

/// An offset by itself, in microseconds.
pub fn offset_us(text: &[u8]) -> Option<i64> {
    offset(text).flatten()
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
    Some(WallTime { day: LocalDay::from_date(wall.date()).0, micros, offset_us, hour_24: false })
}

fn parse_epoch(unit_us: i64, text: &[u8]) -> Option<WallTime> {
    let micros = std::str::from_utf8(text).ok()?.parse::<i64>().ok()?.checked_mul(unit_us)?;
    // Far outside all calendars, and near the ends of the integers.
    if micros.unsigned_abs() > 1 << 62 {
        return None;
    }
    let day = i32::try_from(micros.div_euclid(DAY_US)).ok()?;
    Some(WallTime { day, micros: micros.rem_euclid(DAY_US), offset_us: Some(0), hour_24: false })
}

#[inline]
pub fn number(digits: &[u8]) -> Option<i32> {
    digits.iter().try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + i32::from(digit - b'0')))
}

/// Days since 1970-01-01 of a proleptic Gregorian date (Hinnant, "chrono-compatible low-level date algorithms").
#[inline]
pub fn days_of(year: i32, month: i32, day: i32) -> Option<i32> {
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
pub fn micros_of(hour: i32, minute: i32, second: i32) -> Option<i64> {
    // A leap second is the same instant as the second after it. Whether 24:00 is accepted, the source says.
    if hour > 24 || minute > 59 || second > 60 || (hour == 24 && minute + second > 0) {
        return None;
    }
    Some((i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * 1_000_000)
}
