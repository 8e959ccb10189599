//! Records without quotes in quotes: nearly all there are.

use std::ops::Range;

/// Finds the fields of the record with which `text` begins, quotes around them left out, and returns where the next one
/// begins. `None` when it needs a reader of whole CSV: a quote inside a quoted field, or one that is never closed.
///
/// As the `csv` crate has it, a quote is one only where a field begins. A carriage return at the end is left in the last
/// field, or after its quote.
#[inline]
pub fn split_record(text: &[u8], delimiter: u8, quoting: bool, fields: &mut Vec<Range<usize>>) -> Option<usize> {
    fields.clear();
    let mut start = 0;
    loop {
        let rest = &text[start..];
        let (field, end) = if quoting && rest.first() == Some(&b'"') {
            let end = start + 1 + memchr::memchr(b'"', &rest[1..])?;
            (start + 1..end, end + 1)
        } else {
            let end = memchr::memchr2(delimiter, b'\n', rest).map_or(text.len(), |at| start + at);
            (start..end, end)
        };
        fields.push(field);
        match text.get(end) {
            None => return Some(end),
            Some(b'\n') => return Some(end + 1),
            Some(&byte) if byte == delimiter => start = end + 1,
            Some(b'\r') if matches!(text.get(end + 1), None | Some(b'\n')) => return Some(text.len().min(end + 2)),
            Some(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The records up to the first that is not simple, and what is left from there.
    fn split(mut text: &[u8], quoting: bool) -> (Vec<Vec<Vec<u8>>>, &[u8]) {
        let (mut records, mut fields) = (Vec::new(), Vec::new());
        while !text.is_empty() {
            let Some(next) = split_record(text, b',', quoting, &mut fields) else { break };
            records.push(fields.iter().map(|field| text[field.clone()].to_vec()).collect());
            text = &text[next..];
        }
        (records, text)
    }

    proptest! {
        #[test]
        fn agrees_with_the_csv_crate(text in prop::collection::vec(prop::sample::select(b"\",a b\n\r".to_vec()), 1..24)) {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .terminator(csv::Terminator::Any(b'\n'))
                .from_reader(&text[..]);
            let trimmed = |field: &[u8]| field.trim_ascii().to_vec();
            let whole: Vec<Vec<Vec<u8>>> =
                reader.byte_records().map(|record| record.unwrap().iter().map(trimmed).collect()).collect();
            let (records, rest) = split(&text, true);
            let found: Vec<Vec<Vec<u8>>> =
                records.iter().map(|record| record.iter().map(|field| trimmed(field)).collect()).collect();
            // Blank lines are no records of the crate.
            let told = |record: &&Vec<Vec<u8>>| record.len() > 1 || !record[0].is_empty();
            let (found, whole): (Vec<_>, Vec<_>) = (found.iter().filter(told).collect(), whole.iter().filter(told).collect());
            prop_assert!(whole.starts_with(&found), "{whole:?} {found:?}");
            if rest.is_empty() {
                prop_assert_eq!(found, whole);
            } else {
                prop_assert!(rest.contains(&b'"'));
            }
        }
    }

    #[test]
    fn what_is_not_simple_is_left_to_others() {
        let simple = |text: &'static [u8], quoting| split(text, quoting).0.concat();
        assert_eq!(simple(b"\"a\",b", true), [b"a", b"b"]);
        assert_eq!(simple(b"\"a\",b", false), [&b"\"a\""[..], b"b"]);
        assert_eq!(simple(b"a,", true), [&b"a"[..], b""]);
        assert_eq!(simple(b"\"a\"\r\nb\r\n", true), [&b"a"[..], b"b\r"], "its caller trims");
        assert_eq!(simple(b"\"a\nb\",c\nd", true), [&b"a\nb"[..], b"c", b"d"]);
        for odd in [&b"\"a\"\"b\",c"[..], b"\"a", b"\"a\"b,c", b"\""] {
            assert_eq!(split(odd, true), (vec![], odd));
        }
    }
}
