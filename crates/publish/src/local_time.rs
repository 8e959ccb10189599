//! Local time with its offset from UTC.

use hexodus_model::{Calendar, LocalDay, UtcMicros};

const MINUTE_US: i64 = 60_000_000;
const DAY_US: i64 = 24 * 60 * MINUTE_US;

/// An instant as `2031-03-04T05:00:00+05:45`. Offsets of a fraction of a minute (before 1972) are cut to the minute.
pub(crate) fn offset_text(calendar: &Calendar, at: UtcMicros) -> String {
    let local = calendar.local(at);
    let seconds = (i64::from(local.hour()) * 60 + i64::from(local.minute())) * 60 + i64::from(local.second());
    let since_epoch = i64::from(LocalDay::from_date(local.date()).0) * DAY_US + seconds * 1_000_000;

    // The fraction of a second is the same on both sides, and no offset has one.
    let offset_minutes = (since_epoch - at.0.div_euclid(1_000_000) * 1_000_000) / MINUTE_US;
    let sign = if offset_minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
    let (date, hour, minute, second) = (local.date(), local.hour(), local.minute(), local.second());
    format!("{date}T{hour:02}:{minute:02}:{second:02}{sign}{hours:02}:{minutes:02}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{civil::Time, tz::TimeZone};

    #[test]
    fn the_offset_is_that_of_the_instant() {
        let text = |zone: &str, micros| {
            let calendar = Calendar::new(TimeZone::get(zone).unwrap(), Time::midnight());
            offset_text(&calendar, UtcMicros(micros))
        };
        assert_eq!(text("Asia/Kathmandu", 1_429_899_300_000_000), "2015-04-25T00:00:00+05:45");
        assert_eq!(text("America/St_Johns", 1_429_899_300_000_000), "2015-04-24T15:45:00-02:30");
        assert_eq!(text("Europe/Madrid", 1_698_541_200_000_000), "2023-10-29T02:00:00+01:00");
        assert_eq!(text("Europe/Madrid", 1_698_537_600_000_000), "2023-10-29T02:00:00+02:00");
        assert_eq!(text("UTC", -1), "1969-12-31T23:59:59+00:00");
    }
}
