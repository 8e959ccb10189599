//! Times of one minute after another: most rows of a dump in order of time have the minute of the row before.

use crate::timestamp::Reading;
use hexodus_model::UtcMicros;

/// Bytes of `YYYY-MM-DD HH:MM`.
const MINUTE_BYTES: usize = 16;
const SECOND_US: i64 = 1_000_000;
/// The last microsecond of a minute, and how it is written.
const LAST_US: i64 = 60 * SECOND_US - 1;
const LAST: &[u8] = b":59.999999";

/// The minute read last, if all its seconds mean the same plain instant and so many microseconds: then the text of
/// another second of it says all there is to know. (Reading each anew was 4 % of the processor time of a run on CSV.)
#[derive(Clone, Debug, Default)]
pub struct SameMinute {
    text: [u8; MINUTE_BYTES],
    start: Option<UtcMicros>,
}

impl SameMinute {
    /// The instant of `YYYY-MM-DD HH:MM[:SS[.ffffff]]`, where it is one of this minute.
    #[inline]
    pub fn instant(&self, text: &[u8]) -> Option<UtcMicros> {
        let start = self.start?;
        let (minute, rest) = text.split_first_chunk()?;
        (*minute == self.text).then(|| micros_into(rest))?.map(|micros| UtcMicros(start.0 + micros))
    }

    /// Takes note of a minute that is not the one before, and of what it means the second time it comes: times in no
    /// order never need it. `read` reads a time in full.
    pub fn note(&mut self, text: &[u8], mut read: impl FnMut(&[u8]) -> Reading) {
        let Some((&minute, _)) = text.split_first_chunk::<MINUTE_BYTES>() else { return };
        if minute != self.text {
            *self = Self { text: minute, start: None };
        } else if self.start.is_none()
            && let Reading::At(first) = read(&minute)
            && let Reading::At(last) = read(&[&minute, LAST].concat())
            && last.0 - first.0 == LAST_US
        {
            self.start = Some(first);
        }
    }
}

/// What `[:SS[.ffffff]]` is after the minute; `None` where it is written differently.
#[inline]
fn micros_into(rest: &[u8]) -> Option<i64> {
    let digits = |digits: &[u8]| {
        digits.iter().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
    };
    let seconds =
        |seconds: &[u8; 2]| digits(seconds).filter(|&seconds| seconds < 60).map(|seconds| seconds * SECOND_US);
    match rest {
        [] => Some(0),
        [b':', tens, ones] => seconds(&[*tens, *ones]),
        [b':', tens, ones, b'.', fraction @ ..] if fraction.len() == 6 => {
            Some(seconds(&[*tens, *ones])? + digits(fraction)?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::spec::{Hour24, HourLabel, TimeSpec};
    use crate::timestamp::TimeReader;
    use proptest::prelude::*;

    /// Few minutes, among them those at which Madrid's clocks change, each in many spellings.
    fn texts() -> impl Strategy<Value = Vec<String>> {
        let day = prop::sample::select(vec!["2023-03-26", "2023-10-29", "2031-02-29", "2031-03-02"]);
        let minute = prop::sample::select(vec!["01:59", "02:00", "02:59", "03:00", "23:59", "24:00"]);
        let rest = prop::sample::select(vec![
            "",
            ":00",
            ":59",
            ":60",
            ":7",
            ":07.5",
            ":07.000001",
            ":59.999999",
            ":59.9999999",
            ":07,123456",
            ":07Z",
            ":07+02",
            "x",
            ":0x",
            ":07.12345x",
        ]);
        let apart = prop::sample::select(vec!["T", " ", "_"]);
        let text =
            (day, apart, minute, rest).prop_map(|(day, apart, minute, rest)| format!("{day}{apart}{minute}{rest}"));
        // Three of a kind one after another, and then others.
        prop::collection::vec((text, 1usize..4), 1..12)
            .prop_map(|list| list.into_iter().flat_map(|(text, times)| vec![text; times]).collect())
    }

    proptest! {
        #[test]
        fn a_time_means_the_same_whatever_was_read_before(texts in texts(), seconds in prop::collection::vec(0..61, 8)) {
            for (zone, hour_label, hour_24) in [
                ("utc", HourLabel::Start, Hour24::Reject),
                ("Europe/Madrid", HourLabel::Start, Hour24::NextDay),
                ("Europe/Madrid", HourLabel::Ending, Hour24::Reject),
            ] {
                let spec = TimeSpec {
                    tz: Some(zone.into()), hour_label: Some(hour_label), hour_24: Some(hour_24), ..TimeSpec::default()
                };
                let mut reader = TimeReader::of(&spec).unwrap();
                let in_minute = seconds.iter().map(|second| format!("2031-03-02 02:00:{second:02}"));
                for text in texts.iter().cloned().chain(in_minute) {
                    let mut alone = TimeReader::of(&spec).unwrap();
                    let expected = alone.read(text.as_bytes());
                    prop_assert_eq!(reader.read(text.as_bytes()), expected, "{}", &text);
                    let date = &text.as_bytes()[..10];
                    if !matches!(expected, crate::timestamp::Reading::Fault(_)) {
                        prop_assert_eq!(reader.was_written_on(date), alone.was_written_on(date));
                    }
                }
            }
        }
    }
}
