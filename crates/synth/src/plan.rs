//! The radio-cell plan, in the canonical columns of formats §1.3.

use crate::error::SynthError;
use crate::network::{Network, SECTORS, Site, radio_cell_id};
use crate::text::TextFile;
use std::path::Path;

const HEADER: &str = "radio_cell_id,site_id,lat,lon,valid_from,valid_to,technology,azimuth_deg,is_cow";

/// Writes `radio_cells.csv`, by radio cell and validity. `valid_to` is a date and inclusive, as operators write it.
pub(crate) fn write_plan(path: &Path, network: &Network) -> Result<(), SynthError> {
    let mut rows: Vec<(u32, usize)> = Vec::new();
    for (number, site) in network.sites.iter().enumerate() {
        rows.extend((0..SECTORS).map(|sector| (site.first_radio_cell + sector, number)));
    }
    rows.sort_unstable();
    let mut file = TextFile::plain(path, HEADER)?;
    for (radio_cell, number) in rows {
        write_row(&mut file, radio_cell, number, &network.sites[number])?;
    }
    file.finish()
}

fn write_row(file: &mut TextFile, radio_cell: u32, number: usize, site: &Site) -> Result<(), SynthError> {
    let id = radio_cell_id(radio_cell);
    file.line(format_args!(
        "{},{},{:.6},{:.6},{},{},{},{},{}",
        String::from_utf8_lossy(&id),
        site_id(number),
        site.at.lat,
        site.at.lon,
        site.valid_from,
        site.valid_to.map_or(String::new(), |day| day.to_string()),
        site.technology,
        (radio_cell % SECTORS) * (360 / SECTORS),
        site.is_cow,
    ))
}

/// The operator's id of a site.
pub(crate) fn site_id(number: usize) -> String {
    format!("S{:05}", number + 1)
}
