//! Units to text: P-codes, names, H3 indexes and reserved values.

use crate::batch::BatchBuilder;
use crate::error::PublishError;
use arrow_array::DictionaryArray;
use arrow_array::builder::StringBuilder;
use arrow_array::types::Int32Type;
use hexodus_model::area::AreaEntry;
use hexodus_model::{AreaTree, Level, UnitKey};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Write;
use std::sync::Arc;

/// The units of one table.
#[derive(Clone, Copy)]
pub(crate) struct Units<'a> {
    pub(crate) table: &'a str,
    pub(crate) level: Level,
    pub(crate) areas: &'a AreaTree,
}

impl<'a> Units<'a> {
    /// The area of `level` that is or holds the unit; `None` for reserved values, deeper levels and H3 cells.
    pub(crate) fn area(self, unit: UnitKey, level: u8) -> Option<&'a AreaEntry> {
        let Level::Adm(own) = self.level else { return None };
        let key = unit.as_area().filter(|_| level <= own)?;
        self.areas.entry(level, self.areas.ancestor(own, key, level)?)
    }

    /// Writes a column of unit ids: P-code, H3 index or reserved value.
    ///
    /// # Errors
    /// [`PublishError::UnknownUnit`] for a key that is none of these at the table's level.
    pub(crate) fn set_ids(
        self,
        batch: &mut BatchBuilder,
        column: &str,
        units: impl Iterator<Item = UnitKey>,
    ) -> Result<(), PublishError> {
        self.set_ids_or_null(batch, column, units.map(Some))
    }

    /// The same, null where there is no unit.
    pub(crate) fn set_ids_or_null(
        self,
        batch: &mut BatchBuilder,
        column: &str,
        units: impl Iterator<Item = Option<UnitKey>>,
    ) -> Result<(), PublishError> {
        // Each distinct unit becomes text once, not once a row.
        let mut known: HashMap<UnitKey, i32> = HashMap::new();
        let (mut ids, mut keys, mut text) =
            (StringBuilder::new(), Vec::with_capacity(units.size_hint().0), String::new());
        for unit in units {
            let Some(unit) = unit else {
                keys.push(None);
                continue;
            };
            let next = known.len() as i32;
            keys.push(Some(match known.entry(unit) {
                Entry::Occupied(key) => *key.get(),
                Entry::Vacant(key) => {
                    ids.append_value(self.id(unit, &mut text)?);
                    *key.insert(next)
                }
            }));
        }
        let column_of_ids = DictionaryArray::<Int32Type>::try_new(keys.into(), Arc::new(ids.finish()))?;
        batch.set(column, Arc::new(column_of_ids));
        Ok(())
    }

    /// The id of one unit, in `text` where it has to be made.
    fn id<'b>(self, unit: UnitKey, text: &'b mut String) -> Result<&'b str, PublishError>
    where
        'a: 'b,
    {
        let unknown = || PublishError::UnknownUnit { table: self.table.to_owned(), bits: unit.bits() };
        match self.level {
            Level::Adm(level) => self.areas.code(level, unit).ok_or_else(unknown),
            Level::H3 => {
                if let Some(reserved) = unit.as_reserved() {
                    return Ok(reserved.code());
                }
                let h3 = unit.as_h3().ok_or_else(unknown)?;
                text.clear();
                write!(text, "{h3}").map_err(|_| unknown())?;
                Ok(text)
            }
        }
    }
}

/// A label, null where the boundary file gives none.
pub(crate) fn label(area: &AreaEntry) -> Option<&str> {
    (!area.name.is_empty()).then_some(area.name.as_str())
}
