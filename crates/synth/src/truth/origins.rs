//! Everyone by home area and day: how many there are, how many are displaced, how many are not heard of.

use crate::day::DayDraw;
use crate::district::AreaLevel;
use crate::error::SynthError;
use crate::text::TextFile;
use crate::world::World;
use hexodus_model::LocalDay;
use std::path::Path;

/// `origins_adm<level>.csv`.
pub(super) struct OriginFiles {
    files: Vec<TextFile>,
}

/// People of one home area; the last two overlap.
#[derive(Clone, Copy, Default)]
struct Origin {
    people: u64,
    displaced: u64,
    unobserved: u64,
}

impl OriginFiles {
    pub(super) fn begin(folder: &Path, world: &World) -> Result<Self, SynthError> {
        let open = |level: &AreaLevel| {
            let path = folder.join(format!("origins_adm{}.csv", level.level));
            TextFile::plain(&path, "day,origin_pcode,people,displaced,unobserved")
        };
        Ok(Self { files: world.districts.levels.iter().map(open).collect::<Result<_, _>>()? })
    }

    pub(super) fn write_day(&mut self, day: LocalDay, draw: &DayDraw, world: &World) -> Result<(), SynthError> {
        for (file, level) in self.files.iter_mut().zip(&world.districts.levels) {
            let mut origins = vec![Origin::default(); level.pcodes.len()];
            for (subscriber, &seen) in world.subscribers.iter().zip(&draw.seen) {
                let district = world.settlements.district(subscriber.home);
                let origin = &mut origins[level.of_district[district as usize] as usize];
                origin.people += 1;
                origin.displaced += u64::from(subscriber.fate.is_some_and(|fate| fate.host_on(day).is_some()));
                origin.unobserved += u64::from(!seen);
            }
            for (pcode, Origin { people, displaced, unobserved }) in level.pcodes.iter().zip(origins) {
                file.line(format_args!("{day},{pcode},{people},{displaced},{unobserved}"))?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), SynthError> {
        self.files.into_iter().try_for_each(TextFile::finish)
    }
}
