//! The finished assignment of H3 cells to areas.

use crate::areas::{AreaError, AreaLayer};
use crate::h3::{GRID, to_model};
use crate::tiling::coast::claim_coast;
use crate::tiling::small::settle_small_areas;
use h3o::CellIndex;
use h3o::geom::{ContainmentMode, TilerBuilder};
use hexodus_model::{Area, AreaKey, H3Cell};

/// An H3 cell and the area it belongs to.
pub(crate) type Claim = (CellIndex, AreaKey);

/// Every H3 cell of a layer and the one area it belongs to; 16 bytes an H3 cell.
///
/// Keys are those of the deepest level of the layer's tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct H3Areas {
    /// Ascending, without repeats.
    h3: Vec<H3Cell>,
    /// Area of each H3 cell.
    area: Vec<AreaKey>,
    /// Positions in `h3`, by area, then H3 cell.
    by_area: Vec<u32>,
    /// Ascending.
    small: Vec<AreaKey>,
}

impl H3Areas {
    /// Assigns every H3 cell that lies in or reaches into an area of the layer.
    ///
    /// # Errors
    /// [`AreaError::Tiling`] when a boundary has no inside.
    pub fn tile(layer: &AreaLayer) -> Result<Self, AreaError> {
        // First, centres. Claims are sorted by H3 cell, then area, so the smaller P-code comes first and stays.
        let mut claims: Vec<Claim> = Vec::new();
        for (index, area) in layer.areas.iter().enumerate() {
            claim_centres(area, AreaKey(index as u32), &mut claims)?;
        }
        claims.sort_unstable();
        claims.dedup_by_key(|&mut (h3, _)| h3);

        // Next, what reaches into an area without having its centre in one.
        claim_coast(&layer.areas, &mut claims);

        // Last, areas without any H3 cell.
        let small = settle_small_areas(&layer.areas, &mut claims);
        Ok(Self::from_claims(&claims, small))
    }

    fn from_claims(claims: &[Claim], small: Vec<AreaKey>) -> Self {
        let (h3, area): (Vec<H3Cell>, Vec<AreaKey>) =
            claims.iter().filter_map(|&(h3, area)| Some((to_model(h3)?, area))).unzip();
        let mut by_area: Vec<u32> = (0..h3.len() as u32).collect();
        by_area.sort_by_key(|&position| area[position as usize]);
        Self { h3, area, by_area, small }
    }

    /// The area an H3 cell belongs to; `None` = it touches no area.
    pub fn area_of(&self, h3: H3Cell) -> Option<AreaKey> {
        self.h3.binary_search(&h3).ok().map(|position| self.area[position])
    }

    /// The H3 cells of an area, ascending; empty for a small area that could not be given one.
    pub fn cells_of(&self, area: AreaKey) -> Vec<H3Cell> {
        let start = self.by_area.partition_point(|&position| self.area[position as usize] < area);
        let of_area = self.by_area[start..].iter().take_while(|&&position| self.area[position as usize] == area);
        of_area.map(|&position| self.h3[position as usize]).collect()
    }

    /// Areas that hold no centre of an H3 cell and no coast: given the H3 cell of their inner point, or left without
    /// any where that would have emptied another area. Ascending.
    pub fn small_areas(&self) -> &[AreaKey] {
        &self.small
    }

    /// Every H3 cell and its area, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (H3Cell, AreaKey)> {
        self.h3.iter().copied().zip(self.area.iter().copied())
    }

    /// How many H3 cells there are.
    pub fn len(&self) -> usize {
        self.h3.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.h3.is_empty()
    }
}

/// The H3 cells whose centre is in the area.
fn claim_centres(area: &Area, key: AreaKey, claims: &mut Vec<Claim>) -> Result<(), AreaError> {
    let mut tiler = TilerBuilder::new(GRID).containment_mode(ContainmentMode::ContainsCentroid).build();
    tiler
        .add_batch(area.shape.iter().cloned())
        .map_err(|error| AreaError::Tiling { pcode: area.pcode.0.clone(), reason: error.to_string() })?;
    claims.extend(tiler.into_coverage().map(|h3| (h3, key)));
    Ok(())
}
