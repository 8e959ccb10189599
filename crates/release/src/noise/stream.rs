//! Which random bits belong to a row: a keyed stream, so that a re-run draws the same noise.

use super::key::NoiseKey;
use super::row_key::{RowKey, put_text};
use blake3::OutputReader;
use hexodus_model::{Level, LocalDay};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// One table of one level and day in one release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableScope<'a> {
    /// Digest of what is released: other input, other release.
    pub release: &'a str,
    /// Name of the table and of the measure in it.
    pub table: &'a str,
    /// Unit of place.
    pub level: Level,
    /// The local day, or the first of the period.
    pub day: LocalDay,
}

/// The noise of one table: BLAKE3 in keyed mode as extendable output, one independent stream a row. A row's bits depend
/// on key, scope and row key, never on other rows, their order or the thread (methods §8.2).
pub struct NoiseStream(Zeroizing<[u8; 32]>);

impl NoiseStream {
    /// The stream of a table.
    pub fn new(key: &NoiseKey, scope: &TableScope<'_>) -> Self {
        let mut message = Vec::new();
        for text in [scope.release, scope.table, &scope.level.to_string()] {
            put_text(text, &mut message);
        }
        message.extend_from_slice(&scope.day.0.to_be_bytes());
        let root = Zeroizing::new(key.derived("hexodus 2031 noise stream"));
        Self(Zeroizing::new(*blake3::keyed_hash(&root, &message).as_bytes()))
    }

    /// An independent stream of the same table, named by `message`.
    pub(super) fn apart(&self, message: &[u8]) -> Self {
        Self(Zeroizing::new(*blake3::keyed_hash(&self.0, message).as_bytes()))
    }

    /// Tells whether the same noise would be drawn again, and nothing else.
    pub(super) fn fingerprint(&self) -> String {
        let derived = blake3::derive_key("hexodus 2031 noise stream fingerprint", &*self.0);
        blake3::Hash::from_bytes(derived).to_hex()[..32].into()
    }

    /// The bits of one row.
    pub fn row(&self, row: &impl RowKey) -> NoiseBits {
        let mut name = Vec::new();
        row.put(&mut name);
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&name);
        let reader = hasher.finalize_xof();
        hasher.zeroize();
        NoiseBits { reader, block: [0; BLOCK], used: BLOCK }
    }
}

impl fmt::Debug for NoiseStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NoiseStream(..)")
    }
}

const BLOCK: usize = 64;

/// Uniform random bits of one row: 2^67 of them, of which a draw takes a few hundred.
pub struct NoiseBits {
    reader: OutputReader,
    block: [u8; BLOCK],
    used: usize,
}

impl NoiseBits {
    /// A uniform number of `width` ≤ 128 bits.
    pub(super) fn number(&mut self, width: u32) -> u128 {
        let bytes = (0..width.div_ceil(8)).fold(0, |number, _| (number << 8) | u128::from(self.byte()));
        bytes >> (width.next_multiple_of(8) - width)
    }

    fn byte(&mut self) -> u8 {
        if self.used == BLOCK {
            self.reader.fill(&mut self.block);
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }
}

impl fmt::Debug for NoiseBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NoiseBits(..)")
    }
}

impl Drop for NoiseBits {
    fn drop(&mut self) {
        self.reader.zeroize();
        self.block.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const SCOPE: TableScope<'_> =
        TableScope { release: "4f0c", table: "stock_displaced", level: Level::Adm(2), day: LocalDay(22_000) };

    fn first(key: &NoiseKey, scope: &TableScope<'_>, row: &str) -> u128 {
        NoiseStream::new(key, scope).row(&row).number(128)
    }

    #[test]
    fn known_answer() {
        // As the Python binding of BLAKE3 computes it. A change would give old releases new noise, which can be averaged.
        let number = first(&NoiseKey::for_tests(), &SCOPE, "XA0101");
        assert_eq!(format!("{number:032x}"), "e1df88405a74312e87f48c68a1546b47");
    }

    #[test]
    fn every_part_of_the_input_makes_another_stream() {
        let key = NoiseKey::for_tests();
        let other_key = NoiseKey::for_release(std::array::from_fn(|index| index as u8)).unwrap();
        let draws: BTreeSet<u128> = [
            first(&key, &SCOPE, "XA"),
            first(&other_key, &SCOPE, "XA"),
            first(&key, &TableScope { release: "4f0d", ..SCOPE }, "XA"),
            first(&key, &TableScope { table: "returned", ..SCOPE }, "XA"),
            // The border between two fields is part of the message.
            first(&key, &TableScope { release: "4f0cs", table: "tock_displaced", ..SCOPE }, "XA"),
            first(&key, &TableScope { level: Level::H3, ..SCOPE }, "XA"),
            first(&key, &TableScope { day: LocalDay(22_001), ..SCOPE }, "XA"),
            first(&key, &SCOPE, "XB"),
        ]
        .into();
        assert_eq!(draws.len(), 8);
        assert_eq!(first(&key, &SCOPE, "XA"), first(&NoiseKey::for_tests(), &SCOPE, "XA"));
    }

    #[test]
    fn numbers_have_their_width() {
        let stream = NoiseStream::new(&NoiseKey::for_tests(), &SCOPE);
        let mut bits = stream.row(&"XA");
        assert!((0..1000).all(|_| bits.number(3) < 8));
        assert_eq!((0..1000).map(|_| bits.number(3)).collect::<BTreeSet<_>>().len(), 8);
        assert_eq!(bits.number(0), 0);
        assert_eq!(format!("{stream:?} {bits:?}"), "NoiseStream(..) NoiseBits(..)");
    }
}
