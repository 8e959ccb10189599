//! Wall-clock time of the invented zone: which seconds of a day exist.

use crate::error::SynthError;
use hexodus_model::{Calendar, LocalDay};
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// Zones change their clocks on quarters of an hour.
const QUARTERS: i8 = 96;

/// The calendar of a zone, days from midnight to midnight.
pub(crate) fn calendar(zone: &str) -> Result<Calendar, SynthError> {
    let found = TimeZone::get(zone).map_err(|source| SynthError::Zone { zone: zone.to_owned(), source })?;
    Ok(Calendar::new(found, Time::midnight()))
}

/// The seconds of a day that clocks skip: `from` and how many. An operator's clock never shows them. Seconds that occur
/// twice are left ambiguous, as in real dumps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SkippedSeconds {
    from: u32,
    seconds: u32,
}

impl SkippedSeconds {
    pub(crate) fn of(day: LocalDay, calendar: &Calendar) -> Self {
        let skipped = (0..QUARTERS).filter_map(|quarter| {
            let time = Time::new(quarter / 4, quarter % 4 * 15, 0, 0).ok()?;
            (calendar.local(calendar.at(day, time)).time() != time).then_some(u32::from(quarter.unsigned_abs()) * 900)
        });
        skipped.fold(Self::default(), |gap, second| {
            let from = if gap.seconds == 0 { second } else { gap.from };
            Self { from, seconds: second + 900 - from }
        })
    }

    /// The second, moved past the gap where it falls in it.
    #[inline]
    pub(crate) fn avoided(self, second: u32) -> u32 {
        if second.wrapping_sub(self.from) < self.seconds { (second + self.seconds).min(86_399) } else { second }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn madrid_skips_an_hour_in_march_and_kathmandu_none() {
        let gap = |zone, day: &str| SkippedSeconds::of(day.parse().unwrap(), &calendar(zone).unwrap());
        let spring = gap("Europe/Madrid", "2023-03-26");
        assert_eq!(spring, SkippedSeconds { from: 7_200, seconds: 3_600 });
        assert_eq!(
            [7_199, 7_200, 10_799, 10_800].map(|second| spring.avoided(second)),
            [7_199, 10_800, 14_399, 10_800]
        );
        assert_eq!(gap("Europe/Madrid", "2023-10-29"), SkippedSeconds::default());
        assert_eq!(gap("Asia/Kathmandu", "2031-03-09"), SkippedSeconds::default());
        assert!(calendar("Asia/Atlantis").is_err());
    }
}
