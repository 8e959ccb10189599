//! What no pipeline gets to see: who lives where, who is where, who really moved.
//!
//! Written day by day beside the dumps, from the same draw, and forgotten as soon: memory holds one day.

mod flows;
mod people;
mod readme;
mod stock;
mod whereabouts;

use crate::day::DayDraw;
use crate::error::{SynthError, at};
use crate::summary::Summary;
use crate::text::write_file;
use crate::world::World;
use flows::FlowFiles;
use hexodus_model::LocalDay;
use std::path::{Path, PathBuf};
use stock::StockFile;
use whereabouts::Whereabouts;

/// The files of `truth/` that grow with the days.
pub(crate) struct Truth {
    folder: PathBuf,
    whereabouts: Whereabouts,
    flows: FlowFiles,
    observed_flows: FlowFiles,
    stock: StockFile,
}

impl Truth {
    /// Writes what is true from the beginning, and opens the rest.
    pub(crate) fn begin(folder: &Path, world: &World) -> Result<Self, SynthError> {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        write_file(&folder.join("README.md"), &readme::text(world))?;
        people::write_subscribers(&folder.join("subscribers.csv"), world)?;
        people::write_market(&folder.join("market.csv"), world)?;
        people::write_outages(&folder.join("outages.csv"), world)?;
        Ok(Self {
            folder: folder.to_owned(),
            whereabouts: Whereabouts::begin(&folder.join("whereabouts"), world)?,
            flows: FlowFiles::begin(folder, "", world)?,
            observed_flows: FlowFiles::begin(folder, "_observed", world)?,
            stock: StockFile::begin(&folder.join(format!("stock_adm{}.csv", world.districts.deepest())))?,
        })
    }

    /// Writes the truth of the day just drawn.
    pub(crate) fn write_day(&mut self, day: LocalDay, draw: &DayDraw, world: &World) -> Result<(), SynthError> {
        self.whereabouts.write_day(day, &draw.nights, world)?;
        self.stock.write_day(day, world)?;
        if day == world.run.first {
            return Ok(());
        }
        let district = |place: &u32| world.settlements.district(*place);
        let moves = || draw.last_nights.iter().map(district).zip(draw.nights.iter().map(district));
        let seen = draw.seen_before.iter().zip(&draw.seen).map(|(&before, &now)| before && now);
        self.flows.write_day(day.previous(), moves(), world)?;
        let observed = moves().zip(seen).filter_map(|(pair, seen)| seen.then_some(pair));
        self.observed_flows.write_day(day.previous(), observed, world)
    }

    /// Writes the summary and closes the files.
    pub(crate) fn finish(self, summary: &Summary) -> Result<(), SynthError> {
        let path = self.folder.join("summary.json");
        let text = serde_json::to_string_pretty(summary).map_err(std::io::Error::from).map_err(at(&path))?;
        write_file(&path, &(text + "\n"))?;
        self.flows.finish()?;
        self.observed_flows.finish()?;
        self.stock.finish()
    }
}
