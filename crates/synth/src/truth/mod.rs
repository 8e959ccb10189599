//! What no pipeline gets to see: who lives where, who is where, who really moved.
//!
//! Written day by day beside the dumps, from the same draw, and forgotten as soon: memory holds one day.

mod flows;
mod grid;
mod origins;
mod owners;
mod people;
mod places;
mod readme;
mod rule;
mod sims;
mod stock;
mod tally;
mod whereabouts;

use crate::day::DayDraw;
use crate::error::{SynthError, at};
use crate::summary::Summary;
use crate::text::write_file;
use crate::world::World;
use flows::FlowFiles;
use grid::Grid;
use hexodus_model::LocalDay;
use origins::OriginFiles;
use std::path::{Path, PathBuf};
use stock::InstantStock;
use whereabouts::Whereabouts;

/// The files of `truth/` that grow with the days.
pub(crate) struct Truth {
    folder: PathBuf,
    whereabouts: Whereabouts,
    flows: FlowFiles,
    observed_flows: FlowFiles,
    stock: InstantStock,
    origins: OriginFiles,
    grid: Grid,
}

impl Truth {
    /// Writes what is true from the beginning, and opens the rest.
    pub(crate) fn begin(folder: &Path, world: &World) -> Result<Self, SynthError> {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        write_file(&folder.join("README.md"), &readme::text(world))?;
        let grid = Grid::of(&world.settlements, &world.districts);
        people::write_subscribers(&folder.join("subscribers.csv"), &grid, world)?;
        places::write_places(&folder.join("places.csv"), &grid, world)?;
        sims::write_sims(&folder.join("sims.csv"), world)?;
        people::write_market(&folder.join("market.csv"), world)?;
        if world.market.owners.told {
            owners::write_owners(&folder.join("ownership.csv"), world)?;
        }
        people::write_outages(&folder.join("outages.csv"), world)?;
        Ok(Self {
            folder: folder.to_owned(),
            whereabouts: Whereabouts::begin(&folder.join("whereabouts"), world)?,
            flows: FlowFiles::begin(folder, "", world)?,
            observed_flows: FlowFiles::begin(folder, "_observed", world)?,
            stock: InstantStock::begin(folder, world)?,
            origins: OriginFiles::begin(folder, world)?,
            grid,
        })
    }

    /// Writes the truth of the day just drawn.
    pub(crate) fn write_day(&mut self, day: LocalDay, draw: &DayDraw, world: &World) -> Result<(), SynthError> {
        self.whereabouts.write_day(day, &draw.nights, world)?;
        self.stock.write_day(day, draw, world)?;
        self.origins.write_day(day, draw, world)?;
        if day == world.run.first {
            return Ok(());
        }
        let district = |place: &u32| world.settlements.district(*place);
        let moves = || draw.last_nights.iter().map(district).zip(draw.nights.iter().map(district));
        // Who changed the SIM in between is seen twice, but not as one.
        let same_sim = |number: u32| world.sims.on(number, day.previous()) == world.sims.on(number, day);
        let seen = (0u32..).zip(draw.seen_before.iter().zip(&draw.seen));
        let seen = seen.map(|(number, (&before, &now))| before && now && same_sim(number));
        self.flows.write_day(day.previous(), moves(), world)?;
        let observed = moves().zip(seen).filter_map(|(pair, seen)| seen.then_some(pair));
        self.observed_flows.write_day(day.previous(), observed, world)
    }

    /// Writes the rule truth and the summary, and closes the files.
    pub(crate) fn finish(self, summary: &Summary, world: &World) -> Result<(), SynthError> {
        let path = self.folder.join("summary.json");
        let text = serde_json::to_string_pretty(summary).map_err(std::io::Error::from).map_err(at(&path))?;
        write_file(&path, &(text + "\n"))?;
        self.flows.finish()?;
        self.observed_flows.finish()?;
        self.stock.finish()?;
        self.origins.finish()?;
        rule::write(&self.folder, &self.grid, world)
    }
}
