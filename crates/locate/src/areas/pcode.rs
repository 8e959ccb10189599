//! What a P-code says about its parent, and what is odd about it.

use crate::areas::warning::{AreaOddity, Oddities};

/// A P-code in parts: `HT0121-10` is `HT`, `0121`, `-10`.
struct Parts<'a> {
    country: &'a str,
    digits: &'a str,
    tail: &'a str,
}

fn split(code: &str) -> Parts<'_> {
    let letters = code.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (country, rest) = code.split_at(letters);
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, tail) = rest.split_at(count);
    Parts { country, digits, tail }
}

/// The code of the parent of a level-`level` code, as far as the code itself tells; `None` when it does not.
///
/// Digit widths differ by country and level, and one code cannot say which it has. The common increments are assumed:
/// equal ones where the digits divide evenly by the level (`XA0102` → `XA01`, `NG001002` → `NG001`), else two per level
/// and the rest for the last (`CO05001` → `CO05`). A part after a delimiter is the last level's (`HT0121-10` →
/// `HT0121`). The country is the leading two letters, or three (ISO3). Files that name their parents do not come here.
pub(crate) fn parent_from_prefix(code: &str, level: u8) -> Option<String> {
    let Parts { country, digits, tail } = split(code);
    if !(2..=3).contains(&country.len()) || digits.is_empty() {
        return None;
    }
    if level == 1 {
        return Some(country.to_owned());
    }
    if tail.starts_with(|first: char| !first.is_alphanumeric()) {
        return Some(format!("{country}{digits}"));
    }
    let level = usize::from(level);
    let kept = if digits.len() % level == 0 { digits.len() - digits.len() / level } else { 2 * (level - 1) };
    (kept < digits.len()).then(|| format!("{country}{}", &digits[..kept]))
}

/// Notes what the P-code rules (formats §1.4) advise against. Nothing here refuses a layer.
pub(crate) fn note_oddities(code: &str, parent: &str, oddities: &mut Oddities) {
    let Parts { country, digits, tail } = split(code);
    let is_delimited = code.contains(|letter: char| !letter.is_alphanumeric());
    let found = [
        (AreaOddity::Delimiter, is_delimited),
        (AreaOddity::LetterTail, !is_delimited && !digits.is_empty() && !tail.is_empty()),
        (AreaOddity::TooLong, code.chars().count() > 20),
        (AreaOddity::Iso3Prefix, country.len() == 3 && !digits.is_empty()),
        (AreaOddity::BrokenPrefix, !code.starts_with(parent)),
    ];
    for (oddity, _) in found.into_iter().filter(|&(_, is_odd)| is_odd) {
        oddities.note(oddity, code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_are_read_off_the_common_increments() {
        let cases = [
            ("XA01", 1, Some("XA")),
            ("XA0102", 2, Some("XA01")),
            ("XA010203", 3, Some("XA0102")),
            ("NG001002", 2, Some("NG001")),
            ("CO05001", 2, Some("CO05")),
            ("HT0121-10", 3, Some("HT0121")),
            ("BDI001", 1, Some("BDI")),
            ("KD", 1, None),
            ("17", 1, None),
            ("XA1", 2, None),
            ("Élan01", 1, None),
        ];
        for (code, level, parent) in cases {
            assert_eq!(parent_from_prefix(code, level).as_deref(), parent, "{code}");
        }
    }

    #[test]
    fn odd_codes_warn() {
        let mut oddities = Oddities::default();
        for (code, parent) in [("HT0121-10", "HT0121"), ("XA0102B", "XA01"), ("BDI001", "BDI"), ("XA0301", "XA02")] {
            note_oddities(code, parent, &mut oddities);
        }
        let found: Vec<_> =
            oddities.into_warnings().into_iter().map(|warning| (warning.oddity, warning.example)).collect();
        let expected = [
            (AreaOddity::Delimiter, "HT0121-10"),
            (AreaOddity::LetterTail, "XA0102B"),
            (AreaOddity::Iso3Prefix, "BDI001"),
            (AreaOddity::BrokenPrefix, "XA0301"),
        ];
        assert_eq!(found, expected.map(|(oddity, code)| (oddity, code.to_owned())));
    }
}
