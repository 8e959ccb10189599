//! Where everyone is at the end of each day.

use crate::error::{SynthError, at};
use crate::subscriber::subscriber_id;
use crate::text::TextFile;
use crate::world::World;
use hexodus_model::LocalDay;
use std::path::{Path, PathBuf};

/// `whereabouts/<day>.csv.gz`, one row per subscriber, in the order of `subscribers.csv`.
pub(super) struct Whereabouts {
    folder: PathBuf,
    header: String,
    /// The rest of a row after the subscriber, for each place.
    place_text: Vec<String>,
}

impl Whereabouts {
    pub(super) fn begin(folder: &Path, world: &World) -> Result<Self, SynthError> {
        std::fs::create_dir_all(folder).map_err(at(folder))?;
        let level = world.districts.deepest();
        let place_text = world.settlements.places.iter().map(|place| {
            let pcode = world.districts.pcode(level, place.district);
            format!(",{pcode},{:.6},{:.6}\n", place.at.lat, place.at.lon)
        });
        let header = format!("subscriber,adm{level}_pcode,lat,lon");
        Ok(Self { folder: folder.to_owned(), header, place_text: place_text.collect() })
    }

    pub(super) fn write_day(&mut self, day: LocalDay, nights: &[u32], world: &World) -> Result<(), SynthError> {
        let mut file = TextFile::gzip(&self.folder.join(format!("{day}.csv.gz")), &self.header)?;
        for (number, &place) in (0u32..).zip(nights) {
            file.bytes(&subscriber_id(world.id_key, number))?;
            file.bytes(self.place_text[place as usize].as_bytes())?;
        }
        file.finish()
    }
}
