//! H3 cells as tables have them: whole numbers, or text of 15 hexadecimal digits.

use crate::columns::Ids;
use arrow_array::Array;
use hexodus_locate::{RESOLUTION, h3_centre};
use hexodus_model::H3Cell;
use rustc_hash::FxHashMap;

/// What a row says.
pub enum Said {
    /// Nothing.
    Nothing,
    /// Not the index of a cell of the grid.
    NoCell,
    /// A cell of the grid at the resolution of places.
    Cell(H3Cell),
}

/// The cells that rows have named so far: whether an index is a cell of the grid is asked once, as it costs more than all
/// else that is done with a row.
#[derive(Default)]
pub struct KnownCells(FxHashMap<u64, Option<H3Cell>>);

impl KnownCells {
    /// The H3 cell of a row.
    #[inline]
    pub fn of_row(&mut self, ids: &Ids, row: usize) -> Said {
        let index = match ids {
            Ids::Integers(ids, _) if ids.is_null(row) => return Said::Nothing,
            Ids::Integers(ids, _) => Some(ids.value(row).cast_unsigned()),
            Ids::Bytes(ids) if ids.is_null(row) => return Said::Nothing,
            Ids::Bytes(ids) => std::str::from_utf8(ids.value(row)).ok().and_then(index_of_text),
        };
        let known = |index: u64| *self.0.entry(index).or_insert_with(|| of_grid(index));
        index.and_then(known).map_or(Said::NoCell, Said::Cell)
    }
}

/// The H3 cell of a text.
pub fn h3_of_text(text: &str) -> Option<H3Cell> {
    of_grid(index_of_text(text)?)
}

fn index_of_text(text: &str) -> Option<u64> {
    u64::from_str_radix(text.trim(), 16).ok()
}

fn of_grid(index: u64) -> Option<H3Cell> {
    let h3 = H3Cell::from_index(index).ok()?;
    (h3.resolution() == RESOLUTION && h3_centre(h3).is_some()).then_some(h3)
}
