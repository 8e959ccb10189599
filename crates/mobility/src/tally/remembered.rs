//! Rolling up asks which area holds an H3 cell for every entry: once for each H3 cell is enough.

use hexodus_model::UnitKey;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// Which unit holds each unit, asked once for each.
pub struct Remembered<'a> {
    holder: &'a dyn Fn(UnitKey) -> UnitKey,
    known: RefCell<FxHashMap<UnitKey, UnitKey>>,
}

impl<'a> Remembered<'a> {
    /// Of what `holder` says.
    pub fn new(holder: &'a dyn Fn(UnitKey) -> UnitKey) -> Self {
        Self { holder, known: RefCell::default() }
    }

    /// The unit that holds `unit`.
    pub fn of(&self, unit: UnitKey) -> UnitKey {
        *self.known.borrow_mut().entry(unit).or_insert_with(|| (self.holder)(unit))
    }
}
