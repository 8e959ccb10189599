//! How a row is named to the stream: bytes that differ whenever the rows differ.

use hexodus_model::{OdPair, OriginHost, UnitKey};

/// The key of a row. Two keys of one table never have the same bytes, and neither are the bytes of one the beginning of
/// another's. Area keys are positions in a list of areas: a table of areas is better keyed by P-codes, which stay.
pub trait RowKey {
    /// Appends the bytes.
    fn put(&self, out: &mut Vec<u8>);
}

/// Length, then text.
pub(super) fn put_text(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&(text.len() as u64).to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

impl RowKey for &str {
    fn put(&self, out: &mut Vec<u8>) {
        put_text(self, out);
    }
}

impl RowKey for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_text(self, out);
    }
}

impl RowKey for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_be_bytes());
    }
}

impl RowKey for UnitKey {
    fn put(&self, out: &mut Vec<u8>) {
        self.bits().put(out);
    }
}

impl RowKey for OdPair {
    fn put(&self, out: &mut Vec<u8>) {
        (self.origin, self.destination).put(out);
    }
}

impl RowKey for OriginHost {
    fn put(&self, out: &mut Vec<u8>) {
        (self.origin, self.host).put(out);
    }
}

impl<A: RowKey, B: RowKey> RowKey for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_between_two_codes_counts() {
        let bytes = |key: (&str, &str)| {
            let mut out = Vec::new();
            key.put(&mut out);
            out
        };
        assert_ne!(bytes(("XA01", "02")), bytes(("XA0", "102")));
        assert_ne!(bytes(("", "XA")), bytes(("XA", "")));
    }
}
