//! Records that are one line each: nearly all there are.

use std::ops::Range;

/// Where the fields of a line are, quotes around them left out. `None` when the line needs a reader of whole CSV: a quote
/// inside a quoted field, or a quoted field that does not end in this line.
///
/// As the `csv` crate has it, a quote is one only where a field begins.
#[inline]
pub fn split_line(line: &[u8], delimiter: u8, quoting: bool, fields: &mut Vec<Range<usize>>) -> Option<()> {
    fields.clear();
    let mut start = 0;
    if !quoting {
        for end in memchr::memchr_iter(delimiter, line) {
            fields.push(start..end);
            start = end + 1;
        }
        fields.push(start..line.len());
        return Some(());
    }
    loop {
        let rest = &line[start..];
        let (field, end) = if rest.first() == Some(&b'"') {
            let end = start + 1 + memchr::memchr(b'"', &rest[1..])?;
            (start + 1..end, end + 1)
        } else {
            let end = memchr::memchr(delimiter, rest).map_or(line.len(), |at| start + at);
            (start..end, end)
        };
        fields.push(field);
        match line.get(end) {
            None => return Some(()),
            Some(&byte) if byte == delimiter => start = end + 1,
            Some(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(line: &[u8], quoting: bool) -> Option<Vec<Vec<u8>>> {
        let mut fields = Vec::new();
        split_line(line, b',', quoting, &mut fields)?;
        Some(fields.into_iter().map(|field| line[field].to_vec()).collect())
    }

    proptest! {
        #[test]
        fn agrees_with_the_csv_crate(line in prop::collection::vec(prop::sample::select(b"\",a b".to_vec()), 1..12)) {
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .terminator(csv::Terminator::Any(b'\n'))
                .from_reader(&line[..]);
            let mut record = csv::ByteRecord::new();
            prop_assert!(reader.read_byte_record(&mut record).unwrap());
            let expected: Vec<Vec<u8>> = record.iter().map(<[u8]>::to_vec).collect();
            if let Some(fields) = split(&line, true) {
                prop_assert_eq!(fields, expected);
            } else {
                prop_assert!(line.contains(&b'"'));
            }
        }
    }

    #[test]
    fn what_is_not_simple_is_left_to_others() {
        assert_eq!(split(b"\"a\",b", true).unwrap(), [b"a", b"b"]);
        assert_eq!(split(b"\"a\",b", false).unwrap(), [&b"\"a\""[..], b"b"]);
        assert_eq!(split(b"", true).unwrap(), [b""]);
        assert_eq!(split(b"a,", true).unwrap(), [&b"a"[..], b""]);
        for odd in [&b"\"a\"\"b\",c"[..], b"\"a", b"\"a\"b,c", b"\""] {
            assert_eq!(split(odd, true), None);
        }
    }
}
