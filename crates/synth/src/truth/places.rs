//! Where people can be, and what dumps can tell of it.

use super::grid::{Grid, serving_site_cells};
use crate::error::SynthError;
use crate::text::TextFile;
use crate::world::World;
use std::path::Path;

/// One row per place: position as in the whereabouts, district, H3 cell, H3 cell of the site that serves it on the first
/// day.
pub(super) fn write_places(path: &Path, grid: &Grid, world: &World) -> Result<(), SynthError> {
    let level = world.districts.deepest();
    let mut file = TextFile::plain(path, &format!("lat,lon,adm{level}_pcode,h3,site_h3"))?;
    let places = (0u32..).zip(&world.settlements.places).zip(serving_site_cells(world));
    for ((number, place), site_h3) in places {
        let (at, pcode) = (place.at, world.districts.pcode(level, place.district));
        let h3 = grid.text(grid.cell(number));
        file.line(format_args!("{:.6},{:.6},{pcode},{h3},{site_h3}", at.lat, at.lon))?;
    }
    file.finish()
}
