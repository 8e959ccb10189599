//! Times written in pieces of known width, as `%Y-%m-%d %H:%M:%S` has them.

use crate::time_text::{LastDate, WallTime, micros_of, number};

/// A pattern of pieces.
#[derive(Clone, Debug)]
pub struct Pieces {
    pieces: Vec<Piece>,
    full: Option<FullWidth>,
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

/// Numbers in the order in which [`FullWidth`] has them.
const NUMBERS: [Piece; 6] = [Piece::Year, Piece::Month, Piece::Day, Piece::Hour, Piece::Minute, Piece::Second];

/// Where the pieces stand in a text in which every number has all its digits, as nearly all texts have: looked up, not
/// searched for, times take 7 % of the instructions off reading a CSV (`benches/instructions`).
#[derive(Clone, Debug)]
struct FullWidth {
    length: usize,
    literals: Vec<(usize, u8)>,
    year: usize,
    /// Which of [`NUMBERS`] has two digits from where on.
    others: Vec<(usize, usize)>,
}

impl Pieces {
    /// The fixed-width pieces of a strftime pattern; `None` when it needs more than those.
    pub fn compile(pattern: &str) -> Option<Self> {
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
                    b'F' => pieces.extend(joined(b'-', [Piece::Year, Piece::Month, Piece::Day])),
                    b'T' => pieces.extend(joined(b':', [Piece::Hour, Piece::Minute, Piece::Second])),
                    b'%' => pieces.push(Piece::Literal(b'%')),
                    _ => return None,
                },
                literal => pieces.push(Piece::Literal(literal)),
            }
        }
        let needed = [Piece::Year, Piece::Month, Piece::Day, Piece::Hour];
        let full = FullWidth::of(&pieces);
        needed.iter().all(|piece| pieces.contains(piece)).then_some(Self { pieces, full })
    }

    /// The widths and literals: two patterns of one shape can be mistaken for each other.
    pub fn shape(&self) -> Vec<u8> {
        let width = |piece: &Piece| match piece {
            Piece::Year => b'4',
            Piece::Literal(byte) => *byte,
            _ => b'2',
        };
        self.pieces.iter().map(width).collect()
    }

    /// The time as written; `None` when it is not written so.
    #[inline]
    pub fn parse(&self, text: &[u8], dates: &mut LastDate) -> Option<WallTime> {
        let full = self.full.as_ref().and_then(|full| full.numbers(text));
        let [year, month, day, hour, minute, second] = full.or_else(|| self.numbers(text))?;
        let micros = micros_of(hour, minute, second)?;
        Some(WallTime { day: dates.days_of([year, month, day])?, micros, offset_us: None, hour_24: hour == 24 })
    }

    /// The numbers of any text of this pattern, also of `7:05`.
    fn numbers(&self, text: &[u8]) -> Option<[i32; 6]> {
        let mut numbers = [0; 6];
        let mut rest = text;
        for (at, &piece) in self.pieces.iter().enumerate() {
            let (head, tail) = rest.split_at_checked(self.width_of(at, rest))?;
            rest = tail;
            match (piece, NUMBERS.iter().position(|&other| other == piece)) {
                (_, Some(position)) => numbers[position] = number(head)?,
                (Piece::Literal(byte), None) if head[0] == byte => {}
                _ => return None,
            }
        }
        rest.is_empty().then_some(numbers)
    }

    /// Four digits for a year, two for the rest; one where a literal, and no digit, stands on both sides of it.
    fn width_of(&self, at: usize, rest: &[u8]) -> usize {
        match self.pieces[at] {
            Piece::Literal(_) => 1,
            Piece::Year => 4,
            _ => {
                let literal = |piece: Option<&Piece>| matches!(piece, None | Some(Piece::Literal(_)));
                let before = at.checked_sub(1).and_then(|before| self.pieces.get(before));
                let alone = literal(before) && literal(self.pieces.get(at + 1));
                if alone && !rest.get(1).is_some_and(u8::is_ascii_digit) { 1 } else { 2 }
            }
        }
    }
}

