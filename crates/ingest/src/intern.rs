//! How a location becomes a dense key: one table for the run, a private memo for each worker.

use crate::time_text::number;
use hexodus_model::{H3Cell, LocationId, LocationKey, Locations};
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// Integer radio-cell ids below this are looked up in an array instead of a hash table.
const DIRECT: usize = 1 << 20;
const UNKNOWN: u32 = u32::MAX;

/// The locations of the run, shared by all workers.
#[derive(Debug, Default)]
pub struct SharedLocations(Mutex<Locations>);

impl SharedLocations {
    /// Starts from locations that already have keys.
    pub const fn new(locations: Locations) -> Self {
        Self(Mutex::new(locations))
    }

    /// Gives a location its key; `None` when the 2^27 keys are used up.
    fn intern(&self, id: LocationId) -> Option<LocationKey> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).intern(id)
    }

    /// A copy of the table as it stands.
    pub fn snapshot(&self) -> Locations {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Locations known so far.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).ids().len()
    }

    /// Whether no location is known yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One worker's memo of keys it has asked for.
#[derive(Debug, Default)]
pub struct Interner {
    texts: FxHashMap<Box<[u8]>, LocationKey>,
    small: Vec<u32>,
    integers: FxHashMap<i64, LocationKey>,
    points: FxHashMap<u64, LocationKey>,
}

impl Interner {
    /// The key of a radio cell given as text (trimmed, not empty); `None` when keys are used up or it is no UTF-8.
    #[inline]
    pub fn radio_cell(&mut self, shared: &SharedLocations, id: &[u8]) -> Option<LocationKey> {
        match small_number(id) {
            Some(number) => self.radio_cell_number(shared, number),
            None => self.radio_cell_text(shared, id),
        }
    }

    #[inline]
    fn radio_cell_text(&mut self, shared: &SharedLocations, id: &[u8]) -> Option<LocationKey> {
        if let Some(&key) = self.texts.get(id) {
            return Some(key);
        }
        let text = std::str::from_utf8(id).ok()?;
        let key = shared.intern(LocationId::RadioCell(text.into()))?;
        self.texts.insert(id.into(), key);
        Some(key)
    }

    /// The key of a radio cell given as an integer: the one of its decimal text.
    #[inline]
    pub fn radio_cell_number(&mut self, shared: &SharedLocations, id: i64) -> Option<LocationKey> {
        if let Some(&key) = usize::try_from(id).ok().and_then(|id| self.small.get(id)) {
            if key != UNKNOWN {
                return Some(LocationKey(key));
            }
        } else if let Some(&key) = self.integers.get(&id) {
            return Some(key);
        }
        self.new_number(shared, id)
    }

    #[cold]
    fn new_number(&mut self, shared: &SharedLocations, id: i64) -> Option<LocationKey> {
        let key = shared.intern(LocationId::RadioCell(id.to_string().into()))?;
        match usize::try_from(id) {
            Ok(index) if index < DIRECT => {
                if self.small.len() <= index {
                    self.small.resize((index + 1).next_power_of_two(), UNKNOWN);
                }
                self.small[index] = key.0;
            }
            _ => {
                self.integers.insert(id, key);
            }
        }
        Some(key)
    }

    /// The key of an H3 cell.
    #[inline]
    pub fn point(&mut self, shared: &SharedLocations, h3: H3Cell) -> Option<LocationKey> {
        if let Some(&key) = self.points.get(&h3.index()) {
            return Some(key);
        }
        let key = shared.intern(LocationId::Point(h3))?;
        self.points.insert(h3.index(), key);
        Some(key)
    }

    /// The key of coordinates (0, 0).
    pub fn null_island(&mut self, shared: &SharedLocations) -> Option<LocationKey> {
        shared.intern(LocationId::NullIsland)
    }
}

/// Digits of the numbers below [`DIRECT`], but for the last few.
const DIGITS: usize = 6;

/// The number whose decimal text this is, if it is a small one: found in an array of four bytes each, that stays in the caches
/// where a table of texts does not: on gzipped CSV with 20,000 numbered radio cells a tenth of the processor time of a run.
#[inline]
fn small_number(text: &[u8]) -> Option<i64> {
    let is_plain = (1..=DIGITS).contains(&text.len()) && (text[0] != b'0' || text.len() == 1);
    if is_plain { number(text).map(i64::from) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_text_that_a_number_is_written_as_is_that_number() {
        let shared = SharedLocations::default();
        let mut own = Interner::default();
        let texts = ["7", "07", "+7", "7 ", "-7", "0", "00", "123456", "1234567", "12a", "1048576", "999999"];
        let keys: Vec<_> = texts.iter().map(|text| own.radio_cell(&shared, text.as_bytes()).unwrap()).collect();
        let again: Vec<_> = texts.iter().map(|text| own.radio_cell(&shared, text.as_bytes()).unwrap()).collect();
        assert_eq!((keys.clone(), shared.len()), (again, texts.len()), "each its own");
        let name = |text: &str| LocationId::RadioCell(text.into());
        assert_eq!(shared.snapshot().ids(), texts.map(name));
    }

    #[test]
    fn a_number_and_its_text_are_one_location() {
        let shared = SharedLocations::default();
        let (mut one, mut other) = (Interner::default(), Interner::default());
        for id in [0, 7, 900_000, 5_000_000_000, -4] {
            let number = one.radio_cell_number(&shared, id);
            assert_eq!(one.radio_cell_number(&shared, id), number);
            assert_eq!(other.radio_cell(&shared, id.to_string().as_bytes()), number);
        }
        assert_eq!(shared.len(), 5);
    }
}
