//! Ids as delivered of the last few rows, until their pseudonyms are looked up.

/// How many are looked up at once, so that their cache misses overlap: while one row is parsed, a processor sees no other.
pub const AT_ONCE: usize = 32;

/// At most [`AT_ONCE`] ids with the rows they are of.
#[derive(Default)]
pub struct WaitingIds {
    bytes: Vec<u8>,
    /// Row, and where its id ends in `bytes`.
    rows: Vec<(usize, usize)>,
}

impl WaitingIds {
    /// Adds the id of a row.
    #[inline]
    pub fn push(&mut self, row: usize, id: &[u8]) {
        self.bytes.extend_from_slice(id);
        self.rows.push((row, self.bytes.len()));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// One of them.
    #[inline]
    pub fn id(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.rows[before].1);
        &self.bytes[start..self.rows[at].1]
    }

    /// Rows and their ids.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.rows.iter().enumerate().map(|(at, &(row, _))| (row, self.id(at)))
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.rows.clear();
    }
}
