//! How many people there are, as a file says it.

use crate::area::Pcode;
use crate::place::H3Cell;

/// Figures of a reference population, not yet by area (formats §1.5). People, finite and not negative; ascending by key,
/// each key once.
#[derive(Clone, Debug, PartialEq)]
pub enum PopulationFigures {
    /// Of areas.
    ByPcode(Vec<(Pcode, f64)>),
    /// Of H3 cells of resolution 8; cells without people may be absent.
    ByH3(Vec<(H3Cell, f64)>),
}

impl PopulationFigures {
    /// How many figures there are.
    pub fn len(&self) -> usize {
        match self {
            Self::ByPcode(figures) => figures.len(),
            Self::ByH3(figures) => figures.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