fn joined(by: u8, [first, second, third]: [Piece; 3]) -> [Piece; 5] {
    [first, Piece::Literal(by), second, Piece::Literal(by), third]
}

impl FullWidth {
    /// `None` when a number is written twice, or no year is.
    fn of(pieces: &[Piece]) -> Option<Self> {
        let (mut length, mut literals, mut starts) = (0, Vec::new(), [None; 6]);
        for &piece in pieces {
            if let Piece::Literal(byte) = piece {
                literals.push((length, byte));
                length += 1;
                continue;
            }
            let start = starts.iter_mut().zip(NUMBERS).find(|(_, own)| *own == piece)?.0;
            if start.replace(length).is_some() {
                return None;
            }
            length += if piece == Piece::Year { 4 } else { 2 };
        }
        let others = (1..NUMBERS.len()).filter_map(|number| Some((number, starts[number]?))).collect();
        Some(Self { length, literals, year: starts[0]?, others })
    }

    #[inline]
    fn numbers(&self, text: &[u8]) -> Option<[i32; 6]> {
        if text.len() != self.length || self.literals.iter().any(|&(at, byte)| text[at] != byte) {
            return None;
        }
        let mut numbers = [0; 6];
        numbers[0] = two_digits(text, self.year)? * 100 + two_digits(text, self.year + 2)?;
        for &(number, start) in &self.others {
            numbers[number] = two_digits(text, start)?;
        }
        Some(numbers)
    }
}

/// Both digits at once: a byte that is none keeps a bit of its upper half, or gets one when six is added.
#[inline]
fn two_digits(text: &[u8], start: usize) -> Option<i32> {
    let pair = text.get(start..)?.first_chunk::<2>()?;
    let digits = u16::from_le_bytes(*pair) ^ 0x3030;
    let strange = (digits | digits.wrapping_add(0x0606)) & 0xf0f0;
    (strange == 0).then(|| i32::from(digits & 0xf) * 10 + i32::from(digits >> 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Looked up or searched for, a text has the same numbers, or none.
        #[test]
        fn both_ways_agree(
            pattern in prop::sample::select(vec!["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%Y%m%d%H%M%S", "%H%M %F", "%T %d.%m.%Y"]),
            text in "[0-9]{1,4}[-/. ]?[0-9]{1,2}[-/.:]?[0-9]{1,4}[ ]?[0-9]{1,2}:?[0-9]{0,2}:?[0-9]{0,2}",
        ) {
            let pieces = Pieces::compile(pattern).unwrap();
            if let Some(numbers) = pieces.full.as_ref().unwrap().numbers(text.as_bytes()) {
                prop_assert_eq!(pieces.numbers(text.as_bytes()), Some(numbers));
            }
        }

        #[test]
        fn every_time_of_full_width_is_looked_up(day in 1i32..29, month in 1i32..13, hour in 0i32..24, minute in 0i32..60) {
            let pieces = Pieces::compile("%d/%m/%Y %H:%M").unwrap();
            let text = format!("{day:02}/{month:02}/2031 {hour:02}:{minute:02}");
            let numbers = Some([2031, month, day, hour, minute, 0]);
            prop_assert_eq!(pieces.full.as_ref().unwrap().numbers(text.as_bytes()), numbers);
        }
    }

    #[test]
    fn two_digits_are_digits() {
        for pair in 0..=u16::MAX {
            let text = pair.to_le_bytes();
            let expected = std::str::from_utf8(&text).ok().filter(|_| text.iter().all(u8::is_ascii_digit));
            assert_eq!(two_digits(&text, 0), expected.and_then(|digits| digits.parse().ok()));
        }
    }

    #[test]
    fn a_number_that_is_written_twice_is_searched_for() {
        assert!(Pieces::compile("%Y-%m-%d %H:%M %Y").unwrap().full.is_none());
    }
}
