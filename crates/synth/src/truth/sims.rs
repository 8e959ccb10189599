//! Which SIM is whose.

use crate::error::SynthError;
use crate::subscriber::subscriber_id;
use crate::text::TextFile;
use crate::world::World;
use std::path::Path;

/// One row per SIM: the ids of the SIM and of the person, which is that of the first SIM; first and last day where they
/// fall in the run.
pub(super) fn write_sims(path: &Path, world: &World) -> Result<(), SynthError> {
    let mut file = TextFile::plain(path, "sim,subscriber,first_day,last_day")?;
    for sim in world.sims.all() {
        let [id, person] = [sim.number, sim.person].map(|number| subscriber_id(world.id_key, number));
        let [id, person] = [id.as_slice(), person.as_slice()].map(String::from_utf8_lossy);
        let first = sim.begins.map_or(String::new(), |day| day.to_string());
        let last = sim.ends.map_or(String::new(), |day| day.previous().to_string());
        file.line(format_args!("{id},{person},{first},{last}"))?;
    }
    file.finish()
}
