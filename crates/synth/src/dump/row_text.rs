//! A row as text, without a formatter: the generator is measured in rows per second.

use crate::network::{radio_cell_id, unknown_radio_cell_id};
use crate::row::{Flaw, KINDS, Row};
use crate::subscriber::subscriber_id;
use hexodus_model::LocalDay;

/// Turns rows into the text of their columns. Rows come by time, so the time of the row before is most often the time
/// of this one too, and is kept.
pub(crate) struct RowText {
    id_key: u64,
    towers: Vec<[u8; 15]>,
    day: Option<LocalDay>,
    second: u32,
    when: [u8; WHEN_BYTES],
}

/// `YYYY-MM-DD HH:MM:SS`
pub(crate) const WHEN_BYTES: usize = 19;

impl RowText {
    pub(crate) fn new(id_key: u64, radio_cells: u32) -> Self {
        let towers = (0..radio_cells).map(radio_cell_id).collect();
        Self { id_key, towers, day: None, second: 0, when: *b"0000-00-00 00:00:00" }
    }

    /// Subscriber id.
    #[inline]
    pub(crate) fn sim(&self, row: Row) -> [u8; 16] {
        subscriber_id(self.id_key, row.subscriber())
    }

    /// Radio-cell id.
    #[inline]
    pub(crate) fn tower(&self, row: Row) -> [u8; 15] {
        match row.flaw() {
            Flaw::UnknownRadioCell => unknown_radio_cell_id(row.radio_cell()),
            Flaw::None | Flaw::UnparsableTime => self.towers[row.radio_cell() as usize],
        }
    }

    /// Kind of event.
    #[inline]
    pub(crate) fn kind(row: Row) -> &'static str {
        KINDS[row.kind()]
    }

    /// Wall-clock time of a proper row.
    #[inline]
    pub(crate) fn when(&mut self, day: LocalDay, row: Row) -> &[u8; WHEN_BYTES] {
        if self.day != Some(day) {
            self.begin_day(day);
        }
        if self.second != row.second() {
            self.second = row.second();
            let [hour, minute, second] = [self.second / 3_600, self.second / 60 % 60, self.second % 60];
            for (at, number) in [(11, hour), (14, minute), (17, second)] {
                self.when[at] = b'0' + (number / 10) as u8;
                self.when[at + 1] = b'0' + (number % 10) as u8;
            }
        }
        &self.when
    }

    #[cold]
    fn begin_day(&mut self, day: LocalDay) {
        self.day = Some(day);
        // Years of four digits only, as the options promise.
        for (to, from) in self.when[..10].iter_mut().zip(day.to_string().bytes()) {
            *to = from;
        }
    }

    /// A time that no reader of the declared format can accept: a 13th month, a 25th hour, half a time, or a word.
    #[cold]
    pub(crate) fn broken_when(&mut self, day: LocalDay, row: Row) -> String {
        let when = String::from_utf8_lossy(self.when(day, row)).into_owned();
        match row.subscriber().wrapping_add(row.second()) % 4 {
            0 => format!("{}-13-{}", &when[..4], &when[8..]),
            1 => format!("{} 25{}", &when[..10], &when[13..]),
            2 => when[..15].to_owned(),
            _ => "unknown".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_follow_the_row_and_the_day() {
        let mut text = RowText::new(1, 3);
        let day = "2031-03-02".parse().unwrap();
        let row = |second| Row::new(second, 4, 2, 1, Flaw::None);
        assert_eq!(text.when(day, row(22_209)), b"2031-03-02 06:10:09");
        assert_eq!(text.when(day, row(22_209)), b"2031-03-02 06:10:09");
        assert_eq!(text.when(day.next(), row(86_399)), b"2031-03-03 23:59:59");
        assert_eq!(&text.tower(row(0)), b"001010000000013");
        let broken: Vec<String> = (22_200..22_204).map(|second| text.broken_when(day, row(second))).collect();
        assert_eq!(broken, ["2031-13-02 06:10:00", "2031-03-02 25:10:01", "2031-03-02 06:1", "unknown"]);
    }
}
