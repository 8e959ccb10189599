//! What a table counts at each end: an H3 cell, an area, or a reserved value.

use crate::area::AreaKey;
use crate::place::H3Cell;
use std::fmt;

/// The unit of place of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Administrative level 1, 2, 3 …
    Adm(u8),
    /// The H3 grid.
    H3,
}

impl fmt::Display for Level {
    /// `adm2`, `h3`: as in file names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Adm(level) => write!(f, "adm{level}"),
            Self::H3 => f.write_str("h3"),
        }
    }
}

/// A value that stands where no unit can; its code starts with an underscore, so it never collides with a P-code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reserved {
    /// Not seen in the earlier period of the definition.
    NotSeenBefore,
    /// Not seen in the later period of the definition.
    NotSeenAfter,
    /// Seen, but in no known area.
    Unknown,
    /// Pool of pairs too small to publish.
    Other,
    /// Of the panel, but not seen, or not seen in a way that says anything.
    Unobserved,
}

impl Reserved {
    /// All of them, by code. Their position here is stored: new values only ever sort last.
    pub const ALL: [Self; 5] = [Self::NotSeenAfter, Self::NotSeenBefore, Self::Other, Self::Unknown, Self::Unobserved];

    /// The code written in tables (formats §4.1).
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSeenBefore => "_NOT_SEEN_BEFORE",
            Self::NotSeenAfter => "_NOT_SEEN_AFTER",
            Self::Unknown => "_UNKNOWN",
            Self::Other => "_OTHER",
            Self::Unobserved => "_UNOBSERVED",
        }
    }
}

/// One end of a matrix entry in 64 bits: the H3 index, the [`AreaKey`], or a reserved value above both. Ordered: units
/// in their own order (H3 index; P-code), reserved values last, by code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct UnitKey(u64);

const RESERVED_BASE: u64 = u64::MAX - 16;

impl UnitKey {
    /// None comes before it.
    pub const FIRST: Self = Self(0);

    /// An H3 cell.
    pub const fn h3(h3: H3Cell) -> Self {
        Self(h3.index())
    }

    /// An area of the table's level.
    pub const fn area(area: AreaKey) -> Self {
        Self(area.0 as u64)
    }

    /// A reserved value.
    pub const fn reserved(value: Reserved) -> Self {
        let mut position = 0;
        while position < Reserved::ALL.len() {
            if Reserved::ALL[position] as u8 == value as u8 {
                break;
            }
            position += 1;
        }
        Self(RESERVED_BASE + position as u64)
    }

    /// The reserved value this is, if it is one.
    pub const fn as_reserved(self) -> Option<Reserved> {
        if self.0 < RESERVED_BASE { None } else { Some(Reserved::ALL[(self.0 - RESERVED_BASE) as usize]) }
    }

    /// The H3 cell this is, if it is one.
    pub fn as_h3(self) -> Option<H3Cell> {
        H3Cell::from_index(self.0).ok()
    }

    /// The area this is, if it is one.
    pub fn as_area(self) -> Option<AreaKey> {
        u32::try_from(self.0).ok().map(AreaKey)
    }

    /// The 64 bits, for storage.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// From stored bits; `None` when they are no unit.
    pub fn from_bits(bits: u64) -> Option<Self> {
        let key = Self(bits);
        let reserved = (RESERVED_BASE..RESERVED_BASE + Reserved::ALL.len() as u64).contains(&bits);
        (reserved || key.as_h3().is_some() || key.as_area().is_some()).then_some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_values_sort_last_and_by_code() {
        let mut codes = Reserved::ALL.map(Reserved::code);
        codes.sort_unstable();
        assert_eq!(codes, Reserved::ALL.map(Reserved::code));
        for value in Reserved::ALL {
            let key = UnitKey::reserved(value);
            assert_eq!(key.as_reserved(), Some(value));
            assert_eq!(UnitKey::from_bits(key.bits()), Some(key));
            assert!(key > UnitKey::h3(H3Cell::from_index(0x088f_ffff_ffff_ffff).unwrap()));
            assert!(key > UnitKey::area(AreaKey(u32::MAX)));
            assert_eq!((key.as_h3(), key.as_area()), (None, None));
        }
        assert_eq!(UnitKey::from_bits(u64::MAX), None);
    }
}
