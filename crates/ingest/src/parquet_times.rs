//! Times of a Parquet batch: instants, wall clocks, text, one column or two.

use crate::batch::NO_TIME;
use crate::normal::Normal;
use crate::parquet_rows::Check;
use crate::spec::Outcome;
use crate::timestamp::Reading;
use arrow_array::Array;
use hexodus_model::{FaultCode, UtcMicros};

impl Check<'_, '_> {
    /// `zones` is what each row names as its zone or offset, with the name of that column.
    pub fn times(&mut self, times: &Normal, name: &str, zones: Option<(&Normal, &str)>) {
        let whole = match times {
            Normal::Instant(times) => Some(times),
            Normal::WallClock(times) if self.worker.time.is_utc() => Some(times),
            _ => None,
        };
        if let Some(times) = whole.filter(|times| times.null_count() == 0) {
            let first = times.values().iter().copied().min().map_or(UtcMicros(0), UtcMicros);
            let last = times.values().iter().copied().max().map_or(UtcMicros(0), UtcMicros);
            if self.rules.rows.all_plausible(first, last) {
                let instants = self.batch.at.iter_mut().zip(times.values());
                instants.for_each(|(at, &micros)| *at = UtcMicros(micros));
                return;
            }
        }
        for row in 0..self.batch.len() {
            if times.is_null(row) {
                self.reject(row, FaultCode::NullValue, name, "a time", b"");
                continue;
            }
            if !matches!(times, Normal::Instant(_)) && !self.take_zone(row, zones) {
                continue;
            }
            match times {
                Normal::Instant(times) => self.accept_time(row, UtcMicros(times.value(row)), name),
                Normal::WallClock(times) => {
                    let reading = self.worker.time.read_wall_micros(times.value(row));
                    self.take_time(row, reading, name, b"a timestamp without zone");
                }
                other => {
                    let text = other.bytes(row).unwrap_or_default();
                    let reading = self.worker.time.read(&text);
                    self.take_time(row, reading, name, &text);
                }
            }
        }
    }

    pub fn dates_and_times(&mut self, dates: &Normal, times: &Normal, name: &str, zones: Option<(&Normal, &str)>) {
        for row in 0..self.batch.len() {
            let (Some(date), Some(time)) = (dates.bytes(row), times.bytes(row)) else {
                self.reject(row, FaultCode::NullValue, name, "a date and a time", b"");
                continue;
            };
            if !self.take_zone(row, zones) {
                continue;
            }
            let text = [&*date, b" ", &*time].concat();
            let reading = self.worker.time.read(&text);
            self.take_time(row, reading, name, &text);
        }
    }

    /// Takes the zone that a row names, where rows do; false when the row is rejected for it.
    fn take_zone(&mut self, row: usize, zones: Option<(&Normal, &str)>) -> bool {
        let Some((zones, name)) = zones else { return true };
        let zone = zones.bytes(row).unwrap_or_default();
        if self.worker.time.take_zone(zone.trim_ascii()) {
            return true;
        }
        let code = if zone.is_empty() { FaultCode::NullValue } else { FaultCode::CannotParse };
        self.reject(row, code, name, "an IANA zone or an offset such as +05:45", &zone);
        false
    }

    /// Compares the date beside a timestamp with the local date of its instant.
    pub fn other_dates(&mut self, dates: &Normal, name: &str) {
        let outcome = self.rules.rows.checks.date_disagrees;
        if outcome == Outcome::Off {
            return;
        }
        for row in 0..self.batch.len() {
            let (at, Some(date)) = (self.batch.at[row], dates.bytes(row)) else { continue };
            if at != NO_TIME && self.worker.time.is_on(at, &date) == Some(false) {
                self.apply(outcome, row, FaultCode::DateDisagrees, name, "the date of the timestamp", "another one");
            }
        }
    }

    #[inline]
    fn take_time(&mut self, row: usize, reading: Reading, name: &str, found: &[u8]) {
        match reading {
            Reading::At(at) => self.accept_time(row, at, name),
            Reading::Marked(at, code) => {
                self.batch.marks.push((row, code));
                self.accept_time(row, at, name);
            }
            Reading::Fault(_) if found.is_empty() => self.reject(row, FaultCode::NullValue, name, "a time", found),
            Reading::Fault(code) => {
                let expected = format!("a time written {}", self.rules.rows.time_format);
                self.reject(row, code, name, &expected, found);
            }
        }
    }

    #[inline]
    fn accept_time(&mut self, row: usize, at: UtcMicros, name: &str) {
        self.batch.at[row] = at;
        let rows = self.rules.rows;
        if at < rows.period[0] || at > rows.period[1] {
            // A time that cannot be true gives the row no day of its own.
            self.batch.at[row] = NO_TIME;
            let expected = "a time inside the declared period (1990 to 2099 where none is declared)";
            self.apply(Outcome::Reject, row, FaultCode::OutOfRange, name, expected, "a time outside it");
        } else if rows.future.is_some_and(|future| at >= future) {
            let expected = "a time at most one day after the date in the file's name";
            self.apply(rows.checks.in_future, row, FaultCode::InFuture, name, expected, "a later one");
        }
    }
}
