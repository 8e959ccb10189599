//! Administrative areas and their P-codes.

use crate::unit::{Reserved, UnitKey};
use geo_types::MultiPolygon;
use std::fmt;

/// A place code of a common operational dataset: a string, never a number (leading zeros matter).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pcode(pub String);

impl fmt::Display for Pcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One administrative area of the deepest level of a boundary file, as read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// Administrative level: 1, 2, 3 …
    pub level: u8,
    /// P-code, unique within its level and dataset version.
    pub pcode: Pcode,
    /// A label; never a key.
    pub name: String,
    /// Ancestors, from level 0 down to `level - 1`; one per level.
    pub ancestors: Vec<Ancestor>,
    /// Boundary in WGS 84 degrees, x = longitude.
    pub shape: MultiPolygon<f64>,
}

/// An area that holds another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ancestor {
    /// Administrative level, 0 = country.
    pub level: u8,
    /// P-code.
    pub pcode: Pcode,
    /// A label, empty where the file names none.
    pub name: String,
}

/// A dense key of an area within its level of one [`AreaTree`]; its order is the order of P-codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct AreaKey(pub u32);

/// One area as the tables need it: code, name, parent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AreaEntry {
    /// P-code.
    pub pcode: Pcode,
    /// A label, may be empty.
    pub name: String,
    /// The area of the level above; `None` at level 0.
    pub parent: Option<AreaKey>,
}

/// The areas of one boundary dataset, nested: level 0 (the country) down to the deepest.
///
/// Within a level areas are ascending by P-code, without repeats; every area below level 0 has a parent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AreaTree {
    /// Dataset version, `<iso3>_<version>`, carried in every output.
    pub cod_version: String,
    /// Areas by level, index 0 = level 0.
    pub levels: Vec<Vec<AreaEntry>>,
}

impl AreaTree {
    /// The areas of a level; empty when there is no such level.
    pub fn level(&self, level: u8) -> &[AreaEntry] {
        self.levels.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }

    /// The deepest level; 0 when there are no areas.
    pub fn deepest(&self) -> u8 {
        self.levels.len().saturating_sub(1) as u8
    }

    /// One area.
    pub fn entry(&self, level: u8, key: AreaKey) -> Option<&AreaEntry> {
        self.level(level).get(key.0 as usize)
    }

    /// What a unit of a level is called in tables: its P-code, or the code of a reserved value.
    pub fn code(&self, level: u8, unit: UnitKey) -> Option<&str> {
        let reserved = unit.as_reserved().map(Reserved::code);
        reserved.or_else(|| Some(self.entry(level, unit.as_area()?)?.pcode.0.as_str()))
    }

    /// The area of `level` that holds the area `key` of `from`, `from >= level`.
    pub fn ancestor(&self, from: u8, key: AreaKey, level: u8) -> Option<AreaKey> {
        let mut key = key;
        for step in (level + 1..=from).rev() {
            key = self.entry(step, key)?.parent?;
        }
        Some(key)
    }
}
