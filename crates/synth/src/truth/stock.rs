//! Instant truth of the stock: who is hosted where because of the crisis, from the first night away to the last.

use super::tally::{StockFiles, Tally};
use crate::day::DayDraw;
use crate::error::SynthError;
use crate::world::World;
use hexodus_model::LocalDay;
use std::path::Path;

/// `stock_adm<level>.csv`.
pub(super) struct InstantStock {
    files: StockFiles,
}

impl InstantStock {
    pub(super) fn begin(folder: &Path, world: &World) -> Result<Self, SynthError> {
        Ok(Self { files: StockFiles::begin(folder, "stock", true, &world.districts)? })
    }

    pub(super) fn write_day(&mut self, day: LocalDay, draw: &DayDraw, world: &World) -> Result<(), SynthError> {
        let mut tally = Tally::new(&world.districts);
        for (subscriber, &seen) in world.subscribers.iter().zip(&draw.seen) {
            let Some(fate) = subscriber.fate else { continue };
            let host = |day| fate.host_on(day).map(|place| world.settlements.district(place));
            let home = world.settlements.district(subscriber.home);
            tally.add(&world.districts, home, (host(day.previous()), host(day)), !seen);
        }
        self.files.write_day(day, &tally, &world.districts)
    }

    pub(super) fn finish(self) -> Result<(), SynthError> {
        self.files.finish()
    }
}
