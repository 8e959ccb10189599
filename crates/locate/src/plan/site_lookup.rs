//! Which site each location stood at, for many instants: ids are compared once.

use crate::plan::CellPlan;
use crate::plan::cell_plan::stay_at;
use hexodus_model::{H3Cell, LocationId, LocationKey, Locations, UtcMicros};

/// The radio cells behind location keys. Sites go by their position in [`CellPlan::sites`].
#[derive(Clone, Debug)]
pub struct SiteLookup<'a> {
    plan: &'a CellPlan,
    /// By location key: position of its radio cell in the plan.
    radio_cells: Vec<Option<usize>>,
}

impl CellPlan {
    /// Finds the radio cells of all locations.
    pub fn site_lookup(&self, locations: &Locations) -> SiteLookup<'_> {
        let radio_cell = |id: &LocationId| match id {
            LocationId::RadioCell(id) => self.index_of(id),
            LocationId::Point(_) | LocationId::NullIsland => None,
        };
        SiteLookup { plan: self, radio_cells: locations.ids().iter().map(radio_cell).collect() }
    }
}

impl SiteLookup<'_> {
    /// The site of a location at an instant; `None` = no radio cell of the plan, not valid then, or without a position.
    pub fn site_of(&self, location: LocationKey, at: UtcMicros) -> Option<usize> {
        let radio_cell = (*self.radio_cells.get(location.0 as usize)?)?;
        self.site_at(radio_cell, at)
    }

    /// Whether each site has a radio cell in the plan at an instant.
    pub fn in_plan(&self, at: UtcMicros) -> Vec<bool> {
        let mut sites = vec![false; self.plan.sites().len()];
        for site in (0..self.plan.ids.len()).filter_map(|radio_cell| self.site_at(radio_cell, at)) {
            sites[site] = true;
        }
        sites
    }

    /// The H3 cell of each site.
    pub fn places(&self) -> &[Option<H3Cell>] {
        &self.plan.places
    }

    fn site_at(&self, radio_cell: usize, at: UtcMicros) -> Option<usize> {
        let site = stay_at(self.plan.stays_of_index(radio_cell), at)?.site as usize;
        (site < self.plan.sites().len()).then_some(site)
    }
}
