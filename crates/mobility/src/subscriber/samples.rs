//! Subscribers written as words, for tests: one letter a day, a dot for a day without a location.

use crate::subscriber::ground::Ground;
use hexodus_model::{DailyLocation, H3Cell, LocalDay};

/// Located days from day 0 on, places as letters.
pub(crate) fn located(letters: &str) -> Vec<DailyLocation<char>> {
    let days = letters.chars().enumerate().filter(|&(_, letter)| letter != '.');
    days.map(|(day, place)| daily(day as i32, place)).collect()
}

/// The same on the grid; see [`h3`].
pub(crate) fn located_h3(letters: &str) -> Vec<DailyLocation> {
    let days = located(letters).into_iter();
    days.map(|own| daily(own.day.0, h3(own.place))).collect()
}

fn daily<P>(day: i32, place: P) -> DailyLocation<P> {
    DailyLocation { day: LocalDay(day), place }
}

/// An H3 cell for a letter.
pub(crate) fn h3(letter: char) -> H3Cell {
    H3Cell::from_index(H3Cell::MIN_INDEX + letter as u64).unwrap()
}

/// The letter of an H3 cell.
pub(crate) fn letter(h3: H3Cell) -> char {
    char::from_u32((h3.index() - H3Cell::MIN_INDEX) as u32).unwrap()
}

/// Letters on a line, 1 km apart: A and B are near each other, A and C are 2 km apart, so far.
pub(crate) struct Line;

impl Ground for Line {
    fn metres(&self, a: H3Cell, b: H3Cell) -> Option<f64> {
        Some(f64::from(u32::from(letter(a)).abs_diff(u32::from(letter(b)))) * 1000.0)
    }
}
